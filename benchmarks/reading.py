"""Reading a model as data against loading it with Keras: in a process of its own, and where Keras is imported."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measures import Measure, at_least

from grader.models import keras_file

ROUNDS = 30
PROCESSES = 3
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


LOAD = "import keras, sys; keras.saving.load_model(sys.argv[1], compile=False)"


def measure(folder: Path) -> Iterator[Measure]:
    """Medians for the CNN of 225 034 parameters."""
    path = folder / "cnn.keras"
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-c", KERAS, str(path), str(ROUNDS)]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True)
    with_keras = float(json.loads(loaded.stdout.splitlines()[-1]))
    process = statistics.median(timed([sys.executable, "-c", LOAD, str(path)]) for _ in range(PROCESSES))
    content = path.read_bytes()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        keras_file.read(content)
        times.append(time.perf_counter() - began)
    ours = statistics.median(times)
    goal, met = at_least(process / ours, 500)
    what, here = "Reading the structure of a model, 225 034 parameters", f"{1000 * ours:.2f} ms"
    yield Measure(
        what=what,
        here=here,
        compared=f"Keras in a process of its own: {process:.1f} s",
        ratio=process / ours,
        goal=goal,
        met=met,
    )
    yield Measure(
        what=what,
        here=here,
        compared=f"`load_model`, Keras imported before: {1000 * with_keras:.0f} ms",
        ratio=with_keras / ours,
    )


def timed(words: list[str]) -> float:
    """Seconds of a process."""
    began = time.perf_counter()
    subprocess.run(words, capture_output=True, check=True)
    return time.perf_counter() - began
