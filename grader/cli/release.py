"""``grader release``: writes handouts, one per language; with a class list also one per student, and the key."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from grader import questions, store, submissions, texts
from grader.course import course, rubric
from grader.course.course import Course
from grader.course.handout import handout, is_personal
from grader.errors import CourseError, OutputError
from grader.records import LANGUAGES, Language, Rubric
from grader.submissions import Person
from grader.untrusted.text import csv_cell, slug_of, terminal_text

KEY_COLUMNS = ("student", "name", "slot", "numbers", "answer", "worked")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asks for."""

    exercises: tuple[str, ...] = ()  # none: all of the course
    out: Path | None = None
    languages: tuple[Language, ...] = LANGUAGES
    roster: Path | None = None
    student: str | None = None  # only this one's handout
    course: Path | None = None
    speaking: Language = "en"


def run(request: Request) -> int:
    """Write what was asked for and say where. Raises GraderError for what a teacher can mend."""
    found = course.find(request.course)
    people = submissions.read_roster(request.roster) if request.roster is not None else {}
    student = _student(request.student, people) if request.student is not None else None
    # All are made before the first is written: a mistake in one leaves no half-released course.
    batch = []
    for name in request.exercises or found.exercises:
        checked = rubric.load(found.rubric_path(name))
        batch.append((checked, list(_files(checked, found, request, people, student))))
    out = request.out if request.out is not None else _own_folder(found)
    for checked, files in batch:
        for name, content in files:
            path = out / checked.exercise / name
            _folder(path.parent)
            store.write(path, content, private=name == "answers.csv")
        _tell(checked, [name for name, _ in files], out, request, secret=bool(found.secret))
    return 0


def _student(named: str, people: Mapping[str, Person]) -> str:
    named = unicodedata.normalize("NFC", named)
    if people and named not in people:
        near = get_close_matches(named, people, n=1)
        hint = f"; did you mean {terminal_text(near[0])!r}?" if near else ""
        raise CourseError(f"the roster has no student {terminal_text(named)!r}{hint}")
    return named


def _own_folder(found: Course) -> Path:
    """The course's exercises/; raises OutputError inside an installed package, where nobody would look for them."""
    if found.root == course.INSTALLED:
        raise OutputError("this is the course inside the installed package; name a folder for the handouts with -o")
    return found.root / "exercises"


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: the folder cannot be made ({error.strerror}); name another one with -o") from error


# ---------------------------------------------------------------- files


def _files(
    checked: Rubric, found: Course, request: Request, people: Mapping[str, Person], student: str | None
) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of one exercise."""
    reference, secret = found.reference(checked.exercise), found.secret
    if student is None:
        for lang in request.languages:
            yield f"{checked.exercise}.{lang}.ipynb", handout(reference, checked, lang=lang, secret=secret)
    if not is_personal(reference, checked):
        return
    for one in (student,) if student is not None else people:
        for lang in request.languages:
            content = handout(reference, checked, lang=lang, secret=secret, student=one)
            yield f"students/{slug_of(one)}.{lang}.ipynb", content
    if people and checked.questions is not None:
        yield "answers.csv", _key(checked.questions, secret, people)


def _key(name: str, secret: bytes, people: Mapping[str, Person]) -> bytes:
    """The answer key as CSV, written like ``grades.csv``: no cell can be a spreadsheet's formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(KEY_COLUMNS)
    for row in questions.answer_key(name, secret=secret, students=people):
        cells = {**row, "name": people[row["student"]].name}
        # A negative number is no formula; an id of digits stays text.
        answer = cells["answer"] if NUMBER.fullmatch(cells["answer"]) else csv_cell(cells["answer"])
        writer.writerow(answer if column == "answer" else csv_cell(cells[column]) for column in KEY_COLUMNS)
    return out.getvalue().encode("utf-8", "replace")


# ---------------------------------------------------------------- words


def _tell(checked: Rubric, names: Sequence[str], out: Path, request: Request, *, secret: bool) -> None:
    """Say what was written, and what is not for students' eyes."""
    folder, speaking = out / checked.exercise, request.speaking
    own = [name for name in names if name.startswith("students/")]
    for name in names:
        path = str(folder / name)
        if name == "answers.csv":
            print(texts.say("command_line.release.secret", speaking, path=path))
        elif name not in own or request.student is not None:
            print(path)
    if own and request.student is None:
        print(texts.say("command_line.release.students", speaking, folder=str(folder / "students"), count=len(own)))
    if not own and (request.roster is not None or request.student is not None):
        print(texts.say("command_line.release.same_for_all", speaking, exercise=checked.exercise))
    if own and not secret:
        print(texts.say("command_line.release.public", speaking))
