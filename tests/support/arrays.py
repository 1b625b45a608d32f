"""A small made-up data set that looks like MNIST, and what notebooks make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import ExportFacts, KnownData, PictureFacts

TRAIN, TEST = 600, 200


def known(train: int = TRAIN, test: int = TEST) -> KnownData:
    """Noisy images with a bright bar, all ten classes, no two images alike."""
    rng = np.random.default_rng(1)

    def part(n: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        labels = rng.permutation(np.arange(n) % 10).astype(np.uint8)
        images = np.zeros((n, 28, 28), np.uint8)
        images[:, 4:24, 4:24] = rng.integers(0, 200, (n, 20, 20))
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 5, 4:12] = 255
        return images, labels

    (x_train, y_train), (x_test, y_test) = part(train), part(test)
    return KnownData(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def export(name: str, values: Any, **changes: Any) -> ExportFacts:
    """An exported array as the reader gives it: whole when small, else 256 rows."""
    array = np.asarray(values)
    common: dict[str, Any] = {"name": name, "shape": array.shape, "dtype": array.dtype.str, "found_as": name}
    if array.nbytes <= 1 << 20:
        return ExportFacts(**{**common, "minimum": None, "maximum": None, "finite": True, "values": array, **changes})
    rows = np.linspace(0, len(array) - 1, 256).astype(int)
    whole: dict[str, Any] = {
        **common,
        "minimum": float(array.min()),
        "maximum": float(array.max()),
        "finite": bool(np.isfinite(array).all()),
        "values": None,
        "rows": tuple(rows.tolist()),
        "row_values": array[rows],
    }
    return ExportFacts(**{**whole, **changes})


def picture(label: int | None, title: str = "", *, row: int = 0, part: str = "train", **changes: Any) -> PictureFacts:
    """A picture that was recognised (or, without a label, not)."""
    standard: dict[str, Any] = {"cell": 3, "shape": (28, 28), "title": title, "digest": f"{part}{row}", "label": label}
    if label is not None:
        standard |= {"part": part, "row": row}
    return PictureFacts(**{**standard, **changes})
