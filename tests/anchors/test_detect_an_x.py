"""detect-an-x: the three maps of the course, beside our arithmetic, the reference's results and the rubric."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from grader.course import rubric
from grader.models import arithmetic
from grader.records import Criterion

ROOT = Path(__file__).resolve().parents[2]
ASKED = rubric.load(ROOT / "rubrics" / "detect-an-x.yaml")
EXPECTED = json.loads((ROOT / "reference" / "detect-an-x" / "expected.json").read_text("utf-8"))

ONES = {(1, 1), (1, 5), (2, 2), (2, 4), (3, 3), (4, 2), (4, 4), (5, 1), (5, 5)}
IMAGE = [[int((row, column) in ONES) for column in range(7)] for row in range(7)]
KERNELS = {
    "crossing": [[1, -1, 1], [-1, 1, -1], [1, -1, 1]],
    "falling": [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]],
    "rising": [[-1, -1, 1], [-1, 1, -1], [1, -1, -1]],
}
MAPS = {
    "crossing": [[2, -2, 2, -2, 2], [-2, 3, -3, 3, -2], [2, -3, 5, -3, 2], [-2, 3, -3, 3, -2], [2, -2, 2, -2, 2]],
    "falling": [[2, -2, 0, -2, 0], [-2, 3, -3, -1, -2], [0, -3, 1, -3, 0], [-2, -1, -3, 3, -2], [0, -2, 0, -2, 2]],
    "rising": [[0, -2, 0, -2, 2], [-2, -1, -3, 3, -2], [0, -3, 1, -3, 0], [-2, 3, -3, -1, -2], [2, -2, 0, -2, 0]],
}


def criterion(id: str) -> Criterion:
    return next(one for one in ASKED.criteria if one.id == id)


def test_the_image_has_nine_ones_and_a_dark_border() -> None:
    assert EXPECTED["x_image"] == IMAGE
    assert np.sum(IMAGE) == 9
    assert not np.any(np.array(IMAGE)[[0, -1]])
    assert not np.any(np.array(IMAGE)[:, [0, -1]])


@pytest.mark.parametrize("name", MAPS)
def test_the_feature_maps(name: str) -> None:
    found = [
        [arithmetic.correlation_at(IMAGE, KERNELS[name], row, column).value for column in range(5)] for row in range(5)
    ]
    assert found == MAPS[name]
    assert EXPECTED[name] == MAPS[name]


def test_after_relu_the_negatives_are_0_and_the_diagonals_keep_their_own_line() -> None:
    stacked = np.array([MAPS["crossing"], MAPS["falling"], MAPS["rising"]])
    assert np.array_equal(EXPECTED["after_relu"], np.where(stacked < 0, 0, stacked))
    _, falling, rising = np.array(EXPECTED["after_relu"])
    assert np.array_equal(falling, np.diag([2, 3, 1, 3, 2]))
    assert np.array_equal(rising, np.diag([2, 3, 1, 3, 2])[::-1])


def test_the_largest_response_is_5_in_the_centre_of_the_crossing() -> None:
    assert max(max(map(max, one)) for one in MAPS.values()) == 5
    assert np.argwhere(np.array(MAPS["crossing"]) == 5).tolist() == [[2, 2]]
    assert criterion("largest").params["equals"] == 5
    assert criterion("where").params["correct"] == "b"


def test_flipping_these_kernels_changes_nothing_but_the_symmetry_of_the_x_is_not_enough() -> None:
    for kernel in KERNELS.values():
        assert [row[::-1] for row in kernel[::-1]] == kernel
    corner = [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    turned = [[0, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert arithmetic.correlation_at(IMAGE, corner, 0, 0).value == 0
    assert arithmetic.correlation_at(IMAGE, turned, 0, 0).value == 1
    assert criterion("flipping").params["correct"] == "c"


def test_what_the_hints_say_of_single_places() -> None:
    assert np.array(IMAGE)[1:4, 2:5].sum() == 3  # the piece at (1, 2): three lit pixels ...
    assert MAPS["crossing"][1][2] == -3  # ... and -3
    assert MAPS["crossing"][0][0] == 2
    assert MAPS["falling"][2][2] == MAPS["rising"][2][2] == 1


def test_no_known_wrong_map_is_the_right_one() -> None:
    for one in ASKED.criteria:
        if one.check == "array":
            for wrong in one.params.get("misconceptions", ()):
                assert not np.array_equal(wrong["values"], EXPECTED[one.params["expected"]])


def test_the_second_layer_is_for_a_person() -> None:
    assert criterion("second_layer").check == "manual"
    assert set(criterion("second_layer").hint) == {"es", "en"}
