"""Questions of which every student has a variant: drawn from the course's secret, picked by the student's id.

The handout carries the whole pool of a course and picks in its first cell; the same pick here decides
what is graded. Keys and worked solutions come from ``arithmetic``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from grader.questions import cell, drawing, parameters, sizes, windows
from grader.questions.drawing import PUBLIC
from grader.questions.example import GapExample, gap_example
from grader.questions.model import Follows, Idea, Question, Slot
from grader.records import Language, Message, message

__all__ = [
    "PUBLIC", "Follows", "GapExample", "Idea", "Question", "Variant", "answer_key", "gap_example", "names", "pool",
    "pool_source", "remarks", "slots", "stranger", "variant",
]  # fmt: skip

SETS: Mapping[str, tuple[Slot, ...]] = {
    "convolution": windows.SLOTS,
    "output-size": sizes.SLOTS,
    "parameter-count": parameters.SLOTS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """The questions of one student, by slot."""

    name: str
    student: str  # the id that picked them
    questions: Mapping[str, Question]

    @property
    def key(self) -> Mapping[str, Any]:
        """What the checks hold the student's answers against."""
        return self.questions


def names() -> tuple[str, ...]:
    """The sets of questions that a rubric can name."""
    return tuple(SETS)


@cache
def slots(name: str) -> Mapping[str, tuple[str, ...]]:
    """The slots of a set, and the misconceptions that are recognised in each; every variant has them all."""
    found = {}
    for slot in SETS[name]:
        question = slot.question(next(slot.sound_rows(b"")))
        found[slot.name] = tuple(dict.fromkeys(idea.name for idea in question.ideas))
    return found


@cache
def pool(name: str, secret: bytes) -> Mapping[str, tuple[drawing.Row, ...]]:
    """The numbers of every variant of a course, by slot."""
    return {slot.name: drawing.pool(secret, name, slot) for slot in SETS[name]}


def variant(name: str, *, secret: bytes, student: str | None) -> Variant:
    """The questions of a student; of the public id for None. Raises KeyError for an unknown set."""
    rows, salt, own = pool(name, secret), drawing.salt(secret, name), student if student is not None else PUBLIC
    picked = {
        slot.name: slot.question(drawing.pick(rows[slot.name], salt=salt, slot=slot.name, student=own))
        for slot in SETS[name]
    }
    return Variant(name=name, student=own, questions=picked)


def stranger(name: str, *, secret: bytes, student: str | None = None) -> str:
    """An id whose right answers all differ from the student's: for hand-ins with somebody else's answers."""
    own = variant(name, secret=secret, student=student).questions
    ids = (f"stranger-{nth}" for nth in count(1))
    return next(other for other in ids if _all_differ(own, variant(name, secret=secret, student=other).questions))


def _all_differ(own: Mapping[str, Question], other: Mapping[str, Question]) -> bool:
    return all(
        not any(map(question.solved_by, other[slot].answer))
        if question.kind == "solution"
        else _differs(question, other[slot])
        for slot, question in own.items()
    )


def _differs(question: Question, other: Question) -> bool:
    """Whether no entry of another's answer is right here, but for the zeros that everybody has."""
    return all(one != two or one == two == 0 for one, two in zip(question.answer, other.answer, strict=True))


def pool_source(name: str, *, secret: bytes, lang: Language, student: str | None = None) -> str:
    """The handout's first code cell: sets ``student_id``, picks and shows ``questions``.

    With ``student`` it holds that student's questions alone.
    """
    rows = pool(name, secret)
    if student is not None:
        own = variant(name, secret=secret, student=student).questions
        rows = {slot: (tuple(question.numbers.values()),) for slot, question in own.items()}
    return cell.source(name, SETS[name], rows, salt=drawing.salt(secret, name), lang=lang, student=student or PUBLIC)


def answer_key(name: str, *, secret: bytes, students: Iterable[str]) -> tuple[Mapping[str, str], ...]:
    """For the teacher, one row per student and slot: numbers, answer and how it is worked out."""
    rows = []
    for student in students:
        for slot, question in variant(name, secret=secret, student=student).questions.items():
            shown = ", ".join(f"{field} = {value}" for field, value in question.numbers.items())
            answer = question.answer[0] if len(question.answer) == 1 else question.answer
            rows.append(
                {"student": student, "slot": slot, "numbers": shown, "answer": str(answer), "worked": question.worked}
            )
    return tuple(rows)


def remarks(graded: Variant, *, claimed: str, listed: bool, secret: bytes) -> tuple[list[Message], list[Message]]:
    """What a person must look at, and what the card says, of whose questions were graded.

    ``claimed`` is the id that the notebook picked by, ``listed`` whether the class list has this student.
    """
    review, notices = [], []
    if claimed and drawing.who(claimed) != drawing.who(graded.student):
        review.append(message("questions.other_student", claimed=claimed, graded=graded.student))
    if not listed:
        notices.append(message("questions.public_variant", id=PUBLIC))
    if not secret:
        notices.append(message("questions.public_pool"))
    return review, notices
