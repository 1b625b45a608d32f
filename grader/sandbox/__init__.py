"""One command under limits, in a namespace of its own: how it ended and what it sent.

Door to bubblewrap, the only way in which this project starts programs that meet strangers'
bytes. Nothing that comes back is trusted but what is measured here: how the command ended, its
time, its memory.
"""

from __future__ import annotations

from grader.sandbox.bare import UNSAFE, isolated, without_isolation
from grader.sandbox.bubblewrap import ENVIRONMENT, hide
from grader.sandbox.command import MACHINE_BUSY, Command, Ending, python_command
from grader.sandbox.inside import versions
from grader.sandbox.installed import absent
from grader.sandbox.machine import Probe, probe, require
from grader.sandbox.session import Stopped, counts_cpu, run, stop_all
from grader.sandbox.slots import share_out
from grader.sandbox.warm import cool_down

__all__ = [
    "ENVIRONMENT",
    "MACHINE_BUSY",
    "UNSAFE",
    "Command",
    "Ending",
    "Probe",
    "Stopped",
    "absent",
    "cool_down",
    "counts_cpu",
    "hide",
    "isolated",
    "probe",
    "python_command",
    "require",
    "run",
    "share_out",
    "stop_all",
    "versions",
    "without_isolation",
]  # fmt: skip
