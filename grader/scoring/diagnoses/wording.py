"""A known mistake by its id -> the diagnosis with its two sentences; how a card shows diagnoses and failed cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader import texts
from grader.records import Diagnosis, DiagnosisText, FailedCell, FailedCellText, message


def told(id: str, cell: int | None = None, line: str = "", /, **values: Any) -> Diagnosis:
    """The diagnosis ``id``; both of its sentences are filled with ``values``."""
    cause, cure = message(f"diagnoses.{id}", **values), message(f"diagnoses.{id}.cure", **values)
    return Diagnosis(id=id, cause=cause, cure=cure, cell=cell, line=line)


def cell_names(cells: Iterable[int]) -> list[dict[str, Any]]:
    """Numbers of cells as a value of a ``{...:list}`` in a sentence."""
    return [{"key": "places.cell", "values": {"cell": cell}} for cell in cells]


def diagnosis_text(one: Diagnosis) -> DiagnosisText:
    """A diagnosis in both languages."""
    return DiagnosisText(
        id=one.id, cause=texts.text(one.cause), cure=texts.text(one.cure), cell=one.cell, line=one.line
    )


def failed_cell_text(cell: FailedCell) -> FailedCellText:
    """A failed cell with its cause and cure in both languages."""
    return FailedCellText(
        cell=cell.cell,
        kind=cell.kind,
        error=cell.error,
        text=cell.text,
        line=cell.line,
        at=cell.at,
        cause=texts.optional_text(cell.cause),
        cure=texts.optional_text(cell.cure),
    )
