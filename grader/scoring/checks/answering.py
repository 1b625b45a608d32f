"""Checks on typed answers that are not numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grader.records import Evidence, Judgement, message
from grader.scoring import answers, options
from grader.scoring.checks.typed import Words, typed_answer

LETTERS = "abcdef"  # of options whose texts are not known


def choice(
    evidence: Evidence,
    *,
    answer: str,
    correct: str | Sequence[str],
    hints: Mapping[str, Words] | None = None,
) -> Judgement:
    """The option typed as ``answer`` is ``correct`` (or one of them); ``hints`` speak to a wrong option.

    An option is known by its letter, whatever is said around it, or by its own words as the reference puts them:
    ``- a) ...`` in the list below the answer's name in bold. What fits no option, or several, is told to be unreadable.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    right = {answers.plain(option) for option in ([correct] if isinstance(correct, str) else correct)}
    word = option(evidence, answer, typed, [*right, *(hints or {})])
    if isinstance(word, answers.Unreadable):
        return Judgement(credit=0.0, why=word.why)
    own = message("checks.text", text=answers.shown(typed))
    if word in right:
        return Judgement(credit=1.0, why=message("checks.choice_right"), actual=own)
    for wrong, words in (hints or {}).items():
        if answers.plain(wrong) == word:
            return Judgement(credit=0.0, why=message("checks.teacher", words=dict(words)), actual=own)
    return Judgement(credit=0.0, why=message("checks.choice_wrong", typed=word), actual=own)


def option(evidence: Evidence, answer: str, typed: Any, named: Iterable[str]) -> str | answers.Unreadable:
    """The option that was typed, in plain form; ``named`` are those of which the rubric speaks."""
    ours = {answers.plain(one): tuple[str, ...]() for one in named}
    if any(len(one) == 1 for one in ours):
        ours = {**dict.fromkeys(LETTERS, ()), **ours}
    return options.read(typed, evidence.options.get(answer) or ours)


def text_answer(evidence: Evidence, *, answer: str, any_of: Sequence[str]) -> Judgement:
    """The single term typed as ``answer`` is one of ``any_of``; case, accents and spaces do not matter."""
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    word = answers.read_word(typed)
    if isinstance(word, answers.Unreadable):
        return Judgement(credit=0.0, why=word.why)
    right = word in {answers.plain(term) for term in any_of}
    key = "checks.term_right" if right else "checks.term_wrong"
    own = message("checks.text", text=answers.shown(typed))
    return Judgement(credit=1.0 if right else 0.0, why=message(key, typed=answers.shown(typed)), actual=own)


def shape_answer(evidence: Evidence, *, answer: str, equals: Sequence[int]) -> Judgement:
    """The shape typed as ``answer`` is ``equals``: a tuple, a list or text, with or without the batch axis."""
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    shape = answers.read_shape(typed)
    if isinstance(shape, answers.Unreadable):
        return Judgement(credit=0.0, why=shape.why)
    right = shape == tuple(equals)
    return Judgement(
        credit=1.0 if right else 0.0,
        why=message("checks.shape_right" if right else "checks.shape_wrong", shape=list(shape)),
        expected=message("checks.shape", shape=list(equals)),
        actual=message("checks.shape", shape=list(shape)),
    )
