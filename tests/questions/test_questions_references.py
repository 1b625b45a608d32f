"""The reference notebooks of the seeded exercises are right for every student, and hold today's public pool."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import questions
from grader.course import notebooks, rubric
from grader.scoring import checks
from tests.support.facts import evidence, facts

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = ("output-size", "parameter-count")
STUDENTS = ["public", *(f"a{number}" for number in range(40))]


def reference(exercise: str) -> notebooks.Notebook:
    path = ROOT / "reference" / exercise / "solution.ipynb"
    return notebooks.load(path.read_bytes(), str(path))


def answers_of(exercise: str, secret: bytes) -> dict[str, dict[str, Any]]:
    """What the reference answers for each student; the cells that build a model are left out."""
    sources = [cell["source"] for cell in notebooks.code_cells(reference(exercise)) if "keras" not in cell["source"]]
    sources[0] = questions.pool_source(exercise, secret=secret, lang="en")
    own = [source.replace('student_id = "public"', "student_id = who") for source in sources]
    program = [
        "import io, json, contextlib",
        "every = {}",
        f"for who in {STUDENTS!r}:",
        "    space = {'who': who}",
        "    with contextlib.redirect_stdout(io.StringIO()):",
        *(f"        exec({source!r}, space)" for source in own),
        "    every[who] = space['answers']",
        "print(json.dumps(every))",
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-"], input="\n".join(program), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("secret", [b"", b"a course"])
def test_the_reference_answers_every_students_questions(exercise: str, secret: bytes) -> None:
    read = rubric.load(ROOT / "rubrics" / f"{exercise}.yaml")
    for student, given in answers_of(exercise, secret).items():
        key = questions.variant(exercise, secret=secret, student=student).key
        about = evidence(about=facts(answers=given), key=key)
        for criterion in read.criteria:
            if "answer" in criterion.params:
                judged = checks.judge(criterion.check, about, criterion.params)
                assert judged.credit == 1, (student, criterion.id, judged)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_holds_the_public_pool(exercise: str) -> None:
    (cell,) = (cell for cell in notebooks.code_cells(reference(exercise)) if "pool" in notebooks.tags(cell))
    assert cell["source"].strip() == questions.pool_source(exercise, secret=b"", lang="es").strip()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_question_of_the_pool_is_asked(exercise: str) -> None:
    read = rubric.load(ROOT / "rubrics" / f"{exercise}.yaml")
    asked = {one.params.get("slot", one.params["answer"]) for one in read.criteria if one.check == "variant"}
    assert asked == set(questions.slots(exercise))
    assert read.questions == exercise
