"""``index.html`` and a page per student: whole in one file each, no scripts, nothing fetched.

Whatever is written into a page goes through ``clean.text`` and is then escaped; both are settings of the
environment, so no template can forget them. The pages' policy forbids scripts and every request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from grader import clean, texts
from grader.records import Language, Rubric, Scorecard
from grader.reports.overview import STATES, Row, overview, row, share
from grader.reports.wording import Wording

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
SIGNS = {"full": "✓", "partial": "◐", "lost": "✗", "blocked": "⊘", "unjudged": "?"}
TEMPLATES = Path(__file__).parent / "templates"


def render(
    cards: Iterable[Scorecard], rubric: Rubric, *, lang: Language, when: datetime | None = None
) -> Iterator[tuple[str, bytes]]:
    """Each student's page as its card arrives, then ``index.html``; ``when`` (UTC) is shown there."""
    rows = []
    for card in cards:
        yield student_path(card.slug), student_page(card, rubric, lang)
        rows.append(row(card))
    yield "index.html", index_page(rows, rubric, lang, when)


def student_path(slug: str) -> str:
    """Where a student's page lies, below the report's folder."""
    return f"students/{slug}.html"


def student_page(card: Scorecard, rubric: Rubric, lang: Language) -> bytes:
    """One student's page."""
    words = Wording(rubric, lang)
    return _page("student.html.j2", words, card=card)


def index_page(rows: Sequence[Row], rubric: Rubric, lang: Language, when: datetime | None = None) -> bytes:
    """The page of the class."""
    words = Wording(rubric, lang)
    dated = None if when is None else {"date": f"{when:%Y-%m-%d}", "time": f"{when:%H:%M}"}
    return _page("index.html.j2", words, view=overview(rows, rubric), when=dated)


def _page(template: str, words: Wording, **values: Any) -> bytes:
    page: str = _template(template).render(
        words=words,
        _=words.label,
        number=lambda value: texts.number(value, words.lang),
        percentage=lambda value: texts.percent(value, words.lang),
        **values,
    )
    return page.encode("utf-8", "replace")


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        policy=POLICY,
        signs=SIGNS,
        states=STATES,
        percent=_percent,
        student_path=lambda slug: quote(student_path(slug)),
        shape=texts.shape,
        integer=texts.integer,
        duration=texts.duration,
    )
    return environment


def _finalize(value: Any) -> Any:
    """What is written into a page, cleaned; a template's own markup (macros) passes."""
    return value if isinstance(value, Markup) else clean.text(value, 4000)


def _percent(part: float, whole: float) -> str:
    """A width for a style sheet: 0 to 100, one decimal."""
    return f"{100 * share(part, whole):.1f}"
