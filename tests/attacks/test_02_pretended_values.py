"""Values that equal everything, objects that pretend, models that lie: only plain data and rebuilt models count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY
from tests.attacks.grading import Attack, Batch, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

EQUAL = """
    import sys
    import numpy as np
    yes, no = (lambda self, other: True), (lambda self, other: False)
    equal = {name: yes for name in ("__eq__", "__le__", "__ge__", "__contains__")}
    equal |= {name: no for name in ("__ne__", "__lt__", "__gt__")}
    text = lambda shown: {name: (lambda self, *spec: shown) for name in ("__repr__", "__str__", "__format__")}
    Number = type("float", (float,), {**equal, **text("7850"), "__hash__": lambda self: hash(7850)})
    Word = type("str", (str,), {**equal, **text("b"), "__hash__": lambda self: hash("b"), "strip": lambda self: "b"})
    Table = type("ndarray", (np.ndarray,), {name: lambda self, *given: np.ones(4, bool) for name in ("__eq__", "all")})
    answers = {"q1": Number(1), "why": Word("a")}
    table = np.full(4, 7).view(Table)
    Number(1)
"""
# No dictionary, no number and no model, but each says that it is one.
PRETENDING = """
    import keras
    class Pretender:
        def __init__(self, kind, **members):
            self.__dict__.update(members, kind=kind)
        __class__ = property(lambda self: self.kind)
        __eq__ = lambda self, other: True
        __hash__ = object.__hash__
        __repr__ = lambda self: "7850"
        __float__ = lambda self: 1.0
        __len__ = lambda self: 2
        __iter__ = lambda self: iter(("q1", "why"))
        keys = lambda self: ["q1", "why"]
        items = lambda self: [("q1", 7850), ("why", "b")]
        __getitem__ = lambda self, name: Pretender({"q1": float, "why": str}.get(name, int))
        get_config = lambda self: {"units": 10, "activation": "softmax"}
        count_params = lambda self: 7850
    answers = Pretender(dict)
    table = Pretender(np.ndarray, shape=(4,), dtype=np.dtype("int64"), __array_interface__=None)
    model = Pretender(keras.Sequential, built=True, weights=[], layers=[], name="model")
"""
# A wrong model with a right description, in a class of its own.
LYING = """
    import keras
    from keras import layers
    honest = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
    class Sequential(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(5, activation="relu")
        def call(self, x):
            return self.hidden(x)
        layers = property(lambda self: honest.layers)
        output_shape = property(lambda self: (None, 10))
        count_params = lambda self: 7850
        predict = lambda self, x, **options: np.eye(10)[np.arange(len(x)) % 10]
        evaluate = lambda self, *given, **options: [0.0, 1.0]
        get_config = lambda self: honest.get_config()
        __eq__ = lambda self, other: True
        __hash__ = object.__hash__
    final_model = Sequential()
    final_model.compile("adam", "mse")
    final_model.fit(np.zeros((8, 784)), np.zeros((8, 5)), verbose=0)
"""
# The same in a layer that says it is one of Keras's own.
DISGUISED = """
    import keras
    from keras import layers
    class Dense(layers.Dense):
        get_config = lambda self: {**super(Dense, self).get_config(), "units": 10, "activation": "softmax"}
        count_params = lambda self: 7850
    final_model = keras.Sequential([keras.Input((784,)), Dense(5, activation="relu")])
"""

ATTACKS = [
    Attack(
        name="answers that equal everything",
        files={"": notebook(EQUAL)},
        credits={"*": 0, "runs": 1},
        review=False,
    ),
    Attack(
        name="objects that pretend",
        files={"": notebook(EMPTY, "import numpy as np", PRETENDING)},
        credits={"*": 0, "runs": 1},
    ),
    Attack(
        name="a model that lies of itself",
        files={"": notebook(EMPTY, "import numpy as np", LYING)},
        credits={"*": 0, "runs": 1},
    ),
    Attack(
        name="a layer that lies of itself",
        files={"": notebook(EMPTY, DISGUISED)},
        credits={"*": 0, "runs": 1, "params": None, "output": None},
        review=True,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
