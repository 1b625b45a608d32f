"""Model files read as data: known networks, what layers say of themselves, and what is left untouched."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import Refused
from grader.models import keras_file
from grader.models.keras_file import KerasModel
from grader.records import LayerFacts
from tests.support.model_files import (
    archive,
    called,
    conv,
    dense,
    entrance,
    flatten,
    functional,
    layer,
    operation,
    pool,
    sequential,
    tensor,
)


def read(config: dict[str, Any]) -> KerasModel:
    return keras_file.read(archive(config))


def by_name(model: KerasModel) -> dict[str, LayerFacts]:
    return {row.name: row for row in model.layers}


def chain(*layers: dict[str, Any], first: Any = ("input", 0)) -> list[dict[str, Any]]:
    """Layers of a Functional model, each on the one before."""
    made, before = [], first[0]
    for item in layers:
        made.append(called(item, [tensor(before)]))
        before = item["config"]["name"]
    return made


IMAGE = (28, 28, 1)
NETWORKS = {
    "softmax": ((784,), [dense(10)], [7_850], 7_850),
    "mlp": ((784,), [dense(512), dense(10)], [401_920, 5_130], 407_050),
    "wide mlp": ((784,), [dense(784), dense(10)], [615_440, 7_850], 623_290),
    "narrow mlp": ((784,), [dense(32), dense(64), dense(10)], [25_120, 2_112, 650], 27_882),
    "one conv": (IMAGE, [conv(64, 3), flatten(), dense(10)], [640, 0, 432_650], 433_290),
    "conv and 15": (IMAGE, [conv(64, 3), flatten(), dense(15), dense(10)], [640, 0, 648_975, 160], 649_775),
    "pooled": (IMAGE, [conv(64, 3), pool(), flatten(), dense(15), dense(10)], [640, 0, 0, 162_255, 160], 163_055),
    "8 954": (
        IMAGE, [conv(32, 3), pool(), conv(16, 3), pool(), flatten(), dense(10)], [320, 0, 4_624, 0, 0, 4_010], 8_954,
    ),
    "225 034": (
        IMAGE, [conv(32, 3), pool(), conv(64, 3), pool(), flatten(), dense(128), dense(10)],
        [320, 0, 18_496, 0, 0, 204_928, 1_290], 225_034,
    ),
    "592 074": (
        IMAGE, [conv(32, 5), pool(), layer("Dropout", rate=0.2), flatten(), dense(128), dense(10)],
        [832, 0, 0, 0, 589_952, 1_290], 592_074,
    ),
    "59 933": (
        IMAGE,
        [conv(30, 5), pool(), conv(15, 3), pool(), layer("Dropout", rate=0.2), flatten(), dense(128), dense(50),
         dense(10)],
        [780, 0, 4_065, 0, 0, 0, 48_128, 6_450, 510], 59_933,
    ),
}  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS)
def test_the_networks_of_the_course_have_their_known_counts(network: str) -> None:
    shape, layers, counts, total = NETWORKS[network]
    model = read(sequential(shape, *json.loads(json.dumps(layers))))
    assert [row.params for row in model.layers[1:]] == counts
    assert (model.total_params, model.trainable_params) == (total, total)


def test_the_known_chain_of_feature_maps_is_read_with_its_derivations() -> None:
    shape, layers, _, _ = NETWORKS["8 954"]
    model = read(sequential(shape, *json.loads(json.dumps(layers))))
    shapes = [row.output_shape for row in model.layers]
    assert shapes == [IMAGE, (26, 26, 32), (13, 13, 32), (11, 11, 16), (5, 5, 16), (400,), (10,)]
    assert model.inputs == (IMAGE,)
    assert model.outputs == ((10,),)
    third = by_name(model)["conv_1"]
    assert third.shape_derivation == "floor((13 + 2*0 - 3) / 1) + 1 = 11"
    assert third.params_derivation == "16 x 3 x 3 x 32 + 16 = 4 624"
    assert by_name(model)["flatten"].shape_derivation == "5 x 5 x 16 = 400"
    assert by_name(model)["pool"].params_derivation == "0"
    assert model.macs == 26 * 26 * 9 * 32 + 11 * 11 * 9 * 32 * 16 + 400 * 10


def test_a_layer_keeps_all_its_settings() -> None:
    model = read(sequential((9, 9, 2), conv(4, 3, strides=[2, 1], padding="same", use_bias=False)))
    row = model.layers[1]
    assert row.kind == "Conv2D"
    assert row.input_shape == (9, 9, 2)
    assert {key: row.config[key] for key in ("filters", "kernel_size", "strides", "padding", "activation")} == {
        "filters": 4,
        "kernel_size": [3, 3],
        "strides": [2, 1],
        "padding": "same",
        "activation": "relu",
    }
    assert row.config["use_bias"] is False
    assert row.config["dilation_rate"] == [1, 1]
    assert row.shape_derivation == "ceil(9 / 2) = 5; ceil(9 / 1) = 9"


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("relu", "relu"),
        (None, "linear"),
        ("swish", "silu"),
        ({"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}, "relu"),
        ({"module": "builtins", "class_name": "function", "config": "softmax_v2"}, "softmax"),
        (layer("LeakyReLU", negative_slope=0.2), "leaky_relu"),
        (layer("ReLU", max_value=6.0), "relu"),
        (layer("PReLU"), "prelu"),
        (layer("Softmax", axis=-1), "softmax"),
        (layer("Activation", activation="tanh"), "tanh"),
    ],
)
def test_an_activation_is_one_word_however_it_was_written(written: Any, word: str) -> None:
    row = read(sequential((4,), layer("Dense", units=3, activation=written))).layers[1]
    assert row.config["activation"] == word


def test_an_activation_object_keeps_its_slope_beside_the_word() -> None:
    leaky = read(sequential((4,), layer("Dense", units=3, activation=layer("LeakyReLU", negative_slope=0.2))))
    assert leaky.layers[1].config["activation_config"] == {"class_name": "LeakyReLU", "negative_slope": 0.2}
    slopes = read(sequential((4,), layer("Dense", units=3, activation=layer("PReLU")))).layers[1]
    assert (slopes.params, slopes.params_derivation) == (18, "4 x 3 + 3 + 3 = 18")


def test_regularizers_are_shown_and_not_packed() -> None:
    l2 = {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01}, "registered_name": None}
    model = read(sequential((4,), layer("Dense", units=3, kernel_regularizer=l2)))
    assert model.layers[1].config["kernel_regularizer"] == {"class_name": "L2", "l2": 0.01}
    assert model.config["config"]["layers"][1]["config"]["kernel_regularizer"] is None


def test_frozen_layers_and_moving_statistics_are_not_trainable() -> None:
    model = read(sequential((8,), layer("Dense", units=4, trainable=False), layer("BatchNormalization")))
    frozen, norm = model.layers[1:]
    assert (frozen.params, frozen.trainable_params, frozen.trainable) == (36, 0, False)
    assert (norm.params, norm.trainable_params, norm.params_derivation) == (16, 8, "4 x 4 = 16")
    assert (model.total_params, model.trainable_params) == (52, 8)
    whole = read(sequential((8,), layer("Dense", units=4), trainable=False))
    assert whole.trainable_params == 0


@pytest.mark.parametrize(
    ("kind", "constant", "first", "scale", "offset"),
    [
        ("TrueDivide", 255.0, False, 1 / 255, 0.0),
        ("Multiply", 2, True, 2, 0.0),
        ("Subtract", 0.5, False, 1.0, -0.5),
        ("Subtract", 1, True, -1.0, 1),
        ("Add", 3, False, 1.0, 3),
    ],
)
def test_arithmetic_with_one_number_is_shown_as_rescaling(
    kind: str, constant: float, first: bool, scale: float, offset: float
) -> None:
    operands = [constant, tensor("input")] if first else [tensor("input"), constant]
    layers = [entrance(4, 4), called(operation(kind, "line"), operands), *chain(flatten(), first=("line", 0))]
    layers[0] = {**called(layers[0]), "inbound_nodes": []}
    row = by_name(read(functional(layers, ["input", 0, 0], ["flatten", 0, 0])))["line"]
    assert (row.kind, row.config["scale"], row.config["offset"]) == ("Rescaling", scale, offset)
    assert row.config["operation"] == kind


def test_layout_operations_are_shown_as_the_layers_that_do_the_same() -> None:
    layers = [
        called(entrance(4, 6)),
        *chain(
            operation("ExpandDims", "expand", axis=-1),
            operation("Transpose", "turn", axes=[0, 3, 1, 2]),
            operation("Reshape", "rows", newshape=[-1, 24]),
            operation("Relu", "bend", module="nn"),
            operation("Cast", "cast", module="core", dtype="float32"),
        ),
    ]
    rows = by_name(read(functional(layers, ["input", 0, 0], ["cast", 0, 0])))
    assert (rows["expand"].kind, rows["expand"].output_shape) == ("Reshape", (4, 6, 1))
    assert (rows["turn"].kind, rows["turn"].config["dims"]) == ("Permute", [3, 1, 2])
    assert rows["rows"].output_shape == (24,)
    assert (rows["bend"].kind, rows["bend"].config["activation"]) == ("Activation", "relu")
    assert rows["cast"].kind == "Identity"


def test_a_shared_layer_counts_once_and_computes_twice() -> None:
    shared = called(layer("Dense", "shared", units=4), [tensor("input")], [tensor("shared")])
    join = called(layer("Add", "sum"), [[tensor("shared"), tensor("shared", 1)]])
    model = read(functional([called(entrance(4)), shared, join], [["input", 0, 0]], [["sum", 0, 0]]))
    assert model.total_params == 20
    assert model.macs == 2 * 16
    assert len(model.layers) == 3


def test_models_inside_models_are_flattened_with_their_path() -> None:
    inner = sequential((4,), layer("Dense", units=4), name="encoder")
    model = read(sequential((4,), inner, layer("Dense", "head", units=2)))
    assert [row.name for row in model.layers] == ["input", "encoder/input", "encoder/dense", "head"]
    assert model.total_params == 20 + 10


def test_a_model_inside_that_is_called_twice_counts_once() -> None:
    inner = functional([called(entrance(4)), *chain(layer("Dense", units=4))], ["input", 0, 0], ["dense", 0, 0], "twin")
    uses = called(inner, [tensor("input")], [tensor("twin")])
    # Where a model ends, Keras counts the calls of a Functional model from 1.
    model = read(functional([called(entrance(4)), uses], ["input", 0, 0], ["twin", 2, 0]))
    assert (model.total_params, model.macs) == (20, 32)
    assert model.config["config"]["output_layers"] == ["twin", 2, 0]


def test_an_inner_model_takes_images_without_their_last_axis_of_one() -> None:
    inner = sequential(IMAGE, conv(2, 3), name="features")
    model = read(sequential((28, 28), inner))
    assert model.outputs == ((26, 26, 2),)


def test_three_channels_joined_from_one_give_a_colour_image() -> None:
    join = called(layer("Concatenate", "rgb", axis=-1), [[tensor("input")] * 3])
    row = read(functional([called(entrance(*IMAGE)), join], ["input", 0, 0], ["rgb", 0, 0])).layers[1]
    assert (row.output_shape, row.shape_derivation) == ((28, 28, 3), "1 + 1 + 1 = 3")


def test_a_configuration_alone_is_read_at_any_size_and_with_tuples() -> None:
    config = sequential((224, 224, 3), *(conv(512, 3) for _ in range(3)), flatten(), dense(1_000))
    config["config"]["layers"][0]["config"]["batch_shape"] = (None, 224, 224, 3)
    model = keras_file.read_config(config)
    assert model.total_params > 10**10
    assert (model.weights, model.sha256) == (b"", "")
    assert keras_file.read_config(config["config"]).total_params == model.total_params


# ---------------------------------------------------------------- the canonical file


def test_the_repacked_file_holds_checked_values_only() -> None:
    config = sequential((8, 8, 1), conv(2, 3), layer("RandomRotation", factor=0.1, seed=7), flatten(), dense(10))
    config |= {"compile_config": {"loss": "evil"}, "build_config": {"input_shape": [None, 9]}}
    config["config"]["layers"][1] |= {"build_config": {"x": 1}}
    packed = keras_file.repack(read(config))
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        assert made.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert made.read("model.weights.h5") == b"weights"
        text = made.read("config.json").decode()
    assert not {word for word in ("compile_config", "build_config", "evil", "seed", "Glorot") if word in text}
    kinds = [item["class_name"] for item in json.loads(text)["config"]["layers"]]
    assert kinds == ["InputLayer", "Conv2D", "Identity", "Flatten", "Dense"]


def test_the_same_model_in_other_wrapping_has_the_same_hash() -> None:
    config = sequential((4,), dense(3))
    plain = keras_file.read(archive(config))
    dressed = json.loads(json.dumps(config)) | {"compile_config": {"optimizer": "sgd"}}
    dressed["config"]["layers"][1]["config"] |= {"bias_regularizer": "l1", "kernel_initializer": "zeros"}
    assert keras_file.read(archive(dressed)).sha256 == plain.sha256
    assert keras_file.read(archive(config, weights=b"others")).sha256 != plain.sha256
    assert len(plain.sha256) == 64


@given(units=st.lists(st.integers(1, 50), min_size=1, max_size=5), inputs=st.integers(1, 50))
def test_a_repacked_file_reads_as_the_same_model(units: list[int], inputs: int) -> None:
    model = read(sequential((inputs,), *(dense(count) for count in units)))
    again = keras_file.read(keras_file.repack(model))
    assert again.sha256 == model.sha256
    assert [(row.name, row.output_shape, row.params) for row in again.layers] == [
        (row.name, row.output_shape, row.params) for row in model.layers
    ]
    assert keras_file.repack(again) == keras_file.repack(model)


# ---------------------------------------------------------------- inputs of free sizes


def free(*layers: Any, sizes: Any = (None, None, 1)) -> bytes:
    return archive(sequential(sizes, *layers))


@pytest.mark.parametrize("seen", [(107, 160, 1), (107, 160)])
def test_sizes_that_an_input_leaves_free_are_those_of_the_data(seen: tuple[int, ...]) -> None:
    model = keras_file.read(free(conv(2, 2)), seen=seen)
    assert model.inputs == ((107, 160, 1),)
    assert model.outputs == ((106, 159, 2),)
    assert model.layers[0].config["batch_shape"] == [None, None, None, 1]  # as it was written
    again = keras_file.read(keras_file.repack(model))
    assert (again.inputs, again.outputs) == (model.inputs, model.outputs)


@pytest.mark.parametrize("seen", [(), (107, 160, 3), (784,), (0, 160, 1), (1 << 21, 160, 1), (1, 2, 3, 4)])
def test_sizes_that_the_data_does_not_settle_are_refused(seen: tuple[int, ...]) -> None:
    with pytest.raises(Refused) as refused:
        keras_file.read(free(conv(2, 2)), seen=seen)
    assert refused.value.why.key == "keras_file.input_free"


def test_a_size_that_is_fixed_stays_whatever_the_data_is() -> None:
    assert keras_file.read(archive(sequential((28, 28, 1), conv(2, 2))), seen=(30, 30, 1)).inputs == ((28, 28, 1),)


def test_a_model_inside_has_the_sizes_of_what_it_is_used_on() -> None:
    inner = sequential((None, None, 4), conv(2, 3), name="inner")
    model = keras_file.read(free(conv(4, 3), inner), seen=(28, 28, 1))
    assert model.outputs == ((24, 24, 2),)
