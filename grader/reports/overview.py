"""A class in numbers: light rows, spread of points, success by criterion. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from grader.records import Rubric, Scorecard, State
from grader.reports.order import natural

STATES: tuple[State, ...] = ("full", "partial", "lost", "blocked", "unjudged")
BINS = 10
NO_SANDBOX = "runs.no_sandbox"


@dataclass(frozen=True, slots=True)
class Mark:
    """One criterion of one hand-in."""

    state: State
    points: float
    max_points: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What the class table keeps of a card: a class of 3 000 stays in a few megabytes."""

    student: str
    name: str
    group: str
    slug: str
    status: str
    missing: bool
    points: float
    max_points: float
    unjudged: float
    reviews: int
    data: str
    unsafe: bool  # its code ran without a sandbox
    marks: dict[str, Mark]


@dataclass(frozen=True, kw_only=True, slots=True)
class Success:
    """How a class did on one criterion; shares are 0-1 of the hand-ins that are there."""

    criterion: str
    counts: dict[State, int]
    shares: dict[State, float]
    success: float | None  # mean share of the points; None when nothing was judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar of the distribution: hand-ins with ``low`` to ``high`` percent of the points."""

    low: int
    high: int
    count: int
    height: float  # share 0-1 of the highest bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """All that the class page shows."""

    rows: tuple[Row, ...]
    max_points: float
    mean: float | None
    median: float | None
    reviews: int
    unjudged: float
    missing: int
    bars: tuple[Bar, ...]
    criteria: tuple[Success, ...]
    data: tuple[str, ...]
    unsafe: bool

    @property
    def handed_in(self) -> int:
        return len(self.rows) - self.missing

    @property
    def students(self) -> int:
        """Different students; somebody may have handed in twice."""
        return len({row.student for row in self.rows})


def row(card: Scorecard) -> Row:
    """The light row of a card."""
    return Row(
        student=card.student,
        name=card.name,
        group=card.group,
        slug=card.slug,
        status=card.status,
        missing=card.ended == "missing",
        points=card.points,
        max_points=card.max_points,
        unjudged=card.unjudged,
        reviews=len(card.review),
        data=card.provenance.data,
        unsafe=any(reason.key == NO_SANDBOX for reason in card.review),
        marks={verdict.criterion: Mark(verdict.state, verdict.points, verdict.max_points) for verdict in card.verdicts},
    )


def overview(rows: Sequence[Row], rubric: Rubric) -> Overview:
    """The class in natural order, with its numbers; who handed nothing in counts in no mean."""
    there = [row for row in rows if not row.missing]
    points = [row.points for row in there]
    return Overview(
        rows=tuple(sorted(rows, key=lambda row: (natural(row.student), row.slug))),
        max_points=rubric.max_points,
        mean=fmean(points) if points else None,
        median=median(points) if points else None,
        reviews=sum(1 for row in rows if row.reviews),
        unjudged=sum(row.unjudged for row in there),
        missing=len(rows) - len(there),
        bars=distribution([share(row.points, row.max_points) for row in there]),
        criteria=tuple(_success(criterion.id, there) for criterion in rubric.criteria),
        data=tuple(sorted({row.data for row in there if row.data})),
        unsafe=any(row.unsafe for row in rows),
    )


def share(part: float, whole: float) -> float:
    """``part`` of ``whole`` as 0-1; nothing of nothing is 0."""
    return min(1.0, max(0.0, part / whole)) if whole else 0.0


def distribution(shares: Sequence[float]) -> tuple[Bar, ...]:
    """Ten bars of ten percent each; a share of 1 counts in the last one."""
    counts = [0] * BINS
    for reached in shares:
        counts[min(BINS - 1, int(reached * BINS + 1e-9))] += 1
    highest = max(counts) or 1
    return tuple(
        Bar(low=10 * at, high=10 * at + 10, count=count, height=count / highest) for at, count in enumerate(counts)
    )


def _success(criterion: str, there: Sequence[Row]) -> Success:
    marks = [row.marks[criterion] for row in there if criterion in row.marks]
    counts = {state: sum(1 for mark in marks if mark.state == state) for state in STATES}
    shares = {state: count / len(marks) if marks else 0.0 for state, count in counts.items()}
    judged = [mark for mark in marks if mark.state != "unjudged" and mark.max_points]
    success = fmean(share(mark.points, mark.max_points) for mark in judged) if judged else None
    return Success(criterion=criterion, counts=counts, shares=shares, success=success)
