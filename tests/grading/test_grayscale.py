"""The exercise grayscale graded as a whole: reference, untouched handouts, and a reference that is broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grader import data
from grader.course import course, handout, rubric
from grader.errors import CourseError
from grader.grading import pipeline
from grader.records import LANGUAGES

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

ROOT = Path(__file__).resolve().parents[2]


class Silent:
    """Nobody looks on."""

    def prepare(self, students: int, remarks: object = ()) -> None: ...

    def begin(self, students: int) -> None:
        """Nothing."""

    def started(self, student: str) -> None:
        """Nothing."""

    def finished(self, done: pipeline.Done) -> None:
        """Nothing."""


def job(tmp_path: Path, root: Path) -> pipeline.Job:
    found = course.find(root)
    asked = rubric.load(found.rubric_path("grayscale"))
    return pipeline.Job(
        rubric=asked, course=found, paths=(tmp_path / "in",), out=tmp_path / "out", data=data.find(asked.data, None)
    )


def test_the_reference_earns_everything_and_an_untouched_handout_nothing(tmp_path: Path) -> None:
    reference = (ROOT / "reference" / "grayscale" / "solution.ipynb").read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "teacher.ipynb").write_bytes(reference)
    asked = job(tmp_path, ROOT)
    for language in LANGUAGES:
        content = handout.handout(reference, asked.rubric, lang=language)
        (tmp_path / "in" / f"untouched-{language}.ipynb").write_bytes(content)
    summary = pipeline.grade(asked, Silent())
    assert (summary.students, summary.ran) == (3, 2)  # the reference twice, for its functions too; no handout
    cards = {path.stem: json.loads(path.read_bytes()) for path in (tmp_path / "out" / "cards").glob("*.json")}
    points = {name: (card["points"], card["unjudged"], card["review"]) for name, card in cards.items()}
    assert points == {"teacher": (13, 0, []), "untouched-es": (0, 0, []), "untouched-en": (0, 0, [])}
    luma = next(verdict for verdict in cards["untouched-es"]["verdicts"] if verdict["criterion"] == "luma")
    assert luma["why"]["key"] == "collecting.untouched"
    assert summary.untouched == ("untouched-en", "untouched-es")
    assert pipeline.grade(asked, Silent()).ran == 0


def test_a_broken_reference_is_told_before_anybody_is_graded(tmp_path: Path) -> None:
    root = tmp_path / "course"
    for part in ("rubrics", "reference"):
        shutil.copytree(ROOT / part, root / part)
    path = root / "reference" / "grayscale" / "solution.ipynb"
    path.write_text(path.read_text("utf-8").replace("def mean_that_wraps", "def mean_that_raps"), "utf-8")
    (tmp_path / "in").mkdir()
    shutil.copy(ROOT / "reference" / "grayscale" / "solution.ipynb", tmp_path / "in" / "ana.ipynb")
    with pytest.raises(CourseError, match=r"grayscale: mean_that_wraps\(\), case 1 of `calls`: there is no such"):
        pipeline.grade(job(tmp_path, root), Silent())
    assert list((tmp_path / "out" / "cards").iterdir()) == []
