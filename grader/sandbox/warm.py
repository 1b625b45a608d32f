"""Sandboxes that start warm: copies of one process per slot in which Keras is imported, each in a world of its own.

The worker (``child.worker.warm``) lives in a sandbox as any other command does, but may make namespaces, runs only our
own code, and holds nothing secret. A run asks it for a copy and gives it the ends of its pipes; from then on
``session`` treats the copy as it treats bubblewrap: it is looked at, and its end is the end of its namespace.

Where namespaces cannot be nested there is no worker, and every run starts cold.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import select
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from grader.records import Limits
from grader.sandbox import bubblewrap, seccomp, slot_groups, slots
from grader.sandbox.bubblewrap import ADDRESS_SPACE, MB, SHM_MB
from grader.sandbox.command import Command, python_command
from grader.sandbox.watch import tree

ENABLED = "GRADER_WARM"  # 0 in the environment: every run starts cold
START_S = 120.0  # to import Keras on a busy machine
HELLO_S = 30.0
SEND_TRIES, SEND_AGAIN_S = 50, 0.1
COVERED = ("/tmp/", "/dev/shm/", "/in/", "/data/")  # where a copy mounts its own file systems
CREDENTIALS = struct.Struct("3i")
_workers: dict[int, Worker] = {}
_data: dict[str, str] = {}  # data file -> the folder in which the workers see it
_refused: list[str] = []  # why no worker can be had in this process
_lock = threading.Lock()


class Unwarmed(OSError):
    """No copy can be had: start cold."""


class _WorkerPlan(bubblewrap.Plan):
    """The command line of a worker: as any other, but it may nest namespaces, and its copies get their limits later."""

    def _namespaces(self) -> list[str]:
        return [word for word in super()._namespaces() if word != "--disable-userns"]

    def _filter(self) -> list[str]:
        return []

    def _limits(self) -> list[str]:
        return [bubblewrap.tools().prlimit, "--nofile=1024", "--core=0", "--"]


class Worker:
    """One warm process. Raises Unwarmed when it does not come to life."""

    def __init__(self, slot: int, hidden: tuple[str, ...], data: Mapping[str, str]) -> None:
        self.hidden = hidden
        self.data = dict(data)
        self.refused = ""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = python_command(
            "worker.warm",
            binds={path: f"/data/{place}" for path, place in data.items()},
        )
        plan = _WorkerPlan(command, Limits(disk_mb=64), slot)
        log = os.memfd_create("log")
        nothing = os.open(os.devnull, os.O_RDWR)
        try:
            with slots.started_on(slot):
                self.process = subprocess.Popen(
                    plan.argv(theirs.fileno(), nothing),
                    stdin=nothing,
                    stdout=nothing,
                    stderr=log,
                    pass_fds=[theirs.fileno(), nothing, *plan.descriptors],
                    start_new_session=True,
                    cwd="/",
                    env={},
                )
            theirs.close()
            self._wait(log)
            if (group := slot_groups.of(slot)) is not None:
                group.take(tree(self.process.pid))
        except OSError as error:
            self.control.close()
            raise Unwarmed(str(error)) from error
        finally:
            theirs.close()
            plan.close()
            os.close(nothing)
            os.close(log)

    def _wait(self, log: int) -> None:
        self.control.settimeout(START_S)
        try:
            told = self.control.recv(1 << 16)
        except TimeoutError:
            told = b""
        if not told:
            self.close()
            said = os.pread(log, 1 << 16, 0).decode("utf-8", "replace").strip().splitlines()
            raise Unwarmed(f"the worker did not start: {' | '.join(said[-3:])[-600:]}")
        self.refused = str(json.loads(told)["refused"])

    def serves(self, hidden: tuple[str, ...], wanted: Sequence[str]) -> bool:
        """Whether it lives, sees these data sets, and hides these folders."""
        return self.process.poll() is None and self.hidden == hidden and set(wanted) <= self.data.keys()

    def copy(self, request: Mapping[str, object], descriptors: Sequence[int]) -> Copy:
        """A copy of this worker with these descriptors. Raises Unwarmed."""
        hello, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        hello.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with hello, theirs:
            given = [*descriptors[:4], theirs.fileno(), *descriptors[4:]]
            try:
                self._send(json.dumps(request).encode(), given)
                theirs.close()
                hello.settimeout(HELLO_S)
                _, extra, _, _ = hello.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
                pid = next(
                    CREDENTIALS.unpack(content)[0]
                    for level, kind, content in extra
                    if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
                )
                return Copy(pid)
            except (OSError, StopIteration) as error:
                self.close()
                raise Unwarmed(f"the worker gave no copy: {error}") from error

    def _send(self, request: bytes, descriptors: Sequence[int]) -> None:
        """Send a request. The kernel counts descriptors under way by user: a neighbour can have used them up."""
        for _ in range(SEND_TRIES):
            try:
                socket.send_fds(self.control, [request], descriptors)
                return
            except OSError as error:
                if error.errno != errno.ETOOMANYREFS:
                    raise
            time.sleep(SEND_AGAIN_S)
        raise OSError(errno.ETOOMANYREFS, "too many descriptors are under way")

    def close(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()


class Copy:
    """The process of a copy, as ``subprocess.Popen`` shows one; what it returned is told on its status pipe."""

    returncode: int | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self._gone = False

    def poll(self) -> int | None:
        """None while it lives."""
        if not self._gone:
            self._gone = bool(select.select([self._handle], [], [], 0)[0])
        return 0 if self._gone else None

    def wait(self) -> int:
        if not self._gone:
            select.select([self._handle], [], [])
            self._gone = True
        with suppress(OSError):
            os.close(self._handle)
        return 0


class Plan:
    """A command whose program a worker has imported; see ``command.Planned``."""

    frames_on_stdout = False
    holds_memory = False
    counts_cpu = True
    waits = True

    def __init__(self, command: Command, limits: Limits, slot: int) -> None:
        self.command = command
        self.limits = limits
        self.slot = slot
        self.worker = worker(command, slot)

    @property
    def isolation(self) -> str:
        return f"{bubblewrap.isolation()}, warm"

    def start(self, ends: Mapping[str, int]) -> Copy:
        """A copy that has these ends of the pipes. Raises Unwarmed."""
        further = [name for name in ("go", "late") if name in ends]
        inputs = packed(self.command.inputs)
        limits, disk = self.limits, self.limits.disk_mb
        request = {
            "program": self.command.warm,
            "disk_mb": disk,
            "shm_mb": SHM_MB,
            "files": len(self.command.inputs),
            "binds": [(self.worker.data[path], inside) for path, inside in self.command.binds.items()],
            "limits": {
                "AS": max(ADDRESS_SPACE, 4 * limits.memory_mb * MB),
                "NPROC": limits.processes,
                "FSIZE": disk * MB,
                "NOFILE": 1024,
                "CORE": 0,
                "MEMLOCK": 65536,
            },
            "cores": slots.cores(self.slot),
            "filter": seccomp.program(loopback=self.command.loopback).hex(),
            "further": further,
        }
        try:
            named = [ends[name] for name in ("result", "status", "stdout", "stderr")]
            return self.worker.copy(request, [*named, inputs, *(ends[name] for name in further)])
        finally:
            os.close(inputs)

    def kill(self) -> None:
        """Nothing: the end of the copy is the end of its namespace."""

    def close(self) -> None:
        """Nothing was opened."""

    def remove(self) -> None:
        """Nothing is left on the disk."""


def plan(command: Command, limits: Limits, slot: int) -> Plan | None:
    """How ``command`` starts warm; None when it starts cold."""
    if not command.warm or os.environ.get(ENABLED) == "0" or _refused:
        return None
    if any(tree.startswith(COVERED) for tree in bubblewrap.python_trees()):
        return None  # a copy's own /tmp would cover the interpreter
    if not all(map(os.path.isfile, command.binds)):
        return None  # started cold, it says what is missing
    try:
        return Plan(command, limits, slot)
    except Unwarmed as why:
        _refused.append(str(why))
        return None


def worker(command: Command, slot: int) -> Worker:
    """The worker of a slot, started when there is none that serves. Raises Unwarmed."""
    hidden = tuple(bubblewrap.private_folders())
    with _lock:
        for path in command.binds:
            _data.setdefault(path, f"{len(_data)}/set.npz")
        found = _workers.pop(slot, None)
        data = {path: place for path, place in _data.items() if os.path.isfile(path)}
    if found is not None and not found.serves(hidden, list(command.binds)):
        found.close()
        found = None
    if found is None:
        found = Worker(slot, hidden, data)
    if found.refused:
        found.close()
        raise Unwarmed(found.refused)
    with _lock:
        _workers[slot] = found
    return found


def packed(inputs: Mapping[str, bytes]) -> int:
    """A descriptor of all files in one: the length of an index, the index, the contents in its order."""
    index = json.dumps([(path, len(content)) for path, content in inputs.items()]).encode()
    descriptor = os.memfd_create("inputs")
    for part in (struct.pack("<Q", len(index)), index, *inputs.values()):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]
    return descriptor


def cool_down() -> None:
    """End all workers."""
    with _lock:
        found = list(_workers.values())
        _workers.clear()
    for one in found:
        one.close()


atexit.register(cool_down)  # for who grades a single hand-in and never asks for their end
