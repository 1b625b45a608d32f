"""Grading the cases of a validation: what may take long first, what is short many in one sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import data, store
from grader.course import rubric
from grader.course.course import Course
from grader.errors import CourseError, RubricError
from grader.grading import pipeline, reference_calls
from grader.grading.gather import Gathered, gather, in_a_row
from grader.grading.gathering import Gathering
from grader.records import CallFacts, Facts, Provenance, Scorecard
from grader.scoring import score
from grader.untrusted.text import slug_of
from grader.validation import committed, judging
from grader.validation.cases import cases, prepared, reference
from grader.validation.values import Case, Exercise, Finding

IN_A_ROW = 12  # runs that share a sandbox
QUICK_ROWS = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What holds for all cases, and what is told of each as it ends (from several threads, one call at a time)."""

    out: Path
    workers: int
    keep: bool  # cards stay in ``out``
    seeds: int
    update: bool
    ended: Callable[[Finding], None]
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The exercises that could be read, and the findings in the order of the course."""

    exercises: tuple[Exercise, ...]
    findings: tuple[Finding, ...]


def validate(names: Sequence[str], course: Course, named: Path | None, batch: Batch) -> Outcome:
    """Try everything with these exercises; ``named`` is where the data are.

    Raises GraderError for what stops all of them: no data, no sandbox, no place to write.
    """
    read: dict[str, Exercise | Finding] = {}

    def prepare(name: str, slot: int) -> None:
        read[name] = _prepared(name, course, named, batch, slot)

    pipeline.in_parallel(names, batch.workers, prepare)
    exercises = [one for name in names if isinstance(one := read[name], Exercise)]
    planned, findings = list[Case](), [one for one in read.values() if isinstance(one, Finding)]
    for exercise in exercises:
        found, faults = cases(exercise, seeds=batch.seeds)
        planned += found
        findings += [*faults, *judging.rules(exercise.whole)]
    for one in findings:
        batch.ended(one)

    def work(together: tuple[Case, ...], slot: int) -> None:
        if len(together) > 1:
            in_a_row([_gathering(case, batch, slot) for case in together])
        for case in together:
            made = _judged(case, batch, slot)
            with batch.lock:
                findings.append(made)
                batch.ended(made)

    pipeline.in_parallel(together(planned), batch.workers, work)
    return Outcome(exercises=tuple(exercises), findings=tuple(_ordered(findings, names, planned)))


def together(planned: Sequence[Case]) -> list[tuple[Case, ...]]:
    """The cases by sandbox: trainings in full alone, the longest first, then the short ones of an exercise in a row."""
    alone = sorted((case for case in planned if case.long), key=lambda case: -case.rubric.run.limits.time_s)
    rows: list[tuple[Case, ...]] = []
    for name in dict.fromkeys(case.exercise.name for case in planned):
        short = [case for case in planned if case.exercise.name == name and not case.long]
        parts = -(-len(short) // IN_A_ROW)
        rows += [tuple(short[part::parts]) for part in range(parts)]
    return [*((case,) for case in alone), *sorted(rows, key=len, reverse=True)]


def _ordered(findings: Sequence[Finding], names: Sequence[str], planned: Sequence[Case]) -> list[Finding]:
    places = {(case.exercise.name, case.name): place for place, case in enumerate(planned)}
    at = {name: place for place, name in enumerate(names)}
    last = len(planned)
    return sorted(
        findings, key=lambda one: (at.get(one.exercise, 0), places.get((one.exercise, one.name), last), one.kind)
    )


# ---------------------------------------------------------------- one exercise


def _prepared(name: str, course: Course, named: Path | None, batch: Batch, slot: int) -> Exercise | Finding:
    """An exercise with what its reference gives, or why it cannot be validated at all."""
    try:
        checked = rubric.load(course.rubric_path(name))
        found = data.split(data.find(checked.data, named), checked.test, course.secret)
        exercise = prepared(checked, course, found)
        exercise = replace(exercise, calls=_calls(exercise, batch, slot))
        return _updated(exercise, batch, slot) if batch.update else exercise
    except (RubricError, CourseError) as error:
        return Finding(exercise=Path(name).stem, kind="rule", name="rubric and reference", problems=(str(error),))


def _calls(exercise: Exercise, batch: Batch, slot: int) -> Mapping[str, tuple[CallFacts, ...]]:
    own = reference_calls.submission(exercise.rubric, exercise.reference)
    task = replace(_gathering(reference(exercise), batch, slot), submission=own, reference=own)
    return reference_calls.obtain(task)[0]


def _updated(exercise: Exercise, batch: Batch, slot: int) -> Exercise:
    """The exercise with expected values written anew from what its reference gives."""
    if not committed.names(exercise.rubric):
        return exercise
    made = committed.fresh(exercise.rubric, gather(_gathering(reference(exercise), batch, slot)).facts)
    store.write(exercise.course.root / "reference" / exercise.name / "expected.json", committed.dump(made))
    return replace(exercise, expected=made)


# ---------------------------------------------------------------- one case


def _gathering(case: Case, batch: Batch, slot: int) -> Gathering:
    return Gathering(
        submission=case.submission,
        rubric=case.rubric,
        data=case.exercise.data,
        evidence=batch.out / "evidence",
        slot=slot,
        fit_rows=QUICK_ROWS if case.quick else None,
        secret=case.exercise.course.secret,
        seed=case.seed,
    )


def _judged(case: Case, batch: Batch, slot: int) -> Finding:
    gathered = gather(_gathering(case, batch, slot))
    card = _card(case, gathered)
    if batch.keep:
        folder = batch.out / "cards" / case.exercise.name
        folder.mkdir(exist_ok=True)
        store.write(folder / f"{slug_of(case.name)}.json", store.dump_card(card))
    found = judging.finding(case, card)
    stale = _stale(case.exercise, gathered.facts) if case.kind == "reference" else []
    return replace(found, problems=(*found.problems, *stale))


def _stale(exercise: Exercise, facts: Facts) -> list[str]:
    made = committed.fresh(exercise.rubric, facts)
    return committed.differences(exercise.expected, made, committed.names(exercise.rubric))


def _card(case: Case, gathered: Gathered) -> Scorecard:
    exercise, run = case.exercise, gathered.run
    return score.score(
        facts=gathered.facts,
        rubric=case.rubric,
        measured=gathered.measured,
        data=gathered.data,
        expected=exercise.expected,
        options=exercise.options,
        reference_calls=exercise.calls,
        key=exercise.key,
        identity=score.Identity(student=case.name, slug=slug_of(case.name)),
        provenance=Provenance(
            submission=case.submission.sha256,
            rubric=case.rubric.sha256,
            data=exercise.data.name,
            data_sha256=exercise.data.whole_sha256,
            split=exercise.data.split,
            versions=dict(run.environment) if run else {},
            seed=case.seed,
            isolation=run.isolation if run else "",
            memory_limit=run.memory_limit if run else "",
            clock=run.clock if run else "",
            seconds=run.seconds if run else 0.0,
            cpu_seconds=run.cpu_seconds if run else 0.0,
            cpu_share=run.cpu_share if run else 0.0,
            peak_memory=run.peak_memory if run else 0,
        ),
    )
