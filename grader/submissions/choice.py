"""Which file of a submission is graded, and which others could be meant instead."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.evidence.preparing import notebook
from grader.evidence.preparing.notebook import Program
from grader.submissions.intake import Entry, natural
from grader.submissions.modules import has_main, imported
from grader.untrusted.file_kind import stem_of

Untouched = Callable[[str], bool]  # whether code with this hash is that of a handout


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A notebook or module with its bytes; None when it could not be read."""

    entry: Entry
    content: bytes | None


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
    hashes = {id(one): code_hash(one) for one in candidates}
    readable = [one for one in candidates if hashes[id(one)]] or list(candidates)
    worked_on = [one for one in readable if not untouched(hashes[id(one)])] or readable
    chosen = last(worked_on, exercise)
    rivals = [one for one in worked_on if one is not chosen and hashes[id(one)] != hashes[id(chosen)]]
    return Choice(chosen=chosen, rivals=tuple(rivals) if len(worked_on) > 1 else ())


def choose_module(candidates: Sequence[Candidate], exercise: str) -> Choice:
    """The module that no other one imports; of several, one with a ``__main__`` part, then the last by name."""
    if len(candidates) == 1:
        return Choice(chosen=candidates[0])
    code = {id(one): notebook.module_text(one.content or b"") or "" for one in candidates}
    imports = {id(one): imported(code[id(one)]) for one in candidates}

    def is_imported(one: Candidate) -> bool:
        names = {stem_of(one.entry.name), *one.entry.relative.split("/")[:-1]}
        return any(names & imports[id(other)] for other in candidates if other is not one)

    readable = [one for one in candidates if code[id(one)].strip()] or list(candidates)
    roots = [one for one in readable if not is_imported(one)] or readable
    mains = [one for one in roots if has_main(code[id(one)])]
    chosen = last(mains or roots, exercise)
    return Choice(chosen=chosen, rivals=tuple(one for one in mains or roots if one is not chosen))


def last(candidates: Sequence[Candidate], exercise: str) -> Candidate:
    """The last by name, of those that name the exercise if there are any."""
    wanted = _plain_letters(exercise)
    named = [one for one in candidates if wanted in _plain_letters(one.entry.name)]
    return max(named or candidates, key=lambda one: order(one.entry))


def order(entry: Entry) -> tuple[object, ...]:
    """The sort key of a file: folders and stem in natural order, so that ``P5`` comes before ``P5 (1)``."""
    *folders, name = entry.place or entry.parts
    return tuple(natural(part) for part in (*folders, stem_of(name))), entry.parts


def code_hash(candidate: Candidate) -> str:
    """A hash of a notebook's code without its white space; empty when it cannot be read."""
    found = notebook.program(candidate.entry.name, candidate.content) if candidate.content is not None else None
    return hash_of_code([cell.source for cell in found.cells]) if isinstance(found, Program) else ""


def hash_of_code(sources: Sequence[str]) -> str:
    """The hash of the code of these cells, whatever their white space."""
    plain = "\n".join("".join(source.split()) for source in sources if source.strip())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def is_name_of_exercise(name: str, exercise: str) -> bool:
    """Whether a name is that of an exercise, as on a handout, and tells of no student: ``mnist-mlp.es (1).ipynb``."""
    plain = _plain_letters(stem_of(name))
    return bool(exercise) and re.fullmatch(re.escape(_plain_letters(exercise)) + r"(es|en)?\d*", plain) is not None


def _plain_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())
