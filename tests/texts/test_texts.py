"""Sentences in two languages."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import LANGUAGES, Message, message


def fields(template: str) -> set[tuple[str, str]]:
    """Names and forms of its values; the words that follow a number are a language's own."""
    return {
        (name, re.sub(r"^(num|int)? ?.*\|.*", lambda found: found[1] or "int", spec or ""))
        for _, name, spec, _ in string.Formatter().parse(template)
        if name is not None
    }


@pytest.mark.parametrize("key", sorted(texts.catalogue()))
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    english, spanish = texts.catalogue()[key]
    assert english.strip()
    assert spanish.strip()
    assert fields(english) == fields(spanish)


EMPTY = {"list": [], "titles": [], "shape": (), "word": "words.not_known", "cell": 1}
EMPTY |= dict.fromkeys(("time", "int", "num", "pct", "two"), 0)


@pytest.mark.parametrize("key", sorted(texts.catalogue()))
def test_no_sentence_ends_after_a_colon_when_its_values_are_empty(key: str) -> None:
    for language, template in zip(LANGUAGES, texts.catalogue()[key], strict=True):
        blank = {
            name: {"en": "", "es": ""} if form == "own" else EMPTY.get(form, "") for name, form in fields(template)
        }
        said = texts.render(Message(key=key, values=blank), language)
        broken = re.search(r":\s*(?:$|[.,;)»])", said)
        assert broken is None or template.rstrip().endswith(":") or re.search(r":\s*[.,;)»]", template), said


def test_an_empty_value_is_shown_as_a_dash() -> None:
    assert texts.say("checks.kinds_lacking", "en", parts=[]) == "Layers are missing (found / needed): -."
    assert (
        texts.say("checks.answer_no_number", "es", typed="")
        == "Aquí se esperaba un número: escribe un número solo. Escribiste: -"
    )


def test_numbers_follow_the_readers_language() -> None:
    assert texts.number(0.95, "en") == "0.95"
    assert texts.number(0.95, "es") == "0,95"
    assert texts.number(4624, "es") == "4 624"
    assert texts.percent(0.9742, "en") == "97.42 %"
    assert texts.percent(0.9742, "es") == "97,42 %"
    assert texts.two_decimals(0.9, "es") == "0,90"
    assert texts.two_decimals(-0.001, "en") == "0.00"
    assert texts.duration(485, "en") == "8 min 5 s"
    assert texts.duration(2.26, "en") == "2.3 s"
    assert texts.duration(2.26, "es") == "2,3 s"
    assert texts.duration(120, "es") == "2 min"
    assert texts.shape([28, 28, 1]) == "(28, 28, 1)"
    assert texts.shape([10]) == "(10,)"


def test_a_number_that_is_none_is_shown_as_a_dash() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        assert texts.number(value, "en") == "-"
        assert texts.integer(value) == "-"


@given(st.integers(-(10**15), 10**15))
def test_grouping_loses_no_digit(value: int) -> None:
    assert int(texts.integer(value).replace(" ", "")) == value


def test_a_message_inside_a_message_is_rendered_too() -> None:
    inner = message("collecting.missing")
    outer = Message(key="collecting.unknown", values={"student": {"key": inner.key, "values": {}}})
    assert texts.render(outer, "en").startswith("Nothing was handed in. is not on")


def test_a_students_braces_and_attributes_stay_text() -> None:
    for hostile in ("{0.__class__}", "{student.__init__}", "{", "}{"):
        for language in LANGUAGES:
            assert hostile in texts.render(message("collecting.unknown", student=hostile), language)


def test_a_students_mapping_that_looks_like_a_message_stays_text() -> None:
    for hostile in ({"key": "no.such.key", "values": {}}, {"key": 3, "values": {}}, {"key": "x"}):
        assert str(hostile) in texts.render(message("collecting.unknown", student=hostile), "en")


def test_a_text_keeps_both_renderings() -> None:
    kept = texts.text(message("collecting.missing"))
    assert (kept.en, kept.es) == ("Nothing was handed in.", "No se ha entregado nada.")
    assert texts.optional_text(None) is None
