"""How much memory a tree of processes holds: what its control group counts, else what /proc tells.

From /proc: the sum of proportional set sizes (PSS) is exact for shared pages but slow to read; the sum of
resident set sizes (RSS) is never smaller and quick. So the quick sum is read at every look,
and the exact one only when the quick one comes near the limit, or once in a while for the peak.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
NEAR = 0.7  # share of the limit from which the exact sum is read at every look
EXACT_EVERY_S = 1.0
FLOOR_SHARE = 0.02  # of the host's memory: below this much available memory nothing may grow
FLOOR_LEAST = 192 << 20


def tree(root: int) -> Iterator[int]:
    """The process ids of ``root`` and everything that descends from it, as far as they still live."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                children = Path(f"/proc/{pid}/task/{thread}/children").read_text()
            except OSError:
                continue
            waiting.extend(map(int, children.split()))


def resident(pid: int) -> int:
    """Resident set size of one process in bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def proportional(pid: int) -> int:
    """Proportional set size of one process in bytes; its resident set size when that cannot be read."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return resident(pid)


def host_memory() -> tuple[int, int]:
    """Total and available memory of this machine in bytes."""
    found = {}
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            found[name] = int(value.split()[0]) << 10
    return found["MemTotal"], found["MemAvailable"]


class Watch:
    """Looks at one tree; ``look`` says what is wrong, ``peak`` is the largest exact sum seen.

    ``counted`` gives what the tree holds, or None: then it is added up.
    """

    def __init__(self, root: int, limit: int, counted: Callable[[], int | None] = lambda: None) -> None:
        self.root = root
        self.limit = limit
        self.counted = counted
        self.peak = 0
        self._next_exact = 0.0
        self._floor = max(FLOOR_LEAST, int(host_memory()[0] * FLOOR_SHARE))

    def look(self) -> str:
        """``limit`` when the tree holds more than its limit, ``host`` when this machine runs dry, else nothing."""
        counted = self.counted()
        if counted is not None:
            self.peak = max(self.peak, counted)
            if counted > self.limit:
                return "limit"
        elif self._added_up():
            return "limit"
        return "host" if host_memory()[1] < self._floor else ""

    def _added_up(self) -> bool:
        """Whether the sum over all processes is above the limit."""
        pids = list(tree(self.root))
        held = sum(map(resident, pids))
        now = time.monotonic()
        if held > NEAR * self.limit or now >= self._next_exact:
            held = sum(map(proportional, pids))
            self._next_exact = now + EXACT_EVERY_S
            self.peak = max(self.peak, held)
            return held > self.limit
        return False
