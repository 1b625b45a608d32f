"""``junit.xml``: a class as test results, for continuous integration.

The elements are those that Jenkins, GitLab and GitHub actions read: ``testsuites > testsuite > testcase``
with ``failure`` (points lost), ``error`` (could not be judged) or ``skipped`` (blocked by another criterion).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from grader.records import Scorecard, State, Text, Verdict
from grader.reports.order import natural
from grader.reports.overview import NO_SANDBOX
from grader.reports.wording import Wording
from grader.untrusted.text import clean_text, terminal_text

Row = tuple[tuple[Any, str], ET.Element]
OUTCOMES: dict[State, str] = {
    "partial": "failure",
    "lost": "failure",
    "unjudged": "error",
    "blocked": "skipped",
}
COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def row(card: Scorecard, words: Wording) -> Row:
    """The suite of one hand-in, and its place."""
    return (natural(card.student), card.slug), _suite(card, words)


def files(rows: Sequence[Row], words: Wording, _when: datetime | None = None) -> Iterator[tuple[str, bytes]]:
    """``junit.xml``: a suite per hand-in, a case per criterion; messages in the language of ``words``."""
    root = ET.Element("testsuites", name=terminal_text(words.rubric.exercise))
    total = dict.fromkeys(("tests", *COUNTS.values()), 0)
    for _, suite in sorted(rows, key=lambda pair: pair[0]):
        root.append(suite)
        for count in total:
            total[count] += int(suite.attrib[count])
    root.attrib.update({count: str(number) for count, number in total.items()})
    yield "junit.xml", ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _suite(card: Scorecard, words: Wording) -> ET.Element:
    name = _name(card)
    outcomes = [OUTCOMES.get(verdict.state) for verdict in card.verdicts]
    suite = ET.Element("testsuite", name=name, tests=str(len(outcomes)), time=f"{card.provenance.seconds:.3f}")
    suite.attrib.update({attribute: str(outcomes.count(outcome)) for outcome, attribute in COUNTS.items()})
    if any(reason.key == NO_SANDBOX for reason in card.review):
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="isolation", value=terminal_text(card.provenance.isolation))
    for verdict in card.verdicts:
        case = ET.SubElement(suite, "testcase", classname=name, name=terminal_text(verdict.criterion), time="0")
        outcome = OUTCOMES.get(verdict.state)
        if outcome is not None:
            message = terminal_text(words.say(verdict.why), 1000)
            ET.SubElement(case, outcome, message=message, type=verdict.state).text = _story(verdict, words)
    return suite


def _name(card: Scorecard) -> str:
    """The student; a second hand-in keeps its number, because cases are told apart by name alone."""
    nth = card.slug.rpartition("~")[2] if "~" in card.slug else ""
    return terminal_text(card.student, 500) + (f" ~{nth}" if nth else "")


def _story(verdict: Verdict, words: Wording) -> str:
    points = words.label("report.points_of", points=verdict.points, max=verdict.max_points)
    lines = [f"{words.title(verdict.criterion)}: {points}", words.say(verdict.why)]
    said: tuple[tuple[str, Text | None], ...] = (
        ("report.expected", verdict.expected),
        ("report.actual", verdict.actual),
    )
    lines += [f"{words.label(key)}: {words.say(text)}" for key, text in said if text is not None]
    return clean_text("\n".join(lines), 5000)
