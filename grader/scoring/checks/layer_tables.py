"""A student's table of layers as it may be handed over: rows, columns, frames, or the text of ``model.summary()``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.scoring import answers

ROWS_CAP = 200
LINES_CAP = 600
LINE_CAP = 400
SHAPE = ("output", "shape", "forma", "salida")
PARAMS = ("param",)
BARS = re.compile(r"[│┃|]")
# "conv2d (Conv2D)    (None, 26, 26, 32)    320"
_LINE = re.compile(r"(\((?:None|\d{1,9})(?:\s*,\s*(?:None|\d{1,9}))*\s*,?\s*\))[^\d()]{1,80}(\d[\d.,]{0,20})")


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerRow:
    """One row: its name, and what may be its output shape and its number of parameters."""

    name: str
    pairs: tuple[tuple[Any, Any], ...]


def rows(typed: Any) -> tuple[LayerRow, ...]:
    """The rows of a table; empty for what is none."""
    if isinstance(typed, (list, tuple)) and typed and all(isinstance(line, str) for line in typed):
        typed = "\n".join(typed[:LINES_CAP])
    if isinstance(typed, str):
        return tuple(_of_text(typed))
    if isinstance(typed, Mapping):
        typed = _by_rows(typed)
    if not isinstance(typed, (list, tuple)):
        return ()
    return tuple(row for item in typed[:ROWS_CAP] for row in _row(item))


def _by_rows(typed: Mapping[str, Any]) -> Sequence[Any]:
    """A dictionary of columns, or of rows by their names, as rows."""
    columns = {name: _listed(column) for name, column in typed.items()}
    lengths = {len(column) for column in columns.values()}
    if _find(typed, PARAMS) and len(lengths) == 1:
        return [{name: columns[name][place] for name in columns} for place in range(min(*lengths, ROWS_CAP))]
    return [[name, *_listed(value)] for name, value in typed.items()]


def _listed(column: Any) -> Sequence[Any]:
    if isinstance(column, Mapping):
        return list(column.values())
    return column if isinstance(column, (list, tuple)) else [column]


def _row(item: Any) -> Iterator[LayerRow]:
    cells = _listed(item)
    name = cells[0] if cells and isinstance(cells[0], str) else ""
    last = [(cells[-2], cells[-1]), (cells[-1], cells[-2])] if len(cells) > 1 else []
    if isinstance(item, Mapping):
        shape, params = _find(item, SHAPE), _find(item, PARAMS)
        if shape and params:
            last = [(item[shape], item[params])]
    yield LayerRow(name=answers.plain(name), pairs=tuple(last))


def _find(record: Mapping[str, Any], parts: Sequence[str]) -> str:
    """The first column called so; "" without one."""
    return next((name for name in record if any(part in answers.plain(name) for part in parts)), "")


def _of_text(text: str) -> Iterator[LayerRow]:
    """The rows of a printed table: cells between bars, or a shape and a number on a line."""
    lines = [line[:LINE_CAP] for line in text.splitlines()[:LINES_CAP]]
    joined: list[list[str]] = []
    for cells in (_cells(line) for line in lines if BARS.search(line)):
        if len(cells) > 2 and not cells[2] and joined:  # a long name or shape goes on in the next line
            last = joined[-1]
            last[:] = [f"{before} {more}".strip() for before, more in zip(last, cells, strict=False)]
        else:
            joined.append(cells)
    for cells in joined:
        if len(cells) > 2 and not isinstance(answers.read_shape(cells[1]), answers.Unreadable):
            yield LayerRow(name=answers.plain(cells[0]), pairs=((cells[1], cells[2]),))
    for line in (line for line in lines if not joined):
        for found in _LINE.finditer(line):
            yield LayerRow(name=answers.plain(line[: found.start()]), pairs=((found[1], found[2]),))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in BARS.split(line.strip().strip("│┃|"))]
