"""Without isolation: the same programs in a plain folder.

For a course's own references and mutants (``grader validate --trusted``), where user namespaces are off and the
code is the teacher's. Students' code comes here only when a teacher says ``--unsafe-no-sandbox``, which stands on
every card and page. Limits of time, memory and output hold, because the same session watches them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.sandbox.bubblewrap import ENVIRONMENT
from grader.sandbox.command import CHILD_ROOT, PACKAGE, Command

TRUSTED = "none (trusted)"
UNSAFE = "none (unsafe: student code ran without a sandbox)"
# bubblewrap reports the exit code of what it started on the descriptor of the status; here the shell does. By path,
# because a plain sh redirects to descriptors below 10 only.
REPORT = '"$@"; code=$?; echo "{\\"exit-code\\": $code}" >"/dev/fd/$STATUS_FD"; exit $code'
_modes: list[str] = []  # of the whole process, on purpose: nothing below can choose it


@contextmanager
def without_isolation(called: str = TRUSTED) -> Iterator[None]:
    """Within it, every command of this process runs without a sandbox; ``called`` stands on the cards."""
    _modes.append(called)
    try:
        yield
    finally:
        _modes.pop()


def isolated() -> bool:
    """Whether commands run in a sandbox now."""
    return not _modes


class Plan:
    """What ``bubblewrap.Plan`` is for a sandbox: one command line, and the folder that stands for its inside."""

    frames_on_stdout = False
    holds_memory = False
    counts_cpu = False
    waits = False

    def __init__(self, command: Command) -> None:
        self.isolation = _modes[-1]
        self.command = command
        self.descriptors: list[int] = []
        self.root = Path(tempfile.mkdtemp(prefix="grader-trusted-"))
        self._lay_out()

    def _lay_out(self) -> None:
        (self.root / "tmp").mkdir()
        (self.root / "in").mkdir()
        files = {f"{CHILD_ROOT}/grader/{name}": (PACKAGE / name).read_bytes() for name in self.command.child}
        for inside, content in {**files, **self.command.inputs}.items():
            path = self._outside(inside)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for outside, inside in self.command.binds.items():
            path = self._outside(inside)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(os.path.realpath(outside))

    def _outside(self, inside: str) -> Path:
        return self.root / inside.lstrip("/")

    def argv(self, result: int, status: int, late: int | None = None, go: int | None = None) -> list[str]:
        """The whole command line; ``result``, ``status`` and ``late`` are descriptors that the program inherits."""
        variables = {name: value.replace("/tmp", f"{self.root}/tmp") for name, value in ENVIRONMENT.items()}
        variables |= {
            "PATH": f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",
            "GRADER_INSIDE": str(self.root),
            **self.command.env,
            "RESULT_FD": str(result),
            "STATUS_FD": str(status),
        }
        if late is not None:
            variables["LATE_FD"] = str(late)
        words = [word.replace(CHILD_ROOT, f"{self.root}{CHILD_ROOT}") for word in self.command.argv]
        given = [f"{name}={value}" for name, value in variables.items()]
        return ["/usr/bin/env", "-i", f"--chdir={self.root}/tmp", *given, "/bin/sh", "-c", REPORT, "sh", *words]

    def kill(self) -> None:
        """The session ends the processes that it sees."""

    def close(self) -> None:
        """Nothing is handed over by descriptor."""

    def remove(self) -> None:
        """Remove the folder, with all that the program left in it."""
        shutil.rmtree(self.root, ignore_errors=True)
