"""``index.html`` and a page per student: whole in one file each, no scripts, nothing fetched.

Whatever is written into a page goes through ``untrusted.text.clean_text`` and is then escaped; both are settings of the
environment, so no template can forget them. The pages' policy forbids scripts, every request, and all style
but our own sheet, which it names by its hash.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from grader import texts
from grader.records import Language, NotGraded, Rubric, Scorecard
from grader.reports.batch import Batch
from grader.reports.overview import STATES, Row, overview, row, share
from grader.reports.wording import Wording, Words
from grader.untrusted.text import as_codes, clean_text

TEMPLATES = Path(__file__).parent / "templates"
# A bar is as long as its class says: a policy that names our style sheet allows no style attributes.
STYLE = (TEMPLATES / "style.css").read_text("utf-8") + "".join(f".p{n}{{--p:{n}%}}" for n in range(101))
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
# How every page begins, those of other releases too; they differ in their style sheet.
BEGINS = re.compile(
    rb'<!doctype html>\n<html lang="[a-z]+">\n<head>\n<meta charset="utf-8">\n'
    rb'<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-'
)
FILES_LISTED = 200  # of those that were not graded
SHORT = 200  # characters of texts that are likely to come again
SIGNS = {"full": "✓", "partial": "◐", "lost": "✗", "blocked": "⊘", "unjudged": "?"}


def of_class(card: Scorecard, _: Wording) -> Row:
    """What the page of the class keeps of a card."""
    return row(card)


def content(rows: Sequence[Row], words: Wording, batch: Batch) -> bytes:
    """``index.html``."""
    return index_page(rows, words.rubric, words.lang, batch.when, batch.not_graded)


def student_path(slug: str) -> str:
    """Where a student's page lies, below the report's folder."""
    return f"students/{slug}.html"


def notebook_path(slug: str) -> str:
    """Where the page of a hand-in itself lies, below the report's folder."""
    return f"notebooks/{slug}.html"


def executed_path(slug: str) -> str:
    """Where the notebook with the outputs of our run lies, in the report's folder."""
    return f"notebooks/{slug}.ipynb"


def student_page(card: Scorecard, rubric: Rubric, lang: Language, *, notebook: bool = False) -> bytes:
    """One student's page; ``notebook`` tells whether the hand-in has a page that it can lead to."""
    return page("student.html.j2", Wording(rubric, lang), card=card, notebook=notebook)


def index_page(
    rows: Sequence[Row],
    rubric: Rubric,
    lang: Language,
    when: datetime | None = None,
    not_graded: Sequence[NotGraded] = (),
) -> bytes:
    """The page of the class; ``when`` (UTC) is shown there."""
    words = Wording(rubric, lang)
    dated = None if when is None else {"date": f"{when:%Y-%m-%d}", "time": f"{when:%H:%M}"}
    # Nothing of a path is removed, so that no two of them look the same.
    listed = [(as_codes(file.path), texts.render(file.why, lang)) for file in not_graded[:FILES_LISTED]]
    unlisted = len(not_graded) - len(listed)
    return page("index.html.j2", words, view=overview(rows, rubric), when=dated, not_graded=listed, unlisted=unlisted)


def page(template: str, words: Words, **values: Any) -> bytes:
    """The page of a template, in the language of ``words``."""
    written: str = _template(template).render(
        words=words,
        _=words.label,
        number=lambda value: texts.number(value, words.lang),
        percentage=lambda value: texts.percent(value, words.lang),
        **values,
    )
    return written.encode("utf-8", "replace")


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
        style=Markup(STYLE),
        signs=SIGNS,
        states=STATES,
        percent=_percent,
        student_path=lambda slug: quote(student_path(slug)),
        notebook_path=lambda slug: quote(notebook_path(slug)),
        executed_path=lambda slug: quote(executed_path(slug)),
        shape=texts.shape,
        integer=texts.integer,
        duration=texts.duration,
    )
    environment.filters["with_code"] = _with_code
    return environment


def _with_code(value: str) -> Markup:
    """A sentence in which what stands between back quotes is code."""
    parts = clean_text(value, 4000).split("`")
    if len(parts) % 2 == 0:  # one of them has no partner
        return escape("`".join(parts))
    shown = (Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return Markup("").join(shown)


def _finalize(value: Any) -> Any:
    """What is written into a page, cleaned; a template's own markup (macros) passes."""
    if isinstance(value, Markup):
        return value
    return _short(value) if value.__class__ is str and len(value) <= SHORT else clean_text(value, 4000)


@lru_cache(maxsize=2048)
def _short(value: str) -> Markup:
    """A short text, cleaned and escaped: the pages of a class say much the same."""
    return escape(clean_text(value, 4000))


def _percent(part: float, whole: float) -> int:
    """The number in a bar's class: 0 to 100, and 0 only for nothing."""
    return ceil(100 * share(part, whole) - 1e-9)
