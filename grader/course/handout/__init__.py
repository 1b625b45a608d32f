"""Handouts: what students get, made from the reference notebook and the rubric.

The reference is the one source of an exercise. Cells carry tags (``es en teacher handout pool``), code cells
hold solution regions; ``docs/your-own-course.md`` describes the format. Whatever does not follow it is
refused with notebook, cell and cure, because a marker that is silently overlooked gives the solution away.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from grader import questions
from grader.course import notebooks
from grader.course.handout import regions, wording
from grader.course.handout.wording import Reader
from grader.course.notebooks import Cell
from grader.errors import CourseError
from grader.records import LANGUAGES, Language, Rubric

__all__ = ["handout", "is_personal", "with_pool"]

TAGS = (*LANGUAGES, "teacher", "handout", "pool")
# The same for everyone: no trace of the teacher's machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def handout(
    reference: bytes, rubric: Rubric, *, lang: Language, secret: bytes = b"", student: str | None = None
) -> bytes:
    """The notebook that students get in ``lang``; with ``student``, one that holds that student's questions alone.

    Raises CourseError for a reference that does not follow the format.
    """
    reader = Reader(lang=lang, secret=secret, student=student)
    cells = [_written(cell, where, rubric, reader) for cell, where in _checked(reference, rubric) if _shown(cell, lang)]
    return notebooks.dump({"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5})


def is_personal(reference: bytes, rubric: Rubric) -> bool:
    """Whether the handouts differ from student to student: in their questions, or in an example."""
    cells = notebooks.load(reference, _name(rubric))["cells"]
    return rubric.questions is not None or any(wording.is_personal(cell["source"]) for cell in cells)


def with_pool(reference: bytes, rubric: Rubric, *, secret: bytes) -> bytes:
    """The reference with the questions of this course in its pool cell, as it is graded."""
    if rubric.questions is None:
        return reference
    placed = _checked(reference, rubric)
    fresh = {
        cell["id"]: _pool(rubric, Reader(lang="es", secret=secret))
        for cell, _ in placed
        if "pool" in notebooks.tags(cell)
    }
    return notebooks.dump(notebooks.with_sources(notebooks.load(reference, _name(rubric)), fresh))


def _name(rubric: Rubric) -> str:
    return f"reference/{rubric.exercise}/solution.ipynb"


def _checked(reference: bytes, rubric: Rubric) -> list[tuple[Cell, str]]:
    """The cells, each with its place in words; raises CourseError unless all are tagged by the rules."""
    name = _name(rubric)
    cells = notebooks.load(reference, name)["cells"]
    placed = [(cell, f"{name}: cell {number} ({cell['id']})") for number, cell in enumerate(cells, start=1)]
    for cell, where in placed:
        _refuse_tags(cell, where)
    _refuse_lonely(placed)
    _refuse_pools(placed, rubric, name)
    return placed


def _shown(cell: Cell, lang: Language) -> bool:
    tags = notebooks.tags(cell)
    return "teacher" not in tags and (lang in tags or not set(LANGUAGES) & set(tags))


def _written(cell: Cell, where: str, rubric: Rubric, reader: Reader) -> Cell:
    """A cell as it stands in the handout: under its own id, without metadata and outputs."""
    if cell["cell_type"] != "code":
        source = wording.filled(cell["source"], rubric, reader, where)
        return {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": source}
    if "pool" in notebooks.tags(cell):
        source = _pool(rubric, reader)
    else:
        source = regions.handed_out(cell["source"], reader.lang, where)
    return notebooks.code_cell(cell["id"], source.rstrip("\n"))


def _pool(rubric: Rubric, reader: Reader) -> str:
    assert rubric.questions is not None  # _refuse_pools
    source = questions.pool_source(rubric.questions, secret=reader.secret, lang=reader.lang, student=reader.student)
    return source.rstrip("\n")


# ---------------------------------------------------------------- refusals


def _refuse_tags(cell: Cell, where: str) -> None:
    tags, is_code = notebooks.tags(cell), cell["cell_type"] == "code"
    for tag in tags:
        if tag not in TAGS:
            near = get_close_matches(tag, TAGS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise CourseError(f"{where}: unknown tag {tag!r}; there are: {', '.join(TAGS)}{hint}")
    if set(LANGUAGES) <= set(tags):
        raise CourseError(f"{where} is tagged es and en; a cell for both languages carries neither")
    if is_code and set(LANGUAGES) & set(tags):
        raise CourseError(
            f"{where}: code belongs to both languages; take the language tag away and write `#[es] ` and `#[en] ` "
            "before comments of one language"
        )
    if is_code and "handout" in tags:
        raise CourseError(f"{where}: the tag handout is for text; take it away")
    if not is_code and "pool" in tags:
        raise CourseError(f"{where}: the tag pool is for the code cell that picks the questions; take it away")
    if "teacher" in tags and {"handout", "pool"} & set(tags):
        raise CourseError(f"{where}: a teacher's cell is in no handout; take the tag teacher or the other one away")
    if cell.get("attachments"):
        raise CourseError(f"{where} holds an attached picture, which handouts do not carry; draw it with code or text")


def _refuse_lonely(placed: Sequence[tuple[Cell, str]]) -> None:
    """Each text of one language is followed, or was followed, by the same in the other."""
    waiting: tuple[str, str] | None = None  # language and place of a cell whose partner comes next
    for cell, where in placed:
        tags = notebooks.tags(cell)
        found = next((tag for tag in tags if tag in LANGUAGES and "teacher" not in tags), None)
        if waiting is not None:
            if found is None or found == waiting[0]:
                raise _lonely(*waiting)
            waiting = None
        elif found is not None:
            waiting = (found, where)
    if waiting is not None:
        raise _lonely(*waiting)


def _lonely(language: str, where: str) -> CourseError:
    other = "en" if language == "es" else "es"
    return CourseError(f"{where} is tagged {language}, but its {other} version does not stand right beside it")


def _refuse_pools(placed: Sequence[tuple[Cell, str]], rubric: Rubric, name: str) -> None:
    pools = [where for cell, where in placed if "pool" in notebooks.tags(cell)]
    if rubric.questions is None and pools:
        raise CourseError(f"{pools[0]} is tagged pool, but the rubric names no `questions`")
    if rubric.questions is not None and len(pools) != 1:
        raise CourseError(
            f"{name}: the rubric asks the questions {rubric.questions!r}, so exactly one code cell must be "
            f"tagged pool; {len(pools)} are"
        )
