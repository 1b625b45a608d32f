"""The arithmetic of layers, against hand-computed anchors and against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.models import arithmetic
from grader.models.arithmetic import Worked

SIZES = st.integers(1, 40)
SMALL = st.integers(1, 6)


@pytest.mark.parametrize(
    ("worked", "expected"),
    [
        (arithmetic.dense_params(784, 10), Worked(7_850, "784 x 10 + 10 = 7 850")),
        (arithmetic.dense_params(784, 512), Worked(401_920, "784 x 512 + 512 = 401 920")),
        (arithmetic.dense_params(784, 512, bias=False), Worked(401_408, "784 x 512 = 401 408")),
        (arithmetic.dense_params(43_264, 10), Worked(432_650, "43 264 x 10 + 10 = 432 650")),
        (arithmetic.conv_params(32, (3, 3), 16), Worked(4_624, "16 x 3 x 3 x 32 + 16 = 4 624")),
        (arithmetic.conv_params(4, (3,), 6, groups=2), Worked(42, "6 x 3 x 2 + 6 = 42")),
        (arithmetic.depthwise_params(8, (3, 3), 2), Worked(160, "3 x 3 x 8 x 2 + 16 = 160")),
        (arithmetic.separable_params(3, (3, 3), 5, 2), Worked(89, "3 x 3 x 3 x 2 + 5 x 6 + 5 = 89")),
        (arithmetic.transposed_params(2, (3, 3), 4), Worked(76, "4 x 3 x 3 x 2 + 4 = 76")),
        (arithmetic.normalization_params(32, 4), Worked(128, "4 x 32 = 128")),
        (arithmetic.normalization_params(32, 0), Worked(0, "0")),
        (arithmetic.flatten_output((5, 5, 16)), Worked(400, "5 x 5 x 16 = 400")),
        (arithmetic.flatten_output((26, 26, 64)), Worked(43_264, "26 x 26 x 64 = 43 264")),
        (arithmetic.conv_output(13, 3), Worked(11, "floor((13 + 2*0 - 3) / 1) + 1 = 11")),
        (arithmetic.conv_output(28, 5, padding=2), Worked(28, "floor((28 + 2*2 - 5) / 1) + 1 = 28")),
        (arithmetic.conv_output(28, 5, stride=2, padding=16), Worked(28, "floor((28 + 2*16 - 5) / 2) + 1 = 28")),
        (arithmetic.conv_output(28, 3, stride=2, padding="same"), Worked(14, "ceil(28 / 2) = 14")),
        (
            arithmetic.conv_output(28, 3, dilation=2),
            Worked(24, "2*(3 - 1) + 1 = 5; floor((28 + 2*0 - 5) / 1) + 1 = 24"),
        ),
        (arithmetic.pool_output(26, 2), Worked(13, "floor((26 + 2*0 - 2) / 2) + 1 = 13")),
        (arithmetic.transposed_output(7, 3, 2), Worked(15, "(7 - 1) * 2 + max(3, 2) = 15")),
        (arithmetic.transposed_output(7, 3, 2, "same"), Worked(14, "7 * 2 = 14")),
        (arithmetic.transposed_output(7, 3, 2, "valid", 1), Worked(16, "(7 - 1) * 2 + 3 + 1 = 16")),
        (arithmetic.padded_output(28, 2, 2), Worked(32, "28 + 2 + 2 = 32")),
        (arithmetic.cropped_output(32, 2, 2), Worked(28, "32 - 2 - 2 = 28")),
        (arithmetic.upsampled_output(14, 2), Worked(28, "14 * 2 = 28")),
        (arithmetic.concatenated_output((32, 1_600)), Worked(1_632, "32 + 1 600 = 1 632")),
        (arithmetic.dense_macs(784, 512), Worked(401_408, "784 x 512 = 401 408")),
        (arithmetic.conv_macs((26, 26), 1, (3, 3), 32), Worked(194_688, "26 x 26 x 32 x 3 x 3 x 1 = 194 688")),
    ],
    ids=lambda value: value.derivation if isinstance(value, Worked) else None,
)
def test_each_formula_gives_its_number_and_its_line(worked: Worked, expected: Worked) -> None:
    assert worked == expected


def test_one_value_of_a_feature_map_is_worked_out_term_by_term() -> None:
    image = [[1, 2, 8, 2, 1], [1, 4, 9, 3, 1], [1, 2, 8, 2, 1], [1, 3, 7, 1, 2], [1, 2, 8, 2, 2]]
    kernel = [[-1, 0, 1]] * 3
    values = [[arithmetic.correlation_at(image, kernel, row, column).value for column in range(3)] for row in range(3)]
    assert values == [[22, -1, -22], [21, -3, -20], [20, -2, -18]]
    assert arithmetic.correlation_at([[1, 2], [3, 4]], [[-1, 2]], 1, 0) == Worked(5, "3*(-1) + 4*2 = 5")
    with pytest.raises(IndexError):
        arithmetic.correlation_at(image, kernel, 3, 0)


def test_the_known_chain_of_sizes_comes_out() -> None:
    sizes = [28]
    for layer in ("conv", "pool", "conv", "pool"):
        formula = arithmetic.conv_output if layer == "conv" else arithmetic.pool_output
        sizes.append(formula(sizes[-1], 3 if layer == "conv" else 2).value)
    assert sizes == [28, 26, 13, 11, 5]


@given(n=SIZES, kernel=SMALL, stride=SMALL, padding=st.integers(0, 4), dilation=st.integers(1, 3))
def test_the_size_formula_counts_the_places_of_the_window(
    n: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    cells = set(range(-padding, n + padding))
    starts = range(-padding, n + padding, stride)
    fitting = [start for start in starts if {start + tap * dilation for tap in range(kernel)} <= cells]
    assume(fitting)
    assert arithmetic.conv_output(n, kernel, stride, padding, dilation).value == len(fitting)


@given(n=SIZES, kernel=SMALL, stride=SMALL)
def test_same_padding_keeps_every_start(n: int, kernel: int, stride: int) -> None:
    expected = len(range(0, n, stride))
    assert arithmetic.conv_output(n, kernel, stride, "same").value == expected
    assert arithmetic.conv_output(n, kernel, stride, "causal").value == expected


@given(n=st.integers(1, 12), kernel=SMALL, stride=SMALL, dilation=st.integers(1, 3))
def test_a_transposed_convolution_reaches_as_far_as_its_last_stamp(
    n: int, kernel: int, stride: int, dilation: int
) -> None:
    stamped = {place * stride + tap * dilation for place in range(n) for tap in range(kernel)}
    worked = arithmetic.transposed_output(n, kernel, stride, dilation=dilation)
    assert worked.value == max(max(stamped) + 1, n * stride)


@given(channels=SMALL, kernel=st.lists(SMALL, min_size=1, max_size=2), filters=SMALL, groups=SMALL, bias=st.booleans())
def test_convolution_parameters_count_the_cells_of_the_kernels(
    channels: int, kernel: list[int], filters: int, groups: int, bias: bool
) -> None:
    filters, channels = filters * groups, channels * groups
    weights = np.zeros((*kernel, channels // groups, filters)).size
    biases = filters if bias else 0
    assert arithmetic.conv_params(channels, kernel, filters, bias, groups).value == weights + biases
    depthwise = np.zeros((*kernel, channels, 3)).size + (channels * 3 if bias else 0)
    assert arithmetic.depthwise_params(channels, kernel, 3, bias).value == depthwise
    separable = np.zeros((*kernel, channels, 3)).size + np.zeros((channels * 3, filters)).size + biases
    assert arithmetic.separable_params(channels, kernel, filters, 3, bias).value == separable


@given(n=st.integers(1, 9), kernel=st.integers(1, 4), filters=st.integers(1, 3), channels=st.integers(1, 3))
def test_multiply_adds_are_those_of_a_plain_loop(n: int, kernel: int, filters: int, channels: int) -> None:
    assume(kernel <= n)
    out = arithmetic.conv_output(n, kernel).value
    image, kernels = np.ones((n, channels)), np.ones((kernel, channels, filters))
    total = sum(image[start : start + kernel].size for start in range(n - kernel + 1) for _ in range(kernels.shape[-1]))
    assert arithmetic.conv_macs((out,), channels, (kernel,), filters).value == total


@given(worked=st.builds(arithmetic.dense_params, st.integers(1, 10**6), st.integers(1, 10**4), st.booleans()))
def test_a_derivation_ends_in_its_own_number(worked: Worked) -> None:
    left, right = worked.derivation.split(" = ")
    total = sum(
        int(np.prod([int(factor.replace(" ", "")) for factor in term.split(" x ")], dtype=object))
        for term in left.split(" + ")
    )
    assert total == worked.value == int(right.replace(" ", ""))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: arithmetic.conv_output(2, 3), "does not fit"),
        (lambda: arithmetic.conv_output(2, 3, padding=-1), "does not fit"),
        (lambda: arithmetic.conv_output(28, 0), "kernel must be at least 1"),
        (lambda: arithmetic.conv_output(28, 3, stride=0), "stride must be at least 1"),
        (lambda: arithmetic.conv_output(28, 3, padding="full"), "padding must be"),  # type: ignore[arg-type]
        (lambda: arithmetic.cropped_output(4, 2, 2), "nothing is left"),
        (lambda: arithmetic.transposed_output(1, 1, 1, "valid", -1), "leaves 0"),
        (lambda: arithmetic.conv_params(3, (3, 3), 4, groups=2), "do not divide"),
        (lambda: arithmetic.dense_params(0, 10), "inputs must be at least 1"),
    ],
)
def test_sizes_that_no_layer_can_have_are_refused(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=words):
        call()


def test_numbers_are_grouped_by_a_plain_space() -> None:
    assert arithmetic.grouped(138_357_544) == "138 357 544"
    assert arithmetic.product(()) == Worked(1, "1")
    assert arithmetic.product((7,)) == Worked(7, "7")
