"""Hand-ins in a folder: which student each file belongs to, and which file is graded.

The student id is the first path part below the folder, without ``.ipynb`` or ``.py``, in Unicode NFC.
File times are never used; several candidates are chosen by name, and the choice is shown.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.collect.intake import FILES_CAP, TOTAL_CAP, Entry, NotReadable, natural, read_below, walk
from grader.errors import CollectError
from grader.records import Message, Problem, Submission, message

RUNNABLE = (".ipynb", ".py")
# What students hand in in place of a notebook; other stray files beside the hand-ins are passed over.
INSTEAD = (
    ".pdf", ".html", ".htm", ".rar", ".zip", ".7z", ".tar", ".gz", ".tgz", ".doc", ".docx", ".odt", ".rtf",
    ".txt", ".md", ".png", ".jpg", ".jpeg", ".keras", ".h5", ".hdf5",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandIn:
    """Where one student's files lie; nothing has been read yet."""

    student: str
    root: Path
    entries: tuple[Entry, ...]
    origin: str


def find(
    paths: Sequence[Path], *, leave_out: Path | None = None, roster: Path | None = None
) -> list[HandIn]:
    """The hand-ins below ``paths`` (folders of hand-ins, or single files), in natural order of student.

    Raises CollectError when a path does not exist or nothing at all is found.
    """
    found: list[HandIn] = []
    for path in paths:
        if path.is_dir():
            found.extend(_in_folder(path, leave_out, roster))
        elif path.exists() or path.is_symlink():
            entry = Entry(parts=(path.name,), plain=path.is_file() and not path.is_symlink())
            found.append(_hand_in(path.parent, (entry,)))
        else:
            raise CollectError(
                f"{path}: there is no such file or folder; name the folder of the students' notebooks"
            )
    if not found:
        places = ", ".join(map(str, paths))
        raise CollectError(f"{places}: no notebook (.ipynb) or module (.py) found; is this the right folder?")
    return sorted(found, key=lambda hand_in: natural(hand_in.student))


def _in_folder(root: Path, leave_out: Path | None, roster: Path | None) -> Iterable[HandIn]:
    by_first: dict[str, list[Entry]] = {}
    for entry in walk(root, leave_out=leave_out):
        if roster is not None and root.joinpath(*entry.parts).resolve() == roster.resolve():
            continue
        alone = len(entry.parts) == 1
        if alone and entry.plain and not entry.name.lower().endswith((*RUNNABLE, *INSTEAD)):
            continue
        if alone and entry.name.casefold().startswith("readme"):
            continue
        by_first.setdefault(entry.parts[0], []).append(entry)
    for entries in by_first.values():
        yield _hand_in(root, tuple(entries))


def _hand_in(root: Path, entries: tuple[Entry, ...]) -> HandIn:
    first = entries[0].parts[0]
    student = first
    if len(entries[0].parts) == 1:
        suffix = PurePosixPath(first).suffix
        student = first[: -len(suffix)] if suffix.lower() in (*RUNNABLE, *INSTEAD) else first
    return HandIn(student=unicodedata.normalize("NFC", student), root=root, entries=entries, origin=first)


def load(hand_in: HandIn, exercise: str) -> Submission:
    """The hand-in with its bytes. What cannot be read becomes a problem or a notice, never an exception."""
    candidates = [entry for entry in hand_in.entries if entry.name.lower().endswith(RUNNABLE)]
    if not candidates:
        why = _instead_of_a_notebook(hand_in.entries)
        return _problem(hand_in, exercise, Problem(ended="unreadable", why=why))
    chosen = choose(candidates, exercise)
    try:
        files = {_relative(chosen): read_below(hand_in.root, chosen.parts)}
    except NotReadable as unreadable:
        return _problem(hand_in, exercise, Problem(ended="refused", why=unreadable.why))
    beside, notices = _files_beside(hand_in, chosen)
    files.update(beside)
    others = tuple(_relative(entry) for entry in candidates if entry is not chosen)
    return Submission(
        student=hand_in.student, exercise=exercise, files=files, entry=_relative(chosen), others=others,
        origin=hand_in.origin, sha256=fingerprint(_relative(chosen), files), notices=tuple(notices),
    )


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
    return max(named or notebooks, key=lambda entry: tuple(natural(part) for part in entry.parts))


def fingerprint(entry: str, files: dict[str, bytes]) -> str:
    """SHA-256 over the entry's name and every file's name and content."""
    digest = hashlib.sha256(entry.encode("utf-8", "surrogateescape"))
    for name in sorted(files):
        label = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b%d:" % (len(label), label, len(files[name])))
        digest.update(files[name])
    return digest.hexdigest()


def _files_beside(hand_in: HandIn, chosen: Entry) -> tuple[dict[str, bytes], list[Message]]:
    """Modules and data that lie with the chosen notebook: its code may need them."""
    if len(chosen.parts) == 1:
        return {}, []
    files: dict[str, bytes] = {}
    notices: list[Message] = []
    room = TOTAL_CAP
    for entry in hand_in.entries:
        if entry is chosen or entry.name.lower().endswith(".ipynb"):
            continue
        if len(files) >= FILES_CAP - 1:  # the entry counts too
            notices.append(message("collecting.too_many_files", limit=FILES_CAP))
            break
        try:
            content = read_below(hand_in.root, entry.parts, cap=room)
        except NotReadable as unreadable:
            notices.append(unreadable.why)
            continue
        files[_relative(entry)] = content
        room -= len(content)
    return files, notices


def _relative(entry: Entry) -> str:
    """The name inside the hand-in: without the student's own folder."""
    return "/".join(entry.parts[1:] if len(entry.parts) > 1 else entry.parts)


def _plain_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())


def _instead_of_a_notebook(entries: Sequence[Entry]) -> Message:
    first = entries[0]
    if not first.plain:
        return message("collecting.link", name=first.name)
    suffix = PurePosixPath(first.name).suffix.lower()
    if suffix in (".rar", ".zip", ".7z", ".tar", ".gz", ".tgz"):
        return message("collecting.archive", name=first.name)
    if suffix in (".pdf", ".html", ".htm", ".doc", ".docx", ".odt", ".rtf", ".png", ".jpg", ".jpeg"):
        return message("collecting.printed", name=first.name)
    return message("collecting.no_notebook", names=[entry.name for entry in entries[:5]])
