"""What the rubric says inside a handout's text: ``{{title}}``, ``{{total}}`` and the table ``{{points}}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import fsum

from grader import texts
from grader.errors import CourseError
from grader.records import Language, Rubric, message

PLACEHOLDER = re.compile(r"\{\{ *([a-z_]+) *\}\}")


def filled(source: str, rubric: Rubric, lang: Language, where: str) -> str:
    """The text with its placeholders filled. Raises CourseError, beginning with ``where``, for an unknown one."""
    known: Mapping[str, Callable[[Rubric, Language], str]] = {
        "title": lambda rubric, lang: str(rubric.title[lang]),
        "total": lambda rubric, lang: texts.number(rubric.max_points, lang),
        "points": points_table,
    }

    def fill(found: re.Match[str]) -> str:
        if found[1] not in known:
            names = ", ".join(f"{{{{{name}}}}}" for name in known)
            raise CourseError(f"{where}: unknown placeholder {found[0]}; there are: {names}")
        return known[found[1]](rubric, lang)

    return PLACEHOLDER.sub(fill, source)


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
