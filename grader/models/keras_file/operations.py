"""Tensor arithmetic between layers: ``x / 255.0``, ``1 - x``, ``keras.ops.relu(x)`` and their like.

Keras 3 writes such a line as an operation with operands: tensors and constants. Where a layer says
the same, the reader is shown that layer: x / 255 is a Rescaling with scale 1/255.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.models.keras_file import effects
from grader.models.keras_file.effects import Config, Effect
from grader.models.keras_file.options import Option, axes, axis, flag, one_of, real, sizes, whole
from grader.records import Shape

SMALLEST_DIVISOR = 1e-12  # dividing by less is no rescaling


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, or nested lists of numbers, as an operand."""

    value: Any


Operand = Shape | Constant
Facts = tuple[str, dict[str, Any]]  # the layer kind to show, and its configuration


@dataclass(frozen=True, slots=True)
class Operation:
    """One class of operations: where Keras keeps it, its options, its effect, and how it is shown."""

    module: str
    options: dict[str, Option]
    effect: Callable[[Sequence[Operand], Config], Effect]
    shown: Callable[[Sequence[Operand], Config], Facts]
    lists: bool = False  # takes one list of tensors instead of operands
    layout: bool = False  # moves values and never computes with them


# ---------------------------------------------------------------- effects


def _one(effect: Callable[[Shape, Config], Effect]) -> Callable[[Sequence[Operand], Config], Effect]:
    def of_operands(operands: Sequence[Operand], config: Config) -> Effect:
        if len(operands) != 1 or isinstance(operands[0], Constant):
            raise ValueError("exactly one tensor")
        return effect(operands[0], config)

    return of_operands


def _pair(operands: Sequence[Operand], _: Config) -> Effect:
    """Element by element; a constant spreads over the images but never along the batch."""
    if len(operands) != 2:
        raise ValueError("exactly two operands")
    shapes = [operand for operand in operands if not isinstance(operand, Constant)]
    constants = [effects.array_shape(operand.value) for operand in operands if isinstance(operand, Constant)]
    if not shapes or len({len(shape) for shape in shapes}) > 1:
        raise ValueError("tensors with different numbers of axes")
    for constant in constants:
        inner = constant[1:] if len(constant) == len(shapes[0]) + 1 and constant[0] == 1 else constant
        if len(inner) > len(shapes[0]):
            raise ValueError("a constant with more axes than the images")
        shapes.append(inner)
    out = shapes[0]
    for shape in shapes[1:]:
        out = effects.broadcast(out, shape)
    return Effect(out)


def _joined(operands: Sequence[Operand], config: Config) -> Effect:
    return effects.concatenate([operand for operand in operands if not isinstance(operand, Constant)], config)


def _reshaped(shape: Shape, config: Config) -> Effect:
    target = config["newshape"]
    if not target or target[0] != -1 or -1 in target[1:]:
        raise ValueError("the batch axis must stay")
    return effects.reshape(shape, {"target_shape": target[1:]})


def _expanded(shape: Shape, config: Config) -> Effect:
    wanted = config["axis"]
    place = wanted - 1 if wanted > 0 else len(shape) + 1 + wanted
    if not 0 <= place <= len(shape):
        raise ValueError(f"no place {wanted} in {shape}")
    return Effect((*shape[:place], 1, *shape[place:]))


def _squeezed(shape: Shape, config: Config) -> Effect:
    places = _places(shape, config["axis"])
    if any(shape[place] != 1 for place in places) or len(places) == len(shape):
        raise ValueError("only axes of length 1, and not all of them")
    return Effect(tuple(n for place, n in enumerate(shape) if place not in places))


def _transposed(shape: Shape, config: Config) -> Effect:
    order = [place % (len(shape) + 1) for place in config["axes"]]
    if order[:1] != [0]:
        raise ValueError("the batch axis must stay")
    return effects.permute(shape, {"dims": order[1:]})


def _reduced(shape: Shape, config: Config) -> Effect:
    places = _places(shape, config["axis"])
    kept = [1 if place in places else n for place, n in enumerate(shape) if config["keepdims"] or place not in places]
    if not kept:
        raise ValueError("nothing is left")
    return Effect(tuple(kept))


def _repeated(shape: Shape, config: Config) -> Effect:
    place = effects.axis_place(shape, config["axis"])
    return Effect((*shape[:place], shape[place] * config["repeats"], *shape[place + 1 :]))


def _places(shape: Shape, wanted: int | list[int]) -> set[int]:
    return {effects.axis_place(shape, one) for one in (wanted if isinstance(wanted, list) else [wanted])}


# ---------------------------------------------------------------- what the reader is shown


def _activation(word: str) -> Callable[[Sequence[Operand], Config], Facts]:
    return lambda _, config: ("Activation", {"activation": word, **config})


def _itself(name: str) -> Callable[[Sequence[Operand], Config], Facts]:
    def shown(operands: Sequence[Operand], config: Config) -> Facts:
        constants = [operand.value for operand in operands if isinstance(operand, Constant)]
        small = [value if not isinstance(value, list) else list(effects.array_shape(value)) for value in constants]
        return name, {**config, **({"constants": small} if small else {})}

    return shown


def _arithmetic(name: str) -> Callable[[Sequence[Operand], Config], Facts]:
    """With one plain number the line is a rescaling: scale * x + offset."""

    def shown(operands: Sequence[Operand], config: Config) -> Facts:
        line = _line(name, *operands) if len(operands) == 2 else None
        if line is None:
            return _itself(name)(operands, config)
        return "Rescaling", {"scale": line[0], "offset": line[1]}

    return shown


def _line(name: str, left: Operand, right: Operand) -> tuple[float, float] | None:
    number, first = (left, True) if isinstance(left, Constant) else (right, False)
    if not isinstance(number, Constant) or isinstance(number.value, list):
        return None
    c = number.value
    divides = not first and abs(c) > SMALLEST_DIVISOR
    lines: Mapping[str, tuple[float, float] | None] = {
        "Add": (1.0, c),
        "Multiply": (c, 0.0),
        "Subtract": (-1.0, c) if first else (1.0, -c),
        "TrueDivide": (1 / c, 0.0) if divides else None,
        "Divide": (1 / c, 0.0) if divides else None,
    }
    return lines.get(name)


def _as_reshape(effect: Callable[[Shape, Config], Effect]) -> Callable[[Sequence[Operand], Config], Facts]:
    def shown(operands: Sequence[Operand], config: Config) -> Facts:
        return "Reshape", {"target_shape": list(_one(effect)(operands, config).output)}

    return shown


# ---------------------------------------------------------------- the table

_NN, _NUMPY, _CORE = "keras.src.ops.nn", "keras.src.ops.numpy", "keras.src.ops.core"
_ACTIVATIONS: dict[str, tuple[str, str, dict[str, Option]]] = {
    "Relu": ("relu", _NN, {}),
    "Relu6": ("relu6", _NN, {}),
    "Sigmoid": ("sigmoid", _NN, {}),
    "Softplus": ("softplus", _NN, {}),
    "Softsign": ("softsign", _NN, {}),
    "Silu": ("silu", _NN, {}),
    "LogSigmoid": ("log_sigmoid", _NN, {}),
    "HardSigmoid": ("hard_sigmoid", _NN, {}),
    "HardSilu": ("hard_silu", _NN, {}),
    "HardTanh": ("hard_tanh", _NN, {}),
    "Selu": ("selu", _NN, {}),
    "Tanh": ("tanh", _NUMPY, {}),
    "Exp": ("exponential", _NUMPY, {}),
    "LeakyRelu": ("leaky_relu", _NN, {"negative_slope": Option(real(), 0.2)}),
    "Elu": ("elu", _NN, {"alpha": Option(real(), 1.0)}),
    "Celu": ("celu", _NN, {"alpha": Option(real(), 1.0)}),
    "Gelu": ("gelu", _NN, {"approximate": Option(flag, True)}),
    "Softmax": ("softmax", _NN, {"axis": Option(axes, -1)}),
    "LogSoftmax": ("log_softmax", _NN, {"axis": Option(axes, -1)}),
    "ReLU": (
        "relu",
        "keras.src.activations.activations",
        {
            "negative_slope": Option(real(), 0.0),
            "max_value": Option(lambda value: None if value is None else real(0)(value), None),
            "threshold": Option(real(), 0.0),
        },
    ),
}
_REDUCE = {"axis": Option(axes), "keepdims": Option(flag, False)}
_FLOAT = Option(one_of("float16", "bfloat16", "float32", "float64"), "float32", lambda _: "float32")


def _along(shape: Shape, config: Config) -> Effect:
    return effects.along_axis(shape, config) if "axis" in config else Effect(shape)


OPERATIONS: dict[str, Operation] = {
    name: Operation(module, options, _one(_along), _activation(word))
    for name, (word, module, options) in _ACTIVATIONS.items()
}
OPERATIONS |= {
    name: Operation(_NUMPY, {}, _pair, _arithmetic(name))
    for name in ("Add", "Subtract", "Multiply", "TrueDivide", "Divide", "Power", "Maximum", "Minimum")
}
OPERATIONS |= {
    name: Operation(_NUMPY, {}, _one(effects.same), _itself(name))
    for name in ("Absolute", "Square", "Sqrt", "Log", "Negative")
}
OPERATIONS |= {name: Operation(_NUMPY, dict(_REDUCE), _one(_reduced), _itself(name)) for name in ("Mean", "Sum")} | {
    name: Operation(_NUMPY, {**_REDUCE, "initial": Option(one_of(None), None)}, _one(_reduced), _itself(name))
    for name in ("Max", "Min")
}
OPERATIONS |= {
    "Clip": Operation(_NUMPY, {"x_min": Option(real()), "x_max": Option(real())}, _one(effects.same), _itself("Clip")),
    "Cast": Operation(_CORE, {"dtype": _FLOAT}, _one(effects.same), _itself("Identity")),
    "Reshape": Operation(_NUMPY, {"newshape": Option(sizes(-1))}, _one(_reshaped), _as_reshape(_reshaped), layout=True),
    "ExpandDims": Operation(_NUMPY, {"axis": Option(axis)}, _one(_expanded), _as_reshape(_expanded), layout=True),
    "Squeeze": Operation(_NUMPY, {"axis": Option(axes)}, _one(_squeezed), _as_reshape(_squeezed), layout=True),
    "Transpose": Operation(
        _NUMPY,
        {"axes": Option(sizes(-8))},
        _one(_transposed),
        lambda _, config: ("Permute", {"dims": [place % len(config["axes"]) for place in config["axes"][1:]]}),
        layout=True,
    ),
    "Repeat": Operation(
        _NUMPY, {"repeats": Option(whole()), "axis": Option(axis)}, _one(_repeated), _itself("Repeat"), layout=True
    ),
    "Concatenate": Operation(_NUMPY, {"axis": Option(axis)}, _joined, _itself("Concatenate"), lists=True, layout=True),
}
