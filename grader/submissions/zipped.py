"""Hand-ins in a zip: found in its directory and read one by one into memory; nothing is ever extracted.

A zip may hold a class (the first path part is the student, as in a folder) or what one student hands in.
Zips within zips are files like any other: they are never opened.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """Where a zip lies, and which file it was when its directory was read."""

    root: Path
    parts: tuple[str, ...]
    status: os.stat_result

    @property
    def name(self) -> str:
        return self.parts[-1]

    def read(self, entry: Entry, cap: int) -> bytes:
        """The bytes of one of its files, at most ``cap``. Raises NotReadable; Damaged when the zip lies."""
        member = entry.member
        if entry.why is not None or member is None:
            raise NotReadable(entry.why or message("collecting.zip_damaged", name=_shown(self.name)))
        within(_shown(entry.name), member.size, cap)
        with opened(self.root, self.parts) as (handle, status):
            if _changed(status, self.status):
                raise NotReadable(message("collecting.changed", name=_shown(self.name)))
            try:
                return zip_rules.content(partial(_read, handle), member)
            except zip_rules.Unusable as error:
                values = {"member": _shown(entry.name), "name": _shown(self.name)}
                raise Damaged(message("collecting.zip_member_damaged", **values)) from error


def of_class(path: Path) -> tuple[Archive, tuple[Entry, ...]]:
    """The zip of a class and its files; one top folder that is named like the zip is passed through.

    Raises NotReadable when the zip as a whole cannot be used.
    """
    archive, entries = _open(path.parent, (path.name,), cap=CLASS_CAP)
    top = _only_folder(entries)
    stem = PurePosixPath(path.name).stem
    if top is not None and _folded(top) in (_folded(stem), _folded(_COPY.sub("", stem))):
        entries = _without(top, entries)
    return archive, _finished(entries)


def of_student(root: Path, parts: tuple[str, ...]) -> tuple[Archive, tuple[Entry, ...]]:
    """One student's zip and its files, their names below that of the zip; a single top folder is passed through.

    Raises NotReadable when the zip as a whole cannot be used.
    """
    archive, entries = _open(root, parts, cap=ENTRIES_CAP, size_cap=TOTAL_CAP)
    top = _only_folder(entries)
    if top is not None:
        entries = _without(top, entries)
    below = [replace(entry, parts=(archive.name, *entry.parts)) for entry in entries]
    return archive, _finished(below)


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
    with opened(root, parts) as (handle, status):
        if size_cap is not None:
            within(parts[-1], status.st_size, size_cap)
        try:
            members = zip_rules.members(partial(_read, handle), status.st_size, cap=cap)
        except zip_rules.Unusable as error:
            raise NotReadable(_unusable(parts[-1], error, cap)) from error
    archive = Archive(root=root, parts=parts, status=status)
    return archive, [entry for member in members for entry in _entry(member, archive.name)]


def _unusable(name: str, error: zip_rules.Unusable, cap: int) -> Message:
    if error.reason == "too_many":
        return message("collecting.zip_too_many", name=_shown(name), count=error.count, limit=cap)
    return message(f"collecting.zip_{error.reason}", name=_shown(name))


def _entry(member: Member, archive: str) -> Iterable[Entry]:
    """The entry of a member; none for folders and for what systems leave behind."""
    bad = _bad_name(member.name)
    if bad is not None:
        why = message(f"collecting.zip_name_{bad}", name=_shown(archive), member=_shown(member.name))
        yield Entry(parts=_owner(member.name), why=why, member=member, spoils=True)
        return
    parts = tuple(part for part in member.name.split("/") if part not in ("", "."))
    if not member.folder and parts and not any(map(ignored, parts)):
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


def _only_folder(entries: Sequence[Entry]) -> str | None:
    """The folder in which everything lies; names that lead elsewhere have no say in it."""
    rightful = [entry for entry in entries if not entry.spoils]
    tops = {entry.parts[0] for entry in rightful}
    return tops.pop() if len(tops) == 1 and all(len(entry.parts) > 1 for entry in rightful) else None


def _without(top: str, entries: Iterable[Entry]) -> list[Entry]:
    return [
        replace(entry, parts=entry.parts[1:]) if entry.parts[0] == top and len(entry.parts) > 1 else entry
        for entry in entries
    ]


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


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _shown(name: str) -> str:
    """A name that the maker of a zip chose, on one line."""
    return terminal_text(name, SHOWN_NAME)
