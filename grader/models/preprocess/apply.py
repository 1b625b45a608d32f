"""The closed family of preprocessings, applied: raw uint8 images -> what a model is fed.

numpy only: this file is also mounted beside the program in sandbox 2. A transform travels as a plain
mapping with the field names of ``records.Transform`` (its per-pixel maps as nested lists or arrays).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Spec = Mapping[str, Any]

# Axis of (n, height, width) along which ``keras.utils.normalize`` takes the Euclidean norm.
UNIT_AXES: Mapping[str, tuple[int, ...]] = {"unit_rows": (2,), "unit_columns": (1,), "unit_images": (1, 2)}


def transform(spec: Spec, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 28, 28) uint8 as (n, H, W), (n, H, W, C) or, flattened, (n, H * W * C) float32.

    Order: exchange of rows and columns, values, padding or resizing, channels, flattening. Computed in
    double precision and rounded once, as close as can be to whichever precision the student used.
    """
    turned = images.transpose(0, 2, 1) if spec["transposed"] else images
    placed = place(spec, _by_table(spec, turned) if _alone(spec) else values(spec, turned.astype(np.float64)))
    shaped = placed[..., np.newaxis] if spec["channels"] else placed
    if spec["channels"] == 3:
        shaped = np.repeat(shaped, 3, axis=-1)
    if spec["flat"]:
        shaped = shaped.reshape(len(shaped), -1)
    return np.ascontiguousarray(shaped, dtype=np.float32)


def _alone(spec: Spec) -> bool:
    """Whether what a pixel becomes depends on its own value alone."""
    return spec["values"] in ("identity", "affine", "table") and spec["fit"] != "resize"


def _by_table(spec: Spec, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What ``values`` gives, rounded: computed once for each of the 256 raw values."""
    return np.asarray(values(spec, np.arange(256, dtype=np.float64)).astype(np.float32)[images])


def values(spec: Spec, images: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, h, w) raw values 0-255 after scaling; same shape. Raises ValueError for an unknown kind."""
    kind = spec["values"]
    if kind == "identity":
        return images
    if kind == "affine":
        return np.asarray(images * spec["scale"] + spec["offset"])
    if kind == "table":
        return np.asarray(spec["table"], dtype=np.float64)[images.astype(np.intp)]
    if kind == "per_pixel":
        return np.asarray(images * np.asarray(spec["scale_map"]) + np.asarray(spec["offset_map"]))
    if kind in UNIT_AXES:
        return unit(images, UNIT_AXES[kind])
    raise ValueError(f"transform: unknown kind of values {kind!r}")


def unit(images: NDArray[np.float64], axes: tuple[int, ...]) -> NDArray[np.float64]:
    """``images`` divided by their Euclidean norm along ``axes``; where the norm is 0, unchanged."""
    norm = np.sqrt(np.sum(images * images, axis=axes, keepdims=True))
    return images / np.where(norm == 0, 1, norm)


def place(spec: Spec, images: NDArray[Any]) -> NDArray[Any]:
    """(n, h, w) padded or resized to (n, H, W). Raises ValueError for an unknown way."""
    height, width = spec["height"], spec["width"]
    if spec["fit"] == "none":
        return images
    if spec["fit"] == "pad":
        margins = [margin(images.shape[axis], wanted) for axis, wanted in ((1, height), (2, width))]
        return np.pad(images, ((0, 0), *margins), constant_values=spec["pad_value"])
    if spec["fit"] == "resize":
        return resize(images, height, width, spec["interpolation"])
    raise ValueError(f"transform: unknown way to fit {spec['fit']!r}")


def margin(n: int, wanted: int) -> tuple[int, int]:
    """How many of ``wanted - n`` rows of padding come before and after; an odd one comes after."""
    return (wanted - n) // 2, wanted - n - (wanted - n) // 2


def resize(images: NDArray[np.float64], height: int, width: int, interpolation: str) -> NDArray[np.float64]:
    """(n, h, w) as (n, height, width), as ``tf.image.resize`` does it without antialiasing."""
    rows = resize_weights(images.shape[1], height, interpolation)
    columns = resize_weights(images.shape[2], width, interpolation)
    return np.asarray(rows @ images @ columns.T)


def resize_weights(n: int, wanted: int, interpolation: str) -> NDArray[np.float64]:
    """Matrix (wanted, n): each output pixel as a mean of input pixels, with half-pixel centres.

    Output i lies at (i + 0.5) * n / wanted - 0.5 of the input; beyond the edge the edge counts.
    Raises ValueError for an interpolation other than "bilinear" and "nearest".
    """
    weights = np.zeros((wanted, n))
    every = np.arange(wanted)
    centres = (every + 0.5) * n / wanted
    if interpolation == "nearest":
        weights[every, np.minimum(np.floor(centres).astype(int), n - 1)] = 1
    elif interpolation == "bilinear":
        at = np.clip(centres - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        weights[every, low] = 1 - (at - low)
        weights[every, np.minimum(low + 1, n - 1)] += at - low
    else:
        raise ValueError(f"transform: unknown interpolation {interpolation!r}")
    return weights


def reduced(picture: NDArray[Any], side: int) -> NDArray[np.float32]:
    """A picture (H, W) or (H, W, C), larger or smaller, as (side, side) or (side, side, C): the mean over each piece.

    A fourth channel, how opaque a pixel is, is left out.
    """
    rows, columns = (area_weights(length, side).astype(np.float32) for length in picture.shape[:2])
    if picture.ndim == 2:
        return np.asarray(rows @ picture.astype(np.float32) @ columns.T)
    planes = [rows @ picture[..., place].astype(np.float32) @ columns.T for place in range(min(picture.shape[2], 3))]
    return np.stack(planes, axis=-1)


def area_weights(n: int, wanted: int) -> NDArray[np.float64]:
    """Matrix (wanted, n): each output pixel as the mean of the input that lies where it lies."""
    edges = np.arange(wanted + 1) * n / wanted
    pixels = np.arange(n)
    covered = np.minimum(edges[1:, np.newaxis], pixels + 1) - np.maximum(edges[:-1, np.newaxis], pixels)
    return np.asarray(np.clip(covered, 0, None) * wanted / n)
