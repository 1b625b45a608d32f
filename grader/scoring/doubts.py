"""What our own measurements say against a training. Pure.

Histories and evaluations are claims of the student's process. Where our own measurement of the same model contradicts
one, it earns nothing; what is only odd asks for a person and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt

from grader.records import Accuracy, Facts, FitFacts, Measured, Message, ModelFacts, Prediction, message
from grader.scoring import model_choice

CLAIMED_ABOVE = 0.03  # by so much a claim may be above our measurement
MOST_ROWS = 0.5  # share of the training images from which a training counts as one on all of them
# A test accuracy above the training accuracy with odds of 1 in 10 000, one-sided; docs/validation.md has the runs.
ABOVE_BY_CHANCE = 3.719
# Below that a test accuracy shows no knowledge of the test images, and nobody forges one: such networks are unsteady,
# and what an epoch showed on its way can be far above where it ended.
LEAST = 0.5
EASIER = 0.01  # by so much the test images of a public split may be easier than the training images
UNMOVED = 1e-4  # the largest share by which a weight changed in the last training
MACS_PER_S = 1e12  # no processor trains faster: forward and backward take three times the work of a prediction
LEAST_S = 0.05  # below this nothing is said of speed
ACCURACIES = ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy")
RESTORING = ("EarlyStopping", "ModelCheckpoint")  # may end with the weights of an earlier epoch
NORMALISING = "BatchNormalization"  # while it trains it gives other values than in a prediction


def without_refuted(facts: Facts, measured: Mapping[int, Measured], *, train_rows: int, test_rows: int | None) -> Facts:
    """``facts`` without the last training of each model of which our measurement says that it cannot be as claimed.

    ``test_rows`` is how many test images the notebook had, None when those were not the ones that we measure on.
    """
    refuted: dict[int, Message] = {}
    for model in facts.recorded:
        claim = _refuted(model, facts.predictions.get(model.number), measured.get(model.number), train_rows, test_rows)
        if claim is not None:
            refuted[model.number] = claim
    if not refuted:
        return facts

    def mended(model: ModelFacts) -> ModelFacts:
        if model.number not in refuted:
            return model
        kept = tuple(one for one in model.evaluations if one.fits is not None and one.fits < len(model.fits))
        return replace(model, fits=model.fits[:-1], evaluations=kept)

    return replace(
        facts,
        recorded=tuple(map(mended, facts.recorded)),
        models={name: tuple(map(mended, several)) for name, several in facts.models.items()},
        carried=(*facts.carried, *refuted.values()),
    )


def _refuted(
    model: ModelFacts,
    prediction: Prediction | None,
    own: Measured | None,
    train_rows: int,
    test_rows: int | None,
) -> Message | None:
    """What is claimed and what we measured, when a claim on the last training is too far above; else None."""
    if not model.fits or own is None or prediction is None or not prediction.certain:
        return None
    last = model.fits[-1]
    if own.train is None or own.test is None:
        return None
    # An evaluation of so many images may have been one of training images.
    best = max(own.train, own.test, key=lambda accuracy: accuracy.value)
    pairs = ((_claimed_in_training(model, last, train_rows), own.train), (_claimed_in_test(model, test_rows), best))
    for claim, accuracy in pairs:
        if claim is not None and claim >= LEAST and claim > accuracy.interval[1] + CLAIMED_ABOVE:
            return message(
                "scoring.claim_refuted", name=model_choice.called(model), claimed=claim, measured=accuracy.value
            )
    return None


def _claimed_in_training(model: ModelFacts, last: FitFacts, train_rows: int) -> float | None:
    """The training accuracy that the history claims, where it can be held against ours."""
    rows = last.distinct_rows if last.distinct_rows is not None else last.rows
    normalised = any(NORMALISING in layer.kind for layer in model.layers)
    if rows is None or rows < MOST_ROWS * train_rows or normalised or not model.layers:
        return None
    values = next((last.history[name] for name in ACCURACIES if last.history.get(name)), ())
    if not values:
        return None
    return min(values) if any(name in RESTORING for name in last.callbacks) else values[-1]


def _claimed_in_test(model: ModelFacts, test_rows: int | None) -> float | None:
    """The accuracy of the last evaluation on the test images after the last training."""
    if test_rows is None:
        return None
    found = [
        one.metrics[name]
        for one in model.evaluations
        if one.rows == test_rows and one.fits == len(model.fits)
        for name in ACCURACIES
        if name in one.metrics
    ]
    return found[-1] if found else None


def remarks(
    graded: Sequence[tuple[str, ModelFacts]], measured: Mapping[int, Measured], *, easier: float
) -> tuple[Message, ...]:
    """Reasons for a person to look at the ``graded`` models, each beside the name that a reader knows it by.

    ``easier``: by which share the test images may be easier than the training images.
    """
    return tuple(reason for name, model in graded for reason in _odd(name, model, measured.get(model.number), easier))


def _odd(name: str, model: ModelFacts, own: Measured | None, easier: float) -> Iterator[Message]:
    if own is None or own.test is None:  # an early look trains nothing in full
        return
    if own.train is not None and above(own.test, own.train, easier):
        yield message("scoring.test_above_train", name=name, test=own.test.value, train=own.train.value)
    if not model.fits:
        return
    last = model.fits[-1]
    if last.moved is not None and last.moved < UNMOVED and last.epochs_done > 0:
        yield message("scoring.unmoved", name=name)
    work = 3 * model.macs * (last.rows or 0) * last.epochs_done
    if last.seconds > 0 and work > MACS_PER_S * max(last.seconds, LEAST_S):  # a loop of batches has no time
        yield message("scoring.too_fast", name=name, epochs=last.epochs_done, seconds=last.seconds)


def above(test: Accuracy, train: Accuracy, easier: float) -> bool:
    """Whether a test accuracy is significantly above the training accuracy and more than test images are easier."""
    return test.value >= LEAST and deviation(test, train, easier) > ABOVE_BY_CHANCE


def deviation(test: Accuracy, train: Accuracy, easier: float) -> float:
    """By how many standard deviations; two proportions, pooled. 0 where both are without a fault."""
    pooled = (test.correct + train.correct) / (test.n + train.n)
    error = sqrt(pooled * (1 - pooled) * (1 / test.n + 1 / train.n))
    return (test.value - train.value - easier) / error if error > 0 else 0.0
