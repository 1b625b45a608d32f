"""CPU time under control groups of version 1: for each slot a group that counts it, and one for its weight.

Groups have equal weights. A move into a group waits for all processors, 8 to 16 ms here. So a group belongs to a slot
and not to a run: a warm worker is moved once, and its copies are born there. Files:
Documentation/scheduler/sched-design-CFS.rst and cgroup-v1/cpuacct.rst of the kernel.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from grader.sandbox import cgroup

COUNTS, WEIGHS = "cpuacct.usage", "cpu.shares"
_made: dict[int, SlotGroup] = {}
_lock = threading.Lock()


class SlotGroup:
    """The groups of one slot, in each hierarchy that counts CPU time or shares it out."""

    def __init__(self, parents: Iterable[Path], slot: int) -> None:
        """Raises OSError when one cannot be made."""
        self.folders = [parent / f"{cgroup.NAME}{os.getpid()}-slot{slot}" for parent in parents]
        for folder in self.folders:
            folder.mkdir(exist_ok=True)

    def take(self, pids: Iterable[int]) -> None:
        """Move processes here that are not here yet; what they start from now on is here too."""
        for pid in pids:
            with suppress(OSError):  # it is gone; a run outside of its group is counted from /proc
                held = Path(f"/proc/{pid}/cgroup").read_text()
                if f"/{self.folders[0].name}\n" not in held:
                    for folder in self.folders:
                        (folder / "cgroup.procs").write_text(str(pid))

    def cpu_s(self) -> float | None:
        """CPU seconds of all processes that were here; None when nothing counts them."""
        for folder in self.folders:
            with suppress(OSError, ValueError):
                return int((folder / COUNTS).read_text()) / 1e9
        return None

    def close(self) -> None:
        """Remove the groups, once they are empty."""
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()


def of(slot: int) -> SlotGroup | None:
    """The groups of a slot; None where version 1 does not count CPU time, or not for this user."""
    found = hierarchies()
    if not found:
        return None
    with _lock, suppress(OSError):
        if slot not in _made:
            _made[slot] = SlotGroup(found, slot)
        return _made[slot]
    return None


@cache
def hierarchies() -> tuple[Path, ...]:
    """Where such groups may be made; none without one that counts. What killed graders left is swept away."""
    found = find(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup").read_text())
    for parent in found:
        cgroup.sweep(parent)
    return found


def find(root: Path, told: str) -> tuple[Path, ...]:
    """The hierarchies below ``root``, the counting one first; /proc/self/cgroup tells ``told`` of the process."""
    own = cgroup.own_groups(told)
    found: list[Path] = []
    for controller, needed in (("cpuacct", COUNTS), ("cpu", WEIGHS)):
        top = (root / controller).resolve()  # both may be links to one folder
        usable = (parent for parent in cgroup.parents(top, own.get(controller, "/")) if cgroup.usable(parent, needed))
        parent = next(usable, None)
        if parent is None and controller == "cpuacct":
            return ()
        if parent is not None and parent not in found:
            found.append(parent)
    return tuple(found)


def remove() -> None:
    """Remove the groups of all slots, when nothing runs any more."""
    with _lock:
        for group in _made.values():
            group.close()
        _made.clear()


atexit.register(remove)
