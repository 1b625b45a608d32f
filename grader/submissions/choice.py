"""Which file of a submission is graded, and which others could be meant instead."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.evidence.preparing import notebook
from grader.evidence.preparing.notebook import Program
from grader.submissions.intake import TOTAL_CAP, Entry, natural
from grader.submissions.modules import outline
from grader.untrusted.file_kind import stem_of

MODULES_CAP = 200  # that are looked into
Kept = TypeVar("Kept")
Untouched = Callable[[str], bool]  # whether code with this hash is that of a handout


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A notebook or module. ``read`` gives its bytes; None when they cannot be had."""

    entry: Entry
    read: Callable[[], bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The file that is graded. ``rivals`` are others that the student may have meant: a person must decide."""

    chosen: Candidate
    rivals: tuple[Candidate, ...] = ()


def choose_notebook(candidates: Sequence[Candidate], exercise: str, untouched: Untouched) -> Choice:
    """The last notebook by name, of those that name the exercise if there are any.

    Never an untouched handout or a file that cannot be read while there is another.
    """
    if len(candidates) == 1:
        return Choice(chosen=candidates[0])
    candidates = sorted(candidates, key=lambda one: order(one.entry), reverse=True)
    hashes = _told(candidates, lambda one, content: code_hash(one.entry.name, content))
    readable = [one for one in candidates if hashes.get(one.entry.parts)] or list(candidates)
    worked_on = [one for one in readable if not untouched(hashes.get(one.entry.parts, ""))] or readable
    chosen = _last(worked_on, exercise)
    same = hashes.get(chosen.entry.parts)
    rivals = [one for one in worked_on if one is not chosen and hashes.get(one.entry.parts) != same]
    return Choice(chosen=chosen, rivals=tuple(rivals))


def choose_module(candidates: Sequence[Candidate], exercise: str) -> Choice:
    """The module that no other one imports; of several, those with a ``__main__`` part, then the last by name."""
    if len(candidates) == 1:
        return Choice(chosen=candidates[0])
    outlines = _told(candidates[:MODULES_CAP], lambda _, content: outline(notebook.module_text(content) or ""))
    imports = Counter(name for found in outlines.values() for name in found.imports)

    def is_imported(one: Candidate) -> bool:
        stem = stem_of(one.entry.name)
        return imports[stem] > (stem in outlines[one.entry.parts].imports)

    readable = [one for one in candidates if one.entry.parts in outlines]
    if not readable:
        return Choice(chosen=_last(candidates, exercise))
    roots = [one for one in readable if not is_imported(one)] or readable
    mains = [one for one in roots if outlines[one.entry.parts].has_main]
    named = [one for one in roots if _names(exercise, one.entry.name)]
    chosen = _last(named or mains or roots, exercise)
    return Choice(chosen=chosen, rivals=tuple(one for one in roots if one is not chosen))


def _told(candidates: Sequence[Candidate], of: Callable[[Candidate, bytes], Kept]) -> dict[tuple[str, ...], Kept]:
    """What ``of`` gives of the bytes of each, by where it lies. One at a time, and all together within a cap."""
    found: dict[tuple[str, ...], Kept] = {}
    room = TOTAL_CAP
    for one in candidates:
        content = one.read() if room > 0 else None
        if content is not None and content.strip():
            room -= len(content)
            found[one.entry.parts] = of(one, content)
    return found


def last(entries: Sequence[Entry], exercise: str) -> Entry:
    """The last by name, of those that name the exercise if there are any."""
    named = [entry for entry in entries if _names(exercise, entry.name)]
    return max(named or entries, key=order)


def _last(candidates: Sequence[Candidate], exercise: str) -> Candidate:
    chosen = last([one.entry for one in candidates], exercise)
    return next(one for one in candidates if one.entry is chosen)


def order(entry: Entry) -> tuple[object, ...]:
    """The sort key of a file: folders and stem in natural order, so that ``P5`` comes before ``P5 (1)``."""
    *folders, name = entry.where
    return tuple(natural(part) for part in (*folders, stem_of(name))), entry.parts


def code_hash(name: str, content: bytes) -> str:
    """A hash of a notebook's code without its white space; empty when it cannot be read."""
    found = notebook.program(name, content)
    return hash_of_code([cell.source for cell in found.cells]) if isinstance(found, Program) else ""


def hash_of_code(sources: Sequence[str]) -> str:
    """The hash of the code of these cells, whatever their white space."""
    plain = "\n".join("".join(source.split()) for source in sources if source.strip())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def is_name_of_exercise(name: str, exercise: str) -> bool:
    """Whether a name is that of an exercise, as on a handout, and tells of no student: ``mnist-mlp.es (1).ipynb``."""
    plain = _plain_letters(stem_of(name))
    return bool(exercise) and re.fullmatch(re.escape(_plain_letters(exercise)) + r"(es|en)?\d*", plain) is not None


def _names(exercise: str, name: str) -> bool:
    return _plain_letters(exercise) in _plain_letters(name)


def _plain_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())
