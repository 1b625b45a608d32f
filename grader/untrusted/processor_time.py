"""Processor time of processes, as the kernel counts it in /proc.

The name of a process stands in the middle of its line, and a student's code chooses it: what is read begins behind
its last bracket. Format: proc_pid_stat(5), and Documentation/scheduler/sched-stats.rst of the kernel.
"""

from __future__ import annotations

import os

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
USER = 11  # place of utime behind the name; stime, cutime and cstime follow


def used_s(pid: int) -> float:
    """CPU seconds of a process, with those of its children that ended and were waited for; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[USER : USER + 4])) / TICKS_PER_S


def waited_s(pid: int, thread: int) -> float:
    """Seconds that a thread was ready to run but had to wait for a processor; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/task/{thread}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def threads(pid: int) -> list[int]:
    """The threads of a process; none when it is gone."""
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def of_all_s() -> float:
    """CPU seconds of all processes that this one can see: inside a sandbox, those of the sandbox."""
    return sum(used_s(int(name)) for name in os.listdir("/proc") if name.isdigit())
