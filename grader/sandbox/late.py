"""The way in while a command runs: bytes that wait until the program asks for them.

The program asks with a frame, ``ASKED``. That is a claim: who asks early gets the bytes early. From then on only
its answers are taken, so that nothing of the bytes can be written into what a student reads. Writing never blocks,
so a program that does not read costs the host nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl

LATE_CAP = 32 << 20
ASKED = ("status", 1)  # kind and number of the frame that asks
ANSWERS = frozenset({"calls", "call"})
PIPE = 1 << 20
CHUNK = 256 << 10


class Late:
    """The host's end of the second pipe; ``theirs`` is the descriptor that the sandbox inherits."""

    def __init__(self, content: bytes) -> None:
        if len(content) > LATE_CAP:
            raise ValueError(f"late input of {len(content)} bytes; at most {LATE_CAP} are possible")
        self._left = memoryview(content)
        self.theirs, self._ours = os.pipe()
        self._open = True
        os.set_blocking(self._ours, False)
        with suppress(OSError):  # a larger pipe only saves turns
            fcntl(self._ours, F_SETPIPE_SZ, PIPE)

    def push(self) -> None:
        """Write what the pipe takes now; close it after the last byte, and when nobody can read any more."""
        while self._open and self._left:
            try:
                written = os.write(self._ours, self._left[:CHUNK])
            except BlockingIOError:
                return
            except OSError:
                break
            self._left = self._left[written:]
        self.close()

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._ours)
