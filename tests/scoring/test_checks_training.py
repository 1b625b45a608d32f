"""Checks on the run, on compiling and training, and on what a model reaches."""

from __future__ import annotations

import pytest
from hypothesis import given

from grader.records import Accuracy, CompileFacts, FailedCell, FitFacts, Judgement, Measured, message
from grader.scoring.checks import running, training
from tests.support.facts import accuracies, crashed, evidence, facts, knots, measured, mlp, model, say

KNOTS = {0.90: 0.0, 0.95: 0.5, 0.97: 1.0}


def test_a_run_to_the_end_earns_its_point() -> None:
    judged = running.runs_to_the_end(evidence(mlp()))
    assert judged.credit == 1
    assert say(judged).startswith("Everything ran")


def test_a_failed_cell_is_named() -> None:
    judged = running.runs_to_the_end(evidence(about=crashed()))
    assert judged.credit == 0
    assert "cell 7 ended in NameError" in say(judged)
    two = tuple(FailedCell(cell=cell, kind="error", error="NameError") for cell in (7, 9))
    judged = running.runs_to_the_end(evidence(about=facts(ended="error", failed=two)))
    assert "1 more went wrong" in say(judged)


@pytest.mark.parametrize("ended", ["timeout", "memory", "output", "exit", "error"])
def test_a_run_that_ended_early_does_not_reach_the_end(ended: str) -> None:
    judged = running.runs_to_the_end(evidence(about=facts(ended=ended)))
    assert judged.credit == 0
    assert "does not run to its end" in say(judged)


def test_time_is_measured_from_outside() -> None:
    judged = running.ran_within(evidence(mlp()), seconds=60)
    assert judged.credit == 1
    assert "42 s" in say(judged)
    slow = running.ran_within(evidence(mlp()), seconds=30)
    assert slow.credit == 0
    assert "30 s were allowed" in say(slow)
    assert running.ran_within(evidence(about=facts(ended="timeout", seconds=1.0)), seconds=30).credit == 0


def test_a_person_marks_a_manual_criterion() -> None:
    judged = running.manual(evidence())
    assert judged.credit is None
    assert "A person marks" in say(judged)


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("CategoricalCrossentropy", "categorical_crossentropy"),
        ("RMSprop", "rmsprop"),
        ("acc", "accuracy"),
        ("SparseCategoricalAccuracy", "accuracy"),
        ("mse", "MeanSquaredError"),
        ("Adam", "adam"),
        ("kld", "kl_divergence"),
    ],
)
def test_names_of_keras_are_equal_in_every_form(name: str, alias: str) -> None:
    assert training.same_name(name) == training.same_name(alias)


def test_what_it_was_compiled_with_shares_the_credit() -> None:
    one = evidence(mlp())
    right = training.compiled_with(
        one, loss=["categorical_crossentropy"], optimizer=["rmsprop", "adam"], metrics=["acc"]
    )
    assert right.credit == 1
    assert "as asked" in say(right)
    wrong = training.compiled_with(one, loss=["mse"], optimizer=["rmsprop"], metrics=["auc"])
    assert wrong.credit == pytest.approx(1 / 3)
    assert "loss = CategoricalCrossentropy" in say(wrong)
    assert "función de pérdida = CategoricalCrossentropy" in say(wrong, "es")


def test_a_model_that_was_never_compiled_loses_that_criterion() -> None:
    judged = training.compiled_with(evidence(mlp(compiled=None)), loss=["mse"])
    assert judged.credit == 0
    assert "never compiled" in say(judged)
    assert training.compiled_with(evidence(mlp(compiled=CompileFacts())), optimizer=["adam"]).credit == 0


def test_a_model_whose_compile_line_was_not_reached_is_not_told_to_be_never_compiled() -> None:
    one = mlp(compiled=None)
    judged = training.compiled_with(evidence(one, about=facts(one, missed_compile=3)), loss=["mse"])
    assert judged.credit == 0
    assert say(judged) == "The model is not compiled, because code cell 3 failed."
    assert say(judged, "es") == "El modelo está sin compilar, porque falló la celda de código 3."


@pytest.mark.parametrize(
    ("correct", "credit"),
    [(8900, 0.0), (9250, 0.25), (9500, 0.5), (9600, 0.75), (9666, 0.915), (9667, 1.0), (9700, 1.0), (9900, 1.0)],
)
def test_credit_is_linear_between_knots_and_a_knot_counts_from_its_interval(correct: int, credit: float) -> None:
    assert training.credit_at(Accuracy(correct=correct, n=10000), KNOTS) == pytest.approx(credit)


def test_the_course_thresholds_are_those_of_the_handout() -> None:
    """97 % counts from 96.67, 99 % from 98.81, on 10 000 images."""
    for goal, least in ((0.97, 9667), (0.99, 9881)):
        assert training.credit_at(Accuracy(correct=least, n=10000), {0.5: 0, goal: 1}) == 1
        assert training.credit_at(Accuracy(correct=least - 2, n=10000), {0.5: 0, goal: 1}) < 1


@given(accuracies, accuracies, knots)
def test_a_better_accuracy_never_earns_less(one: Accuracy, other: Accuracy, curve: dict[float, float]) -> None:
    low, high = sorted((one, other), key=lambda accuracy: accuracy.correct)
    least, most = training.credit_at(low, curve), training.credit_at(high, curve)
    assert 0 <= least <= most + 1e-12
    assert most <= max(curve.values())


def test_the_accuracy_is_shown_with_its_interval() -> None:
    judged = training.test_accuracy(evidence(mlp(), measured=measured(9742)), knots=KNOTS)
    assert judged.credit == 1
    assert "97.42 % of 10 000" in say(judged)
    assert "97,42 %" in say(judged, "es")


def test_the_median_of_several_runs_is_named_as_such() -> None:
    seeds = tuple(Accuracy(correct=c, n=10000) for c in (9650, 9680, 9700))
    several = Measured(test=seeds[1], seeds=seeds)
    assert "median of 3 runs" in say(training.test_accuracy(evidence(mlp(), measured=several), knots=KNOTS))


def test_an_accuracy_that_we_could_not_measure_is_unjudged() -> None:
    assert training.test_accuracy(evidence(mlp()), knots=KNOTS).credit is None
    ours = Measured(problem=message("scoring.no_outputs"), ours=True)
    judged = training.test_accuracy(evidence(mlp(), measured=ours), knots=KNOTS)
    assert judged.credit is None
    assert "predictions are not there" in say(judged)
    assert "could not be measured" in say(training.test_accuracy(evidence(mlp(), measured=Measured()), knots=KNOTS))


def test_a_described_model_has_no_accuracy() -> None:
    why = message("measuring.not_saved", model="Net", reason="raw operations")
    judged = training.test_accuracy(evidence(mlp(source="claim", refusal=why)), knots=KNOTS)
    assert judged.credit is None
    assert "raw operations" in say(judged)


def test_a_model_that_cannot_name_ten_classes_loses_the_accuracy() -> None:
    own = Measured(problem=message("scoring.too_few_outputs", values=1, classes=10), ours=False)
    judged = training.test_accuracy(evidence(mlp(), measured=own), knots=KNOTS)
    assert judged.credit == 0
    assert "needs 10, one for each" in say(judged)


def test_the_gap_is_measured_and_chance_forgiven() -> None:
    small = training.accuracy_gap(evidence(mlp(), measured=measured(9792, 9887)), max=0.02)
    assert small.credit == 1
    assert "0.95 points" in say(small)
    assert training.accuracy_gap(evidence(mlp(), measured=measured(9700, 9910)), max=0.02).credit == 1
    large = training.accuracy_gap(evidence(mlp(), measured=measured(9300, 9990)), max=0.02)
    assert large.credit == 0
    assert "too large" in say(large)
    without_train = Measured(test=Accuracy(correct=9700, n=10000))
    assert training.accuracy_gap(evidence(mlp(), measured=without_train), max=0.02).credit is None


def fitted(*rows: int | None):
    return model(fits=tuple(FitFacts(epochs_asked=1, epochs_done=1, distinct_rows=count) for count in rows))


@pytest.mark.parametrize(
    ("rows", "credit", "says"),
    [
        ((60000,), 1, "60 000 different images"),
        ((1000,), 0, "only 1 000"),
        ((None,), None, "not known"),
        ((30000, 30000), None, "several parts"),
        ((1000, 60000), 1, "60 000"),
    ],
)
def test_the_images_seen_in_training_are_counted(rows, credit, says) -> None:
    judged = training.uses_data(evidence(fitted(*rows)), min_rows=48000)
    assert judged.credit == credit
    assert says in say(judged)


def test_a_loss_of_ones_own_counts_as_the_one_that_it_is_in_effect() -> None:
    for like, credit in (("categorical_crossentropy", 1), ("mean_squared_error", 0), ("", 0)):
        one = model(compiled=CompileFacts(loss="my_loss", loss_like=like))
        assert training.compiled_with(evidence(one), loss=["categorical_crossentropy"]).credit == credit


def test_images_of_the_test_set_in_a_training_cost_it() -> None:
    def of(test_rows: int | None, rows: int = 70_000) -> Judgement:
        fits = (FitFacts(epochs_asked=1, epochs_done=1, distinct_rows=rows, test_rows=test_rows),)
        return training.uses_data(evidence(model(fits=fits)), min_rows=48000)

    both = of(10_000)
    assert (both.credit, "10 000 of the images" in say(both)) == (0, True)
    assert "del conjunto de prueba" in say(both, "es")
    assert of(10_000, rows=10_000).why.key == "checks.trained_on_test"
    assert [of(rows).credit for rows in (None, 0, 12, 101)] == [1, 1, 1, 0]  # a dozen look alike by chance


def test_a_model_that_was_never_trained_saw_no_data() -> None:
    judged = training.uses_data(evidence(fitted()), min_rows=48000)
    assert judged.credit == 0
    assert "never trained" in say(judged)
    about = crashed(fitted())
    judged = training.uses_data(evidence(fitted(), about=about), min_rows=48000)
    assert "cell 7 ended in NameError before the first epoch" in say(judged)
