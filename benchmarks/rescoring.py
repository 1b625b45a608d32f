"""A rubric changed: classes whose runs are stored, graded again. And the growth from 10 submissions to 1 000."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hand_ins
from grading import Graded, all_earned, grade
from measures import Measure, at_most

CLASS, MANY = 300, 3000
FEW, GROWN = 10, 1000
MEGABYTE = 10**6
GOALS = {CLASS: 2.0, MANY: 12.0}


def measure(folder: Path) -> Iterator[Measure]:
    """Evidence of ``MANY`` different notebooks, its making timed for the growth, then new points for all."""
    seconds = {}
    for students in (FEW, GROWN):
        graded = _graded(folder / str(students), students)
        all_earned(graded)
        seconds[students] = graded.seconds
    each = {students: 1000 * taken / students for students, taken in seconds.items()}
    yield Measure(
        what=f"A class of {GROWN} instead of {FEW}, per submission",
        here=f"{each[GROWN]:.0f} ms",
        compared=f"{each[FEW]:.0f} ms, two workers to start among them",
        ratio=each[GROWN] / each[FEW],
    )
    grown = folder / str(GROWN)
    for students in (CLASS, MANY):
        place = folder / f"again-{students}"
        # The evidence of the thousand; of more students than that, several hand in the same notebook.
        hands = hand_ins.class_of(place / "hand-ins", hand_ins.SMALL, students, repeats=GROWN)
        (place / "out").mkdir()
        (grown / "out/evidence").rename(place / "out/evidence")
        all_earned(grade(hand_ins.rubric(place, accuracy=False), hands, place / "out"))
        again = grade(hand_ins.rubric(place, accuracy=False, points=2), hands, place / "out")
        all_earned(again)
        (place / "out/evidence").rename(grown / "out/evidence")
        goal, met = at_most(again.seconds, GOALS[students], " s")
        yield Measure(
            what=f"A changed rubric, {students} hand-ins scored again",
            here=f"{again.seconds:.1f} s",
            compared=f"run for the first time: {students * each[GROWN] / 1000:.0f} s",
            ratio=students * each[GROWN] / 1000 / again.seconds,
            goal=f"{goal}, without TensorFlow",
            met=met and not again.heavy,
        )
    goal, met = at_most(again.memory / MEGABYTE, 150, " MB")
    yield Measure(
        what=f"Peak memory of the host process, {MANY} submissions",
        here=f"{again.memory / MEGABYTE:.0f} MB",
        goal=goal,
        met=met,
    )


def _graded(place: Path, students: int) -> Graded:
    hands = hand_ins.class_of(place / "hand-ins", hand_ins.SMALL, students)
    return grade(hand_ins.rubric(place, accuracy=False), hands, place / "out")
