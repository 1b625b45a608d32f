"""What code of another time, or of another library, is called today: whole expressions that run as they stand.

Keys are dotted names as the error says them, with ``keras`` for ``tensorflow.keras`` and ``tf`` for TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.scoring.diagnoses.names import OPTIMIZERS

# fmt: off
# Modules that were renamed: their members are imported from another one.
MODULES_MOVED: Mapping[str, str] = {
    "sklearn.cross_validation": "sklearn.model_selection", "sklearn.grid_search": "sklearn.model_selection",
    "sklearn.learning_curve": "sklearn.model_selection", "sklearn.datasets.samples_generator": "sklearn.datasets",
    "sklearn.ensemble.forest": "sklearn.ensemble", "pandas.tools": "pandas.plotting",
    "pandas.util.testing": "pandas.testing", "keras_preprocessing": "tensorflow.keras.preprocessing.image",
    "keras.optimizer_v2": "keras.optimizers", "keras.optimizers.adam_v2": "keras.optimizers",
    "keras.optimizers.gradient_descent_v2": "keras.optimizers", "keras.callbacks.callbacks": "keras.callbacks",
}
# Names that are written otherwise: what to write instead.
NAMES_MOVED: Mapping[str, str] = {
    "sklearn.externals.joblib": "import joblib", "sklearn.datasets.fetch_mldata": "keras.datasets.mnist.load_data()",
    "sklearn.preprocessing.Imputer": "from sklearn.impute import SimpleImputer",
    "sklearn.metrics.plot_confusion_matrix": "from sklearn.metrics import ConfusionMatrixDisplay",
    "scipy.misc.imread": 'np.array(PIL.Image.open("a.png").convert("L"))',
    "scipy.ndimage.imread": 'np.array(PIL.Image.open("a.png").convert("L"))',
    "scipy.misc.imsave": "matplotlib.pyplot.imsave", "scipy.misc.imshow": "matplotlib.pyplot.imshow",
    "scipy.misc.imresize": "PIL.Image.fromarray(x).resize((28, 28))", "scipy.misc.toimage": "PIL.Image.fromarray(x)",
    "scipy.integrate.simps": "scipy.integrate.simpson", "scipy.integrate.trapz": "scipy.integrate.trapezoid",
    "IPython.core.display.display": "from IPython.display import display",
    "urllib.urlretrieve": "from urllib.request import urlretrieve", "urllib.urlopen": "from urllib.request import urlopen",
    "urllib2": "import urllib.request", "cPickle": "import pickle", "Tkinter": "import tkinter", "Queue": "import queue",
    "StringIO": "from io import StringIO", "itertools.izip": "zip", "itertools.imap": "map", "time.clock": "time.perf_counter()",
    "inspect.getargspec": "inspect.getfullargspec", "pandas.np": "import numpy as np",
    "pandas.rolling_mean": "df.rolling(2).mean()", "PIL.Image.ANTIALIAS": "Image.LANCZOS",
    "matplotlib.cm.spectral": "plt.cm.nipy_spectral", "matplotlib.cm.get_cmap": "plt.get_cmap",
    "seaborn.factorplot": "sns.catplot", "seaborn.tsplot": "sns.lineplot",
    "tensorflow.set_random_seed": "from tensorflow.random import set_seed as set_random_seed",
    "keras.objectives": "keras.losses", "keras.initializers.normal": "keras.initializers.RandomNormal",
    "keras.initializers.uniform": "keras.initializers.RandomUniform", "keras.regularizers.l1l2": "keras.regularizers.l1_l2",
    "keras.models.model_from_yaml": "keras.models.model_from_json", "keras.utils.print_summary": "model.summary()",
    "keras.losses.cosine_proximity": "keras.losses.cosine_similarity",
    **{f"collections.{name}": f"from collections.abc import {name}"
       for name in ("Mapping", "MutableMapping", "Sequence", "Iterable", "Iterator", "Callable", "Hashable", "Set")},
}
# What does nothing today, and is left out.
NAMES_GONE = (
    "keras.utils.layer_utils", "keras.utils.generic_utils", "keras.utils.multi_gpu_model", "keras.utils.training_utils",
    "matplotlib.pyplot.hold", "matplotlib.pyplot.ishold",
)
# TensorFlow 1: tf.<name>.
TF1_MOVED: Mapping[str, str] = {
    "set_random_seed": "tf.random.set_seed", "random.set_random_seed": "tf.random.set_seed", "log": "tf.math.log",
    "to_float": "tf.cast(x, tf.float32)", "to_int32": "tf.cast(x, tf.int32)", "arg_max": "tf.argmax", "mul": "tf.multiply",
    "sub": "tf.subtract", "neg": "tf.negative", "div": "tf.divide", "ceil": "tf.math.ceil", "matrix_inverse": "tf.linalg.inv",
    "random_normal": "tf.random.normal", "random_uniform": "tf.random.uniform", "truncated_normal": "tf.random.truncated_normal",
    "gfile": "tf.io.gfile", "read_file": "tf.io.read_file", "decode_raw": "tf.io.decode_raw",
    "image.resize_images": "tf.image.resize",
    "nn.softmax_cross_entropy_with_logits_v2": "tf.nn.softmax_cross_entropy_with_logits",
    "train.AdamOptimizer": "tf.keras.optimizers.Adam", "train.GradientDescentOptimizer": "tf.keras.optimizers.SGD",
    "train.MomentumOptimizer": "tf.keras.optimizers.SGD", "train.RMSPropOptimizer": "tf.keras.optimizers.RMSprop",
    "train.AdagradOptimizer": "tf.keras.optimizers.Adagrad",
}
TF1_GONE = (
    "logging", "ConfigProto", "GPUOptions", "enable_eager_execution", "summary.FileWriter", "summary.merge_all",
)
TF1_ALSO = ("estimator", "flags", "nn.rnn_cell", "train.Saver")  # like those of names.TF1: a network is written otherwise
TF1_OPTIMIZERS: Mapping[str, str] = {
    "Adam": "Adam", "GradientDescent": "SGD", "Momentum": "SGD", "RMSProp": "RMSprop", "Adagrad": "Adagrad", "Adadelta": "Adadelta",
}
TF1_ARGUMENTS: Mapping[str, str] = {
    "dimension": "axis=", "reduction_indices": "axis=", "keep_dims": "keepdims=", "squeeze_dims": "axis=", "concat_dim": "axis=",
}
# keras.backend.<name>, where keras.ops has it under another name, or not at all.
BACKEND_TODAY: Mapping[str, str] = {
    "image_dim_ordering": "keras.backend.image_data_format()", "get_value": "keras.ops.convert_to_numpy(x)",
    "eval": "keras.ops.convert_to_numpy(x)", "set_value": "variable.assign(value)", "variable": "keras.Variable(x)",
    "constant": "keras.ops.convert_to_tensor(x)", "placeholder": "keras.Input((28, 28))", "int_shape": "x.shape",
    "function": "keras.Model(model.inputs, model.layers[0].output).predict(x)", "batch_flatten": "keras.layers.Flatten()(x)",
    "flatten": "keras.ops.ravel", "pow": "keras.ops.power", "permute_dimensions": "keras.ops.transpose",
    "l2_normalize": "keras.ops.normalize", "gather": "keras.ops.take", "random_normal": "keras.random.normal",
    "random_uniform": "keras.random.uniform", "dropout": "keras.random.dropout", "gradients": "tf.GradientTape",
}
# keras.backend.<name> that keras.ops has under the same name.
OPS = frozenset((
    "abs", "all", "any", "arange", "argmax", "argmin", "binary_crossentropy", "cast", "categorical_crossentropy", "clip",
    "concatenate", "cos", "cumprod", "cumsum", "dot", "dtype", "elu", "equal", "exp", "expand_dims", "eye", "greater",
    "greater_equal", "hard_sigmoid", "less", "less_equal", "log", "logsumexp", "map", "max", "maximum", "mean", "min",
    "minimum", "ndim", "not_equal", "one_hot", "ones", "ones_like", "prod", "relu", "repeat", "reshape", "round", "shape",
    "sigmoid", "sign", "sin", "softmax", "softplus", "softsign", "sparse_categorical_crossentropy", "sqrt", "square",
    "squeeze", "stack", "std", "stop_gradient", "sum", "switch", "tanh", "tile", "transpose", "var", "zeros", "zeros_like",
))
# tf.<name> on a tensor of a network that is being built.
TF_IN_NETWORK: Mapping[str, str] = {
    "reshape": "keras.layers.Reshape((784,))(x)", "nn.relu": "keras.layers.ReLU()(x)", "nn.softmax": "keras.layers.Softmax()(x)",
    "nn.sigmoid": 'keras.layers.Activation("sigmoid")(x)', "nn.tanh": 'keras.layers.Activation("tanh")(x)',
    "tanh": 'keras.layers.Activation("tanh")(x)', "concat": "keras.layers.Concatenate()([x, y])",
    "image.resize": "keras.layers.Resizing(32, 32)(x)", "add": "keras.layers.Add()([x, y])",
    "nn.dropout": "keras.layers.Dropout(0.5)(x)", "nn.max_pool2d": "keras.layers.MaxPooling2D(2)(x)",
    "nn.max_pool": "keras.layers.MaxPooling2D(2)(x)", "expand_dims": "keras.ops.expand_dims(x, -1)", "cast": 'keras.ops.cast(x, "float32")',
    "reduce_mean": "keras.ops.mean(x, axis=-1)", "reduce_sum": "keras.ops.sum(x, axis=-1)", "reduce_max": "keras.ops.max(x, axis=-1)",
    "squeeze": "keras.ops.squeeze(x, -1)", "transpose": "keras.ops.transpose(x)", "matmul": "keras.ops.matmul(x, y)",
    "multiply": "keras.ops.multiply(x, y)", "stack": "keras.ops.stack([x, y])", "square": "keras.ops.square(x)",
    "abs": "keras.ops.abs(x)", "pad": "keras.layers.ZeroPadding2D(2)(x)",
}
LAYERS = (
    "Dense", "Conv2D", "Flatten", "MaxPooling2D", "AveragePooling2D", "Dropout", "BatchNormalization", "Activation",
    "InputLayer", "Reshape", "GlobalAveragePooling2D", "LSTM", "GRU", "SimpleRNN", "Embedding",
)
# Attributes of objects: (class, or "" for any; name) -> what to write instead.
ATTRIBUTES: Mapping[tuple[str, str], str] = {
    **{(kind, name): today for kind in ("DataFrame", "Series") for name, today in {
        "append": "pd.concat([a, b])", "ix": "df.loc[row, column]", "as_matrix": "df.to_numpy()",
        "get_value": "df.at[row, column]", "iteritems": "df.items()", "applymap": "df.map(function)",
        "sort": 'df.sort_values("column")',
    }.items()},
    ("dict", "iteritems"): "d.items()", ("dict", "itervalues"): "d.values()", ("dict", "iterkeys"): "d.keys()",
    ("dict", "has_key"): "key in d", ("ndarray", "tostring"): "x.tobytes()", ("ndarray", "ptp"): "np.ptp(x)",
    ("", "make_one_shot_iterator"): "iter(dataset)", ("Sequential", "to_yaml"): "model.to_json()",
    ("Functional", "to_yaml"): "model.to_json()", ("Variable", "get_value"): "variable.numpy()",
    ("Variable", "eval"): "variable.numpy()", **{(kind, "lr"): "model.optimizer.learning_rate" for kind in OPTIMIZERS},
    **{(kind, name): today for kind in LAYERS for name, today in {
        "input_shape": "layer.input.shape", "output_shape": "layer.output.shape", "get_output_at": "layer.output",
        "get_input_at": "layer.input", "W": "layer.get_weights()[0]",
    }.items()},
}
ATTRIBUTES_GONE = ("hold", "set_window_title", "_make_predict_function", "uses_learning_phase")
# Arguments: (function, or "" where Keras does not name it; name) -> what to write instead, "" to leave it out.
ARGUMENTS_MOVED: Mapping[tuple[str, str], str] = {
    ("OneHotEncoder", "sparse"): "sparse_output=", ("TSNE", "n_iter"): "max_iter=", ("set", "normed"): "density=",
    ("read_csv", "error_bad_lines"): 'on_bad_lines="skip"', ("fillna", "method"): "df.ffill()",
    ("gca", "projection"): 'plt.axes(projection="3d")', ("LogisticRegression", "multi_class"): "",
    ("OneHotEncoder", "n_values"): "", ("ModelCheckpoint", "period"): "", ("TensorBoard", "write_grads"): "",
    ("TensorBoard", "batch_size"): "", ("BatchNormalization", "mode"): "", ("to_categorical", "dtype"): "",
    **{(function, name): "" for function in ("", "fit", "evaluate", "predict") for name in (
        "workers", "use_multiprocessing", "max_queue_size", "max_q_size", "nb_worker", "pickle_safe",
    )},
}
# An argument that a layer or method cannot do without -> the call as it may be.
NEEDED: Mapping[str, str] = {
    "kernel_size": "Conv2D(32, (3, 3))", "filters": "Conv2D(32, (3, 3))", "pool_size": "AveragePooling2D((2, 2))",
    "units": "Dense(10)", "rate": "Dropout(0.5)", "activation": 'Activation("relu")', "filepath": 'model.save("model.keras")',
    "target_shape": "Reshape((28, 28, 1))",
}
PYTHON_2: Mapping[str, str] = {
    "xrange": "range", "raw_input": "input", "unicode": "str", "unichr": "chr", "reduce": "functools.reduce", "long": "int",
    "basestring": "str",
}
NUMPY_MOVED: Mapping[str, str] = {
    "product": "np.prod", "cumproduct": "np.cumprod", "alltrue": "np.all", "sometrue": "np.any", "in1d": "np.isin",
    "trapz": "np.trapezoid", "asscalar": "x.item()", "msort": "np.sort(x, axis=0)", "rank": "np.ndim", "complex": "complex",
    "cast": 'x.astype("float32")', "round_": "np.round", "string_": "np.bytes_", "unicode_": "np.str_", "long": "int",
}
# What Keras knows by name, to find what was meant.
IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "activation function": (
        "elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu", "linear", "mish", "relu", "relu6", "selu", "sigmoid",
        "silu", "softmax", "softplus", "softsign", "swish", "tanh",
    ),
    "loss": (
        "binary_crossentropy", "categorical_crossentropy", "categorical_hinge", "hinge", "kl_divergence",
        "mean_absolute_error", "mean_squared_error", "mse", "mae", "poisson", "sparse_categorical_crossentropy", "huber",
    ),
    "optimizer": ("sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl"),
    "metric": (
        "accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy", "mse", "mae",
        "mean_squared_error", "mean_absolute_error",
    ),
    "initializer": (
        "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform", "ones", "orthogonal",
        "random_normal", "random_uniform", "truncated_normal", "zeros",
    ),
}
