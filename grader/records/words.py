"""Languages, shapes, outcomes, and the sentence that is not yet written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
Shape = tuple[int, ...]
Ended = Literal[
    "ok",
    "error",
    "timeout",
    "memory",
    "output",
    "exit",
    "missing",
    "untouched",
    "unreadable",
    "refused",
    "sandbox-error",
]
State = Literal["full", "partial", "lost", "blocked", "unjudged"]
HowFound = Literal["named", "fit", "evaluate", "compile", "build"]
ModelRule = Literal["auto", "best", "last"]
MODEL_RULES: tuple[ModelRule, ...] = ("auto", "best", "last")


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A sentence that a reader may see: a key of ``texts`` and the values that fill it (JSON data)."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def message(key: str, **values: Any) -> Message:
    """Short form of ``Message(key=..., values={...})``."""
    return Message(key=key, values=values)
