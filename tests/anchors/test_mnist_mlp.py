"""Hand-computed anchors of `mnist-mlp`: dense networks, the gap of the classic run, targets, measured results."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course import rubric
from grader.models import keras_file
from grader.models.arithmetic import dense_params
from grader.records import Accuracy, Measured
from grader.scoring import checks
from grader.scoring.checks.training import credit_at
from tests.support.facts import evidence, facts, mlp
from tests.support.model_files import dense, sequential

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "mnist-mlp.yaml")
CRITERIA = {criterion.id: criterion for criterion in RUBRIC.criteria}


@pytest.mark.parametrize(
    ("units", "params", "total"),
    [
        ([512, 10], [401_920, 5_130], 407_050),
        ([784, 10], [615_440, 7_850], 623_290),
        ([32, 64, 10], [25_120, 2_112, 650], 27_882),
    ],
)
def test_dense_networks_on_784_pixels_have_these_parameters(units: list[int], params: list[int], total: int) -> None:
    model = keras_file.read_config(sequential((784,), *(dense(count) for count in units)))
    assert [row.params for row in model.layers if row.params] == params
    assert model.total_params == total
    assert [dense_params(*pair).value for pair in zip([784, *units], units, strict=False)] == params


def test_the_gap_of_the_classic_run_is_0_95_points() -> None:
    """98.87 % on the training images, 97.92 % on the test images."""
    seen = Measured(test=Accuracy(correct=9_792, n=10_000), train=Accuracy(correct=9_887, n=10_000))
    for typed, credit in ((0.95, 1), ("0,95", 1), (1.2, 1), (3.5, 0), (12.5, 0)):
        given = evidence(mlp(), about=facts(mlp(), answers={"gap": typed}), measured=seen)
        assert checks.judge("number", given, CRITERIA["gap"].params).credit == credit, typed
    assert CRITERIA["gap_means"].params["correct"] == "b"


@pytest.mark.parametrize(
    ("correct", "credit"),
    [(9_000, 0), (9_250, 0.25), (9_457, 0.457), (9_458, 0.5), (9_600, 0.75), (9_666, 0.915), (9_667, 1), (9_792, 1)],
)
def test_accuracy_earns_half_from_94_58_and_everything_from_96_67(correct: int, credit: float) -> None:
    knots = CRITERIA["accuracy"].params["knots"]
    assert credit_at(Accuracy(correct=correct, n=10_000), knots) == pytest.approx(credit)


def test_a_network_of_another_kind_keeps_40_percent_of_the_accuracy_points() -> None:
    assert (CRITERIA["accuracy"].needs, CRITERIA["accuracy"].when_unmet) == (("dense",), 0.4)


def test_the_reference_was_measured_above_97_5_percent() -> None:
    page = (ROOT / "reference" / "RESULTS.md").read_text("utf-8").partition("## mnist-mlp\n")[2].partition("## ")[0]
    reached = [float(value) for value in re.findall(r"^\| [a-z0-9 ]+ \| \d+ \| ([\d.]+) % \|", page, re.MULTILINE)]
    assert len(reached) >= 3
    assert min(reached) >= 97.5
