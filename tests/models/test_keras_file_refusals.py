"""Files that are not read: each rule, the sentence that a student gets, and no crash on any bytes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from grader import texts
from grader.models import keras_file
from tests.support.model_files import (
    DENSE,
    GOOD,
    MEMBERS,
    archive,
    called,
    dense,
    entrance,
    graph,
    key,
    layer,
    of,
    operation,
    sequential,
    tensor,
    why,
    zipped,
)
from tests.support.work import counted, peak_memory


def sentence(config: Any) -> str:
    return texts.render(why(archive(config)), "en")


# ---------------------------------------------------------------- the zip


def encrypted() -> bytes:
    data = bytearray(zipped(MEMBERS))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    return bytes(data)


def linked() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, body in MEMBERS.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            made.writestr(info, body)
    return content.getvalue()


def twice() -> bytes:
    return zipped({**MEMBERS, "config_json": b"{}"}).replace(b"config_json", b"config.json")


def lying_about_size() -> bytes:
    data = bytearray(zipped(MEMBERS))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 1)
    return bytes(data)


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not_a_zip"),
    "text": (lambda: b"model = keras.Sequential()", "not_a_zip"),
    "old format": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(100), "not_a_zip"),
    "data before": (lambda: b"#!/bin/sh\n" + zipped(MEMBERS), "not_a_zip"),
    "data after": (lambda: zipped(MEMBERS) + b"tail", "zip_extra_data"),
    "only a head": (lambda: b"PK\x03\x04", "zip_damaged"),
    "cut": (lambda: zipped(MEMBERS)[:-30], "zip_extra_data"),
    "many members": (lambda: zipped({f"{n}": b"" for n in range(5_000)}), "too_many_members"),
    "unknown member": (lambda: zipped({**MEMBERS, "assets/vocabulary.txt": b""}), "member_unknown"),
    "path upwards": (lambda: zipped({**MEMBERS, "../config.json": b""}), "member_unknown"),
    "member twice": (twice, "member_twice"),
    "encrypted": (encrypted, "member_encrypted"),
    "link": (linked, "member_not_a_file"),
    "other compression": (lambda: zipped(MEMBERS, zipfile.ZIP_BZIP2), "zip_damaged"),
    "size lie": (lying_about_size, "zip_damaged"),
    "no weights": (lambda: zipped({"config.json": b"{}"}), "member_missing"),
    "no config": (lambda: zipped({"model.weights.h5": b""}), "member_missing"),
    "bomb": (lambda: zipped({**MEMBERS, "config.json": bytes(5 << 20)}, zipfile.ZIP_DEFLATED), "member_too_large"),
    "big metadata": (lambda: zipped({**MEMBERS, "metadata.json": bytes(70_000)}), "member_too_large"),
}


@pytest.mark.parametrize("case", ZIPS)
def test_an_archive_that_keras_would_not_write_is_refused(case: str) -> None:
    made, expected = ZIPS[case]
    assert key(made()) == expected


def test_damaged_content_is_found_by_its_checksum() -> None:
    data = bytearray(zipped(MEMBERS))
    data[data.find(b"weights")] ^= 0xFF
    assert key(bytes(data)) in ("zip_damaged", "member_missing")
    stored = bytearray(zipped(MEMBERS))
    at = stored.rfind(b"weights", 0, stored.find(b"PK\x01\x02"))
    stored[at] ^= 0xFF
    assert key(bytes(stored)) == "zip_damaged"


def test_a_weights_bomb_is_not_unpacked() -> None:
    bomb = zipped({**MEMBERS, "model.weights.h5": bytes(200 << 20)}, zipfile.ZIP_DEFLATED)
    (found, calls), peak = peak_memory(lambda: counted(lambda: key(bomb)))
    assert found == "member_too_large"
    assert calls < 1_000  # inflated in pieces, it would take more
    assert peak < 8 << 20


def test_a_compressed_archive_is_read_as_well() -> None:
    model = keras_file.read(zipped(MEMBERS, zipfile.ZIP_DEFLATED))
    assert model.sha256 == keras_file.read(zipped(MEMBERS)).sha256


# ---------------------------------------------------------------- the JSON


JSON = {
    "not UTF-8": (b"\xff\xfe{}", "json_not_utf8"),
    "not JSON": (b"{", "json_wrong"),
    "not an object": (b"[]", "json_wrong"),
    "not a number": (b'{"a": NaN}', "json_not_a_number"),
    "infinite": (b'{"a": -Infinity}', "json_not_a_number"),
    "overflow": (b'{"a": 1e999}', "json_not_a_number"),
    "200 digits": (b'{"a": ' + b"9" * 200 + b"}", "json_not_a_number"),
    "200 000 digits": (b'{"a": ' + b"9" * 200_000 + b"}", "json_not_a_number"),
    "key twice": (b'{"a": 1, "a": 2}', "json_key_twice"),
    "deep": (b'{"a":' * 70 + b"1" + b"}" * 70, "json_too_deep"),
    "deep lists": (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "json_too_deep"),
    "very deep": (b"[" * 100_000 + b"]" * 100_000, "json_too_deep"),
}


@pytest.mark.parametrize("case", JSON)
def test_a_configuration_outside_the_rules_of_json_is_refused(case: str) -> None:
    body, expected = JSON[case]
    assert of(body) == expected


# ---------------------------------------------------------------- layers and options


def one(item: Any, shape: tuple[int, ...] = (4, 4, 1)) -> dict[str, Any]:
    return sequential(shape, item)


OWN = {"module": None, "class_name": "Mine", "config": {"name": "mine"}, "registered_name": "Custom>Mine"}
HOME = {"module": "os", "class_name": "Dense", "config": {"name": "dense", "units": 1}, "registered_name": None}
GADGET = {"module": "builtins", "class_name": "function", "config": "set_floatx", "registered_name": "function"}
LAYERS = {
    "lambda": (layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "4wEA"}}), "lambda"),
    "own class": (OWN, "own_class"),
    "other module": (HOME, "own_class"),
    "recurrent": (layer("LSTM", units=3), "kind_unknown"),
    "file reader": (layer("TFSMLayer", filepath="/etc"), "kind_unknown"),
    "vocabulary": (layer("StringLookup", vocabulary="/etc/passwd"), "kind_unknown"),
    "registered under another name": ({**layer("Dense", units=1), "registered_name": "Mine>Dense"}, "own_class"),
    "unknown option": (layer("Dense", units=3, lora_rank=4), "option_unknown"),
    "missing option": (layer("Dense"), "option_missing"),
    "no units": (layer("Dense", units=0), "option_value"),
    "true units": (layer("Dense", units=True), "option_value"),
    "units as text": (layer("Dense", units="3"), "option_value"),
    "too many units": (layer("Dense", units=10**12), "option_value"),
    "rate above one": (layer("Dropout", rate=1.5), "option_value"),
    "padding": (layer("Conv2D", filters=1, kernel_size=3, padding="full"), "option_value"),
    "kernel of three": (layer("Conv2D", filters=1, kernel_size=[3, 3, 3]), "option_value"),
    "bias as number": (layer("Dense", units=1, use_bias=1), "option_value"),
    "axis of the batch": (layer("Softmax", axis=0), "option_value"),
    "shape with text": (layer("Reshape", target_shape=["a"]), "option_value"),
    "no shape": (layer("Reshape", target_shape="flat"), "option_value"),
    "scale with text": (layer("Rescaling", scale={"a": 1}), "option_value"),
    "regularizer": (layer("Dense", units=1, kernel_regularizer={"class_name": "../x"}), "option_value"),
    "unknown activation": (layer("Dense", units=1, activation="magic"), "option_value"),
    "activation of a gadget": (layer("Dense", units=1, activation=GADGET), "own_function"),
    "activation with weights": (layer("Dense", units=1, activation=layer("Dense", units=1)), "option_value"),
    "quantized": (layer("Dense", units=1, dtype="int8"), "dtype"),
    "name with a path": (layer("Dense", "../../x", units=1), "name_wrong"),
    "name too long": (layer("Dense", "x" * 101, units=1), "name_wrong"),
    "nameless": ({**layer("Dense", units=1), "config": {"name": 3, "units": 1}}, "name_wrong"),
    "input in the middle": (entrance(4, 4, 1, name="again"), "graph_wrong"),
    "kernel too large": (layer("Conv2D", filters=1, kernel_size=9), "does_not_fit"),
    "groups": (layer("Conv2D", filters=3, kernel_size=1, groups=2), "does_not_fit"),
    "wrong rank": (layer("Conv1D", filters=3, kernel_size=1), "does_not_fit"),
    "reshape": (layer("Reshape", target_shape=[-1, 3]), "does_not_fit"),
    "two free axes": (layer("Reshape", target_shape=[-1, -1]), "does_not_fit"),
    "one input to add": (layer("Add"), "does_not_fit"),
    "axis that is not there": (layer("BatchNormalization", axis=7), "does_not_fit"),
    "axis twice": (layer("LayerNormalization", axis=[1, 1]), "does_not_fit"),
    "ragged scale": (layer("Rescaling", scale=[[1], [1, 2]]), "does_not_fit"),
    "nothing left": (layer("Cropping2D", cropping=2), "does_not_fit"),
    "training flag": (layer("Dense", units=1, trainable="yes"), "graph_wrong"),
}


@pytest.mark.parametrize("case", LAYERS)
def test_a_layer_that_is_not_on_the_list_or_does_not_fit_is_refused(case: str) -> None:
    item, expected = LAYERS[case]
    assert of({**GOOD, "config": {**GOOD["config"], "layers": [entrance(4, 4, 1), item]}}) == expected


def test_refusals_read_like_help() -> None:
    assert "Use Rescaling(1/255)" in sentence(one(layer("Lambda", "scale", function=None)))
    assert "The layer scale is a Lambda layer" in sentence(one(layer("Lambda", "scale", function=None)))
    assert sentence(one(layer("Dense", "out", units=0))) == (
        "The layer out (Dense) has units = 0; expected was a whole number from 1 to 1 048 576."
    )
    assert sentence(one(layer("Conv2D", "c", filters=1, kernel_size=9))) == (
        "The layer c (Conv2D) cannot work on an input of shape (4, 4, 1)."
    )
    assert "one of: valid, same" in sentence(one(layer("MaxPooling2D", pool_size=2, padding="full")))


MODELS = {
    "a layer": (layer("Dense", units=3), "not_a_model"),
    "no layers": (sequential((4,)), "not_built"),
    "never built": ({**GOOD, "config": {"name": "m", "layers": [dense(3), dense(4)]}}, "not_built"),
    "a text for layers": ({**GOOD, "config": {"name": "m", "layers": "all"}}, "graph_wrong"),
    "texts for layers": ({**GOOD, "config": {"name": "m", "layers": ["a", "b"]}}, "graph_wrong"),
    "unknown model option": ({**GOOD, "config": {**GOOD["config"], "hook": 1}}, "option_unknown"),
    "free size": (sequential((4, 0), dense(1)), "input_free"),
    "endless size": (sequential((1 << 40,), dense(1)), "input_free"),
    "no size": (sequential((), dense(1)), "input_wrong"),
    "one name twice": (
        {**GOOD, "config": {**GOOD["config"], "layers": [entrance(4), layer("Flatten", "a"), layer("ReLU", "a")]}},
        "name_twice",
    ),
    "subclassed": ({**OWN, "config": {"anything": [1]}}, "own_class"),
    "shared by two models": (one({**layer("Dense", units=1), "shared_object_id": 7}), "shared_between_models"),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_that_is_not_whole_is_refused(case: str) -> None:
    config, expected = MODELS[case]
    assert of(config) == expected


def test_a_sparse_or_optional_input_is_refused() -> None:
    start = layer("InputLayer", "input", batch_shape=[None, 4], sparse=True)
    assert of({**GOOD, "config": {"name": "m", "layers": [start, dense(1)]}}) == "input_wrong"
    hook = layer("InputLayer", "input", batch_shape=[None, 4], hook=1)
    assert of({**GOOD, "config": {"name": "m", "layers": [hook, dense(1)]}}) == "option_unknown"


# ---------------------------------------------------------------- graphs


GRAPHS = {
    "a loop": (
        graph(called(DENSE, [tensor("other")]), called(layer("ReLU", "other"), [tensor("dense")])), "graph_loop",
    ),
    "own output": (graph(called(DENSE, [tensor("dense")])), "graph_loop"),
    "named outputs": (graph(called(DENSE, [tensor("input")]), end={"digit": ["dense", 0, 0]}), "ends_named"),
    "a ghost": (graph(called(DENSE, [tensor("ghost")])), "graph_wrong"),
    "a call that is not there": (graph(called(DENSE, [tensor("input", 3)])), "graph_wrong"),
    "no tensor": (graph(called(operation("Add", "sum"), [1.0, 2.0])), "graph_wrong"),
    "no calls": (graph({**DENSE, "name": "dense", "inbound_nodes": []}), "graph_wrong"),
    "calls as text": (graph({**DENSE, "name": "dense", "inbound_nodes": "x"}), "graph_wrong"),
    "an output that is not there": (graph(called(DENSE, [tensor("input")]), end=["dense", 4, 0]), "graph_wrong"),
    "a layer as input": (graph(called(DENSE, [tensor("input")]), inputs=["dense", 0, 0]), "graph_wrong"),
    "an input twice": (
        graph(called(DENSE, [tensor("input")]), inputs=[["input", 0, 0], ["input", 0, 0]]), "graph_wrong",
    ),
    "second output": (graph(called(DENSE, [tensor("input")]), end=["dense", 0, 1]), "graph_wrong"),
    "a call option": (graph(called(DENSE, [tensor("input")], mask=[1])), "call_option"),
    "a text operand": (graph(called(operation("Add", "sum"), [tensor("input"), "x"])), "call_operand"),
    "a number to a layer": (graph(called(DENSE, [tensor("input"), 3])), "graph_wrong"),
    "an unknown operation": (graph(called(operation("GetItem", "cut"), [tensor("input")])), "kind_unknown"),
    "an operation from elsewhere": (
        graph(called(operation("Add", "sum", module="core"), [tensor("input"), 1])), "kind_unknown",
    ),
    "mixing images": (
        graph(called(operation("Reshape", "cut", newshape=[-1, 2]), [tensor("input")])), "does_not_fit",
    ),
    "a mean over the batch": (
        graph(called(operation("Mean", "mean", axis=[0], keepdims=False), [tensor("input")])), "option_value",
    ),
    "a constant along the batch": (
        graph(called(operation("Add", "sum"), [tensor("input"), [[1.0], [2.0]]])), "does_not_fit",
    ),
    "uint8 times two": (
        graph(called(operation("Multiply", "twice"), [tensor("input"), 2]), start=entrance(4, dtype="uint8")),
        "integer_arithmetic",
    ),
    "uint8 moved, then added": (
        graph(
            called(operation("ExpandDims", "more", axis=-1), [tensor("input")]),
            called(operation("Add", "sum"), [tensor("more"), 1]), start=entrance(4, dtype="uint8"),
        ),
        "integer_arithmetic",
    ),
    "shared on other sizes": (
        graph(called(layer("Dense", "dense", units=5), [tensor("input")], [tensor("dense")])), "shared_differently",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GRAPHS)
def test_a_graph_that_keras_would_not_write_is_refused(case: str) -> None:
    config, expected = GRAPHS[case]
    assert of(config) == expected


def test_uint8_images_may_be_divided_or_cast_first() -> None:
    for first in (operation("TrueDivide", "first"), operation("Multiply", "first")):
        start = entrance(4, dtype="uint8")
        model = keras_file.read(archive(graph(called(first, [tensor("input"), 0.5]), start=start)))
        assert model.layers[1].kind == "Rescaling"


def test_an_inner_model_needs_the_shape_it_was_made_for_and_one_output() -> None:
    inner = sequential((5,), layer("Dense", units=4), name="inner")
    assert of(graph(called(inner, [tensor("input")]))) == "does_not_fit"
    ends = [["dense", 0, 0], ["input", 0, 0]]
    double = {**graph(called(DENSE, [tensor("input")]), end=ends)}
    double["config"]["name"] = "double"
    assert of(sequential((4,), double)) == "several_outputs"
