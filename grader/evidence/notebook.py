"""A hand-in's bytes -> the code cells to run, or the reason why there are none. Pure; nothing heavy reads it first."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from grader.records import Message, message

SIZE_CAP = 10 << 20
CELLS_CAP = 5_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One code cell: its 1-based position among all cells, and its source."""

    cell: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """What is run: a notebook's code cells in order, or a module as a single one."""

    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]


def program(name: str, content: bytes) -> Program | Message:
    """The program in a file of this name; a Message when it cannot be run.

    Reads notebooks of nbformat 3 and 4, UTF-8 with or without a byte-order mark, and UTF-16.
    """
    shown = PurePosixPath(name).name
    if not content.strip(b" \t\r\n\0"):
        return message("runs.empty_file", name=shown)
    if len(content) > SIZE_CAP:
        return message("runs.too_large", name=shown, megabytes=round(len(content) / (1 << 20), 1), most=SIZE_CAP >> 20)
    text = _text(content)
    if text is None:
        return message("runs.not_text", name=shown)
    if name.lower().endswith(".py"):
        cell = Cell(cell=1, source=text.replace("\r\n", "\n"))
        return Program(kind="module", cells=(cell,)) if text.strip() else message("runs.no_code", name=shown)
    return _notebook(shown, text)


def _text(content: bytes) -> str | None:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if encoding is None:    # UTF-16 without a mark: every other byte of a notebook's start is zero
        encoding = {b"\0": "utf-16-be", b"{\0": "utf-16-le"}.get(content[:1] if content[:1] == b"\0" else content[:2])
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _notebook(shown: str, text: str) -> Program | Message:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return message("runs.invalid_json", name=shown, line=error.lineno, reason=error.msg)
    except (ValueError, RecursionError) as error:
        return message("runs.invalid_json", name=shown, line=1, reason=type(error).__name__)
    found = _all_cells(document)
    if found is None:
        return message("runs.not_a_notebook", name=shown)
    if len(found) > CELLS_CAP:
        return message("runs.too_many_cells", name=shown, cells=len(found), most=CELLS_CAP)
    code = tuple(
        Cell(cell=position, source=source)
        for position, cell in enumerate(found, 1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and (source := _source(cell)).strip()
    )
    return Program(kind="notebook", cells=code) if code else message("runs.no_code", name=shown)


def _all_cells(document: Any) -> Sequence[Any] | None:
    """The cells of nbformat 4, or of all worksheets of nbformat 3; None when there is no such list."""
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _source(cell: dict[str, Any]) -> str:
    """A cell's text: a string or a list of lines; called "input" in nbformat 3."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.replace("\r\n", "\n") if isinstance(source, str) else ""
