"""The numbers of the exercise save-and-predict, as literals, held against our arithmetic and the reference."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import data
from grader.course import notebooks, rubric
from grader.grading.gather import Gathered, gather
from grader.grading.gathering import Gathering
from grader.models import arithmetic
from grader.records import Submission
from grader.scoring import checks
from grader.scoring.score import Identity, score
from tests.support.cards import PROVENANCE
from tests.support.facts import evidence, facts, say

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "save-and-predict.yaml")
REFERENCE = ROOT / "reference" / "save-and-predict" / "solution.ipynb"
ROWS = (  # layer, output shape, parameters
    ("Conv2D", (26, 26, 32), 320),
    ("MaxPooling2D", (13, 13, 32), 0),
    ("Conv2D", (11, 11, 64), 18_496),
    ("MaxPooling2D", (5, 5, 64), 0),
    ("Flatten", (1_600,), 0),
    ("Dense", (128,), 204_928),
    ("Dense", (10,), 1_290),
)


def test_shapes_and_parameters_follow_from_our_arithmetic() -> None:
    sizes = [arithmetic.conv_output(28, 3).value]
    sizes.append(arithmetic.pool_output(sizes[-1], 2).value)
    sizes.append(arithmetic.conv_output(sizes[-1], 3).value)
    sizes.append(arithmetic.pool_output(sizes[-1], 2).value)
    assert sizes == [26, 13, 11, 5] == [shape[0] for _, shape, _ in ROWS[:4]]
    assert arithmetic.flatten_output((5, 5, 64)).value == 1_600
    assert arithmetic.conv_params(1, (3, 3), 32).value == 320
    assert arithmetic.conv_params(32, (3, 3), 64).value == 18_496
    assert arithmetic.dense_params(1_600, 128).value == 204_928
    assert arithmetic.dense_params(128, 10).value == 1_290
    assert sum(params for _, _, params in ROWS) == 225_034
    assert round(225_034 * 4 / 1024, 2) == 879.04  # kilobytes as float32


def test_steps_and_batches_are_counted_in_plain_numpy() -> None:
    assert len(np.array_split(np.arange(60_000), np.arange(100, 60_000, 100))) == 600
    batches = np.array_split(np.arange(10_000), np.arange(32, 10_000, 32))
    assert (len(batches), len(batches[0]), len(batches[-1])) == (313, 32, 16)


def test_the_rubric_asks_for_these_numbers() -> None:
    params: Mapping[str, Any] = {one.id: one.params for one in RUBRIC.criteria}
    assert params["parameters"]["equals"] == 225_034
    assert params["training"] == {"epochs": 10, "batch_size": 100, "times": 1}
    assert (params["steps"]["equals"], params["batches"]["equals"]) == (600, 313)
    assert params["compile"]["loss"] == ("sparse_categorical_crossentropy",)
    assert params["compile"]["optimizer"] == ("adam",)
    assert RUBRIC.max_points == 20
    assert RUBRIC.test == "public"


@pytest.mark.parametrize(
    ("id", "typed", "credit", "says"),
    [
        ("steps", "600", 1, "right"),
        ("steps", 600.0, 1, "right"),
        ("steps", 6_000, 0, "all ten epochs"),
        ("steps", "60.000", 0, "a step treats a whole batch"),
        ("steps", 1_875, 0, "batches of 32"),
        ("batches", 313, 1, "right"),
        ("batches", 312, 0.5, "make one more batch"),
        ("batches", "312,5", 0.5, "rounded up"),
        ("batches", 100, 0, "unless told, it uses 32"),
    ],
)
def test_known_slips_are_named(id: str, typed: Any, credit: float, says: str) -> None:
    one = next(criterion for criterion in RUBRIC.criteria if criterion.id == id)
    said = checks.judge(one.check, evidence(about=facts(answers={id: typed})), one.params)
    assert (said.credit, says in say(said)) == (credit, True), say(said)


def test_the_reference_tells_of_the_courses_own_run() -> None:
    text = REFERENCE.read_text("utf-8")
    for number in ("99.43 %", "0.0164", "98.66 %", "0.0631", "99,43 %", "98,66 %"):
        assert number in text
    assert round(99.43 - 98.66, 2) == 0.77


# ---------------------------------------------------------------- whole notebooks


def graded(content: bytes, real_data: Path, folder: Path) -> tuple[dict[str, Any], Gathered]:
    """The card of a run whose trainings are cut short: no criterion rests on accuracy."""
    submission = Submission(
        student="ana",
        exercise="save-and-predict",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    mnist = data.find("mnist", real_data)
    gathered = gather(Gathering(submission=submission, rubric=RUBRIC, data=mnist, evidence=folder, fit_rows=2000))
    card = score(
        facts=gathered.facts,
        rubric=RUBRIC,
        measured=gathered.measured,
        expected={},
        key={},
        provenance=PROVENANCE,
        identity=Identity(student="ana", slug="ana"),
        data=gathered.data,
    )
    return {verdict.criterion: verdict for verdict in card.verdicts}, gathered


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
def test_the_reference_earns_everything(real_data: Path, tmp_path: Path) -> None:
    verdicts, gathered = graded(REFERENCE.read_bytes(), real_data, tmp_path)
    assert {id: verdict.credit for id, verdict in verdicts.items()} == dict.fromkeys(verdicts, 1.0)
    model, loaded = gathered.facts.recorded
    assert model.total_params == loaded.total_params == 225_034
    own = [(one.kind, one.output_shape, one.params) for one in model.layers if one.kind != "InputLayer"]
    assert own == list(ROWS)
    assert [(event.kind, event.model) for event in gathered.facts.events] == [
        ("plot", model.number),
        ("save", model.number),
        ("load", loaded.number),
    ]


IN_OWN_WORDS = """
import random
import tensorflow as tf
from tensorflow.keras.layers import Activation, Conv2D, Dense, Flatten, Input, MaxPool2D
from tensorflow.keras.models import Model, load_model, save_model
(X, Y), (Xp, Yp) = tf.keras.datasets.mnist.load_data()
# %%
entrada = Input((28, 28, 1))
h = MaxPool2D()(Conv2D(32, (3, 3), activation="relu")(entrada))
h = MaxPool2D((2, 2))(Activation("relu")(Conv2D(64, 3)(h)))
red = Model(entrada, Dense(10, "softmax")(Dense(128, "relu")(Flatten()(h))))
red.save("sin_entrenar.keras")
tf.keras.utils.plot_model(red, to_file="red.png")
# %%
perdida = tf.keras.losses.SparseCategoricalCrossentropy()
red.compile(tf.keras.optimizers.Adam(), perdida, metrics=[tf.keras.metrics.SparseCategoricalAccuracy()])
red.fit(X[..., None] / 255.0, Y, 100, 10, verbose=0, callbacks=[tf.keras.callbacks.ModelCheckpoint("mejor.keras")])
antes = red.evaluate(Xp[..., None] / 255.0, Yp, verbose=0)
save_model(red, "/tmp/work/red final.keras")
despues = load_model("red final.keras").evaluate(Xp[..., None] / 255.0, Yp, verbose=0)
# %%
import matplotlib.pyplot as plt
cual = random.randrange(10000)
plt.matshow(Xp[cual] / 255.0)
plt.show()
p = red.predict(Xp[cual].reshape(1, 28, 28, 1) / 255.0)
respuestas = {
    "steps": "600 pasos", "batches": 313.0, "file": "b)",
    "table": [{"capa": c.name, "forma": str(c.output.shape), "n": c.count_params()} for c in red.layers],
    "image": {"index": cual, "true": Yp[cual], "predicted": p.argmax(), "confidence": f"{100 * p.max():.1f} %"},
}
"""


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
def test_another_style_earns_everything(real_data: Path, tmp_path: Path) -> None:
    cells = [notebooks.code_cell(f"c{at}", text) for at, text in enumerate(IN_OWN_WORDS.split("# %%"))]
    start = notebooks.load(REFERENCE.read_bytes(), "reference")
    verdicts, _ = graded(notebooks.dump({**start, "cells": cells}), real_data, tmp_path)
    assert {id: verdict.why.en for id, verdict in verdicts.items() if verdict.credit != 1} == {}
