"""The outcome of a validation: a table for people, JUnit for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from rich.table import Table
from rich.text import Text as Line

from grader import clean
from grader.validate.judging import SURE, Finding

WIDTH = 300                             # characters of one problem; a message can quote a notebook


def table(findings: Sequence[Finding]) -> Table:
    """A row per case: exercise, what was tried, what it cost, whether that is right."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("exercise", "case", "loses points on", "seconds", ""):
        shown.add_column(heading, no_wrap=heading in ("exercise", "case"))
    for one in findings:
        good = not one.problems
        accuracy = f" ({100 * one.accuracy:.2f} %)" if one.accuracy is not None else ""
        shown.add_row(
            one.exercise,
            Line(clean.terminal(one.name)),
            Line(", ".join(one.lost) + accuracy),
            f"{one.seconds:.0f}" if one.seconds else "",
            Line("ok", style="green") if good else Line("MISS", style="bold red"),
        )
    return shown


def problems(findings: Sequence[Finding]) -> list[str]:
    """A line for everything that is not as it must be."""
    return [
        clean.terminal(f"{one.exercise}: {one.name}: {problem}", WIDTH) for one in findings for problem in one.problems
    ]


def seeds(exercise: str, passed: Mapping[str, tuple[int, int]]) -> list[str]:
    """The share of seeds on which the reference reaches each accuracy; a warning below 99 %."""
    lines = []
    for name, (good, all_) in passed.items():
        warning = "" if good >= SURE * all_ else "  warning: below 99 %, students will fail by luck"
        lines.append(f"{exercise}: {name}: the reference passes on {good} of {all_} seeds{warning}")
    return lines


def junit(findings: Sequence[Finding], *, isolation: str) -> bytes:
    """A test suite per exercise, a test case per finding."""
    root = ElementTree.Element("testsuites", name="grader validate")
    for exercise in dict.fromkeys(one.exercise for one in findings):
        own = [one for one in findings if one.exercise == exercise]
        failed = sum(bool(one.problems) for one in own)
        suite = ElementTree.SubElement(
            root, "testsuite", name=exercise, tests=str(len(own)), failures=str(failed), errors="0", skipped="0"
        )
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", name="isolation", value=clean.text(isolation))
        for one in own:
            name, seconds = clean.text(f"{one.kind}: {one.name}"), f"{one.seconds:.3f}"
            case = ElementTree.SubElement(suite, "testcase", classname=exercise, name=name, time=seconds)
            if one.problems:
                text = clean.text("\n".join(one.problems))
                ElementTree.SubElement(case, "failure", message=text[:WIDTH]).text = text
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
