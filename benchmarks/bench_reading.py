"""Reading a model as data against loading it with Keras: the ratio of medians, measured in one run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def main() -> None:
    """Print the medians and their ratio for the CNN of 225 034 parameters."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cnn.keras"
        loaded = subprocess.run(
            [sys.executable, "-c", KERAS, str(path), str(ROUNDS)], capture_output=True, text=True, check=True
        )
        with_keras = float(json.loads(loaded.stdout.splitlines()[-1]))
        content = path.read_bytes()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        keras_file.read(content)
        times.append(time.perf_counter() - began)
    ours = statistics.median(times)
    print(f"reading a model of 225 034 parameters, median of {ROUNDS}")
    print(f"  keras.saving.load_model  {1000 * with_keras:8.2f} ms")
    print(f"  keras_file.read          {1000 * ours:8.2f} ms")
    print(f"  ratio                    {with_keras / ours:8.1f}")


if __name__ == "__main__":
    main()
