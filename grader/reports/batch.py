"""What the reports of a class say beside its cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.records import NotGraded


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One call of ``grader grade``, as its reports tell of it."""

    when: datetime | None = None  # UTC
    not_graded: tuple[NotGraded, ...] = ()  # in natural order of their paths
