"""Activations in all the forms that people write: a word, a function, a layer object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.models.keras_file.options import (
    Option,
    Unfit,
    axes,
    checked,
    expects,
    one_of,
    optional,
    packed,
    real,
    training_options,
    wholes,
)
from grader.records import message

NAMES = frozenset(
    {
        "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh",
        "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid",
        "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid",
        "sparsemax", "squareplus", "tanh", "tanh_shrink",
    }
)  # fmt: skip
# What TensorFlow's own functions and older spellings are called in a file.
_ALIASES = {"softmax_v2": "softmax", "log_softmax_v2": "log_softmax", "swish": "silu", "hard_swish": "hard_silu"}


def shared_axes(value: Any) -> list[int] | None:
    """The axes along which PReLU shares its slopes."""
    if value is None:
        return None
    checked_axes: list[int] = wholes(len(value) if isinstance(value, list) else 1, 1, 8)(value)
    return checked_axes


LAYERS: dict[str, dict[str, Option]] = {
    "ReLU": {
        "max_value": Option(optional(real(0)), None),
        "negative_slope": Option(real(), 0.0),
        "threshold": Option(real(), 0.0),
    },
    "LeakyReLU": {"negative_slope": Option(real(), 0.3)},
    "ELU": {"alpha": Option(real(), 1.0)},
    "PReLU": {
        **training_options("alpha_initializer", "alpha_regularizer", "alpha_constraint"),
        "shared_axes": Option(shared_axes, None),
    },
    "Softmax": {"axis": Option(axes, -1)},
}
_AS_WORD = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "prelu", "Softmax": "softmax"}


def activation(value: Any) -> str | dict[str, Any]:
    """A word of the list, or for a layer object its class name with its checked options.

    Functions are kept by name when TensorFlow or Keras has them; a function of the notebook's own is Unfit.
    """
    if value is None:
        return "linear"
    if isinstance(value, str):
        word = _ALIASES.get(value, value)
        if word not in NAMES:
            raise expects("activation")
        return word
    if not isinstance(value, dict) or not isinstance(value.get("config"), (str, dict)):
        raise expects("activation")
    if value.get("class_name") == "function":
        word = _ALIASES.get(value["config"], value["config"]) if isinstance(value["config"], str) else ""
        if word not in NAMES:
            raise Unfit(message("keras_file.own_function", function=str(value["config"])[:60]))
        return word
    return _layer_object(value)


def _layer_object(value: Mapping[str, Any]) -> str | dict[str, Any]:
    kind, config = value.get("class_name"), value["config"]
    built_in = value.get("module") == "keras.layers" and value.get("registered_name") is None
    if not built_in or not isinstance(config, dict):
        raise expects("activation")
    if kind == "Activation":
        return activation(config.get("activation"))
    if not isinstance(kind, str) or kind not in LAYERS:
        raise expects("activation")
    own = {key: item for key, item in config.items() if key not in ("name", "trainable", "dtype")}
    return {"class_name": kind, **checked(LAYERS[kind], own)}


def pack(value: str | Mapping[str, Any]) -> Any:
    """The canonical form: the word, or a layer object made anew."""
    if isinstance(value, str):
        return value
    kind = value["class_name"]
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"dtype": "float32", **packed(LAYERS[kind], value)},
        "registered_name": None,
    }


def as_facts(config: Mapping[str, Any]) -> dict[str, Any]:
    """``config`` with a layer object as ``activation`` replaced by its word; its options move to
    ``activation_config``, so that ``activation`` is always a word.
    """
    value = config.get("activation")
    if not isinstance(value, Mapping):
        return dict(config)
    return {**config, "activation": _AS_WORD[value["class_name"]], "activation_config": dict(value)}


ACTIVATION = Option(activation, "linear", pack)
DATA_FORMAT = Option(one_of("channels_last", "channels_first"), "channels_last")
