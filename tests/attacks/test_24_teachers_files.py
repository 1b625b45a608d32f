"""Hostile or broken files of the course: refused with file and line, at once, and nothing is graded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attacks import course
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.slow, pytest.mark.attack]

# Of processor time, which does not depend on what else the machine does; one is usual.
SECONDS = 10
SAID = 5_000  # characters on the terminal
ADDRESS_SPACE = 4 << 30
RUBRIC = course.LIGHT.format(id="light").encode()
TOUCHED = "touched-by-yaml"
LAUGHS = b"l0: &l0 [ha, ha]\n" + b"".join(b"l%d: &l%d [*l%d, *l%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60))
DEEP = b"deep: " + b"[" * 100_000
OSC_52 = rb'"li\e]52;c;ZXZpbA==\a\u202Eght"'


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A file of the course as somebody left it.

    ``file``: its name below the course. ``says``: what the command line must say after the file's name (and line).
    ``lay``: puts down what is no plain file.
    """

    name: str
    file: str
    content: bytes = b""
    says: str
    lay: Callable[[Path], None] | None = None


def rubric(name: str, says: str, content: bytes) -> Broken:
    return Broken(name=f"rubric: {name}", file="rubrics/light.yaml", content=content, says=says)


def settings(name: str, says: str, content: bytes) -> Broken:
    return Broken(name=f"course.yaml: {name}", file="course.yaml", content=content, says=says)


def roster(name: str, says: str, content: bytes) -> Broken:
    return Broken(name=f"roster: {name}", file="roster.csv", content=content, says=says)


def with_line(old: bytes, new: bytes) -> bytes:
    assert RUBRIC.count(old) == 1
    return RUBRIC.replace(old, new)


BROKEN = [
    rubric("a tag that runs a program", ":1: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not read",
           b'exercise: !!python/object/apply:os.system ["touch %b"]\n' % TOUCHED.encode() + RUBRIC),
    rubric("a tag that names a function", ":3: the tag 'tag:yaml.org,2002:python/name:os.system'",
           with_line(b"data: digits", b"data: !!python/name:os.system")),
    rubric("a billion laughs", ":1: anchors (&) and aliases (*) are not read", LAUGHS + RUBRIC),
    rubric("a list within itself", ":3: anchors (&) and aliases (*)", with_line(b"data: digits", b"data: &a [*a]")),
    rubric("a key twice", ":4: the key 'data' stands here and on line 3",
           with_line(b"data: digits\n", b"data: digits\ndata: mnist\n")),
    rubric("a tab", ":3: a tab stands here", with_line(b"data: digits", b"\tdata: digits")),
    rubric("a wrong total", ":15: `total` is 80, but the points of the criteria make 8", RUBRIC + b"total: 80\n"),
    rubric("a line of a megabyte", ":3: 1049", with_line(b"data: digits", b"data: " + b"d" * (1 << 20))),
    rubric("100 000 brackets", ":15: nested more than 20 levels deep", RUBRIC + DEEP),
    rubric("60 000 values", ":6: more than 20000 values",
           with_line(b"exports: [table]", b"exports: [" + b"a," * 60_000 + b"]")),
    rubric("a zero byte", ":3: the character U+0000 stands here", with_line(b"digits", b"dig\0its")),
    rubric("no UTF-8", ":2: the file is not UTF-8 text", with_line(b'"Target"', b'"Target\xff"')),
    rubric("an escape that is no character", ":2: an escape stands here", with_line(b"Target", rb"\UFFFFFFFF")),
    rubric("an id that writes to the clipboard", ":1: `exercise` 'li",
           with_line(b"exercise: light", b"exercise: " + OSC_52)),
    Broken(name="rubric: a folder", file="rubrics/light.yaml", lay=Path.mkdir, says=": the rubric cannot be read"),
    Broken(name="rubric: a FIFO", file="rubrics/light.yaml", lay=os.mkfifo, says=": the rubric cannot be read (not an"),
    settings("a tag that runs a program", ":1: the tag", b'secret_file: !!python/object/apply:os.system ["true"]\n'),
    settings("a billion laughs", ":1: anchors (&) and aliases (*)", LAUGHS),
    settings("100 000 brackets", ":1: nested more than", DEEP),
    settings("two secrets", ":2: the key 'secret_file' stands here and on line 1", b"secret_file: secret\n" * 2),
    settings("a misspelt secret", ":1: a course has no setting 'secret_fille'; did you mean 'secret_file'?",
             b"secret_fille: secret\n"),
    Broken(name="secret: a FIFO", file="secret", lay=os.mkfifo, says=": the course's secret cannot be read (not an"),
    roster("a header that clears the screen", ":1: the roster needs a column 'id'", b"\x1b[2Jstudent,name\n"),
    roster("a zero byte", ":2: this is no text", b"id,name\nana\0,Ana\n"),
    roster("a quotation mark that swallows the class", ":2: this is no table", b'id,name\n"ana,Ana\nli,Li\n'),
    roster("a cell of 200 KB", ":2: this is no table", b"id,name\n" + b"x" * 200_000 + b",Ana\n"),
    roster("one id in two forms", ":3: the id 'José' stands in the roster twice", "id\nJosé\nJose\u0301\n".encode()),
    Broken(name="roster: a FIFO", file="roster.csv", lay=os.mkfifo, says=": the roster cannot be read (not an"),
    Broken(name="expected values: 100 000 brackets", file="reference/light/expected.json", content=b"[" * 100_000,
           says=": not valid JSON"),
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """One call of the command line."""

    root: Path
    code: int
    said: str


def call(root: Path, broken: Broken | None) -> Told:
    """``grader grade`` in a course of its own, with one file broken."""
    root.mkdir()
    course.write(root)
    (root / "roster.csv").write_text("id,name\nana,Ana\n", "utf-8")
    (root / "hand-ins").mkdir()
    (root / "hand-ins" / "ana.ipynb").write_bytes(notebook())
    if broken is not None:
        path = root / broken.file
        path.unlink(missing_ok=True)
        if broken.lay is not None:
            broken.lay(path)
        else:
            path.write_bytes(broken.content)
    limits = [f"--as={ADDRESS_SPACE}:", f"--cpu={SECONDS}:"]  # soft ones: sandboxes set their own
    words = ["prlimit", *limits, sys.executable, "-m", "grader", "grade", "light", "hand-ins", "-o", "out"]
    words += ["--course", str(root), "--data", "digits", "--roster", "roster.csv", "--lang", "en"]
    done = subprocess.run(words, cwd=root, capture_output=True, timeout=20 * SECONDS, check=False)
    return Told(root=root, code=done.returncode, said=(done.stdout + done.stderr).decode("utf-8", "strict"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Told]:
    root = tmp_path_factory.mktemp("family")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        calls = {one.name: pool.submit(call, root / f"{number:02d}", one) for number, one in enumerate(BROKEN)}
        return {name: one.result() for name, one in calls.items()}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_the_file_is_refused_with_its_line_and_nothing_is_graded(
    broken: Broken, told: Mapping[str, Told], record_property: Callable[[str, object], None]
) -> None:
    this = told[broken.name]
    assert this.code == 2
    assert "Traceback" not in this.said
    assert f"{broken.file}{broken.says}" in this.said
    assert this.said.startswith("grader: ")
    assert len(this.said) < SAID
    assert this.said.replace("\n", "").isprintable()
    assert not (this.root / "out").exists()
    assert not (this.root / TOUCHED).exists()
    record_property("attack", f"{broken.name}: refused, exit code 2, nothing graded")


def test_the_same_call_grades_when_no_file_is_broken(tmp_path: Path) -> None:
    this = call(tmp_path / "whole", None)
    assert this.code == 1, this.said
    assert (this.root / "out" / "cards" / "ana.json").is_file()
