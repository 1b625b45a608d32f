"""The check on seeded questions: an answer against the student's own variant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.questions import Idea, Question
from grader.records import Evidence, Judgement, Message, message
from grader.scoring import answers
from grader.scoring.checks.subject import nested
from grader.scoring.checks.typed import typed_answer

# Names under which the entries of an answer are known as well.
ALIASES = {
    "weight": "weights",
    "pesos": "weights",
    "peso": "weights",
    "bias": "biases",
    "sesgos": "biases",
    "sesgo": "biases",
    "longitud": "length",
}


# What stands between the entries of an answer in text; the first sign that gives the right number of them counts.
SIGNS_BETWEEN = (
    r"->|=>|[→⇒>;|\n]",
    r"(?<=\)),|(?<=\])\s*,",
    r",\s+",
    r",",
    r"\s[-–—]\s|/",
    r"\s+(?:y|and)\s+|,\s+",
    r"\s+",
    r"[+=]",
)
NAMED = re.compile(r"\W*([^\W\d][\w ]*?)\s*[:=]\s*(.+)")


@dataclass(slots=True)
class _Entries:
    """Every entry of an answer as the student gave it, and what it is worth: which are right, which follow."""

    shown: list[str]
    readings: list[tuple[int, ...]]  # empty: nothing readable was given
    own: list[int | None]
    right: list[int]
    carried: list[int]
    ideas: dict[int, tuple[Idea, ...]]  # by entry: wrong ideas from the own entries before it

    @property
    def wrong(self) -> list[int]:
        return [at for at in range(len(self.own)) if at not in self.right and at not in self.carried]


def variant(
    evidence: Evidence, *, answer: str, slot: str | None = None, credits: Mapping[str, float] | None = None
) -> Judgement:
    """The answer typed as ``answer`` is right for the student's own numbers in ``slot`` of ``questions``.

    ``slot`` is the answer's name unless said otherwise. A known misconception is recognised from the answer
    alone, gets its own sentence, and earns its share in ``credits``: ``{forgot-bias: 0.5}``. Of an answer
    with several entries every entry counts alike, and one that follows from the student's own earlier
    entries is right. Where several values satisfy an equation, each of them is right.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    question = evidence.key.get(slot or answer)
    if not isinstance(question, Question):
        return Judgement(credit=None, why=message("checks.no_expected", name=slot or answer))
    shares = credits or {}
    if question.kind in ("parts", "steps"):
        return _entries_judged(question, typed, shares, answer)
    if question.kind == "shape":
        return _shape_judged(question, typed, shares)
    return _number_judged(question, typed, shares)


# ---------------------------------------------------------------- one number, one shape


def _number_judged(question: Question, typed: Any, shares: Mapping[str, float]) -> Judgement:
    read = answers.read_number(typed, square=True)
    if isinstance(read, answers.Unreadable):
        return Judgement(credit=0.0, why=read.why, expected=_worked(question))
    values = _whole(read)
    if any(question.solved_by(value) for value in values):
        return _said(typed, 1.0, message("questions.right"), _own_line(question, values))
    idea = next((idea for idea in question.ideas if idea.answer[0] in values), None)
    if idea is not None:
        return _said(typed, shares.get(idea.name, 0.0), _mistaken(question, idea), question.worked)
    return _said(typed, 0.0, _plainly_wrong(question, typed, values), question.worked)


def _own_line(question: Question, values: Sequence[int]) -> str:
    """How a right answer is worked out; for an equation with several solutions, by the student's own."""
    own = next(value for value in values if question.solved_by(value))
    if question.outcome is None or (own,) == question.answer:
        return question.worked
    return question.outcome(own).derivation


def _plainly_wrong(question: Question, typed: Any, values: Sequence[int]) -> Message:
    shown = answers.shown(typed)
    if question.outcome is not None and values:
        try:
            outcome = question.outcome(values[0]).derivation
        except ValueError:
            outcome = None
        if outcome is not None:
            return message("questions.not_a_solution", typed=shown, outcome=outcome, worked=question.worked)
    return message("questions.wrong", typed=shown, worked=question.worked)


def _shape_judged(question: Question, typed: Any, shares: Mapping[str, float]) -> Judgement:
    shape = answers.read_shape(typed)
    if isinstance(shape, answers.Unreadable):
        return Judgement(credit=0.0, why=shape.why, expected=_worked(question))
    if shape == question.answer:
        return _said(typed, 1.0, message("questions.right"), question.worked)
    idea = next((idea for idea in question.ideas if idea.answer == shape), None)
    if idea is not None:
        return _said(typed, shares.get(idea.name, 0.0), _mistaken(question, idea), question.worked)
    return _said(typed, 0.0, _plainly_wrong(question, typed, ()), question.worked)


# ---------------------------------------------------------------- several entries


def _entries_judged(question: Question, typed: Any, shares: Mapping[str, float], answer: str) -> Judgement:
    given = _given(question, typed)
    if given is None:
        parts = list(question.parts) or [_named(question, at) for at in range(len(question.answer))]
        why = message("questions.no_entries", parts=parts, typed=answers.shown(typed))
        return Judgement(credit=0.0, why=why, expected=_worked(question))
    if all(one is None for one in given):
        return Judgement(credit=0.0, why=message("checks.no_answer", answer=answer), expected=_worked(question))
    entries = _weighed(question, given)
    actual = message("checks.items", items=entries.shown)
    if not entries.wrong:
        return Judgement(credit=1.0, why=message("questions.right"), expected=_worked(question), actual=actual)
    idea = _recognised(question, entries)
    share = 1 - len(entries.wrong) / len(given)
    if idea is not None and _explains(idea, question, entries):
        share = shares.get(idea.name, share)
    why = _entries_wrong(question, entries, idea)
    return Judgement(credit=share, why=why, expected=_worked(question), actual=actual)


def _entries_wrong(question: Question, entries: _Entries, idea: Idea | None) -> Message:
    values: dict[str, Any] = {
        "right": len(entries.own) - len(entries.wrong),
        "all": len(entries.own),
        "wrong": [_named(question, at) for at in entries.wrong],
        "worked": question.worked,
    }
    why = message("questions.entries", **values)
    if idea is not None:
        why = message("questions.entries_idea", idea=_idea(idea), **values)
    if not entries.carried:
        return why
    return message("questions.consistent", said=nested(why), entries=[_named(question, at) for at in entries.carried])


def _given(question: Question, typed: Any) -> list[Any] | None:
    """What was typed for every entry (None: nothing); None when the answer has no entries at all."""
    amount = len(question.answer)
    if isinstance(typed, str):
        typed = _split(typed, {amount, amount + 1} if question.kind == "steps" else {amount})
    if _in_pairs(typed):
        typed = dict(typed) if question.parts else [value for _, value in typed]
    if isinstance(typed, Mapping):
        named = {answers.plain(str(key)): value for key, value in typed.items()}
        named = {ALIASES.get(key, key): value for key, value in named.items()}
        if named.keys() & set(question.parts):
            return [named.get(part) for part in question.parts]
        if question.kind != "steps":
            return None
        typed = list(typed.values())  # of one size after each layer, under whatever name
    if isinstance(typed, (list, tuple)):
        began = question.kind == "steps" and len(typed) == amount + 1 and question.numbers.get("N") in _read(typed[0])
        entries = list(typed)[1:] if began else list(typed)
        if len(entries) == amount:
            return entries
    if isinstance(answers.read_number(typed), answers.Number):
        return [*([None] * (amount - 1)), typed]  # a number alone is the last one
    return None


def _split(typed: str, amounts: Collection[int]) -> Any:
    """The entries of an answer in text, with their names where all have one; the text itself when it has none."""
    inside = typed.strip().strip("[](){}") if "(" not in typed.strip()[1:] else typed.strip().strip("[]{}")
    for sign in SIGNS_BETWEEN:
        entries = [entry.strip() for entry in re.split(sign, inside[: answers.TEXT_CAP]) if entry.strip()]
        if len(entries) not in amounts or any(_nothing_read(entry) for entry in entries):
            continue
        named = [NAMED.fullmatch(entry) for entry in entries]
        pairs = [(found[1], found[2]) for found in named if found]
        return pairs if len(pairs) == len(entries) else entries
    return typed


def _nothing_read(entry: str) -> bool:
    return isinstance(answers.read_number(entry, square=True), answers.Unreadable)


def _in_pairs(typed: Any) -> bool:
    """Whether these are (name, value) pairs."""
    rows = typed if isinstance(typed, (list, tuple)) else ()
    pairs = all(isinstance(row, (list, tuple)) and len(row) == 2 for row in rows)
    return bool(rows) and pairs and all(isinstance(row[0], str) and _nothing_read(row[0]) for row in rows)


def _weighed(question: Question, given: Sequence[Any]) -> _Entries:
    entries = _Entries(shown=[], readings=[], own=[], right=[], carried=[], ideas={})
    for at, typed in enumerate(given):
        values = _read(typed)
        follows = question.carry(at, entries.own) if question.carry is not None else None
        own = values[0] if values else None
        if question.answer[at] in values:
            entries.right.append(at)
            own = question.answer[at]
        elif follows is not None and follows.worked.value in values:
            entries.carried.append(at)
            own = follows.worked.value
        elif follows is not None:
            entries.ideas[at] = follows.ideas
        entries.readings.append(values)
        entries.own.append(own)
        entries.shown.append(f"{question.parts[at]}: {_shown(typed)}" if question.parts else _shown(typed))
    return entries


def _shown(typed: Any) -> str:
    return "-" if typed is None else answers.shown(typed)


def _read(typed: Any) -> tuple[int, ...]:
    """The whole numbers that one entry can mean; (26, 26) for rows and columns is 26."""
    read = answers.read_number(typed, square=True)
    return () if isinstance(read, answers.Unreadable) else _whole(read)


def _recognised(question: Question, entries: _Entries) -> Idea | None:
    """The misconception behind the first entry that is wrong by itself."""
    for at in entries.wrong:
        for idea in entries.ideas.get(at, ()):
            if idea.answer[0] in entries.readings[at]:
                return idea
        # Of several ideas with this entry, the one that explains the other entries too.
        changing = [idea for idea in question.ideas if _has(idea, question, at)]
        found = [idea for idea in changing if idea.answer[at] in entries.readings[at]]
        if found:
            return next((idea for idea in found if _explains(idea, question, entries)), found[0])
    return None


def _has(idea: Idea, question: Question, at: int) -> bool:
    return len(idea.answer) == len(question.answer) and idea.answer[at] != question.answer[at]


def _explains(idea: Idea, question: Question, entries: _Entries) -> bool:
    """Whether every entry was given, and is right, follows, or is what the idea leads to."""
    whole = len(idea.answer) == len(question.answer)
    return all(entries.readings) and all(whole and idea.answer[at] in entries.readings[at] for at in entries.wrong)


def _named(question: Question, at: int) -> Any:
    if question.parts:
        return question.parts[at]
    return nested(message("questions.step", nth=at + 1))


# ---------------------------------------------------------------- wording


def _said(typed: Any, credit: float, why: Message, worked: str) -> Judgement:
    own = message("checks.text", text=answers.shown(typed))
    return Judgement(credit=credit, why=why, expected=message("checks.text", text=worked), actual=own)


def _mistaken(question: Question, idea: Idea) -> Message:
    return message("questions.wrong_idea", idea=_idea(idea), worked=question.worked)


def _idea(idea: Idea) -> dict[str, object]:
    return nested(message(f"questions.idea.{idea.name}", how=idea.how))


def _worked(question: Question) -> Message:
    return message("checks.text", text=question.worked)


def _whole(read: answers.Number) -> tuple[int, ...]:
    return tuple(int(value) for value in read.readings if value == int(value))
