"""Which images of the mounted set an array holds, whatever was done to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.child.recorder.known_images import KnownImages
from grader.child.recorder.model_registry import Record

RNG = np.random.default_rng(3)
TRAIN, TEST = 600, 300


def digits(n: int) -> NDArray[np.uint8]:
    """Images with a fifth of their pixels inked, none at the edge, as MNIST has it."""
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 1:27, 1:27] = RNG.integers(1, 256, (n, 26, 26)) * (RNG.random((n, 26, 26)) < 0.2)
    return images


X_TRAIN, X_TEST = digits(TRAIN), digits(TEST)
BOTH = np.concatenate([X_TRAIN, X_TEST])
UNIT = BOTH.astype("float32") / 255


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownImages:
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    labels = {"y_train": np.zeros(TRAIN, np.uint8), "y_test": np.zeros(TEST, np.uint8)}
    np.savez(path, x_train=X_TRAIN, x_test=X_TEST, **labels)
    return KnownImages(str(path))


SCALED: dict[str, Callable[[], NDArray[Any]]] = {
    "raw": lambda: BOTH,
    "unit": lambda: UNIT,
    "rows": lambda: UNIT.reshape(-1, 784),
    "channel": lambda: UNIT[..., None],
    "three channels": lambda: np.repeat(UNIT[..., None], 3, axis=-1),
    "negative": lambda: 1 - UNIT,
    "centred": lambda: UNIT * 2 - 1,
    "standardised": lambda: (UNIT - UNIT.mean()) / UNIT.std(),
    "each pixel": lambda: (UNIT - UNIT.mean(axis=0)) / (UNIT.std(axis=0) + 1e-7),
    "half precision": lambda: UNIT.astype("float16"),
    "padded": lambda: np.pad(UNIT, ((0, 0), (2, 2), (2, 2))),
    "black and white": lambda: (BOTH > 127).astype("float32"),
}


@pytest.mark.parametrize("made", SCALED.values(), ids=SCALED)
def test_images_are_known_whatever_was_done_to_them(known: KnownImages, made: Callable[[], NDArray[Any]]) -> None:
    assert known.test_rows(made()) == TEST
    assert known.test_rows(made()[:TRAIN]) == 0
    images, all_known = known.among_test(made()[TRAIN - 260 : TRAIN + 7])
    assert (np.flatnonzero(images).tolist(), all_known) == (list(range(7)), True)


def test_a_training_counts_the_rows_that_it_gets(known: KnownImages) -> None:
    assert known.counts(UNIT, len(UNIT)) == {"distinct_rows": TRAIN + TEST, "test_rows": TEST}
    assert known.counts(UNIT, TRAIN + 10) == {"distinct_rows": TRAIN + 10, "test_rows": 10}  # the rest validates
    assert known.counts(UNIT, TRAIN + 10)["test_rows"] == 10
    assert known.counts((row for row in UNIT), None) == {"distinct_rows": None, "test_rows": None}


def test_a_split_of_all_images_of_ones_own_trains_on_no_test_image(known: KnownImages) -> None:
    mixed = RNG.permutation(UNIT)
    assert known.test_rows(mixed[:700]) > 200
    assert known.counts(mixed[:700], 700)["test_rows"] == 0
    assert known.counts(mixed, len(mixed))["test_rows"] == TEST  # nothing is left for a test
    assert known.counts(UNIT[100:], len(UNIT) - 100)["test_rows"] == TEST  # more of them than chance gives


def test_one_image_is_found_and_another_one_is_not_known(known: KnownImages) -> None:
    images, all_known = known.among_test(UNIT[TRAIN + 42 :][:1])
    assert (np.flatnonzero(images).tolist(), all_known) == ([42], True)
    for strange in (np.zeros((1, 28, 28)), RNG.random((1, 28, 28)), RNG.random((1, 14, 14)), np.zeros((1, 5))):
        images, all_known = known.among_test(strange)
        assert (images.any(), all_known) == (False, False)


def test_without_a_mounted_set_nothing_is_known(tmp_path: Path) -> None:
    nothing = KnownImages(str(tmp_path / "none.npz"))
    assert nothing.lengths == {}
    assert nothing.counts(UNIT, TRAIN)["test_rows"] == 0
    images, all_known = nothing.among_test(UNIT[:1])
    assert (len(images), all_known) == (0, False)
    assert not nothing.may_be_test((UNIT, None))


def test_validation_data_as_long_as_the_test_set_may_be_it(known: KnownImages) -> None:
    assert known.may_be_test((X_TEST, None))
    assert not known.may_be_test((X_TRAIN, None))
    assert not known.may_be_test(None)


class Net:
    name, built = "net", True


def test_a_model_remembers_what_it_was_asked_about(known: KnownImages) -> None:
    record = Record(number=0, model=Net())
    assert (record.claim()["asked"], record.claim()["queries"]) == ("", [])
    for row in (3, 8, 8):
        record.ask(UNIT[TRAIN + row :][:1], known)
    record.ask(RNG.random((2, 28, 28)), known)
    record.ask(iter(UNIT), known)
    claim = record.claim()
    assert bytes.fromhex(claim["asked"])[:2] == b"\x10\x80"
    assert claim["queries"] == [
        {"rows": 1, "fits": 0, "known": True},
        {"rows": 2, "fits": 0, "known": False},
        {"rows": None, "fits": 0, "known": False},
    ]
