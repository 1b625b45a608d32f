"""``grader validate``: rubrics are tested. The reference earns everything, the untouched handout what it should,
and every mutant loses points in exactly the criteria that it names.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from grader import course, data, pipeline, reference_calls, rubric, sandbox, score, store
from grader.course import Course
from grader.errors import CourseError
from grader.gather import Gathered, Gathering, gather
from grader.records import Facts, Provenance, Scorecard
from grader.validate import changed, committed, judging, shown
from grader.validate.cases import Case, Exercise, cases, prepared
from grader.validate.judging import Finding

TRUSTED = "no sandbox: the course's own references and mutants ran as this user (--trusted)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asks for."""

    exercises: tuple[str, ...] = ()         # none: all of the course
    course: Path | None = None
    data: Path | None = None
    workers: int = 1
    out: Path | None = None                 # keeps cards and evidence
    junit: Path | None = None
    seeds: int = 1
    update: bool = False
    trusted: bool = False
    changed: str | None = None              # the commit to compare with


@dataclass(slots=True)
class _Batch:
    """The cases under way and what came of them."""

    request: Request
    out: Path
    findings: dict[int, Finding] = field(default_factory=dict)      # by place in the list of cases
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(request: Request) -> int:
    """Validate and print the table. Exit code 0, or 1 when anything is not as it must be.

    Raises GraderError for what a teacher can mend before anything runs.
    """
    found = course.find(request.course)
    names = request.exercises or found.exercises
    if request.changed is not None:
        touched = changed.exercises(found, request.changed)
        names = tuple(name for name in names if name in touched)
    console = Console(width=None if Console().is_terminal else 160)
    if not names:
        console.print("nothing to validate" + (": no exercise changed" if request.changed is not None else ""))
        return 0
    with ExitStack() as stack:
        if request.trusted:
            stack.enter_context(sandbox.without_isolation())
            console.print(TRUSTED)
        else:
            sandbox.require()
        out = request.out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-validate-")))
        pipeline.prepare_output(out)
        exercises = [_prepared(name, found, request, out) for name in names]
        findings = _judged(exercises, _Batch(request=request, out=out), console)
    return _tell(exercises, findings, request, console)


def _prepared(name: str, found: Course, request: Request, out: Path) -> Exercise:
    """An exercise, and what its reference's functions give."""
    checked = rubric.load(found.rubric_path(name))
    exercise = prepared(checked, found, data.find(checked.data, request.data), update=request.update)
    if not checked.calls:
        return exercise
    reference = reference_calls.submission(checked, exercise.reference)
    calls, _ = reference_calls.obtain(
        Gathering(
            submission=reference,
            reference=reference,
            rubric=exercise.rubric,
            data=exercise.data,
            evidence=out / "evidence",
            secret=found.secret,
        )
    )
    return replace(exercise, calls=calls)


def _judged(exercises: Sequence[Exercise], batch: _Batch, console: Console) -> list[Finding]:
    """A finding for every case, in the order of the course; the longest begin first."""
    every = [case for exercise in exercises for case in cases(exercise, seeds=batch.request.seeds)]
    order = sorted(range(len(every)), key=lambda place: _urgency(every[place]))
    columns = (TextColumn("validating"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=len(every))

        def work(place: int, slot: int) -> None:
            result = _judge(every[place], batch, slot)
            with batch.lock:
                batch.findings[place] = result
                progress.advance(bar)

        pipeline.in_parallel(order, batch.request.workers, work)
    findings = [batch.findings[place] for place in range(len(every))]
    return [*findings, *(judging.coverage(exercise.rubric) for exercise in exercises)]


def _urgency(case: Case) -> tuple[bool, float]:
    """Trainings in full first, those with the longest limits before the others."""
    return not case.expensive, -case.rubric.run.limits.wall_s


def _judge(case: Case, batch: _Batch, slot: int) -> Finding:
    exercise = case.exercise
    gathered = gather(
        Gathering(
            submission=case.submission,
            rubric=case.rubric,
            data=exercise.data,
            evidence=batch.out / "evidence",
            slot=slot,
            quick=case.quick,
            secret=exercise.course.secret,
            seed=case.seed,
        )
    )
    stale: list[str] = []
    if case.kind == "reference":
        exercise, stale = _with_expected(exercise, gathered.facts, batch.request)
    card = _card(case, exercise, gathered)
    if batch.request.out is not None:
        name = f"{exercise.rubric.exercise}--{case.name.replace(':', '-').replace(' ', '-')}.json"
        store.write(batch.out / "cards" / name, store.dump_card(card))
    result = judging.finding(case, card)
    return replace(result, problems=(*result.problems, *stale))


def _with_expected(exercise: Exercise, facts: Facts, request: Request) -> tuple[Exercise, list[str]]:
    """The exercise with its expected values, written anew when that was asked for, and how they are stale."""
    name, wanted = exercise.rubric.exercise, committed.names(exercise.rubric)
    made = committed.fresh(exercise.rubric, facts)
    if not request.update:
        return exercise, committed.differences(exercise.expected, made, wanted)
    if wanted:
        store.write(exercise.course.root / "reference" / name / "expected.json", committed.dump(made))
    return replace(exercise, expected=made), committed.differences(made, made, wanted)


def _card(case: Case, exercise: Exercise, gathered: Gathered) -> Scorecard:
    run = gathered.run
    return score.score(
        facts=gathered.facts,
        rubric=case.rubric,
        measured=gathered.measured,
        data=gathered.data,
        expected=exercise.expected,
        reference_calls=exercise.calls,
        key=exercise.key,
        identity=score.Identity(student=case.name, slug=case.name),
        provenance=Provenance(
            submission=case.submission.sha256,
            rubric=case.rubric.sha256,
            data=exercise.data.name,
            data_sha256=exercise.data.sha256,
            versions=dict(run.environment) if run else {},
            seed=case.seed,
            isolation=run.isolation if run else "",
            seconds=run.seconds if run else 0.0,
        ),
    )


def _tell(exercises: Sequence[Exercise], findings: Sequence[Finding], request: Request, console: Console) -> int:
    """Print what came out and write JUnit; the exit code."""
    console.print(shown.table(findings))
    if request.seeds > 1:
        for exercise in exercises:
            passed: Mapping[str, tuple[int, int]] = judging.flakiness(
                findings, exercise.rubric.exercise, exercise.accuracies
            )
            for line in shown.seeds(exercise.rubric.exercise, passed):
                console.print(line, markup=False, highlight=False)
    faults = shown.problems(findings)
    for line in faults:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    killed = sum(one.kind == "mutant" and not one.problems for one in findings)
    total = sum(one.kind == "mutant" for one in findings)
    verdict = "as they must be" if not faults else f"{len(faults)} to mend"
    console.print(f"{len(exercises)} exercises, {killed} of {total} mutants killed: {verdict}", highlight=False)
    if request.junit is not None:
        isolation = "none (trusted)" if request.trusted else sandbox.probe().isolation
        store.write(request.junit, shown.junit(findings, isolation=isolation))
    return 1 if faults else 0


def workers() -> int:
    """As many cases at once as there are cores."""
    return os.cpu_count() or 1


__all__ = ["CourseError", "Request", "run", "workers"]
