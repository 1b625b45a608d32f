"""A model with several outputs, as its class output sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.evidence import heads
from grader.models import keras_file
from grader.records import CompileFacts, EvaluationFacts, FitFacts, Head, ModelFacts
from grader.scoring.checks.layers import layer_kinds, output_layer
from grader.scoring.checks.training import compiled_with
from tests.support.facts import evidence, model, say
from tests.support.model_files import archive, called, entrance, functional, layer, tensor

LOSS = ("sparse_categorical_crossentropy", "binary_crossentropy")


def dense(name: str, units: int, activation: str, source: str) -> dict[str, Any]:
    return called(layer("Dense", name, units=units, activation=activation), [tensor(source)])


def file(outputs: Any, inputs: Any = ("input", 0, 0)) -> bytes:
    layers = [
        {**called(entrance(784)), "inbound_nodes": []},
        dense("hidden", 64, "relu", "input"),
        dense("digit", 10, "softmax", "hidden"),
        dense("parity", 16, "tanh", "hidden"),
        dense("even", 1, "sigmoid", "parity"),
        dense("again", 10, "softmax", "hidden"),
    ]
    used = json_names(outputs)
    kept = [one for one in layers if one["name"] not in {"digit", "even", "again", "parity"} - used]
    return archive(functional(kept, list(inputs) if isinstance(inputs, tuple) else inputs, outputs))


def json_names(outputs: Any) -> set[str]:
    ends = outputs.values() if isinstance(outputs, dict) else outputs
    names = {end[0] for end in ends}
    return names | ({"parity"} if "even" in names else set())


BOTH = [["even", 0, 0], ["digit", 0, 0]]


def facts(outputs: Any = BOTH, **changes: Any) -> ModelFacts:
    read = keras_file.read(file(outputs))
    whole = model(*read.layers, inputs=read.inputs, outputs=read.outputs, heads=read.heads, **changes)
    return heads.of_classes(whole)


@pytest.mark.parametrize(
    "outputs", [[["digit", 0, 0], ["even", 0, 0]], BOTH, {"number": ["digit", 0, 0], "pair": ["even", 0, 0]}]
)
def test_the_output_with_a_value_for_each_class_is_graded_with_the_layers_on_its_way(outputs: Any) -> None:
    seen = facts(outputs)
    assert seen.outputs == ((10,),)
    assert [one.name for one in seen.layers] == ["input", "hidden", "digit"]
    assert seen.total_params == 784 * 64 + 64 + 650 + 64 * 16 + 16 + 17  # of the whole
    assert seen.head is not None
    assert seen.heads[seen.head].name == ("number" if isinstance(outputs, dict) else "digit")
    assert output_layer(evidence(seen), units=10, activation="softmax").credit == 1
    assert layer_kinds(evidence(seen), required={"Dense": 2}).credit == 1
    assert layer_kinds(evidence(seen), required={"Dense": 3}).credit == 0


def test_the_notice_names_the_output_that_is_graded() -> None:
    (notice,) = heads.notices({"main": (facts(),), "again": (facts(),)})
    assert notice.values == {"model": "model", "n": 2, "head": "digit"}
    assert heads.notices({"main": (model(),)}) == ()


@pytest.mark.parametrize("losses", [{"0": LOSS[1], "1": LOSS[0]}, {"even": LOSS[1], "digit": LOSS[0]}])
def test_its_own_loss_and_metrics_count(losses: dict[str, str]) -> None:
    compiled = CompileFacts(loss=", ".join(LOSS), losses=losses)
    fit = FitFacts(
        epochs_asked=1,
        epochs_done=1,
        compiled=compiled,
        history={"digit_accuracy": (0.9,), "val_digit_accuracy": (0.8,), "even_accuracy": (0.7,), "digit_loss": (2.0,)},
    )
    seen = facts(
        compiled=compiled, fits=(fit,), evaluations=(EvaluationFacts(rows=9, metrics={"digit_accuracy": 0.85}),)
    )
    assert seen.compiled is not None
    assert seen.compiled.loss == LOSS[0]
    assert seen.fits[0].compiled == seen.compiled
    assert (seen.fits[0].history["accuracy"], seen.fits[0].history["val_accuracy"]) == ((0.9,), (0.8,))
    assert "loss" not in seen.fits[0].history
    assert seen.evaluations[0].metrics["accuracy"] == 0.85
    assert compiled_with(evidence(seen), loss=[LOSS[0]]).credit == 1
    assert compiled_with(evidence(seen), loss=["mse"]).credit == 0


@pytest.mark.parametrize("outputs", [[["digit", 0, 0], ["again", 0, 0]], [["even", 0, 0], ["parity", 0, 0]]])
def test_where_none_or_several_could_be_meant_a_person_decides(outputs: Any) -> None:
    seen = facts(outputs, compiled=CompileFacts(loss=", ".join(LOSS), losses={"0": LOSS[0], "1": LOSS[1]}))
    assert seen.head is None
    assert len(seen.outputs) == 2
    judged = output_layer(evidence(seen), units=10, activation="softmax")
    assert judged.credit is None
    assert say(judged).startswith("The model has 2 outputs, and not exactly one of them has a value for each class")
    assert compiled_with(evidence(seen), loss=[LOSS[0]]).credit is None
    assert compiled_with(evidence(seen), loss=list(LOSS)).credit == 1


def test_a_model_of_one_output_stays_as_it_is() -> None:
    one = model()
    assert heads.of_classes(one) is one
    claimed = replace(one, outputs=((10,), (1,)), heads=(Head(name="a", layers=()),))
    assert heads.of_classes(claimed) is claimed


@pytest.mark.parametrize("inputs", [{"picture": ["input", 0, 0]}, ["input", 0, 0], [["input", 0, 0]]])
@pytest.mark.parametrize("outputs", [{"number": ["digit", 0, 0]}, ["digit", 0, 0], [["digit", 0, 0]]])
def test_a_dictionary_of_one_is_read_as_that_one(inputs: Any, outputs: Any) -> None:
    ends = outputs if isinstance(outputs, dict) or isinstance(outputs[0], list) else [outputs]
    layers = [{**called(entrance(784)), "inbound_nodes": []}, dense("digit", 10, "softmax", "input")]
    read = keras_file.read(archive(functional(layers, inputs, outputs)))
    assert (read.inputs, read.outputs, read.heads) == (((784,),), ((10,),), ())
    packed = read.config["config"]
    if isinstance(inputs, dict):
        assert packed["input_layers"] == ["input", 0, 0]
    if isinstance(outputs, dict):
        assert packed["output_layers"] == ["digit", 0, 0]
    assert len(ends) == 1
