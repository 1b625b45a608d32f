"""Notebooks per minute against nbgrader and otter-grader, and what a class costs the host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import hand_ins
import other_graders
from grading import Graded, all_earned, grade
from measures import Measure, at_least

FEW = 6  # notebooks for the others, which take seconds for each
LITTLE, MANY = 20, 100  # for ours: a small class, which spends much of its time on starting up, and a larger one
ROWS, EPOCHS = 20_000, 1  # of the small training
GOALS = {"nbgrader": 15.0, "otter": 15.0}
SMALL_GOALS = {"nbgrader": 10.0}  # of a small class, start-up included
MARGIN_GOALS = {"nbgrader": 20.0}  # of each further notebook


def measure(folder: Path) -> Iterator[Measure]:
    """Without training, with a small one, and the same notebook handed in by everybody."""
    programs = {name: other_graders.installed(folder.parent / "environments", name) for name in other_graders.VERSIONS}
    small = _class(folder / "small", hand_ins.SMALL, accuracy=False)
    few = _class(folder / "few", hand_ins.SMALL, accuracy=False, students=LITTLE)
    for name, program in programs.items():
        other = getattr(other_graders, name)(program, folder / f"{name}-small", hand_ins.SMALL, FEW, accuracy=False)
        yield _against(name, small, other, "without training", GOALS[name])
        if name in SMALL_GOALS:
            yield _against(name, few, other, f"without training, a class of {LITTLE}", SMALL_GOALS[name])
            yield _at_the_margin(name, small, few, other, MARGIN_GOALS[name])
    cells = hand_ins.training(ROWS, EPOCHS)
    trained = _class(folder / "trained", cells, accuracy=True)
    for name, program in programs.items():
        other = getattr(other_graders, name)(program, folder / f"{name}-trained", cells, FEW, accuracy=True)
        yield _against(name, trained, other, f"{EPOCHS} epoch of {ROWS} images, accuracy measured")
    yield Measure(
        what="CPU of the host process per submission",
        here=f"{1000 * small.cpu / MANY:.0f} ms without training, {1000 * trained.cpu / MANY:.0f} ms with",
    )
    same = _class(folder / "same", hand_ins.SMALL, accuracy=False, repeats=1)
    yield Measure(
        what="The same notebook handed in by everybody",
        here=_pace(same),
        compared=f"all different: {_pace(small)}",
        ratio=small.seconds / same.seconds,
    )


def _class(folder: Path, cells: Sequence[str], *, accuracy: bool, repeats: int = 0, students: int = MANY) -> Graded:
    class_of = hand_ins.class_of(folder / "hand-ins", cells, students, repeats=repeats)
    graded = grade(hand_ins.rubric(folder, accuracy=accuracy), class_of, folder / "out")
    all_earned(graded)
    return graded


def _pace(graded: Graded) -> str:
    return f"{60 * len(graded.cards) / graded.seconds:.0f} notebooks per minute"


def _at_the_margin(name: str, many: Graded, few: Graded, seconds: float, least: float) -> Measure:
    """What each further notebook takes, without starting up."""
    each = (many.seconds - few.seconds) / (len(many.cards) - len(few.cards))
    ratio = (seconds / FEW) / each
    goal, met = at_least(ratio, least)
    return Measure(
        what="Each further notebook, without training",
        here=f"{each:.2f} s",
        compared=f"{other_graders.VERSIONS[name]}: {seconds / FEW:.2f} s",
        ratio=ratio,
        goal=goal,
        met=met,
    )


def _against(name: str, graded: Graded, seconds: float, what: str, least: float | None = None) -> Measure:
    ratio = (seconds / FEW) / (graded.seconds / len(graded.cards))
    goal, met = at_least(ratio, least) if least is not None else ("", None)
    return Measure(
        what=f"Notebooks per minute, {what}",
        here=_pace(graded),
        compared=f"{other_graders.VERSIONS[name]}: {60 * FEW / seconds:.1f}",
        ratio=ratio,
        goal=goal,
        met=met,
    )
