"""Which image of a data set a picture shows, whatever the scale, offset and sign of its pixels. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 4096
SEED = 784
# Beyond what half precision and rounding change, and far below the distance of two images of a data set.
NEAR = 0.1  # of projections
SAME = 2 / 255  # of pixels, on the scale 0 to 1
LARGEST = 1e100  # of pixels: no number overflows on the way


class ImageIndex:
    """Finds rows of one array of images (n, h, w).

    An image scaled to 0..1 by its own least and largest value, times one random vector, is a number that few
    images share; those few are compared pixel by pixel.
    """

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self.images = images
        self.size = images.shape[1:]
        self.vector = np.random.default_rng(SEED).standard_normal(int(np.prod(self.size)))
        chunks = [_scaled(images[start : start + CHUNK]) @ self.vector for start in range(0, len(images), CHUNK)]
        projections = np.concatenate(chunks) if chunks else np.zeros(0)
        self.rows = np.argsort(projections, kind="stable")
        self.projections = projections[self.rows]

    def find(self, plane: NDArray[np.float64]) -> int | None:
        """The row of the image that ``plane`` shows, upright or as a negative; None when it shows none."""
        if plane.shape != self.size or plane.size == 0:
            return None
        least, most = plane.min(), plane.max()
        if not max(abs(least), abs(most)) < LARGEST or most == least:
            return None
        scaled = ((plane - least) / (most - least)).reshape(-1)
        row = self._row(scaled)
        return self._row(1 - scaled) if row is None else row

    def _row(self, values: NDArray[np.float64]) -> int | None:
        middle = values @ self.vector
        first, last = np.searchsorted(self.projections, (middle - NEAR, middle + NEAR))
        rows = np.sort(self.rows[first:last])
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            close = np.flatnonzero(np.abs(_scaled(self.images[chunk]) - values).max(axis=1) <= SAME)
            if len(close):
                return int(chunk[close[0]])
        return None


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n, h, w) as (n, h * w), each image between 0 and 1; a blank one becomes 0."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    least = flat.min(axis=1, keepdims=True)
    spread = flat.max(axis=1, keepdims=True) - least
    scaled: NDArray[np.float64] = (flat - least) / np.where(spread > 0, spread, 1)
    return scaled
