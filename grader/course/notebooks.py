"""The notebooks of a course: read, checked, changed and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.errors import CourseError
from grader.untrusted import notebook_format

Notebook = dict[str, Any]
Cell = dict[str, Any]

KINDS = ("markdown", "code", "raw")


def load(content: bytes, name: str) -> Notebook:
    """The notebook in ``content``, as one of format 4.5, the source of each cell as one string.

    Raises CourseError, which begins with ``name``, for what is no notebook and where two cells have the same id.
    """
    try:
        text = content.decode("utf-8-sig")
        if notebook_format.is_new(given := json.loads(text)):
            _check_cells(given.get("cells"), name)
        notebook = notebook_format.read(text)
    except ValueError as error:
        raise CourseError(f"{name}: not a notebook: {error}") from error
    cells = [{**cell, "source": cell["source"].replace("\r\n", "\n")} for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def dump(notebook: Notebook) -> bytes:
    """The notebook as Jupyter itself writes it: saving it there again changes no byte."""
    return notebook_format.write(notebook)


def code_cells(notebook: Notebook) -> list[Cell]:
    """The code cells, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def code_of(notebook: Notebook) -> str:
    """The code of all cells, with an empty line between two."""
    return "\n\n".join(cell["source"] for cell in code_cells(notebook)) + "\n"


def tags(cell: Cell) -> tuple[str, ...]:
    """The tags of a cell."""
    return tuple(cell["metadata"].get("tags", ()))


def code_cell(cell_id: str, source: str) -> Cell:
    """A code cell that has not run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def with_sources(notebook: Notebook, sources: Mapping[str, str]) -> Notebook:
    """The notebook with new sources for the cells of these ids."""
    cells = [{**cell, "source": sources.get(cell["id"], cell["source"])} for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def replaced(notebook: Notebook, old: str, new: str) -> Notebook:
    """The notebook with ``old`` written as ``new``; raises CourseError unless its code holds ``old`` exactly once."""
    code = {cell["id"]: cell["source"] for cell in code_cells(notebook)}
    found = sum(source.count(old) for source in code.values())
    if found != 1:
        raise CourseError(f"its code must hold {old!r} exactly once; it was found {found} times")
    return with_sources(notebook, {cell_id: source.replace(old, new) for cell_id, source in code.items()})


def _check_cells(cells: Any, name: str) -> None:
    """Refuse, in words for who writes a course, what the schema refuses in words for programmers."""
    if not isinstance(cells, list):
        raise CourseError(f"{name}: not a notebook: it has no list of cells")
    numbers: dict[str, int] = {}
    for number, cell in enumerate(cells, start=1):
        _check_cell(cell, f"{name}: cell {number}")
        if cell["id"] in numbers:
            raise CourseError(f"{name}: two cells have the id {cell['id']!r}; the second is cell {number}")
        numbers[cell["id"]] = number


def _check_cell(cell: Any, where: str) -> None:
    if not isinstance(cell, dict):
        raise CourseError(f"{where} is not a cell but {type(cell).__name__}")
    if cell.get("cell_type") not in KINDS:
        raise CourseError(f"{where} has the type {cell.get('cell_type')!r}; known: {', '.join(KINDS)}")
    if not isinstance(cell.get("id"), str) or not cell["id"]:
        raise CourseError(f"{where} has no id; open the notebook in Jupyter and save it again")
    lines = cell.get("source")
    if not isinstance(lines, str) and not (isinstance(lines, list) and all(isinstance(line, str) for line in lines)):
        raise CourseError(f"{where} ({cell['id']}) has no source text")
    metadata = cell.get("metadata", {})
    found = metadata.get("tags", []) if isinstance(metadata, dict) else None
    if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
        raise CourseError(f"{where} ({cell['id']}): its metadata must be a mapping and its tags a list of words")
