"""Length-framed bytes over one pipe: how anything at all comes out of a sandbox.

The stream is ``MAGIC`` and then frames, each a little-endian header and its payload::

    kind u8 | number u32 | sequence u32 | length u64 | payload

A kind comes from a fixed table, so no names travel. A later sequence replaces an earlier frame
of the same (kind, number). Only the standard library is imported: the same file is mounted
inside the sandboxes, where ``Writer`` is used, while ``Reader`` faces a stranger.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Mapping

MAGIC = b"\x93GRD1\n"
HEADER = struct.Struct("<BIIQ")
MB = 1 << 20
KINDS: Mapping[str, int] = {
    "status": 1,
    "cells": 2,
    "models": 3,
    "model": 4,
    "samples": 5,
    "answers": 6,
    "export": 7,
    "predictions": 8,
    "calls": 9,
    "call": 10,
    "pictures": 11,
    "picture": 12,
    "events": 13,
    "run": 14,  # everything that one of several runs in a row sent
    "outputs": 15,  # of one cell, for the executed notebook
}
CAPS: Mapping[str, int] = {
    "status": 1 * MB,
    "cells": 8 * MB,
    "models": 8 * MB,
    "model": 150 * MB,
    "samples": 16 * MB,
    "answers": 4 * MB,
    "export": 4 * MB,
    "predictions": 128 * MB,
    "calls": 1 * MB,
    "call": 4 * MB,
    "pictures": 2 * MB,
    "picture": 1 * MB,
    "events": 1 * MB,
    "run": 220 * MB,
    "outputs": 5 * MB,
}
NUMBERS_CAP = 4096
_NAMES = {code: name for name, code in KINDS.items()}


class BadFrame(Exception):
    """The stream breaks the format; what was whole before stays readable."""


class TooMuch(BadFrame):
    """A frame, or all of them together, are larger than allowed."""


def pack(kind: str, number: int, sequence: int, payload: bytes) -> bytes:
    """One frame as bytes. Raises KeyError for an unknown kind, TooMuch above the kind's cap."""
    if len(payload) > CAPS[kind]:
        raise TooMuch(f"{kind} {number} has {len(payload)} bytes, more than {CAPS[kind]}")
    return HEADER.pack(KINDS[kind], number, sequence, len(payload)) + payload


class Writer:
    """The inside end of the pipe. The magic is written at once: it proves that the program started."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.sequence = 0
        os.set_inheritable(descriptor, False)
        self._write(MAGIC)

    def send(self, kind: str, number: int, payload: bytes) -> None:
        """Write one frame, later than all before. Raises as ``pack`` does, and OSError when nobody reads."""
        self.sequence += 1
        self._write(pack(kind, number, self.sequence, payload))

    def close(self) -> None:
        os.close(self.descriptor)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.descriptor, view) :]


class Reader:
    """The outside end: fed with whatever arrives, it keeps the newest payload of each (kind, number).

    ``total`` caps the payload bytes that are kept at any time. After a ``BadFrame`` the reader
    is closed: ``frames`` holds what was whole before, and further bytes are ignored. ``then`` names a frame and
    the only kinds that are kept once it has come.
    """

    def __init__(self, total: int, then: tuple[tuple[str, int], frozenset[str]] | None = None) -> None:
        self.total = total
        self.then = then
        self.frames: dict[tuple[str, int], bytes] = {}
        self.started = False
        self.broken = False
        self._only: frozenset[str] | None = None
        self._sequence = 0
        self._kept = 0
        self._waiting = bytearray()
        self._head: tuple[str, int, int] | None = None  # kind, number, length of the frame under way
        self._payload = io.BytesIO()  # of that frame, so far; gives its bytes away without a copy

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises BadFrame (TooMuch when a cap is passed)."""
        if self.broken:
            return
        self._waiting += chunk
        try:
            while self._step():
                pass
        except BadFrame:
            self.broken = True
            self._waiting.clear()
            self._payload = io.BytesIO()
            raise

    def close(self) -> None:
        """Say that the stream is over. Raises BadFrame when it ends inside a frame."""
        if not self.broken and (self._waiting or self._head is not None):
            self.broken = True
            raise BadFrame("the stream ends inside a frame")

    def _step(self) -> bool:
        """Read one magic, header or payload; False when more bytes are needed."""
        if not self.started:
            return self._read_magic()
        if self._head is None:
            return self._read_header()
        kind, number, length = self._head
        with memoryview(self._waiting) as waiting:
            taken = self._payload.write(waiting[: length - self._payload.tell()])
        del self._waiting[:taken]
        if self._payload.tell() < length:
            return False
        payload = self._payload.getvalue()
        self._payload = io.BytesIO()
        self._head = None
        if self._only is None or kind in self._only:
            self._kept += length - len(self.frames.get((kind, number), b""))
            self.frames[kind, number] = payload
        if self.then is not None and self.then[0] == (kind, number):
            self._only = self.then[1]
        return True

    def _read_magic(self) -> bool:
        if not MAGIC.startswith(self._waiting[: len(MAGIC)]):
            raise BadFrame("the stream does not begin with the magic")
        if len(self._waiting) < len(MAGIC):
            return False
        del self._waiting[: len(MAGIC)]
        self.started = True
        return True

    def _read_header(self) -> bool:
        if len(self._waiting) < HEADER.size:
            return False
        code, number, sequence, length = HEADER.unpack_from(self._waiting)
        kind = _NAMES.get(code)
        if kind is None:
            raise BadFrame(f"unknown kind {code}")
        if number >= NUMBERS_CAP:
            raise BadFrame(f"number {number} is not below {NUMBERS_CAP}")
        if sequence <= self._sequence:
            raise BadFrame(f"sequence {sequence} does not follow {self._sequence}")
        if length > CAPS[kind]:
            raise TooMuch(f"{kind} {number} has {length} bytes, more than {CAPS[kind]}")
        if self._kept - len(self.frames.get((kind, number), b"")) + length > self.total:
            raise TooMuch(f"the frames together are larger than {self.total} bytes")
        del self._waiting[: HEADER.size]
        self._sequence = sequence
        self._head = (kind, number, length)
        return True
