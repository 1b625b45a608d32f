"""What a card tells of a reference beside its points: a cell that fails and a known mistake are findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import data
from grader.course import course, rubric
from grader.records import DiagnosisText, FailedCellText, Provenance, Scorecard, Text, Verdict, message
from grader.validation import judging
from grader.validation.cases import cases, prepared
from grader.validation.values import Case
from tests.support import tiny_course


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    root: Path = tiny_course.write(tmp_path_factory.mktemp("course"))
    nothing, labels = np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8)
    digits = data.DataSet(
        name="digits",
        label=message("words.test"),
        sha256="0" * 64,
        whole_sha256="0" * 64,
        x_train=nothing,
        y_train=labels,
        x_test=nothing,
        y_test=labels,
    )
    exercise = prepared(rubric.load(root / "rubrics" / "tiny.yaml"), course.find(root), digits)
    return {one.name: one for one in cases(exercise, seeds=2)[0]}


def said(sentence: str) -> Text:
    return Text(key="k", values={}, en=sentence, es=f"{sentence} (es)")


CARD = Scorecard(
    student="x", slug="x", exercise="tiny", status="ok", points=0, unjudged=0, max_points=1, review=(), notices=(),
    verdicts=(Verdict(criterion="runs", state="full", points=1, max_points=1, credit=1, why=said("It runs.")),),
    failed=(), model=None,
    provenance=Provenance(
        submission="", rubric="", data="digits", data_sha256="", versions={}, seed=0, isolation="", seconds=1.5
    ),
)  # fmt: skip
TWICE = DiagnosisText(id="trained_twice", cause=said("It was trained twice."), cure=said("Build it anew."))
STRIDE = DiagnosisText(id="third_number", cause=said("It is the stride."), cure=said("Write a pair."), cell=4)
CRASH = FailedCellText(cell=7, kind="error", error="KeyError", text="'val_acc'", line="h['val_acc']")
ENDLESS = FailedCellText(cell=8, kind="timeout", error="", text="", line="")


def test_a_reference_of_which_nothing_is_told_is_as_it_must_be(planned: dict[str, Case]) -> None:
    assert judging.finding(planned["reference"], CARD).problems == ()


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"diagnoses": (TWICE,)}, ("the card tells of a known mistake (trained_twice): It was trained twice.",)),
        (
            {"diagnoses": (STRIDE, TWICE)},
            (
                "the card tells of a known mistake (third_number in code cell 4): It is the stride.",
                "the card tells of a known mistake (trained_twice): It was trained twice.",
            ),
        ),
        ({"failed": (CRASH,)}, ("code cell 7 fails: KeyError: 'val_acc'",)),
        ({"failed": (ENDLESS,)}, ("code cell 8 fails: timeout",)),
    ],
)
def test_a_false_alarm_and_a_failed_cell_of_the_reference_are_findings(
    planned: dict[str, Case], changes: dict[str, tuple[object, ...]], problems: tuple[str, ...]
) -> None:
    card = replace(CARD, **changes)  # type: ignore[arg-type]
    assert judging.finding(planned["reference"], card).problems == problems


@pytest.mark.parametrize("name", ["untouched handout", "crash-at-the-end"])
def test_a_handout_and_a_mutant_may_fail_and_show_mistakes(planned: dict[str, Case], name: str) -> None:
    told = replace(CARD, diagnoses=(TWICE,), failed=(CRASH,))
    assert judging.finding(planned[name], told).problems == judging.finding(planned[name], CARD).problems
