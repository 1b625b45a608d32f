"""Whose submission is whose: what a file or folder is called, held against the class list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.submissions.roster import Person

Reason = Literal["id", "number", "login", "email", "name"]

NUMBER = re.compile(r"([0-9]+)(?:\.0+)?")
# Letters that Unicode does not take apart into a letter and an accent.
PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"})
APOSTROPHES = frozenset("'’‘`´ʼ")  # platforms leave them out: O'Neill is oneill
SPLIT_WORDS = 8  # where a surname ends is tried in names of at most so many words


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Whose submission it is, as its file or folder tells. ``number`` and ``name`` are a platform's."""

    student: str
    number: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A person of the class list, and what the claim and the person have in common."""

    person: Person
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Matching:
    """What became of each claim, by its position. ``ambiguous``: the ids of all whom the claim may mean."""

    matched: Mapping[int, Match]
    ambiguous: Mapping[int, tuple[str, ...]]
    unmatched: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """One way to tell a person: a claim and a person that have a key in common may belong together."""

    reason: Reason
    exact: bool
    keys_of_person: Callable[[Person], Iterable[str]]
    keys_of_claim: Callable[[Claim], Iterable[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hit:
    """Whom a claim may mean, in the order of their ids, and the first way that says so."""

    way: _Way
    persons: tuple[Person, ...]


class Index:
    """The people of a roster by all that tells them, made once for all questions."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._steps = [[(way, _by_key(people.values(), way)) for way in step] for step in STEPS]

    def find(self, claim: Claim) -> _Hit | None:
        """Everybody whom the claim may mean in the first step in which it means anybody."""
        for step in self._steps:
            hits = [
                _Hit(way=way, persons=people[key])
                for way, people in step
                for key in way.keys_of_claim(claim)
                if key in people
            ]
            if hits:
                persons = {person.id: person for hit in hits for person in hit.persons}
                return _Hit(way=hits[0].way, persons=tuple(persons[id_] for id_ in sorted(persons)))
        return None


def match(claims: Sequence[Claim], people: Mapping[str, Person] | Index) -> Matching:
    """The person that each claim means, by the first step in which it means anybody.

    A claim that may mean several people is ambiguous. So is a loose claim to a person whom another claim names
    exactly. Otherwise two claims may mean one person.
    """
    index = people if isinstance(people, Index) else Index(people)
    found = {position: hit for position, claim in enumerate(claims) if (hit := index.find(claim)) is not None}
    named_exactly = {hit.persons[0].id for hit in found.values() if hit.way.exact and len(hit.persons) == 1}
    matched: dict[int, Match] = {}
    ambiguous: dict[int, tuple[str, ...]] = {}
    for position, hit in found.items():
        person = hit.persons[0]
        if len(hit.persons) == 1 and (hit.way.exact or person.id not in named_exactly):
            matched[position] = Match(person=person, reason=hit.way.reason)
        else:
            ambiguous[position] = tuple(person.id for person in hit.persons)
    unmatched = tuple(position for position in range(len(claims)) if position not in found)
    return Matching(matched=matched, ambiguous=ambiguous, unmatched=unmatched)


def enough(matching: Matching, claims: int) -> bool:
    """Whether at least half of ``claims`` claims are matched; if not, the list is likely of another class."""
    return 2 * len(matching.matched) >= claims


def _by_key(people: Iterable[Person], way: _Way) -> Mapping[str, tuple[Person, ...]]:
    """The people who have a key, in the order of their ids."""
    by_key: dict[str, dict[str, Person]] = {}
    for person in people:
        for key in way.keys_of_person(person):
            if key:
                by_key.setdefault(key, {})[person.id] = person
    return {key: tuple(persons[id_] for id_ in sorted(persons)) for key, persons in by_key.items()}


# ---------------------------------------------------------------- keys


def _as_is(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _loose(text: str) -> str:
    """A text without regard to case and spare spaces, a number without what spreadsheets add and take away."""
    plain = " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
    number = NUMBER.fullmatch(plain)
    return (number[1].lstrip("0") or "0") if number else plain


def _before_at(address: str) -> str:
    user, at, _ = address.rpartition("@")
    return _loose(user) if at else ""


def _name_keys(name: str) -> set[str]:
    """What names have in common that differ in case, accents, punctuation or in the order of their words.

    Platforms write a name without spaces, surname first. Where the surname ends is not known, so each place counts.
    """
    words = _words(name)
    if not words:
        return set()
    splits = range(len(words)) if len(words) <= SPLIT_WORDS else range(1)
    return {" ".join(sorted(words)), *("".join(words[split:] + words[:split]) for split in splits)}


def _words(name: str) -> list[str]:
    letters = []
    for character in unicodedata.normalize("NFKD", name).casefold().translate(PLAIN_LETTERS):
        category = unicodedata.category(character)
        if category[0] in "LN" or (category[0] == "M" and unicodedata.combining(character) < 10):
            letters.append(character)  # marks below class 10 are vowels and the like, no accents
        elif category[0] != "M" and category != "Cf" and character not in APOSTROPHES:
            letters.append(" ")
    return "".join(letters).split()


# The first step that finds anybody counts; within a step all ways count, so those that disagree settle nothing.
STEPS: tuple[tuple[_Way, ...], ...] = (
    (
        _Way(
            reason="id",
            exact=True,
            keys_of_person=lambda person: [_as_is(person.id)],
            keys_of_claim=lambda claim: [_as_is(claim.student)],
        ),
    ),
    (
        _Way(
            reason="number",
            exact=True,
            keys_of_person=lambda person: [person.number],
            keys_of_claim=lambda claim: [claim.number],
        ),
    ),
    (
        _Way(
            reason="login",
            exact=True,
            keys_of_person=lambda person: [_as_is(person.login)],
            keys_of_claim=lambda claim: [_as_is(claim.student)],
        ),
    ),
    (
        _Way(
            reason="email",
            exact=True,
            keys_of_person=lambda person: [_as_is(person.email)],
            keys_of_claim=lambda claim: [_as_is(claim.student)],
        ),
    ),
    (
        _Way(
            reason="id",
            exact=False,
            keys_of_person=lambda person: [_loose(person.id)],
            keys_of_claim=lambda claim: [_loose(claim.student)],
        ),
        _Way(
            reason="login",
            exact=False,
            keys_of_person=lambda person: [_loose(person.login)],
            keys_of_claim=lambda claim: [_loose(claim.student)],
        ),
        _Way(
            reason="email",
            exact=False,
            keys_of_person=lambda person: [_loose(person.email), _before_at(person.email)],
            keys_of_claim=lambda claim: [_loose(claim.student)],
        ),
    ),
    (
        _Way(
            reason="name",
            exact=False,
            # In a list without names the ids often are the names.
            keys_of_person=lambda person: _name_keys(person.name or person.id),
            keys_of_claim=lambda claim: _name_keys(claim.name) | _name_keys(claim.student),
        ),
    ),
)
