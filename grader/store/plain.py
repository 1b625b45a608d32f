"""Records as JSON data, as bytes of JSON, and back."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_AS_IT_IS = frozenset({type(None), bool, int, str})
_NOT_ASCII = re.compile(r"[^\n -~]")


def plain(value: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """``value`` (a record, or what records hold) as JSON data; ``leave_out`` names fields of the outermost.

    Raises TypeError for what has no place in JSON.
    """
    kind = value.__class__
    if kind in _AS_IT_IS or isinstance(value, (str, int)):  # most of what there is, and what is derived from it
        return value
    if isinstance(value, (list, tuple)):
        return [item if item.__class__ in _AS_IT_IS else plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if names := _names(kind):
        return {name: plain(getattr(value, name)) for name in names if name not in leave_out}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, np.generic):
        return plain(value.item())
    raise TypeError(f"a record holds a {kind.__name__}, which JSON cannot hold")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a class of records; none of another class."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def as_json(data: Any) -> bytes:
    """JSON that can be looked at in a terminal: what is typed stays as it is, all that nobody sees is escaped."""
    from pydantic_core import PydanticSerializationError, to_json  # noqa: PLC0415 - see ``adapter``

    try:
        text = to_json(data, indent=1, inf_nan_mode="null").decode()  # as ``json`` writes it, but compiled
    except PydanticSerializationError:  # half a character
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)
    return _NOT_ASCII.sub(_seen, text).encode("utf-8", "replace") + b"\n"


def _seen(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable() or unicodedata.category(character) in ("Zs", "Cs"):  # half a character has no escape
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """What makes records of a kind out of JSON, and refuses everything else with a ValueError."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - 0.1 s that --help does not need

    return TypeAdapter(kind)
