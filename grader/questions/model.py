"""What a seeded question is: its numbers, its answer worked out, and the wrong ideas that are known for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal, NamedTuple

from grader.models.arithmetic import Worked

Kind = Literal["number", "shape", "parts", "steps", "solution"]
Answer = tuple[int, ...]


class Idea(NamedTuple):
    """A named misconception: the answer that it leads to, and the formula behind it. One name may give several."""

    name: str
    answer: Answer
    how: str


class Follows(NamedTuple):
    """An entry of an answer, worked out from the student's own entries before it, and its wrong ideas from there."""

    worked: Worked
    ideas: tuple[Idea, ...] = ()


Carry = Callable[[int, Sequence[int | None]], Follows | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question with its numbers.

    ``answer`` is one number, a shape, the entries called ``parts``, or the sizes after each step. A
    "solution" is right when ``outcome`` of it is ``wanted``; ``answer`` is then the smallest one.
    """

    kind: Kind
    answer: Answer
    worked: str
    ideas: tuple[Idea, ...]
    parts: tuple[str, ...] = ()
    carry: Carry | None = None
    outcome: Callable[[int], Worked] | None = None  # raises ValueError for what no layer can have
    wanted: int = 0
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def solved_by(self, value: int) -> bool:
        """Whether ``value`` is right; for a "solution", whether it satisfies the equation."""
        if self.outcome is None:
            return (value,) == self.answer
        try:
            return self.outcome(value).value == self.wanted
        except ValueError:
            return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place in every student's sheet: the names of its numbers, what they can be, and what is asked of them."""

    name: str
    fields: tuple[str, ...]
    candidates: Callable[[bytes], Iterable[tuple[Any, ...]]]  # in an order that the seed decides
    ask: Callable[..., Question]

    def question(self, row: tuple[Any, ...]) -> Question:
        """The question with these numbers. Raises ValueError when no layer can have them."""
        numbers = dict(zip(self.fields, row, strict=True))
        return replace(self.ask(**numbers), numbers=numbers)

    def sound_rows(self, seed: bytes) -> Iterator[tuple[Any, ...]]:
        """The candidates that make a sound question, each once."""
        seen = set()
        for row in self.candidates(seed):
            if repr(row) not in seen and sound(self.question(row)):
                seen.add(repr(row))
                yield row


def sound(question: Question) -> bool:
    """Whether no wrong idea gives a right answer and no two of different names give the same one.

    That holds for whole answers, for their last entry alone, and for every entry that an idea changes.
    """
    if question.kind == "shape":
        answers = [(idea.name, idea.answer) for idea in question.ideas]
        return all(found != question.answer for _, found in answers) and _apart(answers)
    if question.kind in ("number", "solution"):
        numbers = [(idea.name, idea.answer[0]) for idea in question.ideas]
        return not any(question.solved_by(value) for _, value in numbers) and _apart(numbers)
    last = [(idea.name, idea.answer[-1]) for idea in question.ideas]
    entries = range(len(question.answer) if question.kind == "parts" else 0)
    changed = (
        [(idea.name, idea.answer[at]) for idea in question.ideas if idea.answer[at] != question.answer[at]]
        for at in entries
    )
    return all(value != question.answer[-1] for _, value in last) and _apart(last) and all(map(_apart, changed))


def _apart(named: Iterable[tuple[str, Any]]) -> bool:
    """Whether different names have different values."""
    pairs = combinations(named, 2)
    return not any(first[0] != second[0] and first[1] == second[1] for first, second in pairs)
