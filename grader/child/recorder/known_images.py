"""Which images of the mounted data set an array holds, whatever their scale, sign, padding and layout."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.child.recorder import input_stats

LABELS = {"train": "y_train", "test": "y_test"}
IMAGES = {"train": "x_train", "test": "x_test"}
CHUNK = 4096
SEED = 784
LARGEST = 1 << 40  # of the numbers that stand for pixels: sums of them are exact
MIDDLE = 127  # where images are made black and white, if they are
FULL = 0.6  # share of inked pixels that no digit has: each pixel has a background of its own
LEFT_OUT = 0.99  # of all images that a training gets, when the student keeps some for a test
DEVIATIONS = 5  # standard ones, by which the test images in a random part may differ from their share
MANY = 256  # images from which that background can be told

Keys = NDArray[np.float64]


class KnownImages:
    """The images of one mounted file. An image is known by the pixels that are inked, as one number, its key.

    Two of a thousand images of MNIST have the key of another one: a few matches mean nothing.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.lengths = dict(zip(LABELS, map(len, self._read(*LABELS.values())), strict=False))  # {} without a file
        self._keys: dict[str, tuple[Keys, ...]] = {}
        self._sorted: dict[str, Keys] = {}
        self._size: tuple[int, ...] = ()
        self._counted: tuple[int, tuple[Any, ...], dict[str, int | None]] | None = None

    def _read(self, *names: str) -> list[NDArray[Any]]:
        if not os.path.exists(self.path):
            return []
        with np.load(self.path, allow_pickle=False) as arrays:
            return [arrays[name] for name in names]

    def counts(self, x: Any, rows: int | None) -> dict[str, int | None]:
        """Of the first ``rows`` rows that a training gets: how many differ, and how many are test images.

        None are when the student split all images anew, as ``train_test_split`` does with those of OpenML: then the
        test images are other ones. Remembered for an array that is fed again unchanged.
        """
        found, is_stream = input_stats.source_of(x), input_stats.is_stream(x)
        if found is None or (is_stream and rows is None):
            return {"distinct_rows": None, "test_rows": None}
        sample = found[:: max(1, len(found) // input_stats.ROWS)].tobytes()
        mark = (found.shape, rows, hash(sample))
        if self._counted is None or self._counted[:2] != (id(found), mark):
            used = found if is_stream else found[:rows]
            different: int | None = input_stats.distinct_rows(used)
            of_test = self.test_rows(used)
            of_test = 0 if self._is_own_split(of_test, len(used)) else of_test
            self._counted = (id(found), mark, {"distinct_rows": different, "test_rows": of_test})
        return self._counted[2]

    def _is_own_split(self, of_test: int, rows: int) -> bool:
        """Whether so many test images are what chance gives in ``rows`` of all images, some of which are left out."""
        whole = max(1, sum(self.lengths.values()))
        share, used = self.lengths.get("test", 0) / whole, rows / whole
        deviation = math.sqrt(rows * share * (1 - share) * max(0.0, 1 - used))  # drawn without putting back
        return used < LEFT_OUT and abs(of_test - rows * share) <= DEVIATIONS * deviation

    def may_be_test(self, validation: Any) -> bool:
        """Whether validation data are as many as the test set."""
        x = validation[0] if isinstance(validation, (tuple, list)) and validation else validation
        return x is not None and "test" in self.lengths and input_stats.length_of(x) == self.lengths["test"]

    def test_rows(self, x: Any) -> int:
        """How many rows of what a training gets are images of the test set."""
        found = input_stats.source_of(x)
        found_keys = None if found is None else self._of(found)
        return 0 if found_keys is None else int(self._in_part("test", found_keys).sum())

    def among_test(self, found: NDArray[Any]) -> tuple[NDArray[np.bool_], bool]:
        """Which test images (a truth value for each) are among the rows; and whether every row is an image we know."""
        images = np.zeros(self.lengths.get("test", 0), np.bool_)
        found_keys = self._of(found)
        if found_keys is None:
            return images, False
        for of_test in self._part("test"):
            images |= np.isin(of_test, found_keys)
        others = found_keys[~self._in_part("test", found_keys)]
        return images, not len(others) or bool(self._in_part("train", others).all())

    def _in_part(self, part: str, found_keys: Keys) -> NDArray[np.bool_]:
        """Which keys are those of images of a part."""
        if part not in self._sorted:
            self._sorted[part] = np.unique(np.concatenate([np.zeros(0), *self._part(part)]))
        known = self._sorted[part]
        places = np.minimum(np.searchsorted(known, found_keys), len(known) - 1)
        return known[places] == found_keys if len(known) else np.zeros(len(found_keys), np.bool_)

    def _part(self, part: str) -> tuple[Keys, ...]:
        """The keys of the images of a part, grey and in black and white; () without a mounted set."""
        if part not in self._keys:
            grey = self._read(IMAGES[part])
            self._keys[part] = tuple(keys(images) for one in grey for images in (one, one > MIDDLE))
        return self._keys[part]

    def _of(self, found: NDArray[Any]) -> Keys | None:
        """The keys of an array's rows; None when they cannot be images of the set."""
        if not self._size:
            self._size = next((images.shape[1:] for images in self._read(IMAGES["test"])), ())
        planes = planes_of(found, self._size) if len(self._size) == 2 else None
        return None if planes is None else keys(planes)


def planes_of(found: NDArray[Any], size: tuple[int, ...]) -> NDArray[Any] | None:
    """The images of an array as (n, height, width): out of rows, the first of several channels, without padding."""
    height, width = size
    if found.ndim == 4 and found.shape[-1] in (1, 3):
        found = found[..., 0]
    if found.ndim == 2 and found.shape[1] == height * width:
        return found.reshape(-1, height, width)
    if found.ndim != 3 or found.shape[1] < height or found.shape[2] < width:
        return None
    top, left = (found.shape[1] - height) // 2, (found.shape[2] - width) // 2
    return found[:, top : top + height, left : left + width]


def keys(planes: NDArray[Any]) -> Keys:
    """One number for each image (n, height, width): which pixels differ from its first one, the background."""
    flat = planes.reshape(len(planes), -1)
    vector = _vector(flat.shape[1])
    # Where every pixel was scaled by itself, each has a background of its own: its least value.
    own = len(flat) >= MANY and bool((flat[:MANY] != flat[:MANY, :1]).mean() > FULL)
    background = flat.min(axis=0, keepdims=True) if own else None
    inked = [(flat[at] != (flat[at, :1] if background is None else background)) @ vector for at in _chunks(len(flat))]
    return np.concatenate(inked) if inked else np.zeros(0)


@cache
def _vector(size: int) -> Keys:
    return np.random.default_rng(SEED).integers(1, LARGEST, size).astype(np.float64)


def _chunks(length: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, length, CHUNK))
