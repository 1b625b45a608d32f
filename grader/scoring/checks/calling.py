"""The check on functions that students write, called with hidden arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from grader.records import CallFacts, Evidence, Judgement, Message, message
from grader.scoring.checks.subject import ended_reason, nested
from grader.scoring.checks.typed import Words

Right = Mapping[int, CallFacts]
"""Calls of the reference's function, by case."""
Tolerance = tuple[float, float]
UNSEEN: Mapping[str, str] = {
    "timeout": "checks.call_timeout",
    "died": "checks.call_died",
    "disk_full": "checks.call_disk_full",
}


class WrongFunction(TypedDict):
    """What every known mistake has: a short name, and a function of the reference that makes it."""

    name: str
    function: str


class CallMisconception(WrongFunction, total=False):
    """What to say of it, and the credit that it earns instead of the share of right calls."""

    hint: Words
    credit: float


def call(  # noqa: PLR0913 - one parameter per key of a rubric
    evidence: Evidence,
    *,
    function: str,
    atol: float = 1e-6,
    rtol: float = 1e-6,
    cases: Sequence[int] | None = None,
    in_place: float = 0.5,
    by_hand: bool = False,
    misconceptions: Sequence[CallMisconception] = (),
) -> Judgement:
    """The student's ``function`` gives what the reference's gives, for the hidden arguments of ``calls``.

    Credit is the share of right calls, all of them or those of ``cases`` (numbered from 1). A function that
    changes its arguments keeps ``in_place`` of its credit; with ``by_hand``, one that leaves its work to a library
    (SciPy, OpenCV, TensorFlow and their like) earns nothing. ``misconceptions`` name wrong functions of the reference
    (in cells with the tag ``teacher``): who gives what one of them gives in every call is told its hint and earns
    its ``credit``.
    """
    picked = None if cases is None else {case - 1 for case in cases}
    right = _by_case(evidence.reference_calls.get(function, ()), picked)
    if not right or any(one.output is None for one in right.values()):
        return Judgement(credit=None, why=message("checks.no_expected", name=function))
    own = _by_case(evidence.facts.calls.get(function, ()), picked)
    whole = _never_called(evidence, function, own, right)
    if whole is not None:
        return whole
    tolerance = (atol, rtol)
    faults = {case: _fault(own[case], one, tolerance) for case, one in right.items()}
    wrong = {case: fault for case, fault in faults.items() if fault is not None}
    credit = 1 - len(wrong) / len(right)
    why = message("checks.call_right", function=function, all=len(right))
    if wrong:
        known = _mistaken(evidence, own, right, tolerance, misconceptions)
        if known is not None:
            credit, why = known.get("credit", credit), _told(known)
        else:
            why = _faulty(function, own, wrong, len(right))
    changed = next((one for one in own.values() if one.changed), None)
    if changed is not None:
        key = "checks.call_changes_too" if wrong else "checks.call_changes"
        why = message(key, argument=_argument(changed), reason=nested(why))
        credit *= in_place
    lent = sorted({library for one in own.values() for library in one.libraries})
    if by_hand and lent and credit:
        credit, why = 0.0, message("checks.call_by_library", function=function, libraries=lent)
    expected, actual = _beside(own, right, wrong, tolerance)
    return Judgement(credit=credit, why=why, expected=expected, actual=actual)


def _by_case(calls: Sequence[CallFacts], picked: set[int] | None) -> Right:
    return {one.case: one for one in calls if picked is None or one.case in picked}


def _never_called(evidence: Evidence, function: str, own: Right, right: Right) -> Judgement | None:
    """What is to be said when there are no calls to look at."""
    reason = ended_reason(evidence.facts, function)
    if own.keys() < right.keys():
        if reason is None or own:
            return Judgement(credit=None, why=message("checks.calls_lost", function=function))
        return Judgement(credit=0.0, why=message("checks.no_call_because", function=function, reason=nested(reason)))
    first = own[min(right)]
    if first.outcome == "missing" and reason is None:
        return Judgement(credit=0.0, why=message("checks.no_function", function=function))
    if first.outcome == "missing":
        assert reason is not None
        why = message("checks.no_function_because", function=function, reason=nested(reason))
        return Judgement(credit=0.0, why=why)
    if first.outcome == "error" and first.error == "not callable":
        return Judgement(credit=0.0, why=message("checks.not_a_function", function=function, kind=first.text))
    return None


# ---------------------------------------------------------------- one call


def _fault(own: CallFacts, right: CallFacts, tolerance: Tolerance) -> Message | None:
    """What is wrong with one call, as a clause; None when nothing is."""
    if own.output is None:
        return _without_output(own)
    assert right.output is not None
    got, wanted = own.output, right.output
    if got.shape != wanted.shape:
        return message("checks.call_shape", shape=list(got.shape), wanted=list(wanted.shape))
    if got.dtype.kind == "b" and wanted.dtype.kind != "b":
        return message("checks.call_bools")
    bad = ~np.isfinite(got.astype(np.float64)) & np.isfinite(wanted.astype(np.float64))
    if bad.any():
        return message("checks.call_not_finite", count=int(bad.sum()), all=int(bad.size))
    far = ~_close(got, wanted, tolerance)
    if not far.any():
        return None
    place, values = _first(far, got, wanted)
    counts = {"count": int(far.sum()), "all": int(far.size)}
    key = "checks.call_value" if place else "checks.call_number"
    return message(key, place=place, own=values[0], wanted=values[1], **counts)


def _without_output(own: CallFacts) -> Message:
    if own.outcome == "no_array" and own.error == "NoneType":
        return message("checks.call_none")
    if own.outcome == "no_array":
        return message("checks.call_no_array", kind=own.error)
    if own.outcome == "error" and own.error == "NotImplementedError":
        return message("checks.call_not_written")
    if own.outcome == "error":
        return message("checks.call_error", error=own.error)
    return message(UNSEEN.get(own.outcome, "checks.call_not_called"))


def _close(got: NDArray[np.generic], wanted: NDArray[np.generic], tolerance: Tolerance) -> NDArray[np.bool_]:
    atol, rtol = tolerance
    slack = atol * (1 + 1e-9)  # 117 is within 1 of 116, also when 116 came about as 115.99999999999999
    return np.isclose(got.astype(np.float64), wanted.astype(np.float64), rtol=rtol, atol=slack, equal_nan=True)


def _first(
    far: NDArray[np.bool_], got: NDArray[np.generic], wanted: NDArray[np.generic]
) -> tuple[list[int], tuple[float, float]]:
    """The first place that differs, and what stands there on both sides."""
    place = tuple(int(axis[0]) for axis in np.nonzero(far)) if far.ndim else ()
    return list(place), (float(got[place]), float(wanted[place]))


# ---------------------------------------------------------------- all calls


def _faulty(function: str, own: Right, wrong: Mapping[int, Message], count: int) -> Message:
    """The first fault in words, with how many calls are right and what the function was given."""
    case, fault = next(iter(wrong.items()))
    return message(
        "checks.call_wrong",
        function=function,
        right=count - len(wrong),
        all=count,
        given=own[case].given,
        fault=nested(fault),
    )


def _mistaken(
    evidence: Evidence,
    own: Right,
    right: Right,
    tolerance: Tolerance,
    misconceptions: Sequence[CallMisconception],
) -> CallMisconception | None:
    """The known mistake that explains every call."""
    for known in misconceptions:
        calls = {one.case: one for one in evidence.reference_calls.get(known["function"], ())}
        if not calls.keys() >= right.keys() or any(calls[case].output is None for case in right):
            continue
        explains = all(_fault(own[case], calls[case], tolerance) is None for case in right)
        differs = any(_fault(calls[case], right[case], tolerance) is not None for case in right)
        if explains and differs:
            return known
    return None


def _told(known: CallMisconception) -> Message:
    if "hint" in known:
        return message("checks.teacher", words=dict(known["hint"]))
    return message("checks.misconception", name=known["name"])


def _argument(changed: CallFacts) -> str:
    """The name of the first changed argument, else its number."""
    name = changed.names[0] if changed.names else ""
    return name or str(changed.changed[0] + 1)


def _beside(
    own: Right, right: Right, wrong: Mapping[int, Message], tolerance: Tolerance
) -> tuple[Message | None, Message | None]:
    """Expected and actual, of the first call that is wrong: shapes, or the values at one place."""
    case = next(iter(wrong), None)
    if case is None:
        return None, None
    got, wanted = own[case].output, right[case].output
    assert wanted is not None
    if got is None or got.shape != wanted.shape:
        actual = None if got is None else message("checks.shape", shape=list(got.shape))
        return message("checks.shape", shape=list(wanted.shape)), actual
    far = ~_close(got, wanted, tolerance)
    if not far.any():
        return None, None
    place, values = _first(far, got, wanted)
    key = "checks.value_at" if place else "checks.whole_or_real"
    return message(key, place=place, value=values[1]), message(key, place=place, value=values[0])
