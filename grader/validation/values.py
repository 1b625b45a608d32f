"""What travels through a validation: an exercise, what is tried with it, and what came of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grader import questions
from grader.course.course import Course
from grader.data import DataSet
from grader.records import CallFacts, Rubric, Submission
from grader.scoring import checks

Kind = Literal["reference", "handout", "mutant", "seed", "rule"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise, with everything that its cases share."""

    rubric: Rubric  # without the criteria that a person judges
    whole: Rubric  # with them
    course: Course
    data: DataSet
    reference: bytes  # with the questions of this course
    expected: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    calls: Mapping[str, tuple[CallFacts, ...]] = field(default_factory=dict)  # what the reference's functions give
    trains: bool = True  # whether its reference calls fit

    @property
    def name(self) -> str:
        return self.rubric.exercise

    @property
    def key(self) -> Mapping[str, Any]:
        """The answers to the public variant of its questions."""
        if self.rubric.questions is None:
            return {}
        return questions.variant(self.rubric.questions, secret=self.course.secret, student=None).key

    @property
    def accuracies(self) -> tuple[str, ...]:
        """The criteria that rest on an accuracy."""
        return tuple(one.id for one in self.rubric.criteria if one.check in checks.ACCURACY_CHECKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One hand-in with the criteria that it must lose points on, and no others; a handout, with those it may earn."""

    exercise: Exercise
    kind: Kind
    name: str
    submission: Submission
    rubric: Rubric  # with the criteria that are compared, and limits that suit
    costs: tuple[str, ...] = ()
    earns: tuple[str, ...] = ()
    quick: bool = False  # one epoch on QUICK_ROWS rows
    seed: int = 0

    @property
    def long(self) -> bool:
        """Whether it may train in full: it gets a sandbox of its own, and begins early."""
        return self.kind == "seed" or (self.exercise.trains and self.kind != "handout" and not self.quick)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the table: what was tried, what came of it, whether that is as it must be."""

    exercise: str
    kind: Kind
    name: str
    costs: tuple[str, ...] = ()  # criteria on which points were lost; of a handout, those that it earned
    problems: tuple[str, ...] = ()  # empty when all is as it must be
    seconds: float = 0.0
    accuracy: float | None = None  # on the test images, when that was measured after a full training
