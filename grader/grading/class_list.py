"""Who is graded and under which file name: a row for every hand-in, and for everybody who handed nothing in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.submissions import HandIn, Person
from grader.untrusted.look_alike import skeleton
from grader.untrusted.text import slug_of, terminal_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of the class: who, under which slug, with which hand-in (None: nothing was handed in)."""

    student: str
    slug: str
    hand_in: HandIn | None
    person: Person | None
    duplicate: bool
    known: bool
    looks_like: tuple[str, ...] = ()  # other ids of the class that a reader takes for this one


def seat(hand_ins: Sequence[HandIn], people: Mapping[str, Person], has_roster: bool) -> list[Row]:
    """A row for every hand-in and for everybody on the roster who handed nothing in.

    Hand-ins under one id, or under ids that look the same in a report, all get a row: slugs ``id`` and ``id~2``,
    all marked as duplicates.
    """
    alike = Counter(_shown(hand_in.student) for hand_in in hand_ins)
    there = {hand_in.student for hand_in in hand_ins}
    missing = [student for student in people if student not in there]
    similar = _similar([*there, *people])
    slugs = iter(_slugs([*(hand_in.student for hand_in in hand_ins), *missing]))
    rows = [
        Row(
            student=hand_in.student,
            slug=next(slugs),
            hand_in=hand_in,
            person=hand_in.match.person if hand_in.match is not None else None,
            duplicate=alike[_shown(hand_in.student)] > 1,
            known=not has_roster or hand_in.match is not None,
            looks_like=similar.get(hand_in.student, ()),
        )
        for hand_in in hand_ins
    ]
    return rows + [
        Row(student=student, slug=next(slugs), hand_in=None, person=people[student], duplicate=False, known=True)
        for student in missing
    ]


def _similar(students: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """For each id the others that only another alphabet, or characters that nobody sees, tell from it."""
    alike: dict[str, list[str]] = {}
    for student in dict.fromkeys(students):
        alike.setdefault(skeleton(student), []).append(student)
    return {
        student: tuple(other for other in several if other != student)
        for several in alike.values()
        if len(several) > 1
        for student in several
    }


def _slugs(students: Sequence[str]) -> list[str]:
    """A slug for each, none of them twice on disks that ignore case: a student may choose the name of a folder.

    Of those whose ids look the same the second ends in ``~2``; an id that is as it looks comes first.
    """
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    found: dict[int, str] = {}
    for position in sorted(range(len(students)), key=lambda position: students[position] != _shown(students[position])):
        seen[_shown(students[position])] += 1
        slug, nth = slug_of(students[position]), seen[_shown(students[position])]
        while (name := slug if nth == 1 else f"{slug}~{nth}").casefold() in taken:
            nth += 1
        taken.add(name.casefold())
        found[position] = name
    return [found[position] for position in range(len(students))]


def _shown(student: str) -> str:
    """An id as a reader sees it: without escape sequences, spaces put together."""
    return terminal_text(student, 500)
