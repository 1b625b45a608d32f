"""Classes that train: against the bare training, and one worker against two."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import hand_ins
from grading import Graded, all_earned, grade
from measures import Measure, at_least, at_most

STUDENTS, ROWS, EPOCHS = 30, 60_000, 5
DENSE = hand_ins.training(ROWS, EPOCHS)
# For the scaling: this network keeps the cores at work, the dense one the memory that they share.
SCALING = 16
CONVOLUTION = hand_ins.convolution(20_000, 2)
BARE_ROUNDS = 2  # of bare trainings, a process each, before what they are compared with and after it
BARE = """
import sys, time
import numpy
from tensorflow import config, keras
config.threading.set_intra_op_parallelism_threads(1)
config.threading.set_inter_op_parallelism_threads(1)
of = numpy.load(sys.argv[1])
keras.datasets.mnist.load_data = lambda: ((of["x_train"], of["y_train"]), (of["x_test"], of["y_test"]))
*cells, fit = sys.argv[2:]
known = {}
for cell in cells:
    exec(cell, known)
began = time.perf_counter()
exec(fit, known)
print(time.perf_counter() - began)
"""


def measure(folder: Path) -> Iterator[Measure]:
    """A class of 30, two workers against one. What is compared runs by turns: machines change their speed."""
    cores = os.cpu_count() or 1
    # As many bare trainings at once as there are cores: cores that share a unit are slower together than alone.
    trainings = _bare(folder, DENSE, cores)
    graded = _graded(folder / "mlp", DENSE, STUDENTS, jobs=cores)
    all_earned(graded)
    trainings += _bare(folder, DENSE, cores)
    bare = fmean(trainings)
    ratio = graded.seconds / (STUDENTS * bare / cores)
    goal, met = at_most(ratio, 1.25)
    yield Measure(
        what=f"A class of {STUDENTS} dense networks, {EPOCHS} epochs of {ROWS} images",
        here=f"{graded.seconds:.0f} s in all",
        compared=f"bare fit: {bare:.1f} s each, {STUDENTS * bare / cores:.0f} s on {cores} cores",
        ratio=ratio,
        goal=goal,
        met=met,
    )
    yield _scaling(folder, cores)


def _scaling(folder: Path, cores: int) -> Measure:
    seconds: dict[int, list[float]] = {1: [], 2: []}
    bare: dict[int, list[float]] = {1: [], cores: []}
    for turn, order in enumerate(((1, 2), (2, 1))):
        for jobs in order:
            graded = _graded(folder / f"{turn}-{jobs}", CONVOLUTION, SCALING, jobs=jobs)
            all_earned(graded, but="params")  # the rubric asks for the dense network's
            seconds[jobs].append(graded.seconds)
        # What two cores are worth to the bare training: those of many machines share a unit.
        for at_once in bare:
            bare[at_once] += _bare(folder, CONVOLUTION, at_once)
    ratio = sum(seconds[1]) / sum(seconds[2])
    worth = cores * fmean(bare[1]) / fmean(bare[cores])
    goal, met = at_least(ratio, 1.85)
    return Measure(
        what=f"Two workers instead of one, {SCALING} small convolutional networks",
        here=f"{fmean(seconds[2]):.0f} s",
        compared=f"one worker: {fmean(seconds[1]):.0f} s (bare fits, all cores instead of one: {worth:.2f})",
        ratio=ratio,
        goal=goal,
        met=met,
    )


def _graded(place: Path, cells: Sequence[str], students: int, *, jobs: int) -> Graded:
    rubric = hand_ins.rubric(_made(place), accuracy=True)
    hands = hand_ins.class_of(place / "hand-ins", cells, students)
    return grade(rubric, hands, place / "out", jobs=jobs)


def _bare(folder: Path, cells: Sequence[str], at_once: int) -> list[float]:
    """Seconds of bare trainings, ``at_once`` of them at the same time: the last of the cells, after the others."""
    import numpy as np  # noqa: PLC0415 - of this function alone

    from grader import data, sandbox  # noqa: PLC0415

    given, path = data.find("digits", None), _made(folder) / "digits.npz"
    np.savez(path, x_train=given.x_train, y_train=given.y_train, x_test=given.x_test, y_test=given.y_test)
    words = [sys.executable, "-c", BARE, str(path), *cells]
    environment = {**os.environ, hand_ins.KERNELS: sandbox.ENVIRONMENT[hand_ins.KERNELS]}
    seconds: list[float] = []
    for _ in range(BARE_ROUNDS):
        running = [
            subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for _ in range(at_once)
        ]
        seconds += [float(one.communicate()[0].split()[-1]) for one in running]
    return seconds


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
