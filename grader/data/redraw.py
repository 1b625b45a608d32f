"""Images drawn again, a little turned, stretched and moved: bilinear sampling with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
CHUNK = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Wobble:
    """The largest change of each kind; every image gets its own, drawn evenly between minus and plus."""

    rotation: float  # radians
    scale: float  # 0.05: between 95 % and 105 %
    shift: float  # pixels, along each axis
    shear: float = 0.0


def redraw(images: Images, wobble: Wobble, rng: np.random.Generator) -> Images:
    """Each of the (n, h, w) uint8 images under an affine map of its own about its centre; outside is black."""
    matrices, shifts = _maps(len(images), wobble, rng)
    drawn = np.empty_like(images)
    for first in range(0, len(images), CHUNK):
        part = slice(first, first + CHUNK)
        drawn[part] = _sample(images[part], matrices[part], shifts[part])
    return drawn


def _maps(n: int, wobble: Wobble, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    angle = rng.uniform(-wobble.rotation, wobble.rotation, n)
    scale = rng.uniform(1 - wobble.scale, 1 + wobble.scale, n)
    shear = rng.uniform(-wobble.shear, wobble.shear, n)
    shifts = rng.uniform(-wobble.shift, wobble.shift, (n, 2))
    cosine, sine = np.cos(angle) / scale, np.sin(angle) / scale
    rows = [[cosine, cosine * shear - sine], [sine, sine * shear + cosine]]
    # Rounding takes away the last bits, in which the sines of two machines may differ.
    return np.round(np.moveaxis(np.array(rows), 2, 0), 9), np.round(shifts, 9)


def _sample(images: Images, matrices: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.uint8]:
    n, height, width = images.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    grid = np.indices((height, width)).reshape(2, -1).T - centre
    places = grid @ matrices.transpose(0, 2, 1) + (centre + shifts)[:, None, :]
    # A black frame of one pixel stands for everything outside.
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(n, -1).astype(np.float64)
    row = np.clip(places[..., 0] + 1, 0, height + 1 - 1e-6)
    column = np.clip(places[..., 1] + 1, 0, width + 1 - 1e-6)
    top, left = np.floor(row).astype(np.intp), np.floor(column).astype(np.intp)
    down, right = row - top, column - left
    corner = top * (width + 2) + left

    def pixel(offset: int) -> NDArray[np.float64]:
        return np.take_along_axis(framed, corner + offset, axis=1)

    upper = pixel(0) * (1 - right) + pixel(1) * right
    lower = pixel(width + 2) * (1 - right) + pixel(width + 3) * right
    drawn: NDArray[np.uint8] = np.rint(upper * (1 - down) + lower * down).astype(np.uint8)
    return drawn.reshape(n, height, width)
