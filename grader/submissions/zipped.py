"""Hand-ins in a zip: found in its directory and read one by one into memory; nothing is ever extracted.

A zip may hold a class or what one student submits. In the zip of a class the zips of students are opened too; deeper
ones are files like any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from grader.records import Message, message
from grader.submissions.intake import (
    DEPTH_CAP,
    ENTRIES_CAP,
    MB,
    SHOWN_NAME,
    TOTAL_CAP,
    Damaged,
    Entry,
    NotReadable,
    ignored,
    in_order,
    opened,
    too_deep,
    within,
)
from grader.untrusted import zip as zip_rules
from grader.untrusted.text import terminal_text
from grader.untrusted.zip import Member

CLASS_CAP = 50_000  # members of the zip of a class
RATIO_CAP = 100  # of what is claimed to what is stored, above TOTAL_CAP
NAME_CAP = 255  # bytes of one part of a path: what disks take

_DRIVE = re.compile(r"[A-Za-z]:")
_COPY = re.compile(r" ?\(\d+\)$")  # what browsers add to a second download


Access = Callable[[], AbstractContextManager[tuple[zip_rules.Read, int]]]  # how to read it, and its size


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """A zip on the disk or in memory. ``nested``: it lay in another one, so no further one is opened."""

    name: str
    access: Access
    nested: bool = False

    def read(self, entry: Entry, cap: int) -> bytes:
        """The bytes of one of its files, at most ``cap``. Raises NotReadable; Damaged when the zip lies."""
        member = self._member(entry)
        within(_shown(entry.name), member.size, cap)
        return self._unpacked(entry, lambda read: zip_rules.content(read, member))

    def head(self, entry: Entry, size: int) -> bytes:
        """The first bytes of one of its files, unchecked, without unpacking the rest. Raises NotReadable, Damaged."""
        member = self._member(entry)
        return self._unpacked(entry, lambda read: zip_rules.head(read, member, size))

    def _member(self, entry: Entry) -> Member:
        if entry.why is not None or entry.member is None:
            raise NotReadable(entry.why or message("collecting.zip_damaged", name=_shown(self.name)))
        return entry.member

    def _unpacked(self, entry: Entry, unpack: Callable[[zip_rules.Read], bytes]) -> bytes:
        with self.access() as (read, _):
            try:
                return unpack(read)
            except zip_rules.Unusable as error:
                values = {"member": _shown(entry.name), "name": _shown(self.name)}
                raise Damaged(message("collecting.zip_member_damaged", **values)) from error


def of_class(path: Path) -> tuple[Archive, tuple[Entry, ...]]:
    """The zip of a class and its files. Raises NotReadable when the zip as a whole cannot be used."""
    archive, entries = _open(path.parent, (path.name,), cap=CLASS_CAP)
    return archive, _finished(entries)


def of_student(root: Path, parts: tuple[str, ...]) -> tuple[Archive, tuple[Entry, ...]]:
    """One student's zip and its files. Raises NotReadable when the zip as a whole cannot be used."""
    archive, entries = _open(root, parts, cap=ENTRIES_CAP, size_cap=TOTAL_CAP)
    return archive, _finished(entries)


def in_memory(name: str, content: bytes) -> tuple[Archive, tuple[Entry, ...]]:
    """A zip that lay in the zip of a class, and its files. Raises NotReadable when it cannot be used."""
    archive = Archive(name=name, access=partial(_from_bytes, content), nested=True)
    return archive, _finished(_listed(archive, cap=ENTRIES_CAP))


def names_of_copies(name: str) -> tuple[str, str]:
    """What the folder in a zip of this name can be called: like the zip, also when a browser numbered the download."""
    stem = PurePosixPath(name).stem
    return stem, _COPY.sub("", stem)


def refusal(archive: Archive, entries: Sequence[Entry]) -> Message | None:
    """Why one student's files out of a zip are not read at all; None when each may be tried."""
    name = _shown(archive.name)
    for entry in entries:
        if entry.spoils:
            return entry.why
    places = set[tuple[str, ...]]()
    for entry in entries:
        if entry.parts in places:
            return message("collecting.zip_twice", name=name, member=_shown(entry.name))
        places.add(entry.parts)
    members = [entry.member for entry in entries if entry.member is not None]
    size, packed = sum(member.size for member in members), sum(member.packed for member in members)
    if size > TOTAL_CAP and size > RATIO_CAP * packed:
        return message("collecting.zip_bomb", name=name, size=size // MB, packed=packed / MB)
    return None


# ---------------------------------------------------------------- from the directory


def _open(root: Path, parts: tuple[str, ...], *, cap: int, size_cap: int | None = None) -> tuple[Archive, list[Entry]]:
    with opened(root, parts) as (_, status):
        if size_cap is not None:
            within(parts[-1], status.st_size, size_cap)
    archive = Archive(name=parts[-1], access=partial(_from_disk, root, parts, status))
    return archive, _listed(archive, cap=cap)


@contextmanager
def _from_disk(root: Path, parts: tuple[str, ...], then: os.stat_result) -> Iterator[tuple[zip_rules.Read, int]]:
    with opened(root, parts) as (handle, status):
        if _changed(status, then):
            raise NotReadable(message("collecting.changed", name=_shown(parts[-1])))
        yield partial(_read, handle), status.st_size


@contextmanager
def _from_bytes(content: bytes) -> Iterator[tuple[zip_rules.Read, int]]:
    yield lambda offset, size: content[offset : offset + size], len(content)


def _listed(archive: Archive, *, cap: int) -> list[Entry]:
    with archive.access() as (read, size):
        try:
            members = zip_rules.members(read, size, cap=cap)
        except zip_rules.Unusable as error:
            raise NotReadable(_unusable(archive.name, error, cap)) from error
    # PowerShell 5 packs with the separators of Windows, and with them alone.
    of_windows = not any("/" in member.name for member in members)
    return [entry for member in members for entry in _entry(member, archive.name, of_windows)]


def _unusable(name: str, error: zip_rules.Unusable, cap: int) -> Message:
    if error.reason == "too_many":
        return message("collecting.zip_too_many", name=_shown(name), count=error.count, limit=cap)
    return message(f"collecting.zip_{error.reason}", name=_shown(name))


def _entry(member: Member, archive: str, of_windows: bool) -> Iterable[Entry]:
    """The entry of a member; none for folders and for what systems leave behind."""
    name = member.name.replace("\\", "/") if of_windows else member.name
    bad = _bad_name(name)
    if bad is not None:
        why = message(f"collecting.zip_name_{bad}", name=_shown(archive), member=_shown(member.name))
        yield Entry(parts=_owner(name), why=why, member=member, spoils=True)
        return
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if not name.endswith("/") and parts and not any(map(ignored, parts)):
        unread = _unread(member, archive)
        yield Entry(parts=parts, why=unread, member=member, spoils=unread is not None)


def _bad_name(name: str) -> str | None:
    """What is wrong with a name: the end of a key of texts."""
    if "\0" in name:
        return "nul"
    if name.startswith("/") or ".." in name.replace("\\", "/").split("/") or _DRIVE.match(name):
        return "outside"
    if "\\" in name:
        return "backslash"
    long = any(len(part.encode()) > NAME_CAP for part in name.split("/"))
    return "long" if long else None


def _owner(name: str) -> tuple[str, ...]:
    """The student's name and the rest of a bad name; when the name has no usable beginning, all of it in one part.

    A name such as ``../ana/P1.ipynb`` costs whoever it is, and never ana.
    """
    first, _, rest = name.partition("/")
    usable = first not in ("", ".") and rest and _bad_name(first) is None
    return (first, rest[:NAME_CAP]) if usable else (name[:NAME_CAP],)


def _unread(member: Member, archive: str) -> Message | None:
    if member.ordinary and not member.encrypted and member.method in (zip_rules.STORED, zip_rules.DEFLATED):
        return None
    values = {"name": _shown(archive), "member": _shown(member.name)}
    if not member.ordinary:
        return message("collecting.zip_link", **values)
    if member.encrypted:
        return message("collecting.zip_encrypted", **values)
    return message("collecting.zip_method", method=member.method, **values)


def _finished(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries in natural order; of what lies too deep, the folder at the deepest level."""
    deep = {entry.parts[:DEPTH_CAP] for entry in entries if len(entry.parts) > DEPTH_CAP}
    finished = [entry for entry in entries if len(entry.parts) <= DEPTH_CAP]
    finished += [Entry(parts=parts, why=too_deep(_shown(parts[-1]))) for parts in deep]
    return tuple(sorted(finished, key=lambda entry: (in_order(entry.parts), entry.parts)))


# ---------------------------------------------------------------- small things


def _read(handle: int, offset: int, size: int) -> bytes:
    return os.pread(handle, size, offset)


def _changed(now: os.stat_result, then: os.stat_result) -> bool:
    return not os.path.samestat(now, then) or (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns)


def _shown(name: str) -> str:
    """A name that the maker of a zip chose, on one line."""
    return terminal_text(name, SHOWN_NAME)
