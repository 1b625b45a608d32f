"""Checks on how a model was compiled and trained, and on what it reaches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot

from grader.records import Accuracy, CompileFacts, Evidence, Judgement, Measured, Message, ModelFacts, message
from grader.scoring import test_in_training
from grader.scoring.checks.subject import (
    about_model,
    ended_reason,
    nested,
    never_trained,
    no_layers,
    nothing_added,
    several_outputs,
    unread,
)

SAME = {
    "acc": "accuracy",
    "categoricalaccuracy": "accuracy",
    "sparsecategoricalaccuracy": "accuracy",
    "binaryaccuracy": "accuracy",
    "mse": "meansquarederror",
    "mae": "meanabsoluteerror",
    "mape": "meanabsolutepercentageerror",
    "msle": "meansquaredlogarithmicerror",
    "bce": "binarycrossentropy",
    "kld": "kldivergence",
    "kullbackleiblerdivergence": "kldivergence",
    "logcosh": "logcosh",
    "stochasticgradientdescent": "sgd",
}
"""Names that mean the same, in plain form."""

UNTRAINED = (
    "checks.never_trained",
    "checks.never_trained_because",
    "checks.accuracy_untrained",
    "checks.accuracy_untrained_because",
)
"""What is said of a model without a training; how to train better helps nobody then."""


@about_model
def compiled_with(
    evidence: Evidence,
    model: ModelFacts,
    *,
    loss: Sequence[str] = (),
    optimizer: Sequence[str] = (),
    metrics: Sequence[str] = (),
) -> Judgement:
    """The model was compiled with one of these losses, one of these optimizers, and all of these metrics.

    Names are Keras names in any form (``rmsprop`` is ``RMSprop``, ``acc`` is ``accuracy``). What is asked for
    shares the credit.
    """
    asked = [list(names) for names in (loss, optimizer, metrics) if names]
    expected = message("checks.items", items=[" | ".join(names) for names in asked])
    compiled = model.compiled
    if compiled is None:
        at_fault = evidence.facts.missed_compile
        why = message("checks.not_compiled_because", cell=at_fault) if at_fault else message("checks.not_compiled")
        return Judgement(credit=0.0, why=why, expected=expected)
    parts = []
    if loss:
        only = (compiled.loss_like or compiled.loss,)
        given = tuple(compiled.losses.values()) if len(model.outputs) > 1 else only
        right = all(_is_one_of(one, loss) for one in given or only)
        if not right and len(model.outputs) > 1:
            return several_outputs(model, expected)
        parts.append(("words.loss", compiled.loss or "-", right))
    if optimizer:
        parts.append(("words.optimizer", compiled.optimizer or "-", _is_one_of(compiled.optimizer, optimizer)))
    if metrics:
        present = {same_name(name) for name in compiled.metrics}
        own = ", ".join(compiled.metrics) or "-"
        parts.append(("words.metrics", own, {same_name(name) for name in metrics} <= present))
    wrong = [
        nested(message("checks.compiled_part", what={"key": word, "values": {}}, own=own[:100]))
        for word, own, right in parts
        if not right
    ]
    actual = message("checks.items", items=_compiled(compiled))
    if not wrong:
        return Judgement(credit=1.0, why=message("checks.compiled_right"), expected=expected, actual=actual)
    return Judgement(
        credit=1 - len(wrong) / len(parts),
        why=message("checks.compiled_wrong", parts=wrong),
        expected=expected,
        actual=actual,
    )


def same_name(name: str) -> str:
    """A loss, optimizer or metric in plain form: ``"CategoricalCrossentropy"`` is ``"categorical_crossentropy"``."""
    letters = re.sub(r"[^a-z0-9]", "", name.casefold())
    return SAME.get(letters, letters)


def _is_one_of(name: str | None, names: Sequence[str]) -> bool:
    return name is not None and same_name(name) in {same_name(one) for one in names}


def _compiled(compiled: CompileFacts) -> list[str]:
    return [(name or "-")[:100] for name in (compiled.loss, compiled.optimizer, ", ".join(compiled.metrics))]


@about_model
def test_accuracy(evidence: Evidence, model: ModelFacts, *, knots: Mapping[float, float]) -> Judgement:
    """The accuracy on the test images earns the credit of the knots: ``{0.90: 0, 0.95: 0.5, 0.97: 1}``.

    Between two knots credit grows linearly. A knot counts as reached when the upper end of the
    accuracy's 95 % interval reaches it, so that nobody misses a target by chance.
    """
    measured = measurement(evidence, model)
    if isinstance(measured, Judgement):
        return measured
    accuracy = measured.test
    assert accuracy is not None
    credit = credit_at(accuracy, knots)
    low, high = accuracy.interval
    key = "checks.accuracy" if len(measured.seeds) < 2 else "checks.accuracy_of_runs"
    goal = max(knots)
    why = message(key, accuracy=accuracy.value, n=accuracy.n, low=low, high=high, goal=goal, runs=len(measured.seeds))
    return Judgement(
        credit=credit,
        why=_untrained_accuracy(evidence, model, accuracy) or why if credit == 0 else why,
        expected=message("checks.accuracy_goal", goal=goal, least=min(knots)),
        actual=message("checks.share", value=accuracy.value),
    )


def _untrained_accuracy(evidence: Evidence, model: ModelFacts, accuracy: Accuracy) -> Message | None:
    """Why an accuracy is that of guessing: the model was never trained, nor does it hold weights that were."""
    if not is_untrained(evidence, model):
        return None
    values = {"accuracy": accuracy.value, "n": accuracy.n}
    reason = ended_reason(evidence.facts, "fit", "fit_generator")
    if reason is None:
        return message("checks.accuracy_untrained", **values)
    return message("checks.accuracy_untrained_because", reason=nested(reason), **values)


def is_untrained(evidence: Evidence, model: ModelFacts) -> bool:
    """Whether a model was not trained in the run by any road that we see, nor holds weights that were."""
    return not (model.fits or model.trained_here or evidence.facts.own_loop)


def credit_at(accuracy: Accuracy, knots: Mapping[float, float]) -> float:
    """Credit 0-1 of an accuracy: linear between knots, but at least that of every knot its interval reaches."""
    points = sorted(knots.items())
    value, upper = accuracy.value, accuracy.interval[1]
    reached = max((credit for knot, credit in points if knot <= upper), default=0.0)
    if value >= points[-1][0]:
        return points[-1][1]
    for (low, least), (high, most) in pairwise(points):
        if low <= value < high:
            return max(reached, least + (most - least) * (value - low) / (high - low))
    return reached


@about_model
def accuracy_gap(evidence: Evidence, model: ModelFacts, *, max: float) -> Judgement:
    """Training accuracy exceeds test accuracy by at most ``max`` (a share: 0.02 is two points).

    Both are measured here. A gap that is only larger by sampling error counts as reached.
    """
    measured = measurement(evidence, model)
    if isinstance(measured, Judgement):
        return measured
    if measured.test is None or measured.train is None:
        return Judgement(credit=None, why=message("checks.not_measured"))
    gap = measured.train.value - measured.test.value
    doubt = hypot(*((high - low) / 2 for low, high in (measured.train.interval, measured.test.interval)))
    small = gap - doubt <= max
    return Judgement(
        credit=1.0 if small else 0.0,
        why=message(
            "checks.gap_small" if small else "checks.gap_large",
            gap=100 * gap,
            train=measured.train.value,
            test=measured.test.value,
        ),
        expected=message("checks.at_most_points", limit=100 * max),
        actual=message("checks.points", value=round(100 * gap, 2)),
    )


def measurement(evidence: Evidence, model: ModelFacts) -> Measured | Judgement:
    """Our measurement of the model's test accuracy, or why there is none."""
    measured = evidence.measured
    if nothing_added(model):
        return no_layers(evidence.facts)
    if not model.built and not model.fits:
        return never_trained(evidence)
    if measured is None:
        return unread(model) if model.refusal else Judgement(credit=None, why=message("checks.not_measured"))
    if measured.test is not None and measured.problem is None:
        return measured
    why = measured.problem or message("checks.not_measured")
    students_own = measured.problem is not None and not measured.ours
    return Judgement(credit=0.0 if students_own else None, why=why)


@about_model
def uses_data(evidence: Evidence, model: ModelFacts, *, min_rows: int) -> Judgement:
    """The model was trained on at least ``min_rows`` different training images, and on none of the test set."""
    expected = message("checks.at_least", least=min_rows)
    if not model.fits:
        return replace(never_trained(evidence), expected=expected)
    of_test = test_in_training.of_model(model)
    if of_test:
        return Judgement(credit=0.0, why=message("checks.trained_on_test", rows=of_test), expected=expected)
    rows = [fit.distinct_rows if fit.distinct_rows is not None else fit.rows for fit in model.fits]
    known = [count for count in rows if count is not None]
    best = max(known, default=0)
    if best >= min_rows:
        why, credit = message("checks.trained_on", rows=best), 1.0
    elif len(known) < len(rows):
        return Judgement(credit=None, why=message("checks.rows_unknown"), expected=expected)
    elif sum(known) >= min_rows:
        # Several calls of fit may have seen different parts of the set, or the same one again.
        return Judgement(credit=None, why=message("checks.rows_in_parts", rows=best), expected=expected)
    else:
        why, credit = message("checks.trained_on_too_few", rows=best, least=min_rows), 0.0
    return Judgement(credit=credit, why=why, expected=expected, actual=message("checks.whole", value=best))


@about_model
def trained_with(
    evidence: Evidence,
    model: ModelFacts,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    times: int | None = None,
) -> Judgement:
    """The model was trained for ``epochs`` epochs in batches of ``batch_size``, with ``fit`` called ``times`` times.

    Epochs are those that were asked for: stopping early costs nothing. Of several trainings the last one counts.
    What is asked for shares the credit.
    """
    if not model.fits:
        return never_trained(evidence)
    last = model.fits[-1]
    asked = [
        ("words.epochs", epochs, last.epochs_asked),
        ("words.batch_size", batch_size, last.batch_size),
        ("words.calls_of_fit", times, len(model.fits)),
    ]
    parts = [(word, wanted, own) for word, wanted, own in asked if wanted is not None]
    shown = [nested(message("checks.setting_is", what=word, own=own)) for word, _, own in parts]
    wrong = [part for part, (_, wanted, own) in zip(shown, parts, strict=True) if own != wanted]
    why = message("checks.trained_otherwise", parts=wrong) if wrong else message("checks.trained_so")
    expected = [nested(message("checks.setting_is", what=word, own=wanted)) for word, wanted, _ in parts]
    return Judgement(
        credit=1 - len(wrong) / max(1, len(parts)),
        why=why,
        expected=message("checks.items", items=expected),
        actual=message("checks.items", items=shown),
    )
