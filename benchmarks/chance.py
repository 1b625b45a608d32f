"""How far an honest test accuracy lies above the training accuracy by chance: many trainings of one epoch.

    python benchmarks/chance.py --runs 1000        a table for docs/validation.md

Softmax models and dense networks on MNIST, half of them on the public split, half on secret ones, measured as
``scoring.doubts`` does: on the test images and on the first 10 000 training images.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from grader import data
from grader.data import DataSet
from grader.evidence.predict import TRAIN_IMAGES
from grader.records import Accuracy
from grader.scoring.doubts import ABOVE_BY_CHANCE, EASIER, deviation

SPLITS_KEPT = 25  # runs on one secret split
STEPS = 16  # of a training in one go, which is quicker and the same


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One training."""

    network: str
    split: str
    test: Accuracy
    train: Accuracy

    @property
    def deviation(self) -> float:
        """By how many standard deviations the test accuracy is above what may be expected of it."""
        return deviation(self.test, self.train, 0.0 if self.split == "secret" else EASIER)


def outcomes(runs: int) -> Iterator[Outcome]:
    """The trainings, one after the other, in equal parts of each kind."""
    mnist = data.find("mnist")
    public = secret = _prepared(mnist)
    for number in range(runs):
        if number % (4 * SPLITS_KEPT) == 0:
            secret = _prepared(data.split(mnist, "hidden", f"chance {number}".encode()))
        dataset = (public, secret)[number // 2 % 2]
        yield _trained(("softmax", "dense")[number % 2], dataset, number)


def _trained(network: str, dataset: DataSet, seed: int) -> Outcome:
    import keras  # noqa: PLC0415 - the rest of this file is also read without it

    keras.utils.set_random_seed(seed)
    units = (32, 64, 128)[seed // 4 % 3] if network == "dense" else 0
    model = _fresh(units, ("adam", "rmsprop", "sgd")[seed // 8 % 3])
    batch_size = (128, 256, 512)[seed // 16 % 3]
    model.fit(dataset.x_train, dataset.y_train, epochs=1, batch_size=batch_size, verbose=0)
    return Outcome(
        network=network,
        split=dataset.split,
        test=_accuracy(model, dataset.x_test, dataset.y_test),
        train=_accuracy(model, dataset.x_train[:TRAIN_IMAGES], dataset.y_train[:TRAIN_IMAGES]),
    )


def _fresh(units: int, optimizer: str) -> Any:
    """A compiled model with new weights. A model of each kind is kept, for its compilation takes longer than a run."""
    model, state = _compiled(units, optimizer)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    model.set_weights(_network(units).get_weights())
    return model


@cache
def _compiled(units: int, optimizer: str) -> tuple[Any, list[Any]]:
    """A model, and what its optimizer holds before any training."""
    model = _network(units)
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], steps_per_execution=STEPS)
    model.optimizer.build(model.trainable_variables)
    return model, [variable.numpy() for variable in model.optimizer.variables]


def _network(units: int) -> Any:
    import keras  # noqa: PLC0415
    from keras import layers  # noqa: PLC0415

    hidden = [layers.Dense(units, activation="relu")] if units else []
    return keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])


def _prepared(dataset: DataSet) -> DataSet:
    """The data set with images as rows of numbers from 0 to 1."""
    return replace(dataset, x_train=_flat(dataset.x_train), x_test=_flat(dataset.x_test))


def _flat(images: Any) -> Any:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _accuracy(model: Any, images: Any, labels: Any) -> Accuracy:
    named = np.asarray(model(images)).argmax(axis=1)
    return Accuracy(correct=int((named == labels).sum()), n=len(labels))


def main() -> None:
    """Train and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    found: dict[tuple[str, str], list[Outcome]] = {}
    for number, outcome in enumerate(outcomes(parser.parse_args().runs), start=1):
        found.setdefault((outcome.network, outcome.split), []).append(outcome)
        if number % 100 == 0:
            print(f"{number} runs", flush=True)
            _show(found)


def _show(found: dict[tuple[str, str], list[Outcome]]) -> None:
    print(f"| network | split | runs | mean | largest | above {ABOVE_BY_CHANCE} |\n|---|---|---:|---:|---:|---:|")
    for (network, split), several in sorted(found.items()):
        deviations = [one.deviation for one in several]
        tripped = sum(one > ABOVE_BY_CHANCE for one in deviations)
        mean, largest = sum(deviations) / len(deviations), max(deviations)
        print(f"| {network} | {split} | {len(several)} | {mean:.2f} | {largest:.2f} | {tripped} |", flush=True)


if __name__ == "__main__":
    main()
