"""Control groups: the kernel holds memory and processes of a whole sandbox, where this user may make groups.

The first step of the ladder. Where it is missing, the watchdog (``watch``) alone holds the memory; it also runs
beside a group, because it ends a sandbox whole and says why. What only a group sees: memory that is taken faster
than anybody looks, tmpfs, and the kernel's own for a process.
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

OWN_PROCESSES = 16          # bubblewrap and what starts the program
CLOSE_S = 2.0               # an emptied group can be busy for a moment
NAME = "grader-"
# Moves itself into each group named before "--", then becomes the command: no process of it is ever outside.
JOIN = 'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'
_numbers = itertools.count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hierarchy:
    """Where groups are made: one folder in version 2; one for memory and perhaps one for processes in version 1."""

    version: Literal["cgroup v1", "cgroup v2"]
    memory: Path
    processes: Path | None


class Group:
    """The group of one sandbox."""

    def __init__(self, hierarchy: Hierarchy, limits: Limits) -> None:
        """Raises OSError when it cannot be made; nothing is left then."""
        self.version = hierarchy.version
        name = f"{NAME}{os.getpid()}-{next(_numbers)}"
        self.memory = hierarchy.memory / name
        parents = dict.fromkeys(parent for parent in (hierarchy.memory, hierarchy.processes) if parent is not None)
        self.folders = [parent / name for parent in parents]
        try:
            for folder in self.folders:
                folder.mkdir()
            self._limit(limits)
        except OSError:
            self.close()
            raise

    def _limit(self, limits: Limits) -> None:
        held = str((limits.memory_mb + limits.disk_mb + SHM_MB) * MB)
        if self.version == "cgroup v2":
            (self.memory / "memory.max").write_text(held)
            swap = ("memory.swap.max", "0")
        else:
            (self.memory / "memory.limit_in_bytes").write_text(held)
            swap = ("memory.memsw.limit_in_bytes", held)
        with suppress(OSError):     # a kernel without swap accounting
            (self.memory / swap[0]).write_text(swap[1])
        if (self.folders[-1] / "pids.max").exists():
            (self.folders[-1] / "pids.max").write_text(str(limits.processes + OWN_PROCESSES))

    def joined(self, words: list[str]) -> list[str]:
        """The command line that enters the group and then becomes ``words``."""
        return ["/bin/sh", "-c", JOIN, "sh", *map(str, self.folders), "--", *words]

    def out_of_memory(self) -> bool:
        """Whether the kernel killed a process here because the group was full."""
        name = "memory.events" if self.version == "cgroup v2" else "memory.oom_control"
        with suppress(OSError):
            for line in (self.memory / name).read_text().splitlines():
                key, _, value = line.partition(" ")
                if key == "oom_kill" and value != "0":
                    return True
        return False

    def close(self) -> None:
        """Kill what is left in the group and remove it."""
        until = time.monotonic() + CLOSE_S
        for folder in self.folders:
            while folder.exists() and time.monotonic() < until:
                with suppress(OSError):
                    folder.rmdir()
                    break
                self._kill(folder)
                time.sleep(0.002)

    def _kill(self, folder: Path) -> None:
        with suppress(OSError):
            for pid in (folder / "cgroup.procs").read_text().split():
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
        sweep(hierarchy)
    return hierarchy


def find(root: Path, told: str) -> Hierarchy | None:
    """The hierarchy below ``root`` for a process of which /proc/self/cgroup tells ``told``."""
    own = _own(told)
    if (root / "cgroup.controllers").exists():      # version 2 alone; beside version 1 it has no memory controller
        for parent in _parents(root, own.get("", "/")):
            if _usable(parent, "memory.max"):
                return Hierarchy(version="cgroup v2", memory=parent, processes=None)
        return None
    memory = _first(_parents(root / "memory", own.get("memory", "/")), "memory.limit_in_bytes")
    if memory is None:
        return None
    processes = _first(_parents(root / "pids", own.get("pids", "/")), "pids.max")
    return Hierarchy(version="cgroup v1", memory=memory, processes=processes)


def sweep(hierarchy: Hierarchy) -> None:
    """Remove the empty groups of graders that no longer live."""
    for parent in (hierarchy.memory, hierarchy.processes):
        for left in parent.glob(f"{NAME}*-*") if parent is not None else ():
            pid = left.name[len(NAME) :].partition("-")[0]
            if pid.isdigit() and not Path("/proc", pid).exists():
                with suppress(OSError):
                    left.rmdir()


def _own(told: str) -> Mapping[str, str]:
    """Controller -> the group of this process; "" is version 2."""
    found: dict[str, str] = {}
    for line in told.splitlines():
        _, controllers, path = line.split(":", 2)
        found |= dict.fromkeys(controllers.split(","), path)
    return found


def _parents(root: Path, own: str) -> Iterator[Path]:
    """Where a group may be made: in our own, else at the top."""
    yield root / own.lstrip("/")
    yield root


def _first(parents: Iterator[Path], needed: str) -> Path | None:
    return next((parent for parent in parents if _usable(parent, needed)), None)


def _usable(parent: Path, needed: str) -> bool:
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
