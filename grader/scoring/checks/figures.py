"""The accuracies that a student may honestly have seen, each with a sentence that says where it stands.

What ``fit`` and ``evaluate`` said is recorded. An accuracy that was worked out in another way (scikit-learn, a
confusion matrix, a metric object, NumPy) is not: then the model itself is measured on the images that the notebook had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import normpath

from grader.records import Accuracy, EvaluationFacts, Evidence, Measured, Message, ModelFacts, OwnImages, message
from grader.scoring import test_in_training

ACCURACIES = ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy", "compile_metrics")
LEAST_ROWS = 100  # of a part of the images that an accuracy may rest on
EVALUATIONS_CAP = 20
PARTS_CAP = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """An accuracy as a share, with its 95 % interval where it was measured on other images, and where it stands."""

    value: float
    source: Message
    low: float
    high: float


def _exactly(value: float, source: Message) -> Figure:
    return Figure(value=value, source=source, low=value, high=value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Accuracies on training images and on test images, recorded ones first."""

    train: tuple[Figure, ...]
    test: tuple[Figure, ...]


def figures(evidence: Evidence, model: ModelFacts, measured: Measured) -> Figures:
    """What a notebook may say of its model: what it recorded, then what we measured. ``measured`` has a test part."""
    assert measured.test is not None
    evaluations = [one for each in _copies(evidence, model) for one in each.evaluations][-EVALUATIONS_CAP:]
    test_rows = measured.test.n
    train = [*_history(model, ""), *_evaluated(evaluations, "train", test_rows)]
    test = [*_evaluated(evaluations, "test", test_rows), *_history(model, "val_")]
    given = evidence.facts.given.get(model.number)
    if given is not None:
        parts = _rows(evaluations, model)
        train += _given(given, "train", parts)
        test += _given(given, "test", parts)
    if measured.train is not None:
        train.append(_ours(measured.train, "train"))
    if not (test and test_in_training.of_model(model)):  # else what it makes of new images is not what it saw
        test.append(_ours(measured.test, "test"))
    return Figures(train=tuple(train), test=tuple(test))


def _ours(measured: Accuracy, part: str) -> Figure:
    low, high = measured.interval
    source = message(f"checks.from_our_{part}", n=measured.n)
    return Figure(value=measured.value, source=source, low=low, high=high)


def _copies(evidence: Evidence, model: ModelFacts) -> Sequence[ModelFacts]:
    """The model, and those that have its weights: the same archive, or loaded from a file that it was saved in."""
    saved = {normpath(one.path) for one in evidence.facts.events if one.kind == "save" and one.model == model.number}
    loaded = {one.model for one in evidence.facts.events if one.kind == "load" and normpath(one.path) in saved}
    others = [
        one
        for one in evidence.facts.recorded
        if one.number != model.number and not one.fits and (one.number in loaded or _same_weights(one, model))
    ]
    return [*others, model]


def _same_weights(one: ModelFacts, other: ModelFacts) -> bool:
    return bool(one.sha256) and one.sha256 == other.sha256


def _history(model: ModelFacts, prefix: str) -> Iterator[Figure]:
    """The last epoch's accuracy; of validations those on the test images."""
    fit = model.fits[-1] if model.fits else None
    if fit is None or (prefix and not fit.validated_on_test):
        return
    last = {name: values[-1] for name, values in fit.history.items() if values}
    value = accuracy({name[len(prefix) :]: value for name, value in last.items() if name.startswith(prefix)})
    if value is not None:
        yield _exactly(value, message(f"checks.from_{prefix}history"))


def _evaluated(evaluations: Sequence[EvaluationFacts], part: str, test_rows: int) -> Iterator[Figure]:
    """What ``evaluate`` said of a part, the last first; a small part that is not known may be of either."""
    for one in reversed(evaluations):
        value, rows = accuracy(one.metrics), one.rows or 0
        guessed = "train" if rows > test_rows else "test" if rows == test_rows else part
        if value is not None and rows and (one.part or guessed) == part:
            yield _exactly(value, message("checks.from_evaluate", n=rows))


def _rows(evaluations: Sequence[EvaluationFacts], model: ModelFacts) -> Sequence[int]:
    """How many rows the notebook gave to ``evaluate`` and ``predict``."""
    asked = [*(one.rows or 0 for one in evaluations), *(one.rows or 0 for one in model.queries)]
    return list(dict.fromkeys(rows for rows in reversed(asked) if rows >= LEAST_ROWS))[:PARTS_CAP]


def _given(given: OwnImages, part: str, parts: Sequence[int]) -> Iterator[Figure]:
    """What we measured on all images of a part that the notebook had, and on the first or last ones, as it used."""
    right = given.train if part == "train" else given.test
    firsts = [right[:rows] for rows in parts if rows < len(right)]
    lasts = [right[-rows:] for rows in parts if rows < len(right)]
    for some in (right, *firsts, *lasts):
        yield _exactly(float(some.mean()), message(f"checks.from_given_{part}", n=len(some)))


def accuracy(metrics: Mapping[str, float]) -> float | None:
    """The accuracy among the values of ``evaluate`` or the end of a history, whatever it is called."""
    return next((metrics[name] for name in ACCURACIES if name in metrics), None)
