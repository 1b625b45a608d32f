"""The only place that knows the order: collect, run, read, measure, score, report.

Expensive steps leave evidence under ``OUT/evidence`` as they end; a second call finds it there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from grader import questions, reports, sandbox, store, submissions
from grader.grading import output, parallel, reference_calls, schedule, submission, upgrade
from grader.grading.class_list import Row, seat
from grader.grading.gathering import Gathering
from grader.grading.submission import Job, Known, Look
from grader.grading.untouched import untouched
from grader.records import CallFacts, Ended, Message, NotGraded, Scorecard

__all__ = ["Done", "Job", "Look", "Summary", "Watch", "grade", "in_parallel"]

Task = TypeVar("Task")
BATCH = 25  # hand-ins that are scored again together
QUICK_FORMATS = ("html", "not_graded")  # nothing that a grade book could take in


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What there is to tell of a card that is written."""

    student: str
    points: float
    max_points: float
    status: Ended
    review: bool


class Watch(Protocol):
    """Who wants to see the batch go on; called from several threads, one call at a time."""

    def prepare(self, students: int, remarks: Sequence[Message] = ()) -> None:
        """So many students are found, and how the folder was read where it could be read otherwise.

        Stored results and the reference come first. No thread may be started yet.
        """

    def begin(self, students: int) -> None:
        """So many of them are graded from now on."""

    def again(self, students: int) -> None:
        """So many of them are tried again, because this machine was too busy."""

    def started(self, student: str) -> None:
        """One student's hand-in is being graded."""

    def finished(self, done: Done) -> None:
        """One student's card is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a batch came to."""

    students: int
    reviews: int  # cards that a person must look at
    unknown: tuple[str, ...] = ()  # hand-ins of nobody on the roster
    index: Path | None = None
    ran: int = 0  # executions in sandbox 1; 0 when everything was re-scored
    busy: int = 0  # submissions for which this machine was too busy; the same call tries them again
    not_graded: tuple[NotGraded, ...] = ()  # files that are nobody's submission
    missing: int = 0  # people on the roster without a submission
    doubtful: tuple[str, ...] = ()  # submissions that may be those of somebody on the roster
    untouched: tuple[str, ...] = ()  # students whose submission is the handout as it was given
    removed: int = 0  # students of an earlier call whose cards and pages are gone


@dataclass(frozen=True, slots=True)
class _Cards:
    """The cards of a batch, read from disk one at a time: a class of thousands must not fill the memory."""

    paths: tuple[Path, ...]

    def __iter__(self) -> Iterator[Scorecard]:
        for path in self.paths:
            yield store.load_card(path.read_bytes())


@dataclass(slots=True)
class _Count:
    ran: int = 0
    reviews: int = 0
    untouched: set[str] = field(default_factory=set)
    busy: list[tuple[Row, bool]] = field(default_factory=list)  # rows to try again, and whether each asked for review
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, done: Done) -> None:
        """Remember whose submission is the handout."""
        if done.status == "untouched":
            self.untouched.add(done.student)


def grade(job: Job, watch: Watch) -> Summary:
    """Grade a batch and write ``OUT``. Cards are written as they are finished, reports at the end.

    KeyboardInterrupt passes through after running sandboxes are stopped; finished cards, evidence and whatever earlier
    calls left stay. Raises GraderError for what a teacher can mend.
    """
    output.check(job.out, job.paths, exercise=job.rubric.exercise, fresh=job.fresh)
    # What a teacher wrote is read before anything is written or runs: a damaged file must not cost an hour first.
    people = submissions.read_roster(job.roster, job.id_column) if job.roster else {}
    expected, secret = job.course.expected(job.rubric.exercise), job.course.secret
    options = job.course.options(job.rubric.exercise)
    if job.rubric.questions is not None:
        questions.pool(job.rubric.questions, secret)
    found = submissions.find(
        job.paths, roster=job.roster, people=people or None, reading=job.reading,
        exercise=job.rubric.exercise, untouched=untouched(job.course, job.rubric),
    )  # fmt: skip
    output.prepare(job.out)
    sandbox.hide(job.out, job.course.root, *job.paths, *([job.roster.parent] if job.roster else []))
    rows = seat(found.hand_ins, people, bool(job.roster))
    watch.prepare(len(rows), found.remarks)
    upgrade.stamp(job.out / "evidence")
    count = _Count()
    since = time.monotonic() if job.fresh else 0.0
    calls = _reference_calls(job, count, since)
    seen = parallel.everywhere(rows, job.workers, lambda row: schedule.seen(submission.load(job, row)))
    plan = schedule.planned(rows, seen)
    known = Known(expected=expected, options=options, calls=calls, alike=plan.alike, since=since)
    order = plan.order if job.workers > 1 else tuple(rows)  # alone, nobody waits for the last one
    if job.fresh or job.workers == 1:
        watch.begin(len(rows))
    else:
        order = _left(job, order, known, watch, count)
    in_parallel(order, job.workers, lambda row, slot: _grade_one(job, row, slot, known, watch, count))
    _try_again(job, known, watch, count)
    removed = _report(job, rows, found.not_graded)
    strangers = [row for row in rows if not row.known]
    index = job.out / "index.html"
    return Summary(
        students=len(rows),
        reviews=count.reviews,
        unknown=tuple(row.student for row in strangers if row.hand_in is None or not row.hand_in.ambiguous),
        doubtful=tuple(row.student for row in strangers if row.hand_in is not None and row.hand_in.ambiguous),
        missing=sum(row.hand_in is None for row in rows),
        untouched=tuple(row.student for row in rows if row.student in count.untouched),
        removed=removed,
        index=index,
        ran=count.ran,
        busy=len(count.busy),
        not_graded=found.not_graded,
    )


def in_parallel(tasks: Sequence[Task], workers: int, work: Callable[[Task, int], None]) -> None:
    """Run ``work`` for every task, each in a slot of its own; the first error ends the batch."""
    slots: queue.SimpleQueue[int] = queue.SimpleQueue()
    for slot in range(workers):
        slots.put(slot)

    def in_slot(task: Task) -> None:
        slot = slots.get()
        try:
            work(task, slot)
        finally:
            slots.put(slot)

    sandbox.share_out(workers)
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        futures: list[Future[None]] = [pool.submit(in_slot, task) for task in tasks]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    except BaseException:
        # Ctrl-C too: what runs is killed, what waits never starts, what is finished stays on the disk.
        pool.shutdown(wait=False, cancel_futures=True)
        sandbox.stop_all()
        raise
    finally:
        pool.shutdown(wait=True)
        sandbox.cool_down()  # warm workers end with the threads that started them; here they are waited for


def _left(job: Job, rows: Sequence[Row], known: Known, watch: Watch, count: _Count) -> tuple[Row, ...]:
    """Score again, on all cores, what ran before; the rows that are left because something must run for them.

    ``watch`` begins when the processes exist: its display has a thread, and no process may be made beside one.
    """
    left = {row.slug: row for row in rows}
    # The first batch is one submission, scored here: whatever that loads, every process has from its start.
    size = min(BATCH, -(-len(rows) // job.workers)) or 1
    first, *batches = [rows[:1], *(rows[at : at + size] for at in range(1, len(rows), size))]

    def score_batch(batch: Sequence[Row]) -> Mapping[str, Any]:
        cards = submission.scored_again(job, batch, known)
        return {"done": [None if card is None else _about(card) for card in cards]}

    def note(batch: Sequence[Row], told: Mapping[str, Any]) -> None:
        for row, about in zip(batch, told["done"], strict=True):
            if about is None:
                continue
            del left[row.slug]
            done = Done(student=row.student, **about)
            watch.started(done.student)
            count.reviews += done.review
            count.note(done)
            watch.finished(done)

    scored_here = None
    with suppress(Exception):  # it is tried once more, where a fault of ours gives a card
        scored_here = score_batch(first)
    with parallel.shared_out(batches, job.workers, score_batch) as heard:
        watch.begin(len(rows))
        if scored_here is not None:
            note(first, scored_here)
        for number, told in heard:
            note(batches[number], told)
    return tuple(left.values())


def _about(card: Scorecard) -> Mapping[str, object]:
    """What ``Done`` tells of a card, but for its student."""
    return {
        "points": card.points,
        "max_points": card.max_points,
        "status": card.status,
        "review": bool(card.review),
    }


def _grade_one(job: Job, row: Row, slot: int, known: Known, watch: Watch, count: _Count) -> None:
    with count.lock:
        watch.started(row.student)
    card, executions = submission.graded(job, row, slot, known)
    with count.lock:
        count.ran += executions
        count.reviews += bool(card.review)
        if card.reason == sandbox.MACHINE_BUSY:
            count.busy.append((row, bool(card.review)))
        done = Done(student=row.student, **_about(card))  # type: ignore[arg-type]
        count.note(done)
        watch.finished(done)


def _try_again(job: Job, known: Known, watch: Watch, count: _Count) -> None:
    """Once more, one at a time, what could not be graded because this machine was too busy."""
    if not count.busy:
        return
    busy, count.busy = count.busy, []
    watch.again(len(busy))
    count.reviews -= sum(review for _, review in busy)  # they are counted anew
    in_parallel([row for row, _ in busy], 1, lambda row, slot: _grade_one(job, row, slot, known, watch, count))


def _report(job: Job, rows: Sequence[Row], not_graded: Sequence[NotGraded]) -> int:
    """What is about the whole class; nothing of an earlier call stays beside it."""
    written = _Cards(tuple(job.out / "cards" / f"{row.slug}.json" for row in rows))
    wanted_too = (name for name in job.formats if name not in reports.ALWAYS)
    formats = QUICK_FORMATS if job.look else (*reports.ALWAYS, *wanted_too)
    rendered = reports.render(
        written, job.rubric, lang=job.language, formats=formats, when=job.when, not_graded=not_graded
    )
    for name, content in rendered:
        store.write(job.out / name, content)
    return output.tidy(job.out, {row.slug for row in rows}, formats)


def _reference_calls(job: Job, count: _Count, since: float) -> Mapping[str, tuple[CallFacts, ...]]:
    """What the reference's functions give: a broken reference must cost nobody anything, so this comes first."""
    if not job.rubric.calls:
        return {}
    reference = reference_calls.submission(job.rubric, job.course.reference(job.rubric.exercise))
    found, executions = reference_calls.obtain(
        Gathering(
            submission=reference,
            reference=reference,
            rubric=job.rubric,
            data=job.data,
            evidence=job.out / "evidence",
            since=since,
            secret=job.course.secret,
        )
    )
    count.ran += executions
    return found
