"""Kernels in plain NumPy: what a convolutional layer gives, and which kernels it must have by what it gave.

As deep-learning libraries do, "convolution" is cross-correlation here: the kernel is not flipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHOWN_CAP = 75  # numbers of a kernel that a reader still takes in


def stack(kernels: Sequence[Any]) -> Floats:
    """Lists of (K, K) or (K, K, C) numbers as one array (filters, K, K, C). Raises ValueError with the reason."""
    try:
        found = np.array(list(kernels), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("the kernels are not equally large lists of rows of numbers") from error
    if found.ndim not in (3, 4) or found.size == 0:
        raise ValueError("a list of kernels is needed, each with (K, K) or (K, K, channels) numbers")
    return found[..., None] if found.ndim == 3 else found


def correlate(images: NDArray[Any], kernels: Floats) -> Floats:
    """(n, H, W, C) images under (F, K, L, C) kernels: (n, H - K + 1, W - L + 1, F), without padding.

    Raises ValueError when a kernel is larger than the images.
    """
    windows = np.lib.stride_tricks.sliding_window_view(
        np.asarray(images, dtype=np.float64), kernels.shape[1:3], axis=(1, 2)
    )
    found: Floats = np.einsum("nhwckl,fklc->nhwf", windows, kernels)
    return found


def of_impulses(blank: Floats, answers: Floats, size: tuple[int, int]) -> Floats | None:
    """The kernels (F, K, L, C) of a layer by its ``answers`` (C, H', W', F) to one bright pixel in each channel.

    The pixel lies at the middle of an image of ``size``; ``blank`` (H', W', F) is the answer to an image without
    it. None when the images are too small to show every weight.
    """
    height, width = size
    rows, columns = height - blank.shape[0] + 1, width - blank.shape[1] + 1
    down, right = middle(size)
    if not (rows - 1 <= down < blank.shape[0] and columns - 1 <= right < blank.shape[1]):
        return None
    seen = (answers - blank)[:, down - rows + 1 : down + 1, right - columns + 1 : right + 1]
    return np.moveaxis(seen[:, ::-1, ::-1], (0, 3), (3, 0))


def middle(size: tuple[int, int]) -> tuple[int, int]:
    """The pixel that is lit in an impulse image."""
    return size[0] // 2, size[1] // 2


def shown(one: Floats) -> str:
    """One kernel (K, L, C) as its rows, channel by channel; "" when it is too large to be read."""
    if one.size > SHOWN_CAP:
        return ""
    channels = [one[..., channel] for channel in range(one.shape[2])]
    return ", ".join(f"[{', '.join(f'[{_row(row)}]' for row in channel)}]" for channel in channels)


def _row(row: Floats) -> str:
    return ", ".join(f"{round(float(value), 3) + 0.0:g}" for value in row)
