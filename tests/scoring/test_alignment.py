"""A model beside the structure that a rubric expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import ExpectedLayer
from grader.scoring.alignment import activation_name, align, kind_matches, layer_matches, normalised, wrong_settings
from tests.support.facts import conv, dense, dense_models, layer, model

MLP = (
    ExpectedLayer(id="hidden", kind="Dense", settings={"activation": "relu"}, repeat=(1, None)),
    ExpectedLayer(id="out", kind="Dense", settings={"units": 10, "activation": "softmax"}),
)


def names(pair: tuple) -> list[str]:
    return [one.name for one in pair]


def test_each_layer_finds_its_line() -> None:
    beside = align(model(dense(512, 784, "relu", "a"), dense(10, 512, "softmax", "b")), MLP)
    assert names(beside.pairs["hidden"]) == ["a"]
    assert names(beside.pairs["out"]) == ["b"]
    assert beside.extra == ()


def test_a_repeated_line_takes_every_hidden_layer() -> None:
    layers = [dense(64, 784, "relu", "a"), dense(32, 64, "relu", "b"), dense(10, 32, "softmax", "c")]
    beside = align(model(*layers), MLP)
    assert names(beside.pairs["hidden"]) == ["a", "b"]
    assert names(beside.pairs["out"]) == ["c"]


def test_a_missing_layer_leaves_the_others_in_place() -> None:
    beside = align(model(dense(10, 784, "softmax", "only")), MLP)
    assert beside.pairs["hidden"] == ()
    assert names(beside.pairs["out"]) == ["only"]


def test_a_layer_with_a_wrong_setting_still_stands_in_its_place() -> None:
    beside = align(model(dense(512, 784, "tanh", "a"), dense(10, 512, "softmax", "b")), MLP)
    assert names(beside.pairs["hidden"]) == ["a"]


def test_the_middle_of_a_deeper_network_may_lack_a_layer() -> None:
    structure = (
        ExpectedLayer(id="c1", kind="Conv2D", settings={"filters": 30, "kernel_size": 5}),
        ExpectedLayer(id="p1", kind="*Pooling*"),
        ExpectedLayer(id="c2", kind="Conv2D", settings={"filters": 15, "kernel_size": 3}),
        ExpectedLayer(id="p2", kind="*Pooling*"),
        ExpectedLayer(id="out", kind="Dense", settings={"units": 10}),
    )
    pool = layer("MaxPooling2D", (24, 24, 30), (12, 12, 30), pool_size=[2, 2], strides=[2, 2])
    beside = align(model(conv(30, kernel=5), pool, conv(15, 12, 30), dense(10, 1500)), structure)
    assert {id: len(pair) for id, pair in beside.pairs.items()} == {"c1": 1, "p1": 1, "c2": 1, "p2": 0, "out": 1}


def test_layers_that_nobody_asked_for_are_extra_and_preparing_ones_are_not() -> None:
    layers = [
        layer("Rescaling", (784,), (784,), scale=0.004),
        dense(512, 784, "relu", "a"),
        layer("Dropout", (512,), (512,), rate=0.5),
        dense(10, 512, "softmax", "b"),
    ]
    beside = align(model(*layers), MLP)
    assert [one.kind for one in beside.extra] == ["Dropout"]


def test_an_activation_layer_counts_with_the_layer_before_it() -> None:
    layers = [
        layer("InputLayer", (784,), (784,)),
        dense(512, 784, "linear", "a"),
        layer("BatchNormalization", (512,), (512,), 2048),
        layer("ReLU", (512,), (512,), name_="relu"),
        dense(10, 512, "linear", "b"),
        layer("Activation", (10,), (10,), activation="softmax", name_="last"),
    ]
    kept, activations = normalised(layers)
    assert [one.kind for one in kept] == ["Dense", "BatchNormalization", "Dense"]
    assert activations["a"] == "relu"
    assert activations["b"] == "softmax"
    assert align(model(*layers), MLP).pairs["out"][0].name == "b"


def test_a_second_activation_stays_a_layer_of_its_own() -> None:
    kept, activations = normalised([dense(10, 784, "relu"), layer("Softmax", (10,), (10,), name_="soft")])
    assert [one.kind for one in kept] == ["Dense", "Softmax"]
    assert activations == {"dense": "relu", "soft": "softmax"}


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (None, "linear"),
        ("relu", "relu"),
        ("swish", "silu"),
        ({"class_name": "LeakyReLU", "config": {"negative_slope": 0.3}}, "leaky_relu"),
        ({"class_name": "function", "config": "tanh"}, "tanh"),
        ({"class_name": "ReLU", "config": {}}, "relu"),
        (7, "linear"),
    ],
)
def test_an_activation_is_read_in_every_form_that_keras_stores(stored: object, name: str) -> None:
    assert activation_name(stored) == name


def test_kinds_are_matched_by_globs_and_alternatives() -> None:
    assert kind_matches("MaxPooling2D", "*Pool*|StridedConv")
    assert not kind_matches("Dense", "*Conv*")
    assert layer_matches(conv(8, strides=[2, 2]), "*Pool*|StridedConv")
    assert not layer_matches(conv(8), "*Pool*|StridedConv")


@pytest.mark.parametrize(
    ("name", "wanted", "right"),
    [
        ("kernel_size", 3, True),
        ("kernel_size", [3, 3], True),
        ("kernel_size", 5, False),
        ("padding", "VALID", True),
        ("activation", ["relu", "elu"], True),
        ("activation", "tanh", False),
        ("use_bias", True, True),
        ("use_bias", False, False),
        ("filters", 32, True),
        ("trainable", True, True),
        ("rate", 0.2, False),
    ],
)
def test_settings_are_compared_as_people_mean_them(name: str, wanted: object, right: bool) -> None:
    assert (wrong_settings(conv(32), {name: wanted}, {}) == {}) is right


def test_pooling_without_strides_moves_by_its_window() -> None:
    pool = layer("MaxPooling2D", (26, 26, 8), (13, 13, 8), pool_size=[2, 2], strides=None)
    assert wrong_settings(pool, {"strides": 2}, {}) == {}


@given(dense_models(), st.sampled_from([MLP, (), MLP[:1]]))
def test_every_layer_that_counts_is_matched_once_or_extra(one, structure) -> None:
    beside = align(one, structure)
    kept, _ = normalised(one.layers)
    taken = [layer.name for pair in beside.pairs.values() for layer in pair]
    assert sorted(taken + [layer.name for layer in beside.extra]) == sorted(layer.name for layer in kept)
    assert all(len(beside.pairs[line.id]) <= (line.repeat[1] or 99) for line in structure)
