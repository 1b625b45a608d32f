"""Hand-computed anchors of `parameter-count`: the table of networks, literal by literal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader import questions
from grader.course import rubric
from grader.models.arithmetic import conv_output, conv_params, dense_params, flatten_output, pool_output
from grader.questions import Question

ROOT = Path(__file__).resolve().parent.parent.parent
Layer = tuple[str, int, int]

# Input 28 x 28 x 1: (layers, parameters of the layers that have some, length of the flattened vector, total).
NETWORKS: list[tuple[list[Layer], list[int], int, int]] = [
    ([("dense", 10, 0)], [7_850], 784, 7_850),
    ([("dense", 512, 0), ("dense", 10, 0)], [401_920, 5_130], 784, 407_050),
    ([("dense", 784, 0), ("dense", 10, 0)], [615_440, 7_850], 784, 623_290),
    ([("dense", 32, 0), ("dense", 64, 0), ("dense", 10, 0)], [25_120, 2_112, 650], 784, 27_882),
    ([("conv", 64, 3), ("dense", 10, 0)], [640, 432_650], 43_264, 433_290),
    ([("conv", 64, 3), ("dense", 15, 0), ("dense", 10, 0)], [640, 648_975, 160], 43_264, 649_775),
    ([("conv", 64, 3), ("pool", 0, 2), ("dense", 15, 0), ("dense", 10, 0)], [640, 162_255, 160], 10_816, 163_055),
    (
        [("conv", 32, 3), ("pool", 0, 2), ("conv", 16, 3), ("pool", 0, 2), ("dense", 10, 0)],
        [320, 4_624, 4_010], 400, 8_954,
    ),
    (
        [("conv", 32, 3), ("pool", 0, 2), ("conv", 64, 3), ("pool", 0, 2), ("dense", 128, 0), ("dense", 10, 0)],
        [320, 18_496, 204_928, 1_290], 1_600, 225_034,
    ),
    (
        [("conv", 32, 5), ("pool", 0, 2), ("dense", 128, 0), ("dense", 10, 0)],
        [832, 589_952, 1_290], 4_608, 592_074,
    ),
    (
        [
            ("conv", 30, 5), ("pool", 0, 2), ("conv", 15, 3), ("pool", 0, 2),
            ("dense", 128, 0), ("dense", 50, 0), ("dense", 10, 0),
        ],
        [780, 4_065, 48_128, 6_450, 510], 375, 59_933,
    ),
]  # fmt: skip


def counted(layers: list[Layer]) -> tuple[list[int], int]:
    """Parameters of the layers and length of the flattened vector, by our arithmetic."""
    side, channels, length, vector, params = 28, 1, 0, 0, []
    for kind, units, kernel in layers:
        if kind == "conv":
            params.append(conv_params(channels, (kernel, kernel), units).value)
            side, channels = conv_output(side, kernel).value, units
        elif kind == "pool":
            side = pool_output(side, kernel).value
        else:
            length = length or flatten_output((side, side, channels)).value
            params.append(dense_params(vector or length, units).value)
            vector = units
    return params, length


@pytest.mark.parametrize(("layers", "params", "length", "total"), NETWORKS, ids=lambda value: str(value)[-20:])
def test_the_table_of_networks(layers: list[Layer], params: list[int], length: int, total: int) -> None:
    assert counted(layers) == (params, length)
    assert sum(params) == total


def test_counting_the_cells_of_real_arrays_gives_the_same() -> None:
    assert np.zeros((16, 3, 3, 32)).size + np.zeros(16).size == 4_624
    assert np.zeros((400, 10)).size + np.zeros(10).size == 4_010
    assert np.zeros((32, 3, 3, 1)).size + 32 == 320
    assert np.zeros((64, 3, 3, 1)).size + 64 == 640
    assert np.zeros((26, 26, 64)).reshape(-1).size == 43_264
    assert np.zeros((13, 13, 64)).reshape(-1).size == 10_816
    assert np.zeros(225_034, np.float32).nbytes / 1024 == pytest.approx(879.04, abs=0.005)
    assert 1 - 10_816 / 43_264 == 0.75


def ask(slot: str, *row: int) -> Question:
    return next(one for one in questions.SETS["parameter-count"] if one.name == slot).question(row)


def ideas(question: Question) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for idea in question.ideas:
        found.setdefault(idea.name, set()).add(idea.answer[-1])
    return found


def test_the_wrong_ideas_of_the_course_on_its_own_layers() -> None:
    assert ask("dense", 784, 10).answer == (7_840, 10, 7_850)
    assert ideas(ask("dense", 784, 10))["forgot-bias"] == {7_840}
    assert ideas(ask("dense", 784, 10))["bias-per-weight"] == {15_680}
    assert ask("conv", 13, 32, 3, 16).answer == (4_608, 16, 4_624)
    conv = ideas(ask("conv", 13, 32, 3, 16))
    assert conv["forgot-channels"] == {160}
    assert conv["bias-per-channel"] == {4_640}
    assert conv["bias-per-kernel"] == {5_120}
    assert conv["k-for-k-squared"] == {1_552}
    assert 4_608 * 121 + 16 in conv["times-positions"]
    assert ask("flat", 5, 16).answer == (400,)
    assert ideas(ask("flat", 5, 16))["flat-without-channels"] == {25}
    assert ask("mlp", 784, 32, 64, 10).answer == (25_120, 2_112, 650, 27_882)


def test_the_rubric_asks_for_the_numbers_of_the_table() -> None:
    read = rubric.load(ROOT / "rubrics" / "parameter-count.yaml")
    asked = {one.id: one.params.get("equals") for one in read.criteria if "equals" in one.params}
    assert asked == {
        "mlp_512": 407_050,
        "pooled_flat": 10_816,
        "pooled_total": 163_055,
        "flatten_params": 0,
        "shrink": 0.75,
        "kilobytes": 879.04,
        "build_total": 8_954,
    }
