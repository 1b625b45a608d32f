"""A known mistake by its id -> the diagnosis with its two sentences."""

from __future__ import annotations

from typing import Any

from grader.records import Diagnosis, message


def told(id: str, cell: int | None = None, line: str = "", /, **values: Any) -> Diagnosis:
    """The diagnosis ``id``; both of its sentences are filled with ``values``."""
    cause, cure = message(f"diagnoses.{id}", **values), message(f"diagnoses.{id}.cure", **values)
    return Diagnosis(id=id, cause=cause, cure=cure, cell=cell, line=line)
