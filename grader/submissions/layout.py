"""Which files below a folder, or in a zip, make up one submission.

Every file ends up in exactly one group. A group that nobody would submit (a read-me, a table) is weak: it counts only
when its name is on the roster.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from grader.records import Message, message
from grader.submissions import platform_names
from grader.submissions.intake import Entry, shown
from grader.submissions.modules import outline
from grader.submissions.platform_names import PlatformName
from grader.submissions.source import Source
from grader.untrusted.file_kind import Kind, says_module, says_notebook, stem_of

Reading = Literal["", "class", "student"]
OnRoster = Callable[[str], bool]  # whether somebody of the class has this name
CODE = (Kind.NOTEBOOK, Kind.MODULE, Kind.ZIP)
NO_HELPERS = (Kind.ARCHIVE, Kind.LINK, Kind.COLAB_LINK, Kind.LFS_POINTER, Kind.R_NOTEBOOK, Kind.MARIMO)
STRAY = (Kind.DATA, Kind.UNKNOWN)  # nobody submits these in place of a notebook
READ_ME = ("readme", "read me", "leeme", "léeme", "liesmich")
LISTED = 3  # names in a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The files of one submission, in natural order.

    ``origin`` is its first path part; ``number`` and ``name`` are what a learning platform says of the student.
    """

    student: str
    origin: str
    entries: tuple[Entry, ...]
    number: str = ""
    name: str = ""
    typed: bool = False  # text that was typed into the platform's page, and no file
    weak: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The groups below one folder, and how that folder was read where it could be read otherwise."""

    groups: tuple[Group, ...]
    remarks: tuple[Message, ...] = ()


def lay_out(
    entries: Sequence[Entry], source: Source, *, named: Sequence[str] = (), listed: OnRoster, reading: Reading = ""
) -> Layout:
    """The groups of ``entries``.

    ``named`` are the names of the folder or zip itself: a lone folder in it of the same name is passed through.
    ``listed`` tells whether a name is on the roster; ``reading`` is what the teacher says of the folder.
    """
    if reading == "student" and len(_tops(entries)) > 1:
        whole = tuple(entries)
        return Layout(groups=(_whole(named[-1] if named else "", whole),))
    inner, remarks = _below_lone_folders(list(entries), source, {_folded(name) for name in named}, listed, reading)
    if (
        not remarks
        and reading == ""
        and named
        and not any(map(listed, _stems(inner)))
        and _could_be_student(inner, source)
    ):
        remarks = [_remark("read_as_class", named[-1], inner)]
    return Layout(groups=tuple(_grouped(_below_groups(inner, source, listed), source)), remarks=tuple(remarks))


# ---------------------------------------------------------------- lone folders


def lone_folder(entries: Sequence[Entry]) -> str | None:
    """The folder in which everything lies; names that lead elsewhere have no say in it."""
    rightful = [entry for entry in entries if not entry.misnamed]
    tops = {entry.where[0] for entry in rightful}
    return tops.pop() if len(tops) == 1 and all(len(entry.where) > 1 for entry in rightful) else None


def _below_lone_folders(
    entries: list[Entry], source: Source, named: Collection[str], listed: OnRoster, reading: Reading
) -> tuple[list[Entry], list[Message]]:
    """The entries below the lone folders that are no student's, and what there is to say of that."""
    beside, rest = list[Entry](), list[Entry]()
    for entry in entries:
        (beside if len(entry.where) == 1 and _is_stray(entry, source) else rest).append(entry)
    entries = rest
    while (top := lone_folder(entries)) is not None:
        below = without_top(top, entries)
        if reading != "student" and (_folded(top) in named or (reading == "class" and _has_files(below))):
            entries, named, reading = below, (), ""
            continue
        student = reading == "student" or listed(top) or _is_moodle(top)
        if student or not is_class(below, source, listed):
            several = not student and _could_be_class(below, source)
            return [*entries, *beside], [_remark("read_as_student", top, below)] if several else []
        unsure = not any(map(listed, _stems(below)))
        inner, remarks = _below_lone_folders(below, source, (), listed, "")
        return [*inner, *beside], [_remark("read_as_class", top, below), *remarks] if unsure else remarks
    return [*entries, *beside], []


def _is_stray(entry: Entry, source: Source) -> bool:
    """Whether a file that lies beside submissions is none by itself: a table, a read-me."""
    return not promises(entry) and _is_weak({source.kind(entry)}, entry.where[0], True)


def _is_moodle(name: str) -> bool:
    known = platform_names.parse(name)
    return known is not None and known.platform == "moodle"


def _has_files(entries: Sequence[Entry]) -> bool:
    return any(not entry.misnamed for entry in entries)


def is_class(below: Sequence[Entry], source: Source, listed: OnRoster) -> bool:
    """Whether the work of several students lies in a lone folder or zip."""
    below = [entry for entry in below if not entry.misnamed]
    inner = lone_folder(below)
    if inner is not None and not listed(inner):
        return is_class(without_top(inner, below), source, listed)
    tops = _tops(below)
    if any(listed(stem_of(name)) or _is_moodle(name) for name in tops):
        return True
    return _has_several(below, source) or len(platform_names.of_class(tops)) > 1 or _lone_modules(below, source)


def _has_several(below: Iterable[Entry], source: Source) -> bool:
    """Whether two notebooks, folders with a notebook or zips lie side by side; no more is looked at than that needs."""
    tops: dict[Kind, set[str]] = {Kind.NOTEBOOK: set(), Kind.ZIP: set()}
    for entry in below:
        alike = tops.get(source.kind(entry))
        if alike is not None:
            alike.add(entry.where[0])
            if len(alike) > 1:
                return True
    return False


def _could_be_class(below: Sequence[Entry], source: Source) -> bool:
    """Whether a folder that is read as one submission holds several things that could be submissions."""
    tops = {kind: {entry.where[0] for entry in below if source.kind(entry) is kind} for kind in (*CODE, *NO_HELPERS)}
    if len(tops[Kind.NOTEBOOK] | tops[Kind.ZIP] or tops[Kind.MODULE]) > 1 or any(tops[kind] for kind in NO_HELPERS):
        return True
    text = "".join(source.text(entry) for entry in below if source.kind(entry) is Kind.NOTEBOOK)
    return bool(text) and not all(stem_of(module) in text for module in tops[Kind.MODULE])


def _could_be_student(entries: Sequence[Entry], source: Source) -> bool:
    """Whether all that lies side by side could be one student's: a notebook with modules, or modules of one program."""
    notebooks, modules = 0, list[Entry]()
    for entry in entries:
        kind = source.kind(entry)
        if kind is Kind.MODULE:
            modules.append(entry)
        notebooks += kind in (Kind.NOTEBOOK, Kind.ZIP)
        if notebooks > 1 or (kind in CODE and len(entry.where) > 1):
            return False
    if not modules:
        return False
    return notebooks == 1 or (len(modules) > 1 and not _lone_modules(modules, source))


def _lone_modules(below: Sequence[Entry], source: Source) -> bool:
    """Whether modules lie side by side and none of them imports another: several students, not one with helpers."""
    modules = [entry for entry in below if source.kind(entry) is Kind.MODULE]
    if len(modules) < 2 or any(len(entry.where) > 1 for entry in below):
        return False
    stems = {stem_of(entry.name) for entry in modules}
    return not any(stems & outline(source.text(entry)).imports for entry in modules)


def _remark(key: str, top: str, below: Sequence[Entry]) -> Message:
    tops = _tops(below)
    names = [shown(name) for name in tops[:LISTED]] + (["…"] if len(tops) > LISTED else [])
    return message(f"collecting.{key}", name=shown(top), names=names, count=len(tops))


def _below_groups(entries: list[Entry], source: Source, listed: OnRoster) -> list[Entry]:
    """The entries with folders of groups passed through.

    Only where nobody of the roster lies beside them, and everybody in them is on it: else a student could name folders
    after others.
    """
    by_top = _by_top(entries)
    if any(listed(stem_of(top)) or _is_moodle(top) for top in by_top):
        return entries
    found: list[Entry] = []
    for top, inside in by_top.items():
        below = without_top(top, inside)
        students = _by_top(below) if all(len(entry.where) > 1 for entry in inside) else {}
        everybody = all(
            listed(stem_of(name)) and any(source.kind(entry) in CODE for entry in own) for name, own in students.items()
        )
        found += below if students and everybody else inside
    return found


def _by_top(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    by_top: dict[str, list[Entry]] = {}
    for entry in entries:
        by_top.setdefault(entry.where[0], []).append(entry)
    return by_top


# ---------------------------------------------------------------- groups


def _grouped(entries: Iterable[Entry], source: Source) -> Iterable[Group]:
    by_place: dict[tuple[str, ...], list[Entry]] = {}  # by the first part of the place and all that lies above it
    for entry in entries:
        by_place.setdefault(entry.parts[: len(entry.parts) - len(entry.where) + 1], []).append(entry)
    platforms = platform_names.of_class([place[-1] for place in by_place])
    students: dict[tuple[str, ...], list[tuple[str, Entry]]] = {}
    for place, inside in by_place.items():
        known = platforms.get(place[-1])
        owner = place if known is None else (*place[:-1], known.platform, known.number, known.name)
        students.setdefault(owner, []).extend((place[-1], _placed(entry, known)) for entry in inside)
    for several in students.values():
        group = _group(_apart(several), several[0][0], platforms.get(several[0][0]), source)
        typed = all(top in platforms and platforms[top].typed for top, _ in several)
        yield replace(group, typed=typed)


def _apart(several: Sequence[tuple[str, Entry]]) -> list[Entry]:
    """The entries of one student. Those of one name, out of two folders, keep the folders' names."""
    names = Counter(entry.place for _, entry in several)
    if max(names.values()) == 1:
        return [entry for _, entry in several]
    return [replace(entry, place=(top, *entry.place)) for top, entry in several]


def _whole(name: str, entries: tuple[Entry, ...]) -> Group:
    """Everything as one submission, under the name of the folder or zip."""
    known = platform_names.parse(name)
    if known is None:
        return Group(student=as_text(stem_of(name)), origin=name, entries=entries)
    return _of_platform(known, name, entries)


def _of_platform(known: PlatformName, origin: str, entries: Iterable[Entry]) -> Group:
    name = as_text(known.name)
    student = f"{name} ({known.number})"
    return Group(student=student, origin=origin, entries=tuple(entries), number=known.number, name=name)


def _placed(entry: Entry, known: PlatformName | None) -> Entry:
    """The entry with its place in the submission: without the student's folder, or the platform's prefix."""
    place = entry.where
    if len(place) > 1:
        return replace(entry, place=place[1:])
    return replace(entry, place=(known.file or place[0],)) if known is not None else replace(entry, place=place)


def _group(entries: Sequence[Entry], top: str, known: PlatformName | None, source: Source) -> Group:
    alone = len(entries) == 1 and entries[0].place == (top,)
    if known is not None:
        return _of_platform(known, top, entries)
    weak = not any(promises(entry) for entry in entries) and _is_weak(
        {source.kind(entry) for entry in entries}, top, alone
    )
    return Group(student=as_text(stem_of(top) if alone else top), origin=top, entries=tuple(entries), weak=weak)


def promises(entry: Entry) -> bool:
    """Whether a file is somebody's by its name alone, or because there is something to say of it."""
    return says_notebook(entry.name) or says_module(entry.name) or entry.why is not None


def _is_weak(kinds: Collection[Kind], top: str, alone: bool) -> bool:
    readme = alone and _folded(top).startswith(READ_ME)
    return set(kinds) <= set(STRAY) or (readme and not set(kinds) & set(CODE))


# ---------------------------------------------------------------- names


def without_top(top: str, entries: Iterable[Entry]) -> list[Entry]:
    """The entries with the first part of their place taken away, where it is ``top``."""
    return [
        replace(entry, place=entry.where[1:]) if entry.where[0] == top and len(entry.where) > 1 else entry
        for entry in entries
    ]


def as_text(name: str) -> str:
    """A file name in Unicode NFC; bytes that are not UTF-8 are shown as their codes."""
    encoded = unicodedata.normalize("NFC", name).encode("utf-8", "surrogateescape")
    return encoded.decode("utf-8", "backslashreplace")


def _tops(entries: Iterable[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.where[0] for entry in entries))


def _stems(entries: Iterable[Entry]) -> list[str]:
    return [stem_of(name) for name in _tops(entries)]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", PurePosixPath(name).name).casefold()
