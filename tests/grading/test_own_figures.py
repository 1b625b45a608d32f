"""The gap between training and test accuracy counts however it was worked out, and the card says by which figures."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow]

PREPARED = """
    import numpy as np
    import keras
    from keras import layers
    keras.utils.set_random_seed(3)
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train = x_train.reshape(-1, 784).astype("float32") / 255
    x_test = x_test.reshape(-1, 784).astype("float32") / 255
    hidden, output = layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((784,)), hidden, output])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train[:20000], y_train[:20000], epochs=1, verbose=0)
    classes = lambda images: model.predict(images, verbose=0).argmax(axis=1)
"""
ROADS = {
    "confusion matrix": """
        def accuracy(x, y):
            counts = np.zeros((10, 10))
            np.add.at(counts, (y, classes(x)), 1)
            return counts.trace() / counts.sum()
        train, test = accuracy(x_train, y_train), accuracy(x_test, y_test)
    """,
    "scikit-learn": """
        from sklearn.metrics import accuracy_score
        train, test = accuracy_score(y_train, classes(x_train)), accuracy_score(y_test, classes(x_test))
    """,
    "metric object": """
        metric = keras.metrics.SparseCategoricalAccuracy()
        metric.update_state(y_train, model(x_train))
        train = float(metric.result())
        metric.reset_state()
        metric.update_state(y_test, model(x_test))
        test = float(metric.result())
    """,
    "loaded copy": """
        model.save("net.keras")
        copy = keras.models.load_model("net.keras")
        train, test = copy.evaluate(x_train, y_train, verbose=0)[1], copy.evaluate(x_test, y_test, verbose=0)[1]
    """,
    "parts": """
        train = model.evaluate(x_train[:10000], y_train[:10000], verbose=0)[1]
        test = model.evaluate(x_test[:9984], y_test[:9984], batch_size=64, verbose=0)[1]
    """,
    "first rows by NumPy": """
        train = np.mean(classes(x_train[:3000]) == y_train[:3000])
        test = np.mean(classes(x_test[:3000]) == y_test[:3000])
    """,
    "other way round": "test = model.evaluate(x_train, y_train, verbose=0)[1]; train = test - 0.2",
}
SOURCES = {
    "confusion matrix": ("checks.from_given_train", "checks.from_given_test"),
    "scikit-learn": ("checks.from_given_train", "checks.from_given_test"),
    "metric object": ("checks.from_given_train", "checks.from_given_test"),
    "loaded copy": ("checks.from_evaluate", "checks.from_evaluate"),
    "parts": ("checks.from_evaluate", "checks.from_evaluate"),
    "first rows by NumPy": ("checks.from_given_train", "checks.from_given_test"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The verdict on the gap, by road; none of the notebooks has a history that would fit."""
    root = tmp_path_factory.mktemp("roads")
    (root / "class").mkdir()
    for name, code in ROADS.items():
        typed = 'answers = {"gap": 100 * (train - test), "gap_means": "b"}'
        (root / "class" / f"{name}.ipynb").write_bytes(notebook(PREPARED, code, typed))
    command = [sys.executable, "-m", "grader", "grade", "mnist-mlp", "class", "-o", "out", "--data", "digits"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    cards = [json.loads(path.read_text("utf-8")) for path in (root / "out" / "cards").glob("*.json")]
    return {card["student"]: next(one for one in card["verdicts"] if one["criterion"] == "gap") for card in cards}


@pytest.mark.parametrize("road", SOURCES)
def test_the_own_gap_counts_and_the_card_says_which_figures_gave_it(road: str, verdicts: dict[str, Any]) -> None:
    verdict = verdicts[road]
    assert verdict["credit"] == 1, verdict["why"]["en"]
    values = verdict["why"]["values"]
    assert (values["train_source"]["key"], values["test_source"]["key"]) == SOURCES[road]
    typed = verdict["actual"]["values"]["value"]
    assert values["gap"] == pytest.approx(typed, abs=0.011)
    assert f"is {round(values['gap'], 2) + 0.0:.2f} points" in verdict["why"]["en"]


def test_a_gap_that_nothing_gives_is_wrong(verdicts: dict[str, Any]) -> None:
    assert verdicts["other way round"]["credit"] == 0
