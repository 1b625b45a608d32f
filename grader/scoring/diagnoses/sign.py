"""One row of the tables of errors: how a known mistake shows itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """How one mistake shows itself: in the error's class, its text, and the student's own line or cell."""

    id: str
    error: str = ""  # all are regular expressions, searched for
    text: str = ""
    line: str = ""
    code: str = ""  # in any line of the whole cell
    values: Callable[[dict[str, str | None]], Values | None] = dict  # of the named groups; None: it does not fit
