"""Reports: cards and a rubric in, files out. One module per format, one entry each in ``FORMATS``.

What is about one student alone (``student_page``, ``transcripts``) is written with the card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from grader.records import Language, Rubric, Scorecard
from grader.reports import grades_csv, junit, pages, transcripts
from grader.reports.pages import notebook_path, student_page, student_path

__all__ = ["ALWAYS", "FORMATS", "Format", "notebook_path", "render", "student_page", "student_path", "transcripts"]


class Format(Protocol):
    """A report: takes the cards in any order, once; gives (file name, content) as each file is ready."""

    def __call__(
        self, cards: Iterable[Scorecard], rubric: Rubric, *, lang: Language
    ) -> Iterator[tuple[str, bytes]]:
        """The files of this report."""


FORMATS: Mapping[str, Format] = {"csv": grades_csv.render, "html": pages.render, "junit": junit.render}
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

    ``cards`` is gone through once per format and may load each card as it comes: only light rows are
    kept. ``when`` (UTC) is the date on the class page. Raises KeyError for a format that is not in ``FORMATS``.
    """
    for name in formats:
        write: Format = partial(pages.render, when=when) if name == "html" else FORMATS[name]
        yield from write(cards, rubric, lang=lang)
