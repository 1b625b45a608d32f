"""What was fed into a model: shape, statistics and a few rows, without disturbing what follows.

Arrays are looked at whole. Of a stream (``tf.data``, PyDataset, generator) one batch is looked
at; taking it would advance shuffling or use the stream up, so those are left for later.
"""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.child.recorder import foreign_arrays

ROWS = 64
ROW_BYTES_CAP = 8 << 20  # of all sampled rows together
CHUNK = 4096
DISTINCT_CAP = 200_000
OBJECTS_CAP = 1_000_000
DTYPES = frozenset("|u1 |i1 |b1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8".split())
KEEPS_ROWS = frozenset({"Shuffle", "Map", "ParallelMap", "Batch", "ParallelBatch", "Prefetch", "Cache", "Options"})


@dataclass(slots=True)
class Fed:
    """One look: the claim as JSON data, and the sampled rows."""

    claim: dict[str, Any]
    samples: NDArray[Any]


def array_of(value: Any) -> NDArray[Any] | None:
    """The array behind what people pass as x: arrays, tensors, frames, lists, sparse ones; of several the first."""
    if isinstance(value, np.ndarray):
        return value if value.dtype != object else None
    if isinstance(value, Mapping):
        return array_of(next(iter(value.values()), None))
    if isinstance(value, (list, tuple)) and value and hasattr(value[0], "shape") and len(value[0].shape) > 1:
        return array_of(value[0])
    if is_stream(value) or value is None:
        return None
    try:
        found = foreign_arrays.dense(value)
        found = np.asarray(value) if found is None else found
        if found.dtype == object and found.size <= OBJECTS_CAP:  # numbers of pandas that may be missing
            found = found.astype(np.float64)
    except (ValueError, TypeError, NotImplementedError):
        return None
    return found if found.ndim >= 1 and found.dtype != object else None


def is_dataset(value: Any) -> bool:
    return hasattr(value, "element_spec") and hasattr(value, "take")


def is_indexed(value: Any) -> bool:
    """A keras PyDataset (once called Sequence): batches by number."""
    return any(kind.__name__ == "PyDataset" for kind in type(value).__mro__)


def is_stream(value: Any) -> bool:
    return is_dataset(value) or is_indexed(value) or inspect.isgenerator(value)


def must_wait(value: Any) -> bool:
    """Whether taking a batch now could change what a later training sees."""
    if is_dataset(value):
        return any("Shuffle" in name for name in _chain(value)[0])
    return inspect.isgenerator(value)


def length_of(value: Any) -> int | None:
    """Number of rows, None when it does not say."""
    if is_dataset(value):
        names, source = _chain(value)
        known = source is not None and all(name in KEEPS_ROWS for name in names)
        return len(source) if known and source is not None else None
    if is_indexed(value):
        rows = getattr(value, "n", None)
        return rows if isinstance(rows, int) else None
    found = array_of(value)
    return None if found is None else len(found)


def largest_of(value: Any) -> float | None:
    """The largest number in at most ROWS rows of an array; None for a stream or when there is none."""
    found = array_of(value)
    if found is None or not found.size or found.dtype.kind not in "biuf":
        return None
    return float(found[:: math.ceil(len(found) / ROWS)].max())


def labels_of(x: Any, y: Any) -> NDArray[Any] | None:
    """The class numbers (n,) that go with x: y itself, whole or one-hot, or the second part of a dataset in memory."""
    if is_dataset(x):
        names, source = _chain(x, part=1)
        found = source if all(name in KEEPS_ROWS for name in names) and not must_wait(x) else None
    else:
        found = None if y is None else array_of(y)
    if found is None or found.ndim > 2 or not len(found):
        return None
    if found.ndim == 2:
        found = found.argmax(axis=1) if found.shape[1] > 1 else found[:, 0]
    return found


def look(value: Any, sample_rows: Mapping[str, Sequence[int]], lengths: Mapping[str, int]) -> Fed | None:
    """A look at an array or at one batch of a stream; None when there is nothing to see.

    ``lengths`` are the row counts of the mounted sets by part ("train", "test"); an array of
    such a length is sampled at ``sample_rows[part]``, any other evenly.
    """
    if not is_stream(value):
        found = array_of(value)
        return None if found is None or len(found) == 0 else _of_array(found, sample_rows, lengths)
    batch = _batch(value)
    if batch is None or len(batch) == 0:
        return None
    fed = _of_array(batch, {}, {})
    fed.claim["length"] = length = length_of(value)
    fed.claim["part"] = part = _part(length, lengths)
    in_order = is_dataset(value) and not must_wait(value) and length is not None
    fed.claim["rows"] = list(range(len(fed.samples))) if in_order and part and len(batch) <= ROWS else None
    return fed


def batch_rows(value: Any) -> int | None:
    """The batch size of a dataset that says it."""
    if is_dataset(value):
        size = getattr(_batching(value), "_batch_size", None)
        return None if size is None else int(size)
    size = getattr(value, "batch_size", None)
    return size if isinstance(size, int) else None


def distinct_rows(rows: NDArray[Any]) -> int:
    """How many different rows there are (by hash, of the first DISTINCT_CAP)."""
    if not len(rows):
        return 0
    flat = np.ascontiguousarray(rows[:DISTINCT_CAP]).reshape(min(len(rows), DISTINCT_CAP), -1)
    return len({hash(row.tobytes()) for row in flat})


def _of_array(found: NDArray[Any], sample_rows: Mapping[str, Sequence[int]], lengths: Mapping[str, int]) -> Fed:
    part = _part(len(found), lengths)
    wanted = [row for row in sample_rows.get(part, ()) if row < len(found)][:ROWS]
    rows = wanted or sorted(set(np.linspace(0, len(found) - 1, min(ROWS, len(found))).astype(int).tolist()))
    row_bytes = max(1, found[:1].nbytes)
    rows = rows[: max(1, ROW_BYTES_CAP // row_bytes)]
    samples = np.ascontiguousarray(found[rows])
    if samples.dtype.str not in DTYPES:
        samples = samples.astype("<f4")
    claim = {
        "shape": list(found.shape[1:]),
        "length": len(found),
        "dtype": str(found.dtype),
        **statistics(found),
        "rows": rows if part else None,
        "part": part,
    }
    return Fed(claim, samples)


def _part(length: int | None, lengths: Mapping[str, int]) -> str:
    return next((part for part, rows in lengths.items() if rows == length), "")


def statistics(found: NDArray[Any]) -> dict[str, float | None]:
    """Minimum, maximum, mean and standard deviation, in chunks: a copy of the whole could be too much."""
    total = squares = 0.0
    least, most = math.inf, -math.inf
    shift = float(found[:1].astype(np.float64).mean()) if found.size else 0.0
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK].astype(np.float64).ravel()
        if not chunk.size:
            continue
        least, most = min(least, float(chunk.min())), max(most, float(chunk.max()))
        chunk -= shift
        total += float(chunk.sum())
        squares += float(np.dot(chunk, chunk))
    count = max(1, found.size)
    mean = total / count
    return {
        "minimum": least,
        "maximum": most,
        "mean": mean + shift,
        "std": math.sqrt(max(0.0, squares / count - mean * mean)) if math.isfinite(squares) else math.nan,
    }


def _batch(stream: Any) -> NDArray[Any] | None:
    """The inputs of one batch; the random states of Python and NumPy stay as they were."""
    before = random.getstate(), np.random.get_state()
    try:
        if is_dataset(stream):
            item = next(iter(stream.take(1)), None)
        else:
            item = stream[0] if is_indexed(stream) else next(stream, None)
    except Exception:  # noqa: BLE001 - a student's generator may raise anything; then there is nothing to see
        return None
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
    return array_of(item[0] if isinstance(item, (tuple, list)) else item)


def _chain(dataset: Any, part: int = 0) -> tuple[list[str], NDArray[Any] | None]:
    """The steps of a dataset's pipeline from its end, and what lies at its source in memory: inputs, or labels (1)."""
    names: list[str] = []
    for _ in range(50):
        name = type(dataset).__name__.strip("_").removesuffix("Dataset")
        if name in {"TensorSlice", "Tensor"}:
            tensors = getattr(dataset, "_tensors", None)
            source = array_of(tensors[part]) if tensors and part < len(tensors) else None
            return names, source[0] if name == "Tensor" and source is not None else source
        names.append(name)
        dataset = getattr(dataset, "_input_dataset", None)
        if dataset is None:
            break
    return names, None


def _batching(dataset: Any) -> Any:
    for _ in range(50):
        if dataset is None or "Batch" in type(dataset).__name__:
            return dataset
        dataset = getattr(dataset, "_input_dataset", None)
    return None


def source_of(value: Any) -> NDArray[Any] | None:
    """The inputs behind what people pass as x, when they are in memory: an array, or that at the source of a stream."""
    if is_dataset(value):
        return _chain(value)[1]
    return array_of(getattr(value, "x", None) if is_indexed(value) else value)
