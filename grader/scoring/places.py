"""What a card calls a cell: "code cell 3" and its first line of code; in a module the number of a line.

The one place where a card's cells get their names. Checks and diagnoses give the number of a cell, and sentences say
it in the form ``{cell:cell}``; for a module each such number is replaced here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from grader import texts
from grader.records import DiagnosisText, FailedCellText, Message, Place, Scorecard, Text, message

CODE_SHOWN = 60  # characters of a cell's first line
NO_CODE = re.compile(r"\s*(?:#.*|[%!].*|if __name__\b.*)?")  # says nothing of what a cell does
Name = Callable[[int], Mapping[str, Any]]


def place(source: str, line: int | None) -> Place:
    """The place of a cell with this source; ``line``: where it begins in its file, None in a notebook."""
    lines = source.split("\n")
    first = next((number for number, text in enumerate(lines) if not NO_CODE.fullmatch(text)), 0)
    code = lines[first].strip()
    shown = code if len(code) <= CODE_SHOWN else f"{code[: CODE_SHOWN - 1]}…"
    if line is None:
        return Place(code=shown)
    return Place(code=shown, line=line + first, last=line + len(lines) - 1)


def named(card: Scorecard, places: Mapping[int, Place]) -> Scorecard:
    """``card`` with the names of all cells that it mentions."""
    failed = tuple(replace(cell, place=_heading(cell, places)) for cell in card.failed)
    diagnoses = tuple(replace(one, place=_heading(one, places)) for one in card.diagnoses)
    card = replace(card, failed=failed, diagnoses=diagnoses)
    if all(one.line is None for one in places.values()):
        return card
    at = {cell.cell: cell.at for cell in card.failed if cell.at is not None}
    lines = {cell: line for cell, one in places.items() if (line := _line(one, at.get(cell))) is not None}

    def name(cell: int) -> Mapping[str, Any]:
        known = message("places.line", line=lines[cell]) if cell in lines else message("places.cell", cell=cell)
        return {"key": known.key, "values": known.values}

    return _everywhere(card, lambda said: _renamed(said, name))  # type: ignore[no-any-return]


def _line(one: Place, failed_at: int | None) -> int | None:
    """The line that stands for a part: the one that failed, when it is one of its own."""
    within = one.line is not None and one.last is not None and failed_at is not None
    return failed_at if within and one.line <= failed_at <= one.last else one.line  # type: ignore[operator]


def _heading(one: FailedCellText | DiagnosisText, places: Mapping[int, Place]) -> Text | None:
    if one.cell is None:
        return None
    here = places.get(one.cell, Place())
    if here.line is not None:
        at = one.at if isinstance(one, FailedCellText) else None
        return texts.text(message("places.line_heading", line=here.line if at is None else at))
    if not here.code or "`" in here.code:
        return texts.text(message("places.cell_heading", cell=one.cell))
    return texts.text(message("places.cell_heading_code", cell=one.cell, code=here.code))


def _everywhere(value: Any, change: Callable[[Text], Text]) -> Any:
    """``value`` with every text in it changed."""
    if isinstance(value, Text):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_everywhere(item, change) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{one.name: _everywhere(getattr(value, one.name), change) for one in fields(value)})


def _renamed(said: Text, name: Name) -> Text:
    values = _values(said.key, said.values, name)
    return said if values == said.values else texts.text(Message(key=said.key, values=values))


def _values(key: str, values: Mapping[str, Any], name: Name) -> Mapping[str, Any]:
    forms = texts.forms(key)
    return {
        field: name(value) if forms.get(field) == "cell" and isinstance(value, int) else _nested(value, name)
        for field, value in values.items()
    }


def _nested(value: Any, name: Name) -> Any:
    """A value in which the messages of ours have other names for cells."""
    if isinstance(value, Mapping) and value.keys() == {"key", "values"} and value["key"] in texts.catalogue():
        if value["key"] == "places.cell":
            return name(value["values"]["cell"])
        return {"key": value["key"], "values": _values(value["key"], value["values"], name)}
    return [_nested(item, name) for item in value] if isinstance(value, list) else value
