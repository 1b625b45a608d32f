"""How far an honest test accuracy lies above the training accuracy by chance: many trainings of one epoch.

    python benchmarks/chance.py --runs 1000        a table for docs/validation.md

Softmax models and dense networks on MNIST, half of them on the public split, half on secret ones, measured as
``scoring.doubts`` does: on the test images and on the first 10 000 training images.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    from keras import layers  # noqa: PLC0415

    keras.backend.clear_session()  # the graphs of a thousand models are gigabytes
    keras.utils.set_random_seed(seed)
    hidden = [layers.Dense((32, 64, 128)[seed // 4 % 3], activation="relu")] if network == "dense" else []
    model = keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])
    optimizer = ("adam", "rmsprop", "sgd")[seed // 8 % 3]
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], steps_per_execution=STEPS)
    batch_size = (128, 256, 512)[seed // 16 % 3]
    model.fit(dataset.x_train, dataset.y_train, epochs=1, batch_size=batch_size, verbose=0)
    return Outcome(
        network=network,
        split=dataset.split,
        test=_accuracy(model, dataset.x_test, dataset.y_test),
        train=_accuracy(model, dataset.x_train[:TRAIN_IMAGES], dataset.y_train[:TRAIN_IMAGES]),
    )


def _prepared(dataset: DataSet) -> DataSet:
    """The data set with images as rows of numbers from 0 to 1."""
    return replace(dataset, x_train=_flat(dataset.x_train), x_test=_flat(dataset.x_test))


def _flat(images: Any) -> Any:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _accuracy(model: Any, images: Any, labels: Any) -> Accuracy:
    named = model.predict(images, batch_size=1000, verbose=0).argmax(axis=1)
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
