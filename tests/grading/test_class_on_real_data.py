"""A folder of six hand-ins for ``mnist-mlp``, graded on the real set by the command line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.course import course
from tests.support.notebooks import notebook

CLASSIC = (
    """
    import numpy as np
    from tensorflow.keras.datasets import mnist
    from tensorflow.keras.models import Sequential
    from tensorflow.keras.layers import Dense
    (X, Y), (X_t, Y_t) = mnist.load_data()
    X = X.reshape((60000, 784)).astype("float32") / 255
    X_t = X_t.reshape((10000, 784)).astype("float32") / 255
    """,
    """
    red = Sequential()
    red.add(Dense(512, activation="relu", input_shape=(784,)))
    red.add(Dense(10, activation="softmax"))
    red.compile(loss="sparse_categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    h = red.fit(X, Y, epochs=5, batch_size=128)
    """,
    """
    brecha = red.evaluate(X, Y, verbose=0)[1] - red.evaluate(X_t, Y_t, verbose=0)[1]
    respuestas = {"gap": f"{100 * brecha:.2f} %".replace(".", ","), "gap_means": "B"}
    """,
)
CNN = (
    """
    import keras
    from keras import layers
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, xt = x[..., None] / 255.0, xt[..., None] / 255.0
    model = keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(4),
        layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, batch_size=128, verbose=0)
    gap = 100 * (model.evaluate(x, y, verbose=0)[1] - model.evaluate(xt, yt, verbose=0)[1])
    answers = {"gap": gap, "gap_means": "b"}
    """,
)
SOFTMAX = (
    """
    import keras
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, xt = x.reshape(-1, 784) / 255.0, xt.reshape(-1, 784) / 255.0
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=5, batch_size=128, verbose=0)
    gap = 100 * (model.evaluate(x, y, verbose=0)[1] - model.evaluate(xt, yt, verbose=0)[1])
    answers = {"gap": gap, "gap_means": "b"}
    """,
)
SHORT_LIMITS = ("run: {time: 12m, cell: 8m,", "run: {time: 4m, cell: 100s,")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> tuple[Path, int]:
    """The output folder and the exit code of one real ``grader grade``; cells may take 100 s instead of 8 min."""
    root = tmp_path_factory.mktemp("class")
    shipped = course.shipped()
    rubric = shipped.rubric_path("mnist-mlp").read_text("utf-8")
    assert SHORT_LIMITS[0] in rubric
    (root / "mlp.yaml").write_text(rubric.replace(*SHORT_LIMITS), "utf-8")
    hand_ins = root / "hand-ins"
    hand_ins.mkdir()
    (hand_ins / "classic.ipynb").write_bytes(notebook(*CLASSIC))
    (hand_ins / "cnn.ipynb").write_bytes(notebook(*CNN))
    (hand_ins / "softmax.ipynb").write_bytes(notebook(*SOFTMAX))
    (hand_ins / "empty.ipynb").write_bytes(b"")
    (hand_ins / "crash.ipynb").write_bytes(notebook(*CLASSIC, "red.predict_classes(X_t)"))
    (hand_ins / "loop.ipynb").write_bytes(notebook(*CLASSIC, "while True: pass"))
    command = [sys.executable, "-m", "grader", "grade", str(root / "mlp.yaml"), str(hand_ins), "-o", str(root / "out")]
    ended = subprocess.run([*command, "--data", str(real_data)], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode in {0, 1}, ended.stderr
    return root / "out", ended.returncode


def card(graded: tuple[Path, int], student: str) -> dict[str, Any]:
    return json.loads((graded[0] / "cards" / f"{student}.json").read_text("utf-8"))


def points(of: dict[str, Any]) -> dict[str, float]:
    return {verdict["criterion"]: verdict["points"] for verdict in of["verdicts"]}


pytestmark = [pytest.mark.slow, pytest.mark.sandbox, pytest.mark.keras, pytest.mark.real_data]


def test_the_classic_network_earns_everything(graded: tuple[Path, int]) -> None:
    found = card(graded, "classic")
    assert found["points"] == found["max_points"], found["verdicts"]
    assert found["status"] == "ok"
    assert found["unjudged"] == 0


def test_a_convolution_loses_structure_and_most_of_the_accuracy_with_the_reason(graded: tuple[Path, int]) -> None:
    found = card(graded, "cnn")
    (accuracy,) = (verdict for verdict in found["verdicts"] if verdict["criterion"] == "accuracy")
    assert points(found)["dense"] == 0
    assert 0 < accuracy["credit"] <= 0.4
    assert accuracy["state"] == "blocked"
    assert accuracy["blocked_by"] == ["dense"]
    assert "Conv2D" in json.dumps(found["verdicts"])


def test_a_softmax_only_model_gets_its_accuracy_by_the_knots(graded: tuple[Path, int]) -> None:
    found = card(graded, "softmax")
    (accuracy,) = (verdict for verdict in found["verdicts"] if verdict["criterion"] == "accuracy")
    assert points(found)["dense"] < 2
    measured = found["model"]["test"]
    share = measured["correct"] / measured["n"]
    assert 0.90 < share < 0.935
    assert 0 < accuracy["credit"] < 0.4
    assert f"{100 * share:.2f}" in json.dumps(accuracy)


def test_an_empty_file_is_unreadable_and_unjudged(graded: tuple[Path, int]) -> None:
    found = card(graded, "empty")
    assert found["status"] == "unreadable"
    assert found["unjudged"] == found["max_points"]
    assert found["review"]


def test_a_crash_in_the_last_cell_costs_the_run_criterion_alone(graded: tuple[Path, int]) -> None:
    found = card(graded, "crash")
    lost = {verdict["criterion"] for verdict in found["verdicts"] if verdict["credit"] != 1}
    assert lost == {"runs"}
    assert found["status"] == "error"
    assert found["failed"][0]["error"] == "AttributeError"


def test_an_endless_loop_times_out_with_everything_before_it_graded(graded: tuple[Path, int]) -> None:
    found = card(graded, "loop")
    assert found["status"] == "timeout"
    lost = {verdict["criterion"] for verdict in found["verdicts"] if verdict["credit"] != 1}
    assert lost == {"runs"}


def test_the_table_holds_everybody_and_asks_for_a_look_at_one(graded: tuple[Path, int]) -> None:
    out, code = graded
    rows = list(csv.DictReader((out / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert {row["student"] for row in rows} == {
        "classic",
        "cnn",
        "crash",
        "empty",
        "loop",
        "softmax",
    }
    assert code == 1
    assert (out / "index.html").is_file()
