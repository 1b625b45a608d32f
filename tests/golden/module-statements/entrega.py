"""Práctica."""
from __future__ import annotations

import numpy as np
import seaborn as sns
from tensorflow import keras
import matplotlib.pyplot as plt


def build() -> undefined_name:
    model = keras.Sequential([
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train / 255.0
x_test = x_test / 255.0


def show(history):
    values = history.history["acuracy"]
    print(values)


if __name__ == "__main__":
    model = build()
    history = model.fit(x_train, y_train, epochs=1, batch_size=64, verbose=0)

    show(history)
    plt.figure()
    plt.imshow(x_train[0])
    plt.title(str(y_train[0]))
    print(zeta)
    answers = {"params": 50890}
