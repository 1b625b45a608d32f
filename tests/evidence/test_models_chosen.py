"""Models in every place where a notebook may keep one, found by name or by rule: in a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.rubric.settings import model_path
from grader.evidence import reading
from grader.records import Facts, ModelChoice, Run
from tests.evidence.test_execute import START, data, run  # noqa: F401 - ``data`` is a fixture
from tests.support.facts import rubric

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

NET = """
def net(units, train=True):
    made = keras.Sequential([keras.Input((784,)), layers.Dense(units), layers.Dense(10, activation="softmax")])
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if train:
        made.fit(x[:64], y[:64], epochs=1, verbose=0)
    return made
"""
PLACES = {
    "plain": 11,
    "tf.model": 12,
    "holder.model": 13,
    "models[0]": 14,
    "models[1]": 15,
    "nets['wide net']": 16,
    "nets[64]": 17,
    "pair[1]": 18,
    "stepped": 20,
}


def read(ran: Run, **models: ModelChoice) -> Facts:
    return reading.read(ran, rubric(models=models))[0]


def units(facts: Facts, name: str = "main") -> list[int]:
    return [model.layers[-2].config["units"] for model in facts.models[name]]


@pytest.fixture(scope="module")
def kept(data: Path) -> Run:  # noqa: F811
    """Ten models, each with as many units as tell it from the others; two are never trained."""
    ran = run(
        data,
        START,
        NET,
        """
        class Holder:
            def __init__(self, model):
                self.model = model
        plain = net(11)
        tf.model = net(12)
        holder = Holder(net(13))
        models = [net(14, train=False), net(15)]
        nets = {"wide net": net(16), 64: net(17)}
        pair = ("name", net(18, train=False))
        """,
        """
        class Stepped(keras.Model):
            def train_step(self, batch):
                return super().train_step(batch)
        entry = keras.Input((784,))
        stepped = Stepped(entry, layers.Dense(10, activation="softmax")(layers.Dense(20)(entry)))
        stepped.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        stepped.fit(x[:64], y[:64], epochs=1, verbose=0)
        """,
        "def main():\n    inside = net(19, train=False)\n    inside.fit(x[:64], y[:64], verbose=0)\nmain()",
        "plain.evaluate(xt, yt, verbose=0); again = models",
    )
    assert ran.ended == "ok", ran.failed
    return ran


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_model_is_found_by_the_place_where_it_is_kept(kept: Run, place: str) -> None:
    assert model_path(place) == place
    assert units(read(kept, main=ModelChoice(variable=place))) == [PLACES[place]]


def test_a_model_of_a_function_is_found_by_its_name_there(kept: Run) -> None:
    assert units(read(kept, main=ModelChoice(variable="inside"))) == [19]
    assert units(read(kept, main=ModelChoice(variable="outside"))) == []


def test_rules_choose_among_the_same_models(kept: Run) -> None:
    facts = read(kept, last=ModelChoice(rule="last"), best=ModelChoice(rule="best"), auto=ModelChoice(rule="auto"))
    assert units(facts, "last") == [19]  # though another was evaluated after it was trained
    assert sorted(units(facts, "best")) == list(range(11, 21))
    assert {model.source for model in facts.recorded} == {"file"}
    assert units(facts, "best")[-1] == 19
    assert sorted(units(facts, "auto")) == [11, 12, 13, 15, 16, 17, 19, 20]
    assert units(facts, "auto")[-1] == 11  # of equals the one used last


def test_a_name_that_moves_on_means_what_it_held_at_the_end(data: Path) -> None:  # noqa: F811
    ran = run(
        data,
        START,
        NET,
        "first = net(11); best = first",
        "second = net(12); best = second",
        "first.evaluate(xt, yt, verbose=0)",
        "def helper():\n    second = net(13)\nhelper()",
        "model = net(14)",
        "model = net(15, train=False)",
        "other = net(16, train=False); other.predict(xt, verbose=0)",
        "other = net(17, train=False)",
    )
    assert ran.ended == "ok", ran.failed

    def at(name: str) -> list[int]:
        return units(read(ran, main=ModelChoice(variable=name)))

    assert at("best") == [12]
    assert at("second") == [12]  # not the one of a function that was trained later
    assert at("model") == [14]  # what was learnt is not lost by beginning anew
    assert at("other") == [17]
    assert [fact.layers[-2].config["units"] for fact in read(ran).recorded] == list(range(11, 18))


def test_a_model_of_free_sizes_has_those_of_the_images_that_it_is_called_on(data: Path) -> None:  # noqa: F811
    ran = run(
        data,
        START,
        """
        import numpy as np
        bordes = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(2, 2)], name="edges")
        color = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(1, 3)])
        dentro = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(2, 2)])
        entrada = keras.Input((None, None, 1))
        fuera = keras.Model(entrada, dentro(entrada))
        def mostrar(model, image):
            return np.asarray(model(image[None]))[0]
        """,
        "mostrar(bordes, np.random.rand(40, 60, 1)); mostrar(bordes, np.random.rand(41, 61, 1))",
        "color(np.zeros((1, 20, 30, 3))); color.predict(np.random.rand(2, 21, 31, 3), verbose=0)",
    )
    assert ran.ended == "ok", ran.failed
    facts = read(ran, **{name: ModelChoice(variable=name) for name in ("edges", "colour", "dentro")})
    edges, colour, inner = (facts.models[name][0] for name in ("edges", "colour", "dentro"))
    assert (edges.inputs, edges.how, edges.name) == (((41, 61, 1),), "named", "edges")
    assert "bordes" in edges.variables
    assert colour.inputs == ((21, 31, 3),)  # what it predicted on says more than what it was called on
    assert inner.refusal is not None  # nobody knows the sizes of one that was only built in
    assert inner.refusal.key == "keras_file.input_free"
    assert [notice.key for notice in facts.notices] == [
        "scoring.model_near",
        "measuring.sizes_of_data",
        "measuring.sizes_of_data",
    ]
