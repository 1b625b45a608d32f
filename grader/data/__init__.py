"""Data sets: found and verified by name, made (the embedded one), and prepared for a student's run."""

from __future__ import annotations

from grader.data.mounting import Mounted, mounted, mounted_name, mounting_sha256, sample_rows, stand_in
from grader.data.sets import EMBEDDED, KNOWN, DataSet, fetch, find, of_arrays
from grader.data.split import split

__all__ = [
    "EMBEDDED",
    "KNOWN",
    "DataSet",
    "Mounted",
    "fetch",
    "find",
    "mounted",
    "mounted_name",
    "mounting_sha256",
    "of_arrays",
    "sample_rows",
    "split",
    "stand_in",
]
