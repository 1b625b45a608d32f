"""The only place that knows the order: collect, run, read, measure, score, report.

Expensive steps leave evidence under ``OUT/evidence`` as they end; a second call finds it there.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from grader import (
    checks,
    clean,
    collect,
    data,
    errors,
    questions,
    reference_calls,
    reports,
    sandbox,
    schedule,
    score,
    store,
)
from grader.course import Course
from grader.evidence import transcript
from grader.gather import Gathering, gather
from grader.records import (
    CallFacts,
    Facts,
    Language,
    Message,
    Problem,
    Provenance,
    Rubric,
    Run,
    Scorecard,
    Submission,
    message,
)
from grader.seating import Place, seat

Task = TypeVar("Task")
Look = Literal["", "quick", "structure"]
NONE_ALIKE: Mapping[str, int] = {}
QUICK_SHARE, QUICK_LEAST = 0.02, 64     # of the training images
QUICK_FORMATS = ("html",)               # nothing that a grade book could take in


class Watch(Protocol):
    """Who wants to see the batch go on; called from several threads, one call at a time."""

    def begin(self, students: int) -> None:
        """The batch holds so many students."""

    def started(self, student: str) -> None:
        """One student's hand-in is being graded."""

    def finished(self, student: str, card: Scorecard) -> None:
        """One student's card is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One call of ``grader grade``."""

    rubric: Rubric
    course: Course
    paths: tuple[Path, ...]
    out: Path
    data: data.DataSet
    workers: int = 1
    roster: Path | None = None
    fresh: bool = False
    look: Look = ""                     # cut every training short, or leave it out, and judge what tells early only
    threads: int = 1                    # of TensorFlow, in one run
    language: Language = "es"
    formats: tuple[str, ...] = ()
    when: datetime | None = None        # shown on the class page


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a batch came to."""

    students: int
    reviews: int                        # cards that a person must look at
    unknown: tuple[str, ...] = ()       # hand-ins of nobody on the roster
    index: Path | None = None
    ran: int = 0                        # executions in sandbox 1; 0 when everything was re-scored


@dataclass(frozen=True, slots=True)
class _Cards:
    """The cards of a batch, read from disk one at a time: a class of thousands must not fill the memory."""

    paths: tuple[Path, ...]

    def __iter__(self) -> Iterator[Scorecard]:
        for path in self.paths:
            yield store.load_card(path.read_bytes())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What is known before the first hand-in is graded: what the reference gives, and which hand-ins are the same."""

    expected: Mapping[str, Any]                         # the committed values
    calls: Mapping[str, tuple[CallFacts, ...]]          # its functions' outputs for the hidden arguments
    alike: Mapping[str, int]                            # hash of a hand-in -> how many there are
    since: float                                        # older evidence is not used


@dataclass(slots=True)
class _Count:
    ran: int = 0
    reviews: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def grade(job: Job, watch: Watch) -> Summary:
    """Grade a batch and write ``OUT``. Cards are written as they are finished, reports at the end.

    KeyboardInterrupt passes through after running sandboxes are stopped; finished cards and evidence stay.
    Raises GraderError for what a teacher can mend.
    """
    # What a teacher wrote is read before anything is written or runs: a damaged file must not cost an hour first.
    people = collect.read_roster(job.roster) if job.roster else {}
    expected, secret = job.course.expected(job.rubric.exercise), job.course.secret
    if job.rubric.questions is not None:
        questions.pool(job.rubric.questions, secret)
    prepare_output(job.out)
    sandbox.hide(job.out, job.course.root, *job.paths, *([job.roster.parent] if job.roster else []))
    places = seat(collect.find(job.paths, leave_out=job.out, roster=job.roster), people, bool(job.roster))
    watch.begin(len(places))
    count = _Count()
    since = time.time() if job.fresh else 0.0
    calls = _reference_calls(job, count, since)
    plan = schedule.planned(places, lambda place: _load(job, place))
    known = _Known(expected=expected, calls=calls, alike=plan.alike, since=since)
    order = plan.order if job.workers > 1 else places       # alone, nobody waits for the last one
    in_parallel(order, job.workers, lambda place, slot: _grade_one(job, place, slot, known, watch, count))
    cards = _Cards(tuple(job.out / "cards" / f"{place.slug}.json" for place in places))
    wanted_too = (name for name in job.formats if name not in reports.ALWAYS)
    formats = QUICK_FORMATS if job.look else (*reports.ALWAYS, *wanted_too)
    shown = {place.slug for place in places if (job.out / reports.notebook_path(place.slug)).is_file()}
    written = reports.render(
        cards, job.rubric, lang=job.language, formats=formats, when=job.when, notebooks=shown
    )
    for name, content in written:
        store.write(job.out / name, content)
    unknown = tuple(place.student for place in places if not place.known)
    index = job.out / "index.html"
    return Summary(students=len(places), reviews=count.reviews, unknown=unknown, index=index, ran=count.ran)


def prepare_output(out: Path) -> None:
    """Make the folders of the output contract. Raises OutputError when that is not possible."""
    try:
        for folder in (out, out / "cards", out / "students", out / "notebooks"):
            folder.mkdir(parents=True, exist_ok=True)
        (out / "evidence").mkdir(mode=0o700, exist_ok=True)
        probe = out / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise errors.OutputError(
            f"{out}: the report cannot be written here ({error.strerror}); name another folder with -o"
        ) from error


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
        sandbox.cool_down()     # warm workers end with the threads that started them; here they are waited for


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


def _grade_one(job: Job, place: Place, slot: int, known: _Known, watch: Watch, count: _Count) -> None:
    with count.lock:
        watch.started(place.student)
    submission = _load(job, place)
    try:
        card, executions = _judged(job, place, submission, slot, known)
    except (errors.GraderError, sandbox.Stopped):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours that one hand-in brings out is not to end the batch
        card, executions = _unjudged(job, place, submission, error), 0
        _show_hand_in(job, place, submission, None)
    store.write(job.out / "cards" / f"{place.slug}.json", store.dump_card(card))
    with count.lock:
        count.ran += executions
        count.reviews += bool(card.review)
        watch.finished(place.student, card)


def _judged(job: Job, place: Place, submission: Submission, slot: int, known: _Known) -> tuple[Scorecard, int]:
    """The card of one hand-in, and how many executions it took."""
    asked = _asked(job, place)
    gathered = gather(
        Gathering(
            submission=submission, rubric=job.rubric, data=job.data, evidence=job.out / "evidence", slot=slot,
            since=known.since, secret=job.course.secret, fit_rows=_fit_rows(job), measure=not job.look,
            threads=job.threads,
        )
    )  # fmt: skip
    card = score.score(
        facts=gathered.facts,
        rubric=job.rubric,
        measured=gathered.measured,
        data=gathered.data,
        expected=known.expected,
        reference_calls=known.calls,
        key=asked.key if asked is not None else {},
        identity=_with_remarks(_identity(place, submission, job, known.alike), asked, gathered.facts, place, job),
        provenance=_provenance(job, submission, gathered.run),
        left_out=_left_out(job),
    )
    _show_hand_in(job, place, submission, gathered.run)
    return card, gathered.executions


def _fit_rows(job: Job) -> int | None:
    """How many images a training gets in an early look, 0 where it is left out; None: all."""
    rows = {"": None, "quick": max(QUICK_LEAST, round(QUICK_SHARE * len(job.data.x_train))), "structure": 0}
    return rows[job.look]


def _left_out(job: Job) -> Mapping[str, Message]:
    """What an early look does not judge, and why."""
    if not job.look:
        return {}
    why = message("scoring.quick_look" if job.look == "quick" else "scoring.structure_look")
    return {criterion.id: why for criterion in job.rubric.criteria if not checks.tells_early(criterion)}


def _unjudged(job: Job, place: Place, submission: Submission, error: Exception) -> Scorecard:
    """The card of a hand-in at which we failed."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    why = message("scoring.grader_failed", error=type(error).__name__, where=where)
    return score.score(
        facts=Facts(ended="sandbox-error", problem=why),
        rubric=job.rubric, measured={}, expected={}, key={},
        identity=_identity(place, submission, job), provenance=_provenance(job, submission, None),
    )  # fmt: skip


def _show_hand_in(job: Job, place: Place, submission: Submission, run: Run | None) -> None:
    """The page of the hand-in itself: written when the one that is there shows another one or another run."""
    path = job.out / reports.notebook_path(place.slug)
    key = transcript.key(submission, run) if run is not None else ""
    if run is not None and reports.transcripts.shows(path, key, job.language):
        return
    found = transcript.transcript(submission, run) if run is not None else None
    if found is None:
        path.unlink(missing_ok=True)
    else:
        store.write(path, reports.transcripts.page(found, slug=place.slug, lang=job.language, key=key))


def _load(job: Job, place: Place) -> Submission:
    if place.hand_in is None:
        nothing = Problem(ended="missing", why=message("collecting.missing"))
        return Submission(
            student=place.student, exercise=job.rubric.exercise, files={}, entry=None, problem=nothing
        )
    return collect.load(place.hand_in, job.rubric.exercise)


def _asked(job: Job, place: Place) -> questions.Variant | None:
    """The student's variant of the seeded questions; the public one for who is on no class list.

    An id that only the name of a file tells picks nothing: everybody can choose one.
    """
    if job.rubric.questions is None:
        return None
    student = place.student if place.person is not None else None
    return questions.variant(job.rubric.questions, secret=job.course.secret, student=student)


def _with_remarks(
    identity: score.Identity, asked: questions.Variant | None, facts: Facts, place: Place, job: Job
) -> score.Identity:
    """``identity`` with what there is to say of whose questions were graded."""
    if asked is None:
        return identity
    listed, secret = place.person is not None, job.course.secret
    review, notices = questions.remarks(asked, claimed=facts.claimed_student, listed=listed, secret=secret)
    return replace(identity, review=(*identity.review, *review), notices=(*identity.notices, *notices))


def _identity(
    place: Place, submission: Submission, job: Job, alike: Mapping[str, int] = NONE_ALIKE
) -> score.Identity:
    person = place.person
    review: list[Message] = []
    if place.duplicate:
        review.append(message("collecting.duplicate", student=place.student, origin=clean.codes(submission.origin)))
    if not place.known:
        review.append(message("collecting.unknown", student=place.student))
    if not sandbox.isolated():
        review.append(message("runs.no_sandbox"))
    if submission.others:
        review.append(message("collecting.others", chosen=submission.entry, others=list(submission.others)))
    notices = list(submission.notices)
    if (others := alike.get(submission.sha256, 0) - 1) > 0:
        notices.append(message("collecting.same_hand_in", others=others))
    if job.data.name != job.rubric.data:
        notices.append(message("collecting.other_data", used=job.data.name, wanted=job.rubric.data))
    return score.Identity(
        student=place.student,
        slug=place.slug,
        duplicate=place.duplicate,
        name=person.name if person else "",
        email=person.email if person else "",
        group=person.group if person else "",
        origin=submission.origin,
        review=tuple(review),
        notices=tuple(notices),
    )


def _provenance(job: Job, submission: Submission, run: Run | None) -> Provenance:
    return Provenance(
        submission=submission.sha256,
        rubric=job.rubric.sha256,
        data=job.data.name,
        data_sha256=job.data.sha256,
        versions=dict(run.environment) if run else {},
        seed=run.seed if run else 0,
        isolation=run.isolation if run else "",
        memory_limit=run.memory_limit if run else "",
        seconds=run.seconds if run else 0.0,
        peak_memory=run.peak_memory if run else 0,
    )
