"""What is filled in inside a handout's text: ``{{title}}``, ``{{total}}``, the table ``{{points}}``, and an example
of two accuracies and their gap, ``{{gap_example}}``, which differs from student to student.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import fsum

from grader import questions, texts
from grader.errors import CourseError
from grader.records import Language, Rubric, message

EXAMPLE = "gap_example"
PLACEHOLDER = re.compile(r"\{\{ *([a-z_]+) *\}\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whom a handout is for: its language, the course's secret, and the student; None for a whole class."""

    lang: Language
    secret: bytes = b""
    student: str | None = None


def filled(source: str, rubric: Rubric, reader: Reader, where: str) -> str:
    """The text with its placeholders filled. Raises CourseError, beginning with ``where``, for an unknown one."""
    lang = reader.lang
    known: Mapping[str, Callable[[], str]] = {
        "title": lambda: str(rubric.title[lang]),
        "total": lambda: texts.number(rubric.max_points, lang),
        "points": lambda: points_table(rubric, lang),
        EXAMPLE: lambda: _gap_example(rubric, reader),
    }

    def fill(found: re.Match[str]) -> str:
        if found[1] not in known:
            names = ", ".join(f"{{{{{name}}}}}" for name in known)
            raise CourseError(f"{where}: unknown placeholder {found[0]}; there are: {names}")
        return known[found[1]]()

    return PLACEHOLDER.sub(fill, source)


def is_personal(source: str) -> bool:
    """Whether the text has an example that differs from student to student."""
    return any(found[1] == EXAMPLE for found in PLACEHOLDER.finditer(source))


def _gap_example(rubric: Rubric, reader: Reader) -> str:
    """Two accuracies and their gap as the cells of a table's row."""
    example = questions.gap_example(rubric.exercise, secret=reader.secret, student=reader.student)
    gap = texts.render(message("checks.points", value=example.gap), reader.lang)
    return " | ".join([texts.percent(example.train, reader.lang), texts.percent(example.test, reader.lang), gap])


def points_table(rubric: Rubric, lang: Language) -> str:
    """What is looked at and for how many points; hidden criteria share one line."""
    rows = [
        (criterion.title.get(lang, criterion.id), criterion.points)
        for criterion in rubric.criteria
        if criterion.visibility == "visible"
    ]
    hidden = [criterion.points for criterion in rubric.criteria if criterion.visibility == "hidden"]
    if hidden:
        rows.append((texts.render(message("handouts.other_checks"), lang), fsum(hidden)))
    head = [texts.render(message(f"handouts.{column}"), lang) for column in ("looked_at", "points", "total")]
    return "\n".join(
        [
            f"| {head[0]} | {head[1]} |",
            "|---|---:|",
            *(f"| {_cell(title)} | {texts.number(points, lang)} |" for title, points in rows),
            f"| **{head[2]}** | **{texts.number(rubric.max_points, lang)}** |",
        ]
    )


def _cell(title: str) -> str:
    return " ".join(title.replace("|", "\\|").split())
