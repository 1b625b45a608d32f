"""The clock of every limit inside a sandbox: CPU seconds, with the wall clock far behind.

A limit counts what a cell or a training really uses, so that it means the same on a busy machine. What sleeps or
waits uses nothing: for it, the wall clock counts, divided by ``wall_factor``. Where CPU time is not counted that
factor is 1, and only the wall clock counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from grader.untrusted.processor_time import of_all_s

__all__ = ["Clock", "Mark", "of_all_s", "of_this_process_s"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment: CPU seconds used until then, and the wall clock."""

    cpu_s: float
    wall_s: float


class Clock:
    """Counts by ``cpu``, which gives the CPU seconds used so far."""

    def __init__(self, wall_factor: float, cpu: Callable[[], float]) -> None:
        self.wall_factor = wall_factor
        self.cpu = cpu if wall_factor > 1 else lambda: 0.0

    def mark(self) -> Mark:
        """Now."""
        return Mark(self.cpu(), monotonic())

    def since(self, mark: Mark) -> float:
        """Seconds of a limit that were used up since ``mark``."""
        return max(self.cpu() - mark.cpu_s, self.by_wall(mark))

    def by_wall(self, mark: Mark) -> float:
        """The same by the wall clock alone."""
        return (monotonic() - mark.wall_s) / self.wall_factor

    def waited(self, mark: Mark) -> bool:
        """Whether it is the wall clock that counts since ``mark``: more was waited than worked."""
        return self.wall_factor > 1 and self.by_wall(mark) > self.cpu() - mark.cpu_s


def of_this_process_s() -> float:
    """CPU seconds of this process, and of its children that ended and were waited for."""
    return sum(os.times()[:4])
