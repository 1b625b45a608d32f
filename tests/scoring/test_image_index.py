"""An image is found among all images of its set, however it was scaled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import data
from grader.evidence.pictures import pictures, recognised
from grader.records import PictureFacts, Run
from grader.scoring.image_index import ImageIndex
from tests.support.arrays import known

DATA = known()
INDEX = ImageIndex(DATA.x_train)
SCALES = st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3)


@given(st.integers(0, 599), SCALES, st.floats(-100, 100), st.sampled_from(["f4", "f8"]))
def test_every_scale_offset_and_sign_is_the_same_image(row: int, scale: float, offset: float, dtype: str) -> None:
    drawn = (DATA.x_train[row] * scale / 255 + offset * abs(scale)).astype(dtype)
    # At an offset of 100 times the contrast half of the digits of a float32 are gone.
    assert INDEX.find(drawn.astype(np.float64)) == row


@pytest.mark.parametrize("plane", [
    np.zeros((28, 28)), np.full((28, 28), np.nan), np.eye(28), np.zeros((0, 0)), np.zeros((14, 56)),
    np.where(np.eye(28), np.inf, 0), np.eye(28) * 1e308, DATA.x_train[3].T.astype(float),
    DATA.x_test[3].astype(float), np.arange(784.0).reshape(28, 28),
])  # fmt: skip
def test_what_is_no_image_of_the_set_is_not_found(plane: Any) -> None:
    assert INDEX.find(plane) is None


def test_an_index_of_nothing_finds_nothing() -> None:
    assert ImageIndex(DATA.x_train[:0]).find(np.eye(28)) is None


def shown(values: Any) -> PictureFacts:
    array = np.asarray(values)
    return PictureFacts(cell=1, shape=array.shape, values=array)


def test_a_picture_gets_part_row_and_label_of_what_it_shows() -> None:
    first, grey, negative, other, hidden, flat = recognised(
        [
            shown(DATA.x_train[7]),
            shown(np.repeat(DATA.x_test[5][..., None], 3, axis=2)),
            shown(1 - DATA.x_test[9] / 255),
            shown(np.random.default_rng(0).random((28, 28))),
            PictureFacts(cell=1, shape=(28, 28)),
            shown(DATA.x_train[7].reshape(784, 1)),
        ],
        DATA,
        "made up",
    )
    assert (first.part, first.row, first.label) == ("train", 7, DATA.y_train[7])
    assert (grey.part, grey.row, grey.label) == ("test", 5, DATA.y_test[5])
    assert (negative.part, negative.row) == ("test", 9)
    assert [one.label for one in (other, hidden, flat)] == [None] * 3


def test_a_forged_list_of_pictures_gives_what_can_be_read() -> None:
    claimed = b'[{"shape": [28,28], "title": 3, "cell": -1, "blank": "no"}, {"shape": "x"}, 7, {"shape":[2], "cell":2}]'
    run = Run(submission="", ended="ok", frames={("pictures", 0): claimed, ("picture", 0): b'{"shape": [3]}\nabc'})
    seen = pictures(run)
    assert [(one.shape, one.title, one.cell, one.blank, one.values) for one in seen] == [
        ((28, 28), "", 0, False, None),
        ((2,), "", 2, False, None),
    ]
    assert pictures(Run(submission="", ended="ok", frames={("pictures", 0): b"{}"})) == ()


@pytest.mark.real_data
def test_all_of_mnist_is_told_apart(real_data: Any) -> None:
    mnist = data.find("mnist", real_data)
    index = ImageIndex(mnist.x_train)
    for row in range(0, 60_000, 997):
        assert index.find((mnist.x_train[row] / np.float32(255)).astype(np.float64)) == row
    assert index.find(mnist.x_test[0].astype(np.float64)) is None
