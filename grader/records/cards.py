"""What a student reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from grader.records.facts import Accuracy, LayerFacts
from grader.records.words import Ended, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A message with its renderings, as cards keep it."""

    key: str
    values: Mapping[str, Any]
    en: str
    es: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One criterion, judged."""

    criterion: str
    state: State
    points: float  # credit x max_points; 0 when unjudged
    max_points: float
    credit: float | None
    why: Text
    expected: Text | None = None
    actual: Text | None = None
    blocked_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GradedModel:
    """The model that the verdicts are about, for the reader."""

    found: Text  # which object, how it was found
    layers: tuple[LayerFacts, ...]
    total_params: int
    trainable_params: int
    source: Literal["file", "claim"]
    preprocessing: Text | None = None
    test: Accuracy | None = None
    train: Accuracy | None = None
    others: tuple[Text, ...] = ()  # the other candidates and what they would have earned


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCellText:
    """A failed cell, for the reader."""

    cell: int
    kind: str
    error: str
    text: str
    line: str
    cause: Text | None = None
    cure: Text | None = None
    at: int | None = None  # number of the line: in the file of a module, else in the cell
    place: Text | None = None  # what the cell is called


@dataclass(frozen=True, kw_only=True, slots=True)
class DiagnosisText:
    """A known mistake in what ran, for the reader."""

    id: str
    cause: Text
    cure: Text
    cell: int | None = None
    line: str = ""
    place: Text | None = None  # what its cell is called


# What differs from run to run: left out when cards are compared.
MEASURED_ANEW = ("seconds", "cpu_seconds", "cpu_share", "peak_memory")


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What a card rests on; the parts of ``MEASURED_ANEW`` are the only ones that differ between runs."""

    submission: str
    rubric: str
    data: str  # name of the data set that was used
    data_sha256: str  # of the whole set, also where its split is secret
    versions: Mapping[str, str]
    seed: int
    isolation: str
    memory_limit: str = ""
    split: str = ""  # of the data: "public" or "secret"
    clock: str = ""  # what limits of time counted: CPU time or wall clock
    seconds: float = 0.0  # of the wall clock
    cpu_seconds: float = 0.0
    cpu_share: float = 0.0  # of a fair share of the processors
    peak_memory: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """One student's result for one exercise: all that a report may show."""

    student: str
    slug: str
    exercise: str
    status: str  # Run.ended, or "duplicate"
    verdicts: tuple[Verdict, ...]
    points: float
    unjudged: float
    max_points: float
    review: tuple[Text, ...]
    notices: tuple[Text, ...]
    failed: tuple[FailedCellText, ...]
    model: GradedModel | None
    provenance: Provenance
    ended: Ended = "ok"
    reason: str = ""  # "machine_busy": to be graded again, for want of a free processor
    diagnoses: tuple[DiagnosisText, ...] = ()
    name: str = ""  # from the roster
    email: str = ""
    group: str = ""
    origin: str = ""
