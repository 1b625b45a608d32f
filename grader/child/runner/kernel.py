"""The kernel that runs the student's cells: a process of its own, driven over sockets under /tmp."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import Any, Protocol

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

OPTIONS = ("--HistoryManager.enabled=False",)  # In and Out are kept; no database is
OUTPUT_CAP = 2000
TEXT_CAP, TEXT_END = 2000, 1400  # characters of an error's text: a graph's error says what it is at its end
LEFT_OUT = " ... "
START_S = 60.0
TURN_S = 0.2
KILL_S = 3.0
LATE_IDLE_S = 2.0  # a flood can swallow the message that the kernel is idle


@dataclass(slots=True)
class Outcome:
    """How one cell ended: ok, error, timeout (interrupted), stuck (interrupt ignored), died."""

    status: str = "ok"
    seconds: float = 0.0
    error: str = ""
    text: str = ""
    traceback: list[str] = field(default_factory=list)
    output: str = ""


def shortened(text: str) -> str:
    """An error's text, without its middle when it is long."""
    start = TEXT_CAP - TEXT_END - len(LEFT_OUT)
    return text if len(text) <= TEXT_CAP else f"{text[:start]}{LEFT_OUT}{text[-TEXT_END:]}"


class Manager(Protocol):
    """The process of a kernel: started, asked for, signalled."""

    def start_kernel(self, *, cwd: str) -> None:
        """Start it in a folder."""

    def client(self) -> Any:
        """Who talks to it."""

    def is_alive(self) -> bool:
        """Whether its process runs."""

    def signal_kernel(self, signum: int) -> None:
        """Send it a signal."""

    def interrupt_kernel(self) -> None:
        """Interrupt what it runs."""


def launched(runtime: str) -> Any:
    """A kernel that is a program of its own."""
    manager = KernelManager(transport="ipc", connection_file=f"{runtime}/kernel.json")
    manager.ip = f"{runtime}/socket"
    spec = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *OPTIONS]
    manager._kernel_spec = KernelSpec(argv=spec, display_name="Python 3", language="python")
    return manager


class Kernel:
    """One IPython kernel."""

    def __init__(self, runtime: str, start: Callable[[str], Manager] = launched) -> None:
        os.makedirs(runtime, exist_ok=True)
        self.manager = start(runtime)
        self.runtime = runtime
        self.client: Any = None

    def start(self) -> None:
        """Raises RuntimeError when no kernel answers."""
        self.manager.start_kernel(cwd=self.runtime)
        self.client = self.manager.client()
        self.client.start_channels(hb=False, stdin=False)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        """Until it replies, and until what it tells everybody is heard too, so that no message of a cell is missed."""
        until = time.monotonic() + START_S
        while self.alive() and time.monotonic() < until:
            self.client.kernel_info()
            with suppress(Empty):
                self.client.get_shell_msg(timeout=1)
                self.client.get_iopub_msg(timeout=TURN_S)
                return
        raise RuntimeError("the kernel does not answer" if self.alive() else "the kernel ended at its start")

    def alive(self) -> bool:
        return bool(self.manager.is_alive())

    def kill(self) -> None:
        """Kill the kernel and what it started, and wait until it is gone."""
        until = time.monotonic() + KILL_S
        if self.alive():
            self.manager.signal_kernel(signal.SIGKILL)
        while self.alive() and time.monotonic() < until:
            time.sleep(0.02)

    def run(
        self, code: str, *, seconds: float, grace: float, tick: Callable[[], None], hidden: bool = False
    ) -> Outcome:
        """Run one cell for at most ``seconds``, then interrupt it; ``grace`` seconds later it is stuck."""
        started = time.monotonic()
        request = self.client.execute(
            code, silent=hidden, store_history=not hidden, allow_stdin=False, stop_on_error=False
        )
        turn = _Turn(self.client, request)
        interrupted = 0.0
        while not turn.over():
            turn.listen()
            tick()
            now = time.monotonic()
            if not self.alive():
                turn.listen()
                turn.outcome.status = "died"
                break
            if interrupted and now > interrupted + grace:
                turn.outcome.status = "stuck"
                break
            if not interrupted and now - started > seconds:
                interrupted = now
                self.manager.interrupt_kernel()
        outcome = turn.outcome
        if interrupted and outcome.status in {"ok", "error"}:
            outcome.status = "timeout"
        outcome.seconds = time.monotonic() - started
        return outcome


def _as_shown(told: str) -> str:
    """What a terminal would show in the end: a progress bar draws each of its lines over and over."""
    *done, last = told.replace("\r\n", "\n").split("\n")
    lines = [line.rstrip("\r\b").rpartition("\r")[2] for line in done]
    return "\n".join([*lines, last.rpartition("\r")[2]])[:OUTPUT_CAP]


class _Turn:
    """What the kernel says about one request."""

    def __init__(self, client: Any, request: str) -> None:
        self.client = client
        self.request = request
        self.outcome = Outcome()
        self.idle = False
        self.replied_at = 0.0

    def over(self) -> bool:
        return bool(self.replied_at) and (self.idle or time.monotonic() > self.replied_at + LATE_IDLE_S)

    def listen(self) -> None:
        """Take the messages that are there, waiting a moment for the first."""
        wait = TURN_S
        for _ in range(500):
            try:
                self._hear(self.client.get_iopub_msg(timeout=wait))
            except Empty:
                break
            wait = 0
        try:
            self._reply(self.client.get_shell_msg(timeout=0.02 if self.idle else 0))
        except Empty:
            return

    def _hear(self, told: dict[str, Any]) -> None:
        if told["parent_header"].get("msg_id") != self.request:
            return
        kind, content = told["msg_type"], told["content"]
        if kind == "status" and content.get("execution_state") == "idle":
            self.idle = True
        elif kind == "stream" and len(self.outcome.output) < OUTPUT_CAP:
            self.outcome.output = _as_shown(self.outcome.output + str(content.get("text", ""))[: 50 * OUTPUT_CAP])

    def _reply(self, told: dict[str, Any]) -> None:
        if told["parent_header"].get("msg_id") != self.request:
            return
        content = told["content"]
        self.replied_at = time.monotonic()
        if content.get("status") != "ok":
            self.outcome.status = "error"
            self.outcome.error = str(content.get("ename", ""))[:200]
            self.outcome.text = shortened(str(content.get("evalue", "")))
            self.outcome.traceback = [str(line) for line in content.get("traceback", [])]
