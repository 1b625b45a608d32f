"""The arithmetic of layers: output sizes, parameters and multiply-adds, each worked out in a line.

Every function gives a ``Worked``: the number and its derivation, a formula that needs no language,
such as ``16 x 3 x 3 x 32 + 16 = 4 624``. Sizes count values along one axis of one image, the batch
axis never takes part. Formulas: Dumoulin and Visin, "A guide to convolution arithmetic for deep
learning" (2016), and the behaviour of Keras 3 where the paper leaves a choice.
All functions raise ValueError for sizes that no layer can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Literal, NamedTuple

Padding = int | Literal["valid", "same", "causal"]


class Worked(NamedTuple):
    """A number and how it comes about."""

    value: int
    derivation: str


def grouped(number: int) -> str:
    """4624 -> "4 624"."""
    return f"{number:,}".replace(",", " ")


def product(factors: Iterable[int]) -> Worked:
    """The product of ``factors``: (5, 5, 16) -> 5 x 5 x 16 = 400. Without factors: 1."""
    numbers = tuple(factors)
    if len(numbers) < 2:
        only = numbers[0] if numbers else 1
        return Worked(only, grouped(only))
    value = prod(numbers)
    return Worked(value, f"{times(numbers)} = {grouped(value)}")


def times(factors: Iterable[int]) -> str:
    """(3, 3, 32) -> "3 x 3 x 32"."""
    return " x ".join(grouped(factor) for factor in factors)


# ---------------------------------------------------------------- sizes along one axis


def effective_kernel(kernel: int, dilation: int = 1) -> Worked:
    """Values that a dilated kernel spans: D (K - 1) + 1."""
    _positive(kernel=kernel, dilation=dilation)
    value = dilation * (kernel - 1) + 1
    return Worked(value, f"{dilation}*({kernel} - 1) + 1 = {value}")


def conv_output(n: int, kernel: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> Worked:
    """Size after a convolution: floor((N + 2P - K) / S) + 1; same and causal padding: ceil(N / S).

    ``padding`` is the number of values added at each end, or "valid" (none), "same" or "causal".
    Raises ValueError when the kernel does not fit into the padded input.
    """
    _positive(n=n, kernel=kernel, stride=stride, dilation=dilation)
    if padding in ("same", "causal"):
        value = -(-n // stride)
        return Worked(value, f"ceil({n} / {stride}) = {value}")
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"conv_output: padding must be a number, 'valid', 'same' or 'causal', not {padding!r}")
    added = padding if isinstance(padding, int) else 0
    span, how = effective_kernel(kernel, dilation)
    if added < 0 or n + 2 * added < span:
        raise ValueError(f"conv_output: a kernel that spans {span} does not fit into {n} + 2*{added} values")
    value = (n + 2 * added - span) // stride + 1
    formula = f"floor(({n} + 2*{added} - {span}) / {stride}) + 1 = {value}"
    return Worked(value, f"{how}; {formula}" if dilation > 1 else formula)


def pool_output(n: int, pool: int, stride: int | None = None, padding: Padding = 0) -> Worked:
    """Size after a pooling: the formula of ``conv_output`` with S = K unless told otherwise."""
    return conv_output(n, pool, pool if stride is None else stride, padding)


def transposed_output(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: Literal["valid", "same"] = "valid",
    output_padding: int | None = None,
    dilation: int = 1,
) -> Worked:
    """Size after a transposed convolution: N S (same) or (N - 1) S + max(K, S) (valid), as Keras has it.

    With ``output_padding`` O: (N - 1) S + K + O (valid) and (N - 1) S + K mod 2 + O (same).
    Raises ValueError when nothing would be left.
    """
    _positive(n=n, kernel=kernel, stride=stride, dilation=dilation)
    span = effective_kernel(kernel, dilation).value
    if output_padding is None and padding == "same":
        return Worked(n * stride, f"{n} * {stride} = {n * stride}")
    if output_padding is None:
        value = (n - 1) * stride + max(span, stride)
        return Worked(value, f"({n} - 1) * {stride} + max({span}, {stride}) = {value}")
    kept = span if padding == "valid" else span % 2
    value = (n - 1) * stride + kept + output_padding
    if value < 1:
        raise ValueError(f"transposed_output: output padding {output_padding} leaves {value} values")
    return Worked(value, f"({n} - 1) * {stride} + {kept} + {output_padding} = {value}")


def padded_output(n: int, before: int, after: int) -> Worked:
    """Size after zero padding: N + before + after."""
    _positive(n=n)
    return Worked(n + before + after, f"{n} + {before} + {after} = {n + before + after}")


def cropped_output(n: int, before: int, after: int) -> Worked:
    """Size after cropping: N - before - after. Raises ValueError when nothing is left."""
    value = n - before - after
    if value < 1:
        raise ValueError(f"cropped_output: nothing is left of {n} values without {before} and {after}")
    return Worked(value, f"{n} - {before} - {after} = {value}")


def upsampled_output(n: int, factor: int) -> Worked:
    """Size after up-sampling: N times the factor."""
    _positive(n=n, factor=factor)
    return Worked(n * factor, f"{n} * {factor} = {n * factor}")


def flatten_output(shape: Sequence[int]) -> Worked:
    """Length of the flattened feature maps: (5, 5, 16) -> 5 x 5 x 16 = 400."""
    return product(shape)


def concatenated_output(sizes: Sequence[int]) -> Worked:
    """Size of joined inputs along the joined axis: their sum."""
    value = sum(sizes)
    return Worked(value, f"{' + '.join(grouped(size) for size in sizes)} = {grouped(value)}")


def correlation_at(image: Sequence[Sequence[int]], kernel: Sequence[Sequence[int]], row: int, column: int) -> Worked:
    """One value of the cross-correlation: the kernel laid on ``image`` from (row, column) on, products added up.

    Raises IndexError when the kernel reaches over the edge.
    """
    pairs = [
        (image[row + down][column + right], weight)
        for down, line in enumerate(kernel)
        for right, weight in enumerate(line)
    ]
    value = sum(cell * weight for cell, weight in pairs)
    terms = " + ".join(f"{cell}*{weight if weight >= 0 else f'({weight})'}" for cell, weight in pairs)
    return Worked(value, f"{terms} = {value}")


# ---------------------------------------------------------------- parameters


def dense_params(inputs: int, units: int, bias: bool = True) -> Worked:
    """Weights and biases of a Dense layer: inputs x units + units."""
    _positive(inputs=inputs, units=units)
    return _sum_of((inputs, units), biases=units if bias else 0)


def conv_params(channels: int, kernel: Sequence[int], filters: int, bias: bool = True, groups: int = 1) -> Worked:
    """Weights and biases of a convolution: filters x K x K x channels + filters.

    With ``groups`` each filter sees channels / groups. Raises ValueError when groups do not divide both.
    """
    _positive(channels=channels, filters=filters, groups=groups)
    if channels % groups or filters % groups:
        raise ValueError(f"conv_params: {groups} groups do not divide {channels} channels and {filters} filters")
    return _sum_of((filters, *kernel, channels // groups), biases=filters if bias else 0)


def depthwise_params(channels: int, kernel: Sequence[int], multiplier: int = 1, bias: bool = True) -> Worked:
    """Weights and biases of a depthwise convolution: K x K x channels x multiplier + outputs."""
    _positive(channels=channels, multiplier=multiplier)
    return _sum_of((*kernel, channels, multiplier), biases=channels * multiplier if bias else 0)


def separable_params(
    channels: int, kernel: Sequence[int], filters: int, multiplier: int = 1, bias: bool = True
) -> Worked:
    """Weights and biases of a separable convolution: depthwise + filters x (channels x multiplier) + filters."""
    _positive(channels=channels, filters=filters, multiplier=multiplier)
    return _sum_of((*kernel, channels, multiplier), (filters, channels * multiplier), biases=filters if bias else 0)


def transposed_params(channels: int, kernel: Sequence[int], filters: int, bias: bool = True) -> Worked:
    """Weights and biases of a transposed convolution: as many as those of the convolution."""
    return conv_params(channels, kernel, filters, bias)


def normalization_params(features: int, vectors: int) -> Worked:
    """Parameters of a normalization: one vector of ``features`` for each of scale, shift, mean, variance.

    Batch normalization has four: 4 x 32 = 128, and two of them (mean, variance) are not trained.
    """
    _positive(features=features)
    return product((vectors, features)) if vectors else Worked(0, "0")


# ---------------------------------------------------------------- multiply-adds of one image


def dense_macs(inputs: int, units: int, positions: int = 1) -> Worked:
    """Multiply-adds of a Dense layer: inputs x units, at each position of inputs with more axes."""
    return product((positions, inputs, units) if positions > 1 else (inputs, units))


def conv_macs(out: Sequence[int], channels: int, kernel: Sequence[int], filters: int, groups: int = 1) -> Worked:
    """Multiply-adds of a convolution: positions of the feature map x weights of its filters."""
    return product((*out, filters, *kernel, channels // groups))


def depthwise_macs(out: Sequence[int], channels: int, kernel: Sequence[int], multiplier: int = 1) -> Worked:
    """Multiply-adds of a depthwise convolution: positions x K x K x channels x multiplier."""
    return product((*out, *kernel, channels, multiplier))


def transposed_macs(size: Sequence[int], channels: int, kernel: Sequence[int], filters: int) -> Worked:
    """Multiply-adds of a transposed convolution: positions of its *input* x weights."""
    return product((*size, filters, *kernel, channels))


def _sum_of(*products: Sequence[int], biases: int) -> Worked:
    terms = [times(factors) for factors in products] + ([grouped(biases)] if biases else [])
    value = sum(prod(factors) for factors in products) + biases
    return Worked(value, f"{' + '.join(terms)} = {grouped(value)}")


def _positive(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, not {size}")
