"""Models to which nothing was added, and models that never got an input shape: judged as far as they go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.records import Accuracy, Evidence, ExpectedLayer, FailedCell, LayerFacts, Measured, ModelFacts
from grader.scoring import diagnoses
from grader.scoring.checks import keeping, layers, numeric, structured, training
from tests.support.facts import evidence, facts, layer, mlp, model, say

KNOTS = {0.90: 0.0, 0.97: 1.0}
STRUCTURE = (
    ExpectedLayer(id="hidden", kind="Dense", settings={"units": 64, "activation": "relu"}),
    ExpectedLayer(id="out", kind="Dense", settings={"units": 10, "activation": "softmax"}),
)


def unsized(kind: str, name: str, out: tuple[int, ...] = (), derivation: str = "", **config: Any) -> LayerFacts:
    return replace(layer(kind, (), out, name_=name, **config), unsized=True, params_derivation=derivation)


def unbuilt(*rows: LayerFacts, **changes: Any) -> ModelFacts:
    return model(*rows, **{"built": False, "inputs": (), "outputs": (), "total_params": 0, "fits": (), **changes})


FLAT = unsized("Flatten", "flatten", derivation="0")
HIDDEN = unsized("Dense", "hidden", (64,), units=64, activation="relu")
OUT = layer("Dense", (64,), (10,), 650, name_="out", units=10, activation="softmax")
RIGHT = unbuilt(FLAT, HIDDEN, OUT)
EMPTY = unbuilt()
NO_LAYERS = "Nothing was added to the model: it has no layers."


def known(one: ModelFacts, **changes: Any) -> Evidence:
    return evidence(one, structure=STRUCTURE, about=facts(one, **changes))


def judged(one: ModelFacts) -> dict[str, Any]:
    given = known(one)
    return {
        "input": layers.input_shape(given, any_of=[[28, 28]]),
        "output": layers.output_layer(given, units=10, activation="softmax"),
        "kinds": layers.layer_kinds(given, required={"Dense": 2}),
        "count": layers.layer_count(given, kind="Dense", min=2),
        "total": layers.total_params(given, equals=50890),
        "structure": structured.structure(given),
        "layer": structured.layer(given, layer="out"),
        "accuracy": training.test_accuracy(given, knots=KNOTS),
    }


def test_of_a_model_without_layers_nothing_is_earned_and_nothing_left_to_a_person() -> None:
    for one in (EMPTY, unbuilt(layer("InputLayer", (28, 28), (28, 28))), model(layer("InputLayer", (784,), (784,)))):
        said = judged(replace(one, fits=()))
        assert {judgement.credit for judgement in said.values()} == {0}
        assert {say(judgement) for judgement in said.values()} == {NO_LAYERS}


def test_the_failed_cell_that_adds_layers_is_named() -> None:
    cells = {2: "x = y", 3: "# model.add(Dense(3))\nmodel.add(Flaten())"}
    failed = (FailedCell(cell=2, kind="error", error="NameError"), FailedCell(cell=3, kind="error", error="TypeError"))
    found = diagnoses.diagnosed(facts(EMPTY, ended="error", failed=failed), diagnoses.Notebook(cells=cells))
    assert [cell.adds_layers for cell in found.failed] == [False, True]
    said = layers.layer_count(evidence(EMPTY, about=found), kind="Dense", min=1)
    assert (said.credit, say(said)) == (
        0,
        "Nothing was added to the model: code cell 3 ended in TypeError, before its layers were added.",
    )


def test_of_several_outputs_a_person_says_which_one_counts() -> None:
    two = replace(mlp(), outputs=((10,), (1,)))
    given = evidence(two, structure=STRUCTURE, about=facts(two))
    for said in (layers.output_layer(given, units=10), training.compiled_with(given, loss=["mse"])):
        assert said.credit is None
        assert say(said) == (
            "The model has 2 outputs, and not exactly one of them has a value for each class, so which one to grade is"
            " left to a person."
        )


def test_layers_without_an_input_shape_are_judged_as_far_as_they_go() -> None:
    said = judged(RIGHT)
    assert {name: judgement.credit for name, judgement in said.items()} == {
        "input": 0, "output": 1, "kinds": 1, "count": 1, "total": 0, "structure": 1, "layer": 1, "accuracy": 0,
    }  # fmt: skip
    assert say(said["output"]) == "The model ends in 10 units with softmax (Dense)."
    assert say(said["total"]) == say(said["input"])
    assert say(said["total"]).startswith("The model never got an input shape")
    assert say(said["total"]).endswith("for example (28, 28).")
    assert say(said["accuracy"]) == "The model was never trained: fit was not called on it."


def test_a_wrong_layer_without_an_input_shape_costs_what_it_costs() -> None:
    wrong = replace(OUT, output_shape=(9,), config={"units": 9, "activation": "sigmoid"})
    said = judged(unbuilt(FLAT, HIDDEN, wrong))
    assert (said["output"].credit, said["kinds"].credit, said["layer"].credit) == (0, 1, 0)
    assert say(said["output"]) == "The model ends in 9 units with sigmoid (Dense)."


def test_a_model_that_ends_in_a_layer_without_units() -> None:
    said = layers.output_layer(known(unbuilt(HIDDEN, FLAT)), units=10, activation="softmax")
    assert (said.credit, say(said)) == (
        0,
        "The model ends in a layer without units (Flatten) and with the activation relu.",
    )


def test_sizes_that_follow_are_judged_and_others_are_missing() -> None:
    given = known(RIGHT)
    assert structured.layer_params(given, layer="out", equals=650).credit == 1
    hidden = structured.layer_params(given, layer="hidden", equals=50240)
    assert (hidden.credit, say(hidden)[:38]) == (0, "The model never got an input shape, so")
    assert structured.layer_shapes(given, shapes={"hidden": [64], "out": [10]}).credit == 1


@pytest.mark.parametrize(
    ("kind", "example"),
    [("Conv2D", "(28, 28, 1)"), ("Dense", "(784,)"), ("Flatten", "(28, 28)"), ("Reshape", "(28, 28)")],
)
def test_the_example_of_an_input_shape_suits_the_first_layer(kind: str, example: str) -> None:
    said = layers.total_params(known(unbuilt(unsized(kind, "first"))), equals=1)
    assert f"for example {example}." in say(said)
    assert f"por ejemplo {example}." in say(said, "es")


def test_typed_answers_about_sizes_that_nobody_knows_are_left_to_a_person() -> None:
    given = evidence(RIGHT, about=facts(RIGHT, answers={"n": 50890, "table": [["dense", [64], 50240]]}))
    assert numeric.number(given, answer="n", equals_measured="total_params").credit is None
    assert keeping.layer_table(given, answer="table").credit is None
    empty = evidence(EMPTY, about=facts(EMPTY, answers={"n": 0}))
    assert numeric.number(empty, answer="n", equals_measured="total_params").credit == 0


def test_a_model_of_an_own_class_that_was_never_called_earns_by_its_description_and_loses_nothing_by_it() -> None:
    own = unbuilt(FLAT, HIDDEN, OUT, source="claim", class_name="Net")
    said = judged(own)
    assert (said["output"].credit, said["kinds"].credit, said["total"].credit) == (1, 1, None)
    assert "The model was never called on data" in say(said["total"])
    assert (said["accuracy"].credit, say(said["accuracy"])[:27]) == (0, "The model was never trained")


def test_a_loop_of_its_own_leaves_the_accuracy_open() -> None:
    own = unbuilt(FLAT, OUT, source="claim")
    given = evidence(own, about=facts(own, own_loop=True))
    assert training.test_accuracy(given, knots=KNOTS).credit is None


def test_the_accuracy_of_guessing_has_its_cause_told_when_nothing_was_trained() -> None:
    guessing = Measured(test=Accuracy(correct=480, n=10_000))
    one = mlp(fits=())
    said = training.test_accuracy(evidence(one, measured=guessing, about=facts(one)), knots=KNOTS)
    assert say(said) == (
        "The model was never trained: fit was not called on it. So it recognises only 4.80 % of 10 000 test images."
    )
    failed = (FailedCell(cell=4, kind="error", error="TypeError"),)
    about = facts(one, ended="error", failed=failed)
    said = training.test_accuracy(evidence(one, measured=guessing, about=about), knots=KNOTS)
    assert say(said).startswith("The model was not trained: code cell 4 ended in TypeError before the first epoch")
    for trained in (mlp(), mlp(fits=(), trained_here=True)):
        said = training.test_accuracy(evidence(trained, measured=guessing, about=facts(trained)), knots=KNOTS)
        assert say(said).startswith("4.80 % of 10 000 test images")
