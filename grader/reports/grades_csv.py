"""``grades.csv``: one row per hand-in, one column per criterion, for spreadsheets and other programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from grader.records import Scorecard
from grader.reports.batch import Batch
from grader.reports.order import natural
from grader.reports.wording import Wording
from grader.untrusted.text import csv_cell

Row = tuple[tuple[Any, str], list[str]]
COLUMNS = ("student", "exercise", "points", "max_points", "unjudged", "status", "needs_review")
BEGINS = re.compile(",".join(f'"{column}"' for column in COLUMNS).encode())


def row(card: Scorecard, words: Wording) -> Row:
    """The cells of one hand-in, and its place. A criterion that is not judged has an empty cell."""
    judged = {verdict.criterion: verdict for verdict in card.verdicts if verdict.credit is not None}
    fixed: list[Any] = [
        card.student,
        card.exercise,
        card.points,
        card.max_points,
        card.unjudged,
        card.status,
        bool(card.review),
    ]
    points = [judged[name].points if name in judged else None for name in words.criteria]
    return (natural(card.student), card.slug), [csv_cell(value) for value in (*fixed, *points)]


def content(rows: Sequence[Row], words: Wording, _batch: Batch) -> bytes:
    """The table: RFC 4180, UTF-8, every field quoted, decimal points; the same in every language.

    No cell can be a spreadsheet's formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(csv_cell(title) for title in (*COLUMNS, *words.criteria))
    writer.writerows(cells for _, cells in sorted(rows, key=lambda pair: pair[0]))
    return out.getvalue().encode("utf-8", "replace")
