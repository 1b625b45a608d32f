"""The slots of `convolution`: one value of a feature map by hand, and the map's size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

from grader.models.arithmetic import conv_output, correlation_at
from grader.questions.drawing import Row, numbers, shuffled
from grader.questions.model import Idea, Question, Slot

WEIGHTS = (-1, -1, 0, 0, 0, 1, 1, 2)
PLACES = ((1, 2), (2, 1))  # off the diagonal and off the edge: every wrong place is another one

Matrix = Sequence[Sequence[int]]


def value(image: Matrix, kernel: Matrix, row: int, column: int) -> Question:
    """One value of the valid cross-correlation."""
    ones = [[1] * len(line) for line in kernel]
    flipped = [list(reversed(line)) for line in reversed(kernel)]
    wrong = {
        "flipped-kernel": correlation_at(image, flipped, row, column),
        "rows-for-columns": correlation_at(image, kernel, column, row),
        "place-from-one": correlation_at(image, kernel, row - 1, column - 1),
        "kernel-ignored": correlation_at(image, ones, row, column),
    }
    right = correlation_at(image, kernel, row, column)
    ideas = tuple(Idea(name, (one.value,), one.derivation) for name, one in wrong.items())
    return Question(kind="number", answer=(right.value,), worked=right.derivation, ideas=ideas)


def size(H: int, W: int, K: int) -> Question:
    """Rows and columns of the output for an image that is not square."""
    rows, columns = conv_output(H, K), conv_output(W, K)
    t, u = rows.value, columns.value
    shapes = {
        "forgot-plus-one": (t - 1, u - 1),
        "same-for-valid": (H, W),
        "rows-for-columns": (u, t),
    }
    ideas = tuple(Idea(name, shape, str(shape)) for name, shape in shapes.items())
    worked = f"{rows.derivation}; {columns.derivation}"
    return Question(kind="shape", answer=(t, u), worked=worked, ideas=ideas)


def _value_rows(seed: bytes) -> Iterator[Row]:
    """Images of digits and kernels of small numbers, at most six of which are not zero."""
    for nth in count():
        drawn = numbers(seed, nth, 35)
        cells, weights = [one % 10 for one in drawn[:25]], [WEIGHTS[one % 8] for one in drawn[25:34]]
        if 4 <= sum(one != 0 for one in weights) <= 6:
            yield (_matrix(cells, 5), _matrix(weights, 3), *PLACES[drawn[34] % 2])


def _matrix(cells: Sequence[int], width: int) -> list[list[int]]:
    return [list(cells[start : start + width]) for start in range(0, len(cells), width)]


def _size_rows(seed: bytes) -> Iterator[Row]:
    every = product(range(20, 60), range(20, 60), (2, 3, 4, 5))
    return shuffled(seed, (row for row in every if abs(row[0] - row[1]) > 4))


SLOTS: tuple[Slot, ...] = (
    Slot(name="value", fields=("image", "kernel", "row", "column"), ask=value, candidates=_value_rows),
    Slot(name="size", fields=("H", "W", "K"), ask=size, candidates=_size_rows),
)
