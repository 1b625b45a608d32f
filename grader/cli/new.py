"""``grader new``: starts an exercise in a teacher's own course folder."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from grader import store, texts
from grader.course import course, rubric
from grader.course.course import Course
from grader.course.rubric.settings import NAME
from grader.errors import CourseError, OutputError
from grader.records import Language
from grader.untrusted.text import terminal_text

FOLDERS = ("rubrics", "reference", "exercises")
STARTER = Path(__file__).resolve().parent / "starter"
# Before these keys of a rubric a comment says what to write there.
TODO = ("title", "criteria", "mutants")


def run(exercise: str, *, source: str | None, course: Path | None, speaking: Language) -> int:
    """Write the exercise's files and say what comes next. Raises GraderError; nothing is ever overwritten."""
    root = course if course is not None else Path.cwd()
    files = plan(exercise, source=source, root=root, speaking=speaking)
    for folder in (root, *(root / name for name in FOLDERS), *(path.parent for path in files)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder}: the folder cannot be made ({error.strerror})") from error
    for path, content in files.items():
        store.write(path, content)
        print(path)
    where = f" --course {shlex.quote(str(course))}" if course is not None else ""
    print(texts.say("command_line.new.next", speaking))
    print(f"  {texts.say('command_line.new.edit', speaking)}")
    for verb in ("validate", "release"):
        print(f"  grader {verb} {exercise}{where}")
    return 0


def plan(exercise: str, *, source: str | None, root: Path, speaking: Language) -> Mapping[Path, bytes]:
    """The files of the new exercise, none of which is there yet. Raises CourseError."""
    if not NAME.fullmatch(exercise):
        given = terminal_text(exercise)
        raise CourseError(f"{given!r} cannot be an exercise's id; lower-case letters, digits, - and _ are needed")
    page, notebook, expected = _starter() if source is None else _copied(source, root)
    rubric_path, folder = root / "rubrics" / f"{exercise}.yaml", root / "reference" / exercise
    for path in (rubric_path, folder):
        if path.exists():
            raise CourseError(f"{path} is there already; nothing was changed. Choose another id or move it away")
    content = _renamed(page, exercise, speaking)
    if rubric.parse(content, str(rubric_path)).exercise != exercise:
        raise CourseError(f"the rubric of {source!r} has its id in a place where it cannot be replaced")
    files = {rubric_path: content, folder / "solution.ipynb": notebook}
    if expected is not None:
        files[folder / "expected.json"] = expected
    schema = root / "rubrics" / "schema.json"
    if not schema.exists():
        files[schema] = (json.dumps(rubric.schema(), indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    return files


def _starter() -> tuple[str, bytes, bytes | None]:
    return (STARTER / "rubric.yaml").read_text("utf-8"), (STARTER / "solution.ipynb").read_bytes(), None


def _copied(source: str, root: Path) -> tuple[str, bytes, bytes | None]:
    """Rubric, notebook and expected values of an exercise of the teacher's course or of the shipped one."""
    places: dict[str, Course] = {}
    for found in (course.shipped(), Course(root=root)):
        places.update(dict.fromkeys(found.exercises, found))
    if source not in places:
        near = get_close_matches(source, places, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise CourseError(f"no exercise {terminal_text(source)!r} to copy{hint} There are: {', '.join(sorted(places))}")
    place = places[source]
    expected = place.root / "reference" / source / "expected.json"
    return (
        place.rubric_path(source).read_text("utf-8-sig"),
        place.reference(source),
        expected.read_bytes() if expected.is_file() else None,
    )


def _renamed(page: str, exercise: str, speaking: Language) -> bytes:
    """The rubric under its new id, with a comment where a teacher must look."""
    page = re.sub(r"^exercise:.*$", f"exercise: {exercise}", page, count=1, flags=re.MULTILINE)
    for key in TODO:
        comment = texts.say(f"command_line.new.todo_{key}", speaking)
        page = re.sub(rf"^{key}:", f"# {comment}\n{key}:", page, count=1, flags=re.MULTILINE)
    return page.encode("utf-8")
