"""mnist-deeper-cnn: one wrong setting costs one criterion, with a sentence that names the student's own value.

The models are configurations as Keras saves them, read by ``keras_file``; nothing is trained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.course import rubric
from grader.errors import Refused
from grader.models import keras_file
from grader.records import CompileFacts, FitFacts, ModelFacts, Scorecard
from grader.scoring.score import Identity, score
from tests.support.cards import PROVENANCE
from tests.support.facts import facts, measured
from tests.support.model_files import conv, dense, flatten, layer, pool, sequential

RUBRIC = rubric.load(Path(__file__).resolve().parents[2] / "rubrics" / "mnist-deeper-cnn.yaml")
ANSWERS = {"second_conv": 4065, "flattened": 375, "why_fewer": "d"}
ADAM = CompileFacts(optimizer="Adam", loss="CategoricalCrossentropy", metrics=("accuracy",))
PLACES = ("conv1", "pool1", "conv2", "pool2", "dropout", "flatten", "dense1", "dense2", "out")
OF_PLACE = {
    "conv1": {"conv1_maps", "conv1_window", "conv1_steps"},
    "conv2": {"conv2_maps", "conv2_window", "conv2_steps"},
    "dense1": {"dense1_units", "dense1_activation"},
    "dense2": {"dense2_units", "dense2_activation"},
    "out": {"output_units", "output_activation"},
}


def asked() -> dict[str, dict[str, Any]]:
    """The layers of the specification, by their place."""
    convolution = {"padding": "valid", "strides": [1, 1]}
    return {
        "conv1": conv(30, 5, **convolution),
        "pool1": pool(),
        "conv2": conv(15, 3, **convolution),
        "pool2": pool(),
        "dropout": layer("Dropout", rate=0.2),
        "flatten": flatten(),
        "dense1": dense(128),
        "dense2": dense(50),
        "out": dense(10, "softmax"),
    }


def handed_in(layers: list[dict[str, Any]], compiled: CompileFacts = ADAM) -> ModelFacts:
    """A trained model of these layers, read from its configuration."""
    read = keras_file.read_config(sequential((28, 28, 1), *layers))
    return ModelFacts(
        number=0,
        variables=("model",),
        how="fit",
        class_name="Sequential",
        source="file",
        layers=read.layers,
        inputs=read.inputs,
        outputs=read.outputs,
        total_params=read.total_params,
        compiled=compiled,
        fits=(FitFacts(epochs_asked=10, epochs_done=10, batch_size=200, rows=60_000, distinct_rows=60_000),),
    )


def card(model: ModelFacts, correct: int = 9930, answers: dict[str, Any] | None = None) -> Scorecard:
    return score(
        facts=facts(model, answers=ANSWERS if answers is None else answers),
        rubric=RUBRIC,
        measured={0: measured(correct, 9960)},
        expected={},
        key={},
        identity=Identity(student="ana", slug="ana"),
        provenance=PROVENANCE,
    )


def lost(one: Scorecard) -> set[str]:
    return {verdict.criterion for verdict in one.verdicts if verdict.state != "full"}


def told(one: Scorecard, criterion: str) -> tuple[str, str]:
    """What the card says of a criterion, in English and Spanish."""
    verdict = next(verdict for verdict in one.verdicts if verdict.criterion == criterion)
    return verdict.why.en, verdict.why.es


def changed(place: str, **settings: Any) -> list[dict[str, Any]]:
    layers = asked()
    layers[place]["config"] |= settings
    return list(layers.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """One thing that differs from the specification: where, what, which criterion, what the card names."""

    place: str
    criterion: str
    names: str
    settings: dict[str, Any] = field(default_factory=dict)


SLIPS = (
    Slip(place="conv1", settings={"filters": 32}, criterion="conv1_maps", names="filters = 32"),
    Slip(place="conv1", settings={"kernel_size": [3, 3]}, criterion="conv1_window", names="kernel_size = (3, 3)"),
    Slip(place="conv1", settings={"padding": "same"}, criterion="conv1_steps", names="padding = same"),
    Slip(place="conv1", settings={"strides": [2, 2]}, criterion="conv1_steps", names="strides = (2, 2)"),
    Slip(place="pool1", settings={"pool_size": [3, 3]}, criterion="pool1", names="pool_size = (3, 3)"),
    Slip(place="pool1", settings={"strides": [1, 1]}, criterion="pool1", names="strides = (1, 1)"),
    Slip(place="conv2", settings={"filters": 30}, criterion="conv2_maps", names="filters = 30"),
    Slip(place="conv2", settings={"kernel_size": [5, 5]}, criterion="conv2_window", names="kernel_size = (5, 5)"),
    Slip(place="conv2", settings={"padding": "same"}, criterion="conv2_steps", names="padding = same"),
    Slip(place="pool2", settings={"pool_size": [3, 3]}, criterion="pool2", names="pool_size = (3, 3)"),
    Slip(place="dropout", settings={"rate": 0.8}, criterion="dropout", names="rate = 0.8"),
    Slip(place="dense1", settings={"units": 64}, criterion="dense1_units", names="units = 64"),
    Slip(place="dense1", settings={"units": 50}, criterion="dense1_units", names="units = 50"),
    Slip(place="dense1", settings={"activation": "tanh"}, criterion="dense1_activation", names="activation = tanh"),
    Slip(place="dense2", settings={"units": 128}, criterion="dense2_units", names="units = 128"),
    Slip(place="dense2", settings={"activation": "linear"}, criterion="dense2_activation", names="activation = linear"),
    Slip(place="out", settings={"units": 12}, criterion="output_units", names="units = 12"),
    Slip(place="out", settings={"activation": "sigmoid"}, criterion="output_activation", names="sigmoid"),
)


def test_the_specification_earns_everything() -> None:
    one = card(handed_in(list(asked().values())))
    assert lost(one) == set()
    assert (one.points, one.max_points, one.unjudged) == (20, 20, 0)
    assert one.model is not None
    assert sum(row.params for row in one.model.layers) == 59_933


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.place}-{slip.names}")
def test_a_wrong_setting_costs_its_own_criterion_alone_and_the_card_names_it(slip: Slip) -> None:
    one = card(handed_in(changed(slip.place, **slip.settings)))
    assert lost(one) == {slip.criterion}
    english, spanish = told(one, slip.criterion)
    assert slip.names in english
    assert slip.names in spanish
    assert english != spanish


ONE_EACH = st.lists(st.sampled_from(SLIPS), max_size=8, unique_by=lambda slip: slip.criterion)


@given(ONE_EACH)
def test_several_wrong_settings_cost_their_criteria_and_no_others(slips: list[Slip]) -> None:
    layers = asked()
    for slip in slips:
        layers[slip.place]["config"] |= slip.settings
    try:
        model = handed_in(list(layers.values()))
    except Refused:
        assume(False)  # a window that is larger than what is left of the image
    assert lost(card(model)) == {slip.criterion for slip in slips}


@pytest.mark.parametrize("place", PLACES)
def test_a_missing_layer_costs_what_is_about_it_alone(place: str) -> None:
    layers = asked()
    del layers[place]
    one = card(handed_in(list(layers.values())))
    own = OF_PLACE.get(place, {place})
    assert lost(one) == own
    for criterion in own - {"output_activation"}:
        english, spanish = told(one, criterion)
        assert f"The layer {place}" in english
        assert f"No se encontró la capa {place}" in spanish


FURTHER = {
    "a dense layer": (8, dense(30)),
    "a third convolution": (4, conv(15, 3, padding="same", strides=[1, 1])),
    "normalisation": (1, layer("BatchNormalization", axis=-1)),
    "a second dropout": (8, layer("Dropout", rate=0.5)),
}


@pytest.mark.parametrize("further", FURTHER)
def test_a_further_layer_costs_that_criterion_alone(further: str) -> None:
    where, extra = FURTHER[further]
    layers = list(asked().values())
    one = card(handed_in([*layers[:where], extra, *layers[where:]]))
    assert lost(one) == {"nothing_else"}
    english, spanish = told(one, "nothing_else")
    assert extra["class_name"] in english
    assert extra["class_name"] in spanish


def test_flatten_before_dropout_computes_the_same() -> None:
    layers = asked()
    layers["dropout"], layers["flatten"] = layers["flatten"], layers["dropout"]
    assert lost(card(handed_in(list(layers.values())))) == set()
    layers["flatten"]["config"]["rate"] = 0.8
    assert lost(card(handed_in(list(layers.values())))) == {"dropout"}


def test_dropout_in_another_place_is_another_network() -> None:
    layers = asked()
    dropout = layers.pop("dropout")
    after = [*list(layers.values())[:6], dropout, *list(layers.values())[6:]]
    assert lost(card(handed_in(after))) == {"dropout", "nothing_else"}


@pytest.mark.parametrize(("kind", "costs"), [("MaxPooling2D", set()), ("AveragePooling2D", {"nothing_else"})])
def test_a_relu_behind_max_pooling_is_that_of_the_convolution(kind: str, costs: set[str]) -> None:
    layers = asked()
    layers["conv1"]["config"]["activation"] = "linear"
    layers["pool1"] = layer(kind, pool_size=[2, 2], strides=[2, 2], padding="valid")
    relu = layer("ReLU", negative_slope=0.0, max_value=None, threshold=0.0)
    after = [*list(layers.values())[:2], relu, *list(layers.values())[2:]]
    assert lost(card(handed_in(after))) == costs


@pytest.mark.parametrize("rescaling", [True, False])
def test_what_the_specification_leaves_open_costs_nothing(rescaling: bool) -> None:
    layers = asked()
    for place in ("conv1", "conv2"):
        layers[place]["config"]["activation"] = "tanh" if rescaling else "linear"
    layers["pool1"] = layer("AveragePooling2D", "pool", pool_size=[2, 2])
    first = [layer("Rescaling", scale=1 / 255, offset=0.0)] if rescaling else []
    assert lost(card(handed_in([*first, *layers.values()]))) == set()


def test_activations_as_layers_of_their_own_are_those_of_the_layer_before() -> None:
    layers = asked()
    layers["dense1"] = dense(128, "linear")
    layers["out"] = dense(10, "linear")
    seventh = layer("ReLU", "relu_after")
    last = layer("Activation", activation="softmax")
    listed = list(layers.values())
    assert lost(card(handed_in([*listed[:7], seventh, *listed[7:], last]))) == set()


@pytest.mark.parametrize(
    ("compiled", "criterion", "names"),
    [
        (CompileFacts(optimizer="SGD", loss=ADAM.loss, metrics=ADAM.metrics), "optimizer", "SGD"),
        (CompileFacts(optimizer="Adam", loss="MeanSquaredError", metrics=ADAM.metrics), "loss", "MeanSquaredError"),
        (CompileFacts(optimizer="Adam", loss=ADAM.loss, metrics=("auc",)), "metric", "auc"),
        (CompileFacts(optimizer="Adam", loss=ADAM.loss), "metric", "-"),
    ],
)
def test_each_part_of_compile_is_a_criterion_of_its_own(compiled: CompileFacts, criterion: str, names: str) -> None:
    one = card(handed_in(list(asked().values()), compiled))
    assert lost(one) == {criterion}
    for sentence in told(one, criterion):
        assert f"= {names}" in sentence


@pytest.mark.parametrize(
    ("loss", "metric"), [("sparse_categorical_crossentropy", "acc"), ("categorical_crossentropy", "accuracy")]
)
def test_both_forms_of_the_log_loss_are_right(loss: str, metric: str) -> None:
    compiled = CompileFacts(optimizer="adam", loss=loss, metrics=(metric,))
    assert lost(card(handed_in(list(asked().values()), compiled))) == set()


@pytest.mark.parametrize(
    ("correct", "credit"), [(9450, 0.0), (9500, 0.0), (9773, 0.6), (9850, 0.8), (9880, 0.92), (9881, 1.0), (9930, 1.0)]
)
def test_the_accuracy_points_grow_along_the_knots_and_nobody_misses_one_by_chance(correct: int, credit: float) -> None:
    one = card(handed_in(list(asked().values())), correct)
    verdict = next(verdict for verdict in one.verdicts if verdict.criterion == "accuracy")
    assert verdict.credit == pytest.approx(credit, abs=0.005)


@pytest.mark.parametrize(
    ("key", "typed", "credit", "says"),
    [
        ("second_conv", 150, 0.25, "all 30 maps"),
        ("second_conv", "4.065", 1.0, "right"),
        ("second_conv", 4050, 0.5, "biases"),
        ("flattened", 25, 0.0, "there are 15"),
        ("flattened", 735, 0.0, "padding"),
        ("why_fewer", "b", 0.0, "4 845"),
    ],
)
def test_answers_are_recognised(key: str, typed: Any, credit: float, says: str) -> None:
    one = card(handed_in(list(asked().values())), answers={**ANSWERS, key: typed})
    verdict = next(verdict for verdict in one.verdicts if verdict.criterion == key)
    assert verdict.credit == credit
    assert says in verdict.why.en
    assert lost(one) <= {key}
