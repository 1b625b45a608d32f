"""Typed answers as they leave the sandbox: each by itself, whatever the others are."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.child import spool
from grader.child.recorder import answers
from grader.scoring.answers import Unreadable, collect
from grader.untrusted import claims
from tests.support.work import counted


def told(folder: Path, namespace: dict[str, Any], variables: tuple[str, ...] = ("q1", "q2")) -> dict[str, Any]:
    """The frame of answers for a notebook's namespace."""
    answers.drop(spool.Spool(str(folder)), namespace, variables)
    ((kind, number, data),) = spool.take(str(folder))
    assert (kind, number) == ("answers", 0)
    assert len(data) <= spool.KINDS["answers"]
    return dict(json.loads(data))


class Raising:
    """Whatever is asked of it, it leaves."""

    def __getattr__(self, name: str) -> Any:
        raise SystemExit(name)

    def __str__(self) -> str:
        raise SystemExit

    __hash__ = object.__hash__


class Listed(list[Any]):
    def __getitem__(self, index: Any) -> Any:
        raise KeyError(index)

    def __iter__(self) -> Any:
        raise KeyboardInterrupt


class Mapped(dict[str, Any]):
    def items(self) -> Any:
        raise RuntimeError

    def __getitem__(self, key: str) -> Any:
        raise SystemExit


class Whole(int):
    def __index__(self) -> int:
        return 3

    def __repr__(self) -> str:
        return "3"


class Word(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "other"

    def __getitem__(self, index: Any) -> str:
        return "other"


def loop() -> list[Any]:
    """A list that holds itself."""
    made: list[Any] = []
    made.append(made)
    return made


def wide(depth: int) -> list[Any]:
    """Lists of a thousand lists, each one and the same: few bytes, 1000 ** depth items."""
    made: list[Any] = [0] * 1000
    for _ in range(depth):
        made = [made] * 1000
    return made


ODD = {
    "raises": Raising(), "itself": loop(), "wide": wide(5), "long": "x" * 10_000_000, "huge": 10**5_000,
    "nan": float("nan"), "many": [0] * 1_000_000, "surrogate": "\ud800", "bytes": b"q", "class": Raising,
    "many texts": ["x" * 20_000] * 1000,
}  # fmt: skip


def test_what_one_answer_is_costs_no_other(tmp_path: Path) -> None:
    answers = {"q1": 1, **ODD, Raising(): 7, "q2": "b"}
    found, calls = counted(lambda: told(tmp_path, {"answers": answers}))
    given = found["answers"]
    assert calls < 1_000_000
    assert (given["q1"], given["q2"]) == (1, "b")
    assert set(given) == {"q1", "q2", *ODD}


@pytest.mark.parametrize("name", ["raises", "itself", "wide", "long", "huge", "nan", "many", "many texts", "class"])
def test_an_odd_answer_earns_a_sentence_or_is_no_number(tmp_path: Path, name: str) -> None:
    given = told(tmp_path, {"answers": {name: ODD[name]}})["answers"]
    found = collect(claims.mapping(given), [name])[0][name]
    assert isinstance(found, Unreadable) or not isinstance(found, (int, float))


@pytest.mark.parametrize("name", ["wide", "long", "many texts"])
def test_a_long_answer_is_told_to_be_too_long(tmp_path: Path, name: str) -> None:
    found = collect(told(tmp_path, {"answers": {name: ODD[name]}})["answers"], [name])[0][name]
    assert isinstance(found, Unreadable)
    assert found.why.key == "checks.answer_too_long"


def test_methods_of_the_students_own_classes_are_not_asked(tmp_path: Path) -> None:
    typed = Mapped(q1=Listed([1, 2]), q2=Whole(7), q3=Word("b"), q4=Mapped(inner=Listed([Word("c")])))
    assert told(tmp_path, {"answers": typed})["answers"] == {"q1": [1, 2], "q2": 7, "q3": "b", "q4": {"inner": ["c"]}}


def test_answers_that_are_no_dictionary_are_none(tmp_path: Path) -> None:
    for odd in (Raising(), Listed([1]), 3, None):
        assert told(tmp_path, {"answers": odd, "q1": 5}) == {"answers": {}, "variables": {"q1": 5}}


@pytest.mark.parametrize("name", ["Answers", "ANSWERS", "answer", "respuesta", "_Respuestas_"])
def test_a_dictionary_of_nearly_the_right_name_is_read_and_named(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, {name: {"q1": 5}}, ()) == {"answers": {"q1": 5}, "called": name, "variables": {}}
    assert told(tmp_path, {"answers": {"q1": None}, name: {"q1": 5}}, ())["answers"] == {"q1": 5}


def test_a_near_miss_says_nothing_beside_a_dictionary_of_answers(tmp_path: Path) -> None:
    given = {"answers": {"q1": 5}, "answer": {"q1": 6, "q2": 7}, "answer_of_all": {"q2": 1}, "Answers": [1]}
    assert told(tmp_path, given, ()) == {"answers": {"q1": 5}, "variables": {}}
    assert told(tmp_path, {"answer": 7, "answers_of_ana": {"q1": 1}}, ()) == {"answers": {}, "variables": {}}


class Doubled(Decimal):
    def __float__(self) -> float:
        return 2 * super().__float__()


def test_exact_numbers_and_sets_become_plain(tmp_path: Path) -> None:
    typed = {"q1": Decimal("0.001"), "q2": [Fraction(1, 4)], "q3": {"b"}, "q4": Doubled("0.5"), "q5": Decimal("1e9999")}
    given = told(tmp_path, {"answers": typed})["answers"]
    assert given == {"q1": 0.001, "q2": [0.25], "q3": ["b"], "q4": 0.5, "q5": "inf"}


def test_the_answers_that_are_asked_for_come_first(tmp_path: Path) -> None:
    many = {f"x{number}": ["y" * 90_000] for number in range(600)}
    given = told(tmp_path, {"answers": {**many, "q1": 1, "q2": [2] * 900}})["answers"]
    assert list(given)[:2] == ["q1", "q2"]
    assert (given["q1"], len(given["q2"]), len(given)) == (1, 900, answers.KEYS_CAP)
    assert given["x0"] == ["y" * answers.TEXT_CAP]
    assert given["x497"] == answers.TOO_LONG


def test_keys_become_text_and_numbers_of_numpy_plain_ones(tmp_path: Path) -> None:
    typed = {1: np.float32(0.5), ("a", 2): np.arange(3), None: np.uint8, "z" * 300: np.dtype("int64")}
    given = told(tmp_path, {"respuestas": typed})["answers"]
    assert given == {"1": 0.5, "('a', 2)": [0, 1, 2], "None": "uint8", "z" * 200: "int64"}


def test_infinite_and_undefined_numbers_are_told_as_such(tmp_path: Path) -> None:
    given = told(tmp_path, {"answers": {"q1": float("nan"), "q2": np.float64("-inf"), "q3": [1e999]}})["answers"]
    assert given == {"q1": "nan", "q2": "-inf", "q3": ["inf"]}
