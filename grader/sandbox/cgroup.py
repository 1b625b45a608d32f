"""Control groups: the kernel holds the memory of a whole sandbox and counts its CPU time, where groups can be made.

The first step of the ladder. Where it is missing, the watchdog (``watch``) alone holds the memory; it also runs
beside a group, because it ends a sandbox whole and says why. What only a group sees: memory that is taken faster
than anybody looks, tmpfs, and the kernel's own for a process. Version 2 counts processes in the same folder;
version 1 would need a second move for what RLIMIT_NPROC holds already, and each move waits for all processors.
Its CPU time is counted by slot (``slot_groups``).
Files: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the kernel.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from grader.records import Limits
from grader.sandbox.bubblewrap import MB, SHM_MB

OWN_PROCESSES = 16  # bubblewrap and what starts the program
CLOSE_S = 2.0  # an emptied group can be busy for a moment
NAME = "grader-"
_numbers = itertools.count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hierarchy:
    """The folder in which groups are made."""

    version: Literal["cgroup v1", "cgroup v2"]
    parent: Path


class Group:
    """The group of one sandbox."""

    def __init__(self, hierarchy: Hierarchy, limits: Limits) -> None:
        """Raises OSError when it cannot be made; nothing is left then."""
        self.version = hierarchy.version
        self.folder = hierarchy.parent / f"{NAME}{os.getpid()}-{next(_numbers)}"
        try:
            self.folder.mkdir()
            self._limit(limits)
        except OSError:
            self.close()
            raise

    def _limit(self, limits: Limits) -> None:
        held = str((limits.memory_mb + limits.disk_mb + SHM_MB) * MB)
        if self.version == "cgroup v2":
            (self.folder / "memory.max").write_text(held)
            swap = ("memory.swap.max", "0")
        else:
            (self.folder / "memory.limit_in_bytes").write_text(held)
            swap = ("memory.memsw.limit_in_bytes", held)
        with suppress(OSError):  # a kernel without swap accounting
            (self.folder / swap[0]).write_text(swap[1])
        if (self.folder / "pids.max").exists():
            (self.folder / "pids.max").write_text(str(limits.processes + OWN_PROCESSES))

    def take(self, pid: int) -> None:
        """Move a process here; what it starts from now on is here too. Raises OSError."""
        (self.folder / "cgroup.procs").write_text(str(pid))

    def anonymous(self) -> int | None:
        """Bytes of memory that no file backs, of all processes here; None when it cannot be read.

        What a copy of a warm worker shares with it is not counted: it was charged to the worker.
        """
        name = "anon" if self.version == "cgroup v2" else "total_rss"
        with suppress(OSError, ValueError):
            for line in (self.folder / "memory.stat").read_text().splitlines():
                key, _, value = line.partition(" ")
                if key == name:
                    return int(value)
        return None

    def cpu_s(self) -> float | None:
        """CPU seconds of all processes that were here; None where this group does not count them (version 1)."""
        with suppress(OSError, ValueError):
            for line in (self.folder / "cpu.stat").read_text().splitlines():
                key, _, value = line.partition(" ")
                if key == "usage_usec":
                    return int(value) / 1e6
        return None

    def out_of_memory(self) -> bool:
        """Whether the kernel killed a process here because the group was full."""
        name = "memory.events" if self.version == "cgroup v2" else "memory.oom_control"
        with suppress(OSError):
            for line in (self.folder / name).read_text().splitlines():
                key, _, value = line.partition(" ")
                if key == "oom_kill" and value != "0":
                    return True
        return False

    def close(self) -> None:
        """Kill what is left in the group and remove it."""
        until = time.monotonic() + CLOSE_S
        while self.folder.exists() and time.monotonic() < until:
            with suppress(OSError):
                self.folder.rmdir()
                break
            self._kill()
            time.sleep(0.002)

    def _kill(self) -> None:
        with suppress(OSError):
            for pid in (self.folder / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)


def group(limits: Limits) -> Group | None:
    """A new group with these limits; None where none can be made."""
    hierarchy = here()
    if hierarchy is None:
        return None
    try:
        return Group(hierarchy, limits)
    except OSError:
        return None


@cache
def here() -> Hierarchy | None:
    """What this process may use, found out by making a group; what killed graders left is swept away."""
    hierarchy = find(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup").read_text())
    if hierarchy is not None:
        sweep(hierarchy.parent)
    return hierarchy


def find(root: Path, told: str) -> Hierarchy | None:
    """The hierarchy below ``root`` for a process of which /proc/self/cgroup tells ``told``."""
    own = own_groups(told)
    if (root / "cgroup.controllers").exists():  # version 2 alone; beside version 1 it has no memory controller
        for parent in parents(root, own.get("", "/")):
            if usable(parent, "memory.max"):
                return Hierarchy(version="cgroup v2", parent=parent)
        return None
    for parent in parents(root / "memory", own.get("memory", "/")):
        if usable(parent, "memory.limit_in_bytes"):
            return Hierarchy(version="cgroup v1", parent=parent)
    return None


def sweep(parent: Path) -> None:
    """Remove the empty groups of graders that no longer live."""
    for left in parent.glob(f"{NAME}*-*"):
        pid = left.name[len(NAME) :].partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            with suppress(OSError):
                left.rmdir()


def own_groups(told: str) -> Mapping[str, str]:
    """Controller -> the group of this process; "" is version 2."""
    found: dict[str, str] = {}
    for line in told.splitlines():
        _, controllers, path = line.split(":", 2)
        found |= dict.fromkeys(controllers.split(","), path)
    return found


def parents(root: Path, own: str) -> Iterator[Path]:
    """Where a group may be made: in our own, else at the top."""
    yield root / own.lstrip("/")
    yield root


def usable(parent: Path, needed: str) -> bool:
    """Whether a group made in ``parent`` has the file ``needed``, and our processes may enter it."""
    trial = parent / f"{NAME}{os.getpid()}-trial"
    try:
        trial.mkdir()
    except OSError:
        return False
    try:
        return all(os.access(trial / name, os.W_OK) for name in (needed, "cgroup.procs"))
    finally:
        with suppress(OSError):
            trial.rmdir()
