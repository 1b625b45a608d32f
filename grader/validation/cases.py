"""What is graded to validate an exercise: its reference, its untouched handout, its mutants."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import replace

from grader.course import notebooks
from grader.course.course import Course
from grader.course.handout import handout, with_pool
from grader.data import DataSet
from grader.errors import CourseError
from grader.records import Criterion, Rubric, RunSpec, Submission
from grader.scoring import checks
from grader.validation import mutants
from grader.validation.mutants import Mutant, places
from grader.validation.values import Case, Exercise, Finding, Kind

# A notebook that never ends by itself is given no more than it needs to show that.
ENDLESS_CELL_S = 20.0


def prepared(rubric: Rubric, course: Course, data: DataSet) -> Exercise:
    """An exercise with its reference and its committed values. Raises CourseError."""
    reference = with_pool(course.reference(rubric.exercise), rubric, secret=course.secret)
    whole = notebooks.load(reference, f"reference/{rubric.exercise}/solution.ipynb")
    judged = _only(rubric, [one for one in rubric.criteria if one.check != "manual"])
    return Exercise(
        rubric=replace(judged, run=replace(judged.run, seeds=1)),
        whole=rubric,
        course=course,
        data=data,
        reference=reference,
        expected=course.expected(rubric.exercise),
        options=course.options(rubric.exercise),
        trains=any(places.name(place.node) == "fit" for place in places.nodes(whole, ast.Call)),
    )


def _only(rubric: Rubric, criteria: list[Criterion]) -> Rubric:
    """The rubric with these criteria; none of them needs one that is not there."""
    ids = {one.id for one in criteria}
    kept = tuple(replace(one, needs=tuple(needed for needed in one.needs if needed in ids)) for one in criteria)
    return replace(rubric, criteria=kept)


def cases(exercise: Exercise, *, seeds: int = 1) -> tuple[list[Case], list[Finding]]:
    """Everything that is tried, and a finding for everything that cannot be made."""
    found, faults = [reference(exercise)], list[Finding]()
    try:
        found.append(untouched(exercise))
    except CourseError as error:
        faults.append(_cannot(exercise, "handout", "untouched handout", error))
    whole = notebooks.load(exercise.reference, f"reference/{exercise.name}/solution.ipynb")
    for name in exercise.rubric.mutants:
        try:
            found.append(mutant(exercise, mutants.one(exercise.rubric, name, whole, secret=exercise.course.secret)))
        except CourseError as error:
            faults.append(_cannot(exercise, "mutant", name, error))
    if exercise.accuracies:
        first = found[0]
        found += [replace(first, kind="seed", name=f"seed {seed}", seed=seed) for seed in range(1, seeds)]
    return found, faults


def reference(exercise: Exercise) -> Case:
    """The solution, which must earn everything."""
    return _case(exercise, "reference", "reference", exercise.reference)


def untouched(exercise: Exercise) -> Case:
    """The handout as students get it, which must earn what the rubric says. Raises CourseError."""
    given = exercise.course.reference(exercise.name)
    content = handout(given, exercise.rubric, lang="es", secret=exercise.course.secret)
    made = _case(exercise, "handout", "untouched handout", content)
    return replace(made, earns=tuple(exercise.rubric.untouched))


def mutant(exercise: Exercise, made: Mutant) -> Case:
    """A mutant, with the criteria that are compared: after a short training, none that rests on an accuracy."""
    rubric = exercise.rubric
    if not made.full:
        kept = [one for one in rubric.criteria if one.id in made.costs or not checks.rests_on_accuracy(one)]
        rubric = _only(rubric, kept)
    if made.endless:
        rubric = replace(rubric, run=_shorter(rubric.run))
    found = _case(exercise, "mutant", made.name, made.content)
    return replace(found, rubric=rubric, costs=tuple(made.costs), quick=not made.full)


def _shorter(run: RunSpec) -> RunSpec:
    return replace(run, limits=replace(run.limits, cell_s=min(run.limits.cell_s, ENDLESS_CELL_S)))


def _case(exercise: Exercise, kind: Kind, name: str, content: bytes) -> Case:
    entry = f"{exercise.name}.ipynb"
    submission = Submission(
        student=name,
        exercise=exercise.name,
        files={entry: content},
        entry=entry,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return Case(exercise=exercise, kind=kind, name=name, submission=submission, rubric=exercise.rubric)


def _cannot(exercise: Exercise, kind: Kind, name: str, error: CourseError) -> Finding:
    return Finding(exercise=exercise.name, kind=kind, name=name, problems=(str(error),))
