"""Which accuracies a student may honestly have seen, and what the card says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.course.rubric import parse
from grader.records import (
    EvaluationFacts,
    EventFacts,
    Evidence,
    FitFacts,
    Judgement,
    ModelFacts,
    OwnImages,
    Prediction,
    QueryFacts,
    message,
)
from grader.scoring import checks
from grader.scoring.accuracy import own_images
from grader.scoring.checks import experiments, figures, numeric
from tests.support.facts import evidence, facts, measured, mlp, say

N = 10_000
MEASURED = measured(9000, 9000)


def recognised(n: int, share: float) -> Any:
    """(n,) truth values of which so many, evenly spread, are true."""
    return (np.arange(n) * 7919 % n) < share * n


GIVEN = OwnImages(train=recognised(6 * N, 0.99), test=recognised(N, 0.96))


def evaluation(rows: int, accuracy: float, part: Any = "") -> EvaluationFacts:
    return EvaluationFacts(rows=rows, metrics={"accuracy": accuracy}, part=part)


def gap(typed: object, one: ModelFacts, *, given: OwnImages | None = None, **changes: Any) -> Judgement:
    about = facts(one, answers={"gap": typed}, given={} if given is None else {0: given}, **changes)
    return numeric.number(
        evidence(one, about=about, measured=MEASURED), answer="gap", equals_measured="accuracy_gap", abs=0.1
    )


def test_the_card_says_in_two_decimals_which_figures_gave_the_gap() -> None:
    one = mlp(evaluations=(evaluation(6 * N, 0.9887), evaluation(N, 0.9797)))
    judged = gap(0.8999999761581421, one)
    assert judged.credit == 1
    assert say(judged) == (
        "Right: 98.87 % in training (evaluate on 60 000 images) minus 97.97 % in test (evaluate on 10 000 images)"
        " is 0.90 points."
    )
    assert "98,87 % en entrenamiento (evaluate con 60 000 imágenes)" in say(judged, "es")
    assert "son 0,90 puntos" in say(judged, "es")
    assert judged.actual == message("checks.points", value=0.8999999761581421)
    assert judged.expected == message("checks.points", value=pytest.approx(0.9))
    share = gap(0.009, one)
    assert share.credit == 1
    assert share.actual == message("checks.points_of_share", value=pytest.approx(0.9), typed=0.009)


def test_the_nearest_figure_is_told() -> None:
    fit = FitFacts(
        epochs_asked=1, epochs_done=1, history={"accuracy": (0.9882,), "val_accuracy": (0.98,)}, validated_on_test=True
    )
    one = mlp(fits=(fit,), evaluations=(evaluation(6 * N, 0.9887), evaluation(N, 0.9797)))
    told = gap(0.82, one).why.values
    assert (told["train_source"]["key"], told["test_source"]["key"]) == (
        "checks.from_history",
        "checks.from_val_history",
    )
    assert gap(0.9, one).why.values["test_source"]["key"] == "checks.from_evaluate"


@pytest.mark.parametrize(
    ("evaluations", "typed", "credit"),
    [
        ([evaluation(N, 0.99, "train"), evaluation(9984, 0.96, "test")], 3.0, 1),
        ([evaluation(N, 0.99, "train"), evaluation(9984, 0.96, "test")], -3.0, 0),
        ([evaluation(5000, 0.99), evaluation(2000, 0.96)], 3.0, 1),
        ([evaluation(6 * N, 0.99, "train"), evaluation(6 * N, 0.94, "train")], 5.0, 0),
        ([evaluation(N, 0.99, "test"), evaluation(N, 0.94, "test")], 5.0, 0),
    ],
)
def test_evaluations_of_parts_are_told_apart_by_their_labels(evaluations: Any, typed: float, credit: float) -> None:
    assert gap(typed, mlp(evaluations=tuple(evaluations))).credit == credit


@pytest.mark.parametrize(
    ("copy", "events", "credit"),
    [
        ({"sha256": "same"}, (), 1),
        (
            {},
            (
                EventFacts(kind="save", model=0, path="a/../net.keras"),
                EventFacts(kind="load", model=1, path="net.keras"),
            ),
            1,
        ),
        ({}, (EventFacts(kind="save", model=0, path="net.keras"), EventFacts(kind="load", model=1, path="x.keras")), 0),
        ({}, (), 0),
        ({"sha256": "same", "fits": (FitFacts(epochs_asked=1, epochs_done=1),)}, (), 0),
    ],
)
def test_a_copy_of_the_model_tells_of_it(copy: Any, events: Any, credit: float) -> None:
    told = {"evaluations": (evaluation(6 * N, 0.99), evaluation(N, 0.95)), "fits": (), **copy}
    one = mlp(sha256="same")
    assert gap(4.0, one, recorded=(one, mlp(1, **told)), events=events).credit == credit


def test_without_a_fitting_record_our_own_look_at_the_notebooks_images_decides() -> None:
    one = mlp()
    assert gap(3.0, one).credit == 0
    judged = gap(3.0, one, given=GIVEN)
    assert judged.credit == 1
    assert "99.00 % in training (measured on 60 000 of your training images)" in say(judged)
    assert "96,00 % en prueba (medido en 10 000 de tus imágenes de prueba)" in say(judged, "es")
    assert gap(3.5, one, given=GIVEN).credit == 0


def test_of_parts_that_predict_was_given_the_first_and_the_last_rows_are_looked_at() -> None:
    half = np.arange(2000) % 2 == 0
    for test in (np.concatenate([half, np.ones(8000, bool)]), np.concatenate([np.ones(8000, bool), half])):
        given = OwnImages(train=np.ones(6 * N, bool), test=test)
        assert gap(50.0, mlp(), given=given).credit == 0
        assert gap(50.0, mlp(queries=(QueryFacts(rows=2000),)), given=given).credit == 1
        assert gap(50.0, mlp(queries=(QueryFacts(rows=20),)), given=given).credit == 0


def test_an_own_accuracy_counts_by_the_same_figures() -> None:
    one = mlp(evaluations=(evaluation(N, 0.9797),))
    about = facts(one, answers={"q": 0.9797000288963318})
    judged = numeric.number(evidence(one, about=about, measured=MEASURED), answer="q", equals_measured="test_accuracy")
    assert judged.credit == 0  # no tolerance was given
    judged = numeric.number(
        evidence(one, about=about, measured=MEASURED), answer="q", equals_measured="test_accuracy", abs=0.001
    )
    assert (judged.credit, say(judged)) == (1, "Right: 97.97 % (evaluate on 10 000 images).")
    assert "Correcto: 97,97 %" in say(judged, "es")


# ---------------------------------------------------------------- when we look ourselves


RUBRIC = parse(
    b"""
exercise: made-up
title: {es: "x", en: "x"}
data: mnist
criteria:
  - {id: gap, points: 1, check: number, answer: gap, equals_measured: accuracy_gap, abs: 0.1, title: {es: x, en: x}}
  - {id: table, points: 1, check: real_runs, answer: results, min_rows: 1, title: {es: x, en: x}}
""",
    "made-up.yaml",
)


@pytest.mark.parametrize(("typed", "numbers"), [(3.0, (0,)), (0.1, ()), ("much", ()), (None, ())])
def test_a_model_is_looked_at_when_no_figure_fits_what_was_typed(typed: object, numbers: tuple[int, ...]) -> None:
    one = mlp(evaluations=(evaluation(6 * N, 0.99), evaluation(N, 0.989)))
    about = facts(one, answers={"gap": typed} if typed is not None else {}, recorded=(one,))
    assert checks.unexplained(RUBRIC, about, {0: MEASURED}) == numbers
    assert checks.unexplained(RUBRIC, about, {}) == ()


def test_a_model_is_looked_at_when_only_chance_explains_what_was_typed() -> None:
    one = mlp(queries=(QueryFacts(rows=N),))
    about = facts(one, answers={"gap": 0.2}, recorded=(one,))  # ours is 0, give or take 0.6
    assert checks.unexplained(RUBRIC, about, {0: MEASURED}) == (0,)


def test_rows_of_a_table_that_no_record_backs_are_looked_at_and_count() -> None:
    one = mlp()
    about = facts(
        one, answers={"results": [["base", 0.99, 0.96]]}, recorded=(one,), predictions={0: Prediction(transform=None)}
    )
    assert checks.unexplained(RUBRIC, about, {0: MEASURED}) == (0,)
    assert experiments.real_runs(evidence(one, about=about), answer="results", min_rows=1).credit is None
    looked = replace(about, given={0: GIVEN})
    assert experiments.real_runs(evidence(one, about=looked), answer="results", min_rows=1).credit == 1
    assert checks.unexplained(RUBRIC, looked, {0: MEASURED}) == ()


def test_our_look_joins_the_first_training_images_and_the_others() -> None:
    outputs = np.eye(10, dtype=np.float32)
    labels = np.arange(10)
    known = Prediction(transform=None, train=outputs[:4])
    more = Prediction(transform=None, train=outputs[4:][::-1], test=outputs)
    found = own_images(known, more, labels, np.roll(labels, 1))
    assert found is not None
    assert found.train.tolist() == [True] * 4 + [False] * 6
    assert not found.test.any()
    assert own_images(known, Prediction(transform=None), labels, labels) is None
    narrow = Prediction(transform=None, train=outputs[4:, :3], test=outputs[:, :3])
    assert own_images(Prediction(transform=None, train=outputs[:4, :3]), narrow, labels, labels) is None


def test_figures_need_no_training_part() -> None:
    one = mlp()
    found = figures.figures(Evidence(facts=facts(one), model=one), one, replace(MEASURED, train=None))
    assert [each.source.key for each in found.test] == ["checks.from_our_test"]
    assert found.train == ()
