"""An accuracy counts when something in the run can have given it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import EvaluationFacts, Evidence, FitFacts, Judgement, ModelFacts, QueryFacts
from grader.scoring.checks import numeric
from tests.support.facts import crashed, evidence, facts, measured, mlp, say

FIT = FitFacts(epochs_asked=4, epochs_done=4, rows=60_000, history={"accuracy": (0.95, 0.9887)})
ON_TEST = EvaluationFacts(rows=10_000, metrics={"loss": 0.05, "accuracy": 0.99})


def gap_of(*models: ModelFacts, typed: object = 0.95, correct: int = 9792, train: int = 9887, **changes: Any) -> Any:
    about = facts(models[0], recorded=models, answers={"gap": typed}, **changes)
    return judged(evidence(models[0], about=about, measured=measured(correct, train)))


def judged(about: Evidence) -> Judgement:
    return numeric.number(about, answer="gap", equals_measured="accuracy_gap", abs=0.3)


def network(*fits: FitFacts, number: int = 0, **changes: Any) -> ModelFacts:
    return mlp(number, **{"fits": fits, "queries": (), **changes})


def test_a_gap_that_nothing_measured_is_not_the_networks_own() -> None:
    invented = gap_of(network(FIT))
    assert (invented.credit, "no evaluate, no predict" in say(invented)) == (0, True)
    assert "ni evaluate ni predict" in say(invented, "es")


@pytest.mark.parametrize(
    "models",
    [
        (network(FIT, evaluations=(ON_TEST,)),),
        (network(FIT, queries=(QueryFacts(rows=500),)),),
        (network(FIT), network(number=1, queries=(QueryFacts(rows=None),))),  # a copy, loaded again
        (network(FitFacts(epochs_asked=1, epochs_done=1, history={"accuracy": (0.9,), "val_accuracy": (0.9,)})),),
        (network(FitFacts(epochs_asked=1, epochs_done=1, callbacks=("EarlyStopping", "MeasuresEachEpoch"))),),
    ],
)
def test_whatever_may_have_measured_it_is_enough(models: tuple[ModelFacts, ...]) -> None:
    assert gap_of(*models).credit == 1


def test_callbacks_of_keras_measure_nothing() -> None:
    assert gap_of(network(FitFacts(epochs_asked=1, epochs_done=1, callbacks=("EarlyStopping",)))).credit == 0


def test_a_loop_of_the_notebooks_own_is_not_seen_and_left_alone() -> None:
    assert gap_of(network(how="build"), own_loop=True).credit == 1


def test_a_network_that_guesses_has_no_gap_worth_a_point() -> None:
    """0.0 is near the gap of a network that was never trained."""
    guessing = gap_of(network(how="evaluate", evaluations=(ON_TEST,)), typed=0.0, correct=980, train=985)
    assert (guessing.credit, "never trained" in say(guessing)) == (0, True)
    brought = gap_of(network(how="evaluate", evaluations=(ON_TEST,)))
    assert brought.credit == 1  # weights from elsewhere ask for a person, and cost nothing


def test_a_cell_that_failed_is_told_as_what_may_be_at_fault() -> None:
    one = network(FIT)
    about = crashed(one, recorded=(one,), answers={"gap": 0.95})
    failed = judged(evidence(one, about=about, measured=measured(9792, 9887)))
    assert (failed.credit, "cell 7 ended in NameError" in say(failed)) == (0, True)


def test_of_a_network_trained_on_the_test_images_only_its_own_figures_count() -> None:
    """What it makes of images that it never saw, it cannot know."""
    both = FitFacts(epochs_asked=4, epochs_done=4, rows=70_000, test_rows=10_000, history={"accuracy": (0.95, 0.9887)})
    one = network(both, evaluations=(ON_TEST,))
    assert gap_of(one, typed=0.95).credit == 0
    assert gap_of(one, typed=-0.13).credit == 1  # 98.87 - 99.00
    assert gap_of(network(FIT, evaluations=(ON_TEST,)), typed=0.95).credit == 1
