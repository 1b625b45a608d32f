"""What early Keras, TensorFlow and NumPy called things, and what they are called today.

``LIBRARIES`` are names of packages, not of a file of the student's. ``TF1`` are members that went with TensorFlow 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.untrusted.libraries import KNOWN
from grader.untrusted.old_names import MODULES, RESPELLED

__all__ = [
    "ARGUMENTS",
    "BACKEND_GONE",
    "HISTORY",
    "IMPORTS",
    "LIBRARIES",
    "METHODS",
    "MODULES",
    "NUMPY",
    "OPTIMIZERS",
    "TF1",
]

# fmt: off
IMPORTS: Mapping[str, str] = {
    **RESPELLED,
    "Merge": "Concatenate, Add", "merge": "Concatenate, Add", "AtrousConvolution2D": "Conv2D",
    "WeightRegularizer": "L1, L2", "ActivityRegularizer": "L1, L2", "multi_gpu_model": "keras.distribution",
    "MaxoutDense": "Dense", "Highway": "Dense", "adam_v2": "Adam", "gradient_descent_v2": "SGD", "minst": "mnist",
    "Flaten": "Flatten", "Maxpooling2D": "MaxPooling2D", "LeakyRelu": "LeakyReLU", "Conv2d": "Conv2D",
    "sequential": "Sequential",
}
METHODS: Mapping[str, str] = {
    "fit_generator": "model.fit(generator)", "evaluate_generator": "model.evaluate(generator)",
    "predict_generator": "model.predict(generator)", "predict_classes": "model.predict(x).argmax(axis=-1)",
    "predict_proba": "model.predict(x)",
}
ARGUMENTS: Mapping[str, str] = {
    "nb_epoch": "epochs=", "lr": "learning_rate=", "border_mode": "padding=", "subsample": "strides=",
    "init": "kernel_initializer=", "output_dim": "units=", "nb_filter": "filters=", "nb_row": "kernel_size=",
    "p": "rate=", "W_regularizer": "kernel_regularizer=", "b_regularizer": "bias_regularizer=", "bias": "use_bias=",
    "dim_ordering": "data_format=", "input": "inputs=", "output": "outputs=", "samples_per_epoch": "steps_per_epoch=",
    "nb_val_samples": "validation_steps=", "class_mode": "loss=", "show_accuracy": 'metrics=["accuracy"]',
    "input_dim": "keras.Input((784,))", "epoch": "epochs=", "batchsize": "batch_size=", "atrous_rate": "dilation_rate=",
    "activations": "activation=", "loss_function": "loss=", "nb_classes": "num_classes=",
    "metric": "metrics=", "stride": "strides=", "optimiser": "optimizer=",
}
OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl")
HISTORY: Mapping[str, str] = {"acc": "accuracy", "val_acc": "val_accuracy"}
NUMPY: Mapping[str, str] = {
    "int": "int", "float": "float", "bool": "bool", "object": "object", "str": "str", "Inf": "np.inf", "Infinity": "np.inf",
    "infty": "np.inf", "NaN": "np.nan", "NAN": "np.nan", "float_": "np.float64", "product": "np.prod", "alltrue": "np.all",
}
LIBRARIES = KNOWN
TF1 = (
    "Session", "InteractiveSession", "placeholder", "contrib", "global_variables_initializer", "app", "log", "get_variable",
    "initialize_all_variables", "random_normal", "truncated_normal", "reset_default_graph", "get_default_graph",
    "variable_scope", "matrix_inverse", "ConfigProto", "logging", "layers", "set_random_seed",
    "to_float", "arg_max", "get_collection", "gfile", "mul", "sub", "GPUOptions", "AdamOptimizer", "AdagradOptimizer",
    "GradientDescentOptimizer", "MomentumOptimizer", "RMSPropOptimizer",
)
# Of keras.backend, what went without a successor; its functions on tensors are in keras.ops.
BACKEND_GONE = (
    "set_image_dim_ordering", "image_dim_ordering", "get_session", "set_session", "tensorflow_backend", "learning_phase",
    "set_learning_phase", "backend_config", "tf", "manual_variable_initialization",
)
