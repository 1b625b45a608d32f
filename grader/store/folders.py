"""Records in folders: JSON beside one file of raw bytes.

A run or prediction is a folder of two files::

    <name>.json     the record; ``blobs`` lists name, size and CRC-32 of each piece of <name>.bin, in order
    <name>.bin      the pieces, one after the other

The JSON is written last and describes the other file, so a folder that was left half written, or was
damaged later, reads as absent. Equal records give equal bytes: fields in the order of the record, keys
of maps sorted, floats in their shortest exact form. Beside a run lies what was made out of it, in a file of
JSON alone; it goes when another run takes the place of this one.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import OutputError
from grader.store.files import write
from grader.store.plain import as_json

FORMAT = 1  # another number reads as absent
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)  # pydantic's ValidationError is a ValueError
_lock = threading.Lock()
_held: dict[Path, threading.Lock] = {}
_saved: dict[Path, float] = {}  # what this process wrote, and when (monotonic): the times of files can be anything


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One thread at a time for what is kept in ``folder``."""
    with _lock:
        held = _held.setdefault(folder, threading.Lock())
    with held:
        yield


def save(folder: Path, name: str, record: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    """Write the folder. Raises OutputError."""
    make(folder)
    described = [{"size": len(blob), "crc32": zlib.crc32(blob)} for blob in blobs]
    write(folder / f"{name}.bin", *blobs, durable=True)
    written = {"format": FORMAT, "record": record, "blobs": described}
    path = folder / f"{name}.json"
    write(path, as_json(written), durable=True)
    _saved[path] = time.monotonic()


def make(folder: Path) -> None:
    """Make the folder, for its owner alone. Raises OutputError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); name another folder with -o") from error


def load(folder: Path, name: str, since: float) -> tuple[dict[str, Any], list[bytes]]:
    """The record and its pieces. Raises one of UNREADABLE when anything is missing, wrong or older."""
    found = index(folder, name, since)
    return dict(found["record"]), [piece.read() for piece in pieces(folder, name, found)]


def index(folder: Path, name: str, since: float) -> dict[str, Any]:
    """What ``name``.json holds. Raises one of UNREADABLE, with ``since`` (monotonic) also for what is older."""
    path = folder / f"{name}.json"
    if since and _saved.get(path, 0.0) < since:
        raise ValueError("older")
    found: dict[str, Any] = json.loads(path.read_bytes())
    if found["format"] != FORMAT:
        raise ValueError("another format")
    return found


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece lies."""

    path: Path
    at: int
    size: int
    crc32: int

    def read(self) -> bytes:
        """Raises OSError or ValueError when it is not there as it was written."""
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.at)
            piece = file.read(self.size)
        if len(piece) != self.size or zlib.crc32(piece) != self.crc32:
            raise ValueError("damaged")
        return piece


def pieces(folder: Path, name: str, found: Mapping[str, Any]) -> list[Piece]:
    """The pieces of ``name``.bin that the index ``found`` lists. Raises one of UNREADABLE when others are there."""
    path, at, listed = folder / f"{name}.bin", 0, []
    for described in found["blobs"]:
        listed.append(Piece(path, at, described["size"], described["crc32"]))
        at += described["size"]
    if path.stat().st_size != at:
        raise ValueError("damaged")
    return listed
