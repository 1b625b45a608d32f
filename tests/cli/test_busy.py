"""A machine that is too busy is said once, in the reader's language, and is no surprise of the demo."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader import sandbox
from grader.cli import demo
from grader.cli.progress import say_if_busy
from grader.grading.pipeline import Summary
from tests.support.cards import a_class


@pytest.mark.parametrize(
    ("locale", "words"), [("C", "This machine is too busy: 2 not"), ("es_ES", "demasiado ocupada")]
)
def test_it_is_said_once(monkeypatch: pytest.MonkeyPatch, locale: str, words: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.setenv(name, locale)
    written = io.StringIO()
    say_if_busy(Summary(students=5, reviews=1, busy=2), Console(file=written, width=200))
    assert words in written.getvalue()
    quiet = io.StringIO()
    say_if_busy(Summary(students=5, reviews=1), Console(file=quiet))
    assert quiet.getvalue() == ""


def test_a_card_that_waits_for_a_free_machine_is_known_as_such() -> None:
    card = a_class()[0]
    assert not demo.is_busy(card)
    assert not demo.is_busy(None)
    assert demo.is_busy(replace(card, reason=sandbox.MACHINE_BUSY))
