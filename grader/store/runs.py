"""Runs as they are kept: the record, its frames, and what was made out of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.records import Run
from grader.store.files import remove, write
from grader.store.folders import FORMAT, UNREADABLE, Piece, index, make, pieces, save
from grader.store.plain import adapter, as_json, plain

MADE = ("models",)  # what is kept beside a run
SHOWN = "outputs"  # frames that no score needs


class Damaged(Exception):
    """Something stored is no longer as it was written; ``folder`` says where."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


def save_run(folder: Path, run: Run) -> None:
    """Keep ``run``, its frames included, in ``folder``. Raises OutputError."""
    make(folder)
    for made in MADE:
        remove(folder / f"{made}.json")
    record = plain(run, leave_out=("frames",))
    keys = sorted(run.frames)
    record["frames"] = [list(key) for key in keys]
    save(folder, "run", record, [run.frames[key] for key in keys])


def load_run(folder: Path, since: float = 0.0, *, later: Collection[tuple[str, int]] = ()) -> Run | None:
    """The run in ``folder``; None when there is none, or none that is whole, or written by this process
    after ``since`` (monotonic; 0: whenever).

    The frames ``later``, and with them those that are only shown, are read when they are asked for, which raises
    Damaged when they are not whole then.
    """
    try:
        found = index(folder, "run", since)
        record = dict(found["record"])
        keys = [(str(kind), int(number)) for kind, number in record.pop("frames")]
        listed = dict(zip(keys, pieces(folder, "run", found), strict=True))
        run: Run = adapter(Run).validate_python(record)
        if not later:
            return replace(run, frames={key: piece.read() for key, piece in listed.items()})
        return replace(run, frames=_Frames(folder, listed, later))
    except UNREADABLE:
        return None


class _Frames(Mapping[tuple[str, int], bytes]):
    """The frames of a run, some of which stay on the disk until they are asked for."""

    def __init__(
        self, folder: Path, listed: Mapping[tuple[str, int], Piece], later: Collection[tuple[str, int]]
    ) -> None:
        self._folder = folder
        self._pieces = listed
        self._read = {key: piece.read() for key, piece in listed.items() if key not in later and key[0] != SHOWN}

    def __getitem__(self, key: tuple[str, int]) -> bytes:
        if key in self._read:
            return self._read[key]
        try:
            return self._pieces[key].read()
        except (OSError, ValueError) as error:
            raise Damaged(self._folder) from error

    def __contains__(self, key: object) -> bool:
        return key in self._pieces

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)


def forget_run(folder: Path) -> None:
    """Leave nothing of the run in ``folder``, nor of what was made out of it."""
    for name in ("run.json", "run.bin", *(f"{made}.json" for made in MADE)):
        remove(folder / name)


def keep(folder: Path, name: str, made: Any, *, by: str) -> None:
    """Keep what was made out of the run in ``folder``; ``by`` is a hash of what made it. Raises OutputError."""
    write(folder / f"{name}.json", as_json({"format": FORMAT, "by": by, "made": plain(made)}), private=True)


def kept(folder: Path, name: str, kind: Any, *, by: str) -> Any | None:
    """What ``keep`` kept, a ``kind``; None when there is nothing, or it was made by something else."""
    try:
        found = json.loads((folder / f"{name}.json").read_bytes())
        if (found["format"], found["by"]) != (FORMAT, by):
            return None
        return adapter(kind).validate_python(found["made"])
    except UNREADABLE:
        return None
