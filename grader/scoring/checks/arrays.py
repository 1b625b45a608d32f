"""Checks on exported arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from grader.records import Evidence, ExportFacts, Judgement, Message, message
from grader.scoring.checks.subject import ended_reason, nested
from grader.scoring.checks.typed import Words

Known = tuple[tuple[int, ...], tuple[int, ...] | None, NDArray[np.float64]]
"""Shape, the rows that are known (None: all of them), and their values."""


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
) -> Judgement:
    """The exported array ``name`` has the shape and values of the reference's ``expected``.

    ``expected`` names an entry of the reference's expected values: nested lists for a whole array, or
    ``{shape, rows, values}`` for one of which only some rows are known. ``misconceptions`` name known wrong
    arrays by their ``values``: who has one of them is told its hint and earns its ``credit``.
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
    compared = [(one, *_compared(one, wanted, atol=atol, rtol=rtol)) for one in (own, *own.candidates)]
    own, credit, why = max(compared, key=lambda found: -1.0 if found[1] is None else found[1])
    if credit == 0:
        credit, why = _mistaken(own, misconceptions, atol=atol, rtol=rtol) or (credit, why)
    if own.by_shape:
        why = message("prepared.found_by_shape", found=own.found_as, what=nested(why))
    differing = _differing(own, wanted, atol=atol, rtol=rtol)
    if differing is not None:
        place, got, right = differing
        sides = [_at(place, value) for value in (right, got)]
    else:
        sides = [message("checks.shape", shape=list(shape)) for shape in (wanted[0], own.shape)]
    return Judgement(credit=credit, why=why, expected=sides[0], actual=sides[1])


def _at(place: Sequence[int], value: float | str) -> Message:
    return message("checks.value_at", place=list(place), value=value) if place else message("checks.text", text=value)


def _compared(own: ExportFacts, wanted: Known, *, atol: float, rtol: float) -> tuple[float | None, Message]:
    """Credit and reason for an exported array beside a known one."""
    shape, rows, values = wanted
    if own.shape != shape:
        return 0.0, message("checks.array_shape", name=own.name, shape=list(own.shape), wanted=list(shape))
    pair = _same_rows(own, rows, values)
    if pair is None:
        return None, message("checks.array_rows_unknown", name=own.name)
    differing = _differing(own, wanted, atol=atol, rtol=rtol)
    if differing is None:
        return 1.0, message("checks.array_right", name=own.name)
    place, got, right = differing
    close = np.isclose(pair[0], pair[1], rtol=rtol, atol=atol)
    return 0.0, message(
        "checks.array_wrong",
        name=own.name,
        different=int(close.size - close.sum()),
        all=int(close.size),
        place=list(place),
        own=got,
        wanted=right,
    )


def _differing(
    own: ExportFacts, wanted: Known, *, atol: float, rtol: float
) -> tuple[tuple[int, ...], float | str, float] | None:
    """The first place at which an array of the right shape differs, the own value there ("nan"), and the right one."""
    pair = _same_rows(own, *wanted[1:]) if own.shape == wanted[0] else None
    if pair is None:
        return None
    far = ~np.isclose(pair[0], pair[1], rtol=rtol, atol=atol)
    if not far.any():
        return None
    place = tuple(int(axis[0]) for axis in np.nonzero(far)) if far.ndim else ()
    got, right = (float(side[place]) for side in pair[:2])
    return (*(pair[2][row] for row in place[:1]), *place[1:]), got if isfinite(got) else str(got), right


def _mistaken(
    own: ExportFacts, misconceptions: Sequence[ArrayMisconception], *, atol: float, rtol: float
) -> tuple[float, Message] | None:
    """Credit and reason for an array that is known to be wrong; None for any other."""
    for known in misconceptions:
        wrong = known_array(known["values"])
        if wrong is not None and _compared(own, wrong, atol=atol, rtol=rtol)[0] == 1:
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


def _same_rows(
    own: ExportFacts, rows: tuple[int, ...] | None, values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], Sequence[int]] | None:
    """The rows that both sides know, side by side, and their numbers; None when there are none."""
    known = {row: place for place, row in enumerate(rows if rows is not None else range(len(values)))}
    if own.values is not None:
        picked = [row for row in known if row < len(own.values)]
        left = own.values[picked] if own.values.ndim else own.values
        right = values[[known[row] for row in picked]] if own.values.ndim else values
    elif own.row_values is not None:
        places = [place for place, row in enumerate(own.rows) if row in known]
        picked = [own.rows[place] for place in places]
        left = own.row_values[places]
        right = values[[known[row] for row in picked]]
    else:
        return None
    if left.size == 0 and own.shape and 0 not in own.shape:
        return None
    if left.shape != right.shape or not (np.issubdtype(left.dtype, np.number) or left.dtype == np.bool_):
        return None
    return left.astype(np.float64), right, picked
