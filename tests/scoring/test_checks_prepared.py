"""What prepared arrays earn: each usual slip has its own sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.records import ExportFacts, Judgement, KnownData
from grader.scoring import checks
from tests.support.arrays import TEST, TRAIN, export, known
from tests.support.facts import crashed, evidence, facts, say

DATA = known()
RAW = DATA.x_train.astype(np.float32)
FLAT = RAW.reshape(-1, 784) / 255
LABELS = DATA.y_train
ONE_HOT = np.eye(10)[LABELS]


def judged(check: str, own: ExportFacts | None, **params: Any) -> Judgement:
    about = facts(exports={} if own is None else {"x": own})
    standard: dict[str, Any] = {"name": "x", "part": "train"}
    return checks.judge(check, evidence(about=about, data=DATA), {**standard, **params})


def images(values: Any, **params: Any) -> Judgement:
    return judged("prepared_images", export("x", values), **{"shape": (784,), **params})


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("divisor", [255, 255.0, 256])
def test_scaled_and_flat_images_earn_everything(dtype: str, divisor: float) -> None:
    found = images((RAW.reshape(-1, 784) / divisor).astype(dtype))
    assert found.credit == 1
    assert say(found) == "x holds every image in the right shape, with values from 0 to 1."


def test_images_for_a_convolution_have_a_channel() -> None:
    assert images(FLAT.reshape(-1, 28, 28, 1), shape=(28, 28, 1)).credit == 1
    found = images(FLAT.reshape(-1, 28, 28), shape=(28, 28, 1))
    assert found.credit == 0.5
    assert say(found) == "x: its shape is (600, 28, 28), and (600, 28, 28, 1) was asked for."


SHUFFLED = np.random.default_rng(3).permutation(TRAIN)


@pytest.mark.parametrize(
    ("values", "credit", "sentence"),
    [
        (RAW.reshape(-1, 784), 0.5, "x: the pixels are not scaled yet, they go from 0 to 255."),
        (DATA.x_train.reshape(-1, 784), 0.5, "x: the pixels are not scaled yet, they go from 0 to 255."),
        (FLAT / 255, 0.5, "divided by 255 twice, the largest is 0.003922"),
        (DATA.x_train.reshape(-1, 784) // 255, 0, "cut the pixels to whole numbers"),
        (FLAT.astype("uint8"), 0, "cut the pixels to whole numbers"),
        (np.zeros((TRAIN, 784)), 0, "all values are 0; whole-number division"),
        (1 - FLAT, 0.5, "the images are negatives"),
        (FLAT * 2 - 1, 0.5, "the values go from -1 to 1, and 0 to 1 was asked for"),
        ((RAW.reshape(-1, 784) - 33.3) / 78.6, 0.5, "the values go from -0.4237 to 2.821"),
        (RAW.transpose(0, 2, 1).reshape(-1, 784) / 255, 0.5, "rows and columns of each image are exchanged"),
        (RAW.transpose(0, 2, 1).reshape(-1, 784), 0, "exchanged; the pixels are not scaled yet"),
        (FLAT[SHUFFLED], 0.5, "images of the training set, but in another order"),
        (FLAT[:500], 0.5, "its shape is (500, 784), and (600, 784) was asked for"),
        (DATA.x_test.reshape(-1, 784) / 255, 0, "(200, 784), and (600, 784) was asked for; these are images of"),
        (np.random.default_rng(0).random((TRAIN, 784)), 0, "its rows are not the images of the training set"),
        (FLAT.T, 0, "its shape is (784, 600), and (600, 784) was asked for"),
        (np.where(FLAT > 0.99, np.nan, FLAT), 0, "values that are no numbers"),
        (np.where(FLAT > 0.99, 1e300, FLAT.astype(float)), 0, "the values go from 0 to 1"),
        (np.zeros((0, 784)), 0, "its shape is (0, 784)"),
        (np.zeros(784), 0, "its shape is (784,)"),
        (LABELS, 0, "its shape is (600,)"),
    ],
)
def test_a_slip_is_named(values: Any, credit: float, sentence: str) -> None:
    found = images(values)
    assert found.credit == credit
    assert sentence in say(found)


def test_a_slip_beyond_the_known_rows_is_seen_by_the_range() -> None:
    values = FLAT.copy()
    values[1] *= 255
    found = images(np.vstack([values]))
    assert found.credit == 0.5
    assert "the values go from 0 to 255" in say(found)


def test_another_type_than_the_one_asked_for_costs_a_quarter() -> None:
    found = images(FLAT.astype("float64"), dtype="float32")
    assert (found.credit, say(found)) == (0.75, "x: its type is float64, and float32 was asked for.")


def test_another_range_can_be_asked_for() -> None:
    assert images(FLAT * 2 - 1, range=(-1, 1)).credit == 1
    assert images(FLAT, range=(-1, 1)).credit == 0.5


def test_of_several_candidates_the_best_counts_and_the_card_says_how_it_was_found() -> None:
    raw = export("x", RAW.reshape(-1, 784), found_as="flat", by_shape=True)
    good = export("x", FLAT, found_as="X_tr", by_shape=True)
    found = judged("prepared_images", ExportFacts(**{**fields(raw), "candidates": (good,)}), shape=(784,))
    assert found.credit == 1
    assert say(found).endswith("(It was found as X_tr, by its shape.)")


def fields(fact: ExportFacts) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__dataclass_fields__}


@pytest.mark.parametrize("check", ["prepared_images", "one_hot_labels", "class_counts"])
def test_a_missing_array_says_so_and_rows_that_are_not_known_stay_unjudged(check: str) -> None:
    params = {"shape": (784,)} if check == "prepared_images" else {}
    found = judged(check, None, **params)
    assert (found.credit, say(found)[:24]) == (0, "There is no array x: nei")
    about = crashed()
    broken = checks.judge(check, evidence(about=about, data=DATA), {"name": "x", "part": "train", **params})
    assert say(broken) == "There is no array x: code cell 7 ended in NameError before it was made."
    own = ExportFacts(name="x", shape=(TRAIN, 784), dtype="<f4", minimum=0, maximum=1, finite=True, values=None)
    assert judged(check, own, **params).credit is None
    no_data = checks.judge(check, evidence(about=facts(exports={"x": own})), {"name": "x", "part": "train", **params})
    assert no_data.credit is None


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
def test_one_hot_labels_of_any_numeric_type_earn_everything(dtype: str) -> None:
    found = judged("one_hot_labels", export("x", ONE_HOT.astype(dtype)))
    assert (found.credit, say(found)) == (1, "x has a single 1 in each row, in the column of the label.")


@pytest.mark.parametrize(
    ("values", "credit", "sentence"),
    [
        (LABELS, 0, "still holds one number per image, shape (600,); one-hot labels have the shape (600, 10)"),
        (ONE_HOT[:, :9], 0, "its shape is (600, 9), and (600, 10) was asked for"),
        (ONE_HOT / 255, 0.5, "in place of 1 stands 0.003922; labels are not scaled"),
        (np.eye(10)[(LABELS / 255).astype(int)], 0, "every row has its 1 in column 0; perhaps the labels were divided"),
        (np.eye(10)[(LABELS + 1) % 10], 0, "in the column of the label in 0.00 % of the rows"),
        (ONE_HOT[SHUFFLED], 0, "in the column of the label in "),
        (ONE_HOT[:500], 0.5, "its shape is (500, 10), and (600, 10) was asked for"),
        (np.eye(10)[DATA.y_test], 0, "these are the labels of the test set; its shape is (200, 10)"),
        (np.ones((TRAIN, 10)), 0, "not one-hot: a single 1, the rest 0 (the rows add up to 10 to 10)"),
        (np.zeros((TRAIN, 10)), 0, "not one-hot"),
        (1 - ONE_HOT, 0, "not one-hot"),
        (ONE_HOT + ONE_HOT[::-1], 0, "not one-hot"),
        (np.where(ONE_HOT == 1, np.nan, 0), 0, "no numbers"),
        (ONE_HOT.T, 0, "its shape is (10, 600)"),
    ],
)
def test_a_slip_in_the_labels_is_named(values: Any, credit: float, sentence: str) -> None:
    found = judged("one_hot_labels", export("x", values))
    assert found.credit == credit
    assert sentence in say(found)


# ---------------------------------------------------------------- counts

COUNTS = np.bincount(LABELS)


@pytest.mark.parametrize(
    "values", [COUNTS, COUNTS.astype(float), np.unique(LABELS, return_counts=True), np.array([np.arange(10), COUNTS]).T]
)
def test_counts_are_read_in_every_usual_form(values: Any) -> None:
    found = judged("class_counts", export("x", values))
    assert (found.credit, say(found)) == (1, "x is right for every class, from 60 to 60 images.")


def test_pairs_of_class_and_count_are_read_in_any_order() -> None:
    data = KnownData(
        x_train=DATA.x_train[:6], y_train=np.array([0, 1, 1, 2, 2, 2], np.uint8), x_test=DATA.x_test, y_test=DATA.y_test
    )
    for pairs in ([[2, 3], [0, 1], [1, 2]], [[3, 2], [1, 0], [2, 1]], [[2, 0, 1], [3, 1, 2]]):
        about = facts(exports={"x": export("x", np.array(pairs))})
        found = checks.judge("class_counts", evidence(about=about, data=data), {"name": "x", "part": "train"})
        assert found.credit == 1, say(found)


def test_right_counts_in_another_order_earn_half_and_are_told_so() -> None:
    data = KnownData(
        x_train=DATA.x_train[:6], y_train=np.array([0, 1, 1, 2, 2, 2], np.uint8), x_test=DATA.x_test, y_test=DATA.y_test
    )
    about = facts(exports={"x": export("x", np.array([3, 1, 2]))})
    found = checks.judge("class_counts", evidence(about=about, data=data), {"name": "x", "part": "train"})
    assert found.credit == 0.5
    assert say(found) == "x: the numbers are right, but not in the order of the classes from 0 to 2."
    assert "no están en el orden de las clases, de 0 a 2" in say(found, "es")


@pytest.mark.parametrize(
    ("values", "credit", "sentence"),
    [
        (COUNTS + (np.arange(10) == 3), 0.9, "1 of 10 counts is not right, that of 3: 61"),
        (np.bincount(DATA.y_test), 0, "these are the counts of the test set"),
        (COUNTS[1:], 0, "its shape is (9,), and (10,) was asked for"),
        (np.zeros((3, 10)), 0, "its shape is (3, 10)"),
    ],
)
def test_a_slip_in_the_counts_is_named(values: Any, credit: float, sentence: str) -> None:
    found = judged("class_counts", export("x", values))
    assert found.credit == pytest.approx(credit)
    assert sentence in say(found)


@given(
    st.sampled_from(["prepared_images", "one_hot_labels", "class_counts"]),
    st.lists(st.integers(0, 700), max_size=3),
    st.sampled_from([np.zeros, np.ones, np.random.default_rng(0).random]),
    st.sampled_from([1.0, -1.0, 255.0, 1e30, np.inf, np.nan]),
)
@settings(max_examples=60, deadline=None)
def test_no_array_makes_a_check_fail(check: str, shape: list[int], make: Callable[[Any], Any], factor: float) -> None:
    small = [min(size, 700 if place == 0 else 30) for place, size in enumerate(shape)]
    with np.errstate(invalid="ignore"):
        values = np.asarray(make(tuple(small))) * factor
    params = {"shape": (784,)} if check == "prepared_images" else {}
    found = judged(check, export("x", values), **params)
    assert found.credit is None or 0 <= found.credit < 1
    assert say(found)


def test_the_test_part_is_compared_with_the_test_images() -> None:
    assert images(DATA.x_test.reshape(TEST, 784) / 255, part="test").credit == 1
    assert judged("one_hot_labels", export("x", np.eye(10)[DATA.y_test]), part="test").credit == 1
