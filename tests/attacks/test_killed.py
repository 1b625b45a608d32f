"""SIGKILL in the middle of a batch: nothing goes on running, and the same command ends with the same result."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import course
from tests.attacks.grading import Batch, grade, lasting
from tests.attacks.leftovers import groups_of, nothing_is_left
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

DAEMON = """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
"""
WAITS = "import time; time.sleep(4)"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of six, every second one with a daemon."""
    root = tmp_path_factory.mktemp("killed")
    course.write(root / "course")
    (root / "hand-ins").mkdir()
    (root / "temporary").mkdir()
    for number in range(6):
        cells = [f"# {number}", course.START, *([DAEMON] if number % 2 else []), WAITS, course.MODEL]
        (root / "hand-ins" / f"student{number}.ipynb").write_bytes(notebook(*cells))
    return root


def command(root: Path, out: str) -> list[str]:
    words = [sys.executable, "-m", "grader", "grade", "light", str(root / "hand-ins"), "-o", str(root / out)]
    return [*words, "--lang", "en", "--course", str(root / "course"), "--data", "digits", "-j", "2"]


def cards(root: Path, out: str, ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    graded = Batch(exercise="light", out=root / out, said=ended.stdout, code=ended.returncode, attacks=())
    return [{**lasting(card), "student": card["student"]} for card in graded.cards]


def test_a_killed_grader_leaves_nothing_running_and_goes_on_where_it_was(root: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(root / "temporary")}
    with nothing_is_left(root / "temporary"):
        process = subprocess.Popen(command(root, "killed"), env=environment, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 240
        while len(list((root / "killed" / "cards").glob("*.json"))) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1)  # the next two are in the middle of their start
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    finished = len(list((root / "killed" / "cards").glob("*.json")))
    assert 2 <= finished < 6
    assert not (root / "killed" / "index.html").exists()
    again = grade(root / "course", "light", root / "hand-ins", root / "killed")
    whole = grade(root / "course", "light", root / "hand-ins", root / "whole")
    assert (again.returncode, whole.returncode) == (0, 0), again.stderr + whole.stderr
    assert cards(root, "killed", again) == cards(root, "whole", whole)
    assert (root / "killed" / "grades.csv").read_bytes() == (root / "whole" / "grades.csv").read_bytes()
    assert groups_of(process.pid) == []
