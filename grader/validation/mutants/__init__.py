"""Known-wrong variants of a reference, by which a rubric itself is tested.

A rubric names each with the criteria that it must cost: ``same-padding:2: [conv2]`` by the catalogue, or
``{replace: {old code: new code}, costs: [...]}``. They are made from the reference's own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from grader import questions
from grader.course import notebooks
from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.records import MutantSpec, Rubric
from grader.scoring import checks
from grader.validation.mutants import answers, ending, layers, training
from grader.validation.mutants.edit import Mistake

__all__ = ["CATALOGUE", "FULL_CAP", "Mutant", "in_full", "make", "one"]

CATALOGUE: Mapping[str, Mistake] = {**layers.EDITS, **training.EDITS, **answers.EDITS, **ending.EDITS}
"""Every mistake by name."""

FULL_CAP = 2  # mutants of one exercise that train in full


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A hand-in with a known mistake."""

    name: str
    content: bytes  # a notebook
    costs: tuple[str, ...]  # the criteria on which it must lose points, and no others
    full: bool  # trained in full, because its mistake shows in the accuracy
    endless: bool = False  # never ends by itself: short limits will do


def make(rubric: Rubric, reference: bytes, *, secret: bytes = b"") -> tuple[Mutant, ...]:
    """The mutants that a rubric names, made from the notebook ``reference``.

    Raises CourseError that names rubric and mutant when one cannot be made.
    """
    whole = notebooks.load(reference, f"the reference of {rubric.exercise}")
    return tuple(one(rubric, name, whole, secret=secret) for name in rubric.mutants)


def one(rubric: Rubric, name: str, reference: Notebook, *, secret: bytes = b"") -> Mutant:
    """A single mutant of ``rubric``. Raises CourseError that names rubric and mutant when it cannot be made."""
    spec = rubric.mutants[name]
    try:
        changed = _changed(reference, name, spec, rubric, secret)
        if changed == reference:
            raise CourseError("it changes nothing")
    except CourseError as error:
        raise CourseError(f"{rubric.path}: mutants: {name}: it cannot be made: {error}") from error
    return Mutant(
        name=name,
        content=notebooks.dump(changed),
        costs=spec.costs,
        full=in_full(rubric, spec.costs),
        endless=name == "endless-loop",
    )


def in_full(rubric: Rubric, costs: tuple[str, ...]) -> bool:
    """Whether some of these criteria rest on an accuracy, so that a short training would show nothing."""
    return any(one.check in checks.ACCURACY_CHECKS for one in rubric.criteria if one.id in costs)


def _changed(whole: Notebook, name: str, spec: MutantSpec, rubric: Rubric, secret: bytes) -> Notebook:
    if spec.replace:
        for old, new in spec.replace:
            whole = notebooks.replaced(whole, old, new)
        return whole
    kind, colon, argument = name.partition(":")
    if kind not in CATALOGUE:
        near = get_close_matches(kind, CATALOGUE, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f". There are: {', '.join(sorted(CATALOGUE))}."
        raise CourseError(f"the catalogue has no {kind!r}{hint} Or say `replace:`, as docs/validation.md shows")
    takes = CATALOGUE[kind].takes
    must = takes.startswith(":")
    if bool(argument) != bool(colon) or (argument and not takes) or (must and not argument):
        raise CourseError(f"it is written {kind}{takes}" if takes else f"{kind} takes nothing after its name")
    if kind == "other-variant":
        if rubric.questions is None:
            raise CourseError("the rubric has no `questions`, so everybody has the same")
        argument = questions.stranger(rubric.questions, secret=secret)
    return CATALOGUE[kind].edit(whole, argument)
