"""The check on typed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from grader.questions import Question
from grader.records import Evidence, Judgement, Message, ModelFacts, message
from grader.scoring import answers, formula
from grader.scoring.checks import figures
from grader.scoring.checks.own_figures import own_measurement
from grader.scoring.checks.subject import nested, no_layers, no_model, nothing_added, unread, unsized
from grader.scoring.checks.typed import Words, typed_answer

MeasuredQuantity = Literal["accuracy_gap", "test_accuracy", "train_accuracy", "total_params"]


class WrongValue(TypedDict):
    """What every known wrong answer has: its value and a short name."""

    value: float
    name: str


class Misconception(WrongValue, total=False):
    """A known wrong answer: what it is, what to say, and the credit that it still earns."""

    hint: Words
    credit: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """What a typed number is held against: any of these spans, in the unit of the question.

    Of a measured quantity each span has a sentence that says which figures give it.
    """

    spans: tuple[tuple[float, float], ...]
    unit: Literal["number", "share", "points"] = "number"
    figures: tuple[Message, ...] = ()

    def readings(self, typed: answers.Number) -> tuple[float, ...]:
        """The readings of a typed number in this unit."""
        number = (*typed.readings, *typed.shares) if typed.percent else typed.readings
        return {"number": number, "share": typed.shares, "points": typed.points}[self.unit]

    def hit(self, readings: Sequence[float], tolerance: tuple[float, float]) -> tuple[int, float] | None:
        """The place of the span in which, or beside which within (rel, abs), a reading lies, and that reading.

        Of several the nearest one, those of a single value first.
        """
        found = [
            (low < high, abs(reading - (low + high) / 2), place, reading)
            for place, (low, high) in enumerate(self.spans)
            for reading in readings
            if _within(reading, (low, high), tolerance)
        ]
        return min(found)[2:] if found else None


def number(  # noqa: PLR0913 - one parameter per key of a rubric
    evidence: Evidence,
    *,
    answer: str,
    equals: float | None = None,
    from_key: str | None = None,
    expected: str | None = None,
    equals_measured: MeasuredQuantity | None = None,
    rel: float = 0.0,
    abs: float = 0.0,
    share: bool = False,
    misconceptions: Sequence[Misconception] = (),
    carry: str | None = None,
) -> Judgement:
    """The number typed as ``answer`` is right within ``rel`` (a share of the value) or ``abs``.

    Right is ``equals``, or the student's own variant (``from_key``), or a committed value of the reference
    (``expected``), or what the student's own model gives (``equals_measured``: an accuracy as a share, the gap in
    percentage points): by what ``fit`` and ``evaluate`` said, else by what the model gives for the images that the
    notebook had. With ``share``, 0.981, 98.1 and ``98,1 %`` are the same.
    A square may be given by its side twice: ``(56, 56)``, ``"56x56"``. ``misconceptions`` name known wrong values;
    ``carry`` is a formula in other answers, such as ``"flat * 10 + 10"``: who is right by an own earlier answer keeps
    the credit.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    read = answers.read_number(typed, square=True)
    if isinstance(read, answers.Unreadable):
        return Judgement(credit=0.0, why=read.why)
    target = (
        _fixed_target(evidence, equals, from_key or expected, share=share)
        if equals_measured is None
        else _measured_target(evidence, equals_measured)
    )
    if isinstance(target, Judgement):
        return target
    readings, tolerance = target.readings(read), (rel, abs)
    hit = target.hit(readings, tolerance)
    if hit is not None:
        credit, why = 1.0, target.figures[hit[0]] if target.figures else message("checks.number_right")
    else:
        credit, why = _known_way(evidence, readings, tolerance, carry, misconceptions) or (
            0.0,
            message("checks.number_wrong", typed=answers.shown(typed)),
        )
    own = _own(target, typed, hit[1] if hit is not None else readings[0])
    return Judgement(credit=credit, why=why, expected=_wanted(target, hit[0] if hit is not None else 0), actual=own)


def _known_way(
    evidence: Evidence,
    readings: Sequence[float],
    tolerance: tuple[float, float],
    carry: str | None,
    misconceptions: Sequence[Misconception],
) -> tuple[float, Message] | None:
    """Credit and reason for a wrong number whose origin is known: an own earlier answer, or a named mistake."""
    carried = None if carry is None else _carried(evidence, carry)
    if carried is not None and any(_within(reading, (carried, carried), tolerance) for reading in readings):
        return 1.0, message("checks.number_carried", formula=carry, value=carried)
    for known in misconceptions:
        span = (known["value"], known["value"])
        if any(_within(reading, span, tolerance) for reading in readings):
            return known.get("credit", 0.0), _misunderstood(known)
    return None


def _within(value: float, span: tuple[float, float], tolerance: tuple[float, float]) -> bool:
    """Whether ``value`` lies in a span widened by (rel, abs); rounding in the 9th digit never counts."""
    low, high = span
    size = max(abs(low), abs(high))
    slack = max(tolerance[0] * size, tolerance[1])
    slack += 1e-9 * max(size, slack)
    return low - slack <= value <= high + slack


def _fixed_target(evidence: Evidence, equals: float | None, name: str | None, *, share: bool) -> _Target | Judgement:
    value: Any = equals
    if value is None:
        value = evidence.key.get(name, evidence.expected.get(name)) if name is not None else None
    if isinstance(value, Question):
        value = value.answer[-1]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Judgement(credit=None, why=message("checks.no_expected", name=name or "-"))
    return _Target(spans=((value, value),), unit="share" if share else "number")


def _measured_target(evidence: Evidence, quantity: MeasuredQuantity) -> _Target | Judgement:
    """The span of what was measured: accuracies with their 95 % interval, so that chance costs nothing."""
    model = evidence.model
    if model is None:
        return no_model(evidence.facts)
    if quantity == "total_params":
        return _params_target(evidence, model)
    measured = own_measurement(evidence, model, of_new=quantity != "train_accuracy")
    if isinstance(measured, Judgement):
        return measured
    part = measured.test if quantity == "test_accuracy" else measured.train
    if part is None:
        return Judgement(credit=None, why=message("checks.not_measured"))
    found = figures.figures(evidence, model, measured)
    if quantity == "accuracy_gap":
        return _gaps(found)
    shares = found.test if quantity == "test_accuracy" else found.train
    told = tuple(message("checks.accuracy_right", value=one.value, source=nested(one.source)) for one in shares)
    return _Target(spans=tuple((one.low, one.high) for one in shares), unit="share", figures=told)


def _params_target(evidence: Evidence, model: ModelFacts) -> _Target | Judgement:
    if nothing_added(model):
        return no_layers(evidence.facts)
    if not model.built:
        return Judgement(credit=None, why=unsized(model))
    known = bool(model.layers) and model.source == "file" and model.refusal is None
    return _Target(spans=((model.total_params, model.total_params),)) if known else unread(model)


def _gaps(found: figures.Figures) -> _Target:
    """Gaps in points that a student may honestly have computed, recorded ones first."""
    pairs = [(train, test) for train in found.train for test in found.test]
    spans = tuple((100 * (train.value - test.high), 100 * (train.value - test.low)) for train, test in pairs)
    told = tuple(
        message(
            "checks.gap_right",
            gap=100 * (train.value - test.value),
            train=train.value,
            test=test.value,
            train_source=nested(train.source),
            test_source=nested(test.source),
        )
        for train, test in pairs
    )
    return _Target(spans=spans, unit="points", figures=told)


def _own(target: _Target, typed: Any, reading: float) -> Message:
    """The student's number: one that was computed in two decimals, any other as it was typed."""
    if isinstance(typed, float) and target.unit == "points":
        if abs(reading - 100 * typed) < abs(reading - typed):
            return message("checks.points_of_share", value=reading, typed=typed)
        return message("checks.points", value=reading)
    if isinstance(typed, float) and target.unit == "share" and target.figures:
        return message("checks.share", value=reading)
    return message("checks.text", text=answers.shown(typed))


def _wanted(target: _Target, place: int) -> Message:
    """What was expected, by the span at ``place``."""
    low, high = target.spans[place]
    if target.unit == "points" and low == high:
        return message("checks.points", value=low)
    if target.unit == "points":
        return message("checks.points_between", low=low, high=high)
    if target.unit == "share" and low < high:
        return message("checks.share_between", low=low, high=high)
    return message("checks.share" if target.unit == "share" else "checks.whole_or_real", value=low)


def _carried(evidence: Evidence, carry: str) -> float | None:
    known = {}
    for name in formula.names(carry):
        read = answers.read_number(evidence.facts.answers.get(name), square=True)
        if isinstance(read, answers.Number):
            known[name] = read.readings[0]
    return formula.value(carry, known)


def _misunderstood(known: Misconception) -> Message:
    if "hint" in known:
        return message("checks.teacher", words=dict(known["hint"]))
    return message("checks.misconception", name=known["name"])
