"""Which images are the hidden ones: drawn by the secret of the course, so that knowing the public test set is no use.

Only for sets whose two parts are exchangeable. The embedded set is not: what its test images were drawn from is kept
apart from its training images.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.data.sets import DataSet

Images = NDArray[np.uint8]

EXCHANGEABLE = frozenset({"mnist"})
SHOWN = 1_000  # training images at the start, which handouts show and which stay where they are


def split(dataset: DataSet, test: Literal["hidden", "public"], secret: bytes) -> DataSet:
    """The set that everything after this is given, in its secret split where there is one.

    With a secret, the test images are drawn from the whole set. A training image that was drawn is replaced, at its
    place, by one of the public test images that were not. Equal secrets give equal splits.
    """
    if test != "hidden" or not secret or dataset.name not in EXCHANGEABLE:
        return dataset
    rng = _generator(secret, dataset)
    n_train, n_test = len(dataset.x_train), len(dataset.x_test)
    shown = min(SHOWN, n_train)
    drawn = shown + rng.permutation(n_train + n_test - shown)[:n_test]
    from_train = drawn < n_train
    gaps = np.sort(drawn[from_train])
    filling = rng.permutation(np.setdiff1d(np.arange(n_test), drawn - n_train))

    def parts(train: Images, test: Images) -> tuple[Images, Images]:
        left = train.copy()
        left[gaps] = test[filling]
        hidden = np.empty_like(test)
        hidden[from_train], hidden[~from_train] = train[drawn[from_train]], test[drawn[~from_train] - n_train]
        return left, hidden

    x_train, x_test = parts(dataset.x_train, dataset.x_test)
    y_train, y_test = parts(dataset.y_train, dataset.y_test)
    told = b"".join([dataset.sha256.encode(), drawn.tobytes(), filling.tobytes()])
    return replace(
        dataset,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        sha256=hashlib.sha256(told).hexdigest(),
        split="secret",
    )


def _generator(secret: bytes, dataset: DataSet) -> np.random.Generator:
    """A generator that nobody can repeat who does not know the secret."""
    digest = hmac.new(secret, f"split\0{dataset.name}\0{dataset.sha256}".encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))
