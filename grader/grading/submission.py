"""The card of one hand-in, and what is written with it: its page, and the page of the hand-in itself."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from grader import data, errors, questions, reports, sandbox, store, submissions
from grader.course.course import Course
from grader.evidence import transcript
from grader.grading.class_list import Row
from grader.grading.gather import gather
from grader.grading.gathering import Gathering, NotStored
from grader.grading.untouched import untouched, without_handout
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
from grader.scoring import checks, score
from grader.submissions import Reading
from grader.untrusted.file_kind import stem_of
from grader.untrusted.text import as_codes

Look = Literal["", "quick", "structure"]
NONE_ALIKE: Mapping[str, int] = {}
LOOK_ALIKES_SHOWN = 5
OTHERS_SHOWN = 10
QUICK_SHARE, QUICK_LEAST = 0.02, 64  # of the training images
LOOK_EPOCHS = 12  # each notebook has its own length of histories, and callbacks and schedules that count on it


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
    look: Look = ""  # cut every training short, or leave it out, and judge what tells early only
    threads: int = 1  # of TensorFlow, in one run
    language: Language = "es"
    formats: tuple[str, ...] = ()
    when: datetime | None = None  # shown on the class page
    reading: Reading = ""  # how a lone folder is read; "": what it holds decides
    id_column: str | None = None  # of the roster


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known before the first hand-in is graded: what the reference gives, and which hand-ins are the same."""

    expected: Mapping[str, Any]  # the committed values
    options: Mapping[str, Mapping[str, tuple[str, ...]]]  # of its questions: answer -> letter -> texts
    calls: Mapping[str, tuple[CallFacts, ...]]  # its functions' outputs for the hidden arguments
    alike: Mapping[str, int]  # hash of a hand-in -> how many there are
    since: float  # older evidence is not used (monotonic; 0: all is)


def graded(job: Job, row: Row, slot: int, known: Known) -> tuple[Scorecard, int]:
    """The card of one hand-in, written with its pages, and how many executions it took.

    Raises GraderError for what a teacher can mend, and Stopped.
    """
    submission = load(job, row)
    try:
        card, run, executions = _judged(job, row, submission, slot, known)
    except (errors.GraderError, sandbox.Stopped):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours that one hand-in brings out is not to end the batch
        card, run, executions = _unjudged(job, row, submission, error), None, 0
    shown = _show_hand_in(job, row, submission, run)
    _write_card(job, row, card)
    _write_page(job, row, card, shown)
    return card, executions


def scored_again(job: Job, rows: Sequence[Row], known: Known) -> list[Scorecard | None]:
    """The cards of several hand-ins, written with their pages; None where something must run.

    Step by step for all of them: a step is fast when what it needs is still in the caches of the processor.
    Raises whatever goes wrong.
    """
    scored = [(row, _scored(job, row, known)) for row in rows]
    found = [(row, *told) for row, told in scored if told is not None]
    for row, card, _ in found:
        _write_card(job, row, card)
    for row, card, shown in found:
        _write_page(job, row, card, shown)
    return [None if told is None else told[0] for _, told in scored]


def _scored(job: Job, row: Row, known: Known) -> tuple[Scorecard, bool] | None:
    """The card of one hand-in, and whether the hand-in has a page; None when something must run."""
    submission = load(job, row)
    try:
        card, run, _ = _judged(job, row, submission, 0, known, stored_only=True)
    except NotStored:
        return None
    return card, _show_hand_in(job, row, submission, run)


def _write_card(job: Job, row: Row, card: Scorecard) -> None:
    store.write(job.out / "cards" / f"{row.slug}.json", store.dump_card(card))


def _write_page(job: Job, row: Row, card: Scorecard, shown: bool) -> None:
    page = reports.student_page(card, job.rubric, job.language, notebook=shown)
    store.write(job.out / reports.student_path(row.slug), page)


def _judged(
    job: Job, row: Row, submission: Submission, slot: int, known: Known, *, stored_only: bool = False
) -> tuple[Scorecard, Run | None, int]:
    """The card of one hand-in, the run that it rests on, and how many executions it took."""
    asked = _asked(job, row)
    gathered = gather(
        Gathering(
            submission=submission, rubric=job.rubric, data=job.data, evidence=job.out / "evidence", slot=slot,
            since=known.since, secret=job.course.secret, fit_rows=_fit_rows(job), fit_epochs=LOOK_EPOCHS,
            early=bool(job.look), measure=not job.look,
            threads=job.threads, stored_only=stored_only,
        )
    )  # fmt: skip
    card = score.score(
        facts=gathered.facts,
        rubric=job.rubric,
        measured=gathered.measured,
        data=gathered.data,
        expected=known.expected,
        options=known.options,
        reference_calls=known.calls,
        key=asked.key if asked is not None else {},
        identity=_with_remarks(_identity(row, submission, job, known.alike), asked, gathered.facts, row, job),
        provenance=_provenance(job, submission, gathered.run),
        left_out=_left_out(job),
    )
    card = replace(card, reason=sandbox.MACHINE_BUSY) if gathered.busy else card
    return card, gathered.run, gathered.executions


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


def _unjudged(job: Job, row: Row, submission: Submission, error: Exception) -> Scorecard:
    """The card of a hand-in at which we failed."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    why = message("scoring.grader_failed", error=type(error).__name__, where=where)
    return score.score(
        facts=Facts(ended="sandbox-error", problem=why),
        rubric=job.rubric,
        measured={},
        expected={},
        key={},
        identity=_identity(row, submission, job),
        provenance=_provenance(job, submission, None),
    )


def _show_hand_in(job: Job, row: Row, submission: Submission, run: Run | None) -> bool:
    """Whether the hand-in itself has a page: written when the one that is there shows another one or another run."""
    path, executed = job.out / reports.notebook_path(row.slug), job.out / reports.executed_path(row.slug)
    key = transcript.key(submission, run) if run is not None else ""
    if run is not None and reports.transcripts.shows(path, key, job.language) and executed.exists():
        return True
    found = transcript.transcript(submission, run) if run is not None else None
    if found is None:
        path.unlink(missing_ok=True)
        executed.unlink(missing_ok=True)
    else:
        store.write(executed, reports.executed.notebook(found, job.language))
        store.write(path, reports.transcripts.page(found, slug=row.slug, lang=job.language, key=key))
    return found is not None


def load(job: Job, row: Row) -> Submission:
    """What was handed in for a row; a problem in it says why there is nothing to run."""
    if row.hand_in is None:
        nothing = Problem(ended="missing", why=message("collecting.missing"))
        return Submission(student=row.student, exercise=job.rubric.exercise, files={}, entry=None, problem=nothing)
    found = submissions.load(row.hand_in, job.rubric.exercise, untouched(job.course, job.rubric))
    return without_handout(found, job.course, job.rubric)


def _asked(job: Job, row: Row) -> questions.Variant | None:
    """The student's variant of the seeded questions; the public one for who is on no class list.

    An id that only the name of a file tells picks nothing: everybody can choose one.
    """
    if job.rubric.questions is None:
        return None
    student = row.student if row.person is not None else None
    return questions.variant(job.rubric.questions, secret=job.course.secret, student=student)


def _with_remarks(
    identity: score.Identity, asked: questions.Variant | None, facts: Facts, row: Row, job: Job
) -> score.Identity:
    """``identity`` with what there is to say of whose questions were graded."""
    if asked is None or facts.ended == "untouched":
        return identity
    listed, secret = row.person is not None, job.course.secret
    review, notices = questions.remarks(asked, claimed=facts.claimed_student, listed=listed, secret=secret)
    return replace(identity, review=(*identity.review, *review), notices=(*identity.notices, *notices))


def _identity(row: Row, submission: Submission, job: Job, alike: Mapping[str, int] = NONE_ALIKE) -> score.Identity:
    person = row.person
    review: list[Message] = []
    if row.duplicate:
        review.append(message("collecting.duplicate", student=row.student, origin=as_codes(submission.origin)))
    if row.hand_in is not None and row.hand_in.ambiguous:
        people = [as_codes(one) for one in row.hand_in.ambiguous[:LOOK_ALIKES_SHOWN]]
        review.append(message("collecting.ambiguous", student=row.student, people=people))
    elif not row.known:
        review.append(message("collecting.unknown", student=row.student))
    if row.looks_like:
        twins = [as_codes(other) for other in row.looks_like[:LOOK_ALIKES_SHOWN]]
        review.append(message("collecting.looks_like", student=as_codes(row.student), others=twins))
    if not sandbox.isolated():
        review.append(message("runs.no_sandbox"))
    if submission.rivals:
        review.append(message("collecting.rivals", chosen=submission.entry, rivals=list(submission.rivals)))
    notices = [*_matched(row), *_passed_over(submission), *submission.notices]
    if (others := alike.get(submission.sha256, 0) - 1) > 0:
        notices.append(message("collecting.same_hand_in", others=others))
    if job.data.name != job.rubric.data:
        notices.append(message("collecting.other_data", used=job.data.name, wanted=job.rubric.data))
    return score.Identity(
        student=row.student,
        slug=row.slug,
        duplicate=row.duplicate,
        name=person.name if person else "",
        email=person.email if person else "",
        group=person.group if person else "",
        origin=submission.origin,
        review=tuple(review),
        notices=tuple(notices),
    )


def _passed_over(submission: Submission) -> list[Message]:
    """The files that were not graded beside the one that was, but for those of which a person must decide."""
    others = [name for name in submission.others if name not in submission.rivals]
    if submission.entry is None or not others:
        return []
    shown = [as_codes(name) for name in others[:OTHERS_SHOWN]] + (["…"] if len(others) > OTHERS_SHOWN else [])
    return [message("collecting.others", chosen=submission.entry, others=shown)]


def _matched(row: Row) -> list[Message]:
    """Why a submission is this person's, when its name is not the id on the roster."""
    if row.hand_in is None or row.hand_in.match is None or stem_of(row.hand_in.origin) == row.student:
        return []
    reason = f"words.by_{row.hand_in.match.reason}"
    return [message("collecting.matched", origin=as_codes(row.hand_in.origin), student=row.student, reason=reason)]


def _provenance(job: Job, submission: Submission, run: Run | None) -> Provenance:
    return Provenance(
        submission=submission.sha256,
        rubric=job.rubric.sha256,
        data=job.data.name,
        data_sha256=job.data.whole_sha256,
        split=job.data.split,
        versions=dict(run.environment) if run else {},
        seed=run.seed if run else 0,
        isolation=run.isolation if run else "",
        memory_limit=run.memory_limit if run else "",
        clock=run.clock if run else "",
        seconds=run.seconds if run else 0.0,
        cpu_seconds=run.cpu_seconds if run else 0.0,
        cpu_share=run.cpu_share if run else 0.0,
        peak_memory=run.peak_memory if run else 0,
    )
