"""Program for test_fidelity: trains small networks on differently prepared images, as students do.

    fidelity_trainer.py FOLDER NAME...

Reads FOLDER/data.npz; for each name writes NAME.keras, NAME.npy (the 64 rows that a recorder would
see) and NAME.json (what it would tell, and the accuracies that the network's own evaluate() gives).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers


def pad(x):
    return np.pad(x, ((0, 0), (2, 2), (2, 2)))


def mlp(shape):
    flat = [] if len(shape) == 1 else [layers.Flatten()]
    return [keras.Input(shape), *flat, layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")]


def cnn(shape):
    return [
        keras.Input(shape),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(8, 3, strides=2),
        layers.Flatten(),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]


def resized(x):
    import tensorflow as tf

    return tf.image.resize(x[..., None] / 255, (20, 20)).numpy()


def standardised(x, train):
    return (x - train.mean()) / train.std()


def per_pixel(x, train):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return (x - mean) / np.where(std == 0, 1, std)


# Name -> (how images are prepared, from raw float32 (n, 28, 28) and the raw training images; layers; shuffled).
CASES = {
    "share": (lambda x, train: x.reshape(-1, 784) / 255, mlp, False),
    "raw": (lambda x, train: x.reshape(-1, 784), mlp, False),
    "standardised": (standardised, mlp, False),
    "signed": (lambda x, train: x / 127.5 - 1, mlp, False),
    "inverted": (lambda x, train: 1 - x.reshape(-1, 784) / 255, mlp, False),
    "per_pixel": (lambda x, train: per_pixel(x, train).reshape(-1, 784), mlp, False),
    "unit_columns": (lambda x, train: keras.utils.normalize(x, axis=1), mlp, False),
    "cnn": (lambda x, train: x[..., None] / 255, cnn, False),
    "cnn_without_channel": (lambda x, train: x / 255, lambda _: cnn((28, 28, 1)), False),
    "cnn_padded": (lambda x, train: pad(x / 255)[..., None], cnn, False),
    "cnn_three_channels": (lambda x, train: np.repeat(x[..., None] / 255, 3, axis=-1), cnn, False),
    "cnn_resized": (lambda x, train: resized(x), cnn, False),
    "shuffled": (lambda x, train: x.reshape(-1, 784) / 255, mlp, True),
    "part_of_the_set": (lambda x, train: per_pixel(x, train[:4000]).reshape(-1, 784)[:4000], mlp, False),
}


def train(name, data, folder):
    prepare, build, shuffle = CASES[name]
    raw = data["x_train"].astype("float32")
    x, y = prepare(raw, raw), data["y_train"]
    rows = data["rows"]
    if len(x) < len(raw):
        y, rows = y[: len(x)], np.linspace(0, len(x) - 1, 64).astype(int)
    if shuffle:
        order = np.random.default_rng(0).permutation(len(x))
        x, y = x[order], y[order]
    keras.utils.set_random_seed(1)
    model = keras.Sequential(build(x.shape[1:]))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, batch_size=64, verbose=0)
    both = {"test": (data["x_test"], data["y_test"]), "train": (data["x_train"], data["y_train"])}
    accuracies = {}
    for part, (images, labels) in both.items():
        prepared = prepare(images.astype("float32"), raw)
        accuracies[part] = model.evaluate(prepared, labels[: len(prepared)], verbose=0)[1]
    model.save(folder / f"{name}.keras")
    np.save(folder / f"{name}.npy", x[rows])
    whole = len(x) == len(raw)
    fed = {
        "shape": x.shape[1:],
        "length": len(x),
        "dtype": str(x.dtype),
        "minimum": float(x.min()),
        "maximum": float(x.max()),
        "mean": float(x.mean()),
        "std": float(x.std()),
        "rows": rows.tolist() if whole else None,
        "part": "train" if whole else "",
    }
    facts = {"fed": fed, "accuracies": accuracies, "inputs": model.input_shape[1:], "outputs": model.output_shape[1:]}
    (folder / f"{name}.json").write_text(json.dumps(facts))


def main():
    folder = Path(sys.argv[1])
    data = dict(np.load(folder / "data.npz"))
    for name in sys.argv[2:]:
        train(name, data, folder)


if __name__ == "__main__":
    main()
