"""Whose questions are graded: that of the roster's id, whatever the notebook or the name of a file says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import questions
from grader.course import notebooks, rubric
from grader.errors import RubricError
from tests.support.rubrics import GOOD

ROOT = Path(__file__).resolve().parents[2]
SECRET = b"only the teacher knows"


def hand_in(student: str, *, secret: bytes = SECRET) -> bytes:
    """The reference's answers to the questions of an id."""
    read = notebooks.load((ROOT / "reference" / "output-size" / "solution.ipynb").read_bytes(), "solution")
    pool = questions.pool_source("output-size", secret=secret, lang="en")
    return notebooks.dump(
        notebooks.with_sources(read, {"pool": pool.replace('student_id = "public"', f"student_id = {student!r}")})
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    (root / "rubrics").mkdir()
    shutil.copy(ROOT / "rubrics" / "output-size.yaml", root / "rubrics")
    (root / "course.yaml").write_text("secret_file: secret\n")
    (root / "secret").write_bytes(SECRET + b"\n")
    (root / "roster.csv").write_text("id,name\nana,Ana\neva,Eva\n")
    hand_ins = {
        "ana": hand_in("ana"),
        "eva": hand_in("ana"),  # answers the questions of somebody else
        "zoe": hand_in("public"),  # on no list
    }
    (root / "hand-ins").mkdir()
    for student, content in hand_ins.items():
        (root / "hand-ins" / f"{student}.ipynb").write_bytes(content)
    return root


def cards(root: Path, out: str, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "grader", "grade", "output-size", "hand-ins", "-o", out, "--data", "digits"]
    done = subprocess.run([*command, *more], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (root / out / "cards").glob("*.json")}


def keys(texts: list[dict[str, Any]]) -> set[str]:
    return {one["key"] for one in texts}


@pytest.mark.sandbox
def test_the_roster_decides_and_another_id_in_the_notebook_asks_for_a_person(course: Path) -> None:
    found = cards(course, "out", "--roster", "roster.csv")
    assert found["ana"]["points"] == found["ana"]["max_points"]
    assert not keys(found["ana"]["notices"]) & {"questions.public_variant", "questions.public_pool"}
    assert found["ana"]["review"] == []
    assert found["eva"]["points"] < 0.6 * found["eva"]["max_points"]
    (reason,) = (one for one in found["eva"]["review"] if one["key"] == "questions.other_student")
    assert "ana" in reason["en"]
    assert "eva" in reason["es"]
    assert found["zoe"]["points"] == found["zoe"]["max_points"]
    assert "questions.public_variant" in keys(found["zoe"]["notices"])
    assert "questions.public_pool" not in keys(found["zoe"]["notices"])
    # Without the list everybody has the public questions, from the same stored runs.
    everybody = cards(course, "out")
    assert all("questions.public_variant" in keys(card["notices"]) for card in everybody.values())
    assert "questions.other_student" in keys(everybody["ana"]["review"])
    assert everybody["zoe"]["points"] == everybody["zoe"]["max_points"]


def refusal(text: str) -> str:
    with pytest.raises(RubricError) as caught:
        rubric.parse(text.encode(), "r.yaml")
    return str(caught.value)


SEEDED = (
    GOOD.replace("test: hidden\n", "test: hidden\nquestions: output-size\n")
    .replace(
        "criteria:\n",
        "criteria:\n  - {id: one, points: 1, check: variant, answer: a, slot: padded, credits: {padding-once: 0.5}}\n",
    )
    .replace("total: 13\n", "")
)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("output-size", "output-sise", "r.yaml:5: `questions`: no set 'output-sise'; did you mean 'output-size'?"),
        ("slot: padded", "slot: paded", "`questions` has no question 'paded'; did you mean 'padded'?"),
        ("answer: a, slot: padded", "answer: strided", "no misconception 'padding-once' is known there"),
        ("answer: a, slot: padded", "answer: stridet", "answer: `questions` has no question 'stridet'; did you mean"),
        ("padding-once: 0.5", "padding-twice: 0.5", "'padding-twice' is known there; did you mean 'padding-once'?"),
        ("padding-once: 0.5", "padding-once: 1", "a share lies in 0 to 1"),
        ("questions: output-size\n", "", "the rubric has no `questions`"),
        ("answer: flat, equals: 400", "answer: flat, from_key: paded", "no question 'paded'; did you mean 'padded'?"),
    ],
)
def test_a_slip_in_a_seeded_rubric_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    assert rubric.parse(SEEDED.encode(), "r.yaml").questions == "output-size"
    assert old in SEEDED
    told = refusal(SEEDED.replace(old, new, 1))
    assert says in told
    assert told.startswith("r.yaml:")
