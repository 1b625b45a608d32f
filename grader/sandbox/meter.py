"""What a sandbox uses of the processors, measured from outside: CPU time, and how long it had to wait for a core.

A run that gets too little of a core must not lose points for it. It is starved while it gets less than half of its
fair share and waits longer than it runs. A program that sleeps waits for nothing; many processes that wait for
each other use their share together.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from grader.sandbox.watch import tree
from grader.untrusted import processor_time

LOOK_EVERY_S = 0.2  # at CPU time that has to be added up
SLICE_S = 2.0  # for which it is decided whether the sandbox starved
LEAST_OF_SHARE = 0.5


class Meter:
    """Measures the processes that descend from ``root``; ``fair`` is their share: CPU seconds in a second.

    ``counted`` gives the CPU seconds that a control group counts, or None: then /proc tells, which does not see
    what a process used that nobody waited for.
    """

    def __init__(self, root: int, fair: float, counted: Callable[[], float | None] = lambda: None) -> None:
        self.root = root
        self.fair = fair
        self.counted = counted
        self.cpu_s = 0.0
        self.waited_s = 0.0
        self.starved_s = 0.0  # of the wall clock
        self._next_look = 0.0
        self._slice = (time.monotonic(), 0.0, 0.0)  # when it began, CPU time and waiting until then
        self._waited: dict[tuple[int, int], float] = {}  # of each thread that lives
        self._waited_before = 0.0  # of threads that ended

    def look(self, now: float) -> None:
        """Measure, if it is time to; ``now`` is ``time.monotonic``."""
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY_S
        counted = self.counted()
        if counted is None:
            counted = sum(map(processor_time.used_s, tree(self.root)))
        self.cpu_s = max(self.cpu_s, counted)  # it sinks when a process ends that nobody waits for
        if now >= self._slice[0] + SLICE_S:
            self._end_slice(now)

    def add_counted(self) -> None:
        """Take over what the group has counted in the end."""
        self.cpu_s = max(self.cpu_s, self.counted() or 0.0)

    def _end_slice(self, now: float) -> None:
        self._add_waiting()
        began, cpu, waited = self._slice
        took, ran, waited = now - began, self.cpu_s - cpu, self.waited_s - waited
        if starved(took, ran, waited, self.fair):
            self.starved_s += took
        self._slice = (now, self.cpu_s, self.waited_s)

    def _add_waiting(self) -> None:
        found = {
            (pid, thread): processor_time.waited_s(pid, thread)
            for pid in tree(self.root)
            for thread in processor_time.threads(pid)
        }
        self._waited_before += sum(waited for key, waited in self._waited.items() if key not in found)
        self._waited = found
        self.waited_s = max(self.waited_s, self._waited_before + sum(found.values()))


def starved(took_s: float, ran_s: float, waited_s: float, fair: float) -> bool:
    """Whether a sandbox wanted to run for much of ``took_s`` seconds and could not.

    A sleeping process waits a few milliseconds, too, and longer than it runs: so the waiting must also fill
    what is missing to half of the fair share.
    """
    least = LEAST_OF_SHARE * fair * took_s
    return ran_s < least and waited_s > ran_s and ran_s + waited_s >= least
