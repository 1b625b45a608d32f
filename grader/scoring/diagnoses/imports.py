"""Names of Keras, NumPy, matplotlib and others that notebooks use without importing them, and the line that does.

``LINES`` maps a name to its import. What was renamed or removed since is in ``names``.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LINES", "comes_from"]

# fmt: off
_MODULES: Mapping[str, str] = {
    "np": "import numpy as np", "numpy": "import numpy", "plt": "import matplotlib.pyplot as plt",
    "matplotlib": "import matplotlib", "mpl": "import matplotlib as mpl", "tf": "import tensorflow as tf",
    "tensorflow": "import tensorflow", "keras": "import keras", "pd": "import pandas as pd", "pandas": "import pandas",
    "sns": "import seaborn as sns", "cv2": "import cv2", "K": "from keras import backend as K",
    "Image": "from PIL import Image", "tqdm": "from tqdm import tqdm", "ops": "from keras import ops",
    "os": "import os", "sys": "import sys", "re": "import re", "math": "import math", "time": "import time",
    "random": "import random", "json": "import json", "pickle": "import pickle", "glob": "import glob",
    "shutil": "import shutil", "itertools": "import itertools", "datetime": "import datetime", "copy": "import copy",
    "Path": "from pathlib import Path", "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict", "mpimg": "import matplotlib.image as mpimg",
}
_MEMBERS: Mapping[str, str] = {
    "keras": (
        "layers models optimizers losses metrics callbacks datasets utils regularizers initializers activations "
        "applications Sequential Model Input"
    ),
    "keras.models": "load_model clone_model model_from_json",
    "keras.layers": (
        "Dense Activation Flatten Reshape Permute RepeatVector Dropout SpatialDropout2D GaussianNoise GaussianDropout "
        "Conv1D Conv2D Conv3D Conv2DTranspose SeparableConv2D DepthwiseConv2D MaxPooling1D MaxPooling2D MaxPool2D "
        "AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D ZeroPadding2D Cropping2D UpSampling2D "
        "BatchNormalization LayerNormalization Normalization Rescaling Resizing CenterCrop RandomFlip RandomRotation "
        "RandomZoom RandomTranslation RandomContrast LeakyReLU PReLU ELU ReLU Softmax Add Average Concatenate Multiply "
        "add concatenate Embedding LSTM GRU SimpleRNN Bidirectional TimeDistributed Lambda Layer InputLayer Attention "
        "MultiHeadAttention"
    ),
    "keras.optimizers": "SGD Adam AdamW RMSprop Adagrad Adadelta Adamax Nadam Ftrl",
    "keras.losses": (
        "CategoricalCrossentropy SparseCategoricalCrossentropy BinaryCrossentropy MeanSquaredError "
        "categorical_crossentropy sparse_categorical_crossentropy binary_crossentropy"
    ),
    "keras.metrics": "CategoricalAccuracy SparseCategoricalAccuracy Accuracy Precision Recall TopKCategoricalAccuracy",
    "keras.callbacks": (
        "EarlyStopping ModelCheckpoint ReduceLROnPlateau LearningRateScheduler TensorBoard CSVLogger LambdaCallback "
        "Callback History"
    ),
    "keras.utils": "to_categorical plot_model set_random_seed load_img img_to_array array_to_img",
    "keras.regularizers": "l1 l2 l1_l2 L1 L2 L1L2",
    "keras.initializers": "RandomNormal RandomUniform TruncatedNormal GlorotUniform GlorotNormal HeNormal HeUniform",
    "keras.datasets": "mnist fashion_mnist cifar10 cifar100 imdb reuters california_housing",
    "keras.applications": "VGG16 VGG19 ResNet50 MobileNetV2 InceptionV3",
    "sklearn.model_selection": (
        "train_test_split cross_val_score KFold StratifiedKFold GridSearchCV RandomizedSearchCV"
    ),
    "sklearn.metrics": (
        "accuracy_score confusion_matrix ConfusionMatrixDisplay classification_report precision_score recall_score "
        "f1_score roc_auc_score roc_curve mean_squared_error"
    ),
    "sklearn.preprocessing": "StandardScaler MinMaxScaler LabelEncoder OneHotEncoder LabelBinarizer",
    "sklearn.datasets": "fetch_openml load_digits load_iris",
    "sklearn.linear_model": "LogisticRegression LinearRegression",
    "sklearn.neighbors": "KNeighborsClassifier",
    "sklearn.ensemble": "RandomForestClassifier",
    "sklearn.tree": "DecisionTreeClassifier",
    "sklearn.svm": "SVC",
    "sklearn.neural_network": "MLPClassifier",
    "sklearn.decomposition": "PCA",
    "sklearn.cluster": "KMeans",
    "sklearn.pipeline": "Pipeline make_pipeline",
}
# fmt: on
_MODULE_OF: Mapping[str, str] = {name: module for module, names in _MEMBERS.items() for name in names.split()}
LINES: Mapping[str, str] = {
    **_MODULES,
    **{name: f"from {module} import {name}" for name, module in _MODULE_OF.items()},
}


def comes_from(name: str, module: str) -> bool | None:
    """Whether ``from module import *`` gives ``name``; None when nothing is known of that module or name."""
    if module.partition(".")[0] not in ("keras", "tensorflow", "numpy", "matplotlib", "sklearn"):
        return None if name not in LINES else False
    home = _MODULE_OF.get(name)
    return home is not None and module.removeprefix("tensorflow.") in (home, f"{home}s")
