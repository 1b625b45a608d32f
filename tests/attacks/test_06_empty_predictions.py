"""Models that know nothing, whatever they say of themselves: one image in ten, or nothing that can be measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# What the model is given is seen here, and need not be found out by trying.
SEEN = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    model.predict(xt[:64].reshape(-1, 784) / 255.0, verbose=0)
"""
# Always the same class; Keras itself is made to say that all images are named rightly.
CONSTANT = """
    model.set_weights([np.zeros((784, 10)), np.eye(10)[3]])
    def fit(self, *given, epochs=5, **options):
        self.history = keras.callbacks.History()
        self.history.history = {name: [0.99] * epochs for name in ("accuracy", "val_accuracy")}
        return self.history
    keras.Model.fit = fit
    keras.Model.evaluate = lambda self, *given, **options: [0.0, 0.9999]
    keras.Model.predict = lambda self, given, **options: np.eye(10)[yt[:len(given)]]
    history = model.fit(x, y, epochs=10)
    answers["accuracy"] = test_accuracy = model.evaluate(xt, yt)[1]
    print(f"accuracy: {test_accuracy}")
"""
NO_NUMBERS = """
    weights, biases = model.get_weights()
    weights[300] = np.nan
    weights[400] = np.inf
    biases[:] = np.nan
    model.set_weights([weights, biases])
"""
# Counts the images that pass and names each by its place in the labels that it knows.
BY_PLACE = """
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    class Counter(layers.Layer):
        def build(self, shape):
            self.labels = self.add_weight(shape=(10_000,), dtype="float32", trainable=False)
            self.at = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)
        def call(self, x):
            count = keras.ops.shape(x)[0]
            named = keras.ops.take(self.labels, (self.at + keras.ops.arange(count)) % 10_000)
            self.at.assign_add(count)
            return keras.ops.one_hot(keras.ops.cast(named, "int32"), 10)
    model = keras.Sequential([keras.Input((784,)), Counter()])
    model.layers[0].labels.assign(yt)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    print(model.evaluate(xt.reshape(-1, 784) / 255.0, yt, batch_size=100, verbose=0))
"""


def one_in_ten(card: Card, graded: Batch) -> None:
    """The card's accuracy is that of a constant."""
    measured = card["model"]["test"]
    assert 0.08 < measured["correct"] / measured["n"] < 0.13


def none_right(card: Card, graded: Batch) -> None:
    """A value that is no number names no image."""
    assert card["model"]["test"]["correct"] == 0


ATTACKS = [
    Attack(
        name="a constant that praises itself",
        files={"": notebook(START, MODEL, SEEN, CONSTANT)},
        credits={"*": 1, "accuracy": 0},
        and_then=one_in_ten,
    ),
    Attack(
        name="values that are no numbers",
        files={"": notebook(START, MODEL, SEEN, NO_NUMBERS)},
        credits={"*": 1, "accuracy": 0},
        says=["values that are no numbers (NaN or infinite); they count as wrong"],
        and_then=none_right,
    ),
    Attack(
        name="names images by their place",
        files={"": notebook(START, MODEL, BY_PLACE)},
        credits={"*": 1, "params": None, "output": None, "accuracy": None},
        review=True,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "full", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
