"""Classes that train: against the bare training, and one worker against two."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hand_ins
from grading import all_earned, grade
from measures import Measure, at_least, at_most

STUDENTS, ROWS, EPOCHS = 30, 60_000, 5
BARE_ROUNDS = 4             # bare trainings that are measured, in a process of its own each
SCALING = 8
BARE = """
import sys, time
import numpy
from tensorflow import config, keras
config.threading.set_intra_op_parallelism_threads(1)
config.threading.set_inter_op_parallelism_threads(1)
of = numpy.load(sys.argv[1])
x, y = of["x_train"].reshape(-1, 784) / 255.0, of["y_train"]
model = keras.Sequential([
    keras.Input((784,)), keras.layers.Dense(512, activation="relu"), keras.layers.Dense(10, activation="softmax"),
])
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
began = time.perf_counter()
model.fit(x, y, epochs=int(sys.argv[2]), batch_size=128, verbose=0)
print(time.perf_counter() - began)
"""


def measure(folder: Path) -> Iterator[Measure]:
    """A class of 30, two workers against one."""
    cores = os.cpu_count() or 1
    cells = hand_ins.training(ROWS, EPOCHS)
    # As many bare trainings at once as there are cores: cores that share a unit are slower together than alone.
    bare = _bare(folder, cores)
    rubric = hand_ins.rubric(_made(folder / "mlp"), accuracy=True)
    graded = grade(rubric, hand_ins.class_of(folder / "mlp/hand-ins", cells, STUDENTS), folder / "mlp/out", jobs=cores)
    all_earned(graded)
    ratio = graded.seconds / (STUDENTS * bare / cores)
    goal, met = at_most(ratio, 1.25)
    yield Measure(
        what=f"A class of {STUDENTS} dense networks, {EPOCHS} epochs of {ROWS} images",
        here=f"{graded.seconds:.0f} s in all",
        compared=f"bare fit: {bare:.1f} s each, {STUDENTS * bare / cores:.0f} s on {cores} cores",
        ratio=ratio, goal=goal, met=met,
    )  # fmt: skip
    # What two cores are worth to the bare training: those of many machines share a unit.
    yield _scaling(folder / "scaling", worth=cores * _bare(folder, 1) / bare)


def _scaling(folder: Path, *, worth: float) -> Measure:
    cells = hand_ins.training(ROWS, 2)
    seconds = {}
    for jobs in (1, 2):
        place = _made(folder / str(jobs))
        hands = hand_ins.class_of(place / "hand-ins", cells, SCALING)
        seconds[jobs] = grade(hand_ins.rubric(place, accuracy=True), hands, place / "out", jobs=jobs).seconds
    ratio = seconds[1] / seconds[2]
    goal, met = at_least(ratio, 1.85)
    return Measure(
        what=f"Two workers instead of one, {SCALING} notebooks that train", here=f"{seconds[2]:.0f} s",
        compared=f"one worker: {seconds[1]:.0f} s (bare fits, all cores instead of one: {worth:.2f})", ratio=ratio,
        goal=goal, met=met,
    )  # fmt: skip


def _bare(folder: Path, at_once: int) -> float:
    """Mean seconds of the bare training, ``at_once`` of them at the same time."""
    import numpy as np  # noqa: PLC0415 - of this function alone

    from grader import data  # noqa: PLC0415

    given, path = data.find("digits", None), _made(folder) / "digits.npz"
    np.savez(path, x_train=given.x_train, y_train=given.y_train)
    words = [sys.executable, "-c", BARE, str(path), str(EPOCHS)]
    seconds: list[float] = []
    for _ in range(max(1, BARE_ROUNDS // at_once)):
        running = [
            subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for _ in range(at_once)
        ]
        seconds += [float(one.communicate()[0].split()[-1]) for one in running]
    return sum(seconds) / len(seconds)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
