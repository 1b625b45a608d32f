"""What is started in a sandbox, and what is known when it is over."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from grader.store import code_hash

WARM = ("runner.run", "predict")  # what a copy of a warm worker may stand for
HOW = Literal["ok", "timeout", "memory", "output", "exit", "sandbox-error"]
PACKAGE = code_hash.PACKAGE
MACHINE_BUSY = "machine_busy"  # the reason of a sandbox-error: the command waited for a core instead of running
CHILD_ROOT = "/opt/child"
# Links of every sandbox, for notebooks of Colab and Kaggle: they lead nowhere until the recorder makes their targets.
LINKS: Mapping[str, str] = {"/content": "/tmp/.content", "/gdrive": "/tmp/.gdrive", "/kaggle": "/tmp/.kaggle"}
FRAMES = "untrusted/frames.py"  # mounted beside every program that speaks frames
# The programs keep their package names: `from grader.untrusted import frames` is the same line inside and outside.
START = "import runpy, sys; sys.path.insert(0, {root!r}); runpy.run_module({module!r}, run_name='__main__')"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A program and what it can see beside the system: nothing else is visible to it.

    ``inputs``: absolute inside path -> content; ``binds``: host path -> inside path, for large
    files; both read-only. ``env`` is added to a small fixed environment. ``child``: files of
    this package, named relative to it, that are mounted under /opt/child/grader. ``late``: bytes
    that the program gets on the descriptor ``$LATE_FD``, and only after it asked for them.
    ``loopback``: the program talks to itself over 127.0.0.1, as a Jupyter kernel does. ``warm``: the
    program of this package that it is, when a copy of a warm worker may stand for it (``warm``).
    """

    argv: tuple[str, ...]
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    binds: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    child: tuple[str, ...] = ()
    late: bytes | None = None
    loopback: bool = False
    warm: str = ""


class Process(Protocol):
    """The process that stands for a sandbox, as ``subprocess.Popen`` shows one."""

    pid: int
    returncode: int | None  # None also when only its status pipe tells it

    def poll(self) -> int | None:
        """None while it lives."""

    def wait(self) -> int:
        """Wait for its end."""


class Planned(Protocol):
    """A command made ready for one kind of sandbox; how to end it, and clean up behind it."""

    command: Command

    @property
    def isolation(self) -> str:
        """What isolates it, for the cards."""

    @property
    def frames_on_stdout(self) -> bool:
        """Whether its stdout and stdin stand for the pipes of results and of what is late."""

    @property
    def holds_memory(self) -> bool:
        """Whether its memory is limited by somebody else than the session."""

    @property
    def counts_cpu(self) -> bool:
        """Whether its limit of time is one of CPU time; of the wall clock where that cannot be counted."""

    @property
    def waits(self) -> bool:
        """Whether it can wait for a group before its program starts; what cannot has the watchdog alone."""

    def kill(self) -> None:
        """End what killing the process that was started would not end."""

    def close(self) -> None:
        """Called when it was started."""

    def remove(self) -> None:
        """Called when it is over."""


class Startable(Planned, Protocol):
    """One that is a program of its own."""

    descriptors: list[int]  # that it inherits, beside those of ``argv``

    def argv(self, result: int, status: int, late: int | None = None, go: int | None = None) -> list[str]:
        """The command line. Where it ``waits``, its program starts when ``go`` has something to read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a command ended. Everything but the three byte fields is measured outside.

    ``ended``: ok (returned 0), exit (anything else that the program did itself), timeout,
    memory, output (sent too much), sandbox-error (our fault: it never came to life).
    """

    ended: HOW
    returncode: int | None
    seconds: float
    peak_memory: int  # bytes, proportional set size of the whole tree
    stdout: bytes
    stderr: bytes
    frames: Mapping[tuple[str, int], bytes]
    isolation: str
    memory_limit: str
    reason: str = ""  # of a sandbox-error, where there is a name for it: MACHINE_BUSY
    clock: str = ""  # what its limit of time counted: CPU time or wall clock
    cpu_seconds: float = 0.0  # of all its processes
    cpu_share: float = 0.0  # of its fair share of the processors
    starved_seconds: float = 0.0  # of the wall clock, in which it wanted to run and could not (``meter``)
    detail: str = ""  # plain English, for the teacher


def python_command(
    program: str,
    *,
    further: tuple[str, ...] = (),
    inputs: Mapping[str, bytes] | None = None,
    binds: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    late: bytes | None = None,
    loopback: bool = False,
) -> Command:
    """The command that runs the module ``grader.child.<program>`` with this very interpreter, isolated (-I).

    It sees all modules that it imports, and those that the modules ``further`` import.
    """
    module = f"grader.child.{program}"
    return Command(
        argv=(sys.executable, "-I", "-c", START.format(root=CHILD_ROOT, module=module)),
        inputs=inputs or {},
        binds=binds or {},
        env=env or {},
        child=code_hash.mounted_names(module, *further),
        late=late,
        loopback=loopback,
        warm=program if program in WARM else "",
    )
