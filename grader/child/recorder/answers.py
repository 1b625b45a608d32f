"""The typed answers in the notebook's namespace after a cell, as JSON data.

An answer may be anything, of any size, and of classes whose methods do harm. Each is read by itself: what one of them
is or does costs no other one.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from grader.child.recorder import foreign_arrays
from grader.child.spool import Spool, plain

ANSWERS = ("answers", "respuestas")
NEAR_ANSWERS = frozenset({"answer", "answers", "respuesta", "respuestas"})  # in any case, with signs or accents
KEYS_CAP = 500
NAME_CAP = 200  # characters of a key
ITEMS_CAP = 1000  # of one list
DEPTH_CAP = 10
TEXT_CAP = 20_000  # characters of one text
SIZE_CAP = 200_000  # of one answer: 10 for each value in it and 1 for each character
ROOM = 1 << 20  # bytes of all answers together: with KEYS_CAP keys and TOO_LONG they fit into their frame
TOO_LONG = "." * 2_500  # stands for an answer that is too long, and is itself longer than what is read
UNREADABLE = "<unreadable>"


def drop(spool: Spool, namespace: Mapping[str, Any], variables: Sequence[str]) -> None:
    """Send the dict of answers, what it is called where that is a near miss, and the plain variables asked for."""
    answers, called = given(namespace)
    plain_variables = {name: namespace[name] for name in variables if name in namespace}
    told = {
        "answers": each_by_itself(answers, first=variables, room=ROOM),
        **({"called": called} if called else {}),
        "variables": each_by_itself(plain_variables, first=variables, room=ROOM // 4),
    }
    spool.drop_json("answers", 0, told)


def given(namespace: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The answers by key, and the name of the dict that holds them where it is a near miss of ANSWERS, else "".

    A near miss counts only while no dict of the right name holds an answer: the handout's last cell leaves a variable
    ``answer`` behind, which may be a dict too.
    """
    answers: dict[str, Any] = {}
    for name in ANSWERS:
        if issubclass(type(namespace.get(name)), dict):
            answers |= named(namespace[name])
    if any(value is not None for value in answers.values()):
        return answers, ""
    for name, value in list(namespace.items()):
        if issubclass(type(value), dict) and name not in ANSWERS and _near(name):
            return answers | named(value), name[:NAME_CAP]
    return answers, ""


def _near(name: Any) -> bool:
    if not isinstance(name, str) or len(name) > NAME_CAP:
        return False
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalpha()) in NEAR_ANSWERS


def named(typed: dict[Any, Any]) -> dict[str, Any]:
    """Its items with their keys as text; those whose key has none are left out."""
    found = {}
    for key, value in dict.items(typed):
        with suppress(Exception, SystemExit, KeyboardInterrupt):
            found[(str.__str__(key) if isinstance(key, str) else str(key))[:NAME_CAP]] = value
    return found


def each_by_itself(values: Mapping[str, Any], *, first: Sequence[str], room: int) -> dict[str, Any]:
    """Each value as JSON data, those of ``first`` first.

    One that raises becomes UNREADABLE; one that is too long, or for which no ``room`` (bytes) is left, TOO_LONG.
    """
    told: dict[str, Any] = {}
    for name in islice(sorted(values, key=lambda name: name not in first), KEYS_CAP):
        told[name] = UNREADABLE  # stays if a class of the student's own raises, or the cell's time ends here
        with suppress(Exception, SystemExit, KeyboardInterrupt):
            try:
                value = plain(simple(values[name]))
                size = len(json.dumps(value))
            except TooLong:
                value, size = TOO_LONG, 0
            told[name] = value if size <= room else TOO_LONG
            room -= size if size <= room else 0
    return told


class TooLong(Exception):
    """An answer is larger than SIZE_CAP."""


@dataclass(slots=True)
class _Budget:
    left: int = SIZE_CAP

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLong


def simple(value: Any) -> Any:
    """``value`` with numbers, small arrays and frames of libraries, ``Decimal`` and ``Fraction`` as plain ones, sets
    as lists, and types of numbers as text.

    Raises TooLong, and whatever the student's own classes raise.
    """
    return _simple(value, DEPTH_CAP, _Budget())


def _simple(value: Any, depth: int, budget: _Budget) -> Any:
    budget.take(10)
    if depth == 0:
        return "<nested too deeply>"
    # The methods of the built-in classes: what a class of the student's own has instead is not asked.
    if isinstance(value, dict):
        pairs = islice(dict.items(value), KEYS_CAP)
        return {str(key)[:NAME_CAP]: _simple(item, depth - 1, budget) for key, item in pairs}
    items = _items(value)
    if items is not None:
        return [_simple(item, depth - 1, budget) for item in items]
    if isinstance(value, Decimal):
        value = Decimal.__float__(value)
    elif isinstance(value, Fraction):
        value = Fraction.__float__(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return _scalar(value, budget)
    return _of_numpy(value, depth, budget)


def _items(value: Any) -> Iterable[Any] | None:
    """The first items of a list, tuple or set; None for anything else."""
    if isinstance(value, list):
        return list.__getitem__(value, slice(ITEMS_CAP))
    if isinstance(value, tuple):
        return tuple.__getitem__(value, slice(ITEMS_CAP))
    if isinstance(value, set):
        return islice(set.__iter__(value), ITEMS_CAP)
    return islice(frozenset.__iter__(value), ITEMS_CAP) if isinstance(value, frozenset) else None


def _scalar(value: bool | int | float | str | None, budget: _Budget) -> Any:
    if isinstance(value, str):
        budget.take(min(str.__len__(value), TEXT_CAP))
        return str.__str__(value)[:TEXT_CAP]
    if isinstance(value, float):  # JSON has no NaN; as text it is told what was typed
        return float.__float__(value) if math.isfinite(value) else float.__repr__(value)
    return int.__index__(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _of_numpy(value: Any, depth: int, budget: _Budget) -> Any:
    known = foreign_arrays.as_plain(value)
    if known is not value:
        return _simple(known, depth, budget)
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        name = value.name if isinstance(value, np.dtype) else value.__name__
        return _scalar(name, budget)  # "uint8", from `x.dtype` or np.uint8
    if isinstance(value, np.generic) or hasattr(value, "numpy") or isinstance(value, np.ndarray):
        found = np.asarray(value)
        if found.size <= ITEMS_CAP and found.dtype.kind in "biufU":
            return _simple(found.tolist(), depth, budget)
    return f"<{type(value).__name__}>"
