"""The numbers of the exercise mnist-experiments, as literals, held against our checks, the rubric and the reference."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader import data
from grader.course import notebooks, rubric
from grader.grading.gather import Gathered, gather
from grader.grading.gathering import Gathering
from grader.models import arithmetic
from grader.records import EvaluationFacts, FitFacts, Submission
from grader.scoring import checks
from grader.scoring.score import Identity, score
from tests.support.cards import PROVENANCE
from tests.support.facts import dense, evidence, facts, layer, model, say

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "mnist-experiments.yaml")
REFERENCE = ROOT / "reference" / "mnist-experiments" / "solution.ipynb"


def test_the_rubric_asks_for_these_numbers() -> None:
    params: Mapping[str, Any] = {one.id: one.params for one in RUBRIC.criteria}
    assert params["rows"]["min_rows"] == 4
    assert "abs" not in params["rows"]  # 0.5 points, as checked below
    assert "small" not in params["gap_effect"]  # 0.3 points, as checked below
    assert RUBRIC.max_points == 15
    assert RUBRIC.test == "public"


def test_the_parameters_of_the_network_are_added_up() -> None:
    # 784 * 256 + 256 and 256 * 10 + 10
    assert arithmetic.dense_params(784, 256).value == 200_960
    assert arithmetic.dense_params(256, 10).value == 2_570
    assert 200_960 + 2_570 == 203_530


def judged(id: str, results: Any, letter: str, *after: float) -> Any:
    """The classic run (98.87 against 97.92 %) and one with dropout, whose two accuracies are ``after``."""
    pairs = [(0.9887, 0.9792, ()), (*after, (layer("Dropout", (512,), (512,), rate=0.5),))]
    recorded = tuple(
        model(
            dense(512, 784, "relu"),
            *extra,
            dense(10, 512, "softmax"),
            number=number,
            fits=(FitFacts(epochs_asked=5, epochs_done=5),),
            evaluations=(
                EvaluationFacts(rows=60_000, metrics={"accuracy": train}),
                EvaluationFacts(rows=10_000, metrics={"accuracy": test}),
            ),
        )
        for number, (train, test, extra) in enumerate(pairs)
    )
    one = next(criterion for criterion in RUBRIC.criteria if criterion.id == id)
    answers = {"results": results, "gap_effect": letter}
    return checks.judge(one.check, evidence(about=facts(recorded=recorded, answers=answers)), one.params)


def test_the_classic_gap_of_095_points_is_what_a_remedy_is_compared_with() -> None:
    said = judged("gap_effect", [], "a", 0.9840, 0.9800)
    assert said.credit == 1
    assert "from 0.95 to 0.40 points" in say(said)
    assert judged("gap_effect", [], "c", 0.9840, 0.9800).credit == 0
    # From 0.95 to 0.65 there are 0.3 points: small enough for "no clear difference", and smaller all the same.
    for letter in ("a", "c"):
        assert judged("gap_effect", [], letter, 0.9865, 0.9800).credit == 1
    assert judged("gap_effect", [], "c", 0.9864, 0.9800).credit == 0
    assert judged("gap_effect", [], "b", 0.9900, 0.9800).credit == 1


@pytest.mark.parametrize(("typed", "credit"), [("98,87 %", 0.25), (0.9837, 0.25), (99.37, 0.25), (0.9836, None)])
def test_a_typed_accuracy_may_be_half_a_point_off(typed: Any, credit: float | None) -> None:
    assert judged("rows", [{"train": typed, "test": 0.9792}], "a", 0.5, 0.5).credit == credit


# ---------------------------------------------------------------- whole notebooks


def graded(content: bytes, real_data: Path, folder: Path, *, fit_rows: int | None) -> tuple[dict[str, Any], Gathered]:
    submission = Submission(
        student="ana",
        exercise="mnist-experiments",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    mnist = data.find("mnist", real_data)
    gathered = gather(Gathering(submission=submission, rubric=RUBRIC, data=mnist, evidence=folder, fit_rows=fit_rows))
    card = score(
        facts=gathered.facts,
        rubric=RUBRIC,
        measured={},
        expected={},
        key={},
        provenance=PROVENANCE,
        identity=Identity(student="ana", slug="ana"),
        data=gathered.data,
    )
    return {verdict.criterion: verdict for verdict in card.verdicts}, gathered


IN_OWN_WORDS = """
# %%
import tensorflow as tf
(X, Y), (Xp, Yp) = tf.keras.datasets.mnist.load_data()
X, Xp = X / 255.0, Xp / 255.0
oneY, oneYp = tf.keras.utils.to_categorical(Y), tf.keras.utils.to_categorical(Yp)
results = []
# %%
entropia = "categorical_crossentropy"
for nombre, perdida, opt, regular in [("partida", entropia, "sgd", None), ("l2", entropia, "sgd", "l2"),
                                      ("mse", tf.keras.losses.MeanSquaredError(), "sgd", None),
                                      ("adam", entropia, tf.keras.optimizers.Adam(), None)]:
    red = tf.keras.Sequential()
    red.add(tf.keras.layers.Flatten(input_shape=(28, 28)))
    red.add(tf.keras.layers.Dense(64, activation="relu", kernel_regularizer=regular))
    red.add(tf.keras.layers.Dense(10, activation="softmax"))
    red.compile(loss=perdida, optimizer=opt, metrics=["acc"])
    h = red.fit(X, oneY, epochs=2, batch_size=100, validation_data=(Xp, oneYp), verbose=0).history
    results.append([nombre, f"{100 * h['acc'][-1]:.1f} %".replace(".", ","), round(100 * h["val_acc"][-1], 1)])
# %%
def letra(despues, antes):
    return "C) sin diferencia clara" if abs(despues - antes) < 0.3 else "A) más" if despues > antes else "B) menos"
brecha = [float(fila[1][:-2].replace(",", ".")) - fila[2] for fila in results]
respuestas = {
    "gap_effect": {"A": "b", "B": "a", "C": "c"}[letra(brecha[1], brecha[0])[0]],
    "loss_effect": letra(results[2][2], results[0][2]),
    "optimizer_effect": letra(results[3][2], results[0][2]),
    "why_accuracy": "B",
}
"""


@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
def test_a_loop_with_one_variable_and_a_table_of_lists_earn_everything(real_data: Path, tmp_path: Path) -> None:
    cells = [notebooks.code_cell(f"c{at}", text) for at, text in enumerate(IN_OWN_WORDS.split("# %%"))]
    start = notebooks.load(REFERENCE.read_bytes(), "reference")
    verdicts, gathered = graded(notebooks.dump({**start, "cells": cells}), real_data, tmp_path, fit_rows=2000)
    assert {id: verdict.why.en for id, verdict in verdicts.items() if verdict.credit != 1} == {}
    assert "L2(0.01)" in verdicts["remedy"].why.en
    assert len([one for one in gathered.facts.recorded if one.fits]) == 4
