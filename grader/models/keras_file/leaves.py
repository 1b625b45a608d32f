"""One layer at a time: who it is, whether its options are allowed, what it does and costs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.models.arithmetic import Worked, grouped
from grader.models.keras_file import activations, effects, options
from grader.models.keras_file.archive import refuse, shown
from grader.models.keras_file.effects import Effect
from grader.models.keras_file.layers import LAYERS
from grader.models.keras_file.operations import OPERATIONS, Constant, Operand
from grader.models.keras_file.options import Option, Unfit
from grader.records import Head, LayerFacts, Shape

# No slashes and no leading dot: names end up in paths inside the weights file.
_NAME = re.compile(r"[^\W_][\w .:+()\-]{0,99}|_[\w .:+()\-]{0,99}")
_FLOATS = ("float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16")
_INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64")
AXES_CAP, LENGTH_CAP = 4, 1 << 20


@dataclass(frozen=True, slots=True)
class Node:
    """A layer, model or operation as the file names it; ``kind`` is its Keras class."""

    kind: str
    module: str
    name: str
    config: Mapping[str, Any]
    shared: bool = False  # known to belong to another model, too

    @property
    def is_model(self) -> bool:
        """Whether it holds layers of its own."""
        return self.kind in ("Sequential", "Functional")

    @property
    def is_operation(self) -> bool:
        """Whether it is tensor arithmetic, not a layer."""
        return self.module.startswith(("keras.src.ops.", "keras.src.activations."))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file we are: path of the enclosing models, and how deep."""

    path: str = ""
    trainable: bool = True  # the outermost model's flag
    depth: int = 0

    def path_of(self, node: Node) -> str:
        """Path of a layer here: "encoder/conv2d"."""
        return f"{self.path}/{node.name}" if self.path else node.name

    def inside(self, model: Node) -> Place:
        """The place inside ``model``; the outermost model's own name is no part of paths."""
        if not self.depth:
            return Place("", _trainable(model, self), 1)
        # Freezing an inner model freezes each of its layers, and Keras goes by the layers' own flags.
        return Place(self.path_of(model), self.trainable, self.depth + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A layer or model that was read and used once."""

    packed: dict[str, Any]  # its canonical configuration
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    rows: tuple[LayerFacts, ...]
    macs: int
    heads: tuple[Head, ...] = ()  # of several outputs


def node(value: Any, place: Place) -> Node:
    """The head of one entry of ``layers``. Raises Refused when it is not one of Keras's own that are read."""
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict):
        refuse("graph_wrong", layer=place.path)
    kind, module, registered = value.get("class_name"), value.get("module"), value.get("registered_name")
    if not isinstance(kind, str) or not isinstance(module, (str, type(None))):
        refuse("graph_wrong", layer=place.path)
    config, outer = value["config"], value.get("name")
    name = config.get("name")
    found = Node(kind, module or "", str(name or kind), config, value.get("shared_object_id") is not None)
    path = shown(place.path_of(found))
    if kind == "Lambda":
        refuse("lambda", layer=path)
    if not (module or "").startswith("keras") or registered not in (None, kind):
        refuse("own_class", layer=path, kind=shown(kind))
    if not _is_read(found, registered):
        refuse("kind_unknown", layer=path, kind=shown(kind))
    if not isinstance(name, str) or not _NAME.fullmatch(name) or outer not in (None, name):
        refuse("name_wrong", name=shown(name))
    return found


def _is_read(found: Node, registered: Any) -> bool:
    if found.is_operation:
        return found.kind in OPERATIONS and OPERATIONS[found.kind].module == found.module
    if found.is_model:
        home = "keras" if found.kind == "Sequential" else "keras.src.models.functional"
        return found.module == home
    return (
        found.module == "keras.layers" and registered is None and (found.kind in LAYERS or found.kind == "InputLayer")
    )


def layer_list(model: Node, place: Place) -> list[dict[str, Any]]:
    """The entries of a model's ``layers``, which must be objects. Raises Refused."""
    known = {"name", "trainable", "dtype", "layers", "build_input_shape", "input_layers", "output_layers"}
    for option in sorted(model.config.keys() - known):
        refuse_option(place.path or model.name, model.kind, options.unknown(option))
    layers = model.config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(item, dict) for item in layers):
        refuse("graph_wrong", layer=place.path or model.name)
    return layers


def wrapped(module: str, kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """An object as Keras writes it."""
    return {"module": module, "class_name": kind, "config": dict(config), "registered_name": None}


# ---------------------------------------------------------------- input layers


def input_layer(found: Node, place: Place, seen: Shape = ()) -> Part:
    """An InputLayer: where a model's shapes start. Sizes that it leaves free are those of ``seen``.

    Raises Refused for sizes that stay free.
    """
    path = place.path_of(found)
    if found.kind != "InputLayer":
        refuse("graph_wrong", layer=path)
    known = {"name", "batch_shape", "dtype", "sparse", "ragged", "optional", "trainable"}
    for option in sorted(found.config.keys() - known):
        refuse_option(path, found.kind, options.unknown(option))
    if any(found.config.get(option, False) is not False for option in ("sparse", "ragged", "optional")):
        refuse("input_wrong", layer=path)
    _dtype(found, place, integers=True)
    declared: Any = found.config.get("batch_shape")
    shape = _input_shape(declared, path, seen)
    config = {"name": found.name, "batch_shape": [None, *shape], "dtype": "float32", "sparse": False, "ragged": False}
    row = LayerFacts(
        name=path,
        kind="InputLayer",
        input_shape=shape,
        output_shape=shape,
        params=0,
        trainable=place.trainable,
        config={
            "name": found.name,
            "batch_shape": [None, *declared[1:]],
            "dtype": _dtype_name(found.config.get("dtype")),
        },
        params_derivation="0",
    )
    return Part(packed=wrapped("keras.layers", "InputLayer", config), inputs=(), outputs=(shape,), rows=(row,), macs=0)


def _input_shape(value: Any, path: str, seen: Shape) -> Shape:
    if not isinstance(value, list) or not 2 <= len(value) <= AXES_CAP + 1:
        refuse("input_wrong", layer=path)
    sizes = value[1:]
    data = (*seen, 1) if len(seen) + 1 == len(sizes) else seen  # Keras adds a last axis of length 1
    if len(data) == len(sizes) and all(size in (None, length) for size, length in zip(sizes, data, strict=True)):
        sizes = list(data)
    if any(type(size) is not int or not 1 <= size <= LENGTH_CAP for size in sizes):
        refuse("input_free", layer=path, shape=shown(value))
    return tuple(sizes)


def holds_integers(found: Node) -> bool:
    """Whether an input layer keeps whole numbers, such as raw uint8 images."""
    return _dtype_name(found.config.get("dtype")) in _INTEGERS


# ---------------------------------------------------------------- layers


def layer(found: Node, place: Place, shapes: Sequence[Shape]) -> Part:
    """A layer of the allow-list on inputs of the given shapes. Raises Refused."""
    kind, path = LAYERS.get(found.kind), place.path_of(found)
    if kind is None:  # an InputLayer in the middle of a model
        refuse("graph_wrong", layer=path)
    _dtype(found, place)
    kept = _checked(kind.options, found, place)
    try:
        effect = _with_slopes(kind.effect(shapes, kept), kept)
    except ValueError:
        _misfit(found, place, shapes)
    if found.shared and effect.params.value:
        refuse("shared_between_models", layer=path)
    trainable = place.trainable and _trainable(found, place)
    config = {"name": found.name, "trainable": trainable, **activations.as_facts(kept)}
    row = _row(found, place, shapes[0], effect, (found.kind, config, trainable))
    packed = {"name": found.name, "dtype": "float32"}
    if not kind.idle:
        packed |= options.packed(kind.options, kept)
    return Part(
        packed=wrapped("keras.layers", "Identity" if kind.idle else found.kind, packed),
        inputs=tuple(shapes),
        outputs=(effect.output,),
        rows=(row,),
        macs=effect.macs,
    )


def unsized(found: Node, place: Place) -> LayerFacts:
    """A layer of the allow-list whose input shape nobody knows: its options are checked. Raises Refused."""
    kind, path = LAYERS.get(found.kind), place.path_of(found)
    if kind is None or kind.one is None:  # one with several inputs has no place among layers in a row
        refuse("graph_wrong", layer=path)
    _dtype(found, place)
    kept = _checked(kind.options, found, place)
    trainable = place.trainable and _trainable(found, place)
    weighted = found.kind == "Normalization" or any(name.endswith("_initializer") for name in kind.options)
    return LayerFacts(
        name=path,
        kind=found.kind,
        input_shape=(),
        output_shape=(),
        params=0,
        trainable=trainable,
        config={"name": found.name, "trainable": trainable, **activations.as_facts(kept)},
        params_derivation="" if weighted else "0",
        unsized=True,
    )


def operation(found: Node, place: Place, operands: Sequence[Operand]) -> Part:
    """Tensor arithmetic on tensors (their shapes) and constants. Raises Refused."""
    what = OPERATIONS[found.kind]
    shapes = tuple(operand for operand in operands if not isinstance(operand, Constant))
    kept = _checked(what.options, found, place)
    if what.lists and len(shapes) < len(operands):
        _misfit(found, place, shapes)
    try:
        effect = what.effect(operands, kept)
        kind, config = what.shown(operands, kept)
    except ValueError:
        _misfit(found, place, shapes)
    config = {"name": found.name, **config, "operation": found.kind}
    row = _row(found, place, shapes[0], effect, (kind, config, place.trainable))
    packed = {"name": found.name, **options.packed(what.options, kept)}
    return Part(
        packed={**wrapped(what.module, found.kind, packed), "registered_name": found.kind},
        inputs=shapes,
        outputs=(effect.output,),
        rows=(row,),
        macs=0,
    )


def _row(
    found: Node, place: Place, shape: Shape, effect: Effect, told: tuple[str, Mapping[str, Any], bool]
) -> LayerFacts:
    kind, config, trainable = told
    return LayerFacts(
        name=place.path_of(found),
        kind=kind,
        input_shape=shape,
        output_shape=effect.output,
        params=effect.params.value,
        trainable=trainable,
        config=config,
        shape_derivation=effect.how,
        params_derivation=effect.params.derivation,
        trainable_params=effect.params.value - effect.frozen if trainable else 0,
    )


def _with_slopes(effect: Effect, kept: Mapping[str, Any]) -> Effect:
    """PReLU as a layer's activation brings slopes of its own."""
    activation = kept.get("activation")
    if not isinstance(activation, Mapping) or activation["class_name"] != "PReLU":
        return effect
    slopes = effects.prelu(effect.output, activation).params
    total = effect.params.value + slopes.value
    terms = [worked.derivation.split(" = ")[0] for worked in (effect.params, slopes) if worked.value]
    params = Worked(total, f"{' + '.join(terms)} = {grouped(total)}")
    return Effect(effect.output, effect.how, params, effect.frozen, effect.macs)


# ---------------------------------------------------------------- checks that all layers share


def _checked(wanted: Mapping[str, Option], found: Node, place: Place) -> dict[str, Any]:
    common = ("name", "trainable", "dtype")
    own = {key: value for key, value in found.config.items() if key not in common or key in wanted}
    try:
        return options.checked(wanted, own)
    except Unfit as unfit:
        refuse_option(place.path_of(found), found.kind, unfit)


def refuse_option(path: str, kind: str, unfit: Unfit) -> NoReturn:
    """Raises Refused for one option of the layer at ``path``."""
    refuse(unfit.expected.key.removeprefix("keras_file."), layer=path, kind=kind, **unfit.expected.values)


def _misfit(found: Node, place: Place, shapes: Sequence[Shape]) -> NoReturn:
    refuse("does_not_fit", layer=place.path_of(found), kind=found.kind, shapes=[list(shape) for shape in shapes])


def _trainable(found: Node, place: Place) -> bool:
    value = found.config.get("trainable", True)
    if type(value) is not bool:
        refuse("graph_wrong", layer=place.path_of(found))
    return value


def _dtype_name(value: Any) -> Any:
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
        config = value.get("config")
        return config.get("name") if isinstance(config, dict) else value
    return value


def _dtype(found: Node, place: Place, *, integers: bool = False) -> None:
    """Raises Refused for numbers other than floats (quantized layers); they are all computed as float32."""
    name = _dtype_name(found.config.get("dtype", "float32"))
    allowed = (*_FLOATS, *_INTEGERS) if integers else _FLOATS
    if name is not None and name not in allowed:
        refuse("dtype", layer=place.path_of(found), dtype=shown(name))
