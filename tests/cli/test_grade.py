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
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from grader import store
from grader.cli import grade
from grader.cli.app import app
from grader.cli.progress import Progress, say_what_is_not_graded
from grader.grading import pipeline
from grader.records import NotGraded, message
from tests.support.cards import a_class, card

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


# ---------------------------------------------------------------- where the report goes


def call(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``grader grade mnist-mlp`` in a folder of its own."""
    command = [sys.executable, "-m", "grader", "grade", "mnist-mlp", *words, "--data", "digits"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_report_inside_the_submissions_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ana.ipynb").write_text("no notebook")
    ended = call(tmp_path / "class", ".", "-o", "out")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "grader: out: this folder lies inside ., which is graded, so the report would be graded as a submission next "
        "time; name a folder outside it with -o, e.g. -o ../report\n"
    )
    ended = call(tmp_path, "class/ana.ipynb", "-o", "class/ana.ipynb")
    assert ended.returncode == 2
    assert "this is the file that is to be graded; name a folder for the report with -o" in ended.stderr
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["ana.ipynb"]
    (tmp_path / "class").rename(tmp_path / "students")
    ended = call(tmp_path, "students", "-o", ".")
    assert ended.returncode == 2
    assert "students: these submissions lie in students, where the report is written; name another" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["students"]


def test_cards_of_another_exercise_are_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "ana.ipynb").write_text("no notebook")
    (tmp_path / "out" / "cards").mkdir(parents=True)
    content = store.dump_card(card("eva")).replace(b'"exercise": "mnist-mlp"', b'"exercise": "mnist-cnn"')
    (tmp_path / "out" / "cards" / "eva.json").write_bytes(content)
    ended = call(tmp_path, "ana.ipynb", "-o", "out")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "grader: out: this folder holds cards of the exercise 'mnist-cnn', and 'mnist-mlp' is graded now; "
        "name another folder with -o, or give --fresh to replace them\n"
    )
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["cards", "eva.json"]
    ended = call(tmp_path, "ana.ipynb", "-o", "out", "--fresh")
    assert ended.returncode == 1, ended.stderr
    assert [path.name for path in (tmp_path / "out" / "cards").iterdir()] == ["ana.json"]


# ---------------------------------------------------------------- files that were not graded


def told(monkeypatch: pytest.MonkeyPatch, language: str, *paths: str) -> list[str]:
    """What is said of these paths."""
    monkeypatch.setenv("GRADER_LANG", language)
    files = tuple(NotGraded(path=path, why=message("collecting.missing")) for path in paths)
    written = io.StringIO()
    summary = pipeline.Summary(students=1, reviews=0, not_graded=files)
    say_what_is_not_graded(summary, Path("out"), Console(file=written, width=60))
    return written.getvalue().splitlines()


def test_files_that_were_not_graded_are_said_with_their_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, "en") == []
    assert told(monkeypatch, "en", "a.txt") == ["1 file not graded:", "  a.txt: Nothing was handed in."]
    assert told(monkeypatch, "es", "a.txt") == ["1 archivo sin evaluar:", "  a.txt: No se ha entregado nada."]
    ten = [f"{number}.txt" for number in range(10)]
    assert told(monkeypatch, "en", *ten)[0] == "10 files not graded:"
    assert told(monkeypatch, "en", *ten)[-1] == "  9.txt: Nothing was handed in."
    many = [f"{number}.txt" for number in range(1234)]
    for language, first, last in (
        ("en", "1 234 files not graded:", "  and 1 224 more: out/not_graded.json"),
        ("es", "1 234 archivos sin evaluar:", "  y 1 224 más: out/not_graded.json"),
    ):
        lines = told(monkeypatch, language, *many)
        assert (len(lines), lines[0], lines[-1]) == (12, first, last)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a\x1b[2Jb\n.txt", "a\\x1b[2Jb\\x0a.txt"),
        ("[red]:warning:", "[red]:warning:"),
        ("Ana\u202e", "Ana\\u202e"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_hostile_path_is_one_plain_line(monkeypatch: pytest.MonkeyPatch, path: str, shown: str) -> None:
    assert told(monkeypatch, "en", path) == ["1 file not graded:", f"  {shown}: Nothing was handed in."]


def test_they_are_said_after_a_batch_before_the_place_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    stray = NotGraded(path="list.xlsx", why=message("collecting.missing"))
    summary = pipeline.Summary(students=3, reviews=1, index=Path("out/index.html"), not_graded=(stray,), ran=1)
    grade._say(Console(), summary, Path("out"))
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[2].split(":")[0], lines[-1]) == ("3 graded; 1 to look at", "  list.xlsx", "out/index.html")


# ---------------------------------------------------------------- how submissions and the roster are read


@pytest.mark.parametrize(
    ("words", "reading", "id_column"),
    [
        ([], "", None),
        (["--class"], "class", None),
        (["--student", "--id-column", "DNI"], "student", "DNI"),
    ],
)
def test_how_a_folder_and_a_roster_are_read_reaches_the_batch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], reading: str, id_column: str | None
) -> None:
    jobs: list[pipeline.Job] = []

    def graded(job: pipeline.Job, _watch: Any) -> pipeline.Summary:
        jobs.append(job)
        return pipeline.Summary(students=0, reviews=0)

    monkeypatch.setattr(pipeline, "grade", graded)
    given = ["grade", "mnist-mlp", str(tmp_path), "-o", str(tmp_path / "out"), "--data", "digits"]
    ended = CliRunner().invoke(app, [*given, *words])
    assert ended.exit_code == 0, ended.output
    assert [(job.reading, job.id_column) for job in jobs] == [(reading, id_column)]


def test_a_folder_is_not_read_in_both_ways(tmp_path: Path) -> None:
    ended = call(tmp_path, ".", "-o", "../out", "--class", "--student")
    assert ended.returncode == 2
    assert ended.stderr == "grader: --class and --student are two ways of reading one folder; give one of them\n"
