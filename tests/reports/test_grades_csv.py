"""``grades.csv``."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import reports
from grader.records import LANGUAGES, Scorecard
from grader.reports.order import natural
from tests.support.cards import HOSTILE_NAMES, RUBRIC, a_class, card, hostile_card, scorecards


def table(cards: list[Scorecard]) -> list[dict[str, str]]:
    ((name, content),) = reports.render(cards, RUBRIC, lang="en", formats=("csv",))
    assert name == "grades.csv"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_columns_are_those_of_the_contract_and_one_per_criterion() -> None:
    ((_, content),) = reports.render(a_class(), RUBRIC, lang="es", formats=("csv",))
    head = content.decode().splitlines()[0]
    assert head == (
        '"student","exercise","points","max_points","unjudged","status","needs_review",'
        '"runs","dense","output","compile","accuracy","gap","gap_means"'
    )


def test_a_row_holds_the_numbers_of_its_card() -> None:
    (row,) = table([card("ana", "fplbuff", ended="error")])
    assert row == {
        "student": "ana",
        "exercise": "mnist-mlp",
        "points": "4.6",
        "max_points": "12",
        "unjudged": "5",
        "status": "error",
        "needs_review": "no",
        "runs": "1",
        "dense": "1.2",
        "output": "0",
        "compile": "0.4",
        "accuracy": "",
        "gap": "1",
        "gap_means": "1",
    }


def test_students_stand_in_natural_order_and_both_of_a_twice_handed_in_pair_are_there() -> None:
    rows = table(a_class())
    assert [row["student"] for row in rows][1:] == [
        "ana",
        "carla",
        "carla",
        "convolution",
        "crash",
        "empty",
        "epochs-5000",
        "loop",
        "nobody",
        "Óscar Núñez",
        "raw-tensorflow",
        "student 2",
        "student 10",
    ]
    assert [row["points"] for row in rows if row["student"] == "carla"] == ["6", "8"]
    assert {row["needs_review"] for row in rows if row["student"] == "carla"} == {"yes"}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_becomes_a_formula_or_breaks_the_table(name: str) -> None:
    rows = table([hostile_card(name), card("ana")])
    assert len(rows) == 2
    for row in rows:
        assert set(row) == {*reports.grades_csv.COLUMNS, *(one.id for one in RUBRIC.criteria)}
        assert not any(value.startswith(("=", "+", "-", "@", "\t")) for value in row.values())
        assert not any("\x1b" in value or "\u202e" in value for value in row.values())


@given(st.lists(scorecards, max_size=4))
@settings(max_examples=25, deadline=None)
def test_every_field_is_quoted_and_every_card_is_one_row(cards: list[Scorecard]) -> None:
    ((_, content),) = reports.render(cards, RUBRIC, lang="en", formats=("csv",))
    lines = content.decode("utf-8").split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(cards) + 1
    assert all(line.startswith('"') and line.endswith('"') for line in lines)


def test_the_table_is_the_same_in_every_language_and_order() -> None:
    cards = a_class()
    tables = {
        content
        for lang in LANGUAGES
        for order in (cards, cards[::-1])
        for _, content in reports.render(order, RUBRIC, lang=lang, formats=("csv",))
    }
    assert len(tables) == 1


@pytest.mark.parametrize(
    "names",
    [
        ["a2", "a10"],
        ["Óscar 2", "oscar 10"],
        ["ana", "Ángel", "Beto"],
        ["1", "02", "10", "a"],
        ["x", "x1", "x1a", "xa"],
    ],
)
def test_natural_order_counts_and_ignores_accents_and_case(names: list[str]) -> None:
    assert sorted(reversed(names), key=natural) == names


@given(st.lists(st.text(max_size=8)), st.text("0123456789a", max_size=4400))
def test_natural_order_takes_any_names(names: list[str], long: str) -> None:
    assert sorted(sorted([*names, long], key=natural), key=natural) == sorted([*names, long], key=natural)
