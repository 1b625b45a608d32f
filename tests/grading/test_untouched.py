"""A handout that comes back as it was given is told as such in one sentence; one changed word, and it is graded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader import questions
from grader.course import course, handout, rubric
from grader.course.course import Course
from grader.grading.untouched import untouched, without_handout
from grader.records import Facts, Provenance, Rubric, Submission
from grader.reports import pages
from grader.reports.overview import row
from grader.scoring import score
from grader.submissions.choice import code_hash
from grader.texts import render
from tests.support import tiny_course
from tests.support.html_pages import Page

COURSE = course.find(Path(__file__).resolve().parents[2])
NOBODY = Provenance(submission="", rubric="", data="", data_sha256="", versions={}, seed=0, isolation="")


def given(exercise: str, lang: str = "es") -> dict[str, Any]:
    """A handout of the shipped course, as students get it."""
    path = COURSE.root / "exercises" / exercise / f"{exercise}.{lang}.ipynb"
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def problem(document: Any, exercise: str = "mnist-mlp", named: Course = COURSE) -> str:
    """How the submission of this notebook ends before it runs; empty when it is run."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    files = {"work/P5.ipynb": content}
    submitted = Submission(student="ana", exercise=exercise, files=files, entry="work/P5.ipynb", sha256="x")
    found = without_handout(submitted, named, rubric.load(named.rubric_path(exercise))).problem
    return "" if found is None else found.ended


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("exercise", COURSE.exercises)
def test_every_handout_of_the_course_is_known(exercise: str, lang: str) -> None:
    assert problem(given(exercise, lang), exercise) == "untouched"
    assert problem(COURSE.reference(exercise), exercise) == ""


def test_outputs_counts_metadata_and_white_space_change_nothing() -> None:
    document = given("mnist-mlp")
    for number, cell in enumerate(document["cells"]):
        cell["metadata"] = {"id": f"x{number}", "collapsed": True}
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n") + "\n\n  "
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "a"}]}
    document["cells"].insert(2, {"cell_type": "code", "metadata": {}, "outputs": [], "source": " \n"})
    document["metadata"] = {"colab": {"provenance": []}}
    assert problem(document) == "untouched"


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_one_answer_or_one_word_is_work_that_is_graded(kind: str) -> None:
    document = given("mnist-mlp")
    cell = next(one for one in reversed(document["cells"]) if one["cell_type"] == kind)
    cell["source"] = "".join(cell["source"]) + "\nx"
    assert problem(document) == ""


def test_an_id_answers_no_question_and_an_answer_does() -> None:
    document = given("output-size")
    picks = next(one for one in document["cells"] if one["cell_type"] == "code")
    source = "".join(picks["source"])
    picks["source"] = source.replace("student_id = ", 'student_id = "ana"  # ', 1)
    assert picks["source"] != source
    assert problem(document, "output-size") == "untouched"
    picks["source"] = source.replace("import hashlib", "answers = {'q1': 3}\nimport hashlib", 1)
    assert problem(document, "output-size") == ""


def test_a_handout_with_one_students_questions_is_known() -> None:
    asked = rubric.load(COURSE.rubric_path("parameter-count"))
    own = handout.handout(COURSE.reference("parameter-count"), asked, lang="en", student="Ana")
    assert json.loads(own) != given("parameter-count", "en")
    assert problem(own, "parameter-count") == "untouched"
    assert questions.pool(asked.questions or "", b"")


def test_a_handout_with_one_students_example_is_known() -> None:
    asked = rubric.load(COURSE.rubric_path("mnist-mlp"))
    own = handout.handout(COURSE.reference("mnist-mlp"), asked, lang="es", student="Ana")
    assert json.loads(own) != given("mnist-mlp")
    assert problem(own) == "untouched"


def test_a_handout_that_lies_in_the_course_counts_though_the_reference_has_changed(tmp_path: Path) -> None:
    root = tiny_course.write(tmp_path)
    asked = rubric.load(root / "rubrics" / "tiny.yaml")
    old = json.loads(handout.handout(Course(root=root).reference("tiny"), asked, lang="es"))
    old["cells"][-1]["source"] = 'answers["seven"] = "?"'
    assert problem(old, "tiny", Course(root=root)) == ""
    folder = tmp_path / "other"
    folder.mkdir()
    (tiny_course.write(folder) / "exercises" / "tiny").mkdir()
    (folder / "exercises" / "tiny" / "tiny.ipynb").write_text(json.dumps(old), "utf-8")
    assert problem(old, "tiny", Course(root=folder)) == "untouched"
    tells = untouched(Course(root=folder), asked)
    assert tells(code_hash("a.ipynb", json.dumps(old).encode()))


def test_where_nothing_is_left_open_the_handout_is_the_solution(tmp_path: Path) -> None:
    root = tiny_course.write(tmp_path)
    path = root / "reference" / "tiny" / "solution.ipynb"
    document = json.loads(path.read_bytes())
    document["cells"] = document["cells"][:1]
    path.write_text(json.dumps(document), "utf-8")
    assert problem(document, "tiny", Course(root=root)) == ""


def test_its_card_says_so_once_and_every_criterion_is_lost() -> None:
    asked = rubric.load(COURSE.rubric_path("mnist-mlp"))
    content = json.dumps(given("mnist-mlp")).encode()
    submitted = Submission(student="ana", exercise="mnist-mlp", files={"P5.ipynb": content}, entry="P5.ipynb")
    why = without_handout(submitted, COURSE, asked).problem
    assert why is not None
    assert render(why.why, "en") == (
        "P5.ipynb is the handout as it was given: nothing was filled in. "
        "If you solved it, submit the notebook with your work."
    )
    assert render(why.why, "es").startswith("P5.ipynb es el enunciado tal como se repartió: no se ha rellenado nada.")
    card = _card(asked, Facts(ended="untouched", problem=why.why))
    assert {(one.state, one.credit, one.why.key) for one in card.verdicts} == {("lost", 0.0, "collecting.untouched")}
    assert (card.status, card.points, card.unjudged) == ("untouched", 0, 0)
    assert (card.review, card.notices, card.failed, card.diagnoses, card.model) == ((), (), (), (), None)
    page = Page(pages.student_page(card, asked, "en"))
    assert page.text.count("nothing was filled in. If you") == 1
    assert "handout, nothing filled in" in page.text
    assert "Hint" not in page.text
    assert "No model was found" not in page.text


def test_the_class_page_says_it_in_the_students_row() -> None:
    asked = rubric.load(COURSE.rubric_path("mnist-mlp"))
    card = _card(asked, Facts(ended="untouched"))
    assert "handout, nothing filled in" in Page(pages.index_page([row(card)], asked, "en")).text
    assert "enunciado sin rellenar" in Page(pages.index_page([row(card)], asked, "es")).text


def _card(asked: Rubric, facts: Facts) -> Any:
    identity = score.Identity(student="ana", slug="ana")
    return score.score(
        facts=facts, rubric=asked, measured={}, expected={}, key={}, identity=identity, provenance=NOBODY
    )
