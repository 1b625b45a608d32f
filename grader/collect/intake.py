"""Reading what a stranger put into a folder: by directory handles, following no link, within caps.

Only names travel in messages; contents are bytes and stay bytes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.records import Message, message

MB = 1 << 20
FILE_CAP = 20 * MB
TOTAL_CAP = 64 * MB
FILES_CAP = 200
DEPTH_CAP = 8

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO must not make us wait for its writer.
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

IGNORED_NAMES = frozenset({
    "__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git", ".venv", "desktop.ini", "thumbs.db", ".ds_store",
})


class NotReadable(Exception):
    """A file that is not read, with the sentence for its card."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file below a root: its parts from the root, and whether it is a plain file."""

    parts: tuple[str, ...]
    plain: bool

    @property
    def name(self) -> str:
        return self.parts[-1]


def ignored(name: str) -> bool:
    """True for what operating systems and notebooks leave behind: ``__MACOSX``, ``._x``, checkpoints ..."""
    return name.casefold() in {known.casefold() for known in IGNORED_NAMES} or name.startswith("._")


def walk(root: Path, *, leave_out: Path | None = None) -> Iterator[Entry]:
    """Every file below ``root`` in natural order; links and special files are named, never followed.

    ``leave_out`` is a folder that is skipped (the report folder may lie among the hand-ins).
    """
    yield from _walk(root, (), leave_out.resolve() if leave_out else None)


def _walk(root: Path, parts: tuple[str, ...], leave_out: Path | None) -> Iterator[Entry]:
    folder = root.joinpath(*parts)
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: natural(entry.name))
    for entry in entries:
        if ignored(entry.name):
            continue
        below = (*parts, entry.name)
        if entry.is_dir(follow_symlinks=False):
            left_out = leave_out is not None and folder.joinpath(entry.name).resolve() == leave_out
            if len(below) < DEPTH_CAP and not left_out:
                yield from _walk(root, below, leave_out)
        else:
            yield Entry(parts=below, plain=entry.is_file(follow_symlinks=False))


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts ``P2`` before ``P10``."""
    key: list[tuple[int, int, str]] = []
    digits = ""
    for character in name.casefold() + "\0":
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            key.append((0, int(digits[:18]), digits))
            digits = ""
        key.append((1, 0, character))
    return tuple(key)


def read_below(root: Path, parts: tuple[str, ...], cap: int = FILE_CAP) -> bytes:
    """The bytes of one regular file, opened step by step from ``root`` so that no link is followed.

    Raises NotReadable for links, special files, files with a second hard link and files over ``cap`` bytes.
    """
    name = parts[-1]
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = inner
        handle = os.open(name, FILE_FLAGS, dir_fd=folder)
    except OSError as error:
        why = message("collecting.cannot_open", name=name, reason=error.strerror or "?")
        raise NotReadable(why) from error
    finally:
        os.close(folder)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise NotReadable(message("collecting.not_a_file", name=name))
        if status.st_nlink != 1:
            raise NotReadable(message("collecting.hard_link", name=name))
        content = file.read(cap + 1)
    if len(content) > cap:
        size = status.st_size // MB
        raise NotReadable(message("collecting.too_large", name=name, size=size, limit=cap // MB))
    return content
