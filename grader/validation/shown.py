"""The outcome of a validation: a table for people, JUnit for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text as Line

from grader.untrusted.text import clean_text, terminal_text
from grader.validation.judging import SURE
from grader.validation.values import Finding

LENGTH = 500  # characters of one problem; a message can quote a notebook


@dataclass(slots=True)
class Progress:
    """What ended so far: a live line on a terminal, else a line for each case."""

    console: Console
    done: int = 0
    last: str = ""
    live: Live | None = field(default=None)

    def __enter__(self) -> Progress:
        if self.console.is_terminal:
            self.live = Live(console=self.console, refresh_per_second=4, get_renderable=self.picture, transient=True)
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the live line away."""
        if self.live is not None:
            self.live.stop()
            self.live = None

    def ended(self, one: Finding) -> None:
        """One case is graded."""
        if one.kind == "rule":
            return
        self.done += 1
        self.last = f"{self.done} {one.exercise}: {terminal_text(one.name)}: {'MISS' if one.problems else 'ok'}"
        if self.live is None:
            self.console.print(self.last, markup=False, highlight=False, soft_wrap=True)

    def picture(self) -> Line:
        """What the terminal shows now."""
        return Line(self.last or "starting")


def table(findings: Sequence[Finding]) -> Table:
    """A row for everything that was tried: what it cost, whether that is right."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("exercise", "tried", "loses points on", "s", ""):
        shown.add_column(heading, no_wrap=heading in ("exercise", ""), justify="right" if heading == "s" else "left")
    for one in findings:
        shown.add_row(
            one.exercise,
            Line(terminal_text(one.name)),
            Line(_outcome(one)),
            f"{one.seconds:.0f}" if one.seconds else "",
            Line("ok", style="green") if not one.problems else Line("MISS", style="bold red"),
        )
    return shown


def _outcome(one: Finding) -> str:
    named = ", ".join(one.costs)
    if one.kind == "handout":
        return f"earns {named}" if named else "earns nothing"
    accuracy = f"{100 * one.accuracy:.2f} % on new images" if one.accuracy is not None else ""
    return "; ".join(part for part in (named, accuracy) if part)


def problems(findings: Sequence[Finding]) -> list[str]:
    """A line for everything that is not as it must be."""
    return [
        terminal_text(f"{one.exercise}: {one.name}: {problem}", LENGTH) for one in findings for problem in one.problems
    ]


def total(findings: Sequence[Finding]) -> str:
    """One line at the end."""
    mutants = [one for one in findings if one.kind == "mutant"]
    killed = sum(not one.problems for one in mutants)
    wrong = sum(bool(one.problems) for one in findings)
    verdict = f"{wrong} not as they must be" if wrong else "all as it must be"
    exercises = len({one.exercise for one in findings})
    return f"{exercises} exercises, {killed} of {len(mutants)} mutants killed as named; {verdict}"


def thresholds(exercise: str, split: str, passed: Mapping[str, tuple[int, int]]) -> list[str]:
    """On how many seeds the reference reaches each accuracy, and on which split; a warning below 99 %."""
    lines = []
    for name, (good, tried) in passed.items():
        warning = "" if good >= SURE * tried else "; WARNING: below 99 %, honest students will fail by chance"
        lines.append(f"{exercise}: {name}: the reference passes on {good} of {tried} seeds ({split} split){warning}")
    return lines


def junit(findings: Sequence[Finding], *, isolation: str) -> bytes:
    """A test suite per exercise, a test case per finding."""
    root = ET.Element("testsuites", name="grader validate")
    totals = {"tests": len(findings), "failures": sum(bool(one.problems) for one in findings), "errors": 0}
    root.attrib.update({name: str(count) for name, count in totals.items()})
    for exercise in dict.fromkeys(one.exercise for one in findings):
        own = [one for one in findings if one.exercise == exercise]
        suite = ET.SubElement(root, "testsuite", name=terminal_text(exercise), tests=str(len(own)), errors="0")
        suite.attrib["failures"] = str(sum(bool(one.problems) for one in own))
        suite.attrib["time"] = f"{sum(one.seconds for one in own):.3f}"
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="isolation", value=terminal_text(isolation))
        for one in own:
            _testcase(suite, one)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _testcase(suite: ET.Element, one: Finding) -> None:
    name = terminal_text(one.name if one.name == one.kind else f"{one.kind}: {one.name}")
    exercise = terminal_text(one.exercise)
    case = ET.SubElement(suite, "testcase", classname=exercise, name=name, time=f"{one.seconds:.3f}")
    if one.problems:
        failure = ET.SubElement(case, "failure", message=terminal_text(one.problems[0], LENGTH), type="miss")
        failure.text = clean_text("\n".join(one.problems), 5000)
