"""convolution-by-hand: the numbers of the course, beside our arithmetic, the reference's results and the rubric."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import questions
from grader.course import rubric
from grader.evidence import calls
from grader.models import arithmetic
from grader.models import convolution as kernels

ROOT = Path(__file__).resolve().parents[2]
ASKED = rubric.load(ROOT / "rubrics" / "convolution-by-hand.yaml")
EXPECTED = json.loads((ROOT / "reference" / "convolution-by-hand" / "expected.json").read_text("utf-8"))

IMAGE = [[1, 2, 8, 2, 1], [1, 4, 9, 3, 1], [1, 2, 8, 2, 1], [1, 3, 7, 1, 2], [1, 2, 8, 2, 2]]
KERNEL = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
ASYMMETRIC = [[0, 1], [2, 3]]

VALID = [[22, -1, -22], [21, -3, -20], [20, -2, -18]]
FLIPPED = [[-22, 1, 22], [-21, 3, 20], [-20, 2, 18]]
SAME = [
    [6, 15, -1, -15, -5],
    [8, 22, -1, -22, -7],
    [9, 21, -3, -20, -6],
    [7, 20, -2, -18, -5],
    [5, 13, -2, -11, -3],
]
STRIDE_2 = [[22, -22], [20, -18]]


def framed(image: list[list[int]]) -> list[list[int]]:
    empty = [0] * (len(image[0]) + 2)
    return [empty, *([0, *row, 0] for row in image), empty]


def turned(kernel: list[list[int]]) -> list[list[int]]:
    return [row[::-1] for row in kernel[::-1]]


def by_value(image: list[list[int]], kernel: list[list[int]], stride: int = 1) -> list[list[int]]:
    """The whole map, each value and both sizes by our arithmetic."""
    rows, columns = (arithmetic.conv_output(size, len(kernel), stride).value for size in (len(image), len(image[0])))
    return [
        [arithmetic.correlation_at(image, kernel, row * stride, column * stride).value for column in range(columns)]
        for row in range(rows)
    ]


@pytest.mark.parametrize(
    ("name", "image", "kernel", "stride", "known"),
    [
        ("valid", IMAGE, KERNEL, 1, VALID),
        ("flipped", IMAGE, turned(KERNEL), 1, FLIPPED),
        ("same", framed(IMAGE), KERNEL, 1, SAME),
        ("stride2", IMAGE, KERNEL, 2, STRIDE_2),
    ],
)
def test_the_maps_worked_out_by_hand(
    name: str, image: list[list[int]], kernel: list[list[int]], stride: int, known: list[list[int]]
) -> None:
    assert by_value(image, kernel, stride) == known
    whole = kernels.correlate(np.array(image)[None, ..., None], kernels.stack([kernel]))[0, ..., 0]
    assert whole[::stride, ::stride].tolist() == known
    assert EXPECTED[name] == known


def test_the_first_value_as_the_handout_works_it_out() -> None:
    assert -(1 + 1 + 1) + (8 + 9 + 8) == 22
    assert arithmetic.correlation_at(IMAGE, KERNEL, 0, 0).value == 22


def test_this_kernel_only_changes_sign_when_flipped_and_the_asymmetric_one_does_more() -> None:
    assert turned(KERNEL) == [[-weight for weight in row] for row in KERNEL]
    assert turned(ASYMMETRIC) == [[3, 2], [1, 0]]
    assert by_value([[1, 2], [3, 4]], ASYMMETRIC) == [[20]]  # 0 + 2 + 6 + 12
    assert by_value([[1, 2], [3, 4]], turned(ASYMMETRIC)) == [[10]]  # 3 + 4 + 3 + 0


def test_a_32_x_32_image_under_a_2_x_2_kernel_becomes_31_x_31() -> None:
    assert arithmetic.conv_output(32, 2).value == 31
    why = next(one for one in ASKED.criteria if one.id == "why_smaller")
    assert why.params["correct"] == "c"
    assert set(why.params["hints"]) == {"a", "b", "d"}


def test_no_known_wrong_map_is_the_right_one() -> None:
    for one in ASKED.criteria:
        if one.check == "array":
            for known in one.params["misconceptions"]:
                assert not np.array_equal(known["values"], EXPECTED[one.params["expected"]])


# ---------------------------------------------------------------- the function


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """The functions of the reference, the wrong ones too."""
    cells = json.loads((ROOT / "reference" / "convolution-by-hand" / "solution.ipynb").read_text("utf-8"))["cells"]
    space: dict[str, Any] = {"np": np}
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith("def "):
            exec(source, space)
    return space


def own(image: Any, kernel: Any, stride: int = 1, padding: int = 0) -> Any:
    """Padding, correlation and stride by our own pieces."""
    image, kernel = np.asarray(image), np.asarray(kernel)
    if image.ndim == 2:
        image, kernel = image[..., None], kernel[..., None]
    padded = np.pad(image, [(padding, padding), (padding, padding), (0, 0)])
    return kernels.correlate(padded[None], kernel[None].astype(float))[0, ::stride, ::stride, 0]


def drawn() -> list[tuple[list[Any], dict[str, Any]]]:
    cases = ASKED.calls["correlate2d"]
    made = [
        calls.draw(case, secret=b"", exercise=ASKED.exercise, function="correlate2d", number=number)
        for number, case in enumerate(cases)
    ]
    return [(list(one.args), dict(one.kwargs)) for one in made]


def test_the_reference_gives_what_our_own_pieces_give_in_every_hidden_call(reference: dict[str, Any]) -> None:
    for args, kwargs in drawn():
        assert np.allclose(reference["correlate2d"](*args, **kwargs), own(*args, **kwargs))


def test_every_kind_of_input_is_among_the_hidden_calls() -> None:
    shapes = [tuple(np.shape(one) for one in args[:2]) for args, _ in drawn()]
    # Height and width differ in half of the plain calls, and in one where all things come together: a function for
    # squares loses its points where the handout speaks of rectangles, not in every criterion.
    for one in ASKED.criteria:
        if one.check == "call":
            asked = [shapes[case - 1][0] for case in one.params["cases"]]
            share = sum(image[0] != image[1] for image in asked) / len(asked)
            assert share == (0.5 if one.id in ("plain", "together") else 0), one.id
    assert {kernel for _, kernel in shapes} >= {(2, 2), (3, 3), (4, 4), (3, 3, 3), (2, 2, 3)}
    assert sum(np.array_equal(args[1], ASYMMETRIC) for args, _ in drawn()) >= 3


def test_each_wrong_idea_gives_something_else_in_a_call_of_its_criterion(reference: dict[str, Any]) -> None:
    hidden = drawn()
    for one in ASKED.criteria:
        for known in one.params.get("misconceptions", ()) if one.check == "call" else ():
            cases = [hidden[case - 1] for case in one.params["cases"]]
            given = [reference[known["function"]](*args, **kwargs) for args, kwargs in cases]
            right = [own(*args, **kwargs) for args, kwargs in cases]
            assert any(a.shape != b.shape or not np.allclose(a, b) for a, b in zip(given, right, strict=True)), known


def test_who_flips_keeps_70_percent() -> None:
    for one in ASKED.criteria:
        if one.check == "call":
            flipped = one.params["misconceptions"][0]
            assert (flipped["function"], flipped["credit"]) == ("flipped_correlate2d", 0.7)


def test_the_questions_are_one_value_and_one_size() -> None:
    assert ASKED.questions == "convolution"
    public = questions.variant("convolution", secret=b"", student=None).questions
    assert set(public) == {"value", "size"}
