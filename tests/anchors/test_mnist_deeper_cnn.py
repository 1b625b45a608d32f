"""Hand-computed anchors of `mnist-deeper-cnn`: the specification of 59 933 parameters, layer by layer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course import rubric
from grader.models import keras_file
from grader.models.arithmetic import conv_output, conv_params, dense_params, flatten_output, pool_output
from grader.records import Accuracy
from grader.scoring.checks.training import credit_at
from tests.support.model_files import conv, dense, flatten, layer, pool, sequential

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "mnist-deeper-cnn.yaml")
PARAMS = {criterion.id: criterion.params for criterion in RUBRIC.criteria}
# Kind, output shape, parameters.
ROWS = (
    ("Conv2D", (24, 24, 30), 780),
    ("MaxPooling2D", (12, 12, 30), 0),
    ("Conv2D", (10, 10, 15), 4_065),
    ("MaxPooling2D", (5, 5, 15), 0),
    ("Dropout", (5, 5, 15), 0),
    ("Flatten", (375,), 0),
    ("Dense", (128,), 48_128),
    ("Dense", (50,), 6_450),
    ("Dense", (10,), 510),
)


def test_the_specification_has_these_shapes_and_59_933_parameters() -> None:
    network = sequential(
        (28, 28, 1), conv(30, 5), pool(), conv(15, 3), pool(), layer("Dropout", rate=0.2), flatten(),
        dense(128), dense(50), dense(10, "softmax"),
    )  # fmt: skip
    model = keras_file.read_config(network)
    rows = [(row.kind, row.output_shape, row.params) for row in model.layers if row.kind != "InputLayer"]
    assert rows == list(ROWS)
    assert model.total_params == 59_933 == 780 + 4_065 + 48_128 + 6_450 + 510


def test_our_arithmetic_agrees() -> None:
    sides = [conv_output(28, 5).value, pool_output(24, 2).value, conv_output(12, 3).value, pool_output(10, 2).value]
    assert sides == [24, 12, 10, 5]
    assert conv_params(1, (5, 5), 30).value == 780
    assert conv_params(30, (3, 3), 15).value == 4_065
    assert flatten_output((5, 5, 15)).value == 375
    assert [dense_params(*pair).value for pair in ((375, 128), (128, 50), (50, 10))] == [48_128, 6_450, 510]


def test_the_rubric_asks_for_this_network_and_no_other() -> None:
    asked = {line.id: (line.kind, dict(line.settings)) for line in RUBRIC.structure}
    assert asked == {
        "conv1": ("Conv2D", {"filters": 30, "kernel_size": 5, "padding": "valid", "strides": 1}),
        "pool1": ("MaxPooling2D|AveragePooling2D", {"pool_size": 2, "strides": 2}),
        "conv2": ("Conv2D", {"filters": 15, "kernel_size": 3, "padding": "valid", "strides": 1}),
        "pool2": ("MaxPooling2D|AveragePooling2D", {"pool_size": 2, "strides": 2}),
        "dropout": ("Dropout", {"rate": 0.2}),
        "flatten": ("Flatten", {}),
        "dense1": ("Dense", {"units": 128, "activation": "relu"}),
        "dense2": ("Dense", {"units": 50, "activation": "relu"}),
        "out": ("Dense", {"units": 10}),
    }
    assert PARAMS["optimizer"] == {"optimizer": ("adam",)}
    assert "categorical_crossentropy" in PARAMS["loss"]["loss"]
    assert PARAMS["metric"] == {"metrics": ("accuracy",)}


def test_the_typed_numbers_are_4_065_and_375() -> None:
    assert PARAMS["second_conv"]["equals"] == 4_065
    assert {one["value"] for one in PARAMS["second_conv"]["misconceptions"]} == {150, 4_050, 4_500, 1_365}
    assert PARAMS["flattened"]["equals"] == 375
    assert {one["value"] for one in PARAMS["flattened"]["misconceptions"]} == {25, 735, 1_500, 750}


@pytest.mark.parametrize(("correct", "credit"), [(9_500, 0), (9_773, 0.6), (9_880, 0.92), (9_881, 1), (9_930, 1)])
def test_accuracy_earns_everything_from_98_81(correct: int, credit: float) -> None:
    assert PARAMS["accuracy"]["knots"] == {0.95: 0, 0.98: 0.6, 0.99: 1}
    assert credit_at(Accuracy(correct=correct, n=10_000), PARAMS["accuracy"]["knots"]) == pytest.approx(credit)


def test_the_reference_was_measured_safely_above_98_81_percent_on_every_seed() -> None:
    page = (ROOT / "reference" / "RESULTS.md").read_text("utf-8")
    own = page.partition("## mnist-deeper-cnn\n")[2].partition("## ")[0]
    reached = [float(value) for value in re.findall(r"^\| [a-z0-9 ]+ \| \d+ \| ([\d.]+) % \|", own, re.MULTILINE)]
    assert len(reached) >= 3
    assert min(reached) >= 99.1
