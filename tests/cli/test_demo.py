"""The demo holds every card to what is known of its hand-in."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from grader.cli import demo
from grader.validation.mutants.demo_class import Known
from tests.support.cards import a_class

CARD = next(card for card in a_class() if card.status == "ok" and card.verdicts)
FULL = {verdict.criterion: verdict.state for verdict in CARD.verdicts}


def known(**outcomes: str) -> Known:
    return Known(
        name="one",
        file_name="one.ipynb",
        content=b"",
        status="ok",
        about={"en": "the first", "es": "la primera"},
        outcomes={**FULL, **outcomes},
    )


def test_a_card_as_foreseen_holds_no_surprise() -> None:
    assert list(demo.surprises(known(), CARD)) == []


def test_another_verdict_status_or_no_card_is_a_surprise() -> None:
    verdict = CARD.verdicts[0]
    other = "lost" if verdict.state != "lost" else "full"
    (told,) = demo.surprises(known(**{verdict.criterion: other}), CARD)
    assert told.startswith(f"{verdict.criterion} is {verdict.state}")
    assert demo.surprises(known(), replace(CARD, status="timeout"))[0] == "status timeout, not ok"
    assert demo.surprises(known(), None) == ["there is no card"]


@pytest.mark.parametrize(
    ("state", "wanted", "fits"),
    [
        ("partial", "less", True),
        ("blocked", "less", True),
        ("full", "less", False),
        ("unjudged", "less", False),
        ("unjudged", "any", False),
        ("lost", "any", True),
        ("full", "full", True),
    ],
)
def test_less_means_anything_but_full_and_any_means_judged(state: str, wanted: str, fits: bool) -> None:
    assert demo.fits(replace(CARD.verdicts[0], state=state), wanted) is fits


def test_the_table_says_what_is_known_and_whether_it_came_true() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(demo.table([known()], {"one": CARD}, {"one": ["x"]}, "es"))
    said = console.file.getvalue()
    assert "la primera" in said
    assert f"{CARD.points:.2f} / {CARD.max_points:g}" in said
    assert said.rstrip().endswith("no")


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
def test_the_demo_grades_its_class_as_foreseen(tmp_path: Path) -> None:
    # One at a time: other slow tests train beside this one, and its cells have 15 s.
    command = [sys.executable, "-m", "grader", "demo", "-o", str(tmp_path / "demo"), "-j", "1"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "not as expected" not in ended.stdout
    assert (tmp_path / "demo" / "index.html").is_file()
    assert len(list((tmp_path / "demo" / "students").glob("*.html"))) >= 12
