"""What other libraries have for arrays and tables: frames and Series of pandas, sparse matrices and tensors."""

from __future__ import annotations

import math
import re
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS_CAP = 1000  # of a frame among the answers
DENSE_CAP = 2 << 30  # bytes of a sparse matrix, made dense
KEYS_CAP = 10_000
_NUMBER = re.compile(r"\D*(\d{1,9})(?:\.0)?\D*")


def dense(value: Any) -> NDArray[Any] | None:
    """A sparse matrix of SciPy or a sparse tensor as an array; None for anything else, and for one too large."""
    if isinstance(value, np.ndarray):
        return None
    shape = getattr(value, "dense_shape", None)
    if shape is not None:
        return _of_coordinates(value, tuple(int(size) for size in np.asarray(shape)))
    if not callable(getattr(value, "toarray", None)) or not hasattr(value, "nnz"):
        return None
    if math.prod(value.shape) * value.dtype.itemsize > DENSE_CAP:
        return None
    return np.asarray(value.toarray())


def _of_coordinates(tensor: Any, shape: tuple[int, ...]) -> NDArray[Any] | None:
    """A sparse tensor, which has its places and what stands there."""
    values, places = np.asarray(tensor.values), np.asarray(tensor.indices)
    if math.prod(shape) * values.dtype.itemsize > DENSE_CAP:
        return None
    found = np.zeros(shape, dtype=values.dtype)
    found[tuple(places.T)] = values
    return found


def in_order(value: Any) -> Any:
    """The values of a dictionary or a Series in the order of its keys, when each of them is a number.

    ``{"2": 5, "0": 7}`` and a Series from ``value_counts`` are such; any other value stays as it is. A frame of one
    column is a Series.
    """
    if _is_frame(value) and len(value.columns) == 1:
        value = value.iloc[:, 0]
    if _is_series(value) and len(value) <= KEYS_CAP:
        keys, items = list(value.index), list(value)
    elif isinstance(value, dict) and len(value) <= KEYS_CAP:
        keys, items = list(value), list(value.values())
    else:
        return value
    numbers = [_as_number(key) for key in keys]
    known = [number for number in numbers if number is not None]
    if not keys or len({*known}) < len(keys):
        return value
    return [items[place] for place in np.argsort(known, kind="stable")]


def _as_number(key: Any) -> int | None:
    """A key that is a whole number, or a text with one in it: 3, 3.0, "3", "digit 3"."""
    if isinstance(key, tuple) and len(key) == 1:
        key = key[0]
    if isinstance(key, (int, np.integer)):
        return int(key)
    if isinstance(key, (float, np.floating)):
        return int(key) if key == int(key) else None
    found = _NUMBER.fullmatch(key[:100]) if isinstance(key, str) else None
    return int(found[1]) if found else None


def as_plain(value: Any) -> Any:
    """A frame as its rows, a Series as a list or a dictionary, sparse ones as arrays; anything else as it is."""
    if _is_frame(value):
        columns = [str(name) for name in value.columns]
        rows = zip(_labels(value), value.itertuples(index=False, name=None), strict=False)
        return [{**label, **dict(zip(columns, row, strict=False))} for label, row in islice(rows, ROWS_CAP)]
    if _is_series(value):
        labels = list(islice(value.index, ROWS_CAP))
        numbered = labels == list(range(len(labels)))
        items = list(islice(value, ROWS_CAP))
        return items if numbered else {str(label): item for label, item in zip(labels, items, strict=True)}
    if type(value).__name__ == "TensorShape":
        return tuple(value.as_list())
    found = dense(value)
    return value if found is None else found


def _labels(frame: Any) -> list[dict[str, Any]]:
    """For each row what its index says, {} where the rows are only numbered."""
    labels = list(islice(frame.index, ROWS_CAP))
    if labels == list(range(len(labels))):
        return [{} for _ in labels]
    return [{str(frame.index.name or "index"): label} for label in labels]


def _is_frame(value: Any) -> bool:
    return _of_pandas(value) and hasattr(value, "itertuples")


def _is_series(value: Any) -> bool:
    return _of_pandas(value) and hasattr(value, "index") and getattr(value, "ndim", 0) == 1


def _of_pandas(value: Any) -> bool:
    return any(kind.__module__.split(".")[0] == "pandas" for kind in type(value).__mro__)
