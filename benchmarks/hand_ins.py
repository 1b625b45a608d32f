"""The notebooks of the benchmarks: every one differs by a comment with its number, or one would stand for all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

SMALL = (
    "import tensorflow as tf\nfrom tensorflow import keras",
    "hidden = 784 * 512 + 512\noutput = 512 * 10 + 10\ntotal = hidden + output",
    "model = keras.Sequential([\n    keras.Input((784,)),\n    keras.layers.Dense(512, activation='relu'),\n"
    "    keras.layers.Dense(10, activation='softmax'),\n])\nmodel.summary()",
)
KERNELS = "TF_ENABLE_ONEDNN_OPTS"  # bare trainings compute with the same kernels as sandboxes
DATA = (
    "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()\n"
    "x_train = x_train.reshape(-1, 784) / 255.0\nx_test = x_test.reshape(-1, 784) / 255.0"
)
COMPILE = "model.compile('rmsprop', 'sparse_categorical_crossentropy', metrics=['accuracy'])"
CNN = (
    SMALL[0],
    SMALL[1],
    "model = keras.Sequential([\n    keras.Input((28, 28, 1)),\n    keras.layers.Conv2D(32, 3, activation='relu'),\n"
    "    keras.layers.MaxPooling2D(),\n    keras.layers.Conv2D(64, 3, activation='relu'),\n"
    "    keras.layers.MaxPooling2D(),\n    keras.layers.Flatten(),\n"
    "    keras.layers.Dense(10, activation='softmax'),\n])",
    # As the course's reference does it.
    "(x_train, y_train), _ = keras.datasets.mnist.load_data()\n"
    "x_train = x_train.reshape(-1, 28, 28, 1).astype('float32') / 255",
)
ANSWERS = {"hidden": 401_920, "output": 5_130, "total": 407_050}


def training(rows: int, epochs: int) -> tuple[str, ...]:
    """The small notebook and a training of its network on the first ``rows`` images."""
    return (*SMALL, DATA, COMPILE, _fit(rows, epochs))


def convolution(rows: int, epochs: int) -> tuple[str, ...]:
    """A small convolutional network and its training on the first ``rows`` images."""
    return (*CNN, COMPILE, _fit(rows, epochs))


def _fit(rows: int, epochs: int) -> str:
    return f"model.fit(x_train[:{rows}], y_train[:{rows}], epochs={epochs}, batch_size=128, verbose=0)"


def notebook(cells: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """A notebook of code cells, each with its metadata."""
    written: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell{number}",
            "metadata": metadata,
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, (source, metadata) in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def numbered(cells: Sequence[str], number: int) -> list[tuple[str, dict[str, Any]]]:
    """Cells that no other hand-in has."""
    return [(f"{source}\n# {number}", {}) for source in cells]


def class_of(folder: Path, cells: Sequence[str], students: int, *, repeats: int = 0) -> Path:
    """A class of hand-ins in ``folder``, a notebook each; after ``repeats`` different ones the same come again."""
    for number in range(students):
        place = folder / f"s{number:04}"
        place.mkdir(parents=True)
        content = notebook(numbered(cells, number % repeats if repeats else number))
        (place / "hand_in.ipynb").write_text(content, "utf-8")
    return folder


def rubric(folder: Path, *, accuracy: bool, points: int = 1) -> Path:
    """A rubric with the questions of the small notebook, its network, and the accuracy if there is one to measure."""
    text = {"es": "x", "en": "x"}
    criteria: list[dict[str, Any]] = [
        {"id": name, "points": points, "check": "number", "answer": name, "equals": value}
        for name, value in ANSWERS.items()
    ]
    criteria.append({"id": "params", "points": 1, "check": "total_params", "equals": ANSWERS["total"]})
    if accuracy:
        criteria.append({"id": "accuracy", "points": 2, "check": "test_accuracy", "knots": {0.5: 0, 0.8: 1}})
    written = {
        "exercise": "bench",
        "title": text,
        "data": "digits",
        "test": "hidden",
        "run": {"wall": "10m", "cell": "8m", "memory": "3GB", "seeds": 1},
        "criteria": [{**one, "title": text, "hint": text} for one in criteria],
    }
    path = folder / "bench.yaml"
    path.write_text(json.dumps(written), "utf-8")  # JSON is YAML
    return path
