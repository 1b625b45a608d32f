"""A process that builds layers with the real Keras: a JSON list of networks in, their shapes and counts out.

A network is ``{"input": shape, "layers": [{"layer": name, ...}]}``; with "image" and "kernel" its first
convolution gets these weights and its output comes back too. Started by path; needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_NUM_INTRAOP_THREADS="1")

import keras
import numpy as np


def built(network: dict[str, Any]) -> dict[str, Any]:
    made = [
        getattr(keras.layers, one["layer"])(**{key: value for key, value in one.items() if key != "layer"})
        for one in network["layers"]
    ]
    model = keras.Sequential([keras.Input(shape=network["input"]), *made])
    found = {
        "shapes": [list(layer.output.shape[1:]) for layer in made],
        "params": [layer.count_params() for layer in made],
        "weights": [[int(np.prod(weight.shape)) for weight in layer.weights] for layer in made],
        "total": model.count_params(),
    }
    if "image" in network:
        made[0].set_weights([np.array(network["kernel"], "float32")[:, :, None, None], np.zeros(1, "float32")])
        image = np.array(network["image"], "float32")[None, :, :, None]
        found["output"] = np.asarray(model(image))[0, :, :, 0].astype(int).tolist()
    return found


print(json.dumps([built(network) for network in json.load(sys.stdin)]))
