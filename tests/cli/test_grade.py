"""What a teacher sees while a batch is graded."""

from __future__ import annotations

import ast
import io
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console

from grader.cli.progress import Progress
from grader.grading import pipeline
from tests.support.cards import a_class

UNREADABLE = """
import os, sys, threading
from grader.cli.app import main
seen = []
os.register_at_fork(before=lambda: seen.append([thread.name for thread in threading.enumerate()]))
try:
    main()
finally:
    print("at each fork:", seen, flush=True)
"""


def shown(progress: Progress) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(progress.picture())
    return console.file.getvalue()


def test_the_live_line_says_who_runs_what_is_done_and_how_long_it_takes() -> None:
    progress = Progress(Console(file=io.StringIO()))
    with progress:
        progress.begin(3)
        progress.started("ana")
        progress.started("li")
        assert "running: ana, li" in shown(progress)
        assert "0 of 3" in shown(progress)
        card = a_class()[0]
        progress.finished(
            pipeline.Done(
                student="ana", points=card.points, max_points=card.max_points, status=card.status, review=False
            )
        )
        said = shown(progress)
    assert "running: li" in said
    assert "1 of 3" in said
    assert "left" in said
    assert card.status in said
    assert f"{card.points:g} / {card.max_points:g}" in said


def test_hostile_names_do_not_reach_the_terminal() -> None:
    progress = Progress(Console(file=io.StringIO()))
    progress.started("\x1b[2Jana")
    assert "\x1b" not in shown(progress)


def test_nothing_is_drawn_when_there_is_no_terminal() -> None:
    console = Console(file=io.StringIO())
    with Progress(console) as progress:
        progress.prepare(1)
        progress.begin(1)
        progress.started("ana")
    assert console.file.getvalue() == ""


def test_a_terminal_sees_the_line_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_LANG", "en")
    before = threading.active_count()
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Progress(console) as progress:
        progress.prepare(1)
        assert threading.active_count() == before
        progress.begin(1)
        progress.started("ana")
    assert "Submissions: 1. Looking for stored results ..." in console.file.getvalue()
    assert "running: ana" in console.file.getvalue()


def test_no_process_is_made_while_the_display_has_its_thread(tmp_path: Path) -> None:
    for student in ("ana", "eva", "li", "noa"):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / f"{student}.ipynb").write_text("no notebook")
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-c",
        UNREADABLE,
        "grade",
        "mnist-mlp",
        str(tmp_path / "class"),
        "-o",
        str(tmp_path / "out"),
    ]
    ended = subprocess.run(
        [*command, "--data", "digits", "-j", "2"], stdout=subprocess.PIPE, stderr=theirs, stdin=theirs, text=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"}, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 1 << 20).decode()
    os.close(ours)
    assert ended.returncode == 1, ended.stdout  # unreadable: a person must look
    assert "4 of 4" in shown
    told = ended.stdout.partition("at each fork: ")[2]
    forks = ast.literal_eval(told)
    assert len(forks) >= 4  # two processes that read, two that score
    assert {name for names in forks for name in names} == {"MainThread"}


def test_results_of_an_older_release_are_named_before_everything_runs_again(tmp_path: Path) -> None:
    said = "son de otra versión del evaluador"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.ipynb").write_text("no notebook")
    (tmp_path / "out" / "evidence" / "runs" / "old").mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        "mnist-mlp",
        str(tmp_path / "class"),
        "-o",
        str(tmp_path / "out"),
    ]
    told = []
    for _ in range(2):
        ended = subprocess.run(
            [*command, "--data", "digits"], capture_output=True, text=True, check=False,
            env={**os.environ, "GRADER_LANG": "es"},
        )  # fmt: skip
        assert ended.returncode == 1, ended.stderr
        told.append(said in ended.stderr)
    assert told == [True, False]  # the second call finds what the first one made
