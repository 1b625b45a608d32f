"""``junit.xml``."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import reports, texts
from grader.records import Language, Scorecard, message
from tests.support.cards import HOSTILE_NAMES, RUBRIC, a_class, card, hostile_card, said, scorecards, verdict


def parsed(cards: list[Scorecard], lang: Language = "en") -> ET.Element:
    ((name, content),) = reports.render(cards, RUBRIC, lang=lang, formats=("junit",))
    assert name == "junit.xml"
    return ET.fromstring(content)


def test_a_case_is_a_criterion_of_a_student() -> None:
    root = parsed([card("ana", "fplbuff")])
    (suite,) = root
    assert (root.tag, suite.tag, suite.get("name"), suite.get("time")) == ("testsuites", "testsuite", "ana", "73.400")
    assert [(case.get("classname"), case.get("name")) for case in suite] == [("ana", one.id) for one in RUBRIC.criteria]
    outcomes = [[child.tag for child in case] for case in suite]
    assert outcomes == [[], ["failure"], ["failure"], ["skipped"], ["error"], [], []]
    for element in (root, suite):
        counted = {name: element.get(name) for name in ("tests", "failures", "errors", "skipped")}
        assert counted == {"tests": "7", "failures": "2", "errors": "1", "skipped": "1"}


def test_the_message_stands_in_the_text_too_with_what_was_expected() -> None:
    dense = verdict(RUBRIC.criteria[1], "lost", expected=said("2 Dense", "2 Dense"), actual=said("1 Dense"))
    failure = parsed([card("ana", verdicts=(dense,))], "es").find(".//failure")
    assert failure is not None
    assert failure.get("message") == "Tu modelo tiene 1 capa Dense; hacen falta al menos 2."
    assert failure.text == (
        "Al menos una capa oculta densa, sin convoluciones: 0 de 2 puntos\n"
        "Tu modelo tiene 1 capa Dense; hacen falta al menos 2.\nSe esperaba: 2 Dense\nLo tuyo: 1 Dense"
    )


def test_two_hand_ins_of_one_student_have_different_names() -> None:
    root = parsed(a_class())
    names = [suite.get("name") for suite in root]
    assert len(set(names)) == len(a_class())
    assert {"carla", "carla ~2"} <= set(names)


def test_a_suite_that_ran_without_a_sandbox_says_so() -> None:
    stamped = card("ana", review=(texts.text(message("runs.no_sandbox")),))
    first, second = parsed([stamped, card("eva")])
    found = first.find("properties/property")
    assert found is not None
    assert (found.get("name"), found.get("value")) == ("isolation", stamped.provenance.isolation)
    assert second.find("properties") is None


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_text_stays_text(name: str) -> None:
    root = parsed([hostile_card(name)])
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}


@given(st.lists(scorecards, max_size=3))
@settings(max_examples=25, deadline=None)
def test_any_cards_give_xml_that_parses_and_adds_up(cards: list[Scorecard]) -> None:
    root = parsed(cards)
    assert root.get("tests") == str(sum(len(one.verdicts) for one in cards)) == str(len(root.findall(".//testcase")))
    for tag, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert root.get(attribute) == str(len(root.findall(f".//{tag}")))
