"""Running without a sandbox is for ``grader validate --trusted`` alone, and keeps its limits there."""

from __future__ import annotations

import ast
import os
import sys
import time
from pathlib import Path

import pytest

from grader import sandbox
from grader.records import Limits
from grader.sandbox import Command

PACKAGE = Path(sandbox.__file__).resolve().parent.parent
SMALL = Limits(time_s=20, cell_s=10, memory_mb=512, disk_mb=16)


def python(source: str, **rest: object) -> Command:
    return Command(argv=(sys.executable, "-I", "-c", source), **rest)


def ran(source: str, limits: Limits = SMALL, **rest: object) -> sandbox.Ending:
    with sandbox.without_isolation():
        return sandbox.run(python(source, **rest), limits)


def test_only_validate_and_an_unsafe_batch_can_leave_the_sandbox_out() -> None:
    users = {
        "cli/grade.py" if path == PACKAGE / "cli" / "grade.py" else path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if getattr(node, "attr", getattr(node, "id", getattr(node, "name", ""))) == "without_isolation"
    }
    assert users == {"sandbox", "validation", "cli/grade.py"}  # cli/grade: only for --unsafe-no-sandbox


def test_grade_has_no_such_option() -> None:
    from typer.testing import CliRunner

    from grader.cli.app import app

    ended = CliRunner().invoke(app, ["grade", "mnist-mlp", ".", "-o", "out", "--trusted"])
    assert ended.exit_code == 2
    assert "--trusted" in ended.output


def test_after_the_block_everything_is_isolated_again() -> None:
    assert sandbox.isolated()
    with sandbox.without_isolation(), sandbox.without_isolation():
        assert not sandbox.isolated()
    assert sandbox.isolated()
    with pytest.raises(ZeroDivisionError), sandbox.without_isolation():
        raise ZeroDivisionError
    assert sandbox.isolated()


def test_a_program_finds_its_files_in_a_folder_that_is_gone_afterwards() -> None:
    source = (
        "import os; root = os.environ['GRADER_INSIDE']; print(open(root + '/in/a/b.txt').read());"
        "print(root); print(os.getcwd()); print(os.environ['HOME']); open('left', 'w').close()"
    )
    ending = ran(source, inputs={"/in/a/b.txt": b"inside"})
    said, root, here, home = ending.stdout.decode().split()
    assert (ending.ended, ending.isolation, said) == ("ok", "none (trusted)", "inside")
    assert here == home == f"{root}/tmp"
    assert not os.path.exists(root)


def test_the_environment_of_the_teacher_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_SECRET", "a secret")
    ending = ran("import os; print(sorted(os.environ))")
    assert b"GRADER_SECRET" not in ending.stdout


def test_a_program_that_does_not_end_is_killed_with_all_that_it_started() -> None:
    source = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print(child.pid, flush=True)\ntime.sleep(60)\nprint('slept through')"
    )
    ending = ran(source, Limits(time_s=3, cell_s=1, memory_mb=512, disk_mb=16))
    assert ending.ended == "timeout"
    pid = int(ending.stdout)
    for _ in range(50):
        if not os.path.exists(f"/proc/{pid}") or " Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.1)
    pytest.fail("a process outlived its run")


def test_what_holds_too_much_memory_is_killed() -> None:
    ending = ran("import time; held = bytes(range(1, 256)) * (5 << 20); time.sleep(9)")
    assert ending.ended == "memory"


def test_how_a_program_ended_is_known_by_its_exit_code() -> None:
    assert ran("raise SystemExit(7)").returncode == 7
    assert ran("raise SystemExit(7)").ended == "exit"
    assert ran("pass").ended == "ok"
