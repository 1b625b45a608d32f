"""nbclient with what it lacks for strangers' cells: bounded outputs, one interrupt, an end for what ignores it.

Outputs are kept for the executed notebook: streams, errors, plain text and PNG pictures, as they come from the kernel.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from jupyter_client.utils import ensure_async
from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from grader.child.clock import Clock

OUTPUT_CAP = 2000
STREAM_CAP = 200_000  # characters of all streams of one cell
COUNT_CAP = 1_000  # outputs of one cell
OUTPUTS_CAP = 4 << 20  # bytes of one cell's outputs, as JSON
LATE_IDLE_S = 2  # how long outputs are awaited after the reply: a flood can swallow the message that ends them
TURN_S = 0.2
LOOK_LEAST_S = 0.02
TRACEBACK_LINES = 50  # at its start, and at its end
KEPT = ("text/plain", "image/png")
OUTPUTS = ("stream", "display_data", "execute_result", "error")
SHOWING = ("display_data", "execute_result", "update_display_data")


def settled(text: str) -> str:
    """What a terminal would show in the end: a progress bar draws each of its lines over and over."""
    *done, last = text.replace("\r\n", "\n").split("\n")
    lines = [line.rstrip("\r\b").rpartition("\r")[2] for line in done]
    drawn = last.rstrip("\r")
    return "\n".join([*lines, drawn.rpartition("\r")[2] + last[len(drawn) :][:1]])  # its "\n" may still come


class CellClient(NotebookClient):  # type: ignore[misc]
    """Executes one cell at a time over the client of a kernel that runs.

    After ``execute_within``: ``reply`` is the content of the kernel's reply, if it came; ``printed`` is what its
    streams said, at most ``OUTPUT_CAP`` characters; ``interrupted`` says that the cell had used up its time.
    """

    def __init__(self, manager: Any, client: Any, clock: Clock) -> None:
        silent = logging.getLogger(__name__)
        silent.disabled = True  # what it logs, a stranger's kernel chose
        super().__init__(new_notebook(), km=manager, log=silent, allow_errors=True)
        self.interrupt_on_timeout, self.record_timing = True, False
        self.clear_before_next_output: bool = False
        self.iopub_timeout = LATE_IDLE_S
        self.clock = clock
        self.on_cell_executed = self._keep_reply
        self.kc = client
        for channel in () if client is None else (client.shell_channel, client.iopub_channel):
            channel.get_msg = _yielding(channel.get_msg)
        self._start()

    def _start(self) -> None:
        self.reply: Mapping[str, Any] | None = None
        self.printed = ""
        self.interrupted = False
        self.left_out = 0
        self._make_room()

    def _make_room(self) -> None:
        self.streamed = 0
        self.room = OUTPUTS_CAP

    @property
    def outputs(self) -> list[Any]:
        """What the last cell gave, as in a notebook."""
        return list(self.nb.cells[0].outputs)

    async def execute_within(self, source: str, seconds: float, grace: float) -> None:
        """Execute one cell; interrupt it after ``seconds`` of the clock.

        Raises TimeoutError when it still runs ``grace`` seconds later, DeadKernelError when the kernel has ended.
        """
        self._start()
        self.reset_execution_trackers()
        cell = new_code_cell(source)
        self.nb.cells = [cell]
        executing = asyncio.ensure_future(self.async_execute_cell(cell, 0))
        watching = asyncio.ensure_future(self._watch_clock(seconds, grace))
        await asyncio.wait({executing, watching}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        if executing.done():
            executing.result()
            return
        executing.cancel()
        with suppress(DeadKernelError, asyncio.CancelledError):  # nbclient says so of every cancellation
            await executing
        raise TimeoutError

    async def _watch_clock(self, seconds: float, grace: float) -> None:
        """Interrupt the cell after ``seconds``, once: a second interrupt would hit what it does about the first.
        Return ``grace`` seconds later.

        nbclient's own limit counts the wall clock, and so would hit a cell that had to wait for a core.
        """
        begun = self.clock.mark()
        while (used := self.clock.since(begun)) <= seconds + grace:
            if used > seconds and not self.interrupted:
                self.interrupted = True
                await self._async_handle_timeout(int(seconds))
            await asyncio.sleep(min(TURN_S, max(LOOK_LEAST_S, seconds + grace - used)))

    async def _keep_reply(self, *, execute_reply: Mapping[str, Any], **_: Any) -> None:
        content = execute_reply["content"]
        self.reply = content if isinstance(content, dict) else {}

    async def _async_check_alive(self) -> None:
        """By the process, not by a heartbeat, which a kernel under load misses."""
        await asyncio.sleep(0)
        if not await ensure_async(self.km.is_alive()):
            raise DeadKernelError("Kernel died")

    async def _async_poll_kernel_alive(self) -> None:
        """Look five times a second; a dead kernel ends the wait for its reply."""
        with suppress(DeadKernelError):
            while True:
                await asyncio.sleep(TURN_S)
                await self._async_check_alive()
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Keep what the executed notebook shows, within bounds; pass over what is no message of the protocol."""
        try:
            return self._take(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # noqa: BLE001 - whatever a stranger's kernel sends, the next cell runs
            return None

    async def _check_raise_for_error(self, *_: Any) -> None:
        """An error is the student's affair: ``reply`` tells of it, and the next cell runs."""

    def _take(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        kind, content = msg["msg_type"], msg["content"]
        if kind.startswith("comm"):  # of widgets
            return None
        if kind == "clear_output" and not content.get("wait"):
            self._clear(cell.outputs, cell_index)
            return None
        if kind in OUTPUTS and self.clear_before_next_output:
            self._clear(cell.outputs, cell_index)
        if kind == "stream":
            self._stream(cell.outputs, str(content.get("name", "stdout")), str(content.get("text", "")))
            return None
        if kind == "error":
            lines = [str(line)[:OUTPUT_CAP] for line in content["traceback"]]
            content["traceback"] = lines[:TRACEBACK_LINES] + lines[TRACEBACK_LINES:][-TRACEBACK_LINES:]
        if kind in SHOWING and not self._fits(content, len(cell.outputs)):
            return None
        return super().process_message(msg, cell, cell_index)

    def _clear(self, outputs: list[Any], cell_index: int) -> None:
        outputs[:] = []
        self.clear_display_id_mapping(cell_index)
        self.clear_before_next_output = False
        self._make_room()

    def _fits(self, content: dict[str, Any], count: int) -> bool:
        """Reduce what is shown to the media types that are kept; whether there is room for it."""
        content["data"] = {name: value for name, value in content["data"].items() if name in KEPT}
        content["metadata"] = {}
        size = len(json.dumps(content))
        if size > self.room or count >= COUNT_CAP:
            self.left_out += 1
            return False
        self.room -= size
        return True

    def _stream(self, outputs: list[Any], name: str, text: str) -> None:
        """Join the pieces of a stream; each piece is settled at once, so that a flood never fills the memory."""
        if len(self.printed) < OUTPUT_CAP:
            self.printed = settled(self.printed + text[: 50 * OUTPUT_CAP])[:OUTPUT_CAP]
        if self.streamed > STREAM_CAP or len(outputs) >= COUNT_CAP:
            self.left_out += 1
            return
        text = text[:STREAM_CAP]
        if not outputs or outputs[-1].get("name") != name:
            outputs.append({"output_type": "stream", "name": name, "text": ""})
        before, line_break, line = outputs[-1]["text"].rpartition("\n")
        joined = before + line_break + settled(line + text)
        self.streamed += len(joined) - len(outputs[-1]["text"])
        if self.streamed <= STREAM_CAP:
            outputs[-1]["text"] = joined
        else:
            self.left_out += 1


def _yielding(receive: Callable[..., Any]) -> Callable[..., Any]:
    """``receive`` that lets others have a turn first: a flood of messages must not stop the clocks."""

    async def receive_in_turn(*args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return await ensure_async(receive(*args, **kwargs))

    return receive_in_turn
