"""What lies in the notebook's namespace after a cell: models and their names, answers, variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import keras
import numpy as np

from grader.child.spool import Spool, plain

ANSWERS = ("answers", "respuestas")
MEMBERS_CAP = 2000


def models_in(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, model): variables, members of modules and of the student's objects, items of lists and dicts."""
    for name, value in list(namespace.items()):
        if name.startswith("_"):
            continue
        if isinstance(value, keras.Model):
            yield name, value
        else:
            yield from _members(name, value)


def _members(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        pairs = [(f"{name}[{key!r}]", item) for key, item in list(value.items())[:MEMBERS_CAP]]
    elif isinstance(value, (list, tuple)):
        pairs = [(f"{name}[{index}]", item) for index, item in enumerate(value[:MEMBERS_CAP])]
    elif isinstance(value, ModuleType) or type(value).__module__ == "__main__":
        members = getattr(value, "__dict__", {})
        pairs = [(f"{name}.{member}", item) for member, item in list(members.items())[:MEMBERS_CAP]]
    else:
        return
    yield from ((path[:200], item) for path, item in pairs if isinstance(item, keras.Model))


def drop_answers(spool: Spool, namespace: Mapping[str, Any], variables: Sequence[str]) -> None:
    """Send the dict of answers and the plain variables that were asked for."""
    answers: dict[str, Any] = {}
    for name in ANSWERS:
        if isinstance(namespace.get(name), dict):
            answers |= namespace[name]
    found = {name: namespace[name] for name in variables if name in namespace}
    spool.drop_json("answers", 0, {"answers": simple(answers), "variables": simple(found)})


def simple(value: Any) -> Any:
    """``value`` with numbers and small arrays of NumPy and TensorFlow as plain ones, and types of numbers as text."""
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        value = value.name if isinstance(value, np.dtype) else value.__name__   # "uint8", from `x.dtype` or np.uint8
    if isinstance(value, dict):
        return {str(key): simple(item) for key, item in list(value.items())[:500]}
    if isinstance(value, (list, tuple)):
        return [simple(item) for item in value[:1000]]
    if isinstance(value, (bool, int, float, str, type(None))):
        return value[:20_000] if isinstance(value, str) else value
    if isinstance(value, np.generic) or hasattr(value, "numpy") or isinstance(value, np.ndarray):
        try:
            found = np.asarray(value)
        except Exception:  # noqa: BLE001 - only arrays that really are arrays are of interest
            return plain(object())
        if found.size <= 1000 and found.dtype.kind in "biufU":
            return simple(found.tolist())
    return f"<{type(value).__name__}>"
