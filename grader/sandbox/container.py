"""The second kind of sandbox: a container of podman or docker, for machines on which bubblewrap cannot work.

``GRADER_CONTAINER=podman:IMAGE`` names it; the image holds Python and the packages (docs/container/). Engines do not
pass descriptors on, so the frames come out on the container's stdout, and what is late goes in on its stdin.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.errors import SandboxError
from grader.records import Limits
from grader.sandbox.bubblewrap import ADDRESS_SPACE, ENVIRONMENT, MB, NOBODY, SHM_MB, which
from grader.sandbox.command import CHILD_ROOT, LINKS, PACKAGE, Command
from grader.sandbox.inside import versions

VARIABLE = "GRADER_CONTAINER"
ENGINES = ("podman", "docker")
MEMORY_LIMIT = "container engine"
RESULT, LATE = 3, 4
LONGER_S = 30  # the clock inside ends what a killed grader left behind
KILL_S = 20.0
# Inside: frames on the container's stdout, what the program prints on its stderr.
START = f'exec "$@" {RESULT}>&1 {LATE}<&0 1>&2 0</dev/null'
# Outside: 125 to 127 are the engine's own; every other exit code is the program's, and proves that it ran.
REPORT = (
    '"$@"; code=$?; case $code in 125|126|127) ;; '
    '*) echo "{\\"exit-code\\": $code}" >"/dev/fd/$STATUS_FD";; esac; exit $code'
)
_numbers = itertools.count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A program that runs containers, by absolute path, and the image to run."""

    name: str
    program: str
    image: str


def named(environ: Mapping[str, str] = os.environ) -> Engine | None:
    """The engine that the environment names; None when it names none. Raises SandboxError when it cannot be."""
    value = environ.get(VARIABLE, "")
    if not value:
        return None
    name, _, image = value.partition(":")
    if name not in ENGINES or not image:
        raise SandboxError(f"{VARIABLE}={value}: write it as {' or '.join(f'{engine}:IMAGE' for engine in ENGINES)}")
    program = which(name)
    if not program:
        raise SandboxError(f"{VARIABLE}={value}: {name} is not installed")
    return Engine(name=name, program=program, image=image)


@cache
def chosen() -> Engine | None:
    """``named``, once per process."""
    return named()


def recipe(engine: str) -> str:
    """The commands that make an image with this machine's versions, and choose it."""
    packages = " ".join(f"{package}=={found}" for package, found in versions().items())
    python = ".".join(map(str, sys.version_info[:2]))
    links = " && ".join(f"ln -s {target} {link}" for link, target in LINKS.items())
    lines = f"FROM docker.io/library/python:{python}-slim\\nRUN {links}\\nRUN pip install --no-cache-dir {packages}\\n"
    return f"`printf '{lines}' | {engine} build -t grader-sandbox -`, then `export {VARIABLE}={engine}:grader-sandbox`"


class Plan:
    """What ``bubblewrap.Plan`` is for bubblewrap: one command line; its files lie in a folder until ``remove``."""

    frames_on_stdout = True
    holds_memory = True
    counts_cpu = False
    waits = False

    def __init__(self, engine: Engine, command: Command, limits: Limits) -> None:
        self.engine = engine
        self.command = command
        self.limits = limits
        self.descriptors: list[int] = []
        self.name = f"grader-{os.getpid()}-{next(_numbers)}"
        self.root = Path(tempfile.mkdtemp(prefix="grader-container-"))
        self._lay_out()

    @property
    def isolation(self) -> str:
        return f"{self.engine.name} container {self.engine.image}"

    def _lay_out(self) -> None:
        files = {f"{CHILD_ROOT}/grader/{name}": (PACKAGE / name).read_bytes() for name in self.command.child}
        for top in ("in", CHILD_ROOT.lstrip("/")):
            (self.root / top).mkdir(parents=True)
        for inside, content in {**files, **self.command.inputs}.items():
            path = self.root / inside.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for folder, _, names in os.walk(self.root):
            if folder != str(self.root):  # whose own mode keeps other users of this machine out
                os.chmod(folder, 0o755)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o444)

    def argv(self, result: int, status: int, late: int | None = None, go: int | None = None) -> list[str]:
        """The whole command line; ``result`` and ``late`` are its stdout and stdin, ``status`` a descriptor."""
        inner = ["python3" if word == sys.executable else word for word in self.command.argv]
        wall = f"{self.limits.time_s + LONGER_S:.0f}"
        return [
            "/usr/bin/env", f"STATUS_FD={status}", "/bin/sh", "-c", REPORT, "sh",
            self.engine.program, "run", "--rm", f"--name={self.name}", *(["--interactive"] if late is not None else []),
            *self._walls(), *self._mounts(), *self._variables(late), self.engine.image,
            "timeout", "-s", "KILL", wall, "/bin/sh", "-c", START, "sh", *inner,
        ]  # fmt: skip

    def _walls(self) -> list[str]:
        limits = self.limits
        memory = f"{limits.memory_mb + limits.disk_mb + SHM_MB}m"
        address_space = max(ADDRESS_SPACE, 4 * limits.memory_mb * MB)
        file_size = limits.disk_mb * MB
        return [
            "--pull=never", "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
            f"--user={NOBODY}:{NOBODY}", "--hostname=sandbox", "--ipc=private", "--log-driver=none",
            f"--memory={memory}", f"--memory-swap={memory}", f"--pids-limit={limits.processes}",
            f"--shm-size={SHM_MB}m", f"--tmpfs=/tmp:rw,nosuid,nodev,mode=1777,size={limits.disk_mb}m",
            f"--ulimit=as={address_space}:{address_space}", f"--ulimit=fsize={file_size}:{file_size}",
            "--ulimit=nofile=1024:1024", "--ulimit=core=0:0", "--workdir=/tmp",
        ]  # fmt: skip

    def _mounts(self) -> list[str]:
        own = {str(self.root / "in"): "/in", f"{self.root}{CHILD_ROOT}": CHILD_ROOT}
        binds = {os.path.realpath(outside): inside for outside, inside in self.command.binds.items()}
        return [f"--volume={outside}:{inside}:ro" for outside, inside in {**own, **binds}.items()]

    def _variables(self, late: int | None) -> list[str]:
        every = {**ENVIRONMENT, **self.command.env, "RESULT_FD": str(RESULT)}
        if late is not None:
            every["LATE_FD"] = str(LATE)
        return [f"--env={name}={value}" for name, value in every.items()]

    def kill(self) -> None:
        """End the container: the process that we started is only its client."""
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([self.engine.program, "kill", self.name], capture_output=True, check=False, timeout=KILL_S)

    def close(self) -> None:
        """Nothing is handed over by descriptor."""

    def remove(self) -> None:
        """Remove the folder of the inputs."""
        shutil.rmtree(self.root, ignore_errors=True)
