"""The kernel that runs the student's cells: a process of its own, driven by nbclient over sockets under /tmp.

The event loop is made after the process: a copied process must not hold one.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import Any, NoReturn, Protocol

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import ensure_async
from nbclient.exceptions import DeadKernelError

from grader.child.clock import Clock
from grader.child.runner.client import CellClient

OPTIONS = ("--HistoryManager.enabled=False",)  # In and Out are kept; no database is
TEXT_CAP, TEXT_END = 2000, 1400  # characters of an error's text: a graph's error says what it is at its end
LEFT_OUT = " ... "
START_S = 60.0
TURN_S = 0.2
KILL_S = 3.0


@dataclass(slots=True)
class Outcome:
    """How one cell ended: ok, error, timeout (interrupted), stuck (interrupt ignored), died."""

    status: str = "ok"
    seconds: float = 0.0  # of the wall clock
    waited: bool = False  # whether it ran out of time because it waited, not because it worked
    error: str = ""
    text: str = ""
    traceback: list[str] = field(default_factory=list)
    output: str = ""
    outputs: list[Any] = field(default_factory=list)
    left_out: int = 0  # further outputs


def shortened(text: str) -> str:
    """An error's text, without its middle when it is long."""
    start = TEXT_CAP - TEXT_END - len(LEFT_OUT)
    return text if len(text) <= TEXT_CAP else f"{text[:start]}{LEFT_OUT}{text[-TEXT_END:]}"


class Manager(Protocol):
    """The process of a kernel: started, asked for, signalled. Each answer may have to be awaited."""

    def start_kernel(self, *, cwd: str) -> Any:
        """Start it in a folder."""

    def client(self) -> Any:
        """An asynchronous client of it."""

    def is_alive(self) -> Any:
        """Whether its process runs."""

    def signal_kernel(self, signum: int) -> Any:
        """Send it a signal."""

    def interrupt_kernel(self) -> Any:
        """Interrupt what it runs."""


def launched(runtime: str) -> Any:
    """A kernel that is a program of its own."""
    manager = AsyncKernelManager(transport="ipc", connection_file=f"{runtime}/kernel.json")
    manager.ip = f"{runtime}/socket"
    spec = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *OPTIONS]
    manager._kernel_spec = KernelSpec(argv=spec, display_name="Python 3", language="python")
    return manager


class Kernel:
    """One IPython kernel."""

    def __init__(self, runtime: str, clock: Clock, start: Callable[[str], Manager] = launched) -> None:
        os.makedirs(runtime, exist_ok=True)
        self.clock = clock
        self.manager = start(runtime)
        self.runtime = runtime
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Raises RuntimeError when no kernel answers."""
        starting = self.manager.start_kernel(cwd=self.runtime)
        self.loop = asyncio.new_event_loop()
        self._wait_for(ensure_async(starting))
        self.client = self.manager.client()
        self.client.allow_stdin = False
        self.client.start_channels(hb=False, stdin=False)
        self.cells = CellClient(self.manager, self.client, self.clock)
        self._wait_for(self._hear_answer())

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        assert self.loop is not None
        return self.loop.run_until_complete(work)

    async def _hear_answer(self) -> None:
        """Until it replies, and until what it tells everybody is heard too, so that no message of a cell is missed."""
        until = time.monotonic() + START_S
        while await self._alive() and time.monotonic() < until:
            self.client.kernel_info()
            with suppress(Empty):
                await self.client.get_shell_msg(timeout=1)
                await self.client.get_iopub_msg(timeout=TURN_S)
                return
        raise RuntimeError("the kernel does not answer" if await self._alive() else "the kernel ended at its start")

    async def _alive(self) -> bool:
        return bool(await ensure_async(self.manager.is_alive()))

    def alive(self) -> bool:
        return self.loop is not None and bool(self._wait_for(self._alive()))

    def kill(self) -> None:
        """Kill the kernel and what it started, and wait until it is gone."""
        until = time.monotonic() + KILL_S
        if self.alive():
            self._wait_for(ensure_async(self.manager.signal_kernel(signal.SIGKILL)))
        while self.alive() and time.monotonic() < until:
            time.sleep(0.02)

    def run(
        self, code: str, *, seconds: float, grace: float, tick: Callable[[], None], hidden: bool = False
    ) -> Outcome:
        """Run one cell for at most ``seconds`` of the clock, then interrupt it; ``grace`` seconds later it is stuck.

        ``tick`` is called several times a second meanwhile. What is ``hidden`` is silent, which nbclient cannot ask
        for: its request goes through the same client.
        """
        started, begun = time.monotonic(), self.clock.mark()
        run = self._run_hidden if hidden else self._run_cell
        outcome: Outcome = self._wait_for(self._beside(run(code, seconds, grace), tick))
        outcome.seconds = time.monotonic() - started
        outcome.waited = outcome.status in {"timeout", "stuck"} and self.clock.waited(begun)
        return outcome

    async def _beside(self, work: Coroutine[Any, Any, Outcome], tick: Callable[[], None]) -> Outcome:
        """The outcome of ``work``, with ``tick`` as a task beside it, whose error ends the work."""
        ticking = asyncio.ensure_future(_keep_ticking(tick))
        working = asyncio.ensure_future(work)
        await asyncio.wait({ticking, working}, return_when=asyncio.FIRST_COMPLETED)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # nothing of a cell goes on beside the next one
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return ticking.result() if ticking.done() and not ticking.cancelled() else working.result()

    async def _run_cell(self, code: str, seconds: float, grace: float) -> Outcome:
        outcome = Outcome()
        try:
            await self.cells.execute_within(code, seconds, grace)
        except TimeoutError:
            outcome.status = "stuck"
        except DeadKernelError:
            outcome.status = "died"
        outcome.output, outcome.outputs, outcome.left_out = self.cells.printed, self.cells.outputs, self.cells.left_out
        return _with_reply(outcome, self.cells.reply, self.cells.interrupted)

    async def _run_hidden(self, code: str, seconds: float, grace: float) -> Outcome:
        outcome = Outcome()
        request = self.client.execute(code, silent=True, store_history=False, stop_on_error=False)
        begun, interrupted = self.clock.mark(), False
        while True:
            try:
                reply = await self.client.get_shell_msg(timeout=TURN_S)
                if reply["parent_header"].get("msg_id") == request:
                    return _with_reply(outcome, reply["content"], interrupted)
            except Empty:
                if not await self._alive():
                    return Outcome(status="died")
            used = self.clock.since(begun)
            if used > seconds + grace:
                return Outcome(status="stuck")
            if used > seconds and not interrupted:
                interrupted = True
                await ensure_async(self.manager.interrupt_kernel())


async def _keep_ticking(tick: Callable[[], None]) -> NoReturn:
    while True:
        await asyncio.sleep(TURN_S)
        tick()


def _with_reply(outcome: Outcome, content: Any, interrupted: bool) -> Outcome:
    """The outcome with what the kernel replied, if it did.

    When a value could not be shown (``Image("missing.png")``), the reply names no error; the cell's output does.
    """
    if content is not None and content.get("status") != "ok":
        shown = [one for one in outcome.outputs if one.get("output_type") == "error"]
        content = shown[-1] if shown and content.get("ename") == "NoneType" else content
        outcome.status = "error" if outcome.status == "ok" else outcome.status
        outcome.error = str(content.get("ename", ""))[:200]
        outcome.text = shortened(str(content.get("evalue", "")))
        outcome.traceback = [str(line) for line in content.get("traceback", [])]
    if interrupted and outcome.status in {"ok", "error"}:
        outcome.status = "timeout"
    return outcome
