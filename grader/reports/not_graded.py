"""``not_graded.json``: the files that are nobody's submission, and why. Always there, also when the list is empty."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader import texts
from grader.records import LANGUAGES, Scorecard
from grader.reports.batch import Batch
from grader.reports.wording import Wording
from grader.store.plain import as_json

FORMAT = 1
BEGINS = re.compile(rb'\{\n "format": ')


def row(_card: Scorecard, _words: Wording) -> None:
    """Cards play no part here."""


def content(_rows: Sequence[None], _words: Wording, batch: Batch) -> bytes:
    """Paths as they are, and each reason in both languages."""
    files = [
        {"path": file.path, "why": {language: texts.render(file.why, language) for language in LANGUAGES}}
        for file in batch.not_graded
    ]
    return as_json({"format": FORMAT, "files": files})
