"""The embedded data set: scikit-learn's handwritten digits in the layout of MNIST.

1 797 digits of 8 x 8 pixels (UCI "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak,
CC BY 4.0), enlarged to 28 x 28 and drawn again many times, each time a little differently. The test
images come from 400 originals that no training image comes from.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.data import arrays
from grader.data.redraw import Wobble, redraw

ROWS = {"train": 60_000, "test": 10_000}
TEST_ORIGINALS = 400
DRAWN = 20  # a digit fills 20 x 20 of the 28 x 28 pixels, as in MNIST
WOBBLE = Wobble(rotation=0.15, scale=0.10, shear=0.15, shift=1.0)


def write(path: Path) -> None:
    """Make the set and keep it in ``path``. Raises OSError."""
    arrays.write(path, make())


def make() -> dict[str, NDArray[np.uint8]]:
    """``x_train`` (60000, 28, 28), ``y_train``, ``x_test`` (10000, 28, 28), ``y_test``, all uint8; always the same."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - heavy, and needed only until the set is cached

    original = load_digits()
    images = enlarge(np.asarray(original.images, dtype=np.float64) / 16)
    labels = np.asarray(original.target, dtype=np.uint8)
    origins = sources(len(images))
    made = {}
    for seed, (part, rows) in enumerate(ROWS.items(), start=1):
        rng = np.random.default_rng(seed)
        chosen = rng.permutation(np.resize(origins[part], rows))
        made[f"x_{part}"] = redraw(images[chosen], WOBBLE, rng)
        made[f"y_{part}"] = labels[chosen]
    return made


def sources(n: int) -> dict[str, NDArray[np.intp]]:
    """Which of ``n`` originals each part is drawn from; none is in both."""
    order = np.random.default_rng(0).permutation(n)
    return {"test": order[:TEST_ORIGINALS], "train": order[TEST_ORIGINALS:]}


def enlarge(small: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(n, 8, 8) shares 0-1 as (n, 28, 28) uint8: cubic interpolation to 20 x 20 in a black margin of 4 pixels."""
    weights = cubic_weights(small.shape[1], DRAWN)
    large = np.clip(weights @ small @ weights.T, 0, 1)
    margin = (28 - DRAWN) // 2
    framed = np.pad(large, ((0, 0), (margin, margin), (margin, margin)))
    return np.rint(255 * framed).astype(np.uint8)


def cubic_weights(n: int, wanted: int) -> NDArray[np.float64]:
    """Matrix (wanted, n) of cubic convolution interpolation with a = -0.5 (R. Keys, 1981), edges repeated."""
    weights = np.zeros((wanted, n))
    for row in range(wanted):
        place = (row + 0.5) * n / wanted - 0.5
        first = int(np.floor(place))
        for index in range(first - 1, first + 3):
            weights[row, min(max(index, 0), n - 1)] += _cubic(abs(place - index))
    return weights


def _cubic(distance: float) -> float:
    if distance < 1:
        return 1.5 * distance**3 - 2.5 * distance**2 + 1
    if distance < 2:
        return -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    return 0.0
