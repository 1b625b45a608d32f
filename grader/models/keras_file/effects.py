"""What a layer does to shapes, and what it costs: one function per family, on ``arithmetic``.

Each takes the shape of its input (merging layers: of all inputs) and the checked configuration.
An input that the layer cannot work on raises ValueError; the caller names the layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from grader.models import arithmetic
from grader.models.arithmetic import Worked
from grader.records import Shape

Config = Mapping[str, Any]
NONE = Worked(0, "0")


@dataclass(frozen=True, slots=True)
class Effect:
    """Output shape and costs of one use of a layer, for one image."""

    output: Shape
    how: str = ""  # derivation of the output shape
    params: Worked = NONE
    frozen: int = 0  # parameters that are never trained
    macs: int = 0


One = Callable[[Shape, Config], Effect]
Many = Callable[[Sequence[Shape], Config], Effect]


def same(shape: Shape, _: Config) -> Effect:
    """Values change, the shape does not."""
    return Effect(shape)


def dense(shape: Shape, config: Config) -> Effect:
    """Acts on the last axis, at every position of the others."""
    units = config["units"]
    cost = arithmetic.dense_macs(shape[-1], units, prod(shape[:-1]))
    params = arithmetic.dense_params(shape[-1], units, config["use_bias"])
    return Effect((*shape[:-1], units), params=params, macs=cost.value)


# ---------------------------------------------------------------- convolutions


def conv(shape: Shape, config: Config) -> Effect:
    """Conv1D and Conv2D: the kernel size tells the number of spatial axes."""
    size, channels = _split(shape, config)
    out, how = _slide(size, config)
    kernel, filters, groups = config["kernel_size"], config["filters"], config["groups"]
    params = arithmetic.conv_params(channels, kernel, filters, config["use_bias"], groups)
    macs = arithmetic.conv_macs(out, channels, kernel, filters, groups).value
    return Effect(_join(out, filters, config), how, params, macs=macs)


def depthwise(shape: Shape, config: Config) -> Effect:
    """Every channel has its own kernels."""
    size, channels = _split(shape, config)
    out, how = _slide(size, config)
    kernel, multiplier = config["kernel_size"], config["depth_multiplier"]
    params = arithmetic.depthwise_params(channels, kernel, multiplier, config["use_bias"])
    macs = arithmetic.depthwise_macs(out, channels, kernel, multiplier).value
    return Effect(_join(out, channels * multiplier, config), how, params, macs=macs)


def separable(shape: Shape, config: Config) -> Effect:
    """A depthwise convolution, then a 1 x 1 convolution."""
    size, channels = _split(shape, config)
    out, how = _slide(size, config)
    kernel, filters, multiplier = config["kernel_size"], config["filters"], config["depth_multiplier"]
    params = arithmetic.separable_params(channels, kernel, filters, multiplier, config["use_bias"])
    depth = arithmetic.depthwise_macs(out, channels, kernel, multiplier).value
    point = arithmetic.conv_macs(out, channels * multiplier, (1,) * len(kernel), filters).value
    return Effect(_join(out, filters, config), how, params, macs=depth + point)


def transposed(shape: Shape, config: Config) -> Effect:
    """Conv1DTranspose and Conv2DTranspose."""
    size, channels = _split(shape, config)
    kernel, filters = config["kernel_size"], config["filters"]
    extra = config["output_padding"] or [None] * len(size)
    settings = zip(size, kernel, config["strides"], extra, config["dilation_rate"], strict=True)
    out, how = _each(
        arithmetic.transposed_output(n, k, stride, config["padding"], more, dilation)
        for n, k, stride, more, dilation in settings
    )
    params = arithmetic.transposed_params(channels, kernel, filters, config["use_bias"])
    macs = arithmetic.transposed_macs(size, channels, kernel, filters).value
    return Effect(_join(out, filters, config), how, params, macs=macs)


# ---------------------------------------------------------------- pooling


def pool(shape: Shape, config: Config) -> Effect:
    """Maximum or mean of each window; strides default to the window's size."""
    size, channels = _split(shape, config, len(config["pool_size"]))
    strides = config["strides"] or config["pool_size"]
    settings = zip(size, config["pool_size"], strides, strict=True)
    out, how = _each(arithmetic.pool_output(n, k, stride, config["padding"]) for n, k, stride in settings)
    return Effect(_join(out, channels, config), how)


def global_pool(axes: int) -> One:
    """One value for each feature map, over ``axes`` spatial axes."""

    def effect(shape: Shape, config: Config) -> Effect:
        _, channels = _split(shape, config, axes)
        return Effect(_join((1,) * axes, channels, config) if config["keepdims"] else (channels,))

    return effect


# ---------------------------------------------------------------- layout


def flatten(shape: Shape, _: Config) -> Effect:
    """All values in one row."""
    length, how = arithmetic.flatten_output(shape)
    return Effect((length,), how)


def reshape(shape: Shape, config: Config) -> Effect:
    """The same values in another shape; one axis may be -1."""
    target, total = list(config["target_shape"]), prod(shape)
    known = prod(size for size in target if size != -1)
    if target.count(-1) == 1 and known and total % known == 0:
        target[target.index(-1)] = total // known
    if any(size < 1 for size in target) or prod(target) != total:
        raise ValueError(f"{shape} cannot become {target}")
    how = f"{arithmetic.times(shape)} = {arithmetic.times(target)}" if len(shape) > 1 and len(target) > 1 else ""
    return Effect(tuple(target), how)


def permute(shape: Shape, config: Config) -> Effect:
    """Axes in another order; ``dims`` count from 1."""
    if sorted(config["dims"]) != list(range(1, len(shape) + 1)):
        raise ValueError(f"{config['dims']} does not order the axes of {shape}")
    return Effect(tuple(shape[place - 1] for place in config["dims"]))


def repeat_vector(shape: Shape, config: Config) -> Effect:
    """A vector, n times."""
    _rank(shape, 1)
    return Effect((config["n"], shape[0]))


def zero_pad(shape: Shape, config: Config) -> Effect:
    """Zeros around."""
    return _resized(shape, config, _per_axis(config["padding"]), arithmetic.padded_output)


def crop(shape: Shape, config: Config) -> Effect:
    """Values cut off at the ends."""
    return _resized(shape, config, _per_axis(config["cropping"]), arithmetic.cropped_output)


def upsample(shape: Shape, config: Config) -> Effect:
    """Every value repeated."""
    factors = config["size"] if isinstance(config["size"], list) else [config["size"]]
    return _resized(shape, config, [(factor,) for factor in factors], arithmetic.upsampled_output)


def _per_axis(amounts: list[Any]) -> list[Any]:
    """[1, 2], which stands for the only axis, as [[1, 2]]."""
    return amounts if isinstance(amounts[0], list) else [amounts]


def to_size(shape: Shape, config: Config) -> Effect:
    """Images of a given height and width."""
    _, channels = _split(shape, config, 2)
    return Effect(_join((config["height"], config["width"]), channels, config))


def _resized(shape: Shape, config: Config, amounts: Sequence[Sequence[int]], formula: Callable[..., Worked]) -> Effect:
    size, channels = _split(shape, config, len(amounts))
    out, how = _each(formula(n, *amount) for n, amount in zip(size, amounts, strict=True))
    return Effect(_join(out, channels, config), how)


# ---------------------------------------------------------------- layers with parameters of their own


def batch_norm(shape: Shape, config: Config) -> Effect:
    """Scale, shift, moving mean and moving variance for each feature; the last two are not trained."""
    features = _along(shape, config["axis"])
    params = arithmetic.normalization_params(features, config["scale"] + config["center"] + 2)
    return Effect(shape, params=params, frozen=2 * features)


def layer_norm(shape: Shape, config: Config) -> Effect:
    """Scale and shift for each feature."""
    only_scale = config["rms_scaling"]
    vectors = (config["scale"] or only_scale) + (config["center"] and not only_scale)
    return Effect(shape, params=arithmetic.normalization_params(_along(shape, config["axis"]), vectors))


def group_norm(shape: Shape, config: Config) -> Effect:
    """As layer normalization, over groups of channels."""
    features = _along(shape, config["axis"])
    groups = features if config["groups"] == -1 else config["groups"]
    if features % groups:
        raise ValueError(f"{groups} groups do not divide {features}")
    return Effect(shape, params=arithmetic.normalization_params(features, config["scale"] + config["center"]))


def rms_norm(shape: Shape, config: Config) -> Effect:
    """Scale for each feature."""
    return Effect(shape, params=arithmetic.normalization_params(_along(shape, config["axis"]), 1))


def along_axis(shape: Shape, config: Config) -> Effect:
    """Layers that work along an axis and keep the shape: Softmax, UnitNormalization."""
    _along(shape, config["axis"])
    return Effect(shape)


def prelu(shape: Shape, config: Config) -> Effect:
    """One slope for each value, or one along shared axes."""
    shared = config["shared_axes"] or []
    slopes = [1 if place + 1 in shared else n for place, n in enumerate(shape)]
    return Effect(shape, params=arithmetic.product(slopes))


def standardise(shape: Shape, config: Config) -> Effect:
    """Normalization: mean and variance that were adapted (and their count), or given as options."""
    features = _along(shape, config["axis"]) if config["axis"] else 1
    if config["mean"] is not None:
        return Effect(shape)
    total = 2 * features + 1
    params = Worked(total, f"2 x {arithmetic.grouped(features)} + 1 = {arithmetic.grouped(total)}")
    return Effect(shape, params=params, frozen=total)


def rescale(shape: Shape, config: Config) -> Effect:
    """The line scale * x + offset, with numbers or arrays that spread over the input."""
    for name in ("scale", "offset"):
        if broadcast(shape, array_shape(config[name])) != shape:
            raise ValueError(f"{name} does not spread over {shape}")
    return Effect(shape)


# ---------------------------------------------------------------- several inputs


def merge(shapes: Sequence[Shape], _: Config) -> Effect:
    """Element by element; axes of length 1 spread."""
    _several(shapes)
    out = shapes[0]
    for shape in shapes[1:]:
        out = broadcast(out, shape)
    return Effect(out)


def subtract(shapes: Sequence[Shape], config: Config) -> Effect:
    """As ``merge``, of exactly two inputs."""
    if len(shapes) != 2:
        raise ValueError("exactly two inputs")
    return merge(shapes, config)


def concatenate(shapes: Sequence[Shape], config: Config) -> Effect:
    """Joined along one axis."""
    _several(shapes)
    place = axis_place(shapes[0], config["axis"])
    if any(len(shape) != len(shapes[0]) for shape in shapes):
        raise ValueError("inputs with different numbers of axes")
    if len({shape[:place] + shape[place + 1 :] for shape in shapes}) != 1:
        raise ValueError("inputs that differ off the joined axis")
    joined, how = arithmetic.concatenated_output([shape[place] for shape in shapes])
    return Effect((*shapes[0][:place], joined, *shapes[0][place + 1 :]), how)


def broadcast(one: Shape, other: Shape) -> Shape:
    """The common shape of two, as NumPy spreads them from the last axis. Raises ValueError when there is none."""
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    head = len(long) - len(short)
    out = list(long[:head])
    for a, b in zip(long[head:], short, strict=True):
        if a != b and 1 not in (a, b):
            raise ValueError(f"{one} and {other} do not spread over each other")
        out.append(max(a, b))
    return tuple(out)


def array_shape(value: Any) -> Shape:
    """Shape of nested lists. Raises ValueError when they are ragged."""
    if not isinstance(value, list):
        return ()
    inner = {array_shape(item) for item in value}
    if len(inner) != 1:
        raise ValueError("ragged lists")
    return (len(value), *inner.pop())


def axis_place(shape: Shape, axis: int) -> int:
    """Place in ``shape`` of an axis that counts the batch axis as 0, or from the end."""
    place = axis - 1 if axis > 0 else len(shape) + axis
    if not 0 <= place < len(shape):
        raise ValueError(f"{shape} has no axis {axis}")
    return place


# ---------------------------------------------------------------- pieces


def _several(shapes: Sequence[Shape]) -> None:
    if len(shapes) < 2:
        raise ValueError("at least two inputs")


def _rank(shape: Shape, axes: int) -> None:
    if len(shape) != axes:
        raise ValueError(f"{axes} axes are needed, not {len(shape)}")


def _split(shape: Shape, config: Config, axes: int | None = None) -> tuple[Shape, int]:
    """Spatial sizes and channels."""
    _rank(shape, (len(config["kernel_size"]) if axes is None else axes) + 1)
    if config.get("data_format") == "channels_first":
        return shape[1:], shape[0]
    return shape[:-1], shape[-1]


def _join(size: Sequence[int], channels: int, config: Config) -> Shape:
    return (channels, *size) if config.get("data_format") == "channels_first" else (*size, channels)


def _slide(size: Shape, config: Config) -> tuple[Shape, str]:
    settings = zip(size, config["kernel_size"], config["strides"], config["dilation_rate"], strict=True)
    return _each(arithmetic.conv_output(n, k, stride, config["padding"], d) for n, k, stride, d in settings)


def _each(worked: Any) -> tuple[Shape, str]:
    """Sizes of all axes, and their derivations; one is enough when they are alike."""
    results = tuple(worked)
    lines = dict.fromkeys(result.derivation for result in results)
    return tuple(result.value for result in results), "; ".join(lines)


def _along(shape: Shape, axis: int | list[int]) -> int:
    places = [axis_place(shape, one) for one in (axis if isinstance(axis, list) else [axis])]
    if len(set(places)) < len(places):
        raise ValueError("an axis twice")
    return prod(shape[place] for place in places)
