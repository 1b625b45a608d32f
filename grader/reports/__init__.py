"""Reports: cards and a rubric in, files out. One module per format, one entry each in ``FORMATS``.

What is about one student alone (``student_page``, ``transcripts``, ``executed``) is written with the card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.records import Language, Rubric, Scorecard
from grader.reports import executed, grades_csv, junit, pages, transcripts
from grader.reports.pages import executed_path, notebook_path, student_page, student_path
from grader.reports.wording import Wording

__all__ = [
    "ALWAYS", "FORMATS", "Format", "executed", "executed_path", "notebook_path", "render", "student_page",
    "student_path", "transcripts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A report of a class: what it keeps of each card, and the files (name, content) that it makes of that.

    The cards come in any order, once.
    """

    row: Callable[[Scorecard, Wording], Any]
    files: Callable[[Sequence[Any], Wording, datetime | None], Iterator[tuple[str, bytes]]]


FORMATS: Mapping[str, Format] = {
    "csv": Format(grades_csv.row, grades_csv.files),
    "html": Format(pages.of_class, pages.files),
    "junit": Format(junit.row, junit.files),
}
ALWAYS = ("csv", "html")


def render(
    cards: Iterable[Scorecard],
    rubric: Rubric,
    *,
    lang: Language,
    formats: Sequence[str] = ALWAYS,
    when: datetime | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The files of all ``formats``, about the whole class: names relative to the report's folder, and their content.

    ``cards`` is gone through once and may load each card as it comes: only light rows are kept. ``when`` (UTC) is
    the date on the class page. Raises KeyError for a format that is not in ``FORMATS``.
    """
    words = Wording(rubric, lang)
    wanted = [(FORMATS[name], list[Any]()) for name in formats]
    for card in cards:
        for form, rows in wanted:
            rows.append(form.row(card, words))
    for form, rows in wanted:
        yield from form.files(rows, words, when)
