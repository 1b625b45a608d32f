"""Which known images a handful of fed pictures were made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply
from grader.models.preprocess.layouts import SIDE, Layout
from grader.records import FedData

Floats = NDArray[np.float64]
Images = NDArray[np.uint8]
View = Callable[[Images], NDArray[Any]]

ALIKE = 0.8  # median correlation from which pictures are taken for known images
CHUNK = 8 << 20  # bytes of images that are compared at a time, as numbers of 4 bytes
LARGE = 64 * 64  # pixels of a picture from which on it is compared at the size of the images


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Images that may have been fed, as they were mounted: (n, 28, 28) uint8, fetched only when needed."""

    part: Literal["train", "test"]
    fetch: Callable[[], Images]

    @property
    def images(self) -> Images:
        """The images."""
        return self.fetch()


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The raw images (k, 28, 28) behind k pictures, turned as the pictures are, and the pool they are from."""

    images: Images
    pool: Images
    layout: Layout
    by_index: bool = False

    def means(self) -> Floats:
        """Mean of every pixel over the whole pool, (28, 28), turned alike."""
        return np.asarray(self.layout.turn(self.pool.mean(axis=0)[np.newaxis])[0])


def matches(pictures: Floats, layout: Layout, fed: FedData, pools: Sequence[Pool]) -> Iterator[Known]:
    """What the (k, H, W) ``pictures`` may have been made of: by index, then by content; the caller tries.

    By content: each picture by the image with the highest absolute correlation, which no scale, offset or
    inversion changes; given only when the median over the pictures reaches 0.8.
    """
    for pool in pools:
        if pool.part == fed.part and fed.rows and len(fed.rows) == len(pictures):
            images = pool.images
            if max(fed.rows) < len(images):
                yield Known(images=layout.turn(images[list(fed.rows)]), pool=images, layout=layout, by_index=True)
    for pool in pools:
        images = pool.images
        for guess, view in _guesses(pictures, layout, images):
            found = images[most_alike(guess, images, view)]
            if alike(guess, view(found)) >= ALIKE:
                yield Known(images=layout.turn(found), pool=images, layout=layout)


def alike(pictures: Floats, images: NDArray[Any]) -> float:
    """Median over the pairs of the absolute correlation, 0-1."""
    return float(np.median(np.abs(np.sum(_normed(pictures) * _normed(images), axis=1))))


def most_alike(pictures: Floats, images: Images, view: View) -> NDArray[np.intp]:
    """For each picture the index of the image that, seen through ``view``, is most alike.

    Memory stays at one chunk of images.
    """
    wanted = _normed(pictures)  # of mean 0, so that the means of the images do not matter
    best, index = np.full(len(wanted), -1.0, np.float32), np.zeros(len(wanted), np.intp)
    size = max(1, CHUNK // (4 * wanted.shape[1]))
    for first in range(0, len(images), size):
        some = view(images[first : first + size]).reshape(-1, wanted.shape[1]).astype(np.float32)
        spread = np.einsum("ij,ij->i", some, some) - some.sum(axis=1) ** 2 / wanted.shape[1]
        correlations = np.abs(wanted @ some.T) / np.sqrt(np.maximum(spread, 1))
        here = correlations.argmax(axis=1)
        value = correlations[np.arange(len(wanted)), here]
        index = np.where(value > best, first + here, index)
        best = np.maximum(best, value)
    return index


def _guesses(pictures: Floats, layout: Layout, images: Images) -> Iterator[tuple[Floats, View]]:
    """What to compare, and how the images must be seen for it.

    Pictures of 28 x 28 (or the middle of framed ones) as they are, then after undoing a standardisation of
    each pixel, where the edges drown all the rest; others with the images resized likewise, or, when that would
    take too much memory, resized to the size of the images.
    """
    middle = layout.middle(pictures)
    if middle is not None:
        yield middle, layout.turn
        some = layout.turn(images[:: max(1, len(images) // 5000)]).astype(np.float32)
        yield np.asarray(middle * some.std(axis=0) + some.mean(axis=0)), layout.turn
    if layout.height * layout.width > LARGE:
        yield apply.resize(pictures, SIDE, SIDE, "bilinear"), layout.turn
    elif layout.size != (SIDE, SIDE):
        yield pictures, _resizing(layout, "bilinear")
        yield pictures, _resizing(layout, "nearest")


def _resizing(layout: Layout, interpolation: str) -> View:
    rows, columns = (apply.resize_weights(SIDE, side, interpolation).astype(np.float32) for side in layout.size)
    return lambda raw: np.asarray(rows @ raw.astype(np.float32) @ columns.T)


def _normed(images: NDArray[Any]) -> NDArray[np.float32]:
    """Each image as a row of mean 0 and length 1."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.where(norm == 0, 1, norm))
