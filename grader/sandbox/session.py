"""Starting one sandbox, listening to it, and ending it when it breaks a limit.

bubblewrap dies with the *thread* that started it (--die-with-parent), so one call starts, waits
and cleans up in the same thread, and no code runs between fork and exec. Killing bubblewrap
kills its whole process namespace: no daemon of a student outlives it.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fcntl import F_SETPIPE_SZ, fcntl
from functools import cache

from grader.records import WALL_FACTOR, Limits
from grader.sandbox import bare, cgroup, container, slot_groups, slots, warm
from grader.sandbox.bubblewrap import MB, Plan, tools
from grader.sandbox.command import FRAMES, HOW, MACHINE_BUSY, Command, Ending, Planned, Process, Startable
from grader.sandbox.late import ANSWERS, ASKED, Late
from grader.sandbox.meter import Meter
from grader.sandbox.watch import Watch, tree
from grader.untrusted.frames import BadFrame, Reader, TooMuch

LOG_CAP = 1 * MB
FLOOD = 256 * MB  # more than this on stdout or stderr is an attack on our patience
TURNS = 20  # the frames of one run may be replaced this many times over
LOOK_EVERY_S = 0.05
LINGER_S = 2.0  # how long the pipes may stay open after bubblewrap is gone
WATCHDOG = "watchdog on PSS"
STARVED_SHARE = 0.5  # of its time, in which a run starved that used up its wall clock: then the fault is ours
_running: set[_Session] = set()
_lock = threading.Lock()


class Stopped(Exception):
    """``stop_all`` was called while this sandbox ran."""


def run(command: Command, limits: Limits, *, slot: int = 0) -> Ending:
    """Run ``command`` and wait for its end; it is ended when it has used up its time (``Limits``).

    ``slot`` numbers the sandboxes that run at the same time. Never raises for what happens
    inside. Raises Stopped when ``stop_all`` was called meanwhile.
    """
    engine = container.chosen() if bare.isolated() else None
    if bare.isolated() and engine is None and not tools().bwrap:
        return _not_started("bubblewrap (bwrap) is not installed", 0.0)
    _raise_the_limit_of_descriptors()
    started = time.monotonic()
    plan = _plan(command, limits, slot, engine)
    try:
        session = _Session(plan, limits, slot)
    except warm.Unwarmed:  # its worker is gone; the next run gets a new one
        return run(replace(command, warm=""), limits, slot=slot)
    except OSError as error:
        plan.remove()
        return _not_started(f"the sandbox cannot be started: {error}", time.monotonic() - started)
    finally:
        plan.close()
    with _lock:
        _running.add(session)
    try:
        session.listen()
    finally:
        session.close()
        plan.remove()
        with _lock:
            _running.discard(session)
    if session.stopped:
        raise Stopped
    return session.ending()


@cache
def _raise_the_limit_of_descriptors() -> None:
    """As high as this user may: pipes of many slots, and those of one user's sandboxes that are under way."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _plan(command: Command, limits: Limits, slot: int, engine: container.Engine | None) -> Startable | warm.Plan:
    if not bare.isolated():
        return bare.Plan(command)
    if engine is not None:
        return container.Plan(engine, command, limits)
    return warm.plan(command, limits, slot) or Plan(command, limits, slot)


def counts_cpu() -> bool:
    """Whether limits of time are limits of CPU time now; of the wall clock in containers and without a sandbox."""
    return bare.isolated() and container.chosen() is None


def stop_all() -> None:
    """Kill every sandbox of this process; their ``run`` raises Stopped. Safe from any thread."""
    with _lock:
        sessions = list(_running)
    for session in sessions:
        session.stopped = True
        session.kill()


def _not_started(detail: str, seconds: float) -> Ending:
    return Ending(
        ended="sandbox-error",
        returncode=None,
        seconds=seconds,
        peak_memory=0,
        stdout=b"",
        stderr=b"",
        frames={},
        isolation="",
        memory_limit="",
        clock="",
        detail=detail,
    )


def _program(plan: Startable, ends: Mapping[str, int]) -> Process:
    """The program that makes the sandbox, with these ends of the pipes."""
    late = ends.get("late")
    return subprocess.Popen(
        plan.argv(ends["result"], ends["status"], late, ends.get("go")),
        stdin=late if plan.frames_on_stdout and late is not None else subprocess.DEVNULL,
        stdout=ends["result" if plan.frames_on_stdout else "stdout"],
        stderr=ends["stderr"],
        pass_fds=[*(ends[name] for name in ends if name not in ("stdout", "stderr")), *plan.descriptors],
        start_new_session=True,  # Ctrl-C in a terminal is for us, who then end the sandboxes
        cwd="/",
        env={},
    )


class _Session:
    """One running sandbox: the process, its pipes, and what came out of them."""

    def __init__(self, plan: Startable | warm.Plan, limits: Limits, slot: int) -> None:
        self.plan: Planned = plan
        self.limits = limits
        self.slot = slot
        self.speaks_frames = FRAMES in plan.command.child
        self.stopped = False
        self.why: HOW | None = None
        self.by_wall = False  # whether it was the wall clock that ended it
        self.detail, self.reason = "", ""
        self.reader = Reader(limits.output_mb * MB, None if plan.command.late is None else (ASKED, ANSWERS))
        self.logs = {"stdout": bytearray(), "stderr": bytearray(), "status": bytearray()}
        self.received = dict.fromkeys((*self.logs, "result"), 0)
        self.started = time.monotonic()
        self.late = Late(plan.command.late) if plan.command.late is not None else None
        self.go: int | None = None
        self.group = cgroup.group(limits) if plan.waits else None
        self.slot_group = slot_groups.of(slot) if self.group is not None else None
        self.counted_before = 0.0
        self.counted_before = self._counted() or 0.0
        try:
            self.process, self.pipes = self._start(plan)
        except OSError:
            self._leave_group()
            raise
        most = sys.maxsize if plan.holds_memory else limits.memory_mb * MB
        self.watch = Watch(self.process.pid, most, self.group.anonymous if self.group is not None else lambda: None)
        self.meter = Meter(self.process.pid, slots.fair_share(slot), self._counted)
        self.seconds = 0.0
        self.full = False  # whether the kernel killed something because the group was full
        if isinstance(plan, warm.Plan):
            self._enter_group()

    def _start(self, plan: Startable | warm.Plan) -> tuple[Process, dict[str, int]]:
        ours, theirs = {}, {}
        for name in ("stdout", "stderr", "status", "result"):
            ours[name], theirs[name] = os.pipe()
        if self.group is not None:
            theirs["go"], self.go = os.pipe()
        late = self.late.theirs if self.late is not None else None
        if late is not None:
            theirs["late"] = late
        with suppress(OSError):  # a larger pipe only saves turns of the loop
            fcntl(theirs["result"], F_SETPIPE_SZ, MB)
        try:
            with slots.started_on(self.slot):
                process = plan.start(theirs) if isinstance(plan, warm.Plan) else _program(plan, theirs)
        except OSError:
            for descriptor in ours.values():
                os.close(descriptor)
            self._let_go()
            if self.late is not None:
                self.late.close()
            raise
        finally:
            for descriptor in theirs.values():
                os.close(descriptor)
        return process, ours

    def listen(self) -> None:
        """Read the pipes and look at clock and memory until the namespace is gone."""
        with selectors.DefaultSelector() as selector:
            for name, descriptor in self.pipes.items():
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ, name)
            next_look, gone_at = self.started + LOOK_EVERY_S, None
            while selector.get_map():
                for key, _ in selector.select(LOOK_EVERY_S):
                    if not self._take(key.data, key.fd):
                        selector.unregister(key.fd)
                if self.late is not None and ASKED in self.reader.frames:
                    self.late.push()
                now = time.monotonic()
                if self.process.poll() is not None:
                    gone_at = gone_at or now
                    if now - gone_at > LINGER_S:
                        break
                elif now >= next_look:
                    self._check(now)
                    next_look = time.monotonic() + LOOK_EVERY_S
        self.process.wait()
        self.seconds = time.monotonic() - self.started
        self.meter.add_counted()

    def _counted(self) -> float | None:
        """CPU seconds of this sandbox as its control group counts them; None without one."""
        group = self.slot_group or self.group
        counted = None if group is None else group.cpu_s()
        return None if counted is None else counted - self.counted_before

    def kill(self) -> None:
        """End the namespace. In its first milliseconds it would not yet die with bubblewrap, so all get the signal."""
        if self.process.poll() is None:
            self.plan.kill()
            for pid in (*reversed(list(tree(self.process.pid))), -self.process.pid):  # the last: its process group
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self.process.wait()
        for descriptor in self.pipes.values():
            os.close(descriptor)
        if self.late is not None:
            self.late.close()
        self._let_go()
        self.full = self.group is not None and self.group.out_of_memory()
        self._leave_group()

    def _leave_group(self) -> None:
        if self.group is not None:
            self.group.close()

    def _enter_group(self) -> None:
        """Move what waits inside into the group while the mounts are made, then let the program start."""
        waiting = self.process.pid if isinstance(self.plan, warm.Plan) else self._told("child-pid")
        if self.group is None or self.go is None or waiting is None:
            return
        try:
            self.group.take(waiting)
            if self.slot_group is not None:
                self.slot_group.take([waiting])
            os.write(self.go, b"!")
        except (ProcessLookupError, BrokenPipeError):
            pass  # it is gone, and its own end says why
        except OSError as error:
            self._end("sandbox-error", f"the control group cannot be entered: {error}")
        self._let_go()

    def _let_go(self) -> None:
        if self.go is not None:
            os.close(self.go)
            self.go = None

    def _end(self, why: HOW, detail: str) -> None:
        if self.why is None:
            self.why, self.detail = why, detail
        self.kill()

    def _check(self, now: float) -> None:
        self.meter.look(now)
        limit, took = self.limits.time_s, now - self.started
        if self.plan.counts_cpu and self.meter.cpu_s > limit:
            self._end("timeout", f"killed after {limit:g} s of CPU time")
        elif took > (WALL_FACTOR * limit if self.plan.counts_cpu else limit):
            self.by_wall = self.plan.counts_cpu
            self._end("timeout", f"killed after {took:.0f} s")
        if self.why is not None:
            return
        trouble = self.watch.look()
        if trouble == "limit":
            self._end("memory", f"killed above {self.limits.memory_mb} MB")
        elif trouble == "host":
            self._end("sandbox-error", "this machine ran out of memory; grade with fewer jobs or free some memory")

    def _take(self, name: str, descriptor: int) -> bool:
        """Read what one pipe holds; False when it is closed."""
        try:
            chunk = os.read(descriptor, MB)
        except BlockingIOError:
            return True
        self.received[name] += len(chunk)
        if name == "result":
            self._take_frames(chunk)
        else:
            log = self.logs[name]
            log += chunk[: LOG_CAP - len(log)]
            if name == "status":
                self._enter_group()
            if self.received[name] > FLOOD:
                self._end("output", f"killed after {FLOOD // MB} MB on {name}")
        return bool(chunk)

    def _take_frames(self, chunk: bytes) -> None:
        try:
            self.reader.feed(chunk)
            if self.received["result"] > TURNS * self.reader.total:
                raise TooMuch(f"more than {TURNS} times the allowed {self.limits.output_mb} MB were sent")
        except TooMuch as error:
            self._end("output", str(error))
        except BadFrame as error:
            self._end("exit", f"the stream of results broke: {error}")

    def ending(self) -> Ending:
        code = self.process.returncode
        if code is None:  # a copy of a worker: only its status tells
            code = self._told("exit-code")
        ended = self.why or self._own_end(code)
        if self.full and ended in ("ok", "exit"):
            ended, self.detail = "memory", f"the kernel killed a process above {self.limits.memory_mb} MB"
        if ended == "timeout" and self.by_wall and self.meter.starved_s > STARVED_SHARE * self.seconds:
            ended, self.reason = "sandbox-error", MACHINE_BUSY
        return Ending(
            ended=ended,
            reason=self.reason,
            returncode=code,
            seconds=self.seconds,
            peak_memory=self.watch.peak,
            stdout=bytes(self.logs["stdout"]),
            stderr=bytes(self.logs["stderr"]),
            frames=dict(self.reader.frames),
            isolation=self.plan.isolation,
            memory_limit=self._memory_limit(),
            clock="CPU time" if self.plan.counts_cpu else "wall clock",
            cpu_seconds=self.meter.cpu_s,
            cpu_share=self.meter.cpu_s / (self.seconds * self.meter.fair) if self.seconds else 0.0,
            starved_seconds=self.meter.starved_s,
            detail=self.detail or (self._last_words() if ended != "ok" else ""),
        )

    def _memory_limit(self) -> str:
        if self.plan.holds_memory:
            return container.MEMORY_LIMIT
        return WATCHDOG if self.group is None else f"{self.group.version} and watchdog"

    def _own_end(self, code: int | None) -> HOW:
        """How a command that we did not kill ended. Our own programs say hello before anything else."""
        if code == 0:
            return "ok"
        came_to_life = self._program_ran() and (self.reader.started or not self.speaks_frames)
        return "exit" if came_to_life else "sandbox-error"

    def _program_ran(self) -> bool:
        """Whether bubblewrap finished its set-up; it reports an exit code only of what it really started."""
        return self._told("exit-code") is not None

    def _told(self, key: str) -> int | None:
        """A number that bubblewrap reported of itself."""
        for line in bytes(self.logs["status"]).splitlines():
            with suppress(ValueError):
                if key in (said := json.loads(line)):
                    return int(said[key])
        return None

    def _last_words(self) -> str:
        lines = bytes(self.logs["stderr"]).decode("utf-8", "replace").strip().splitlines()
        return " | ".join(lines[-3:])[-600:]
