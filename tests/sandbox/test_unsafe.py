"""``--unsafe-no-sandbox``: refused for root, loud for everybody else, and stamped on what it makes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import sandbox
from tests.support import tiny_course
from tests.support.notebooks import notebook
from tests.support.ordinary_user import UID, run_as_ordinary_user, skip_unless_root

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

HAND_IN = notebook("answers = {'given': 3, 'seven': 7, 'why': 'b'}")
GRADE = """
import sys
sys.argv = ["grader", "grade", "tiny", "hand-ins", "-o", "out", "--lang", "en", "--format", "junit", *{more}]
import os
os.chdir({root!r})
from grader.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A course and a hand-in that an ordinary user may read, and a place where he may write."""
    root = Path("/tmp") / f"grader-unsafe-{os.getpid()}"
    tiny_course.write(root)
    (root / "hand-ins").mkdir()
    (root / "hand-ins" / "ana.ipynb").write_bytes(HAND_IN)
    for path in (root, *root.rglob("*")):
        shutil.chown(path, UID, UID) if os.geteuid() == 0 else None
    yield root
    shutil.rmtree(root)


def grade(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run_as_ordinary_user(GRADE.format(root=str(root), more=list(more)), XDG_CACHE_HOME=f"{root}/cache")


def test_root_may_not_lend_students_its_rights(root: Path) -> None:
    skip_unless_root()
    ended = subprocess.run(
        [sys.executable, "-c", GRADE.format(root=str(root), more=["--unsafe-no-sandbox"])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "student code would run as root; call the grader as an ordinary user" in ended.stderr
    assert not (root / "out").exists()


@pytest.fixture(scope="module")
def unsafe(root: Path) -> subprocess.CompletedProcess[str]:
    return grade(root, "--unsafe-no-sandbox")


def test_without_a_sandbox_every_card_and_page_says_so(root: Path, unsafe: subprocess.CompletedProcess[str]) -> None:
    assert unsafe.returncode == 1, unsafe.stderr
    assert "WITHOUT A SANDBOX: student code runs with all your rights" in unsafe.stderr
    card = json.loads((root / "out/cards/ana.json").read_text("utf-8"))
    assert card["provenance"]["isolation"] == sandbox.UNSAFE
    assert card["points"] == 4
    (stamp,) = [reason for reason in card["review"] if reason["key"] == "runs.no_sandbox"]
    assert stamp["en"].startswith("Student code ran WITHOUT a sandbox")
    assert stamp["es"].startswith("El código de los estudiantes se ejecutó SIN aislar")
    for page in ("index.html", "students/ana.html"):
        assert "WITHOUT a sandbox" in (root / "out" / page).read_text("utf-8"), page
    assert sandbox.UNSAFE in (root / "out/junit.xml").read_text("utf-8")
    assert '"yes"' in (root / "out/grades.csv").read_text("utf-8")


@pytest.mark.slow
def test_a_later_run_with_a_sandbox_does_not_reuse_what_ran_without_one(
    root: Path, unsafe: subprocess.CompletedProcess[str]
) -> None:
    ended = grade(root)
    assert ended.returncode == 1, ended.stderr
    assert "WITHOUT" not in ended.stderr + (root / "out/index.html").read_text("utf-8")
    card = json.loads((root / "out/cards/ana.json").read_text("utf-8"))
    assert card["provenance"]["isolation"].startswith("bubblewrap")
