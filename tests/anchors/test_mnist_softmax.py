"""Hand-computed anchors of `mnist-softmax`: 7 850 parameters, targets, what the reference was measured to reach."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course import rubric
from grader.models import keras_file
from grader.models.arithmetic import dense_params
from grader.records import Accuracy
from grader.scoring.checks.training import credit_at
from tests.support.model_files import dense, flatten, sequential

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "mnist-softmax.yaml")
PARAMS = {criterion.id: criterion.params for criterion in RUBRIC.criteria}


@pytest.mark.parametrize(
    "network", [sequential((784,), dense(10, "softmax")), sequential((28, 28), flatten(), dense(10, "softmax"))]
)
def test_ten_units_on_784_pixels_have_7_850_parameters(network: dict) -> None:
    model = keras_file.read_config(network)
    assert [row.params for row in model.layers if row.params] == [7_850]
    assert model.total_params == 7_850
    assert model.outputs == ((10,),)
    assert dense_params(784, 10).value == 7_850


def test_the_rubric_asks_for_that_number_and_knows_the_ways_to_miss_it() -> None:
    assert PARAMS["size"]["equals"] == PARAMS["parameters"]["equals"] == 7_850
    wrong = {one["name"]: one["value"] for one in PARAMS["parameters"]["misconceptions"]}
    assert wrong["forgot-bias"] == 7_840
    assert wrong["one-unit-only"] == 785
    assert wrong["bias-per-weight"] == 15_680
    assert PARAMS["limit"]["correct"] == "c"


@pytest.mark.parametrize(("correct", "credit"), [(8_000, 0), (8_400, 0.5), (8_736, 0.92), (8_737, 1), (9_150, 1)])
def test_accuracy_earns_nothing_at_80_percent_and_everything_from_87_37(correct: int, credit: float) -> None:
    assert credit_at(Accuracy(correct=correct, n=10_000), PARAMS["accuracy"]["knots"]) == pytest.approx(credit)


def test_the_reference_was_measured_between_91_5_and_92_7_percent() -> None:
    page = (ROOT / "reference" / "RESULTS.md").read_text("utf-8").partition("## mnist-softmax\n")[2].partition("## ")[0]
    reached = [float(value) for value in re.findall(r"^\| [a-z0-9 ]+ \| \d+ \| ([\d.]+) % \|", page, re.MULTILINE)]
    assert len(reached) >= 3
    assert all(91.5 <= value <= 92.7 for value in reached)
