"""Which known images a handful of fed pictures were made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.preprocess.layouts import Layout
from grader.records import FedData

Floats = NDArray[np.float64]
Images = NDArray[np.uint8]

ALIKE = 0.8                             # median correlation from which pictures are taken for known images
CHUNK = 2048


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Images that may have been fed, as they were mounted: (n, 28, 28) uint8."""

    part: Literal["train", "test"]
    images: Images


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The raw images (k, 28, 28) behind k pictures, turned as the pictures are, and the pool they are from."""

    images: Images
    pool: Images
    layout: Layout

    def means(self) -> Floats:
        """Mean of every pixel over the whole pool, (28, 28), turned alike."""
        return np.asarray(self.layout.turn(self.pool.mean(axis=0)[np.newaxis])[0])


def matches(pictures: Floats, layout: Layout, fed: FedData, pools: Sequence[Pool]) -> Iterator[Known]:
    """What the (k, H, W) ``pictures`` may have been made of: by index, then by content; the caller tries.

    By content: each picture by the image with the highest absolute correlation, which no scale, offset or
    inversion changes; given only when the median over the pictures reaches 0.8.
    """
    for pool in pools:
        if pool.part == fed.part and fed.rows and len(fed.rows) == len(pictures) and max(fed.rows) < len(pool.images):
            yield Known(images=layout.turn(pool.images[list(fed.rows)]), pool=pool.images, layout=layout)
    small = layout.back_to_28(pictures)
    for pool in pools:
        for guess in (small, _unstandardised(small, pool.images, layout)):
            images = layout.turn(pool.images[most_alike(layout.turn(guess), pool.images)])
            if alike(guess, images) >= ALIKE:
                yield Known(images=images, pool=pool.images, layout=layout)
                break


def alike(pictures: Floats, images: Images) -> float:
    """Median over the pairs of the absolute correlation, 0-1."""
    return float(np.median(np.abs(np.sum(_normed(pictures) * _normed(images), axis=1))))


def most_alike(pictures: Floats, images: Images) -> NDArray[np.intp]:
    """For each picture the index of the most alike image; memory stays at one chunk of images."""
    wanted = _normed(pictures)
    best, index = np.full(len(wanted), -1.0, np.float32), np.zeros(len(wanted), np.intp)
    for first in range(0, len(images), CHUNK):
        correlations = np.abs(wanted @ _normed(images[first : first + CHUNK]).T)
        here = correlations.argmax(axis=1)
        value = correlations[np.arange(len(wanted)), here]
        index = np.where(value > best, first + here, index)
        best = np.maximum(best, value)
    return index


def _unstandardised(small: Floats, images: Images, layout: Layout) -> Floats:
    """The pictures after undoing a standardisation of each pixel: else the edges drown all the rest."""
    some = layout.turn(images[:: max(1, len(images) // 5000)]).astype(np.float32)
    return np.asarray(small * some.std(axis=0) + some.mean(axis=0))


def _normed(images: NDArray[Any]) -> NDArray[np.float32]:
    """Each image as a row of mean 0 and length 1."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.where(norm == 0, 1, norm))
