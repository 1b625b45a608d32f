"""Typed answers, read as people write them.

``7850``, ``7 850``, ``7.850`` and ``7,850`` are one number; a share is 0.981, 98.1 or ``98,1 %``; a shape
is a tuple, a list or text, with or without the batch axis. Text that can be read in two ways keeps
both readings: only the check knows which one is meant.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from grader.records import Message, Rubric, Shape, message
from grader.scoring import number_text

TEXT_CAP = 2_000
TABLE_CAP = 20_000  # of a text that may be a printed table
TABLE_LINES = 5
ITEMS_CAP = 10_000
DEPTH_CAP = 8
KEYS_CAP = 500  # that are looked at when a key is missing
KEYS_SHOWN = 5
NUMBER_CAP = 10.0**30
SHOWN_CAP = 80
STUDENT = "student_id"  # variable of the handout's first cell

_QUESTION = re.compile(r"(?:q|p|pregunta|question|preg|respuesta|answer|r|ejercicio)?0*(\d+)([a-z]?)")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that cannot be used, with the sentence that says why."""

    why: Message


# ---------------------------------------------------------------- which answers there are


def wanted(rubric: Rubric) -> tuple[str, ...]:
    """The ids of the answers that a rubric's criteria ask for, in order, each once."""
    asked = (criterion.params.get("answer") for criterion in rubric.criteria)
    return tuple(dict.fromkeys(answer for answer in asked if isinstance(answer, str)))


def variables(rubric: Rubric) -> tuple[str, ...]:
    """The variables that leave the sandbox by name: those of answers, and whose questions were picked."""
    return (*wanted(rubric), *((STUDENT,) if rubric.questions is not None else ()))


def claimed_student(raw: Mapping[str, Any]) -> str:
    """The id by which the notebook picked its questions; empty when it has none."""
    claimed = raw.get(STUDENT)
    known = isinstance(claimed, (str, int)) and not isinstance(claimed, bool)
    return str(claimed)[:200] if known else ""


def collect(
    raw: Mapping[str, Any], wanted: Sequence[str]
) -> tuple[dict[str, Any], dict[str, str], tuple[Message, ...]]:
    """The wanted answers out of everything typed: answers, near-miss keys (wanted -> typed), notices.

    A key that differs only in case, spaces, accents or in how a question is called (``Q1``, ``q_1``,
    ``p1``) is taken when exactly one key can be meant. An answer that is too large or too deep, or not
    a number where it claims to be one, becomes ``Unreadable``; the others are not affected.
    """
    found: dict[str, Any] = {}
    near: dict[str, str] = {}
    notices: list[Message] = []
    alike = Counter(map(_loose, set(wanted)))
    loose: dict[str, list[str]] = {}
    for key in islice((key for key in raw if key not in wanted and len(key) <= 100), KEYS_CAP):
        loose.setdefault(_loose(key), []).append(key)
    for name in wanted:
        if name in raw:
            found[name] = checked(raw[name])
            continue
        typed = loose.get(_loose(name), []) if alike[_loose(name)] == 1 else []
        if len(typed) == 1:
            found[name] = checked(raw[typed[0]])
            near[name] = typed[0]
            notices.append(message("checks.answer_near", wanted=name, typed=shown(typed[0])))
        elif typed:
            some = [shown(key) for key in typed[:KEYS_SHOWN]]
            notices.append(message("checks.answer_unclear", wanted=name, typed=some))
    return found, near, tuple(notices)


def _loose(key: str) -> str:
    letters = re.sub(r"[^a-z0-9]", "", plain(key))
    question = _QUESTION.fullmatch(letters)
    return f"q{question[1]}{question[2]}" if question else letters


def checked(value: Any) -> Any:
    """``value``, or ``Unreadable`` when it is too large, too deep, or holds a number that is not finite."""
    items = 0
    level = [value]
    for _ in range(DEPTH_CAP):
        for item in level:
            why = _refused(item)
            if why is not None:
                return Unreadable(why)
        level = [inner for item in level for inner in _inside(item)]
        items += len(level)
        if items > ITEMS_CAP:
            return Unreadable(message("checks.answer_too_long", limit=ITEMS_CAP))
        if not level:
            return value
    return Unreadable(message("checks.answer_too_deep", limit=DEPTH_CAP))


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, (list, tuple)) else ()


def _refused(value: Any) -> Message | None:
    if isinstance(value, str) and len(value) > (TABLE_CAP if value.count("\n") >= TABLE_LINES else TEXT_CAP):
        return message("checks.answer_too_long", limit=TEXT_CAP)
    if isinstance(value, (int, float)) and not -NUMBER_CAP <= value <= NUMBER_CAP:
        return message("checks.answer_not_finite")
    return None


def shown(value: Any) -> str:
    """An answer as one short line for a reader."""
    if isinstance(value, str):
        line = " ".join(value[: 4 * SHOWN_CAP].split())
    elif isinstance(value, (list, tuple)):
        line = ", ".join(shown(item) for item in value[:12]) + (", ..." if len(value) > 12 else "")
        line = f"({line})"
    elif isinstance(value, int) and abs(value) > 10**30:
        line = "..."
    else:
        line = str(value)
    return line if len(line) <= SHOWN_CAP else line[: SHOWN_CAP - 3] + "..."


# ---------------------------------------------------------------- reading one answer


@dataclass(frozen=True, slots=True)
class Number:
    """The readings of a typed number, the most literal one first; ``percent`` when it bears a % sign."""

    readings: tuple[float, ...]
    percent: bool = False

    @property
    def shares(self) -> tuple[float, ...]:
        """The readings as a share 0-1: 0.981 stays, 98.1 and ``98,1 %`` become 0.981."""
        hundredths = tuple(value / 100 for value in self.readings)
        return hundredths if self.percent else (*self.readings, *hundredths)

    @property
    def points(self) -> tuple[float, ...]:
        """The readings as percentage points: 1.1 and ``1,1 %`` stay, 0.011 becomes 1.1 as well."""
        return self.readings if self.percent else (*self.readings, *(100 * value for value in self.readings))


def read_number(value: Any, *, square: bool = False) -> Number | Unreadable:
    """A number in every way that it can be meant.

    ``7.850`` may be 7.85 or 7 850, as text or as a literal; ``7,850`` and ``98,1`` typed without quotes are
    Python tuples and are read back as what was meant. With ``square`` the two equal sides of one count as its side:
    ``(56, 56)``, ``"56x56"``.
    """
    value = alone(value)
    if isinstance(value, Unreadable):
        return value
    percent = False
    if isinstance(value, str):
        if value.strip().lstrip("+-").lower() in ("nan", "inf", "infinity"):
            return Unreadable(message("checks.answer_not_finite"))
        read = number_text.read(value)
        readings, percent = (read.readings, read.percent) if read is not None else ((), False)
    elif isinstance(value, (list, tuple)):
        readings = _from_tuple(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        readings = _from_literal(value)
    else:
        readings = ()
    if square and (side := _side(value)) is not None:
        readings = (*readings, side)
    if not readings:
        return Unreadable(message("checks.answer_no_number", typed=shown(value)))
    if not all(abs(reading) <= NUMBER_CAP for reading in readings):
        return Unreadable(message("checks.answer_not_finite"))
    return Number(readings, percent=percent)


def alone(value: Any) -> Any:
    """What a list, tuple or dict of one entry holds; any other value as it is."""
    for _ in range(DEPTH_CAP):
        if not isinstance(value, (list, tuple, Mapping)) or len(value) != 1:
            break
        value = next(iter(value.values() if isinstance(value, Mapping) else value))
    return value


def _side(value: Any) -> int | float | None:
    """The side of a square that was typed as a pair or as text; None for anything else."""
    if isinstance(value, str):
        return number_text.square_side(value)
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    sides = [number_text.read(side) if isinstance(side, str) else side for side in value]
    plain_sides = [side.readings[0] if isinstance(side, number_text.Read) else side for side in sides]
    same = all(type(side) in (int, float) for side in plain_sides) and plain_sides[0] == plain_sides[1]
    return plain_sides[0] if same else None


def _from_literal(value: float) -> tuple[float, ...]:
    """``7.850`` in a program is 7.85; whoever writes thousands with a point meant 7 850."""
    thousands = value * 1000
    grouped = (
        isinstance(value, float)
        and 1 <= abs(value) < 1000
        and value != int(value)
        and math.isclose(thousands, round(thousands), rel_tol=1e-12)
    )
    return (value, float(round(thousands))) if grouped else (value,)


def _from_tuple(value: Sequence[Any]) -> tuple[float, ...]:
    if not 2 <= len(value) <= 5 or not all(type(item) is int for item in value):
        return ()
    head, *groups = value
    readings: list[float] = []
    if all(item == 0 or 100 <= item <= 999 for item in groups) and 1 <= abs(head) <= 999:
        sign = "-" if head < 0 else ""
        readings.append(int(sign + str(abs(head)) + "".join(f"{item:03d}" for item in groups)))
    if len(groups) == 1 and groups[0] >= 0:
        readings.append(float(f"{head}.{groups[0]}"))
    return tuple(readings)


def read_shape(value: Any) -> Shape | Unreadable:
    """A shape without its batch axis, from a tuple, list, dict, text or single size."""
    if isinstance(value, Unreadable):
        return value
    items: Sequence[Any]
    if isinstance(value, str):
        sizes = number_text.sizes(value)
        if sizes is None:
            return Unreadable(message("checks.answer_no_shape", typed=shown(value)))
        items = sizes
    elif isinstance(value, (list, tuple, Mapping)):
        items = [_size(item) for item in (value.values() if isinstance(value, Mapping) else value)]
    else:
        items = [value]
    if len(items) > 1 and items[0] in (None, "None"):
        items = items[1:]
    if not 1 <= len(items) <= 8 or not all(type(item) is int and 0 <= item < 1 << 53 for item in items):
        return Unreadable(message("checks.answer_no_shape", typed=shown(value)))
    return tuple(items)


def _size(item: Any) -> Any:
    """A size as a whole number where it was typed as another kind of number, or as text."""
    if isinstance(item, str) and item.strip().isascii() and item.strip().isdigit() and len(item) < 18:
        return int(item)
    return int(item) if isinstance(item, float) and item.is_integer() else item


def read_word(value: Any) -> str | Unreadable:
    """A choice or a single term in plain form: lower case, no accents, no brackets or final stop.

    ``" (B) "``, ``"b."`` and ``["b"]`` are all "b".
    """
    if isinstance(value, Unreadable):
        return value
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (str, int, float)) and len(shown(value)) > 0:
        return plain(str(value))
    return Unreadable(message("checks.answer_no_word", typed=shown(value)))


def plain(typed: str) -> str:
    """Text in lower case, without accents and surrounding signs, with single spaces."""
    split = unicodedata.normalize("NFKD", typed[:TEXT_CAP].casefold())
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w\s%+*/.,-]", " ", bare).split()).strip(" .,-_")
