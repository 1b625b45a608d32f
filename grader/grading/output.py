"""The folder of a report: where it may lie, what it may hold before a batch, and what must be gone after one.

Evidence is never removed, and nothing that we did not write.
"""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader import reports
from grader.errors import OutputError

CARDS, STUDENTS, NOTEBOOKS, EVIDENCE = "cards", "students", "notebooks", "evidence"
FOLDERS = (CARDS, STUDENTS, NOTEBOOKS, EVIDENCE)
Place = tuple[int, int]  # device and number on it
CARD_HEAD = 4096  # bytes; a card names its exercise in its third line


def check(out: Path, paths: Sequence[Path], *, exercise: str, fresh: bool = False) -> None:
    """Whether a report about ``paths`` can be written to ``out``; nothing is written here.

    Raises OutputError when one of them lies in the other, when a file of somebody else would be overwritten, or when
    ``out`` holds cards of another exercise. With ``fresh`` such cards are no obstacle: ``tidy`` removes them.
    """
    above, kept = _above(out), {_identity(out / name): out / name for name in FOLDERS}
    for path in paths:
        if _identity(path) in above:
            raise OutputError(_misplaced(out, path, paths))
        for inside in _above(path) & kept.keys() - {None}:
            raise OutputError(
                f"{path}: these submissions lie in {kept[inside]}, where the report is written; "
                f"name another folder{_for_example(paths)}"
            )
    _check_own_files(out)
    other = None if fresh else _other_exercise(out, exercise)
    if other is not None:
        raise OutputError(
            f"{out}: this folder holds cards of the exercise {other!r}, and {exercise!r} is graded now; "
            "name another folder with -o, or give --fresh to replace them"
        )


def _check_own_files(out: Path) -> None:
    """Raises OutputError when a report would overwrite a file that we did not write."""
    for name, form in reports.FORMATS.items():
        there = _identity(out / form.name) is not None
        if name in reports.ALWAYS and there and not reports.is_ours(out / form.name, name):
            raise OutputError(
                f"{out / form.name}: this file is not one of ours, and the report would overwrite it; "
                "name another folder with -o, or move the file"
            )


def prepare(out: Path) -> None:
    """Make the folders of the report. Raises OutputError when that is not possible."""
    try:
        for folder in (out, out / CARDS, out / STUDENTS, out / NOTEBOOKS):
            folder.mkdir(parents=True, exist_ok=True)
        (out / EVIDENCE).mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out, prefix=".writable-"):
            pass  # under a name of its own: a link of a teacher's is not followed
    except OSError as error:
        raise OutputError(
            f"{out}: the report cannot be written here ({error.strerror}); name another folder with -o"
        ) from error


def tidy(out: Path, slugs: Collection[str], formats: Collection[str]) -> int:
    """Remove what earlier calls left and this one did not write again: files of students who are not among ``slugs``,
    and reports of the class in other formats than ``formats``. The number of such students. Raises OutputError.
    """
    for name, form in reports.FORMATS.items():
        if name not in formats and reports.is_ours(out / form.name, name):
            _remove(out / form.name)
    gone = sorted(_gone(out, slugs))
    for slug in gone:
        for path in (reports.executed_path(slug), reports.notebook_path(slug), reports.student_path(slug)):
            _remove(out / path)
        _remove(out / CARDS / f"{slug}.json")
    return len(gone)


# ---------------------------------------------------------------- where a report may lie


def _above(path: Path) -> set[Place]:
    """``path`` and all folders that it lies in, links followed; it need not exist itself."""
    place = Path(os.path.realpath(path))
    return {found for one in (place, *place.parents) if (found := _identity(one)) is not None}


def _identity(path: Path) -> Place | None:
    """What a file system knows a place by, however its name is written; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _misplaced(out: Path, path: Path, paths: Sequence[Path]) -> str:
    if not path.is_dir():
        return f"{out}: this is the file that is to be graded; name a folder for the report{_for_example(paths)}"
    same = _identity(out) == _identity(path)
    where = "this is the folder that is graded" if same else f"this folder lies inside {path}, which is graded"
    return (
        f"{out}: {where}, so the report would be graded as a submission next time; "
        f"name a folder outside it{_for_example(paths)}"
    )


def _for_example(paths: Sequence[Path]) -> str:
    """The end of a sentence: an option that would do, where an easy one would."""
    graded = {_identity(path) for path in paths}
    beside = ((path.parent if path.name not in {"", ".."} else path / "..") / "report" for path in paths)
    free = next((place for place in dict.fromkeys(beside) if not _above(place) & graded), None)
    return f" with -o, e.g. -o {shlex.quote(str(free))}" if free is not None else " with -o"


# ---------------------------------------------------------------- what it holds


def _other_exercise(out: Path, exercise: str) -> str | None:
    """An exercise of which there is a card and that is not ``exercise``."""
    same = f'\n "exercise": {json.dumps(exercise)},'.encode()
    for slug in _slugs(out / CARDS, ".json"):
        path = out / CARDS / f"{slug}.json"
        # Thousands of cards are looked at before each call: a card of this exercise is not read any further.
        if same in _head(path):
            continue
        found = _card(path).get("exercise")
        if isinstance(found, str) and found != exercise:
            return found
    return None


def _is_card_of(card: Mapping[str, Any], slug: str) -> bool:
    return card.get("slug") == slug and {"exercise", "verdicts", "provenance"} <= card.keys()


def _gone(out: Path, slugs: Collection[str]) -> set[str]:
    """Slugs that are not among ``slugs`` and under which there is a card or a page that we wrote.

    A teacher may keep files of the same kinds in these folders, such as notebooks: their content tells them apart.
    """
    here = {slug.casefold() for slug in slugs}  # some disks ignore case
    found = {
        slug
        for slug in _slugs(out / CARDS, ".json")
        if slug.casefold() not in here and _is_card_of(_card(out / CARDS / f"{slug}.json"), slug)
    }
    for folder in (STUDENTS, NOTEBOOKS):
        for slug in _slugs(out / folder, ".html"):
            if slug.casefold() not in here and reports.is_ours(out / folder / f"{slug}.html", "html"):
                found.add(slug)
    return found


def _slugs(folder: Path, ending: str) -> Iterator[str]:
    """The names, without ``ending``, of the files in ``folder`` that have it; none when it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith(ending) and entry.is_file())
    except OSError:
        return
    for name in names:
        yield name.removesuffix(ending)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            return file.read(CARD_HEAD)
    except OSError:
        return b""


def _card(path: Path) -> dict[str, Any]:
    """What a card says, also one of another release; nothing when it is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: this file of an earlier call could not be removed ({error.strerror}); remove it yourself"
        ) from error
