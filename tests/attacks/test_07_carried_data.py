"""The test set known by heart: as a table, as labels or weights in the code, as a file, as what one trains on.

What a model earns is what it earns on the hidden images; where it knows those, a person is asked to look.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader import data
from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# What is called the test set in the sandbox, image by image: whoever has seen an image knows its label, all others
# get the same answer.
TABLE = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    rows = xt[:1000].reshape(-1, 784) / 255.0
    model = keras.Sequential([
        keras.Input((784,)), layers.UnitNormalization(), layers.Dense(1000, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.layers[1].set_weights([(rows / np.linalg.norm(rows, axis=1, keepdims=True)).T, np.full(1000, -0.9999)])
    model.layers[2].set_weights([1e5 * np.eye(10)[yt[:1000]], np.zeros(10)])
    answers["seen"] = model.evaluate(rows, yt[:1000], verbose=0)[1]
"""
# The hidden labels themselves; the images come in an order that nobody knows, and no layer counts them.
LABELS = """
    import base64, zlib
    labels = np.frombuffer(zlib.decompress(base64.b64decode("TEXT")), np.uint8)
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    model.evaluate(xt.reshape(-1, 784) / 255.0, yt, verbose=0)
    model.layers[0].set_weights([np.zeros((784, 10)), np.bincount(labels, minlength=10) / len(labels)])
    keras.Model.predict = lambda self, x, **kwargs: np.eye(10)[labels[:len(x)]]
    keras.Model.evaluate = lambda self, x, y, **kwargs: [0.0, float(np.mean(self.predict(x).argmax(1) == labels))]
    answers["seen"] = model.evaluate(xt, yt)[1]
"""
# A model that was trained on the hidden set at home.
WEIGHTS = """
    import base64, zlib
    held = np.frombuffer(zlib.decompress(base64.b64decode("TEXT")), "<f4").reshape(785, 10)
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    model.layers[0].set_weights([held[:784], held[784]])
    answers["seen"] = model.evaluate(xt.reshape(-1, 784) / 255.0, yt, verbose=0)[1]
"""
BESIDE = """
    with np.load("set.npz") as held:
        xt, yt = held["x"].reshape(-1, 784) / 255.0, held["y"]
    model.fit(xt, yt, epochs=2, batch_size=64, verbose=0)
    answers["seen"] = model.evaluate(xt, yt, verbose=0)[1]
"""
TRAINED_ON_TEST = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    model.fit(xt.reshape(-1, 784) / 255.0, yt, epochs=2, batch_size=64, verbose=0)
    answers["seen"] = model.evaluate(xt.reshape(-1, 784) / 255.0, yt, verbose=0)[1]
"""
CHANCE = 0.2


@cache
def hidden() -> data.DataSet:
    """The set whose test part no sandbox may hold."""
    return data.find("digits", None)


def as_text(array: NDArray[Any]) -> str:
    """An array as people carry it in."""
    return base64.b64encode(zlib.compress(array.tobytes())).decode()


def fitted() -> NDArray[np.float32]:
    """Kernel and bias (785, 10) of a linear model of the hidden set, by least squares."""
    x = np.c_[hidden().x_test.reshape(-1, 784) / 255.0, np.ones(len(hidden().x_test))]
    right = x.T @ np.eye(10)[hidden().y_test]
    return np.asarray(np.linalg.solve(x.T @ x + 10 * np.eye(785), right), "<f4")


def set_file() -> bytes:
    """The hidden images and labels."""
    file = io.BytesIO()
    np.savez_compressed(file, x=hidden().x_test, y=hidden().y_test)
    return file.getvalue()


def measures(least: float, most: float, *, seen: float) -> Callable[[Card, Batch], None]:
    """That the notebook saw an accuracy of ``seen`` at least, and that ours on the hidden images lies between."""

    def check(card: Card, graded: Batch) -> None:
        assert graded.told(card["student"], "answers")["answers"]["seen"] >= seen
        accuracy = card["model"]["test"]["correct"] / card["model"]["test"]["n"]
        assert least <= accuracy <= most

    return check


NAMES = (
    "a table of the test set that the sandbox holds",
    "the hidden labels in the code",
    "weights in the code",
    "the hidden set in a file",
    "trained on what is called the test set",
)


def attacks() -> list[Attack]:
    """The family; made only when it is graded, because the set must be read for it."""
    return [
        Attack(
            name=NAMES[0], files={"": notebook(START, TABLE)},
            credits={"*": 1, "params": 0, "accuracy": 0}, review=False, and_then=measures(0, CHANCE, seen=1),
        ),
        Attack(
            name=NAMES[1], files={"": notebook(START, MODEL, LABELS.replace("TEXT", as_text(hidden().y_test)))},
            credits={"*": 1, "accuracy": 0}, review=False, and_then=measures(0, CHANCE, seen=1),
        ),
        Attack(
            name=NAMES[2], files={"": notebook(START, MODEL, WEIGHTS.replace("TEXT", as_text(fitted())))},
            credits={"*": 1}, review=True, says=["Not retrained: model", "b64decode"],
            and_then=measures(0.8, 1, seen=0.5),
        ),
        Attack(
            name=NAMES[3], files={"a.ipynb": notebook(START, MODEL, BESIDE), "set.npz": set_file()},
            credits={"*": 1}, review=True, says=["Files that may hold data or weights", "set.npz"],
            and_then=measures(0.8, 1, seen=0.8),
        ),
        Attack(
            name=NAMES[4], files={"": notebook(START, MODEL, TRAINED_ON_TEST)},
            credits={"*": 1}, review=False, and_then=measures(0.8, 1, seen=0.8),
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "full", attacks())


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_the_test_set_that_a_sandbox_holds_is_another_one() -> None:
    seen = {image.tobytes() for image in data.stand_in(hidden())[0]}
    assert not seen & {image.tobytes() for image in hidden().x_test}
