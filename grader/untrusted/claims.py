"""Reading what sandbox 1 says: JSON and raw arrays from a stranger, taken field by field.

Nothing here trusts a type, a length or a number; what does not fit is dropped, never guessed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

JSON_CAP = 8 << 20
VALUES_CAP = 500_000  # each may take 100 bytes of memory
DEPTH_CAP = 64
DIGITS_CAP = 40  # of a whole number; a longer one is read as a float
TEXT_CAP = 2000
SETTING_CAP = 100  # characters
SETTINGS_CAP = 50  # of one layer
SETTINGS_DEPTH = 4
TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|(?P<value>[,\[{])', re.DOTALL)
HEX = re.compile(r"(?:[0-9a-f]{2})*")
DTYPES = frozenset({"|u1", "|i1", "|b1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"})


def parse(payload: bytes | None) -> Any:
    """JSON from a frame; None when it is missing, too large, too deep, or not JSON.

    Whole numbers have at most ``DIGITS_CAP`` digits: no arithmetic on them overflows. Floats may be infinite.
    """
    if payload is None or len(payload) > JSON_CAP:
        return None
    if _too_many_values(payload):
        return None
    try:
        value = json.loads(payload.decode("utf-8"), parse_constant=lambda name: None, parse_int=_integer)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None
    return None if deeper_than(value, DEPTH_CAP) else value


def _too_many_values(payload: bytes) -> bool:
    """Counted before anything is built: JSON of 8 MB can take 200 MB of memory."""
    if payload.count(b",") + payload.count(b"[") + payload.count(b"{") <= VALUES_CAP:
        return False
    outside_of_strings = (token for token in TOKENS.finditer(payload) if token.lastgroup == "value")
    return next(islice(outside_of_strings, VALUES_CAP, None), None) is not None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_CAP else float(digits)


def deeper_than(value: Any, depth: int) -> bool:
    """Whether JSON data hold lists and objects in more than ``depth`` levels."""
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [inner for inner in inside if isinstance(inner, (dict, list))]


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


def raw(value: Any, most: int) -> bytes:
    """The bytes that a string writes in hexadecimal digits; none when it does not, or writes more than ``most``."""
    digits = word(value, 2 * most + 1)
    return bytes.fromhex(digits) if len(digits) <= 2 * most and HEX.fullmatch(digits) else b""


def whole(value: Any, *, least: int = 0, most: int = 1 << 53) -> int | None:
    """``value`` when it is an integer in range, else None."""
    return value if type(value) is int and least <= value <= most else None


def real(value: Any) -> float | None:
    """``value`` when it is a finite number, else None."""
    try:
        return float(value) if type(value) in (int, float) and math.isfinite(value) else None
    except OverflowError:  # a whole number beyond the largest float
        return None


def truth(value: Any) -> bool | None:
    """``value`` when it is true or false, else None."""
    return value if type(value) is bool else None


def shape(value: Any) -> tuple[int, ...] | None:
    """``value`` when it is a list of at most 8 sizes, else None."""
    sizes = [whole(item, most=1 << 32) for item in items(value, 9)] if isinstance(value, list) else [None]
    return tuple(size for size in sizes if size is not None) if None not in sizes and len(sizes) <= 8 else None


def settings(value: Any) -> Mapping[str, Any]:
    """The settings of a layer or an optimizer: plain finite values, short lists, and objects of these."""
    return mapping(_setting(value, SETTINGS_DEPTH))


def _setting(value: Any, depth: int) -> Any:
    """``value`` made short; None for what has no place among settings."""
    if isinstance(value, str):
        return value[:SETTING_CAP]
    if isinstance(value, float):
        return real(value)
    if not isinstance(value, (dict, list)):
        return value
    if depth == 0:
        return None
    if isinstance(value, list):
        return [kept for item in value[:8] if (kept := _setting(item, depth - 1)) is not None]
    some = list(value.items())[:SETTINGS_CAP]
    return {name[:SETTING_CAP]: kept for name, item in some if (kept := _setting(item, depth - 1)) is not None}


def array(payload: bytes | None, cap: int = 64 << 20) -> tuple[Mapping[str, Any], NDArray[Any]] | None:
    """Header and array of a raw frame: one line of JSON, then the bytes. None when they do not fit each other."""
    if payload is None or len(payload) > cap:
        return None
    line, separator, _ = payload[: 64 << 10].partition(b"\n")
    header = mapping(parse(line)) if separator else {}
    size, dtype = shape(header.get("shape")), word(header.get("dtype"))
    if size is None or dtype not in DTYPES:
        return None
    body = payload[len(line) + 1 :]
    if math.prod(size) * np.dtype(dtype).itemsize != len(body):
        return None
    try:
        return header, np.frombuffer(body, dtype=dtype).reshape(size)
    except ValueError:  # no values, and axes beside them that are too long for NumPy
        return None
