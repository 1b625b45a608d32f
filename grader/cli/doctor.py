"""``grader doctor``: a real trial run of both sandboxes, the data and the versions, with the cure for each lack."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader import data, sandbox
from grader.course import notebooks
from grader.errors import DataError
from grader.grading.gather import Gathered, gather
from grader.grading.gathering import Gathering
from grader.records import Criterion, Limits, Rubric, RunSpec, Submission

# The smallest notebook that uses everything: the recorder, the mounted data, training, saving, answers.
TRIAL = """
import keras
(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255.0, y, epochs=1, verbose=0)
answers = {"q1": 7}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was tried."""

    good: bool
    what: str
    cures: tuple[str, ...] = ()


def run(data_path: Path | None) -> int:
    """Try everything and print it. Exit code 0 when student code can be graded here, else 2."""
    good = True
    for finding in examine(data_path):
        print(f"{'ok   ' if finding.good else 'LACK '} {finding.what}")
        for number, cure in enumerate(finding.cures, 1):
            print(f"        {number}. {cure}")
        sys.stdout.flush()
        good = good and finding.good
    print("Everything that grading needs is here." if good else "Mend what is marked LACK, then run this again.")
    return 0 if good else 2


def examine(data_path: Path | None) -> Iterator[Finding]:
    """Each finding as soon as it is known."""
    installed = ", ".join(f"{name} {which}" for name, which in sandbox.versions().items())
    yield Finding(good=True, what=f"versions: {installed}")
    probe = sandbox.probe()
    yield Finding(good=probe.works, what=f"sandbox: {probe.reason or probe.isolation}", cures=probe.cures)
    if probe.works:
        yield from _trial()
    try:
        found = data.find("mnist", data_path)
        yield Finding(good=True, what=f"data: mnist, {len(found.x_train)} training and {len(found.x_test)} test images")
    except DataError as error:
        first, *cures = str(error).splitlines()
        yield Finding(good=False, what=f"data: {first}", cures=tuple(cures))


def _trial() -> Iterator[Finding]:
    """One real notebook through sandbox 1 and its model through sandbox 2."""
    with tempfile.TemporaryDirectory(prefix="grader-doctor-") as folder:
        gathered = gather(Gathering(submission=_submission(), rubric=_rubric(), data=_images(), evidence=Path(folder)))
    yield from judge(gathered)


def judge(gathered: Gathered) -> Iterator[Finding]:
    """What the trial says of the two sandboxes."""
    run, facts = gathered.run, gathered.facts
    went = run is not None and facts.ended == "ok" and facts.answers.get("q1") == 7
    how = f"{run.isolation}; memory held by {run.memory_limit}; {run.seconds:.1f} s" if run else ""
    yield Finding(
        good=went,
        what=f"sandbox 1 (student code): {how}" if went else f"sandbox 1 (student code) ended in {facts.ended}",
        cures=() if went or run is None else (run.detail or "no detail",),
    )
    measured = [found for found in gathered.measured.values() if found.test is not None]
    why = [str(found.problem) for found in gathered.measured.values() if found.problem]
    yield Finding(
        good=bool(measured),
        what="sandbox 2 (predictions): a model was " + ("read, repacked and measured" if measured else "not measured"),
        cures=() if measured else tuple(why) or ("sandbox 1 gave no model",),
    )


def _submission() -> Submission:
    cells = [notebooks.code_cell("trial", TRIAL)]
    content = notebooks.dump({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return Submission(
        student="doctor", exercise="trial", files={"trial.ipynb": content}, entry="trial.ipynb", sha256="trial"
    )


def _rubric() -> Rubric:
    return Rubric(
        exercise="trial",
        title={"en": "Trial", "es": "Prueba"},
        data="mnist",
        test="public",
        run=RunSpec(limits=Limits(time_s=120, cell_s=90)),
        criteria=(
            Criterion(id="accuracy", points=1, check="test_accuracy", params={"knots": {0.0: 0.0, 1.0: 1.0}}),
            Criterion(id="q1", points=1, check="number", params={"answer": "q1", "equals": 7}),
        ),
    )


def _images() -> data.DataSet:
    """A few noisy pictures: enough to train on for a second."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (320, 28, 28), dtype=np.uint8)
    labels = random.integers(0, 10, 320, dtype=np.uint8)
    return data.of_arrays("trial", images[:256], labels[:256], images[256:], labels[256:])
