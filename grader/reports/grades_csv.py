"""``grades.csv``: one row per hand-in, one column per criterion, for spreadsheets and other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from grader import clean
from grader.records import Language, Rubric, Scorecard
from grader.reports.order import natural

COLUMNS = ("student", "exercise", "points", "max_points", "unjudged", "status", "needs_review")


def render(cards: Iterable[Scorecard], rubric: Rubric, *, lang: Language) -> Iterator[tuple[str, bytes]]:
    """``grades.csv``: RFC 4180, UTF-8, every field quoted, decimal points; the same in every language.

    A criterion that is not judged has an empty cell. No cell can be a spreadsheet's formula.
    """
    criteria = [criterion.id for criterion in rubric.criteria]
    rows = [((natural(card.student), card.slug), _row(card, criteria)) for card in cards]
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(clean.cell(title) for title in (*COLUMNS, *criteria))
    writer.writerows(row for _, row in sorted(rows, key=lambda pair: pair[0]))
    yield "grades.csv", out.getvalue().encode("utf-8", "replace")


def _row(card: Scorecard, criteria: list[str]) -> list[str]:
    judged = {verdict.criterion: verdict for verdict in card.verdicts if verdict.credit is not None}
    fixed: list[Any] = [
        card.student, card.exercise, card.points, card.max_points, card.unjudged, card.status, bool(card.review),
    ]
    points = [judged[name].points if name in judged else None for name in criteria]
    return [clean.cell(value) for value in (*fixed, *points)]
