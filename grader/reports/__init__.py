"""Reports: cards and a rubric in, files out. One module per format, one entry each in ``FORMATS``.

What is about one student alone (``student_page``, ``transcripts``, ``executed``) is written with the card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.records import Language, NotGraded, Rubric, Scorecard
from grader.reports import executed, grades_csv, junit, not_graded, pages, transcripts
from grader.reports.batch import Batch
from grader.reports.order import natural
from grader.reports.pages import executed_path, notebook_path, student_page, student_path
from grader.reports.wording import Wording

__all__ = [
    "ALWAYS", "FORMATS", "Format", "executed", "executed_path", "is_ours", "notebook_path", "render", "student_page",
    "student_path", "transcripts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A report of a class: the name of its file, what it keeps of each card, and the file that it makes of that.

    The cards come in any order, once. ``begins`` matches the beginning of every file that we write in this format.
    """

    name: str
    row: Callable[[Scorecard, Wording], Any]
    content: Callable[[Sequence[Any], Wording, Batch], bytes]
    begins: re.Pattern[bytes]


FORMATS: Mapping[str, Format] = {
    "csv": Format("grades.csv", grades_csv.row, grades_csv.content, grades_csv.BEGINS),
    "html": Format("index.html", pages.of_class, pages.content, pages.BEGINS),
    "junit": Format("junit.xml", junit.row, junit.content, junit.BEGINS),
    "not_graded": Format("not_graded.json", not_graded.row, not_graded.content, not_graded.BEGINS),
}
ALWAYS = ("csv", "html", "not_graded")
HEAD = 1000  # bytes in which a file shows that it is ours


def render(
    cards: Iterable[Scorecard],
    rubric: Rubric,
    *,
    lang: Language,
    formats: Sequence[str] = ALWAYS,
    when: datetime | None = None,
    not_graded: Sequence[NotGraded] = (),
) -> Iterator[tuple[str, bytes]]:
    """The files of all ``formats``, about the whole class: names relative to the report's folder, and their content.

    ``cards`` is gone through once and may load each card as it comes: only light rows are kept. ``when`` (UTC) is
    the date on the class page. Raises KeyError for a format that is not in ``FORMATS``.
    """
    words = Wording(rubric, lang)
    in_order = sorted(not_graded, key=lambda file: (natural(file.path), file.path))
    batch = Batch(when=when, not_graded=tuple(in_order))
    wanted = [(FORMATS[name], list[Any]()) for name in formats]
    for card in cards:
        for form, rows in wanted:
            rows.append(form.row(card, words))
    for form, rows in wanted:
        yield form.name, form.content(rows, words, batch)


def is_ours(path: Path, form: str) -> bool:
    """Whether ``path`` is a file that we wrote in a format, by how it begins: a teacher's own files are left alone."""
    try:
        if not path.is_file():  # to open a pipe would wait for its writer
            return False
        with path.open("rb") as file:
            return FORMATS[form].begins.match(file.read(HEAD)) is not None
    except OSError:
        return False
