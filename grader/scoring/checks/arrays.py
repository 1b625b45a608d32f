"""Checks on exported arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from grader.records import Evidence, ExportFacts, Judgement, Message, message
from grader.scoring.checks import array_formula
from grader.scoring.checks.subject import ended_reason, nested
from grader.scoring.checks.typed import Words

Floats = NDArray[np.float64]
LEAST_SHARE = 0.5  # of right values, from which they earn their share
Tolerance = tuple[float, float]
"""Absolute and relative."""
Known = tuple[tuple[int, ...], tuple[int, ...] | None, NDArray[np.float64]]
"""Shape, the rows that are known (None: all of them), and their values."""
Compared = tuple[Sequence[int], Floats, Floats]
"""Numbers of rows, the student's values in them, and the known ones."""
Following = tuple[str, Floats]
"""A formula, and the array that follows by it from the student's own ones."""


class WrongArray(TypedDict):
    """What every known wrong array has: a short name, and its values."""

    name: str
    values: Sequence[Any]


class ArrayMisconception(WrongArray, total=False):
    """What to say of it, and the credit that it still earns."""

    hint: Words
    credit: float


def array(
    evidence: Evidence,
    *,
    name: str,
    expected: str,
    atol: float = 1e-6,
    rtol: float = 1e-6,
    misconceptions: Sequence[ArrayMisconception] = (),
    carry: str = "",
) -> Judgement:
    """The exported array ``name`` has the shape and values of the reference's ``expected``.

    ``expected`` names an entry of the reference's expected values: nested lists for a whole array, or
    ``{shape, rows, values}`` for one of which only some rows are known. ``misconceptions`` name known wrong
    arrays by their ``values``: who has one of them is told its hint and earns its ``credit``. Of any other array
    the right values earn their share, when at least half of them are right; a value that fills half of the array or
    more is not enough for that. ``carry`` is a formula in other exported arrays, such as ``"-valid"``,
    ``"valid[::2, ::2]"`` or ``"max(0, stack(a, b))"``: what follows from a slip in one of them is right. A result
    that is smaller than the array is its middle.
    """
    own = evidence.facts.exports.get(name)
    if own is None:
        reason = ended_reason(evidence.facts)
        if reason is None:
            return Judgement(credit=0.0, why=message("checks.no_array", name=name))
        return Judgement(credit=0.0, why=message("checks.no_array_because", name=name, reason=nested(reason)))
    wanted = known_array(evidence.expected.get(expected))
    if wanted is None:
        return Judgement(credit=None, why=message("checks.no_expected", name=expected))
    tolerance = (atol, rtol)
    follows = _following(evidence, carry, wanted, tolerance) if carry else None
    compared = [(one, *_judged(one, wanted, follows, misconceptions, tolerance)) for one in (own, *own.candidates)]
    own, credit, why = max(compared, key=lambda found: -1.0 if found[1] is None else found[1])
    if own.by_shape:
        why = message("prepared.found_by_shape", found=own.found_as, what=nested(why))
    differing = _first_wrong(own, wanted, follows, tolerance)
    if differing is not None:
        place, got, right = differing
        sides = [_at(place, value) for value in (right, got)]
    else:
        sides = [message("checks.shape", shape=list(shape)) for shape in (wanted[0], own.shape)]
    return Judgement(credit=credit, why=why, expected=sides[0], actual=sides[1])


def _at(place: Sequence[int], value: float | str) -> Message:
    return message("checks.value_at", place=list(place), value=value) if place else message("checks.text", text=value)


def _judged(
    own: ExportFacts,
    wanted: Known,
    follows: Following | None,
    misconceptions: Sequence[ArrayMisconception],
    tolerance: Tolerance,
) -> tuple[float | None, Message]:
    """Credit and reason for an exported array: by the known one, by a known mistake, by its right values."""
    if own.shape != wanted[0]:
        return _mistaken(own, misconceptions, tolerance) or _of_another_shape(own, wanted, follows, tolerance)
    compared = _side_by_side(own, wanted)
    if compared is None:
        return None, message("checks.array_rows_unknown", name=own.name)
    _, values, known = compared
    if _close(values, known, tolerance).all():
        return 1.0, message("checks.array_right", name=own.name)
    right = _right(own, compared, follows, tolerance)
    if follows is not None and right.all():
        return 1.0, message("checks.array_carried", name=own.name, formula=follows[0])
    mistaken = _mistaken(own, misconceptions, tolerance)
    if mistaken is not None:
        return mistaken
    first = _first_wrong(own, wanted, follows, tolerance)
    assert first is not None
    told = dict(zip(("place", "own", "wanted"), first, strict=True))
    different = int(right.size - right.sum())
    why = message("checks.array_wrong", name=own.name, different=different, all=int(right.size), **told)
    return _share(right, known), why


def _of_another_shape(
    own: ExportFacts, wanted: Known, follows: Following | None, tolerance: Tolerance
) -> tuple[float, Message]:
    """Credit and reason for an array of another shape than the known one."""
    if follows is not None and own.shape == follows[1].shape and _is_middle(follows[1], own, tolerance):
        return 1.0, message("checks.array_carried", name=own.name, formula=follows[0])
    padded = wanted[1] is None and _is_middle(wanted[2], own, tolerance)
    key = "checks.array_padded" if padded else "checks.array_shape"
    return 0.0, message(key, name=own.name, shape=list(own.shape), wanted=list(wanted[0]))


def _close(values: Floats, known: Floats, tolerance: Tolerance) -> NDArray[np.bool_]:
    return np.isclose(values, known, atol=tolerance[0], rtol=tolerance[1])


def _right(own: ExportFacts, compared: Compared, follows: Following | None, tolerance: Tolerance) -> NDArray[np.bool_]:
    """Which values are right: as they are known, or as they follow from the student's own arrays."""
    _, values, known = compared
    right = _close(values, known, tolerance)
    if follows is None or own.values is None or follows[1].shape != values.shape:
        return right
    return right | _close(values, follows[1], tolerance)


def _is_middle(known: Floats, own: ExportFacts, tolerance: Tolerance) -> bool:
    """Whether an array holds the known values, perhaps with a border around them."""
    if own.values is None or not np.issubdtype(own.values.dtype, np.number):
        return False
    middle = _middle(own.values.shape, known.shape)
    return middle is not None and bool(_close(own.values[middle].astype(np.float64), known, tolerance).all())


def _middle(whole: Sequence[int], part: Sequence[int]) -> tuple[slice, ...] | None:
    """Where a smaller array lies in a larger one with the same border on both sides of each axis; None without one."""
    margins = [outer - inner for outer, inner in zip(whole, part, strict=True)] if len(whole) == len(part) else [-1]
    if any(margin < 0 or margin % 2 for margin in margins):
        return None
    return tuple(slice(margin // 2, margin // 2 + size) for margin, size in zip(margins, part, strict=True))


def _first_wrong(
    own: ExportFacts, wanted: Known, follows: Following | None, tolerance: Tolerance
) -> tuple[list[int], float | str, float] | None:
    """The place of the first wrong value of an array of the right shape, that value ("nan"), and the right one."""
    compared = _side_by_side(own, wanted) if own.shape == wanted[0] else None
    if compared is None:
        return None
    rows, values, known = compared
    right = _right(own, compared, follows, tolerance)
    if right.all():
        return None
    place = tuple(int(index) for index in np.unravel_index(int(right.argmin()), right.shape))
    got = float(values[place])
    numbers = [rows[place[0]], *place[1:]] if place else []
    return numbers, got if isfinite(got) else str(got), float(known[place])


def _share(right: NDArray[np.bool_], wanted: Floats) -> float:
    """What right values earn: their share, nothing when it is below a half.

    Where one value fills half of the array or more, its other values must be right as well: an array of zeros
    tells nothing.
    """
    share = float(right.mean())
    each, counts = np.unique(wanted, return_counts=True)
    if counts.max() * 2 >= wanted.size:
        others = right[wanted != each[counts.argmax()]]
        share = min(share, float(others.mean())) if others.size else 0.0
    return share if share >= LEAST_SHARE else 0.0


def _following(evidence: Evidence, carry: str, wanted: Known, tolerance: Tolerance) -> Following | None:
    """What follows from the student's own arrays, in the shape of the known one; None where it cannot be told.

    Only a slip is carried on: most values of each array must be right.
    """
    shape, rows, values = wanted
    known = {name: _mostly_right(evidence, name, tolerance) for name in array_formula.names(carry)}
    sound = {name: array for name, array in known.items() if array is not None}
    if rows is not None or len(sound) < len(known):
        return None
    found = array_formula.value(carry, sound)
    if found is None or found.ndim != len(shape):
        return None
    if any(array.shape != _known_shape(evidence, name) for name, array in sound.items()):
        return carry, found  # a border that was added to all of them
    middle = _middle(shape, found.shape)
    if middle is None:
        return None
    followed = values.copy()
    followed[middle] = found
    return carry, followed


def _known_shape(evidence: Evidence, name: str) -> tuple[int, ...]:
    known = known_array(evidence.expected.get(name))
    return () if known is None else known[0]


def _mostly_right(evidence: Evidence, name: str, tolerance: Tolerance) -> Floats | None:
    """The student's array of this name, when at least half of its values are right, or all but a border around them."""
    own, wanted = evidence.facts.exports.get(name), known_array(evidence.expected.get(name))
    if own is None or own.values is None or wanted is None:
        return None
    if own.shape != wanted[0]:
        padded = wanted[1] is None and _is_middle(wanted[2], own, tolerance)
        return own.values.astype(np.float64) if padded else None
    compared = _side_by_side(own, wanted)
    if compared is None or not _share(_close(compared[1], compared[2], tolerance), compared[2]):
        return None
    return compared[1]


def _mistaken(
    own: ExportFacts, misconceptions: Sequence[ArrayMisconception], tolerance: Tolerance
) -> tuple[float, Message] | None:
    """Credit and reason for an array that is known to be wrong; None for any other."""
    for known in misconceptions:
        wrong = known_array(known["values"])
        compared = _side_by_side(own, wrong) if wrong is not None and own.shape == wrong[0] else None
        if compared is not None and _close(*compared[1:], tolerance).all():
            named = message("checks.misconception", name=known["name"])
            told = message("checks.teacher", words=dict(known["hint"])) if "hint" in known else named
            return known.get("credit", 0.0), told
    return None


def known_array(value: Any) -> Known | None:
    """Shape, known rows (None: all) and values of a committed array; None when it is not one."""
    try:
        if isinstance(value, Mapping):
            rows = tuple(int(row) for row in value["rows"])
            return tuple(value["shape"]), rows, np.asarray(value["values"], dtype=np.float64)
        if isinstance(value, (list, tuple)):
            whole = np.asarray(value, dtype=np.float64)
            return whole.shape, None, whole
    except (KeyError, TypeError, ValueError):
        return None
    return None


def _side_by_side(own: ExportFacts, wanted: Known) -> Compared | None:
    """The rows that both sides know: their numbers, the student's values, the known ones; None without any."""
    _, rows, values = wanted
    known = {
        row: place for place, row in enumerate(rows if rows is not None else range(len(values) if values.ndim else 0))
    }
    if own.values is not None:
        picked = [row for row in known if row < len(own.values)] if own.values.ndim else []
        left = own.values[picked] if own.values.ndim else own.values
    elif own.row_values is not None:
        picked = [row for row in own.rows if row in known]
        left = own.row_values[[place for place, row in enumerate(own.rows) if row in known]]
    else:
        return None
    right = values[[known[row] for row in picked]] if own.shape else values
    if left.size == 0 and own.shape and 0 not in own.shape:
        return None
    if left.shape != right.shape or not (np.issubdtype(left.dtype, np.number) or left.dtype == np.bool_):
        return None
    return picked, left.astype(np.float64), right
