"""Files that are nobody's submission, in three reports. Their names may be hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import reports
from grader.records import LANGUAGES, Language, NotGraded, message
from tests.support.cards import HOSTILE_NAMES, RUBRIC, card
from tests.support.html_pages import ALLOWED, Page

FORMATS = ("html", "junit", "not_graded")
HOSTILE_PATHS = (
    *HOSTILE_NAMES,
    "a/\x1b[2Jb.txt",
    "\u2066list\u2069.xlsx",
    "a\nb\tc.csv",
    "Jos\udce9/x.txt",
    "Z" + "\u0301" * 90,
)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def files(*paths: str) -> list[NotGraded]:
    """These paths, each with a reason that names it."""
    return [NotGraded(path=path, why=message("collecting.link", name=path)) for path in paths]


def written(
    not_graded: Sequence[NotGraded], lang: Language = "en", students: Sequence[str] = ("ana",)
) -> dict[str, bytes]:
    cards = [card(student) for student in students]
    return dict(reports.render(cards, RUBRIC, lang=lang, formats=FORMATS, not_graded=not_graded))


def listed(not_graded: Sequence[NotGraded]) -> Any:
    return json.loads(written(not_graded)["not_graded.json"])


# ---------------------------------------------------------------- not_graded.json


def test_the_file_holds_each_path_with_its_reason_in_both_languages() -> None:
    assert listed(files("notes/list 10.xlsx", "notes/list 2.xlsx")) == {
        "format": 1,
        "files": [
            {
                "path": f"notes/list {number}.xlsx",
                "why": {
                    "en": f"notes/list {number}.xlsx is a link, and links are not followed. "
                    "Hand in the notebook itself (.ipynb).",
                    "es": f"notes/list {number}.xlsx es un enlace y los enlaces no se siguen. "
                    "Entrega el propio cuaderno (.ipynb).",
                },
            }
            for number in (2, 10)
        ],
    }


def test_the_file_is_always_there_and_the_same_whatever_the_order_and_the_language() -> None:
    assert listed([]) == {"format": 1, "files": []}
    assert "not_graded" in reports.ALWAYS
    some = files("b.txt", "a.txt", "á.txt", "A.txt")
    made = {written(order, lang)["not_graded.json"] for order in (some, some[::-1]) for lang in LANGUAGES}
    assert len(made) == 1
    assert made.pop().endswith(b"\n")


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_the_file_keeps_paths_as_they_are_and_shows_no_character_that_acts(path: str) -> None:
    content = written(files(path))["not_graded.json"].decode("utf-8")
    assert not UNSEEN.search(content)
    assert json.loads(content)["files"][0]["path"] == path.encode("utf-8", "replace").decode()


# ---------------------------------------------------------------- the class page


@pytest.mark.parametrize(
    ("lang", "title", "reason"),
    [("en", "Files not graded", "links are not followed"), ("es", "Archivos sin evaluar", "los enlaces no se siguen")],
)
@pytest.mark.parametrize("students", [(), ("ana",)])
def test_the_class_page_lists_them_when_there_are_any(
    lang: Language, title: str, reason: str, students: Sequence[str]
) -> None:
    page = Page(written(files("notes/list.xlsx"), lang, students)["index.html"])
    assert title in page.text
    assert "notes/list.xlsx" in page.text
    assert reason in page.text
    assert title not in Page(written([], lang, students)["index.html"]).text


@pytest.mark.parametrize(
    ("lang", "more"), [("en", "and 3 more: not_graded.json lists"), ("es", "y 3 más: not_graded.json los recoge")]
)
def test_the_class_page_lists_two_hundred_and_says_how_many_more_there_are(lang: Language, more: str) -> None:
    many = files(*(f"{number}.txt" for number in range(203)))
    page = Page(written(many, lang)["index.html"])
    assert more in page.text
    assert len(page.all("bdi")) - len(Page(written([], lang)["index.html"]).all("bdi")) == 200
    assert "199.txt" in page.text
    assert "200.txt" not in page.text
    assert "not_graded.json" not in Page(written(many[:200], lang)["index.html"]).text
    assert len(json.loads(written(many)["not_graded.json"])["files"]) == 203


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_names_are_text_on_the_class_page(path: str) -> None:
    page = Page(written(files(path))["index.html"])
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not any(attribute.startswith("on") for _, found in page.tags for attribute in found)
    assert not UNSEEN.search(page.text)
    page.has_the_policy_first()


def test_two_paths_that_only_unseen_characters_tell_apart_do_not_look_the_same() -> None:
    text = Page(written(files("a.txt", "a\u200b.txt", "\x1b[31ma.txt", "a\n.txt"))["index.html"]).text
    for shown in ("a\\u200b.txt", "\\x1b[31ma.txt", "a\\x0a.txt"):
        assert shown in text


# ---------------------------------------------------------------- junit.xml


def test_junit_has_a_suite_without_tests_that_holds_them() -> None:
    root = ET.fromstring(written(files("b.txt", "a.txt"), "es")["junit.xml"])
    suite = root[-1]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert (suite.tag, suite.get("name"), set(counts.values())) == ("testsuite", "files not graded", {"0"})
    assert [(one.get("name"), one.get("value")) for one in suite.findall("properties/property")] == [
        (name, f"{name} es un enlace y los enlaces no se siguen. Entrega el propio cuaderno (.ipynb).")
        for name in ("a.txt", "b.txt")
    ]
    assert root.get("tests") == str(len(RUBRIC.criteria))
    assert [one.get("name") for one in ET.fromstring(written([])["junit.xml"])] == ["ana"]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_names_are_text_in_junit(path: str) -> None:
    (found,) = ET.fromstring(written(files(path))["junit.xml"])[-1].iter("property")
    assert found.get("name")
    assert not any(UNSEEN.search(value) for value in found.attrib.values())


# ---------------------------------------------------------------- everywhere


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5))
@settings(max_examples=30, deadline=None)
def test_any_paths_give_whole_reports(paths: list[str]) -> None:
    for lang in LANGUAGES:
        made = written(files(*paths), lang)
        assert {tag for tag, _ in Page(made["index.html"]).tags} <= ALLOWED
        assert len(list(ET.fromstring(made["junit.xml"]).iter("property"))) == len(paths)
        assert len(json.loads(made["not_graded.json"])["files"]) == len(paths)
