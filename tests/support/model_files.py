"""Models for tests: configurations written by hand, and drawn descriptions that Keras builds itself."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from grader import texts
from grader.errors import Refused
from grader.models import keras_file
from grader.models.keras_file import SUBMISSION, Caps
from grader.records import LANGUAGES, Message

Config = dict[str, Any]

# ---------------------------------------------------------------- configurations as Keras writes them


def layer(kind: str, name: str = "", **config: Any) -> Config:
    """One layer; what is not given stays out, as in files of older versions."""
    own = {"name": name or kind.lower(), **config}
    return {"module": "keras.layers", "class_name": kind, "config": own, "registered_name": None}


def entrance(*shape: int, name: str = "input", dtype: str = "float32") -> Config:
    """An InputLayer."""
    return layer("InputLayer", name, batch_shape=[None, *shape], dtype=dtype)


def sequential(shape: Sequence[int], *layers: Config, name: str = "sequential", trainable: bool = True) -> Config:
    """A Sequential model; layers of the same name are numbered."""
    seen: dict[str, int] = {}
    for item in layers:
        own = item["config"]["name"]
        seen[own] = seen.get(own, -1) + 1
        item["config"]["name"] = f"{own}_{seen[own]}" if seen[own] else own
    config = {
        "name": name,
        "trainable": trainable,
        "layers": [entrance(*shape), *layers],
        "build_input_shape": [None, *shape],
    }
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}


def tensor(name: str, call: int = 0) -> Config:
    """A reference to the output of a layer."""
    config = {"shape": [None, 1], "dtype": "float32", "keras_history": [name, call, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def called(item: Config, *calls: Sequence[Any], **kwargs: Any) -> Config:
    """A layer of a Functional model with one node for each of ``calls``."""
    nodes = [{"args": list(args), "kwargs": kwargs} for args in calls]
    return {**item, "name": item["config"]["name"], "inbound_nodes": nodes}


def operation(kind: str, name: str, module: str = "numpy", **config: Any) -> Config:
    """Tensor arithmetic such as TrueDivide."""
    own = {"name": name, **config}
    return {"module": f"keras.src.ops.{module}", "class_name": kind, "config": own, "registered_name": kind}


def functional(layers: Sequence[Config], inputs: Any, outputs: Any, name: str = "functional") -> Config:
    """A Functional model."""
    config = {
        "name": name,
        "trainable": True,
        "layers": list(layers),
        "input_layers": inputs,
        "output_layers": outputs,
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": config,
        "registered_name": "Functional",
    }


def conv(filters: int, size: int, **more: Any) -> Config:
    """A Conv2D with relu."""
    return layer("Conv2D", "conv", filters=filters, kernel_size=[size, size], activation="relu", **more)


def pool(size: int = 2) -> Config:
    """A MaxPooling2D."""
    return layer("MaxPooling2D", "pool", pool_size=[size, size])


def dense(units: int, activation: str = "relu") -> Config:
    """A Dense layer."""
    return layer("Dense", "dense", units=units, activation=activation)


def flatten() -> Config:
    """A Flatten layer."""
    return layer("Flatten")


def archive(config: Any, weights: bytes = b"weights", **extra: bytes) -> bytes:
    """A .keras file around ``config`` (JSON data, or bytes as they are); ``extra`` members by name."""
    body = config if isinstance(config, bytes) else json.dumps(config).encode()
    members = {"metadata.json": b"{}", "config.json": body, "model.weights.h5": weights, **extra}
    return zipped(members)


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return content.getvalue()


# ---------------------------------------------------------------- files that are refused

GOOD = sequential((4,), dense(3))
MEMBERS = {"metadata.json": b"{}", "config.json": json.dumps(GOOD).encode(), "model.weights.h5": b"weights"}
DENSE = layer("Dense", "dense", units=4)


def why(data: bytes, caps: Caps = SUBMISSION) -> Message:
    """The refusal of ``data``, which must have a sentence in both languages."""
    with pytest.raises(Refused) as caught:
        keras_file.read(data, caps)
    for language in LANGUAGES:
        sentence = texts.render(caught.value.why, language)
        assert not re.search(r"\{\w*(:\w+)?\}", sentence.replace("= {}", ""))
        assert len(sentence) < 600
    return caught.value.why


def key(data: bytes, caps: Caps = SUBMISSION) -> str:
    return why(data, caps).key.removeprefix("keras_file.")


def of(config: Any, caps: Caps = SUBMISSION) -> str:
    return key(archive(config), caps)


def graph(*items: dict[str, Any], start: Any = None, end: Any = None, inputs: Any = None) -> dict[str, Any]:
    first = called(start or entrance(4))
    return functional([first, *items], inputs or ["input", 0, 0], end or [items[-1]["name"], 0, 0])


# ---------------------------------------------------------------- descriptions that Keras builds
#
# A description is a list of steps. ``build_models.py`` tries each in turn and leaves out those that
# Keras refuses, so that nothing here has to know which sizes fit: that knowledge is what is tested.

_SMALL, _TWO = st.integers(1, 4), st.integers(1, 2)
_PADDING = st.sampled_from(["valid", "same"])
_RATE = st.sampled_from([0.0, 0.25, 0.5])
_FORMAT = st.sampled_from(["channels_last", "channels_last", "channels_last", "channels_first"])
_WORDS = st.sampled_from(["relu", "tanh", "softmax", "linear", "gelu", "swish", "leaky_relu", "hard_sigmoid", None])
_OBJECTS = st.sampled_from(
    [
        {"layer": "LeakyReLU", "negative_slope": 0.25},
        {"layer": "ReLU", "max_value": 6.0},
        {"layer": "ELU"},
        {"layer": "Softmax"},
        {"layer": "Activation", "activation": "tanh"},
    ]
)
_ACTIVATION = st.one_of(_WORDS, _OBJECTS)
_AXIS = st.sampled_from([-1, -1, 1, 2, 3, -2])
_SCALED = {"center": st.booleans(), "scale": st.booleans()}


def _kind(name: str, **options: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"layer": st.just(name), **options})


def _pair(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.one_of(numbers, st.lists(numbers, min_size=2, max_size=2))


def _alone(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return numbers


def _window(axes: int) -> dict[str, st.SearchStrategy[Any]]:
    numbers = _pair if axes == 2 else _alone
    strides = st.one_of(
        st.fixed_dictionaries({"strides": numbers(st.integers(1, 3))}),
        st.fixed_dictionaries({"dilation_rate": numbers(_TWO)}),
    )
    return {
        "kernel_size": numbers(_SMALL),
        "padding": _PADDING,
        "merge": strides,
        "data_format": _FORMAT,
        "activation": _ACTIVATION,
        "use_bias": st.booleans(),
    }


def _of_axes(axes: int) -> list[st.SearchStrategy[Any]]:
    window, d = _window(axes), f"{axes}D"
    numbers = _pair(_SMALL) if axes == 2 else _SMALL
    causal = {"padding": st.sampled_from(["valid", "same", "causal"])} if axes == 1 else {}
    margin = st.integers(0, 2)
    margins = st.one_of(margin, st.lists(margin, min_size=2, max_size=2))
    if axes == 2:
        margins = st.one_of(margins, st.lists(st.lists(margin, min_size=2, max_size=2), min_size=2, max_size=2))
    fmt = {"data_format": _FORMAT}
    pools = {"pool_size": numbers, "strides": st.one_of(st.none(), numbers), "padding": _PADDING, **fmt}
    transposed = {**window, "output_padding": st.one_of(st.none(), st.integers(0, 1))}
    return [
        _kind(f"Conv{d}", filters=_SMALL, groups=_TWO, **{**window, **causal}),
        _kind(f"Conv{d}", filters=_SMALL, groups=_TWO, **{**window, **causal}),
        _kind(f"DepthwiseConv{d}", depth_multiplier=_TWO, **window),
        _kind(f"SeparableConv{d}", filters=_SMALL, depth_multiplier=_TWO, **window),
        _kind(f"Conv{d}Transpose", filters=_SMALL, **transposed),
        _kind(f"MaxPooling{d}", **pools),
        _kind(f"AveragePooling{d}", **pools),
        _kind(f"GlobalMaxPooling{d}", keepdims=st.booleans(), **fmt),
        _kind(f"GlobalAveragePooling{d}", keepdims=st.booleans(), **fmt),
        _kind(f"ZeroPadding{d}", padding=margins),
        _kind(f"Cropping{d}", cropping=margins),
        _kind(f"UpSampling{d}", size=numbers if axes == 2 else _SMALL),
        _kind(f"SpatialDropout{d}", rate=_RATE),
    ]


LAYERS = st.one_of(
    *_of_axes(1),
    *_of_axes(2),
    _kind("Dense", units=st.integers(1, 6), activation=_ACTIVATION, use_bias=st.booleans()),
    _kind("Dense", units=st.integers(1, 6), activation=_ACTIVATION, kernel_regularizer=st.sampled_from([None, "l2"])),
    _kind("Flatten"),
    _kind("Reshape", target_shape=st.sampled_from([[-1], [-1, 2], [2, -1], [-1, 2, 2], [-1, 1]])),
    _kind("Permute", dims=st.sampled_from([[2, 1], [3, 1, 2], [2, 1, 3]])),
    _kind("RepeatVector", n=_SMALL),
    _kind("Dropout", rate=_RATE),
    _kind("AlphaDropout", rate=_RATE),
    _kind("GaussianNoise", stddev=_RATE),
    _kind("GaussianDropout", rate=_RATE),
    _kind("ActivityRegularization", l2=_RATE),
    _kind("BatchNormalization", axis=_AXIS, **_SCALED),
    _kind("LayerNormalization", axis=st.one_of(_AXIS, st.sampled_from([[1, 2], [-1, -2]])), **_SCALED),
    _kind("GroupNormalization", groups=st.sampled_from([1, 2, -1]), axis=_AXIS, **_SCALED),
    _kind("RMSNormalization", axis=_AXIS),
    _kind("UnitNormalization", axis=_AXIS),
    _kind("Activation", activation=_WORDS.filter(bool)),
    _kind("ReLU", max_value=st.sampled_from([None, 6.0]), negative_slope=_RATE),
    _kind("LeakyReLU", negative_slope=_RATE),
    _kind("ELU", alpha=st.sampled_from([0.5, 1.0])),
    _kind("PReLU", shared_axes=st.sampled_from([None, [1], [1, 2]])),
    _kind("Softmax", axis=_AXIS),
    _kind("Rescaling", scale=st.sampled_from([1 / 255, 2, [0.5]]), offset=st.sampled_from([0.0, -1])),
    _kind("Normalization", axis=st.one_of(_AXIS, st.none())),
    _kind("Identity"),
    _kind("RandomFlip", mode=st.sampled_from(["horizontal", "vertical"])),
    _kind("RandomRotation", factor=_RATE),
    _kind("RandomZoom", height_factor=_RATE),
    _kind("RandomTranslation", height_factor=_RATE, width_factor=_RATE),
    _kind("RandomContrast", factor=_RATE),
    _kind("RandomBrightness", factor=_RATE),
    _kind("RandomCrop", height=_SMALL, width=_SMALL),
    _kind("CenterCrop", height=_SMALL, width=_SMALL),
    _kind("Resizing", height=_SMALL, width=_SMALL, interpolation=st.sampled_from(["bilinear", "nearest"])),
)

_PLACE = st.integers(0, 30)  # of a tensor made so far, modulo their number
_MERGES = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
_CONSTANTS = st.sampled_from([255.0, 2, -0.5, [1.0], [[0.5, 2.0]]])
_SUMS = ["add", "subtract", "multiply", "true_divide", "maximum", "minimum"]
_CALLS = st.sampled_from(
    [
        ["relu", {}], ["softmax", {}], ["tanh", {}], ["sigmoid", {}], ["leaky_relu", {}], ["gelu", {}],
        ["absolute", {}], ["square", {}], ["negative", {}], ["clip", {"x_min": 0.0, "x_max": 6.0}],
        ["mean", {"axis": [1], "keepdims": True}], ["max", {"axis": -1}], ["sum", {"axis": [-1]}],
        ["expand_dims", {"axis": -1}], ["expand_dims", {"axis": 1}], ["squeeze", {"axis": -1}],
        ["repeat", {"repeats": 3, "axis": -1}], ["transpose", {"axes": [0, 2, 1]}],
        ["transpose", {"axes": [0, 3, 1, 2]}], ["cast", {"dtype": "float32"}], ["reshape", {"newshape": [-1, 4]}],
    ]
)  # fmt: skip
_FREEZE = st.sampled_from([False, False, False, True])

_LAYER_STEP = st.fixed_dictionaries({"do": st.just("layer"), "of": LAYERS, "at": _PLACE, "frozen": _FREEZE})
_GRAPH_STEPS = [
    st.fixed_dictionaries({"do": st.just("merge"), "of": st.sampled_from(_MERGES), "at": _PLACE, "and": _PLACE}),
    st.fixed_dictionaries({"do": st.just("again"), "which": _PLACE, "at": _PLACE}),
    st.fixed_dictionaries(
        {
            "do": st.just("number"),
            "of": st.sampled_from(_SUMS),
            "at": _PLACE,
            "constant": _CONSTANTS,
            "first": st.booleans(),
        }
    ),
    st.fixed_dictionaries({"do": st.just("tensors"), "of": st.sampled_from(_SUMS), "at": _PLACE, "and": _PLACE}),
    st.fixed_dictionaries({"do": st.just("call"), "of": _CALLS, "at": _PLACE}),
]
_INPUT = st.one_of(
    st.tuples(st.integers(1, 9)),
    st.tuples(st.integers(1, 9), _SMALL),
    st.tuples(st.integers(3, 9), st.integers(3, 9), _SMALL),
    st.tuples(st.integers(3, 9), st.integers(3, 9), _SMALL),
).map(list)

STRAIGHT = st.fixed_dictionaries(
    {"model": st.just("Sequential"), "input": _INPUT, "steps": st.lists(_LAYER_STEP, min_size=2, max_size=14)}
)
_INNER = st.fixed_dictionaries(
    {"do": st.just("model"), "of": STRAIGHT, "at": _PLACE, "functional": st.booleans(), "frozen": _FREEZE}
)
BRANCHED = st.fixed_dictionaries(
    {
        "model": st.just("Functional"),
        "input": _INPUT,
        "second": st.one_of(st.none(), _INPUT),
        "steps": st.lists(st.one_of(_LAYER_STEP, _LAYER_STEP, *_GRAPH_STEPS, _INNER), min_size=2, max_size=14),
        "outputs": _TWO,
    }
)
DESCRIPTIONS = st.one_of(STRAIGHT, BRANCHED, BRANCHED)
"""Random models: Sequential and Functional, with branches, shared layers and models inside models."""
