"""Names in the code of early Keras that today stand for the same thing under another name or in another module.

Every row changes what runs (``evidence.preparing.old_imports``), so this file is part of the key of a run. Names whose
successors a person must choose are in ``scoring.diagnoses.names``.
"""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off
MODULES: Mapping[str, str] = {
    "layers.core": "keras.layers", "layers.convolutional": "keras.layers", "layers.normalization": "keras.layers",
    "layers.pooling": "keras.layers", "layers.advanced_activations": "keras.layers", "layers.recurrent": "keras.layers",
    "layers.embeddings": "keras.layers", "layers.merge": "keras.layers", "layers.noise": "keras.layers",
    "layers.wrappers": "keras.layers", "layers.experimental": "keras.layers", "layers.local": "keras.layers",
    "objectives": "keras.losses", "engine": "keras", "utils.vis_utils": "keras.utils",
    "utils.generic_utils": "keras.utils", "utils.layer_utils": "keras.utils",
}
# Classes and functions that changed nothing but their spelling.
RESPELLED: Mapping[str, str] = {
    "adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta",
    "adamax": "Adamax", "nadam": "Nadam", "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU", "Convolution1D": "Conv1D",
    "Deconvolution2D": "Conv2DTranspose", "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization", "to_categorial": "to_categorical",
}
