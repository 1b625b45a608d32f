"""What was handed in, under which limits it runs, and what running it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from grader.records.words import Ended, Message

WALL_FACTOR = 10  # the wall clock of a run, in terms of its CPU time


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a hand-in is not run at all."""

    ended: Literal["unreadable", "refused", "missing", "untouched"]
    why: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class NotGraded:
    """A file or folder that is nobody's submission, and why."""

    path: str  # relative to the PATH that the teacher named
    why: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What one student handed in for one exercise, wholly in memory."""

    student: str
    exercise: str
    files: Mapping[str, bytes]  # relative name -> content, the entry among them
    entry: str | None  # the notebook or module that is run; None when there is none
    others: tuple[str, ...] = ()  # all files of it that are not in ``files``
    rivals: tuple[str, ...] = ()  # those of them that may be meant instead of the entry: a person must decide
    origin: str = ""  # where it lay, relative to the folder that the teacher named
    received: str | None = None  # a folder does not tell; learning platforms do
    sha256: str = ""
    problem: Problem | None = None
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one sandboxed command may use.

    Times are CPU seconds of all its processes together; the wall clock may show ``WALL_FACTOR`` times as many, for
    what sleeps, waits or runs beside others. Where CPU time is not counted they are seconds of the wall clock.
    """

    time_s: float = 600.0
    cell_s: float = 300.0
    memory_mb: int = 3072
    processes: int = 256
    disk_mb: int = 256  # size of the sandbox's /tmp
    output_mb: int = 200  # frames that may come out


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCell:
    """A cell that did not end well, as the sandbox claims it."""

    cell: int  # 1-based number among the code cells, or among the parts of a module
    kind: Literal["error", "timeout", "died", "syntax"]
    error: str = ""  # exception class, e.g. "ValueError"
    text: str = ""  # its message
    line: str = ""  # the student's source line, when known
    at: int | None = None  # its 1-based number: in the file of a module, else in the cell
    adds_layers: bool = False  # its code adds layers to a model
    missed: tuple[str, ...] = ()  # names, keys of answers and calls that it did not come to
    first: int | None = None  # the cell to fix first: its own number, or that of the cell from which this one follows
    perhaps_cut: bool = False  # in an early look: it may have failed only because trainings were cut short
    cause: Message | None = None
    cure: Message | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OldImport:
    """A line that imports what Keras 3 dropped, and the same line with the names of today."""

    cell: int  # 1-based number among the code cells
    line: int  # 1-based, within the cell
    written: str
    today: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PassedOver:
    """A line that was not run because it rests on a library, or on a download, that is not here.

    ``names`` would have been given a value by it ("*" for all that a module holds), ``download`` is the cell that would
    have brought the module.
    """

    cell: int
    line: int
    written: str
    library: str  # as it is imported
    names: tuple[str, ...] = ()
    download: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """A known mistake: why, and what to do about it."""

    id: str
    cause: Message
    cure: Message
    cell: int | None = None  # 1-based number among the code cells; None when it is about the whole work
    line: str = ""  # the student's source line, when known


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One execution of a submission. Times, ``peak_memory`` and ``ended`` are measured outside;
    ``ended`` is refined by the sandbox's own claims only between ok, error, timeout and exit.
    """

    submission: str  # sha256 of what ran
    ended: Ended
    failed: tuple[FailedCell, ...] = ()
    seconds: float = 0.0  # of the wall clock
    cpu_seconds: float = 0.0  # of all its processes
    cpu_share: float = 0.0  # of its fair share of the processors
    clock: str = ""  # what its limits of time counted: CPU time or wall clock
    peak_memory: int = 0
    frames: Mapping[tuple[str, int], bytes] = field(default_factory=dict)  # (kind, number) -> payload
    environment: Mapping[str, str] = field(default_factory=dict)
    isolation: str = ""
    detail: str = ""  # our own words on a sandbox-error, for the teacher
    seed: int = 0
    problem: Message | None = None  # why it could not run, or that the runner itself did not live to its end
    memory_limit: str = ""  # what held the memory limit: "cgroup v2 and watchdog"
    busy_tries: int = 0  # how often the machine was too busy for it, when it was so this time

    @property
    def budget_seconds(self) -> float:
        """Seconds as its limits of time count them."""
        return self.seconds if self.clock == "wall clock" else self.cpu_seconds
