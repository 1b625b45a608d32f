"""The command line: what is said, and with which exit code, before anything is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import __version__
from tests.support.notebooks import notebook

HEAVY = ("tensorflow", "keras", "h5py", "nbformat", "nbclient", "IPython", "sklearn", "scipy")


def grader(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture
def hand_ins(tmp_path: Path) -> Path:
    folder = tmp_path / "hand-ins"
    folder.mkdir()
    (folder / "ana.ipynb").write_bytes(notebook("x = 1"))
    return folder


def test_the_version_is_printed() -> None:
    assert grader("--version").stdout == f"grader {__version__}\n"


def test_help_names_every_verb() -> None:
    said = grader("--help").stdout
    for verb in ("grade", "demo", "doctor", "schema", "data"):
        assert verb in said


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from grader.cli.app import app\n"
        "try: app(['grade', '--help'], prog_name='grader')\n"
        "except SystemExit: pass\n"
        "print('LOADED', [name for name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    loaded = said.split("LOADED", 1)[1]
    for module in (*HEAVY, "numpy", "jinja2", "yaml"):
        assert f"'{module}'" not in loaded


def test_an_unknown_exercise_lists_those_there_are(hand_ins: Path, tmp_path: Path) -> None:
    ended = grader("grade", "mnist-mpl", str(hand_ins), "-o", str(tmp_path / "out"), cwd=tmp_path)
    assert ended.returncode == 2
    assert "did you mean 'mnist-mlp'" in ended.stderr
    assert "mnist-softmax" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_rubric_with_a_typo_is_refused_with_its_line(hand_ins: Path, tmp_path: Path) -> None:
    rubric = tmp_path / "mine.yaml"
    rubric.write_text(
        "exercise: mine\n"
        "title: {es: Mío, en: Mine}\n"
        "data: mnist\n"
        "test: hidden\n"
        "criteria:\n"
        "  - {id: q1, points: 1, check: nubmer, answer: q1, equals: 3, title: {es: a, en: a}}\n"
    )
    ended = grader("grade", str(rubric), str(hand_ins), "-o", str(tmp_path / "out"))
    assert ended.returncode == 2
    assert f"{rubric}:6:" in ended.stderr
    assert "did you mean 'number'" in ended.stderr


def test_missing_data_tells_where_it_is_looked_for(hand_ins: Path, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    ended = grader("grade", "mnist-mlp", str(hand_ins), "-o", str(tmp_path / "out"), env=env)
    assert ended.returncode == 2
    for place in ("--data", "GRADER_DATA", ".keras/datasets", "grader data fetch mnist"):
        assert place in ended.stderr


def test_an_output_folder_that_cannot_be_written_is_named(hand_ins: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    out = tmp_path / "file" / "out"
    ended = grader("grade", "mnist-mlp", str(hand_ins), "-o", str(out), "--data", "digits")
    assert ended.returncode == 2
    assert f"{out}: the report cannot be written here" in ended.stderr


def test_a_submissions_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    ended = grader("grade", "mnist-mlp", str(tmp_path / "none"), "-o", str(tmp_path / "out"), "--data", "digits")
    assert ended.returncode == 2
    assert "no such file or folder" in ended.stderr


def test_an_unknown_format_lists_those_there_are(hand_ins: Path, tmp_path: Path) -> None:
    ended = grader("grade", "mnist-mlp", str(hand_ins), "-o", str(tmp_path / "out"), "--format", "pdf")
    assert ended.returncode == 2
    assert "no such report; there are:" in ended.stderr
    assert "junit" in ended.stderr


def test_a_quick_look_gives_no_report_for_a_grade_book(hand_ins: Path, tmp_path: Path) -> None:
    ended = grader("grade", "mnist-mlp", str(hand_ins), "-o", str(tmp_path / "out"), "--quick", "--format", "junit")
    assert ended.returncode == 2
    assert "--quick gives no grades, so there is nothing for --format junit" in ended.stderr
    both = grader("grade", "mnist-mlp", str(hand_ins), "-o", str(tmp_path / "out"), "--quick", "--structure-only")
    assert both.returncode == 2
    assert "two different looks; give one" in both.stderr


@pytest.mark.sandbox
def test_without_bubblewrap_grading_is_refused_with_the_cures(hand_ins: Path, tmp_path: Path) -> None:
    bwrap = shutil.which("bwrap")
    if os.geteuid() != 0 or bwrap is None:
        pytest.skip("bubblewrap is hidden by a mount, which only root can make")
    command = ["grade", "mnist-mlp", str(hand_ins), "-o", str(tmp_path / "out"), "--data", "digits"]
    hide = 'mount --bind /dev/null "$0" && exec "$@"'
    started = ["unshare", "--mount", "sh", "-c", hide, bwrap, sys.executable, "-m", "grader", *command]
    ended = subprocess.run(started, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "no working sandbox on this machine: not installed: bwrap" in ended.stderr
    assert "install bubblewrap" in ended.stderr
    assert list((tmp_path / "out" / "cards").glob("*")) == []


@pytest.mark.parametrize("of", ["rubric", "scorecard"])
def test_a_schema_is_printed_as_json(of: str) -> None:
    found = json.loads(grader("schema", of).stdout)
    assert found["type"] == "object"
    assert found["properties"]
