"""Which image of the data set a picture shows: also when it was enlarged, in whichever way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.evidence.pictures import recognised
from grader.models.preprocess import apply
from grader.records import KnownData, PictureFacts
from tests.support.images import digits_like

IMAGES = digits_like(300)
LABELS = (np.arange(300) % 10).astype(np.uint8)
DATA = KnownData(x_train=IMAGES[:200], y_train=LABELS[:200], x_test=IMAGES[200:], y_test=LABELS[200:])


def drawn(values: NDArray[Any], **changes: Any) -> PictureFacts:
    large = min(values.shape[:2]) > 28
    small = apply.reduced(values, 28).astype(float) if large else None
    return replace(PictureFacts(cell=1, shape=values.shape, values=None if large else values, reduced=small), **changes)


def bilinear(image: NDArray[Any], side: int = 280) -> NDArray[Any]:
    return np.asarray(apply.resize(image[np.newaxis].astype(float), side, side, "bilinear")[0])


@pytest.mark.parametrize(
    "enlarge",
    [
        lambda image: np.kron(image, np.ones((10, 10))),
        bilinear,
        lambda image: bilinear(image, 64).astype("uint8"),
        lambda image: 1 - bilinear(image, 100) / 255,
        lambda image: np.repeat(bilinear(image)[..., np.newaxis], 3, axis=2),
    ],
    ids=["each pixel many times", "bilinear", "rounded", "negative", "three channels"],
)
def test_an_enlarged_copy_shows_its_image(enlarge: Any) -> None:
    pictures = [drawn(enlarge(IMAGES[row])) for row in (7, 150, 260)]
    assert [(one.part, one.row, one.label) for one in recognised(pictures, DATA, "enlarged")] == [
        ("train", 7, 7),
        ("train", 150, 0),
        ("test", 60, 0),
    ]


def test_pictures_of_something_else_show_no_image() -> None:
    noise = np.random.default_rng(0).uniform(size=(280, 280))
    colours = np.stack([bilinear(IMAGES[1]), bilinear(IMAGES[2]), bilinear(IMAGES[3])], axis=-1)
    pictures = [drawn(noise), drawn(colours), drawn(bilinear(IMAGES[4]), blank=True), drawn(IMAGES[5])]
    assert [one.row for one in recognised(pictures, DATA, "enlarged")] == [None, None, None, 5]
