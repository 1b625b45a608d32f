"""A hand-in as it can be shown: what stands in its cells, and what each did in our run. Only text and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from grader.records.words import Ended

# "skipped": never begun, because an earlier cell ended the run.
CellStatus = Literal["ok", "error", "timeout", "died", "syntax", "skipped"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedOutput:
    """One output as the file holds it, unchecked."""

    text: str = ""  # of a stream, an error's traceback, or text/plain
    error: bool = False
    picture: str = ""  # image/png, as the base64 that somebody wrote
    others: tuple[str, ...] = ()  # media types of what else there is of it


@dataclass(frozen=True, kw_only=True, slots=True)
class NotebookCell:
    """One cell of a notebook, or a part of a module, of whatever kind."""

    cell: int  # 1-based position among all cells of the notebook
    kind: Literal["code", "markdown", "raw"]
    source: str
    number: int = 0  # 1-based, among the code cells; 0 when it is none
    line: int | None = None  # of its file, where it begins; None in a notebook
    further: tuple[int, ...] = ()  # numbers of code before it that is shown together with it
    count: int | None = None  # the execution count that it was saved with
    attachments: tuple[str, ...] = ()  # their names
    outputs: tuple[SavedOutput, ...] = ()
    left_out: int = 0  # further outputs that the file holds


@dataclass(frozen=True, kw_only=True, slots=True)
class CellRun:
    """What one cell did in our run, as the sandbox claims it."""

    status: CellStatus
    seconds: float = 0.0
    error: str = ""  # exception class
    text: str = ""  # its message
    line: str = ""  # the student's source line, when known
    output: str = ""  # the beginning of what it printed
    cut: bool = False  # whether it may have printed more


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOutput:
    """One output of our run, as the sandbox claims it, unchecked; "cut" says that there were more."""

    kind: Literal["stdout", "stderr", "error", "shown", "cut"]
    text: str = ""  # of the stream, the traceback, or text/plain
    error: str = ""  # exception class
    message: str = ""  # of the exception
    picture: str = ""  # image/png in base64


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """A hand-in cell by cell, beside its run."""

    student: str
    name: str  # of the file
    module: bool  # a .py file, whose code is told by its lines
    cells: tuple[NotebookCell, ...]
    ended: Ended
    unsafe: bool = False  # it ran without a sandbox
    ran: Mapping[int, CellRun] = field(default_factory=dict)  # by number of the code cell
    gave: Mapping[int, tuple[RunOutput, ...]] = field(default_factory=dict)  # likewise
