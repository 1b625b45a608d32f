"""Hand-computed anchors of `output-size`: every literal was worked out on paper, none by the reference."""

from __future__ import annotations

import numpy as np
import pytest

from grader import questions
from grader.models import arithmetic
from grader.questions import Question


def ask(slot: str, *row: int) -> Question:
    return next(one for one in questions.SETS["output-size"] if one.name == slot).question(row)


def places(n: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """How many windows NumPy lays over the padded values."""
    windows = np.lib.stride_tricks.sliding_window_view(np.zeros(n + 2 * padding), kernel)
    return len(windows[::stride])


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "size"),
    [
        (28, 3, 1, 0, 26),
        (26, 2, 2, 0, 13),
        (13, 3, 1, 0, 11),
        (11, 2, 2, 0, 5),
        (28, 5, 1, 0, 24),
        (24, 2, 2, 0, 12),
        (12, 3, 1, 0, 10),
        (10, 2, 2, 0, 5),
        (32, 2, 1, 0, 31),
        (5, 3, 1, 0, 3),
        (5, 3, 1, 1, 5),
        (5, 3, 2, 0, 2),
        (28, 5, 1, 2, 28),
        (28, 5, 2, 16, 28),
        (7, 3, 2, 0, 3),
    ],
)
def test_sizes_on_paper(n: int, kernel: int, stride: int, padding: int, size: int) -> None:
    assert arithmetic.conv_output(n, kernel, stride, padding).value == size
    assert places(n, kernel, stride, padding) == size


def test_the_known_chain() -> None:
    assert ask("chain", 28, 3, 3).answer == (26, 13, 11, 5)


def test_a_layer_of_64_filters_gives_26_by_26_by_64() -> None:
    assert ask("depth", 28, 1, 3, 64).answer == (26, 26, 64)


def test_same_padding_rounds_up_and_pooling_moves_by_its_own_size() -> None:
    assert arithmetic.conv_output(28, 3, 2, "same").value == 14
    assert arithmetic.conv_output(7, 3, 2, "same").value == 4
    assert ask("same", 29, 7, 4).answer == (8,)
    assert arithmetic.pool_output(26, 2).value == 13
    assert ask("pooling", 11, 2).answer == (5,)


def test_a_dilated_kernel_spans_d_times_k_minus_one_plus_one() -> None:
    assert arithmetic.effective_kernel(3, 2).value == 5
    assert ask("dilated", 28, 3, 3).answer == (22,)


def test_which_padding_keeps_28() -> None:
    assert ask("inverse", 28, 5, 1).answer == (2,)
    assert ask("inverse", 28, 5, 2).answer == (16,)
    keeping = {k: [p for p in range(40) if arithmetic.conv_output(28, k, 1, p).value == 28] for k in range(1, 12)}
    assert keeping == {1: [0], 2: [], 3: [1], 4: [], 5: [2], 6: [], 7: [3], 8: [], 9: [4], 10: [], 11: [5]}
    assert [arithmetic.conv_output(28, 4, 1, p).value for p in (1, 2, 4)] == [27, 29, 33]
    assert arithmetic.conv_output(28, 5, 2, 15).value == 27


def test_the_slots_of_the_course_tell_wrong_ideas_apart() -> None:
    padded = {idea.name: idea.answer[0] for idea in ask("padded", 28, 7, 1, 2).ideas}
    assert padded == {"padding-once": 24, "padding-ignored": 22, "forgot-plus-one": 25, "same-for-valid": 28}
    strided = {idea.name: idea.answer[0] for idea in ask("strided", 28, 5, 2, 0).ideas}
    assert ask("strided", 28, 5, 2, 0).answer == (12,)
    assert strided == {"ceil-for-floor": 13, "forgot-plus-one": 11, "forgot-stride": 24, "same-for-valid": 14}
