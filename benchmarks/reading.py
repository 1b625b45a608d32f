"""Reading a model as data against loading it with Keras."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measures import Measure, at_least

from grader import keras_file

ROUNDS = 30
KERAS = """
import json, statistics, sys, time
import keras
from keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dropout(0.5),
    layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax"),
])
model.save(sys.argv[1])
times = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    keras.saving.load_model(sys.argv[1], compile=False)
    times.append(time.perf_counter() - began)
print(json.dumps(statistics.median(times)))
"""


def measure(folder: Path) -> Iterator[Measure]:
    """Medians for the CNN of 225 034 parameters."""
    path = folder / "cnn.keras"
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-c", KERAS, str(path), str(ROUNDS)]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True)
    with_keras = float(json.loads(loaded.stdout.splitlines()[-1]))
    content = path.read_bytes()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        keras_file.read(content)
        times.append(time.perf_counter() - began)
    ours = statistics.median(times)
    goal, met = at_least(with_keras / ours, 500)
    yield Measure(
        what="Reading the structure of a model, 225 034 parameters", here=f"{1000 * ours:.2f} ms",
        compared=f"keras.saving.load_model: {1000 * with_keras:.0f} ms", ratio=with_keras / ours, goal=goal, met=met,
    )  # fmt: skip
