"""Images and transforms for property tests; ``digits_like`` draws strokes, so that images differ from each other."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.records import Transform


def digits_like(n: int, seed: int = 0) -> NDArray[np.uint8]:
    """(n, 28, 28) uint8: black, with a few bright lines in the middle 20 x 20, as in MNIST."""
    rng = np.random.default_rng(seed)
    images = np.zeros((n, 28, 28))
    for image in images:
        for _ in range(rng.integers(2, 5)):
            ends = rng.uniform(4, 23, (2, 2))
            for share in np.linspace(0, 1, 25):
                row, column = (ends[0] * share + ends[1] * (1 - share)).astype(int)
                image[row : row + 2, column : column + 2] = rng.integers(100, 256)
    return images.astype(np.uint8)


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, object]:
    """Fields of a Transform that say how the picture lies."""
    fit = draw(st.sampled_from(["none", "pad", "resize"]))
    flat = draw(st.booleans())
    side = draw(st.integers(*{"none": (28, 28), "pad": (29, 40), "resize": (10, 40)}[fit]))
    return {
        "fit": fit,
        "height": side,
        "width": side if fit != "resize" or flat else draw(st.integers(10, 40)),
        "interpolation": draw(st.sampled_from(["bilinear", "nearest"])) if fit == "resize" else "",
        "channels": draw(st.sampled_from([0, 1, 3])),
        "flat": flat,
    }


@st.composite
def affine_transforms(draw: st.DrawFn) -> Transform:
    """Any affine formula that is not degenerate, in any layout."""
    scale = draw(st.floats(1e-3, 10)) * draw(st.sampled_from([1, -1]))
    offset = draw(st.floats(-2, 2)) * abs(scale) * 255
    return Transform(
        values="affine",
        scale=scale,
        offset=offset,
        pad_value=offset,
        name="a*x+b",
        **draw(layouts()),  # type: ignore[arg-type]
    )
