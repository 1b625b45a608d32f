"""Submissions in a folder or a zip: whose they are. Nothing of them is read yet but what tells one file from another.

The student's id is that of the roster when there is one, else what a platform calls the student, else the first path
part below the folder without its ending, in Unicode NFC. File times are never used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from grader import texts
from grader.errors import CollectError
from grader.records import Message, NotGraded, message
from grader.submissions import platform_names, zipped
from grader.submissions.choice import Untouched, code_hash, is_name_of_exercise
from grader.submissions.intake import Entry, NotReadable, natural, shown, walk
from grader.submissions.layout import CODE, Group, Layout, OnRoster, Reading, as_text, is_class, lay_out, promises
from grader.submissions.matching import Claim, Index, Match, Matching, enough, match
from grader.submissions.roster import Person
from grader.submissions.source import Source
from grader.untrusted.file_kind import Kind, stem_of
from grader.untrusted.text import as_codes

EXAMPLES = 3  # names of each side in an error


@dataclass(frozen=True, kw_only=True, slots=True)
class HandIn:
    """Where one student's files lie; nothing has been read yet.

    ``refused``: why nothing will be read. ``of_class``: the archive of its source is that of a class. ``typed``: it is
    text that was typed into a page of the platform. ``match`` is the person of the roster; ``ambiguous`` are ids of
    which nobody can tell which one is meant.
    """

    student: str
    source: Source
    entries: tuple[Entry, ...]
    origin: str
    refused: Message | None = None
    of_class: bool = False
    typed: bool = False
    match: Match | None = None
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The submissions below some paths, the files that are none, and how the folder was read."""

    hand_ins: tuple[HandIn, ...]
    not_graded: tuple[NotGraded, ...] = ()
    remarks: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Collected:
    """The groups of all paths, before it is known who they are."""

    groups: list[tuple[Group, HandIn]] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)


def find(
    paths: Sequence[Path],
    *,
    roster: Path | None = None,
    people: Mapping[str, Person] | None = None,
    reading: Reading = "",
    exercise: str = "",
    untouched: Untouched = lambda _: False,
) -> Found:
    """The submissions below ``paths`` (folders or zips of submissions, or single files), in natural order of student.

    ``untouched`` tells handouts of the exercise: one that lies among the submissions is none.
    Raises CollectError when a path does not exist or cannot be used, when nothing at all is found, and when fewer than
    half of the submissions belong to somebody on the roster.
    """
    collected, index = _Collected(), Index(people) if people else None
    listed = _on_roster(index)
    for path in paths:
        try:
            _collect(path, collected, roster, listed, reading)
        except OSError as error:
            raise CollectError(f"{path}: this cannot be read ({error.strerror}); check that you may open it") from error
    hand_ins, stray = _matched(
        collected.groups, people or {}, index, lambda hand_in: _is_handout(hand_in, exercise, untouched)
    )
    if not hand_ins:
        places = ", ".join(map(str, paths))
        raise CollectError(f"{places}: no notebook (.ipynb) or module (.py) found; is this the right folder?")
    return Found(
        hand_ins=tuple(sorted(hand_ins, key=lambda hand_in: natural(hand_in.student))),
        not_graded=tuple(sorted(_not_graded(stray, bool(people)), key=lambda left: natural(left.path))),
        remarks=tuple(collected.remarks),
    )


# ---------------------------------------------------------------- from folders and zips


def _collect(path: Path, collected: _Collected, roster: Path | None, listed: OnRoster, reading: Reading) -> None:
    if path.is_dir():
        place, here = roster.resolve() if roster is not None else None, path.resolve()
        entries = [entry for entry in walk(path) if here.joinpath(*entry.parts) != place]
        source = Source(root=path)
        if not reading and listed(here.name) and not _names_others(entries, listed, source):
            reading = "student"  # of whom the teacher named the folder
        laid = lay_out(entries, source, named=(here.name,), listed=listed, reading=reading)
        if (archive := _lone_zip(path, laid, source, listed, reading)) is not None:
            _collect(archive, collected, roster, listed, reading)
            laid = replace(laid, groups=tuple(group for group in laid.groups if group.weak))
        _add(collected, laid, source)
    elif not path.exists() and not path.is_symlink():
        raise CollectError(f"{path}: there is no such file or folder; name the folder of the students' notebooks")
    elif path.suffix.lower() == ".zip":
        _collect_zip(path, collected, listed, reading)
    else:
        source = Source(root=path.parent)
        entry = Entry(parts=(path.name,), place=(path.name,))
        if source.kind(entry) is Kind.DATA:
            raise CollectError(
                f"{path}: this is a table or data, not a submission; a class list is given with --roster"
            )
        group = Group(student=as_text(stem_of(path.name)), origin=path.name, entries=(entry,))
        _add(collected, Layout(groups=(group,)), source)


def _collect_zip(path: Path, collected: _Collected, listed: OnRoster, reading: Reading) -> None:
    try:
        archive, entries = zipped.of_class(path)
    except NotReadable as unreadable:
        raise _unusable(path, unreadable.why) from unreadable
    source = Source(root=path.parent, archive=archive)
    laid = lay_out(entries, source, named=zipped.names_of_copies(path.name), listed=listed, reading=reading)
    reasons = [zipped.refusal(archive, group.entries) for group in laid.groups]
    first = next((reason for reason in reasons if reason is not None), None)
    if first is not None and all(reasons):
        raise _unusable(path, first)
    _add(collected, laid, source, reasons)


def _names_others(entries: Iterable[Entry], listed: OnRoster, source: Source) -> bool:
    """Whether a folder that is named like a student holds what a class would: names of others, zips."""
    return any(
        listed(name) or platform_names.parse(name) is not None or source.kind(entry) is Kind.ZIP
        for entry in entries
        for name in (*entry.parts, stem_of(entry.name))
    )


def _lone_zip(path: Path, laid: Layout, source: Source, listed: OnRoster, reading: Reading) -> Path | None:
    """The zip of a class that lies alone in a folder; None when there is none, or when it is one student's."""
    strong = [group for group in laid.groups if not group.weak]
    if len(strong) != 1 or len(strong[0].entries) != 1 or strong[0].number or reading == "student":
        return None
    (entry,) = strong[0].entries
    if entry.why is not None or source.kind(entry) is not Kind.ZIP or listed(strong[0].student):
        return None
    inner = path.joinpath(*entry.parts)
    try:
        archive, entries = zipped.of_class(inner)
    except NotReadable:
        return None  # its card will say so
    if any(one.spoils for one in entries):
        return None
    several = is_class(entries, Source(root=inner.parent, archive=archive), listed)
    return inner if several or (reading == "class" and entries) else None


def _add(collected: _Collected, laid: Layout, source: Source, reasons: Sequence[Message | None] | None = None) -> None:
    collected.remarks += laid.remarks
    for group, refused in zip(laid.groups, reasons or [None] * len(laid.groups), strict=True):
        hand_in = HandIn(
            student=group.student,
            source=source,
            entries=group.entries,
            origin=group.origin,
            refused=refused,
            of_class=source.archive is not None,
            typed=group.typed,
        )
        collected.groups.append((group, hand_in))


def _unusable(path: Path, why: Message) -> CollectError:
    return CollectError(f"{path}: {texts.render(why, 'en')}")


def _not_graded(stray: Iterable[HandIn], has_roster: bool) -> Iterator[NotGraded]:
    for hand_in in stray:
        for entry in hand_in.entries:
            yield NotGraded(path=_path(hand_in, entry), why=_why_not(hand_in.source.kind(entry), entry, has_roster))


def _why_not(kind: Kind, entry: Entry, has_roster: bool) -> Message:
    of_nobody = "collecting.stranger" if has_roster else "collecting.stray"
    return message("collecting.handout" if kind is Kind.NOTEBOOK else of_nobody, name=shown(entry.name))


def _path(hand_in: HandIn, entry: Entry) -> str:
    archive = hand_in.source.archive
    return "/".join((archive.name, *entry.parts) if archive is not None else entry.parts)


# ---------------------------------------------------------------- whose they are


def _on_roster(people: Index | None) -> OnRoster:
    """Tells whether a name of a folder, or of a file without its ending, is somebody's on the roster."""
    if people is None:
        return lambda name: False
    return lru_cache(maxsize=None)(lambda name: people.find(_claim(name)) is not None)


def _claim(name: str) -> Claim:
    known = platform_names.parse(name)
    return Claim(student=as_text(name), **({"number": known.number, "name": known.name} if known is not None else {}))


def _is_handout(hand_in: HandIn, exercise: str, untouched: Untouched) -> bool:
    """Whether it is nothing but the handout, which a teacher keeps beside the submissions."""
    if len(hand_in.entries) != 1 or not is_name_of_exercise(hand_in.origin, exercise):
        return False
    try:
        content = hand_in.source.read(hand_in.entries[0])
    except NotReadable:
        return False
    return untouched(code_hash(hand_in.entries[0].name, content))


def _matched(
    groups: Sequence[tuple[Group, HandIn]],
    people: Mapping[str, Person],
    index: Index | None,
    is_handout: Callable[[HandIn], bool],
) -> tuple[list[HandIn], list[HandIn]]:
    """The submissions, under the ids of the roster, and what counts as none. Raises CollectError."""
    if index is None:
        sure = [not group.weak and not is_handout(hand_in) for group, hand_in in groups]
        strong = [hand_in for (_, hand_in), counts in zip(groups, sure, strict=True) if counts]
        return strong, [hand_in for (_, hand_in), counts in zip(groups, sure, strict=True) if not counts]
    claims = [Claim(student=group.student, number=group.number, name=group.name) for group, _ in groups]
    found = match(claims, index)
    hand_ins, stray, counted = list[HandIn](), list[HandIn](), list[int]()
    for number, (group, hand_in) in enumerate(groups):
        nobody = number not in found.matched and number not in found.ambiguous
        if nobody and not group.number and (group.weak or not _may_be_work(hand_in) or is_handout(hand_in)):
            stray.append(hand_in)
        else:
            counted.append(number)
            hand_ins.append(_with_person(hand_in, found, number))
    _check_enough(counted, groups, found, people)
    return hand_ins, stray


def _may_be_work(hand_in: HandIn) -> bool:
    """Whether there is a notebook, a module or a zip in it, or something that could not be looked at."""
    return any(promises(entry) or hand_in.source.kind(entry) in CODE for entry in hand_in.entries)


def _with_person(hand_in: HandIn, found: Matching, number: int) -> HandIn:
    matched = found.matched.get(number)
    if matched is None:
        return replace(hand_in, ambiguous=found.ambiguous.get(number, ()))
    return replace(hand_in, student=matched.person.id, match=matched)


def _check_enough(
    counted: Sequence[int], groups: Sequence[tuple[Group, HandIn]], found: Matching, people: Mapping[str, Person]
) -> None:
    """Raises CollectError when fewer than half of the submissions belong to somebody on the roster."""
    if enough(found, len(counted)):
        return
    there = [as_codes(groups[number][0].student) for number in counted if number not in found.matched]
    ids = [as_codes(student) for student in people]
    raise CollectError(
        f"only {len(found.matched)} of {len(counted)} submissions belong to somebody on the roster, so nothing was run."
        f" The folder has {_examples(there)}; the roster has {_examples(ids)}. Is it the roster of another class? If"
        " the ids stand in another column, name it with --id-column; if all this is one student's, use --student"
    )


def _examples(names: Sequence[str]) -> str:
    return ", ".join(names[:EXAMPLES]) + (", ..." if len(names) > EXAMPLES else "")
