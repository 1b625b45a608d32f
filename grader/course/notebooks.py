"""Notebooks as JSON data: read, checked, changed and written without Jupyter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.errors import CourseError

Notebook = dict[str, Any]
Cell = dict[str, Any]

KINDS = ("markdown", "code", "raw")


def load(content: bytes, name: str) -> Notebook:
    """The notebook in ``content``, the source of each cell as one string; ``name`` begins every complaint.

    Raises CourseError for anything but a notebook of format 4.5, in which every cell has an id of its own.
    """
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise CourseError(f"{name}: not a notebook: {error}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise CourseError(f"{name}: not a notebook: it has no list of cells")
    version = (notebook.get("nbformat"), notebook.get("nbformat_minor"))
    if version[0] != 4 or not isinstance(version[1], int) or version[1] < 5:
        raise CourseError(f"{name}: the notebook is not of format 4.5; open it in Jupyter and save it again")
    cells = [_cell(cell, number, name) for number, cell in enumerate(notebook["cells"], start=1)]
    ids = [cell["id"] for cell in cells]
    for number, cell_id in enumerate(ids, start=1):
        if cell_id in ids[: number - 1]:
            raise CourseError(f"{name}: two cells have the id {cell_id!r}; the second is cell {number}")
    return {**notebook, "cells": cells}


def dump(notebook: Notebook) -> bytes:
    """The notebook as Jupyter itself writes it: saving it there again changes no byte."""
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]]
    whole = {**notebook, "cells": cells}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


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


def _cell(cell: Any, number: int, name: str) -> Cell:
    where = f"{name}: cell {number}"
    if not isinstance(cell, dict):
        raise CourseError(f"{where} is not a cell but {type(cell).__name__}")
    if cell.get("cell_type") not in KINDS:
        raise CourseError(f"{where} has the type {cell.get('cell_type')!r}; known: {', '.join(KINDS)}")
    if not isinstance(cell.get("id"), str) or not cell["id"]:
        raise CourseError(f"{where} has no id; open the notebook in Jupyter and save it again")
    lines = cell.get("source")
    source = "".join(lines) if isinstance(lines, list) and all(isinstance(line, str) for line in lines) else lines
    if not isinstance(source, str):
        raise CourseError(f"{where} ({cell['id']}) has no source text")
    metadata = cell.get("metadata", {})
    found = metadata.get("tags", []) if isinstance(metadata, dict) else None
    if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
        raise CourseError(f"{where} ({cell['id']}): its metadata must be a mapping and its tags a list of words")
    return {**cell, "source": source.replace("\r\n", "\n"), "metadata": metadata}
