"""A model's outputs held against labels: how many images it names rightly. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import Accuracy, Measured, Message, OwnImages, Prediction, message


def measure_prediction(prediction: Prediction, test_labels: NDArray[Any], train_labels: NDArray[Any]) -> Measured:
    """What a model's outputs say, held against labels: (n,) class numbers, in the order of the images.

    Training outputs may cover only the first images of the training set.
    """
    if prediction.test is None:
        why = prediction.problem or message("scoring.no_outputs")
        return Measured(problem=why, ours=prediction.ours or prediction.problem is None)
    test = measure_accuracy(prediction.test, test_labels)
    if isinstance(test, Message):
        return Measured(problem=test, ours=False)
    train: Accuracy | Message | None = None
    if prediction.train is not None:
        train = measure_accuracy(prediction.train, train_labels[: len(prediction.train)])
    rows = prediction.test.reshape(len(prediction.test), -1)
    finite = np.isfinite(rows)
    bad = 0 if finite.all() else int((~finite).any(axis=1).sum())
    notes = (message("scoring.not_finite", rows=bad, all=len(rows)),) if bad else ()
    return Measured(test=test, train=train if isinstance(train, Accuracy) else None, notes=notes)


def measure_accuracy(outputs: NDArray[Any], labels: NDArray[Any]) -> Accuracy | Message:
    """The accuracy of outputs (n, k): the largest of a row's k values names the class.

    Outputs with fewer values than there are classes cannot name them all: a message says so. A row with a value
    that is not a finite number counts as wrong.
    """
    right = right_rows(outputs, labels)
    return right if isinstance(right, Message) else Accuracy(correct=int(right.sum()), n=len(labels))


def right_rows(outputs: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.bool_] | Message:
    """Which of the rows of outputs (n, k) name their class, see ``measure_accuracy``: (n,) truth values."""
    if len(outputs) != len(labels) or len(labels) == 0:
        raise ValueError(f"{len(outputs)} outputs for {len(labels)} labels")
    rows = outputs.reshape(len(outputs), -1)
    classes = int(labels.max()) + 1
    values = rows.shape[1]
    if max(outputs.shape[1:], default=1) != values:
        return message("scoring.output_is_a_map", shape=list(outputs.shape[1:]), classes=classes)
    if values < classes:
        return message("scoring.too_few_outputs", values=values, classes=classes)
    finite = np.isfinite(rows)
    if finite.all():  # nearly always, and many times as fast
        return np.asarray(rows.argmax(axis=1) == labels)
    return np.asarray((np.where(finite, rows, 0).argmax(axis=1) == labels) & finite.all(axis=1))


def own_images(
    known: Prediction, more: Prediction, train_labels: NDArray[Any], test_labels: NDArray[Any]
) -> OwnImages | None:
    """Which of the notebook's own images a model names rightly; None when that was not measured.

    ``known`` has the outputs for the first training images; ``more`` those for the others, and for the test images that
    the notebook was given.
    """
    if known.train is None or more.train is None or more.test is None:
        return None
    train = right_rows(np.concatenate([known.train, more.train]), train_labels)
    test = right_rows(more.test, test_labels)
    return None if isinstance(train, Message) or isinstance(test, Message) else OwnImages(train=train, test=test)
