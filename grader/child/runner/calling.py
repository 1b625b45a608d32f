"""In the runner, after the last cell: ask the host for the hidden arguments, have the kernel call the functions.

The descriptor is not passed on to the kernel, and the host writes only when asked, so nothing can be read
from it while the notebook's cells run.
"""

from __future__ import annotations

import json
import os
import select
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from grader.child.clock import Clock
from grader.child.runner.disk import DISK_LEAST, room_left
from grader.child.runner.kernel import Outcome

ASK = ("status", 1)  # kind and number of the frame at which the host writes
CALL_S = 10.0  # for one call
ALL_S = 60.0  # for all of them
READ_S = 10.0
LOAD_S = 20.0
CAP = 32 << 20
CALLS_CAP = 200
TOLD_CAP = 4 << 10  # bytes of one outcome: all of them fit in one frame
TIMEOUTS_CAP = 2  # of one function; its further cases are not tried
DISK_FULL = {"outcome": "disk_full"}
RECORDER = "__import__('sys').modules['_recorder'].calls"


class Kernel(Protocol):
    """What is used of the kernel."""

    def alive(self) -> bool:
        """Whether its process runs."""

    def run(
        self, code: str, *, seconds: float, grace: float, tick: Callable[[], None], hidden: bool = False
    ) -> Outcome:
        """Run one cell."""


class Calling:
    """The calls of one run. ``hear`` takes what the kernel tells of each; ``told`` is the frame ``calls``."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.outcomes: dict[int, Mapping[str, Any]] = {}

    def hear(self, number: int, data: bytes) -> None:
        """One outcome from the kernel; what is no object, or too long, is passed over."""
        if number >= CALLS_CAP or len(data) > TOLD_CAP:
            return
        with suppress(ValueError, RecursionError):
            found = json.loads(data)
            if isinstance(found, dict):
                self.outcomes[number] = found

    def told(self) -> bytes:
        """Every outcome so far, as JSON."""
        listed = [{**found, "call": number} for number, found in sorted(self.outcomes.items())]
        return json.dumps(listed, ensure_ascii=False).encode("utf-8", "replace")

    def arguments(self) -> bytes:
        """What the host wrote, until it closed the pipe; cut short when that takes too long or is too much."""
        parts: list[bytes] = []
        until = time.monotonic() + READ_S
        while sum(map(len, parts)) <= CAP and (left := until - time.monotonic()) > 0:
            select.select([self.descriptor], [], [], left)
            try:
                chunk = os.read(self.descriptor, 1 << 20)
            except BlockingIOError:
                continue
            if not chunk:
                break
            parts.append(chunk)
        os.close(self.descriptor)
        return b"".join(parts)

    def run(self, kernel: Kernel, folder: str, clock: Clock, seconds: float, tick: Callable[[], None]) -> None:
        """Have every call made, in order, as long as the kernel lives and ``seconds`` of the clock are left."""
        begun = clock.mark()
        content = self.arguments()
        functions = _functions(content)
        if not functions or not kernel.alive():
            return
        try:
            descriptor, path = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        except OSError:
            self.outcomes |= dict.fromkeys(range(len(functions)), DISK_FULL)
            return
        loaded = kernel.run(f"{RECORDER}.load({path!r})", seconds=LOAD_S, grace=1.0, tick=tick, hidden=True)
        seconds = min(seconds, clock.since(begun) + ALL_S)
        if loaded.status == "ok":
            self._calls(kernel, functions, lambda: seconds - clock.since(begun), tick)

    def _calls(
        self, kernel: Kernel, functions: Sequence[str], left_s: Callable[[], float], tick: Callable[[], None]
    ) -> None:
        late: Counter[str] = Counter()
        for number, name in enumerate(functions):
            if left_s() <= 0:
                self.outcomes[number] = {"outcome": "not_called"}
            elif late[name] >= TIMEOUTS_CAP:
                self.outcomes[number] = {"outcome": "timeout"}
            else:
                ended = self._call(kernel, number, min(CALL_S, left_s()), tick)
                late[name] += self.outcomes.get(number, {}).get("outcome") == "timeout"
                if ended in {"stuck", "died"}:
                    rest = range(number + 1, len(functions))
                    self.outcomes |= {later: {"outcome": "not_called"} for later in rest}
                    return

    def _call(self, kernel: Kernel, number: int, seconds: float, tick: Callable[[], None]) -> str:
        """How the kernel came out of one call."""
        ended = kernel.run(f"{RECORDER}.call({number})", seconds=seconds, grace=2.0, tick=tick, hidden=True).status
        tick()
        if number not in self.outcomes and ended in {"timeout", "stuck", "died"}:
            self.outcomes[number] = {"outcome": "died" if ended == "died" else "timeout"}
        elif number not in self.outcomes and room_left() < DISK_LEAST:
            self.outcomes[number] = DISK_FULL
        return ended


def _functions(content: bytes) -> list[str]:
    """The function of each call; none when the content was cut short before its first line ended."""
    try:
        calls = json.loads(content.partition(b"\n")[0])["calls"]
        return [str(call["function"]) for call in calls][:CALLS_CAP]
    except (ValueError, KeyError, TypeError):
        return []
