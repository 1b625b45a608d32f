"""What to gather evidence of, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader import data, sandbox
from grader.evidence.preparing.config import QUICK_EPOCHS
from grader.records import Rubric, Submission


class NotStored(Exception):
    """Something would have to run, which the task forbids."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathering:
    """What to gather evidence of, and where it is kept."""

    submission: Submission
    rubric: Rubric
    data: data.DataSet
    evidence: Path
    slot: int = 0
    since: float = 0.0  # stored evidence that is older (monotonic) is not used; 0: all is
    fit_rows: int | None = None  # cut each training to so many rows in all, 0: to none; None: train as written
    fit_epochs: int = QUICK_EPOCHS  # of a training that is cut, at most
    early: bool = False  # an early look: what a training cut short may have caused is told as such
    threads: int = 1  # of TensorFlow, in one run
    stored_only: bool = False  # run nothing: raise NotStored
    measure: bool = True  # measure accuracies where a criterion rests on them
    secret: bytes = b""  # of the course: seeds hidden arguments and images; b"" gives the public ones
    seed: int = 0  # added to every seed of the notebook
    reference: Submission | None = None  # whose functions give the expected outputs, see ``reference_calls``


def may_run(task: Gathering) -> None:
    if task.stored_only:
        raise NotStored
    sandbox.require()
