"""The one door to nbformat. Its import takes a fifth of a second, so it waits until it is needed.

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
    major = given.get("nbformat") if isinstance(given, dict) else None
    if type(major) is not int or major not in (*OLD, 4):
        raise ValueError("it is not a notebook of the formats 2, 3 or 4")
    try:
        node = nbformat.reader.reads(text)
        if not is_new(given):
            _bound_headings(node)
            node = nbformat.v4.upgrade(nbformat.convert(node, 4))
            for number, cell in enumerate(node["cells"], 1):
                cell["id"] = cell_id(number)
            for remark in ("orig_nbformat", "orig_nbformat_minor"):  # which nbformat does not write either
                node["metadata"].pop(remark, None)
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        raise ValueError(_fault(error)) from error
    except Exception as error:  # nbformat runs into what its schemas leave open
        raise ValueError(f"its parts do not fit together ({type(error).__name__}: {error})") from error
    notebook: Notebook = json.loads(json.dumps(node))
    return notebook


def upgrade_cell(cell: Mapping[str, Any], outputs: int) -> Mapping[str, Any]:
    """A stranger's cell of format 2 or 3 as one of format 4, with its first ``outputs`` outputs; else as it is.

    Cell by cell and without the schema: one odd cell costs the others nothing, and nothing is built that a stranger's
    number asks for, such as a heading of level four thousand million.
    """
    from nbformat import from_dict  # noqa: PLC0415 - see above
    from nbformat.v4 import convert  # noqa: PLC0415

    saved = cell.get("outputs")
    listed = saved if isinstance(saved, list) else []
    given = {key: cell[key] for key in ("cell_type", "prompt_number", "metadata") if key in cell}
    source = joined(cell.get("input", cell.get("source")))
    given |= {"input": source} if cell.get("cell_type") == "code" else {"source": source}
    given["outputs"] = [_without_json(output) for output in listed[:outputs]]
    given["level"] = level if (level := cell.get("level")) in range(1, 7) else 1
    try:
        upgraded: dict[str, Any] = convert.upgrade_cell(from_dict(given))
    except Exception:  # noqa: BLE001 - a stranger's cell
        return cell
    return {**upgraded, "outputs": [*upgraded.get("outputs", ()), *listed[outputs:]]}


def joined(lines: Any) -> str:
    """The text of a source: lines with their ends, or without, as format 2 writes them."""
    if not isinstance(lines, list):
        return lines if isinstance(lines, str) else ""
    texts = [line for line in lines if isinstance(line, str)]
    return ("" if any(text.endswith("\n") for text in texts[:-1]) else "\n").join(texts)


def _without_json(output: Any) -> Any:
    """Without the text that nbformat would parse."""
    return {key: value for key, value in output.items() if key != "json"} if isinstance(output, dict) else output


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


def _bound_headings(node: Any) -> None:
    """Levels from 1 to 6: nbformat writes as many # as a level says."""
    for sheet in node.get("worksheets", ()):
        for cell in sheet.get("cells", ()):
            if "level" in cell and cell["level"] not in range(1, 7):
                cell["level"] = 1


def _fault(error: Any) -> str:
    """One line: where, and what; cells are counted from 1."""
    steps = list(error.absolute_path)
    if len(steps) > 1 and steps[0] == "cells":
        steps[:2] = [f"cell {steps[1] + 1}"]
    place = ", ".join(str(step) for step in steps)
    said = " ".join(str(error.message).split())[:200]
    return f"{place}: {said}" if place else said
