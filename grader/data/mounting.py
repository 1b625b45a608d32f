"""What a student's run sees of a data set: one ``.npz`` file, with or without the real test images."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.data import arrays, cache
from grader.data.redraw import Wobble, redraw
from grader.data.sets import DataSet
from grader.store import code_hash

# Small enough that an honest network scores nearly what it scores on the real test set.
WOBBLE = Wobble(rotation=np.deg2rad(5), scale=0.05, shift=0.5)
SEED = 20_000
SAMPLES = 64
# Where sets are found and how files are kept changes no byte of them.
ONLY_FINDS_AND_KEEPS = (
    "grader.data.sets",
    "grader.data.cache",
    "grader.data.digits",
    "grader.store",
    "grader.errors",
    "grader.records",
)
NEAR, BLOCK = 0.8, 4096  # which gains are counted again, and how many of them at a time

_lock = threading.Lock()
_mounted: dict[Path, str] = {}  # files that this process has verified
_rows: dict[str, dict[str, list[int]]] = {}


@lru_cache(maxsize=1)
def mounting_sha256() -> str:
    """Hash of what decides which file is mounted, and which of its rows are samples."""
    return code_hash.sha256_of(code_hash.closure("grader.data.mounting", beyond=ONLY_FINDS_AND_KEEPS, packages=False))


def mounted_name(dataset: DataSet, test: Literal["hidden", "public"]) -> str:
    """What ``mounted`` gives depends on this alone: the set and its content, and our code."""
    return f"{dataset.name}-{test}-{mounting_sha256()[:16]}-{dataset.sha256[:32]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mounted:
    """A file to mount, and the fingerprint of its arrays."""

    path: Path
    sha256: str


def mounted(dataset: DataSet, test: Literal["hidden", "public"], environ: Mapping[str, str] = os.environ) -> Mounted:
    """The ``.npz`` for a run: with the real test images, or with a stand-in for them; made once, then kept.

    Raises DataError when it cannot be kept. May be called from several threads.
    """
    path = cache.folder(environ) / "mounted" / f"{mounted_name(dataset, test)}.npz"

    def make(path: Path) -> None:
        four = dict(dataset.arrays)
        if test == "hidden":
            four["x_test"], four["y_test"] = stand_in(dataset)
        arrays.write(path, four)

    with _lock:
        if path not in _mounted or not path.is_file():
            _mounted[path] = cache.kept(path, make)
        return Mounted(path=path, sha256=_mounted[path])


@lru_cache(maxsize=1)
def stand_in(dataset: DataSet) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """As many images and labels as the test set has: training images, drawn again a little differently.

    At most 5 degrees, 5 % and half a pixel; always the same ones.
    """
    rng = np.random.default_rng(SEED)
    chosen = np.resize(rng.permutation(len(dataset.x_train)), len(dataset.x_test))
    images, labels = redraw(dataset.x_train[chosen], WOBBLE, rng), dataset.y_train[chosen]
    images.flags.writeable = labels.flags.writeable = False  # shared by all who ask
    return images, labels


def sample_rows(dataset: DataSet) -> dict[str, list[int]]:
    """For "train" and "test" at most 64 indices whose images together ink as many pixels as possible.

    Preprocessing that differs from pixel to pixel can only be recognised where the samples differ.
    """
    with _lock:
        if dataset.sha256 not in _rows:
            _rows[dataset.sha256] = {"train": spread(dataset.x_train), "test": spread(dataset.x_test)}
        return _rows[dataset.sha256]


def spread(images: NDArray[np.uint8], wanted: int = SAMPLES) -> list[int]:
    """Greedy choice of (n, 28, 28) images: each next one inks the most pixels that none before has inked.

    When nothing is left to gain, the rest is taken at even distances. Sorted, without repeats.
    """
    flat = images.reshape(len(images), -1)
    gains = np.concatenate([np.count_nonzero(block, axis=1) for block in np.array_split(flat, 64)])
    counted, inked = np.ones(len(flat), bool), np.zeros(flat.shape[1], bool)
    chosen: list[int] = []
    while len(flat) and len(chosen) < wanted:
        index = int(gains.argmax())
        if gains[index] == 0:
            break
        if counted[index]:
            chosen.append(index)
            inked |= flat[index].astype(bool)
            counted[:] = False
        else:
            # What an image adds can only shrink: an old gain is an upper bound, and few need to be counted again.
            again = np.flatnonzero((gains >= NEAR * gains[index]) & ~counted)[:BLOCK]
            gains[again] = np.count_nonzero(flat[again].astype(bool) & ~inked, axis=1)
            counted[again] = True
    return sorted(_filled(chosen, len(images), wanted))


def _filled(chosen: list[int], n: int, wanted: int) -> list[int]:
    evenly = [int(index) for index in np.linspace(0, n - 1, min(n, 4 * wanted)).round()]
    rest = [index for index in dict.fromkeys([*evenly, *range(min(n, wanted))]) if index not in chosen]
    step = max(1, len(rest) // max(1, wanted - len(chosen)))
    return [*chosen, *[*rest[::step], *rest][: max(0, min(wanted, n) - len(chosen))]]
