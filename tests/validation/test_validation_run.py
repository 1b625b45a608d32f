"""``grader validate`` over a tiny course, in real sandboxes and without one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader import sandbox, validation
from grader.sandbox.watch import tree
from tests.support import tiny_course
from tests.support.interrupts import heeding_ctrl_c

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]


def grader(*words: str, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", "validate", *words, "--course", str(root)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The tiny course validated once in a sandbox; later validations into the same folder find the evidence."""
    root = tiny_course.write(tmp_path_factory.mktemp("tiny"))
    return root, grader("-o", str(root / "out"), "--junit", str(root / "junit.xml"), root=root)


def again(done: tuple[Path, object], tmp_path: Path, *, old: str = "", new: str = "") -> validation.Request:
    """A validation of a changed course that starts from the evidence of the first one."""
    shutil.copytree(done[0] / "out" / "evidence", tmp_path / "out" / "evidence")
    return validation.Request(
        course=tiny_course.write(tmp_path / "course", old=old, new=new),
        out=tmp_path / "out",
        junit=tmp_path / "junit.xml",
    )


def test_a_good_course_is_as_it_must_be(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, ended = done
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 exercises, 8 of 8 mutants killed as named; all as it must be" in ended.stdout
    assert "tiny: crash-at-the-end: ok" in ended.stderr
    assert "--trusted" not in ended.stdout


def test_cards_and_junit_are_written(done: tuple[Path, object]) -> None:
    root, _ = done
    cards = {path.stem: json.loads(path.read_bytes()) for path in (root / "out" / "cards" / "tiny").glob("*.json")}
    assert len(cards) == 10
    assert cards["reference"]["points"] == cards["reference"]["max_points"] == 7
    assert cards["reference"]["provenance"]["isolation"].startswith("bubblewrap")
    cases = list(ET.parse(root / "junit.xml").getroot().iter("testcase"))
    assert len(cases) == 14
    assert not list(ET.parse(root / "junit.xml").getroot().iter("failure"))


def test_a_mutant_that_survives_is_told_with_the_criteria(
    done: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = again(done, tmp_path, old="wrong-choice:why: [why]", new="wrong-choice:why: [why, seven]")
    assert validation.run(request) == 1
    said = capsys.readouterr().out
    assert "tiny: wrong-choice:why: seven should lose points and does not" in said
    assert "7 of 8 mutants killed as named; 1 not as they must be" in said
    (failure,) = ET.parse(tmp_path / "junit.xml").getroot().iter("failure")
    assert "seven should lose points" in str(failure.get("message"))


def test_what_is_still_missing_is_told_all_at_once(
    done: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = again(done, tmp_path, old="  raises:twice: [twice]\n", new="  no-softmax: [twice]\n  one-epoch: []\n")
    (tmp_path / "course" / "reference" / "tiny" / "expected.json").write_text('{"seven": 8}')
    assert validation.run(request) == 1
    said = capsys.readouterr().out
    for part in (
        "no-softmax: it cannot be made: its code has no activation 'softmax'",
        "one-epoch: it cannot be made: its code calls no fit(...)",
        "one-epoch costs nothing",
        "reference: table cannot be judged",
        "expected.json has no table; run grader validate --update",
        "expected.json is stale: seven differs",
    ):
        assert part in said


def test_update_writes_the_expected_values_anew(done: tuple[Path, object], tmp_path: Path) -> None:
    request = again(done, tmp_path)
    path = tmp_path / "course" / "reference" / "tiny" / "expected.json"
    path.write_text("{}")
    assert validation.run(request) == 1
    assert validation.run(validation.Request(course=request.course, out=request.out, update=True)) == 0
    assert json.loads(path.read_bytes()) == tiny_course.EXPECTED


def test_an_exercise_that_cannot_be_read_does_not_keep_the_others_from_it(
    done: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = again(done, tmp_path)
    (tmp_path / "course" / "rubrics" / "broken.yaml").write_text("exercise: broken\n")
    assert validation.run(request) == 1
    said = capsys.readouterr().out
    assert "broken: rubric and reference: " in said
    assert "8 of 8 mutants killed" in said


def test_a_broken_function_of_the_reference_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tiny_course.write(tmp_path)
    path = root / "reference" / "tiny" / "solution.ipynb"
    path.write_text(path.read_text("utf-8").replace("return 2 * x", "return x.nothing"), "utf-8")
    assert validation.run(validation.Request(course=root)) == 1
    assert "twice(), case 1 of `calls`: it ends in AttributeError" in capsys.readouterr().out


@pytest.mark.slow
def test_trusted_runs_without_a_sandbox_and_says_so(tmp_path: Path) -> None:
    root = tiny_course.write(tmp_path)
    ended = grader("--trusted", "-o", str(root / "out"), "--junit", str(root / "junit.xml"), root=root)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("no sandbox: the course's own references and mutants run as this user (--trusted)") == 2
    card = json.loads((root / "out" / "cards" / "tiny" / "reference.json").read_bytes())
    assert card["provenance"]["isolation"] == "none (trusted)"
    properties = ET.parse(root / "junit.xml").getroot().iter("property")
    assert {one.get("value") for one in properties} == {"none (trusted)"}


def test_evidence_without_a_sandbox_is_never_taken_for_evidence_from_one(
    done: tuple[Path, object], tmp_path: Path
) -> None:
    from grader import data
    from grader.course import course, rubric
    from grader.grading import gather
    from grader.validation import cases

    found = course.find(done[0])
    checked = rubric.load(found.rubric_path("tiny"))
    exercise = cases.prepared(checked, found, data.find("digits", None))
    task = gather.Gathering(
        submission=cases.reference(exercise).submission,
        rubric=exercise.rubric,
        data=exercise.data,
        evidence=done[0] / "out" / "evidence",
    )
    assert gather.execution(task)[1] == 0
    inside = gather._run_folder(task, 0, None)
    with sandbox.without_isolation():
        assert gather._run_folder(task, 0, None) != inside


@pytest.mark.parametrize("how", [(), ("--trusted",)], ids=["sandboxed", "trusted"])
def test_ctrl_c_ends_everything_that_was_started(tmp_path: Path, how: tuple[str, ...]) -> None:
    root = tiny_course.write(tmp_path, old="crash-at-the-end", new="endless-loop")
    command = [sys.executable, "-m", "grader", "validate", *how, "--course", str(root), "-j", "2"]
    with heeding_ctrl_c():
        running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen: set[int] = set()
    until = time.monotonic() + 20
    while time.monotonic() < until or len(seen) < 3:
        seen |= set(tree(running.pid)) - {running.pid}
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert said.rstrip().endswith("grader: stopped")
    assert [pid for pid in seen if _lives(pid)] == []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
