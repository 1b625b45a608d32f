"""How a picture lies in the shape of one row of data: height, width, channels, flattened or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply
from grader.records import Shape, Transform

SIDE = 28
LARGEST = 512  # pictures of MNIST enlarged beyond this are nobody's honest work


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """One reading of a shape as a grey picture."""

    height: int
    width: int
    channels: Literal[0, 1, 3] = 0  # 0: no axis for channels
    flat: bool = False
    transposed: bool = False  # rows and columns exchanged

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width

    def turn(self, images: NDArray[Any]) -> NDArray[Any]:
        """(n, h, w) as this layout shows them: with rows and columns exchanged when it is transposed."""
        return images.transpose(0, 2, 1) if self.transposed else images

    def middle(self, pictures: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The 28 x 28 pictures in (k, H, W) ones that are padded or not; None when they are not framed so."""
        if min(self.size) < SIDE:
            return None
        (top, _), (left, _) = (apply.margin(SIDE, side) for side in self.size)
        frame = pictures.copy()
        frame[:, top : top + SIDE, left : left + SIDE] = pictures[0, 0, 0]
        return pictures[:, top : top + SIDE, left : left + SIDE] if np.ptp(frame) == 0 else None

    def geometries(self, pad_value: float) -> Iterator[Transform]:
        """The ways to bring 28 x 28 raw images into this layout, without any change of values."""
        shape: dict[str, Any] = {
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "flat": self.flat,
            "transposed": self.transposed,
        }
        if self.size == (SIDE, SIDE):
            yield Transform(**shape)
            return
        if min(self.size) >= SIDE:
            yield Transform(**shape, fit="pad", pad_value=pad_value)
        for interpolation in ("bilinear", "nearest"):
            yield Transform(**shape, fit="resize", interpolation=interpolation)


def layouts(shape: Shape) -> tuple[Layout, ...]:
    """The readings of ``shape`` (one row, no batch axis), the likeliest first; none when it holds no picture.

    (784,) (28, 28) (28, 28, 1) (32, 32, 3) (1024,) (784, 1) (1, 28, 28) and so on; 28 x 28 ones also transposed.
    """
    found: list[Layout] = []
    sizes = [size for size in shape if size != 1]
    if len(sizes) == 1:
        side, third = isqrt(sizes[0]), isqrt(sizes[0] // 3)
        if side * side == sizes[0]:
            found.append(Layout(height=side, width=side, flat=True))
        elif 3 * third * third == sizes[0]:
            found.append(Layout(height=third, width=third, channels=3, flat=True))
    elif len(sizes) == 2:
        found.append(Layout(height=sizes[0], width=sizes[1], channels=1 if len(shape) == 3 else 0))
    elif len(shape) == 3 and shape[2] == 3:
        found.append(Layout(height=shape[0], width=shape[1], channels=3))
    found = [layout for layout in found if 4 <= min(layout.size) and max(layout.size) <= LARGEST]
    turned = [
        Layout(height=SIDE, width=SIDE, channels=layout.channels, flat=layout.flat, transposed=True)
        for layout in found
        if layout.size == (SIDE, SIDE)
    ]
    return (*found, *turned)


def unpack(samples: NDArray[np.float64], layout: Layout) -> NDArray[np.float64] | None:
    """Rows of data as grey pictures (k, H, W); None when their three channels differ."""
    channels = max(layout.channels, 1)
    pictures = samples.reshape(len(samples), layout.height, layout.width, channels)
    if channels == 3 and np.ptp(pictures, axis=-1).any():
        return None
    return np.asarray(pictures[..., 0])
