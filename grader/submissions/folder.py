"""Hand-ins in a folder or a zip: which student each file belongs to, and which file is graded.

The student id is the first path part below the folder, without ``.ipynb`` or ``.py``, in Unicode NFC.
File times are never used; several candidates are chosen by name, and the choice is shown.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader import texts
from grader.errors import CollectError
from grader.records import Message, Problem, Submission, message
from grader.submissions import zipped
from grader.submissions.intake import (
    FILE_CAP,
    FILES_CAP,
    TOTAL_CAP,
    Damaged,
    Entry,
    NotReadable,
    in_order,
    natural,
    read_below,
    shown,
    walk,
)
from grader.untrusted.text import terminal_text

RUNNABLE = (".ipynb", ".py")
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
PRINTED = (".pdf", ".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".png", ".jpg", ".jpeg")
# What students hand in in place of a notebook; other stray files beside the hand-ins are passed over.
INSTEAD = (*ARCHIVES, *PRINTED, ".txt", ".md", ".keras", ".h5", ".hdf5")
NOTICES_CAP = 10  # sentences on files that were not read


@dataclass(frozen=True, kw_only=True, slots=True)
class HandIn:
    """Where one student's files lie; nothing has been read yet.

    They lie below ``root``, or in ``archive`` when there is one. ``refused``: why nothing will be read.
    """

    student: str
    root: Path
    entries: tuple[Entry, ...]
    origin: str
    archive: zipped.Archive | None = None
    refused: Message | None = None


def find(paths: Sequence[Path], *, leave_out: Path | None = None, roster: Path | None = None) -> list[HandIn]:
    """The hand-ins below ``paths`` (folders or zips of hand-ins, or single files), in natural order of student.

    Raises CollectError when a path does not exist or cannot be used, or nothing at all is found.
    """
    found: list[HandIn] = []
    for path in paths:
        try:
            found.extend(_below(path, leave_out, roster))
        except OSError as error:
            raise CollectError(f"{path}: this cannot be read ({error.strerror}); check that you may open it") from error
    if not found:
        places = ", ".join(map(str, paths))
        raise CollectError(f"{places}: no notebook (.ipynb) or module (.py) found; is this the right folder?")
    return sorted(found, key=lambda hand_in: natural(hand_in.student))


def _below(path: Path, leave_out: Path | None, roster: Path | None) -> list[HandIn]:
    if path.is_dir():
        place = roster.resolve() if roster is not None else None
        here = path.resolve()
        entries = (entry for entry in walk(path, leave_out=leave_out) if here.joinpath(*entry.parts) != place)
        return [_hand_in(path, group) for group in _by_student(entries)]
    if not path.exists() and not path.is_symlink():
        raise CollectError(f"{path}: there is no such file or folder; name the folder of the students' notebooks")
    if path.suffix.lower() == ".zip":
        return _in_zip(path)
    return [_hand_in(path.parent, (Entry(parts=(path.name,)),))]


def _in_zip(path: Path) -> list[HandIn]:
    try:
        archive, entries = zipped.of_class(path)
    except NotReadable as unreadable:
        raise _unusable(path, unreadable.why) from unreadable
    found = [
        replace(_hand_in(path, group), archive=archive, refused=zipped.refusal(archive, group))
        for group in _by_student(entries)
    ]
    reasons = [hand_in.refused for hand_in in found if hand_in.refused is not None]
    if reasons and len(reasons) == len(found):
        raise _unusable(path, reasons[0])
    return found


def _unusable(path: Path, why: Message) -> CollectError:
    return CollectError(f"{path}: {texts.render(why, 'en')}")


def _by_student(entries: Iterable[Entry]) -> Iterable[tuple[Entry, ...]]:
    """The entries by their first part, without what lies beside the hand-ins."""
    by_first: dict[str, list[Entry]] = {}
    for entry in entries:
        alone, name = len(entry.parts) == 1, entry.name.casefold()
        if alone and entry.why is None and not name.endswith((*RUNNABLE, *INSTEAD)):
            continue
        if alone and name.startswith("readme") and not name.endswith(RUNNABLE):
            continue
        by_first.setdefault(entry.parts[0], []).append(entry)
    return map(tuple, by_first.values())


def _hand_in(root: Path, entries: tuple[Entry, ...]) -> HandIn:
    first = entries[0].parts[0]
    student = first
    if len(entries[0].parts) == 1:
        suffix = PurePosixPath(first).suffix
        student = first[: -len(suffix)] if suffix.lower() in (*RUNNABLE, *INSTEAD) else first
    return HandIn(student=_as_text(student), root=root, entries=entries, origin=first)


def _as_text(name: str) -> str:
    """A file name in Unicode NFC; bytes that are not UTF-8 are shown as their codes."""
    encoded = unicodedata.normalize("NFC", name).encode("utf-8", "surrogateescape")
    return encoded.decode("utf-8", "backslashreplace")


# ---------------------------------------------------------------- one hand-in, read


def load(hand_in: HandIn, exercise: str) -> Submission:
    """The hand-in with its bytes. What cannot be read becomes a problem or a notice, never an exception."""
    if hand_in.refused is not None:
        return _problem(hand_in, exercise, Problem(ended="refused", why=hand_in.refused))
    candidates = [entry for entry in hand_in.entries if entry.name.lower().endswith(RUNNABLE)]
    zips = [entry for entry in hand_in.entries if entry.name.lower().endswith(".zip")]
    if not candidates and zips and hand_in.archive is None:
        return _load_zip(hand_in, exercise, zips)
    if not candidates:
        why = _instead_of_a_notebook(hand_in.entries, hand_in.archive)
        return _problem(hand_in, exercise, Problem(ended="unreadable", why=why))
    chosen = choose(candidates, exercise)
    try:
        files = {_relative(chosen): _read(hand_in, chosen, FILE_CAP)}
        beside, notices = _files_beside(hand_in, chosen)
    except NotReadable as unreadable:
        return _problem(hand_in, exercise, Problem(ended="refused", why=unreadable.why))
    files.update(beside)
    if not chosen.name.lower().endswith(".ipynb"):
        candidates += zips  # the notebook may be in there: a person should look
    others = tuple(_relative(entry) for entry in candidates if entry is not chosen)
    return Submission(
        student=hand_in.student,
        exercise=exercise,
        files=files,
        entry=_relative(chosen),
        others=others,
        origin=hand_in.origin,
        sha256=fingerprint(_relative(chosen), files),
        notices=tuple(notices),
    )


def _load_zip(hand_in: HandIn, exercise: str, zips: Sequence[Entry]) -> Submission:
    """A hand-in without a notebook whose zip, or one of whose zips, holds it."""
    chosen = choose(zips, exercise)
    try:
        archive, entries = zipped.of_student(hand_in.root, chosen.parts)
    except NotReadable as unreadable:
        return _problem(hand_in, exercise, Problem(ended="refused", why=unreadable.why))
    refused = zipped.refusal(archive, entries)
    inside = load(replace(hand_in, entries=entries, archive=archive, refused=refused), exercise)
    others = tuple(_relative(entry) for entry in zips if entry is not chosen)
    return replace(inside, others=(*inside.others, *others))


def _read(hand_in: HandIn, entry: Entry, cap: int) -> bytes:
    if entry.why is not None:
        raise NotReadable(entry.why)
    if hand_in.archive is not None:
        return hand_in.archive.read(entry, cap)
    return read_below(hand_in.root, entry.parts, cap)


def _problem(hand_in: HandIn, exercise: str, problem: Problem) -> Submission:
    return Submission(
        student=hand_in.student,
        exercise=exercise,
        files={},
        entry=None,
        origin=hand_in.origin,
        problem=problem,
    )


def choose(candidates: Sequence[Entry], exercise: str) -> Entry:
    """The candidate that is graded: notebooks before modules, the exercise id in the name, the last."""
    notebooks = [entry for entry in candidates if entry.name.lower().endswith(".ipynb")] or list(candidates)
    wanted = _plain_letters(exercise)
    named = [entry for entry in notebooks if wanted in _plain_letters(entry.name)]
    return max(named or notebooks, key=lambda entry: (in_order(entry.parts), entry.parts))


def fingerprint(entry: str, files: dict[str, bytes]) -> str:
    """SHA-256 over the entry's name and every file's name and content; of a lone file only its kind and content.

    Two students who hand in the same notebook need one run, whatever each of them called it.
    """
    if len(files) == 1:
        return hashlib.sha256(PurePosixPath(entry).suffix.lower().encode() + b":" + files[entry]).hexdigest()
    digest = hashlib.sha256(entry.encode("utf-8", "surrogateescape"))
    for name in sorted(files):
        label = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b%d:" % (len(label), label, len(files[name])))
        digest.update(files[name])
    return digest.hexdigest()


def _files_beside(hand_in: HandIn, chosen: Entry) -> tuple[dict[str, bytes], list[Message]]:
    """Modules and data that lie with the chosen notebook (its code may need them), and what there is to say.

    Raises Damaged when the archive that they lie in cannot be relied on.
    """
    if len(chosen.parts) == 1:
        return {}, []
    files: dict[str, bytes] = {}
    unread: list[Message] = []
    notices = _twins(hand_in.entries)
    room = TOTAL_CAP
    for entry in hand_in.entries:
        if entry is chosen or entry.name.lower().endswith(".ipynb"):
            continue
        if len(files) >= FILES_CAP - 1:  # the entry counts too
            notices.append(message("collecting.too_many_files", limit=FILES_CAP))
            break
        try:
            content = _read(hand_in, entry, room)
        except Damaged:
            raise
        except NotReadable as unreadable:
            unread.append(unreadable.why)
            continue
        files[_relative(entry)] = content
        room -= len(content)
    if len(unread) > NOTICES_CAP:
        unread[NOTICES_CAP - 1 :] = [message("collecting.more_unread", count=len(unread) - NOTICES_CAP + 1)]
    return files, [*unread, *notices]


def _twins(entries: Sequence[Entry]) -> list[Message]:
    """A notice when names differ only by capitals or by how Unicode writes an accent: both are kept."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        name = _relative(entry)
        names.setdefault(unicodedata.normalize("NFC", name).casefold(), []).append(name)
    twins = [shown(name) for alike in names.values() if len(alike) > 1 for name in alike]
    return [message("collecting.twins", names=twins[:NOTICES_CAP])] if twins else []


def _relative(entry: Entry) -> str:
    """The name inside the hand-in: without the student's own folder."""
    return "/".join(entry.parts[1:] if len(entry.parts) > 1 else entry.parts)


def _plain_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())


def _instead_of_a_notebook(entries: Sequence[Entry], archive: zipped.Archive | None) -> Message:
    if not entries:
        return message("collecting.zip_empty", name=shown(archive.name if archive else ""))
    for entry in entries:
        if entry.why is not None:
            return entry.why
    first = entries[0]
    inner = [terminal_text(entry.name, 100) for entry in entries if entry.name.lower().endswith(ARCHIVES)]
    if archive is not None and inner:
        return message("collecting.zip_in_zip", names=inner[:5])
    suffix = PurePosixPath(first.name).suffix.lower()
    if suffix in ARCHIVES:
        return message("collecting.archive", name=shown(first.name))
    if suffix in PRINTED:
        return message("collecting.printed", name=shown(first.name))
    return message("collecting.no_notebook", names=[shown(entry.name) for entry in entries[:5]])
