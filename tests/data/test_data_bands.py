"""The embedded set is as hard as MNIST for networks without convolutions, so that trials on it mean something.

What convolutions reach on it, `make references` measures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from grader import data

TRAINING = """
import json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from keras import layers
from grader import data

found = data.find("digits")
x_train, x_test = (images[..., None].astype("float32") / 255 for images in (found.x_train, found.x_test))

def accuracy(optimizer, epochs, *stack):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28, 1)), *stack, layers.Dense(10, activation="softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, found.y_train, epochs=epochs, batch_size=128, verbose=0)
    return model.evaluate(x_test, found.y_test, verbose=0)[1]

print(json.dumps({
    "softmax": accuracy("rmsprop", 5, layers.Flatten()),
    "mlp": accuracy("rmsprop", 5, layers.Flatten(), layers.Dense(512, activation="relu")),
}))
"""


@pytest.mark.slow
@pytest.mark.keras
def test_dense_networks_reach_their_bands_on_the_embedded_set():
    data.find("digits")
    done = subprocess.run(
        [sys.executable, "-c", TRAINING], capture_output=True, text=True, check=True, env=os.environ, timeout=900
    )
    accuracies = json.loads(done.stdout.splitlines()[-1])
    assert 0.90 <= accuracies["softmax"] < 0.95
    assert 0.97 <= accuracies["mlp"] <= 0.99
