"""Typed answers, read as people write them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import LANGUAGES
from grader.scoring import answers
from grader.scoring.answers import Number, Unreadable, collect, read_number, read_shape, read_word, wanted
from tests.support.facts import criterion, rubric


def readings(typed: object) -> tuple[float, ...]:
    read = read_number(typed)
    assert isinstance(read, Number), read
    return read.readings


@pytest.mark.parametrize(
    "typed",
    [
        7850,
        7850.0,
        "7850",
        "7 850",
        "7.850",
        "7,850",
        "7\u00a0850",
        "7'850",
        " ≈ 7850 ",
        "7850 parámetros",
        7.850,
        [7, 850],
    ],
)
def test_one_integer_is_written_in_many_ways(typed: object) -> None:
    assert 7850 in readings(typed)


@pytest.mark.parametrize("typed", [1234567, "1.234.567", "1,234,567", "1 234 567", [1, 234, 567], (1, 234, 567)])
def test_millions_are_grouped_too(typed: object) -> None:
    assert 1234567 in readings(typed)


@pytest.mark.parametrize("typed", [0.981, "0.981", "0,981", 98.1, "98.1", "98,1", "98,1 %", "98.1%", [98, 1], [0, 981]])
def test_one_share_is_written_in_many_ways(typed: object) -> None:
    read = read_number(typed)
    assert isinstance(read, Number)
    assert any(math.isclose(share, 0.981) for share in read.shares)


@pytest.mark.parametrize("typed", [1.1, "1,1", "1,1 %", 0.011, "1.1 puntos", [1, 1]])
def test_percentage_points_are_written_in_many_ways(typed: object) -> None:
    read = read_number(typed)
    assert isinstance(read, Number)
    assert any(math.isclose(points, 1.1) for points in read.points)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.234,5", 1234.5), ("1,234.5", 1234.5), ("-3", -3), ("−3", -3), ("1e-3", 0.001), (".5", 0.5), ("2.", 2)],
)
def test_signs_decimals_and_powers_are_read(typed: str, value: float) -> None:
    assert value in readings(typed)


def test_a_percent_sign_leaves_no_doubt() -> None:
    read = read_number("0,5 %")
    assert isinstance(read, Number)
    assert read.shares == (0.005,)
    assert read.points == (0.5,)


@pytest.mark.parametrize(
    "typed", ["", "many", "12 or 13", "1.2.3", "(26, 26)", True, None, {}, [], [1, 2, 3.5], "1,23,4"]
)
def test_what_is_no_number_is_refused_with_a_sentence(typed: object) -> None:
    read = read_number(typed)
    assert isinstance(read, Unreadable)
    assert "number" in texts.render(read.why, "en")
    assert "número" in texts.render(read.why, "es")


@pytest.mark.parametrize("typed", [math.nan, math.inf, 10**40, 10**5000, "9e999", "9e99", "nan", "-inf"], ids=range(8))
def test_infinite_and_huge_numbers_are_refused(typed: object) -> None:
    read = read_number(typed)
    assert isinstance(read, Unreadable)
    assert texts.render(read.why, "en").endswith("far too large.")


@given(st.integers(-(10**12), 10**12))
def test_every_integer_survives_every_grouping(value: int) -> None:
    for sign in (",", ".", " ", "\u00a0"):
        assert value in readings(f"{value:,}".replace(",", sign))


@given(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)))
def test_every_decimal_survives_a_comma_and_a_point(value: float) -> None:
    assert value in readings(f"{value:.4f}")
    assert value in readings(f"{value:.4f}".replace(".", ","))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_answer_is_read_or_refused_but_never_fails(typed: object) -> None:
    for read in (read_number(typed), read_shape(typed), read_word(typed)):
        if isinstance(read, Unreadable):
            assert all(texts.render(read.why, language) for language in LANGUAGES)
    assert len(answers.shown(typed)) <= answers.SHOWN_CAP


@pytest.mark.parametrize(
    "typed",
    [
        (26, 26, 64),
        [None, 26, 26, 64],
        "(26, 26, 64)",
        "(None, 26, 26, 64)",
        "26x26x64",
        "26 × 26 × 64",
        ["None", 26, 26, 64],
    ],
)
def test_a_shape_is_read_with_or_without_the_batch_axis(typed: object) -> None:
    assert read_shape(typed) == (26, 26, 64)


def test_a_single_size_is_a_shape() -> None:
    assert read_shape(784) == (784,)
    assert read_shape("(784,)") == (784,)


@pytest.mark.parametrize("typed", ["big", [], [1.5], [-1], True, [[1]], "x" * 200, [2**60]])
def test_what_is_no_shape_is_refused(typed: object) -> None:
    read = read_shape(typed)
    assert isinstance(read, Unreadable)
    assert "shape" in texts.render(read.why, "en")


@pytest.mark.parametrize("typed", ["b", "B", " b. ", "(b)", "b)", ["b"], "«B»"])
def test_an_option_is_read_without_its_brackets(typed: object) -> None:
    assert read_word(typed) == "b"


def test_accents_and_case_do_not_matter() -> None:
    assert read_word("  Sobreajusté ") == "sobreajuste"


def test_a_list_of_options_is_refused() -> None:
    read = read_word(["a", "b"])
    assert isinstance(read, Unreadable)
    assert "single option" in texts.render(read.why, "en")


def test_the_rubric_says_which_answers_are_wanted() -> None:
    asked = rubric(
        criterion("a", "number", answer="q1", equals=1.0),
        criterion("b", "runs_to_the_end"),
        criterion("c", "choice", answer="why", correct="a"),
        criterion("d", "number", answer="q1", equals=2.0),
    )
    assert wanted(asked) == ("q1", "why")


@pytest.mark.parametrize("typed", ["Q1", "q_1", "p1", "Pregunta 1", "q 1", "1", "q01"])
def test_a_near_miss_key_is_taken_with_a_notice(typed: str) -> None:
    found, keys, notices = collect({typed: 26}, ["q1", "q2"])
    assert found == {"q1": 26}
    assert keys == {"q1": typed}
    assert typed in texts.render(notices[0], "es")


def test_an_exact_key_wins_without_a_notice() -> None:
    assert collect({"q1": 1, "Q1": 2}, ["q1"]) == ({"q1": 1}, {}, ())


def test_accents_and_spaces_in_a_key_do_not_matter() -> None:
    found, _, _ = collect({"Tamaño final": 5}, ["tamano_final"])
    assert found == {"tamano_final": 5}


def test_two_keys_that_could_be_meant_are_not_guessed_between() -> None:
    found, keys, notices = collect({"Q1": 1, "q_1": 2}, ["q1"])
    assert (found, keys) == ({}, {})
    assert "Q1, q_1" in texts.render(notices[0], "en")


def test_of_very_many_keys_the_first_are_looked_at_and_few_are_named() -> None:
    alike = {f"{'_' * number}q1": 1 for number in range(1, 90)}
    _, _, notices = collect(alike, ["q1"])
    assert len(notices[0].values["typed"]) == answers.KEYS_SHOWN
    others = {f"x{number}": 1 for number in range(answers.KEYS_CAP)}
    assert collect({**others, "Q1": 1}, ["q1"]) == ({}, {}, ())
    assert collect({**others, "q1": 1}, ["q1"])[0] == {"q1": 1}


def test_wanted_names_that_differ_only_in_their_sign_are_kept_apart() -> None:
    assert collect({"Q1": 1}, ["q1", "p1"])[0] == {}
    assert collect({"q1": 1, "p1": 2}, ["q1", "p1"])[0] == {"q1": 1, "p1": 2}


def nest(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (math.nan, "infinite"),
        (json.loads("1e999"), "infinite"),
        (10**4000, "infinite"),
        ([1, math.inf], "infinite"),
        (nest(500), "nested"),
        ("x" * 100_000_000, "too long"),
        (list(range(20_000)), "too long"),
        ({"a": {"b": "y" * 3000}}, "too long"),
    ],
    ids=range(8),
)
def test_a_monstrous_answer_is_refused_and_the_others_stay(bad: object, says: str) -> None:
    found, _, _ = collect({"q1": bad, "q2": 5}, ["q1", "q2"])
    assert found["q2"] == 5
    assert isinstance(found["q1"], Unreadable)
    assert says in texts.render(found["q1"].why, "en")
    assert isinstance(read_number(found["q1"]), Unreadable)
    assert isinstance(read_shape(found["q1"]), Unreadable)
    assert isinstance(read_word(found["q1"]), Unreadable)
