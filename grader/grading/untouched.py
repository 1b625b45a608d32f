"""Whether a notebook is a handout as it was given out: of several notebooks such a one is never graded."""

from __future__ import annotations

from pathlib import Path

from grader.course import handout
from grader.course.course import Course
from grader.errors import CourseError
from grader.evidence.preparing import notebook
from grader.evidence.preparing.notebook import Program
from grader.records import LANGUAGES, Rubric
from grader.submissions.choice import Untouched, hash_of_code

_HASHES: dict[tuple[Path, str, str], frozenset[str]] = {}


def untouched(course: Course, rubric: Rubric) -> Untouched:
    """Tells whether the hash of a notebook's code is that of a handout. They are made when first asked for."""

    def is_untouched(code: str) -> bool:
        key = (course.root, rubric.exercise, rubric.sha256)
        if key not in _HASHES:
            _HASHES[key] = _hashes(course, rubric)
        return code in _HASHES[key]

    return is_untouched


def _hashes(course: Course, rubric: Rubric) -> frozenset[str]:
    """The hashes of the handouts in all languages; none when the course makes none of its reference."""
    hashes = set[str]()
    for language in LANGUAGES:
        try:
            reference = course.reference(rubric.exercise)
            content = handout.handout(reference, rubric, lang=language, secret=course.secret)
        except CourseError:
            continue
        found = notebook.program("handout.ipynb", content)
        if isinstance(found, Program):
            hashes.add(hash_of_code([cell.source for cell in found.cells]))
    return frozenset(hashes)
