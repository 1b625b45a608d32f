"""What is graded to validate an exercise: its reference, its untouched handout, its mutants."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from grader import mutants, questions
from grader.course import Course
from grader.data import DataSet
from grader.handout import handout, with_pool
from grader.mutants import ACCURACY_CHECKS
from grader.records import CallFacts, Criterion, Rubric, RunSpec, Submission

Kind = Literal["reference", "handout", "mutant", "seed"]
# A notebook that never ends by itself is given no more than it needs to show that.
ENDLESS_CELL_S = 25.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise, with everything that its cases share."""

    rubric: Rubric                      # without the criteria that a person judges
    course: Course
    data: DataSet
    reference: bytes                    # with the questions of this course
    expected: Mapping[str, Any]
    calls: Mapping[str, tuple[CallFacts, ...]] = field(default_factory=dict)

    @property
    def key(self) -> Mapping[str, Any]:
        """The answers to the public variant of its questions."""
        if self.rubric.questions is None:
            return {}
        return questions.variant(self.rubric.questions, secret=self.course.secret, student=None).key

    @property
    def accuracies(self) -> tuple[str, ...]:
        """The criteria that rest on an accuracy."""
        return tuple(one.id for one in self.rubric.criteria if one.check in ACCURACY_CHECKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One hand-in with the criteria on which it must lose points, and no others."""

    exercise: Exercise
    kind: Kind
    name: str
    submission: Submission
    costs: frozenset[str]
    rubric: Rubric                      # with the criteria that are compared, and limits that suit
    quick: bool = False                 # one epoch on 2 000 rows
    seed: int = 0

    @property
    def expensive(self) -> bool:
        """Whether it trains in full; such cases begin first."""
        return not self.quick and bool(self.exercise.accuracies)


def without_people(rubric: Rubric) -> Rubric:
    """The rubric without the criteria that a person judges: no program can show anything of them."""
    return _only(rubric, [one for one in rubric.criteria if one.check != "manual"])


def _only(rubric: Rubric, criteria: list[Criterion]) -> Rubric:
    ids = {one.id for one in criteria}
    kept = tuple(replace(one, needs=tuple(needed for needed in one.needs if needed in ids)) for one in criteria)
    return replace(rubric, criteria=kept)


def prepared(rubric: Rubric, course: Course, data: DataSet, *, update: bool) -> Exercise:
    """The exercise with its reference; expected values that are about to be written anew are not read."""
    whole = without_people(rubric)
    return Exercise(
        rubric=replace(whole, run=replace(whole.run, seeds=1)),
        course=course,
        data=data,
        reference=with_pool(course.reference(rubric.exercise), rubric, secret=course.secret),
        expected={} if update else course.expected(rubric.exercise),
    )


def cases(exercise: Exercise, *, seeds: int) -> Iterator[Case]:
    """Reference, handout and mutants, and the reference with further seeds when accuracy matters.

    Raises CourseError when a mutant or the handout cannot be made.
    """
    rubric = exercise.rubric
    yield _case(exercise, "reference", "reference", exercise.reference)
    everything = frozenset(one.id for one in rubric.criteria)
    untouched = handout(exercise.course.reference(rubric.exercise), rubric, lang="es", secret=exercise.course.secret)
    yield _case(exercise, "handout", "untouched handout", untouched, costs=everything - set(rubric.untouched))
    for mutant in mutants.make(rubric, exercise.reference, secret=exercise.course.secret):
        compared = rubric
        if not mutant.full:
            compared = _only(rubric, [one for one in rubric.criteria if one.id not in exercise.accuracies])
        if mutant.endless:
            compared = replace(compared, run=_shorter(compared.run))
        made = _case(exercise, "mutant", mutant.name, mutant.content, costs=frozenset(mutant.costs))
        yield replace(made, rubric=compared, quick=not mutant.full)
    if exercise.accuracies:
        for seed in range(1, seeds):
            yield replace(_case(exercise, "seed", f"seed {seed}", exercise.reference), seed=seed)


def _shorter(run: RunSpec) -> RunSpec:
    return replace(run, limits=replace(run.limits, cell_s=min(run.limits.cell_s, ENDLESS_CELL_S)))


def _case(
    exercise: Exercise, kind: Kind, name: str, content: bytes, costs: frozenset[str] = frozenset()
) -> Case:
    entry = f"{exercise.rubric.exercise}.ipynb"
    submission = Submission(
        student=name,
        exercise=exercise.rubric.exercise,
        files={entry: content},
        entry=entry,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return Case(exercise=exercise, kind=kind, name=name, submission=submission, costs=costs, rubric=exercise.rubric)
