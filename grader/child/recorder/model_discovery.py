"""Which models lie in the notebook's namespace after a cell, and under which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import ModuleType
from typing import Any

import keras

MEMBERS_CAP = 2000


def models_in(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, model): variables, members of modules and of the student's objects, items of lists and dicts."""
    for name, value in list(namespace.items()):
        if name.startswith("_"):
            continue
        if _is_model(value):
            yield name, value
        else:
            yield from _members(name, value)


def _is_model(value: Any) -> bool:
    # By its type: an object may say anything of its class when it is asked.
    return issubclass(type(value), keras.Model)


def _members(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    pairs: Iterable[tuple[Any, Any]] = ()
    path = "{name}.{key}"
    if issubclass(kind, dict):
        pairs, path = ((_shown(key), item) for key, item in dict.items(value)), "{name}[{key}]"
    elif issubclass(kind, (list, tuple)):
        pairs, path = enumerate((list if issubclass(kind, list) else tuple).__iter__(value)), "{name}[{key}]"
    elif issubclass(kind, ModuleType) or kind.__module__ == "__main__":
        pairs = getattr(value, "__dict__", {}).items()
    for key, item in list(islice(pairs, MEMBERS_CAP)):
        is_private = isinstance(key, str) and key.startswith("_") and "[" not in path
        if _is_model(item) and not is_private:  # the student did not write it
            yield path.format(name=name, key=key)[:200], item


def _shown(key: Any) -> str:
    return repr(key) if type(key) in (str, int, float, bool) else "..."
