"""Notebooks for tests, written cell by cell."""

from __future__ import annotations

import json
from textwrap import dedent

MLP = """
    from keras import Input, Sequential, layers, utils
    utils.set_random_seed(7)
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train = x_train.reshape(-1, 784) / 255.0
    x_test = x_test.reshape(-1, 784) / 255.0
"""


def notebook(*cells: str) -> bytes:
    """A notebook of code cells, as bytes."""
    written = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": dedent(source).strip(),
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": written, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).encode()
