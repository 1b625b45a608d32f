"""The layers that are read: for each Keras class its options and what it does.

A class that is not in ``LAYERS`` is refused, and so is an option that its class does not list. The
options are those that Keras 3 writes; what older versions of it leave out stands here with its default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.models.keras_file import effects
from grader.models.keras_file.activations import ACTIVATION, DATA_FORMAT
from grader.models.keras_file.activations import LAYERS as ACTIVATION_LAYERS
from grader.models.keras_file.effects import Config, Effect, Many, One
from grader.models.keras_file.options import (
    Option,
    anything,
    axes,
    axis,
    flag,
    margins,
    nothing,
    numbers,
    one_of,
    optional,
    real,
    sizes,
    training_options,
    whole,
    wholes,
)
from grader.records import Shape

Options = dict[str, Option]


@dataclass(frozen=True, slots=True)
class Kind:
    """One class of layers: its options, and its effect on one input or on several."""

    options: Options
    one: One | None = None
    many: Many | None = None
    idle: bool = False  # passes images on unchanged once training is over

    def effect(self, shapes: Sequence[Shape], config: Config) -> Effect:
        """Output shape and costs. Raises ValueError for inputs that the layer cannot work on."""
        if self.many is not None:
            return self.many(shapes, config)
        if self.one is None or len(shapes) != 1:
            raise ValueError("exactly one input")
        return self.one(shapes[0], config)


def _weights(*owners: str) -> Options:
    """Initializer, regularizer and constraint of each set of weights."""
    kinds = ("initializer", "regularizer", "constraint")
    return training_options(*(f"{owner}_{kind}" for owner in owners for kind in kinds))


SEED = training_options("seed")
ACTIVITY = training_options("activity_regularizer")
PADDING = Option(one_of("valid", "same"), "valid")
ANY_AXIS = Option(axes, -1)
ONE_AXIS = Option(axis, -1)
SWITCH_ON, SWITCH_OFF = Option(flag, True), Option(flag, False)
RATE = Option(real(0, 1))


def _window(axes_count: int) -> Options:
    return {
        "kernel_size": Option(wholes(axes_count)),
        "strides": Option(wholes(axes_count), [1] * axes_count),
        "padding": PADDING,
        "data_format": DATA_FORMAT,
        "dilation_rate": Option(wholes(axes_count), [1] * axes_count),
        "activation": ACTIVATION,
        "use_bias": SWITCH_ON,
        **ACTIVITY,
    }


def _conv(axes_count: int) -> Options:
    padding = Option(one_of("valid", "same", "causal"), "valid") if axes_count == 1 else PADDING
    groups = Option(whole(), 1)
    own = {"filters": Option(whole()), "groups": groups, "padding": padding}
    return {**_window(axes_count), **own, **_weights("kernel", "bias")}


def _depthwise(axes_count: int) -> Options:
    return {**_window(axes_count), "depth_multiplier": Option(whole(), 1), **_weights("depthwise", "bias")}


def _separable(axes_count: int) -> Options:
    own = {"filters": Option(whole()), "depth_multiplier": Option(whole(), 1)}
    padding = {"padding": Option(one_of("valid", "same", "causal"), "valid")} if axes_count == 1 else {}
    return {**_window(axes_count), **own, **padding, **_weights("depthwise", "pointwise", "bias")}


def _transposed(axes_count: int) -> Options:
    own = {
        "filters": Option(whole()),
        "output_padding": Option(optional(wholes(axes_count, 0)), None),
    }
    return {**_window(axes_count), **own, **_weights("kernel", "bias")}


def _pool(axes_count: int) -> Kind:
    options = {
        "pool_size": Option(wholes(axes_count)),
        "strides": Option(optional(wholes(axes_count)), None),
        "padding": PADDING,
        "data_format": DATA_FORMAT,
    }
    return Kind(options, effects.pool)


def _global_pool(axes_count: int) -> Kind:
    return Kind({"data_format": DATA_FORMAT, "keepdims": SWITCH_OFF}, effects.global_pool(axes_count))


def _noise(*, places: bool = False, **options: Option) -> Kind:
    """Layers that disturb the training and let everything pass afterwards."""
    shape = {"noise_shape": Option(anything, None, nothing)} if places else {}
    return Kind({**options, **SEED, **shape}, effects.same)


def _normalizer(**options: Option) -> Options:
    own = {"axis": ANY_AXIS, "epsilon": Option(real(0, 1), 1e-3), "center": SWITCH_ON, "scale": SWITCH_ON}
    return {**own, **_weights("beta", "gamma"), **options}


# ---------------------------------------------------------------- augmentation

FACTOR = Option(optional(numbers), None)
RANGE = Option(optional(numbers), None)
FILL: Options = {
    "fill_mode": Option(one_of("reflect", "constant", "wrap", "nearest"), "reflect"),
    "fill_value": Option(real(), 0.0),
    "interpolation": Option(one_of("bilinear", "nearest"), "bilinear"),
}
RESIZE = Option(
    one_of("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"), "bilinear"
)


def _augmentation(**options: Option) -> Kind:
    """Layers that vary images in training and let them pass afterwards."""
    return Kind({**options, **SEED, "data_format": DATA_FORMAT}, effects.same, idle=True)


def _sized(**options: Option) -> Kind:
    size = {"height": Option(whole()), "width": Option(whole())}
    return Kind({**size, **options, "data_format": DATA_FORMAT}, effects.to_size)


FLIPS = one_of("horizontal", "vertical", "horizontal_and_vertical")
AUGMENTATION: dict[str, Kind] = {
    "RandomFlip": _augmentation(mode=Option(FLIPS, "horizontal_and_vertical")),
    "RandomRotation": _augmentation(factor=FACTOR, **FILL),
    "RandomZoom": _augmentation(height_factor=FACTOR, width_factor=FACTOR, **FILL),
    "RandomTranslation": _augmentation(height_factor=FACTOR, width_factor=FACTOR, **FILL),
    "RandomShear": _augmentation(x_factor=FACTOR, y_factor=FACTOR, **FILL),
    "RandomContrast": _augmentation(factor=FACTOR, value_range=RANGE),
    "RandomBrightness": _augmentation(factor=FACTOR, value_range=RANGE),
    "RandomSharpness": _augmentation(factor=FACTOR, value_range=RANGE),
    "RandomInvert": _augmentation(factor=FACTOR, value_range=RANGE),
    "RandomErasing": _augmentation(factor=FACTOR, scale=FACTOR, fill_value=FACTOR, value_range=RANGE),
    "RandomGaussianBlur": _augmentation(factor=FACTOR, kernel_size=Option(wholes(2)), sigma=FACTOR, value_range=RANGE),
    "RandomCrop": _sized(**SEED),
    "CenterCrop": _sized(),
    "Resizing": _sized(
        interpolation=RESIZE,
        crop_to_aspect_ratio=SWITCH_OFF,
        pad_to_aspect_ratio=SWITCH_OFF,
        fill_mode=Option(one_of("constant"), "constant"),
        fill_value=Option(real(), 0.0),
        antialias=SWITCH_OFF,
    ),
}

# ---------------------------------------------------------------- the table

_ACTIVATION_EFFECTS: dict[str, One] = {"PReLU": effects.prelu, "Softmax": effects.along_axis}
_BATCH_NORM = {
    **_normalizer(axis=ONE_AXIS),
    **training_options("moving_mean_initializer", "moving_variance_initializer"),
    "momentum": Option(real(0, 1), 0.99),
    "synchronized": Option(flag, False, lambda _: False),
    "renorm": Option(one_of(False), False),
    "renorm_clipping": Option(anything, None, nothing),
    "renorm_momentum": Option(real(0, 1), 0.99),
}
_DENSE = {
    "units": Option(whole()),
    "activation": ACTIVATION,
    "use_bias": SWITCH_ON,
    **_weights("kernel", "bias"),
    **ACTIVITY,
    "quantization_config": Option(one_of(None), None),
}
_NORMALIZATION = {
    "axis": Option(optional(axes), [-1]),
    "invert": SWITCH_OFF,
    "mean": Option(optional(numbers), None),
    "variance": Option(optional(numbers), None),
}

LAYERS: dict[str, Kind] = {
    "Dense": Kind(_DENSE, effects.dense),
    "Flatten": Kind({"data_format": DATA_FORMAT}, effects.flatten),
    "Reshape": Kind({"target_shape": Option(sizes(-1))}, effects.reshape),
    "Permute": Kind({"dims": Option(sizes(1))}, effects.permute),
    "RepeatVector": Kind({"n": Option(whole())}, effects.repeat_vector),
    "Identity": Kind({}, effects.same),
    "Activation": Kind({"activation": ACTIVATION}, effects.same),
    **{name: Kind(own, _ACTIVATION_EFFECTS.get(name, effects.same)) for name, own in ACTIVATION_LAYERS.items()},
    "Dropout": _noise(rate=RATE, places=True),
    "AlphaDropout": _noise(rate=RATE, places=True),
    "SpatialDropout1D": _noise(rate=RATE),
    "SpatialDropout2D": _noise(rate=RATE, data_format=DATA_FORMAT),
    "GaussianDropout": _noise(rate=RATE),
    "GaussianNoise": _noise(stddev=Option(real(0))),
    "ActivityRegularization": Kind({"l1": Option(real(), 0.0), "l2": Option(real(), 0.0)}, effects.same),
    "BatchNormalization": Kind(_BATCH_NORM, effects.batch_norm),
    "LayerNormalization": Kind(_normalizer(rms_scaling=SWITCH_OFF), effects.layer_norm),
    "GroupNormalization": Kind(_normalizer(axis=ONE_AXIS, groups=Option(whole(-1), 32)), effects.group_norm),
    "RMSNormalization": Kind({"axis": ANY_AXIS, "epsilon": Option(real(0, 1), 1e-6)}, effects.rms_norm),
    "UnitNormalization": Kind({"axis": ANY_AXIS}, effects.along_axis),
    "Rescaling": Kind({"scale": Option(numbers), "offset": Option(numbers, 0.0)}, effects.rescale),
    "Normalization": Kind(_NORMALIZATION, effects.standardise),
    "Add": Kind({}, many=effects.merge),
    "Multiply": Kind({}, many=effects.merge),
    "Average": Kind({}, many=effects.merge),
    "Maximum": Kind({}, many=effects.merge),
    "Minimum": Kind({}, many=effects.merge),
    "Subtract": Kind({}, many=effects.subtract),
    "Concatenate": Kind({"axis": ONE_AXIS}, many=effects.concatenate),
    **AUGMENTATION,
}

for _axes in (1, 2):
    LAYERS |= {
        f"Conv{_axes}D": Kind(_conv(_axes), effects.conv),
        f"DepthwiseConv{_axes}D": Kind(_depthwise(_axes), effects.depthwise),
        f"SeparableConv{_axes}D": Kind(_separable(_axes), effects.separable),
        f"Conv{_axes}DTranspose": Kind(_transposed(_axes), effects.transposed),
        f"MaxPooling{_axes}D": _pool(_axes),
        f"AveragePooling{_axes}D": _pool(_axes),
        f"GlobalMaxPooling{_axes}D": _global_pool(_axes),
        f"GlobalAveragePooling{_axes}D": _global_pool(_axes),
    }

LAYERS |= {
    "ZeroPadding1D": Kind({"padding": Option(wholes(2, 0)), "data_format": DATA_FORMAT}, effects.zero_pad),
    "ZeroPadding2D": Kind({"padding": Option(margins(2)), "data_format": DATA_FORMAT}, effects.zero_pad),
    "Cropping1D": Kind({"cropping": Option(wholes(2, 0))}, effects.crop),
    "Cropping2D": Kind({"cropping": Option(margins(2)), "data_format": DATA_FORMAT}, effects.crop),
    "UpSampling1D": Kind({"size": Option(whole())}, effects.upsample),
    "UpSampling2D": Kind(
        {"size": Option(wholes(2)), "data_format": DATA_FORMAT, "interpolation": Option(RESIZE.check, "nearest")},
        effects.upsample,
    ),
}
