"""Reading what a stranger put into a folder: by directory handles, following no link, within caps.

Only names travel in messages; contents are bytes and stay bytes. What cannot be read is an entry that says why.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grader.records import Message, message
from grader.untrusted.file_names import is_system_file
from grader.untrusted.zip import Member

MB = 1 << 20
FILE_CAP = 20 * MB
TOTAL_CAP = 64 * MB
FILES_CAP = 200
ENTRIES_CAP = 5_000  # names in one hand-in, read or not
DEPTH_CAP = 8
SHOWN_NAME = 100  # characters of a name in a sentence

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a FIFO must not make us wait for its writer.
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

IGNORED_FOLDERS = frozenset({".ipynb_checkpoints", "__pycache__", ".git", ".venv"})

_DIGITS = "0123456789"
_RUNS = re.compile(r"[0-9]+|[^0-9]+")


class NotReadable(Exception):
    """A file that is not read, with the sentence for its card."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why


class Damaged(NotReadable):
    """A file in an archive that is not what the archive says: nothing in there can be relied on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One name below a root: its parts from the root, and why it is not read (None for a plain file).

    ``place`` is where it belongs in its submission; until that is known, where it lies. ``member`` is the file's
    place in an archive; ``spoils``: the whole submission is refused for this entry.
    """

    parts: tuple[str, ...]
    why: Message | None = None
    member: Member | None = None
    spoils: bool = False
    place: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.where[-1]

    @property
    def where(self) -> tuple[str, ...]:
        """Its place, or where it lies as long as that is not known."""
        return self.place or self.parts

    @property
    def misnamed(self) -> bool:
        """Whether its name in an archive leads elsewhere, or is none."""
        return self.spoils and self.why is not None and self.why.key.startswith("collecting.zip_name_")

    @property
    def relative(self) -> str:
        """Its name in the submission, with the folders above it."""
        return "/".join(self.where)


def ignored(name: str) -> bool:
    """True for what operating systems and notebooks leave behind: ``__MACOSX``, ``._x``, checkpoints ..."""
    return name.casefold() in IGNORED_FOLDERS or is_system_file(name)


def shown(name: str) -> str:
    """``name`` as it stands in a sentence: the beginning of a very long one."""
    return name if len(name) <= SHOWN_NAME else name[: SHOWN_NAME - 1] + "…"


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts ``P2`` before ``P10``."""
    runs: list[str] = _RUNS.findall(name.casefold())
    return tuple((0, int(run[:18]), run) if run[0] in _DIGITS else (1, 0, run) for run in runs)


def in_order(parts: tuple[str, ...]) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """The sort key of a path: folder by folder, each in natural order."""
    return tuple(map(natural, parts))


# ---------------------------------------------------------------- folders


@dataclass(slots=True)
class _Tree:
    """How many names a walk may still list for one submission."""

    left: int = 0


class _TooMany(Exception):
    pass


def walk(root: Path) -> Iterator[Entry]:
    """Every file below ``root`` in natural order; links, special files and folders that cannot be listed are named.

    Raises OSError when ``root`` itself cannot be listed.
    """
    tree = _Tree()
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield from _walk(handle, (), tree, alone=True)
    finally:
        os.close(handle)


def _walk(folder: int, parts: tuple[str, ...], tree: _Tree, *, alone: bool) -> Iterator[Entry]:
    """What lies in a folder. ``alone``: nothing lies beside it or above, so that each of its entries may be a student's
    and has room of its own.
    """
    listed = [(name, kind) for name, kind in _listed(folder, None if alone else tree) if not ignored(name)]
    lone = alone and len(listed) == 1
    for name, kind in listed:
        if alone:
            tree.left = ENTRIES_CAP
        below = (*parts, name)
        if kind == "folder":
            yield from _below(folder, below, tree, alone=lone)
        else:
            yield Entry(parts=below, why=None if kind == "file" else message(f"collecting.{kind}", name=shown(name)))


def _below(outer: int, parts: tuple[str, ...], tree: _Tree, *, alone: bool) -> Iterator[Entry]:
    name = parts[-1]
    if len(parts) == DEPTH_CAP:
        yield Entry(parts=parts, why=too_deep(name))
        return
    try:
        folder = os.open(name, FOLDER_FLAGS, dir_fd=outer)
    except OSError as error:
        yield Entry(parts=parts, why=_closed(name, error))
        return
    try:
        yield from _walk(folder, parts, tree, alone=alone)
    except OSError as error:
        yield Entry(parts=parts, why=_closed(name, error))
    except _TooMany:
        yield Entry(parts=parts, why=message("collecting.too_many_entries", name=shown(name), limit=ENTRIES_CAP))
    finally:
        os.close(folder)


def _listed(folder: int, tree: _Tree | None) -> list[tuple[str, str]]:
    """Names and kinds in a folder, in an order that does not depend on the disk."""
    with os.scandir(folder) as found:
        listed = [(entry.name, _kind(entry)) for entry in islice(found, None if tree is None else tree.left + 1)]
    if tree is not None:
        if len(listed) > tree.left:
            raise _TooMany
        tree.left -= len(listed)
    return sorted(listed, key=lambda one: (natural(one[0]), one[0]))


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_symlink():
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "not_a_file"
    except OSError:  # gone meanwhile: reading it will say so
        return "file"


def too_deep(name: str) -> Message:
    """What is said of a folder at the deepest level."""
    return message("collecting.too_deep", name=shown(name), limit=DEPTH_CAP)


def _closed(name: str, error: OSError) -> Message:
    return message("collecting.folder_closed", name=shown(name), reason=error.strerror or "?")


# ---------------------------------------------------------------- one file


@contextmanager
def opened(root: Path, parts: tuple[str, ...]) -> Iterator[tuple[int, os.stat_result]]:
    """A handle of one regular file and its status, opened step by step from ``root`` so that no link is followed.

    Raises NotReadable for links, special files, files with a second hard link, and for errors of the disk
    while the file is open.
    """
    name = parts[-1]
    handles: list[int] = []
    try:
        handles.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for part in parts[:-1]:
            handles.append(os.open(part, FOLDER_FLAGS, dir_fd=handles[-1]))
        # Before it is opened: to open a device can already do something.
        _must_be_plain(name, os.stat(name, dir_fd=handles[-1], follow_symlinks=False))
        handles.append(os.open(name, FILE_FLAGS, dir_fd=handles[-1]))
        status = os.fstat(handles[-1])
        _must_be_plain(name, status)
        yield handles[-1], status
    except OSError as error:
        why = message("collecting.cannot_open", name=shown(name), reason=error.strerror or "?")
        raise NotReadable(why) from error
    finally:
        for handle in handles:
            os.close(handle)


def _must_be_plain(name: str, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise NotReadable(message("collecting.link", name=shown(name)))
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable(message("collecting.not_a_file", name=shown(name)))
    if status.st_nlink > 1:
        raise NotReadable(message("collecting.hard_link", name=shown(name)))


def within(name: str, size: int, cap: int) -> None:
    """Raises NotReadable when a file has more than ``cap`` bytes."""
    if size > cap:
        why = message("collecting.too_large", name=shown(name), size=-(-size // MB), limit=cap // MB)
        raise NotReadable(why)


def read_head(root: Path, parts: tuple[str, ...], size: int) -> bytes:
    """The first bytes of one regular file. Raises NotReadable as ``opened`` does."""
    with opened(root, parts) as (handle, _):
        return os.pread(handle, size, 0)


def read_below(root: Path, parts: tuple[str, ...], cap: int = FILE_CAP) -> bytes:
    """The bytes of one regular file. Raises NotReadable as ``opened`` does, for files over ``cap`` bytes, and for
    those that change while they are read.
    """
    with opened(root, parts) as (handle, status):
        within(parts[-1], status.st_size, cap)
        with open(handle, "rb", closefd=False) as file:
            content = file.read(status.st_size + 1)
    if len(content) != status.st_size:
        raise NotReadable(message("collecting.changed", name=shown(parts[-1])))
    return content
