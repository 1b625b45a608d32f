"""Whether a notebook is a handout as it was given out.

Of several notebooks such a one is never graded; alone it is not run: nothing was filled in, and its card says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.course import handout
from grader.course.course import Course
from grader.course.files import read_file
from grader.errors import CourseError
from grader.evidence.preparing import notebook
from grader.records import LANGUAGES, NotebookCell, Problem, Rubric, Submission, message
from grader.submissions.choice import Untouched, code_hash

NAME = "handout.ipynb"
# The cell that picks the questions: it holds the student's id, or that student's questions alone, and no answer.
PICKS = re.compile(r"student_id = (?!.*\n(?:answers|respuestas)\b).*\nshow\(\)\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hashes:
    """Of the handouts of one exercise: of their code, and of everything that they say."""

    code: frozenset[str]
    whole: frozenset[str]


# The numbers of an example in a text, which differ from student to student.
EXAMPLE = re.compile(r"\d+[.,]?\d*(?= (?:%|points?|puntos?)(?!\w))")

_HASHES: dict[tuple[Path, str, str], _Hashes] = {}
_GIVEN: dict[tuple[Path, str, str], frozenset[str]] = {}
# What a handout leaves for students: a step to write, or an answer to fill in.
GAP = re.compile(r"\braise NotImplementedError\b|[=:]\s*None\b")


def untouched(course: Course, rubric: Rubric) -> Untouched:
    """Tells whether the hash of a notebook's code is that of a handout. They are made when first asked for."""
    return lambda code: code in _hashes(course, rubric).code


def without_handout(submission: Submission, course: Course, rubric: Rubric) -> Submission:
    """``submission`` with the problem "untouched" when it is nothing but the handout.

    Outputs, metadata, white space, the cell that picks the questions and the numbers of examples do not count. One
    changed word does, in a text cell too: such a notebook is graded as it is.
    """
    if submission.problem is not None or submission.entry is None:
        return submission
    content = submission.files[submission.entry]
    whole = whole_hash(content)
    # Handouts are made from the reference, which takes nbformat, only for a notebook that may be one.
    is_given = whole in _given(course, rubric) or (_has_gaps(content) and whole in _hashes(course, rubric).whole)
    if not is_given:
        return submission
    why = message("collecting.untouched", name=PurePosixPath(submission.entry).name)
    return replace(submission, problem=Problem(ended="untouched", why=why))


def whole_hash(content: bytes) -> str:
    """A hash of all cells of a notebook, code and text, without their white space; empty when it has none."""
    cells = notebook.every_cell(NAME, content)
    told = [(cell.kind, "".join(_common(cell).split())) for cell in cells if not PICKS.fullmatch(cell.source)]
    return hashlib.sha256(repr([one for one in told if one[1]]).encode("utf-8", "replace")).hexdigest() if told else ""


def _common(cell: NotebookCell) -> str:
    """The source of a cell as all students have it."""
    return cell.source if cell.kind == "code" else EXAMPLE.sub("", cell.source)


def _has_gaps(content: bytes) -> bool:
    return any(cell.kind == "code" and GAP.search(cell.source) for cell in notebook.every_cell(NAME, content))


def _given(course: Course, rubric: Rubric) -> frozenset[str]:
    """The hashes of all that the handouts in the course say."""
    key = (course.root, rubric.exercise, rubric.sha256)
    if key not in _GIVEN:
        solved = _solved(course, rubric)
        given = [one for one in _written(course, rubric) if _code_hash(one) != solved]
        _GIVEN[key] = frozenset(of for one in given if (of := whole_hash(one)))
    return _GIVEN[key]


def _hashes(course: Course, rubric: Rubric) -> _Hashes:
    key = (course.root, rubric.exercise, rubric.sha256)
    if key not in _HASHES:
        # Where nothing is left open for students, the handout is the solution.
        solved = _solved(course, rubric)
        given = [one for one in (*_made(course, rubric), *_written(course, rubric)) if code_hash(NAME, one) != solved]
        code, whole = ({of for one in given if (of := hash_(one))} for hash_ in (_code_hash, whole_hash))
        _HASHES[key] = _Hashes(code=frozenset(code), whole=frozenset(whole))
    return _HASHES[key]


def _code_hash(content: bytes) -> str:
    return code_hash(NAME, content)


def _solved(course: Course, rubric: Rubric) -> str:
    """The hash of the reference's code; empty when there is none."""
    try:
        return _code_hash(course.reference(rubric.exercise))
    except CourseError:
        return ""


def _made(course: Course, rubric: Rubric) -> Iterator[bytes]:
    """The handouts that follow from the reference, in all languages."""
    for language in LANGUAGES:
        try:
            reference = course.reference(rubric.exercise)
            yield handout.handout(reference, rubric, lang=language, secret=course.secret)
        except CourseError:
            continue


def _written(course: Course, rubric: Rubric) -> Iterator[bytes]:
    """The handouts that lie in the course: those that students were really given."""
    for path in sorted((course.root / "exercises" / rubric.exercise).glob("*.ipynb")):
        try:
            yield read_file(path, "the handout", CourseError)
        except CourseError:
            continue
