"""Data sets of TensorFlow are not tuned in a run, and give the same elements and weights as tuned ones."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.keras

PROGRAM = """
import hashlib, json, sys
import keras, numpy as np, tensorflow as tf
from grader.child.recorder import pipelines

if sys.argv[1] == "untuned":
    pipelines.untune()
keras.utils.set_random_seed(1)
x, y = np.random.random((300, 20)).astype("float32"), np.arange(300) % 3
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(8), keras.layers.Dropout(0.5), keras.layers.Dense(3)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, epochs=3, batch_size=32, verbose=0)
weights = hashlib.sha256(b"".join(weight.numpy().tobytes() for weight in model.weights)).hexdigest()

numbers = tf.data.Dataset.range(5).map(lambda n: n * n, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
wanted = tf.data.Options()
wanted.autotune.enabled, wanted.deterministic = True, False
chosen = numbers.with_options(wanted)._apply_debug_options().options()

total = numbers.reduce(tf.constant(0, tf.int64), lambda found, number: found + number)
print(json.dumps({
    "weights": weights, "elements": [int(number) for number in numbers], "total": int(total),
    "tuned": numbers._apply_debug_options().options().autotune.enabled,
    "chosen": [chosen.autotune.enabled, chosen.deterministic],
}))
"""


def outcome(how: str) -> dict[str, object]:
    ended = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    found: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_what_is_not_tuned_gives_the_same_elements_and_the_same_weights() -> None:
    tuned, untuned = outcome("tuned"), outcome("untuned")
    assert untuned["elements"] == [0, 1, 4, 9, 16]
    assert untuned["total"] == 30
    assert (tuned["tuned"], untuned["tuned"]) == (None, False)
    # What a notebook chose itself stays, but for the tuning.
    assert (tuned["chosen"], untuned["chosen"]) == ([True, False], [False, False])
    for same in ("weights", "elements", "total"):
        assert tuned[same] == untuned[same]
