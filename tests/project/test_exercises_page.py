"""docs/exercises.md names every exercise with its points, and the right answers that the rubrics ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.rubric import load
from grader.records import Rubric

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(root=ROOT)
PAGE = (ROOT / "docs" / "exercises.md").read_text("utf-8")

each_exercise = pytest.mark.parametrize("exercise", COURSE.exercises)


def rubric(exercise: str) -> Rubric:
    return load(COURSE.rubric_path(exercise))


def rows(exercise: str) -> list[list[str]]:
    """The cells behind the exercise's name in every table row that begins with it."""
    found = [line for line in PAGE.splitlines() if line.startswith(f"| `{exercise}` |")]
    return [[cell.strip() for cell in line.strip("|").split("|")[1:]] for line in found]


def test_the_thirteen_exercises_are_those_of_the_course() -> None:
    first = re.findall(r"^\| `([a-z-]+)` \|", PAGE.partition("## How accuracy")[0], re.MULTILINE)
    assert sorted(first) == sorted(COURSE.exercises)
    assert len(first) == len(set(first)) == 13
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COURSE.exercises if f"`{name}`" not in readme] == []


@each_exercise
def test_its_points_are_those_of_the_rubric(exercise: str) -> None:
    assert float(rows(exercise)[0][1]) == rubric(exercise).max_points


@each_exercise
def test_the_right_answer_of_every_question_is_there(exercise: str) -> None:
    told = [row for row in rows(exercise) if row[0].startswith("`")]
    for criterion in rubric(exercise).criteria:
        params = criterion.params
        if criterion.check not in ("choice", "number", "shape_answer", "text_answer"):
            continue
        (mine,) = (row for row in told if f"`{params['answer']}`" in row[0].split(", "))
        keys = mine[0].split(", ")
        place = keys.index(f"`{params['answer']}`")
        answer = mine[1].split(":")[0].split(", ")[place] if len(keys) > 1 else mine[1]
        if criterion.check == "choice":
            letters = answer.split(":")[0].split(" or ")
            assert letters in ([params["correct"]], list(params["correct"])), criterion.id
        elif criterion.check == "number" and "equals" in params:
            plain = re.match(r"[\d .]+%?", answer)
            assert plain is not None, answer
            value = float(plain[0].rstrip("%").replace(" ", "")) / (100 if "%" in plain[0] else 1)
            assert value == pytest.approx(params["equals"]), criterion.id
