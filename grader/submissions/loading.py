"""One submission, read: its bytes, which file of it is graded, and what there is to say of the others."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from grader.records import Message, Problem, Submission, message
from grader.submissions import zipped
from grader.submissions.choice import Candidate, Choice, Untouched, choose_module, choose_notebook, last
from grader.submissions.folder import HandIn
from grader.submissions.intake import FILE_CAP, FILES_CAP, MB, TOTAL_CAP, Damaged, Entry, NotReadable, shown
from grader.submissions.layout import NO_HELPERS, lone_folder, without_top
from grader.submissions.source import Source, kind_of_start
from grader.untrusted import file_kind
from grader.untrusted.file_kind import HEAD, Kind, says_notebook
from grader.untrusted.text import terminal_text

ZIPS_CAP = 5  # of one submission that are tried
NOTICES_CAP = 10  # sentences on files that were not read
NESTED_CAP = 32 * MB  # of a zip in the zip of a class: it is held in memory while its files are read


def load(hand_in: HandIn, exercise: str, untouched: Untouched = lambda _: False) -> Submission:
    """The submission with its bytes. What cannot be read becomes a problem or a notice, never an exception.

    ``untouched`` tells whether code with a hash (``choice.code_hash``) is that of a handout.
    """
    if hand_in.refused is not None:
        return _problem(hand_in, exercise, Problem(ended="refused", why=hand_in.refused))
    by_kind, contents = _sorted(hand_in)
    notebooks, modules, zips = (by_kind.get(kind, []) for kind in (Kind.NOTEBOOK, Kind.MODULE, Kind.ZIP))
    archive = hand_in.source.archive
    if not notebooks and not modules and zips and (archive is None or (not archive.nested and hand_in.of_class)):
        return _load_zips(hand_in, exercise, zips, untouched)
    if not notebooks and not modules:  # a notebook by name alone: its card will say what is wrong
        notebooks = [entry for entry in by_kind.get(Kind.UNKNOWN, []) if says_notebook(entry.name)]
    if not notebooks and not modules:
        return _problem(hand_in, exercise, _why_nothing_runs(hand_in))

    def reading(entry: Entry) -> Candidate:
        return Candidate(entry=entry, read=lambda: contents.get(entry.parts) or _content(hand_in, entry))

    candidates = [reading(entry) for entry in notebooks or modules]
    try:
        choice = choose_notebook(candidates, exercise, untouched) if notebooks else choose_module(candidates, exercise)
        doubtful = [] if notebooks else _in_place_of_a_notebook(by_kind)
        return _chosen(hand_in, exercise, choice, notebooks, doubtful)
    except NotReadable as unreadable:
        return _problem(hand_in, exercise, Problem(ended="refused", why=unreadable.why))


def _why_nothing_runs(hand_in: HandIn) -> Problem:
    """Why there is neither a notebook nor a module: an archive that lies, or what was submitted instead."""
    try:
        for entry in hand_in.entries:
            if says_notebook(entry.name) and entry.why is None and hand_in.source.archive is not None:
                hand_in.source.read(entry)
    except Damaged as damaged:
        return Problem(ended="refused", why=damaged.why)
    except NotReadable:
        pass
    return Problem(ended="unreadable", why=_instead(hand_in))


def _in_place_of_a_notebook(by_kind: Mapping[Kind, Sequence[Entry]]) -> list[Entry]:
    """Files beside a module that may be what was meant: zips, links, empty notebooks and those in other languages."""
    return [
        entry
        for kind, entries in by_kind.items()
        for entry in entries
        if kind in (Kind.ZIP, *NO_HELPERS) or (kind is not Kind.MODULE and says_notebook(entry.name))
    ]


def _sorted(hand_in: HandIn) -> tuple[dict[Kind, list[Entry]], dict[tuple[str, ...], bytes]]:
    """The files of a submission by their kind; and the bytes of a lone one, which need not be read twice."""
    by_kind: dict[Kind, list[Entry]] = {}
    contents: dict[tuple[str, ...], bytes] = {}
    for entry in hand_in.entries:
        kind = None
        if len(hand_in.entries) == 1 and says_notebook(entry.name):
            with suppress(NotReadable):
                content = contents[entry.parts] = hand_in.source.read(entry, FILE_CAP)
                kind = kind_of_start(entry.name, content[:HEAD])
        by_kind.setdefault(kind or hand_in.source.kind(entry), []).append(entry)
    return by_kind, contents


def _chosen(
    hand_in: HandIn, exercise: str, choice: Choice, notebooks: Sequence[Entry], doubtful: Sequence[Entry]
) -> Submission:
    """The submission whose file to grade is known. Raises NotReadable."""
    chosen = choice.chosen.entry
    content = choice.chosen.read()
    files = {chosen.relative: content if content is not None else hand_in.source.read(chosen)}
    beside, notices = _files_beside(hand_in, chosen, notebooks)
    files.update(beside)
    rivals = [rival.entry for rival in choice.rivals] + list(doubtful)
    return Submission(
        student=hand_in.student,
        exercise=exercise,
        files=files,
        entry=chosen.relative,
        others=tuple(entry.relative for entry in hand_in.entries if entry.relative not in files),
        rivals=tuple(entry.relative for entry in rivals),
        origin=hand_in.origin,
        sha256=fingerprint(chosen.relative, files, module=not notebooks),
        notices=tuple(notices),
    )


def _content(hand_in: HandIn, entry: Entry) -> bytes | None:
    """The bytes of a candidate; None when they cannot be had. Raises Damaged."""
    try:
        return hand_in.source.read(entry, FILE_CAP)
    except Damaged:
        raise
    except NotReadable:
        return None


def _load_zips(hand_in: HandIn, exercise: str, zips: Sequence[Entry], untouched: Untouched) -> Submission:
    """A submission without a notebook, one of whose zips holds it: the last by name that does."""
    left, found = list(zips), None
    for _ in range(min(len(zips), ZIPS_CAP)):
        chosen = last(left, exercise)
        left.remove(chosen)
        tried = _load_zip(hand_in, exercise, chosen, untouched)
        others = tuple(entry.relative for entry in hand_in.entries if entry is not chosen)
        rivals = tuple(entry.relative for entry in zips if entry is not chosen)
        tried = replace(tried, others=(*tried.others, *others), rivals=(*tried.rivals, *rivals))
        if found is None or tried.problem is None:
            found = tried
        if tried.problem is None:
            break
    assert found is not None  # there is a zip
    return found


def _load_zip(hand_in: HandIn, exercise: str, chosen: Entry, untouched: Untouched) -> Submission:
    """What a zip of a student holds."""
    try:
        if hand_in.source.archive is None:
            archive, entries = zipped.of_student(hand_in.source.root, chosen.parts)
        else:
            archive, entries = zipped.in_memory(chosen.name, hand_in.source.read(chosen, NESTED_CAP))
    except NotReadable as unreadable:
        return replace(
            _problem(hand_in, exercise, Problem(ended="refused", why=unreadable.why)), others=(chosen.relative,)
        )
    top = lone_folder(entries)
    inner = replace(
        hand_in,
        source=Source(root=hand_in.source.root, archive=archive),
        entries=tuple(without_top(top, entries) if top is not None else entries),
        refused=zipped.refusal(archive, entries),
        of_class=False,
    )
    return load(inner, exercise, untouched)


def _problem(hand_in: HandIn, exercise: str, problem: Problem) -> Submission:
    return Submission(
        student=hand_in.student,
        exercise=exercise,
        files={},
        entry=None,
        others=tuple(entry.relative for entry in hand_in.entries),
        origin=hand_in.origin,
        problem=problem,
    )


def fingerprint(entry: str, files: dict[str, bytes], *, module: bool = False) -> str:
    """SHA-256 over the entry's name and every file's name and content; of a lone file only its kind and content.

    Two students who submit the same notebook need one run, whatever each of them called it.
    """
    if len(files) == 1:
        kind = b".py" if module else b".ipynb"
        return hashlib.sha256(kind + b":" + files[entry]).hexdigest()
    digest = hashlib.sha256(entry.encode("utf-8", "surrogateescape"))
    for name in sorted(files):
        label = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b%d:" % (len(label), label, len(files[name])))
        digest.update(files[name])
    return digest.hexdigest()


def _files_beside(hand_in: HandIn, chosen: Entry, notebooks: Sequence[Entry]) -> tuple[dict[str, bytes], list[Message]]:
    """Modules and data of the submission (its code may need them), and what there is to say.

    Raises Damaged when the archive that they lie in cannot be relied on.
    """
    files: dict[str, bytes] = {}
    unread: list[Message] = []
    notices = _twins(hand_in.entries)
    room = TOTAL_CAP
    apart = {chosen.parts, *(entry.parts for entry in notebooks)}
    for entry in hand_in.entries:
        if entry.parts in apart:
            continue
        if len(files) >= FILES_CAP - 1:  # the entry counts too
            notices.append(message("collecting.too_many_files", limit=FILES_CAP))
            break
        try:
            content = hand_in.source.read(entry, room)
        except Damaged:
            raise
        except NotReadable as unreadable:
            unread.append(unreadable.why)
            continue
        files[entry.relative] = content
        room -= len(content)
    if len(unread) > NOTICES_CAP:
        unread[NOTICES_CAP - 1 :] = [message("collecting.more_unread", count=len(unread) - NOTICES_CAP + 1)]
    return files, [*unread, *notices]


def _twins(entries: Sequence[Entry]) -> list[Message]:
    """A notice when names differ only by capitals or by how Unicode writes an accent: both are kept."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        names.setdefault(unicodedata.normalize("NFC", entry.relative).casefold(), []).append(entry.relative)
    twins = [shown(name) for alike in names.values() if len(alike) > 1 for name in alike]
    return [message("collecting.twins", names=twins[:NOTICES_CAP])] if twins else []


def _instead(hand_in: HandIn) -> Message:
    """What a submission without a notebook or module holds, and what to do."""
    archive = hand_in.source.archive
    if not hand_in.entries:
        return message("collecting.zip_empty", name=shown(archive.name if archive else ""))
    for entry in hand_in.entries:
        if entry.why is not None:
            return entry.why
    if hand_in.typed:
        return message("collecting.typed", name=shown(hand_in.entries[0].name))
    kinds = [(hand_in.source.kind(entry), entry) for entry in hand_in.entries]
    inner = [terminal_text(entry.name, 100) for kind, entry in kinds if kind in (Kind.ZIP, Kind.ARCHIVE)]
    if archive is not None and not hand_in.of_class and inner:
        return message("collecting.zip_in_zip", names=inner[:5])
    telling = _most_telling(kinds)
    if telling is not None:
        return file_kind.instead(telling[0], telling[1].name)
    return message("collecting.no_notebook", names=[shown(entry.name) for entry in hand_in.entries[:5]])


def _most_telling(kinds: Iterable[tuple[Kind, Entry]]) -> tuple[Kind, Entry] | None:
    """The file that was submitted in place of a notebook; None when nothing speaks for one of several."""
    said = [(kind, entry) for kind, entry in kinds if kind not in (Kind.DATA, Kind.UNKNOWN, Kind.TEXT, Kind.EMPTY)]
    if said:
        return said[0]
    every = list(kinds)
    return every[0] if len(every) == 1 else None
