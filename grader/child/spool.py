"""The way from the kernel to the runner: files that appear whole, in order, in one folder."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from grader.child.paths import inside

FOLDER = inside("/tmp/.spool")
INTEGER_BITS = 4000  # a longer integer would not be read back from JSON
KINDS: Mapping[str, int] = {  # kind -> largest size in bytes
    "models": 8 << 20,
    "model": 150 << 20,
    "samples": 16 << 20,
    "answers": 4 << 20,
    "export": 4 << 20,
    "calls": 1 << 20,
    "call": 4 << 20,
    "pictures": 2 << 20,
    "picture": 1 << 20,
    "events": 1 << 20,
    "notice": 64 << 10,
}


class Spool:
    """The kernel's end."""

    def __init__(self, folder: str = FOLDER) -> None:
        self.folder = folder
        self.count = 0
        self._last: dict[tuple[str, int], bytes] = {}
        os.makedirs(folder, exist_ok=True)

    def drop(self, kind: str, number: int, data: bytes) -> bool:
        """Put one item down; False when it is too large or the disk is full."""
        if len(data) > KINDS[kind]:
            return False
        self.count += 1
        hidden = f"{self.folder}/.{self.count}"
        try:
            with open(hidden, "wb") as file:
                file.write(data)
            os.replace(hidden, f"{self.folder}/{self.count:010d}.{kind}.{number}")
        except OSError:
            with suppress(OSError):
                os.unlink(hidden)
            return False
        return True

    def drop_json(self, kind: str, number: int, value: Any) -> bool:
        """``drop`` of a JSON value, when it differs from the last one of the same kind and number."""
        data = json.dumps(plain(value), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        if self._last.get((kind, number)) == data:
            return True
        dropped = self.drop(kind, number, data)
        if dropped:
            self._last[kind, number] = data
        return dropped

    def notice(self, key: str, **values: Any) -> None:
        self.drop_json("notice", self.count, {"key": key, "values": values})


def take(folder: str = FOLDER) -> Iterator[tuple[str, int, bytes]]:
    """The runner's end: (kind, number, data) of what lies there, in order; each is removed.

    Student code can write here too, so links, pipes and odd names are passed over.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return
    for name in names:
        parts = name.split(".")
        path = f"{folder}/{name}"
        if len(parts) == 3 and parts[1] in KINDS and parts[2].isdigit() and len(parts[2]) < 5:
            data = _read(path, KINDS[parts[1]])
            if data is not None:
                yield parts[1], int(parts[2]), data
        with suppress(OSError):
            os.unlink(path)


def _read(path: str, most: int) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_size > most:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)


def plain(value: Any, depth: int = 12) -> Any:
    """``value`` as JSON data: floats that JSON does not know become null, strangers their type's name."""
    if value is None or isinstance(value, (bool, str, int, float)):
        return _plain_scalar(value)
    if depth == 0:
        return "<nested too deeply>"
    if isinstance(value, Mapping):
        return {str(key)[:200]: plain(item, depth - 1) for key, item in list(value.items())[:2000]}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth - 1) for item in value[:20_000]]
    return f"<{type(value).__name__}>"


def _plain_scalar(value: bool | str | int | float | None) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > INTEGER_BITS:
        return f"<integer of {value.bit_length()} bits>"
    return value
