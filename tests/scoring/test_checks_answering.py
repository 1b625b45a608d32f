"""Checks on typed answers and exported arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import EvaluationFacts, ExportFacts, FitFacts, QueryFacts, message
from grader.scoring import answers, formula
from grader.scoring.checks import answering, arrays, numeric
from tests.support.facts import answered, crashed, evidence, facts, measured, mlp, say

SLIPS = (
    {"value": 7840.0, "name": "forgot-bias", "credit": 0.5, "hint": {"en": "The biases!", "es": "¡Los sesgos!"}},
    {"value": 785.0, "name": "one-unit-only"},
)


def test_a_right_number_earns_its_credit() -> None:
    for typed in (7850, "7.850", "7 850", [7, 850]):
        judged = numeric.number(answered(q1=typed), answer="q1", equals=7850)
        assert judged.credit == 1
        assert "right" in say(judged)


def test_a_wrong_number_is_shown() -> None:
    judged = numeric.number(answered(q1="7.851"), answer="q1", equals=7850)
    assert judged.credit == 0
    assert "7.851 is not the right number" in say(judged)
    assert "many" in say(numeric.number(answered(q1="many"), answer="q1", equals=7850))


def test_tolerances_are_relative_or_absolute() -> None:
    assert numeric.number(answered(q1=101), answer="q1", equals=100, rel=0.01).credit == 1
    assert numeric.number(answered(q1=102), answer="q1", equals=100, rel=0.01).credit == 0
    assert numeric.number(answered(q1=99.5), answer="q1", equals=100, abs=0.5).credit == 1
    assert numeric.number(answered(q1=0.3), answer="q1", equals=0.1 + 0.2).credit == 1


def test_a_share_is_right_as_a_percentage_too() -> None:
    for typed in (0.981, 98.1, "98,1 %"):
        assert numeric.number(answered(q1=typed), answer="q1", equals=0.981, share=True).credit == 1
    assert numeric.number(answered(q1=98.1), answer="q1", equals=0.981).credit == 0


def test_a_known_slip_gets_its_hint_in_both_languages() -> None:
    judged = numeric.number(answered(q1=7840), answer="q1", equals=7850, misconceptions=SLIPS)
    assert judged.credit == 0.5
    assert say(judged) == "The biases!"
    assert say(judged, "es") == "¡Los sesgos!"
    judged = numeric.number(answered(q1=785), answer="q1", equals=7850, misconceptions=SLIPS)
    assert judged.credit == 0
    assert "one-unit-only" in say(judged)


def test_an_answer_that_follows_from_an_own_earlier_one_keeps_its_credit() -> None:
    judged = numeric.number(answered(flat=400, q1=4010), answer="q1", equals=250, carry="flat * 10 + 10")
    assert judged.credit == 1
    assert "flat * 10 + 10 = 4 010" in say(judged)
    assert numeric.number(answered(flat=25, q1=4010), answer="q1", equals=99, carry="flat * 10 + 10").credit == 0
    assert numeric.number(answered(q1=4010), answer="q1", equals=99, carry="flat * 10 + 10").credit == 0


def test_the_students_own_variant_comes_before_the_common_value() -> None:
    about = evidence(about=facts(answers={"q1": 26}), key={"out": 26}, expected={"out": 99})
    assert numeric.number(about, answer="q1", from_key="out").credit == 1
    assert numeric.number(answered(q1=1), answer="q1", expected="gone").credit is None
    assert "not there" in say(numeric.number(answered(q1=1), answer="q1", expected="gone"))


def gap(typed: object, correct: int = 9792, train: int = 9887, history: float | None = None):
    series = {"accuracy": (0.9, history)} if history else {}
    one = mlp(fits=(FitFacts(epochs_asked=2, epochs_done=2, history=series),), queries=(QueryFacts(rows=10_000),))
    about = evidence(one, about=facts(one, answers={"gap": typed}), measured=measured(correct, train))
    return numeric.number(about, answer="gap", equals_measured="accuracy_gap", abs=0.3)


@pytest.mark.parametrize("typed", [0.95, "0,95", "0,95 %", 0.0095, 0.95 + 0.5, 0.95 - 0.5])
def test_the_own_gap_is_right_within_tolerance_and_interval(typed: object) -> None:
    judged = gap(typed)
    assert judged.credit == 1
    assert "Right: 98.87 % in training" in say(judged)
    assert "is 0.95 points" in say(judged)


def test_the_gap_by_the_notebooks_own_evaluations_is_right_as_well() -> None:
    own = (
        EvaluationFacts(rows=60_000, metrics={"loss": 0.1, "accuracy": 0.99}),
        EvaluationFacts(rows=10_000, metrics={"loss": 0.2, "compile_metrics": 0.96}),
    )
    one = mlp(evaluations=own)
    for typed, credit in ((3.0, 1), ("3,0 %", 1), (0.0, 0), (-3.0, 0)):
        about = evidence(one, about=facts(one, answers={"gap": typed}), measured=measured(9792, 9887))
        assert numeric.number(about, answer="gap", equals_measured="accuracy_gap", abs=0.3).credit == credit


@pytest.mark.parametrize("typed", [5, "5 %", -0.9, 0.05, 98])
def test_a_made_up_gap_is_wrong(typed: object) -> None:
    assert gap(typed).credit == 0


def test_the_gap_by_the_last_epoch_of_the_history_is_right_as_well() -> None:
    assert gap(2.08, history=None).credit == 0
    assert gap(2.08, history=1.0).credit == 1


@pytest.mark.parametrize(
    ("quantity", "typed"),
    [("test_accuracy", "97,9 %"), ("test_accuracy", 0.979), ("train_accuracy", 98.9), ("total_params", "407.050")],
)
def test_other_own_quantities_can_be_asked_for(quantity, typed) -> None:
    one = mlp(queries=(QueryFacts(rows=10_000),) if quantity == "test_accuracy" else ())
    about = evidence(one, about=facts(one, answers={"q": typed}), measured=measured(9792, 9887))
    judged = numeric.number(about, answer="q", equals_measured=quantity)
    assert judged.credit == 1
    say(judged)
    assert (
        numeric.number(
            evidence(one, about=facts(one, answers={"q": 1}), measured=measured()), answer="q", equals_measured=quantity
        ).credit
        == 0
    )


def test_without_a_measurement_the_own_quantity_is_unjudged_and_without_a_model_lost() -> None:
    one = mlp()
    unmeasured = evidence(one, about=facts(one, answers={"gap": 1}))
    assert numeric.number(unmeasured, answer="gap", equals_measured="accuracy_gap").credit is None
    gone = numeric.number(answered(gap=1), answer="gap", equals_measured="accuracy_gap")
    assert gone.credit == 0
    assert "No Keras model" in say(gone)
    claimed = mlp(source="claim", refusal=message("scoring.no_outputs"))
    about = evidence(claimed, about=facts(claimed, answers={"q": 1}))
    assert numeric.number(about, answer="q", equals_measured="total_params").credit is None


@pytest.mark.parametrize("typed", [None, "", "...", [], {}])
def test_an_answer_that_is_missing_or_still_a_blank_is_lost_with_the_reason(typed: object) -> None:
    judged = numeric.number(answered(q1=typed), answer="q1", equals=1)
    assert judged.credit == 0
    assert ("answer q1 is empty" if typed in ([], {}) else "answer q1 was left open") in say(judged)
    about = evidence(about=crashed(answers={"q1": typed}))
    assert "cell 7 ended in NameError" in say(answering.choice(about, answer="q1", correct="a"))


def test_an_unreadable_answer_costs_only_itself() -> None:
    bad = answers.checked("x" * 10_000)
    for judged in (
        numeric.number(answered(q=bad), answer="q", equals=1),
        answering.choice(answered(q=bad), answer="q", correct="a"),
        answering.text_answer(answered(q=bad), answer="q", any_of=["a"]),
        answering.shape_answer(answered(q=bad), answer="q", equals=[1]),
    ):
        assert judged.credit == 0
        assert "too long" in say(judged)


def test_a_choice_is_right_in_every_writing() -> None:
    for typed in ("b", "B)", " (b) "):
        assert answering.choice(answered(q=typed), answer="q", correct="b").credit == 1
    assert answering.choice(answered(q="c"), answer="q", correct=["b", "c"]).credit == 1
    assert "right option" in say(answering.choice(answered(q="b"), answer="q", correct="b"))


def test_a_wrong_choice_gets_the_hint_of_that_option() -> None:
    hints = {"a": {"en": "Count again.", "es": "Cuenta otra vez."}}
    judged = answering.choice(answered(q="A"), answer="q", correct="b", hints=hints)
    assert judged.credit == 0
    assert say(judged, "es") == "Cuenta otra vez."
    assert "d is not the right option" in say(answering.choice(answered(q="d"), answer="q", correct="b", hints=hints))
    assert "single option" in say(answering.choice(answered(q=["a", "b"]), answer="q", correct="b"))


MEANS = {"q": {"a": ("Aprendió poco.", "It learnt little."), "b": ("Sobreajuste: memoriza.", "Overfitting: by heart.")}}


@pytest.mark.parametrize(
    ("typed", "credit"), [("overfitting", 1), ("Sobreajuste", 1), ("it learnt little", 0), ("B", 1)]
)
def test_a_choice_by_the_options_own_words_is_one(typed: str, credit: float) -> None:
    about = evidence(about=facts(answers={"q": typed}), options=MEANS)
    judged = answering.choice(about, answer="q", correct="b", hints={"a": {"en": "Look again.", "es": "Mira."}})
    assert judged.credit == credit
    assert say(judged) == ("The right option." if credit else "Look again.")


@pytest.mark.parametrize("typed", ["it is not overfitting", "memorises", "a and b", "β"])
def test_a_choice_that_cannot_be_read_is_never_called_wrong(typed: str) -> None:
    for known in (MEANS, {}):
        judged = answering.choice(evidence(about=facts(answers={"q": typed}), options=known), answer="q", correct="b")
        assert judged.credit == 0
        assert "write the letter" in say(judged)
        assert "not the right option" not in say(judged)


def test_a_number_may_be_the_side_of_a_square_or_a_percentage() -> None:
    for typed in ((16, 16), "16x16", ["16", "16"], "16 x 16 px"):
        assert numeric.number(answered(q1=typed), answer="q1", equals=16).credit == 1
    assert numeric.number(answered(q1=(16, 15)), answer="q1", equals=16).credit == 0
    assert numeric.number(answered(q1="0.1 %"), answer="q1", equals=0.001).credit == 1


def test_a_term_is_compared_without_case_and_accents() -> None:
    right = answering.text_answer(answered(q="Sobreajuste"), answer="q", any_of=["overfitting", "sobreajuste"])
    assert right.credit == 1
    assert "right term" in say(right)
    wrong = answering.text_answer(answered(q="no es sobreajuste"), answer="q", any_of=["sobreajuste"])
    assert wrong.credit == 0
    assert "not the term" in say(wrong)
    assert answering.text_answer(answered(q={"a": 1}), answer="q", any_of=["b"]).credit == 0


def test_a_shape_is_compared_without_its_batch_axis() -> None:
    right = answering.shape_answer(answered(q="(None, 26, 26, 64)"), answer="q", equals=[26, 26, 64])
    assert right.credit == 1
    assert "(26, 26, 64) is right" in say(right)
    assert "not the right shape" in say(answering.shape_answer(answered(q=[26, 26]), answer="q", equals=[26, 26, 64]))
    assert "such as" in say(answering.shape_answer(answered(q="big"), answer="q", equals=[26, 26, 64]))


# ---------------------------------------------------------------- arrays


def exported(values: np.ndarray, **changes):
    one = ExportFacts(
        name="x",
        shape=values.shape,
        dtype=values.dtype.str,
        minimum=None,
        maximum=None,
        finite=True,
        values=values,
        **changes,
    )
    return facts(exports={"x": one})


def described(**changes):
    """An array of (60000, 3) of which only some rows left the sandbox."""
    one = ExportFacts(
        name="x", shape=(60000, 3), dtype="<f8", minimum=None, maximum=None, finite=True, values=None, **changes
    )
    return facts(exports={"x": one})


def array(known: object, about, **tolerance):
    return arrays.array(evidence(about=about, expected={"known": known}), name="x", expected="known", **tolerance)


def test_an_array_is_compared_by_shape_and_values() -> None:
    right = array([[1, 2], [3, 4]], exported(np.array([[1, 2], [3, 4]], dtype="<f8")))
    assert right.credit == 1
    assert "right values" in say(right)
    wrong = array([[1, 2], [3, 5]], exported(np.array([[1, 2], [3, 4]], dtype="<i8")))
    assert wrong.credit == 0.75
    assert "1 of 4 values of x is not right: at position (1, 1) it has 4, where 5 is right." in say(wrong)
    assert array([[1, 2], [3, 5]], exported(np.array([[1, 2], [3, 4]])), atol=1).credit == 1
    flat = array([1, 2, 3, 4], exported(np.array([[1, 2], [3, 4]])))
    assert flat.credit == 0
    assert "shape (2, 2)" in say(flat)


def test_a_large_array_is_compared_by_the_rows_that_are_known() -> None:
    about = described(rows=(5, 9), row_values=np.array([[1, 2, 3], [4, 5, 6]]))
    known = {"shape": [60000, 3], "rows": [9, 70], "values": [[4, 5, 6], [0, 0, 0]]}
    assert array(known, about).credit == 1
    wrong = array({**known, "values": [[4, 7, 7], [0, 0, 0]]}, about)
    assert wrong.credit == 0
    assert "2 of 3 values of x are not right: at position (9, 1) it has 5, where 7 is right." in say(wrong)
    unknown = array({**known, "rows": [1, 2]}, about)
    assert unknown.credit is None
    assert "could not be compared" in say(unknown)
    assert array(known, described()).credit is None


def test_a_missing_array_is_lost_and_a_missing_expectation_unjudged() -> None:
    assert "no array called x" in say(array([1], facts()))
    assert "cell 7" in say(array([1], crashed()))
    assert array(None, exported(np.array([1.0]))).credit is None
    assert array({"rows": "bad"}, exported(np.array([1.0]))).credit is None
    assert array([[1], [2, 3]], exported(np.array([1.0]))).credit is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_an_array_equals_itself(values: list[float]) -> None:
    assert array(values, exported(np.array(values, dtype="<f8"))).credit == 1


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("text", "value"),
    [("a * 10 + 10", 4010), ("(a - 3) / 2 + 1", 199.5), ("a // 3", 133), ("-a ** 2", -160000), ("1e3", 1000)],
)
def test_a_formula_is_plain_arithmetic(text: str, value: float) -> None:
    assert formula.value(text, {"a": 400}) == value


@pytest.mark.parametrize("text", ["a / 0", "10 ** 10 ** 10", "b + 1", "(-1) ** 0.5", "a * 1e300"])
def test_a_formula_without_a_sensible_value_has_none(text: str) -> None:
    assert formula.value(text, {"a": 400}) is None


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.b", "a[0]", "a if a else 1", "'x'", "a +", "", "f(1)", "1 " * 200]
)
def test_a_formula_is_nothing_but_arithmetic(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|only numbers"):
        formula.names(text)


@pytest.mark.parametrize(
    ("typed", "credit"), [("B) overfitting", 1), ("b. overfitting", 1), ("(b) x", 1), ("a) b", 0), ("both", 0)]
)
def test_an_option_typed_with_its_text_is_known_by_its_letter(typed: str, credit: float) -> None:
    assert answering.choice(answered(q1=typed), answer="q1", correct="b").credit == credit
