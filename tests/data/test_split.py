"""The secret split: every image once, what handouts show in its place, equal for equal secrets; the real set too."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import data
from grader.data.split import SHOWN

N_TRAIN, N_TEST = 1_600, 300


def numbered(name: str = "mnist") -> data.DataSet:
    """A set whose images are their own numbers, whose labels follow from them."""
    numbers = np.arange(N_TRAIN + N_TEST)
    images = np.zeros((len(numbers), 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    labels = (numbers * 7 % 10).astype(np.uint8)
    return data.of_arrays(name, images[:N_TRAIN], labels[:N_TRAIN], images[N_TRAIN:], labels[N_TRAIN:])


def numbers_of(images: np.ndarray) -> np.ndarray:
    return images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]


@given(st.binary(min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_a_secret_split_keeps_every_image_once_with_its_label(secret: bytes) -> None:
    whole = numbered()
    found = data.split(whole, "hidden", secret)
    train, test = numbers_of(found.x_train), numbers_of(found.x_test)
    assert sorted([*train, *test]) == list(range(N_TRAIN + N_TEST))
    assert np.array_equal(found.y_train, train * 7 % 10)
    assert np.array_equal(found.y_test, test * 7 % 10)
    assert np.array_equal(train[:SHOWN], np.arange(SHOWN))
    moved = train != np.arange(N_TRAIN)
    assert (train[moved] >= N_TRAIN).all()  # what was drawn is replaced by a public test image
    assert moved.any()
    assert (test < N_TRAIN).sum() == moved.sum()
    assert (found.split, found.whole_sha256) == ("secret", whole.sha256)
    assert found.sha256 != whole.sha256


def test_equal_secrets_give_equal_splits_and_others_others() -> None:
    one, same, other = (data.split(numbered(), "hidden", secret) for secret in (b"a", b"a", b"b"))
    assert np.array_equal(one.x_test, same.x_test)
    assert one.sha256 == same.sha256 != other.sha256
    assert not np.array_equal(one.x_test, other.x_test)


@pytest.mark.parametrize(("name", "test", "secret"), [
    ("mnist", "hidden", b""), ("mnist", "public", b"a"), (data.EMBEDDED, "hidden", b"a"),
])  # fmt: skip
def test_without_a_secret_or_where_parts_are_not_exchangeable_the_split_is_the_public_one(
    name: str, test: str, secret: bytes
) -> None:
    whole = numbered(name)
    assert data.split(whole, test, secret) is whole  # type: ignore[arg-type]
    assert whole.split == "public"


@pytest.mark.slow
def test_the_real_set_is_split() -> None:
    if not os.environ.get("GRADER_DATA"):
        pytest.skip("the real data set is not here")
    whole = data.find("mnist")
    found = data.split(whole, "hidden", b"a secret")
    assert (len(found.x_train), len(found.x_test)) == (60_000, 10_000)
    assert np.array_equal(found.x_train[:SHOWN], whole.x_train[:SHOWN])
    public = {image.tobytes() for image in whole.x_test}
    assert 1_200 < sum(image.tobytes() in public for image in found.x_test) < 1_700
    drawn = np.concatenate([np.bincount(found.y_train, minlength=10), np.bincount(found.y_test, minlength=10)])
    known = np.concatenate([np.bincount(whole.y_train, minlength=10), np.bincount(whole.y_test, minlength=10)])
    assert np.array_equal(drawn[:10] + drawn[10:], known[:10] + known[10:])
    assert data.mounted_name(found, "hidden") != data.mounted_name(whole, "hidden")
