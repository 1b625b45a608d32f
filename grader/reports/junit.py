"""``junit.xml``: a class as test results, for continuous integration.

The elements are those that Jenkins, GitLab and GitHub actions read: ``testsuites > testsuite > testcase``
with ``failure`` (points lost), ``error`` (could not be judged) or ``skipped`` (blocked by another criterion).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from grader import texts
from grader.records import Language, NotGraded, Scorecard, State, Text, Verdict
from grader.reports.batch import Batch
from grader.reports.order import natural
from grader.reports.overview import NO_SANDBOX
from grader.reports.wording import Wording
from grader.untrusted.text import as_codes, clean_text, terminal_text

Row = tuple[tuple[Any, str], ET.Element]
OUTCOMES: dict[State, str] = {
    "partial": "failure",
    "lost": "failure",
    "unjudged": "error",
    "blocked": "skipped",
}
COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}
NOT_GRADED = "files not graded"  # name of a suite, the same in every language
# Not what `grader validate --junit` writes: that is another report.
BEGINS = re.compile(rb"<\?xml version='1\.0' encoding='utf-8'\?>\s*<testsuites name=\"(?!grader validate\")")


def row(card: Scorecard, words: Wording) -> Row:
    """The suite of one hand-in, and its place."""
    return (natural(card.student), card.slug), _suite(card, words)


def content(rows: Sequence[Row], words: Wording, batch: Batch) -> bytes:
    """A suite per submission, a case per criterion, and a suite without cases for the files that were not graded.

    Messages are in the language of ``words``.
    """
    root = ET.Element("testsuites", name=terminal_text(words.rubric.exercise))
    total = dict.fromkeys(("tests", *COUNTS.values()), 0)
    for _, suite in sorted(rows, key=lambda pair: pair[0]):
        root.append(suite)
        for count in total:
            total[count] += int(suite.attrib[count])
    root.attrib.update({count: str(number) for count, number in total.items()})
    if batch.not_graded:
        root.append(_not_graded(batch.not_graded, words.lang))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _not_graded(files: Sequence[NotGraded], lang: Language) -> ET.Element:
    """A property per file: its path, and why. A case would count as a test that passed or failed."""
    suite = ET.Element("testsuite", name=NOT_GRADED, tests="0", time="0")
    suite.attrib.update(dict.fromkeys(COUNTS.values(), "0"))
    properties = ET.SubElement(suite, "properties")
    for file in files:
        path, why = terminal_text(as_codes(file.path), 1000), terminal_text(texts.render(file.why, lang), 1000)
        ET.SubElement(properties, "property", name=path, value=why)
    return suite


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
