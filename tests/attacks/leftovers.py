"""What a grader leaves on its host: processes, mounts, files, control groups."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.sandbox import cgroup

SUBREAPER = 36  # of prctl(2): orphans of the grader become children of this process
GONE_S = 5.0


@contextmanager
def nothing_is_left(temporary: Path) -> Iterator[None]:
    """Assert, at the end, that no process, mount, control group or temporary file of what ran within it is left.

    ``temporary`` is the folder that the grader was told to use for temporary files.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    mounts = Path("/proc/self/mountinfo").read_text()
    before = children()
    try:
        yield
        until = time.monotonic() + GONE_S
        while (left := children() - before) and time.monotonic() < until:
            for pid in left:
                os.waitpid(pid, os.WNOHANG)  # the dead among them only wait for their parent
            time.sleep(0.05)
        assert {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children() - before} == {}
        assert Path("/proc/self/mountinfo").read_text() == mounts
        assert [path.name for path in temporary.iterdir()] == []
    finally:
        libc.prctl(SUBREAPER, 0, 0, 0, 0)


def children() -> set[int]:
    """The processes that are this one's."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(pid) for children in found for pid in children.read_text().split()}


def groups_of(pid: int) -> list[str]:
    """The control groups that a grader with this process id made."""
    hierarchy = cgroup.here()
    return [] if hierarchy is None else [path.name for path in hierarchy.parent.glob(f"{cgroup.NAME}{pid}-*")]
