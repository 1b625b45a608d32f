"""What was typed under a key, and the words that a teacher has for wrong answers."""

from __future__ import annotations

from typing import Any, TypedDict

from grader.records import Evidence, Judgement, message
from grader.scoring import answers
from grader.scoring.checks.subject import ended_reason, nested


class Words(TypedDict):
    """A sentence in both languages."""

    en: str
    es: str


def typed_answer(evidence: Evidence, answer: str) -> Any | Judgement:
    """What was typed under a key, or credit 0 with the reason."""
    typed = evidence.facts.answers.get(answer)
    if isinstance(typed, answers.Unreadable):
        return Judgement(credit=0.0, why=typed.why)
    if typed is None or typed in ("", "...", [], {}):
        reason = ended_reason(evidence.facts, answer)
        if reason is None:
            if answer not in evidence.facts.answers:
                return Judgement(credit=0.0, why=message("checks.no_answer", answer=answer))
            key = "checks.answer_empty" if typed in ([], {}) else "checks.answer_open"
            return Judgement(credit=0.0, why=message(key, answer=answer))
        why = message("checks.no_answer_because", answer=answer, reason=nested(reason))
        return Judgement(credit=0.0, why=why)
    return typed
