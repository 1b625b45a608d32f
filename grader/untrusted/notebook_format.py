"""The one door to nbformat. It takes a fifth of a second to import, so it is imported when it is needed.

nbformat gives random ids to cells without one; here an id comes from the cell's number, so that reading twice gives
the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Notebook = dict[str, Any]
MINOR = 5  # of the format 4 that is written
OLD = (2, 3)


def read(text: str) -> Notebook:
    """A notebook of the formats 2 to 4 as one of 4.5, each source as one string, checked against the schema.

    Raises ValueError, with the place and the fault, for everything else.
    """
    import nbformat  # noqa: PLC0415 - see above

    given = json.loads(text)
    if not isinstance(given, dict) or given.get("nbformat") not in (*OLD, 4):
        raise ValueError("it is not a notebook of the formats 2, 3 or 4")
    try:
        node = nbformat.reader.reads(text)
        if not is_new(given):
            node = nbformat.v4.upgrade(nbformat.convert(node, 4))
            for number, cell in enumerate(node["cells"], 1):
                cell["id"] = cell_id(number)
            for remark in ("orig_nbformat", "orig_nbformat_minor"):  # which nbformat does not write either
                node["metadata"].pop(remark, None)
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        raise ValueError(_fault(error)) from error
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"its parts do not fit together ({type(error).__name__}: {error})") from error
    notebook: Notebook = json.loads(json.dumps(node))
    return notebook


def write(notebook: Mapping[str, Any]) -> bytes:
    """A notebook of format 4.5 as Jupyter itself writes it: saving it there again changes no byte.

    Raises ValueError for what is none.
    """
    import nbformat  # noqa: PLC0415 - see above

    node = nbformat.from_dict(notebook)
    try:
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        raise ValueError(_fault(error)) from error
    return (str(nbformat.v4.writes(node)) + "\n").encode("utf-8")


def is_new(document: Any) -> bool:
    """Whether it says that it is of format 4.5 or newer, in which every cell has an id."""
    version = (document.get("nbformat"), document.get("nbformat_minor")) if isinstance(document, dict) else (None, None)
    return version[0] == 4 and isinstance(version[1], int) and version[1] >= MINOR


def cell_id(number: int) -> str:
    """The id of a cell that has none, from its position (from 1)."""
    return f"cell-{number}"


def _fault(error: Any) -> str:
    """One line: where, and what; cells are counted from 1."""
    steps = list(error.absolute_path)
    if len(steps) > 1 and steps[0] == "cells":
        steps[:2] = [f"cell {steps[1] + 1}"]
    place = ", ".join(str(step) for step in steps)
    said = " ".join(str(error.message).split())[:200]
    return f"{place}: {said}" if place else said
