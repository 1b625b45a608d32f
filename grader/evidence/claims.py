"""Reading what sandbox 1 says: JSON and raw arrays from a stranger, taken field by field.

Nothing here trusts a type, a length or a number; what does not fit is dropped, never guessed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

JSON_CAP = 8 << 20
TEXT_CAP = 2000
DTYPES = frozenset({"|u1", "|i1", "|b1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"})


def parse(payload: bytes | None) -> Any:
    """JSON from a frame; None when it is missing, too large, or not JSON."""
    if payload is None or len(payload) > JSON_CAP:
        return None
    try:
        return json.loads(payload.decode("utf-8"), parse_constant=lambda name: None)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any, most: int = 1000) -> Sequence[Any]:
    """``value`` when it is a list (its first ``most`` items), else an empty one."""
    return value[:most] if isinstance(value, list) else ()


def words(value: Any, most: int = 64) -> tuple[str, ...]:
    """The strings in a list of strings."""
    return tuple(item[:200] for item in items(value, most) if isinstance(item, str))


def word(value: Any, cap: int = TEXT_CAP) -> str:
    """``value`` when it is a string (its first ``cap`` characters), else an empty one."""
    return value[:cap] if isinstance(value, str) else ""


def whole(value: Any, *, least: int = 0, most: int = 1 << 53) -> int | None:
    """``value`` when it is an integer in range, else None."""
    return value if type(value) is int and least <= value <= most else None


def real(value: Any) -> float | None:
    """``value`` when it is a finite number, else None."""
    return float(value) if type(value) in (int, float) and math.isfinite(value) else None


def shape(value: Any) -> tuple[int, ...] | None:
    """``value`` when it is a list of at most 8 sizes, else None."""
    sizes = [whole(item, most=1 << 32) for item in items(value, 9)] if isinstance(value, list) else [None]
    return tuple(size for size in sizes if size is not None) if None not in sizes and len(sizes) <= 8 else None


def array(payload: bytes | None, cap: int = 64 << 20) -> tuple[Mapping[str, Any], NDArray[Any]] | None:
    """Header and array of a raw frame: one line of JSON, then the bytes. None when they do not fit each other."""
    if payload is None or len(payload) > cap:
        return None
    line, separator, body = payload[: 64 << 10].partition(b"\n")
    header = mapping(parse(line)) if separator else {}
    size, dtype = shape(header.get("shape")), header.get("dtype")
    if size is None or dtype not in DTYPES:
        return None
    body = payload[len(line) + 1 :]
    if math.prod(size) * np.dtype(dtype).itemsize != len(body):
        return None
    return header, np.frombuffer(body, dtype=dtype).reshape(size)
