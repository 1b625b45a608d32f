"""Without isolation: the same programs in a plain folder, for a course's own references and mutants.

Never for students' code: only ``grader validate --trusted`` comes here, where user namespaces are off and the code
is the teacher's. Limits of time, memory and output hold, because the same session watches them.
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

ISOLATION = "none (trusted)"
# bubblewrap reports the exit code of what it started on the descriptor of the status; here the shell does. By path,
# because a plain sh redirects to descriptors below 10 only.
REPORT = '"$@"; code=$?; echo "{\\"exit-code\\": $code}" >"/dev/fd/$STATUS_FD"; exit $code'
_depth = 0


@contextmanager
def without_isolation() -> Iterator[None]:
    """Within it, every command of this process runs without a sandbox."""
    global _depth  # noqa: PLW0603 - a mode of the whole process, on purpose: nothing below can choose it
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1


def isolated() -> bool:
    """Whether commands run in a sandbox now."""
    return _depth == 0


class Plan:
    """What ``bubblewrap.Plan`` is for a sandbox: one command line, and the folder that stands for its inside."""

    isolation = ISOLATION

    def __init__(self, command: Command) -> None:
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

    def argv(self, result: int, status: int, late: int | None = None) -> list[str]:
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

    def close(self) -> None:
        """Nothing is handed over by descriptor."""

    def remove(self) -> None:
        """Remove the folder, with all that the program left in it."""
        shutil.rmtree(self.root, ignore_errors=True)
