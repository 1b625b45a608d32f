"""A course: a folder with rubrics/, reference/ and exercises/, and an optional course.yaml.

The package ships one. ``--course DIR``, or standing in such a folder, uses a teacher's own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from grader.course import options
from grader.course.files import read_file
from grader.errors import CourseError
from grader.untrusted import yaml_lines

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = PACKAGE / "shipped"  # the course that a wheel carries
SETTINGS = ("secret_file",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Where a course lies."""

    root: Path

    @property
    def exercises(self) -> tuple[str, ...]:
        """Ids of the exercises that have a rubric, in alphabetical order."""
        return tuple(sorted(path.stem for path in (self.root / "rubrics").glob("*.yaml")))

    def rubric_path(self, exercise: str) -> Path:
        """The rubric of an exercise id, or the rubric file that ``exercise`` names.

        Raises CourseError that lists the exercises there are.
        """
        named = Path(exercise)
        if named.suffix in (".yaml", ".yml"):
            if not os.path.exists(named):  # Path.exists raises for names that are too long
                raise CourseError(f"{exercise}: there is no such rubric file")
            return named
        if exercise in self.exercises:
            return self.root / "rubrics" / f"{exercise}.yaml"
        near = get_close_matches(exercise, self.exercises, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        there = ", ".join(self.exercises) or "none"
        raise CourseError(f"no exercise {exercise!r} in {self.root}{hint} There are: {there}")

    @property
    def secret(self) -> bytes:
        """What seeds variants and hidden inputs: ``$GRADER_SECRET``, else course.yaml's ``secret_file``; b"" for none.

        Raises CourseError when a secret file is named that cannot be read.
        """
        if given := os.environ.get("GRADER_SECRET"):
            return given.encode()
        named = self.settings.get("secret_file")
        if named is None:
            return b""
        return read_file(self.root / named, "the course's secret", CourseError).strip()

    @property
    def settings(self) -> Mapping[str, str]:
        """The entries of course.yaml; empty when there is none. Raises CourseError: ``path:line: what``."""
        path = self.root / "course.yaml"
        if not path.exists():
            return {}
        content = read_file(path, "the course's settings", CourseError)
        found = yaml_lines.read(content, str(path), CourseError)
        if found is None:
            return {}
        if not isinstance(found.value, dict):
            raise CourseError(f"{path}:{found.line}: `key: value` lines are needed")
        for key, entry in found.value.items():
            line = (found.key_lines or {})[key]
            if key not in SETTINGS:
                near = get_close_matches(str(key), SETTINGS, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(SETTINGS)}"
                raise CourseError(f"{path}:{line}: a course has no setting {str(key)[:100]!r}{hint}")
            if entry.value is None or not entry.written:
                raise CourseError(f"{path}:{line}: {key} needs a text")
        return {key: entry.written for key, entry in found.value.items()}

    def reference(self, exercise: str) -> bytes:
        """The solution notebook of an exercise. Raises CourseError when there is none."""
        path = self.root / "reference" / exercise / "solution.ipynb"
        return read_file(path, "the reference solution", CourseError)

    def options(self, exercise: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The options of an exercise's questions, as its reference puts them: answer -> letter -> texts.

        Empty without a reference: an option is then known by its letter alone.
        """
        try:
            return options.options(self.reference(exercise))
        except CourseError:
            return {}

    def expected(self, exercise: str) -> Mapping[str, Any]:
        """The committed expected values of an exercise; empty when it has none.

        Raises CourseError when there is something else than a JSON object of plain values.
        """
        path = self.root / "reference" / exercise / "expected.json"
        if not path.exists():
            return {}
        try:
            values = json.loads(read_file(path, "the expected values", CourseError))
        except json.JSONDecodeError as error:
            raise CourseError(f"{path}:{error.lineno}: not valid JSON ({error.msg})") from error
        except (ValueError, RecursionError) as error:
            raise CourseError(f"{path}: not valid JSON ({error})") from error
        if not isinstance(values, dict):
            raise CourseError(f"{path}: an object is needed, a {type(values).__name__} was found")
        return values


def find(named: Path | None = None, *, working_directory: Path | None = None) -> Course:
    """The course that ``named`` points at, else that of the working directory, else the shipped one.

    Raises CourseError when ``named`` has no rubrics/ folder.
    """
    if named is not None:
        if not (named / "rubrics").is_dir():
            raise CourseError(
                f"{named}: no rubrics/ in it; a course is a folder with rubrics/, reference/ and exercises/"
            )
        return Course(root=named)
    here = working_directory or Path.cwd()
    if (here / "rubrics").is_dir():
        return Course(root=here)
    return shipped()


def shipped() -> Course:
    """The course inside the installed wheel, or the checkout that the package runs from."""
    for root in (INSTALLED, PACKAGE.parent):
        if (root / "rubrics").is_dir():
            return Course(root=root)
    raise CourseError(f"{PACKAGE}: this installation carries no course; name one with --course DIR")
