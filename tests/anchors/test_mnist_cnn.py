"""Hand-computed anchors of `mnist-cnn`: shapes, parameters, targets, and what the reference was measured to reach."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from grader.course import rubric
from grader.models import keras_file
from grader.models.arithmetic import conv_output, conv_params, flatten_output, pool_output
from grader.records import Accuracy
from grader.scoring.checks.training import credit_at
from tests.support.model_files import conv, dense, flatten, layer, pool, sequential

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "mnist-cnn.yaml")
CRITERIA = {criterion.id: criterion for criterion in RUBRIC.criteria}
IMAGE = (28, 28, 1)

# Layers, parameters of those that have some, length of the flattened vector, total.
NETWORKS: dict[str, tuple[list[dict[str, Any]], list[int], int, int]] = {
    "one convolution": ([conv(64, 3), flatten(), dense(10)], [640, 432_650], 43_264, 433_290),
    "and a dense layer": ([conv(64, 3), flatten(), dense(15, "tanh"), dense(10)], [640, 648_975, 160], 43_264, 649_775),
    "and a pooling": (
        [conv(64, 3), pool(), flatten(), dense(15), dense(10)],
        [640, 162_255, 160], 10_816, 163_055,
    ),
    "32 and 16 filters": (
        [conv(32, 3), pool(), conv(16, 3), pool(), flatten(), dense(10)],
        [320, 4_624, 4_010], 400, 8_954,
    ),
    "32 and 64 filters": (
        [conv(32, 3), pool(), conv(64, 3), pool(), flatten(), dense(128), dense(10)],
        [320, 18_496, 204_928, 1_290], 1_600, 225_034,
    ),
    "the simple variant": (
        [conv(32, 5), pool(), layer("Dropout", rate=0.2), flatten(), dense(128), dense(10)],
        [832, 589_952, 1_290], 4_608, 592_074,
    ),
}  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS)
def test_convolutional_networks_have_these_parameters(network: str) -> None:
    layers, params, flat, total = NETWORKS[network]
    model = keras_file.read_config(sequential(IMAGE, *layers))
    assert [row.params for row in model.layers if row.params] == params
    assert [row.output_shape for row in model.layers if row.kind == "Flatten"] == [(flat,)]
    assert model.total_params == total


def test_the_maps_shrink_from_28_to_26_13_11_and_5() -> None:
    layers, *_ = NETWORKS["32 and 64 filters"]
    model = keras_file.read_config(sequential(IMAGE, *layers))
    shapes = [row.output_shape for row in model.layers if len(row.output_shape) == 3 and row.kind != "InputLayer"]
    assert shapes == [(26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64)]
    assert [conv_output(28, 3).value, pool_output(26, 2).value, conv_output(13, 3).value, pool_output(11, 2).value] == [
        26,
        13,
        11,
        5,
    ]
    assert conv_params(1, (3, 3), 32).value == 320
    assert conv_params(32, (3, 3), 16).value == 4_624


def test_dropout_leaves_the_225_034_parameters_of_the_reference_alone() -> None:
    layers, *_ = NETWORKS["32 and 64 filters"]
    dropped = [*layers[:5], layer("Dropout", rate=0.5), layers[5], layer("Dropout", "second", rate=0.25), layers[6]]
    assert keras_file.read_config(sequential(IMAGE, *dropped)).total_params == 225_034
    assert 225_034 * 4 / 1024 == pytest.approx(879.04, abs=0.005)


def test_pooling_takes_three_quarters_of_the_flattened_vector() -> None:
    assert flatten_output((26, 26, 64)).value == 43_264
    assert flatten_output((13, 13, 64)).value == 10_816 == 43_264 - 43_264 * 75 // 100
    asked = CRITERIA["flattened"].params
    assert asked["equals"] == 10_816
    assert {one["value"] for one in asked["misconceptions"]} == {21_632, 169, 43_264, 12_544}
    assert CRITERIA["few_weights"].params["correct"] == "d"


@pytest.mark.parametrize(
    ("correct", "credit"), [(9_500, 0), (9_650, 0.3), (9_773, 0.6), (9_850, 0.8), (9_880, 0.92), (9_881, 1), (9_930, 1)]
)
def test_accuracy_earns_60_percent_from_97_73_and_everything_from_98_81(correct: int, credit: float) -> None:
    knots = CRITERIA["accuracy"].params["knots"]
    assert credit_at(Accuracy(correct=correct, n=10_000), knots) == pytest.approx(credit)
    assert (CRITERIA["accuracy"].needs, CRITERIA["accuracy"].when_unmet) == (("convolution",), 0.4)


def test_the_reference_was_measured_above_99_percent_on_every_seed() -> None:
    page = (ROOT / "reference" / "RESULTS.md").read_text("utf-8").partition("## mnist-cnn\n")[2].partition("## ")[0]
    reached = [float(value) for value in re.findall(r"^\| [a-z0-9 ]+ \| \d+ \| ([\d.]+) % \|", page, re.MULTILINE)]
    assert len(reached) >= 5
    assert min(reached) >= 99.0
