"""A model laid beside the structure that a rubric expects.

The model is normalised first: input and identity layers are dropped, and an activation layer is
counted with the layer whose numbers it transforms. Orders that compute the same are one: noise before or
behind Flatten. Then the remaining layers and the lines of the structure are aligned once, with the fewest
layers missing or extra and, among those, the fewest wrong settings (edit distance; Wagner & Fischer 1974).
Every structural check reads this one result, so a missing layer costs only the criteria that are about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from math import isclose
from typing import Any, TypeVar

from grader.records import Alignment, ExpectedLayer, LayerFacts, ModelFacts

DROPPED = frozenset({"InputLayer", "Input", "Identity"})
ACTIVATIONS = frozenset({"Activation", "ReLU", "Softmax", "LeakyReLU", "PReLU", "ELU"})
NORMALISERS = frozenset(
    {"BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "RMSNormalization"}
)
NOISE = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise"}
)
NOISE_OF_VALUES = frozenset({"Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"})  # of each value by itself
RISING = frozenset(
    {"relu", "relu6", "leaky_relu", "elu", "selu", "celu", "sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softplus"}
    | {"softsign", "exponential"}
)
"""Activations under which the largest of some values stays the largest: before max pooling as good as behind it."""
PREPARATION = frozenset(
    {"Rescaling", "Normalization", "Resizing", "CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop"}
    | {"RandomFlip", "RandomHeight", "RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom"}
    | {"RandomShear", "RandomErasing", "RandomGaussianBlur", "RandomSharpness", "RandomInvert"}
)
WEIGHTED = frozenset(
    {"Dense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D"}
    | {"SeparableConv2D", "Conv1DTranspose", "Conv2DTranspose", "EinsumDense"}
)
POOLING = frozenset(
    f"{prefix}{way}Pooling{axes}D" for prefix in ("", "Global") for way in ("Max", "Average") for axes in (1, 2, 3)
)
OTHERS = frozenset(
    {"Flatten", "Reshape", "Permute", "RepeatVector", "Add", "Subtract", "Multiply", "Average", "Maximum"}
    | {"Minimum", "Concatenate", "Dot", "ActivityRegularization", "Masking", "Embedding", "LSTM", "GRU"}
    | {"SimpleRNN", "Bidirectional", "MultiHeadAttention", "Lambda"}
    | {f"{what}{axes}D" for what in ("ZeroPadding", "Cropping", "UpSampling") for axes in (1, 2, 3)}
)
KINDS = DROPPED | ACTIVATIONS | NORMALISERS | NOISE | PREPARATION | WEIGHTED | POOLING | OTHERS
"""Layer kinds that a rubric may name (Keras class names)."""

SETTINGS = frozenset(
    {"units", "activation", "use_bias", "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups"}
    | {"pool_size", "rate", "data_format", "depth_multiplier", "target_shape", "dims", "axis", "momentum", "epsilon"}
    | {"size", "cropping", "scale", "offset", "factor", "keepdims", "output_padding", "interpolation", "mode"}
    | {"center", "negative_slope", "alpha", "trainable", "name"}
)
"""Settings that a line of a structure may ask for."""

_Layer = TypeVar("_Layer", LayerFacts, ExpectedLayer)

STRIDED = "StridedConv"  # a convolution with a stride above 1 also answers to this name
# Between two dense or convolutional layers these bend nothing; joins of several branches are left alone.
STRAIGHT = NOISE | PREPARATION | {"BatchNormalization", "Flatten", "Reshape", "Permute", "RepeatVector"}
STRAIGHT_KINDS = ("ZeroPadding*", "Cropping*", "UpSampling*", "*AveragePooling*")
JOINS = frozenset({"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"})
REPEAT_CAP = 20
MISSING, EXTRA, SETTING = 1.0, 1.0, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slot:
    """One place in the expanded structure: a line that needs three layers has three."""

    expected: ExpectedLayer
    skip: float  # cost of leaving it empty
    loop: bool = False  # takes any number of layers


def align(model: ModelFacts, structure: Sequence[ExpectedLayer]) -> Alignment:
    """``model`` beside ``structure``; with an empty structure every layer is extra.

    ``activations`` holds the effective activation of every layer that counts. Layers that only
    prepare the image (rescaling, augmentation) are extra to nobody.
    """
    kept, activations = normalised(model.layers)
    layers = _noise_first(kept)
    slots = _slots(_noise_first(structure))
    taken = _match(layers, slots, activations)
    pairs: dict[str, list[LayerFacts]] = {expected.id: [] for expected in structure}
    extra = []
    for layer, slot in zip(layers, taken, strict=True):
        if slot is not None:
            pairs[slot.expected.id].append(layer)
        elif layer.kind not in PREPARATION:
            extra.append(layer)
    found = {name: tuple(matched) for name, matched in pairs.items()}
    return Alignment(pairs=found, extra=tuple(extra), activations=activations)


def normalised(layers: Sequence[LayerFacts]) -> tuple[tuple[LayerFacts, ...], Mapping[str, str]]:
    """The layers that count, in order, and the effective activation of each by layer name.

    An activation layer belongs to the nearest weighted layer before it, across normalisation, dropout and, where the
    order makes no difference, pooling and Flatten, when that one has no activation of its own; otherwise it counts as
    a layer.
    """
    kept: list[LayerFacts] = []
    activations: dict[str, str] = {}
    for layer in layers:
        if layer.kind in DROPPED:
            continue
        own = layer_activation(layer)
        target = _fusable(kept, activations, own) if layer.kind in ACTIVATIONS else None
        if target is not None:
            activations[target.name] = own
        elif layer.kind != "Activation" or own != "linear":
            kept.append(layer)
            activations[layer.name] = own
    return tuple(kept), activations


def _noise_first(layers: Sequence[_Layer]) -> Sequence[_Layer]:
    """The layers with noise that follows Flatten before it: each value is treated alike, in a map and in a row."""
    kept: list[_Layer] = []
    for layer in layers:
        place = len(kept)
        while layer.kind in NOISE_OF_VALUES and place and kept[place - 1].kind == "Flatten":
            place -= 1
        kept.insert(place, layer)
    return kept


def _fusable(kept: Sequence[LayerFacts], activations: Mapping[str, str], own: str) -> LayerFacts | None:
    for layer in reversed(kept):
        same_behind = layer.kind == "Flatten" or bool(re.fullmatch(r"(Global)?MaxPooling\dD", layer.kind))
        if layer.kind in NORMALISERS | NOISE or (same_behind and own in RISING):
            continue
        free = layer.kind in WEIGHTED and activations[layer.name] == "linear"
        return layer if free else None
    return None


def hidden(layers: Sequence[LayerFacts]) -> tuple[tuple[LayerFacts, ...], tuple[LayerFacts, ...]]:
    """The dense and convolutional layers before the last one, and those of them that nothing bends: no activation and
    no maximum comes before the next one. None of the latter in a network with branches.
    """
    kept, activations = normalised(layers)
    learning = [place for place, layer in enumerate(kept) if layer.kind in WEIGHTED]
    found = tuple(kept[place] for place in learning[:-1])
    if any(layer.kind in JOINS for layer in kept):
        return found, ()
    straight = tuple(
        kept[place]
        for place, following in pairwise(learning)
        if activations[kept[place].name] == "linear" and all(map(_is_straight, kept[place + 1 : following]))
    )
    return found, straight


def _is_straight(layer: LayerFacts) -> bool:
    return layer.kind in STRAIGHT or any(fnmatchcase(layer.kind, kind) for kind in STRAIGHT_KINDS)


def layer_activation(layer: LayerFacts) -> str:
    """The activation that a layer itself applies: "linear" when it has none."""
    if layer.kind in ACTIVATIONS and layer.kind != "Activation":
        return _snake(layer.kind)
    return activation_name(layer.config.get("activation"))


def activation_name(value: Any) -> str:
    """An activation as Keras stores it (a name, None, or an object's description) as one plain name."""
    if isinstance(value, Mapping):
        inner = value.get("config")
        is_function = value.get("class_name") == "function"
        value = inner if is_function else value.get("class_name")
    if not isinstance(value, str) or not value:
        return "linear"
    name = _snake(value)
    return {"swish": "silu", "none": "linear", "hard_swish": "hard_silu"}.get(name, name)


def _snake(name: str) -> str:
    known = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "prelu", "ELU": "elu", "ReLU6": "relu6"}
    return known.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def kind_matches(kind: str, pattern: str) -> bool:
    """Whether a layer kind answers to a pattern: names or globs, several with ``|``."""
    return any(fnmatchcase(kind, one.strip()) for one in pattern.split("|"))


def layer_matches(layer: LayerFacts, pattern: str) -> bool:
    """As ``kind_matches``; a convolution with a stride above 1 is a ``StridedConv`` too."""
    if kind_matches(layer.kind, pattern):
        return True
    strides = layer.config.get("strides")
    sizes = strides if isinstance(strides, Sequence) and not isinstance(strides, str) else [strides]
    strided = "Conv" in layer.kind and any(isinstance(size, int) and size > 1 for size in sizes)
    return strided and kind_matches(STRIDED, pattern)


def _slots(structure: Sequence[ExpectedLayer]) -> list[_Slot]:
    slots = []
    for expected in structure:
        least, most = expected.repeat
        slots += [_Slot(expected=expected, skip=MISSING)] * least
        if most is None:
            slots.append(_Slot(expected=expected, skip=0.0, loop=True))
        else:
            slots += [_Slot(expected=expected, skip=0.0)] * (most - least)
    return slots


def _match(layers: Sequence[LayerFacts], slots: Sequence[_Slot], activations: Mapping[str, str]) -> list[_Slot | None]:
    """For every layer the slot it fills, or None; the cheapest way over all."""
    rows, columns = len(slots) + 1, len(layers) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    step = [["end"] * columns for _ in range(rows)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            ways = _ways(i, j, cost, (layers, slots, activations))
            if ways:
                cost[i][j], _, step[i][j] = min(ways)
    taken: list[_Slot | None] = []
    i = j = 0
    while step[i][j] != "end":
        move = step[i][j]
        if move != "skip":
            taken.append(None if move == "extra" else slots[i])
            j += 1
        if move in ("skip", "match"):
            i += 1
    return taken


def _ways(
    i: int,
    j: int,
    cost: Sequence[Sequence[float]],
    given: tuple[Sequence[LayerFacts], Sequence[_Slot], Mapping[str, str]],
) -> list[tuple[float, int, str]]:
    """What can be done with slot ``i`` and layer ``j``: (total cost, preference, move)."""
    layers, slots, activations = given
    ways = []
    if i < len(slots):
        ways.append((slots[i].skip + cost[i + 1][j], 2, "skip"))
    if j < len(layers):
        layer = layers[j]
        extra = 0.0 if layer.kind in PREPARATION else EXTRA
        ways.append((extra + cost[i][j + 1], 1, "extra"))
        if i < len(slots) and layer_matches(layer, slots[i].expected.kind):
            wanted = slots[i].expected.settings
            wrong = len(wrong_settings(layer, wanted, activations)) / max(1, len(wanted))
            after = cost[i][j + 1] if slots[i].loop else cost[i + 1][j + 1]
            ways.append((SETTING * wrong + after, 0, "loop" if slots[i].loop else "match"))
    return ways


def wrong_settings(layer: LayerFacts, wanted: Mapping[str, Any], activations: Mapping[str, str]) -> Mapping[str, Any]:
    """The settings in which ``layer`` differs from ``wanted``, with the layer's own values."""
    own = {name: setting(layer, name, activations) for name in wanted}
    return {name: own[name] for name in wanted if not _same(own[name], wanted[name], name)}


def setting(layer: LayerFacts, name: str, activations: Mapping[str, str]) -> Any:
    """One setting of a layer: the effective activation, pooling strides filled in, else as configured."""
    if name == "activation":
        return activations.get(layer.name, layer_activation(layer))
    if name == "trainable":
        return layer.trainable
    if name == "strides" and layer.config.get("strides") is None and "pool_size" in layer.config:
        return layer.config["pool_size"]
    return layer.config.get(name)


def _same(own: Any, wanted: Any, name: str) -> bool:
    if isinstance(wanted, (list, tuple)) and wanted and all(isinstance(item, str) for item in wanted):
        return any(_same(own, item, name) for item in wanted)
    if name == "activation":
        return activation_name(own) == activation_name(wanted)
    if isinstance(own, str) and isinstance(wanted, str):
        return own.casefold() == wanted.casefold()
    if isinstance(own, (list, tuple)) or isinstance(wanted, (list, tuple)):
        return _same_sizes(own, wanted)
    if isinstance(own, (int, float)) and isinstance(wanted, (int, float)):
        return isclose(own, wanted, rel_tol=1e-6, abs_tol=1e-12)
    return bool(own == wanted)


def _same_sizes(own: Any, wanted: Any) -> bool:
    """Whether two sizes agree, where 3 stands for (3, 3)."""
    length = max(len(value) for value in (own, wanted) if isinstance(value, (list, tuple)))
    both = [list(value) if isinstance(value, (list, tuple)) else [value] * length for value in (own, wanted)]
    return both[0] == both[1]
