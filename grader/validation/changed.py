"""Which exercises a change touches, as git tells it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.course.course import Course
from grader.errors import CourseError

FOLDERS = ("rubrics", "reference", "exercises")


def exercises(course: Course, base: str) -> tuple[str, ...]:
    """The exercises of ``course`` that changed since it left the commit ``base``; all when the grader itself did.

    What is not committed yet counts too. Raises CourseError when git cannot tell.
    """
    top = Path(_git(course.root, "rev-parse", "--show-toplevel").strip())
    names = _git(course.root, "diff", "--name-only", "-z", "--merge-base", base, "--").split("\0")
    names += _git(course.root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z").split("\0")
    return touched(course.exercises, names, str(course.root.resolve().relative_to(top.resolve())))


def touched(known: Sequence[str], names: Iterable[str], folder: str) -> tuple[str, ...]:
    """The exercises that changed files belong to; ``folder`` is the course's, relative to the repository."""
    prefix = "" if folder == "." else f"{folder}/"
    found: set[str] = set()
    for name in names:
        if name.startswith("grader/"):
            return tuple(known)
        parts = name.removeprefix(prefix).split("/") if name.startswith(prefix) else []
        if len(parts) > 1 and parts[0] in FOLDERS:
            found.add(parts[1].removesuffix(".yaml"))
    return tuple(name for name in known if name in found)


def _git(root: Path, *words: str) -> str:
    try:
        ended = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except OSError as error:
        raise CourseError(f"--changed needs git: {error.strerror}") from error
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines()[-1:] or [""]
        raise CourseError(
            f"--changed: git {words[0]} failed in {root}: {said[0]}. Name a commit that is there, such as --base main; "
            "in CI fetch the whole history first"
        )
    return ended.stdout
