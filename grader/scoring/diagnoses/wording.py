"""A known mistake by its id -> the diagnosis with its two sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.records import Diagnosis, message


def told(id: str, cell: int | None = None, line: str = "", /, **values: Any) -> Diagnosis:
    """The diagnosis ``id``; both of its sentences are filled with ``values``."""
    cause, cure = message(f"diagnoses.{id}", **values), message(f"diagnoses.{id}.cure", **values)
    return Diagnosis(id=id, cause=cause, cure=cure, cell=cell, line=line)


def cell_names(cells: Iterable[int]) -> list[dict[str, Any]]:
    """Numbers of cells as a value of a ``{...:list}`` in a sentence."""
    return [{"key": "places.cell", "values": {"cell": cell}} for cell in cells]
