"""Outputs and labels -> accuracy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import Accuracy, Message, Prediction, message
from grader.scoring.accuracy import measure_accuracy, measure_prediction
from tests.scoring.test_score import card
from tests.support.facts import facts, mlp


def outputs(classes: np.ndarray, width: int = 10) -> np.ndarray:
    return np.eye(width, dtype=np.float32)[classes]


def test_the_largest_output_names_the_class() -> None:
    labels = np.arange(100) % 10
    given = outputs(labels)
    given[:7] = outputs((labels[:7] + 1) % 10)
    assert measure_accuracy(given, labels) == Accuracy(correct=93, n=100)
    assert measure_accuracy(outputs(labels, 12), labels) == Accuracy(correct=100, n=100)
    assert measure_accuracy(given.reshape(100, 1, 1, 10), labels) == Accuracy(correct=93, n=100)


@pytest.mark.parametrize("width", [1, 2, 9])
def test_too_few_outputs_cannot_name_ten_classes(width: int) -> None:
    told = measure_accuracy(np.zeros((100, width), np.float32), np.arange(100) % 10)
    assert isinstance(told, Message)
    assert f"gives {width} value{'s' if width > 1 else ''} per image" in texts.render(told, "en")
    assert "necesita 10, uno por clase" in texts.render(told, "es")


def test_a_map_is_not_a_row_of_classes() -> None:
    told = measure_accuracy(np.zeros((100, 26, 10), np.float32), np.arange(100) % 10)
    assert isinstance(told, Message)
    assert "(26, 10)" in texts.render(told, "en")


def test_a_length_that_does_not_fit_is_our_fault() -> None:
    with pytest.raises(ValueError, match="99 outputs for 100 labels"):
        measure_accuracy(np.zeros((99, 10)), np.arange(100) % 10)


def test_outputs_that_are_no_numbers_count_as_wrong_and_are_named() -> None:
    labels = np.arange(100) % 10
    given = outputs(labels)
    given[3, 0] = np.nan
    given[4, 1] = np.inf
    found = measure_prediction(Prediction(transform=None, test=given), labels, labels)
    assert found.test == Accuracy(correct=98, n=100)
    one = card(facts(mlp()), seen={0: found})
    assert "2 of 100" in one.notices[-1].en


def test_training_outputs_may_cover_the_first_images_only() -> None:
    labels = np.arange(100) % 10
    prediction = Prediction(transform=None, test=outputs(labels), train=outputs(labels[:30]))
    assert measure_prediction(prediction, labels, labels).train == Accuracy(correct=30, n=30)
    assert measure_prediction(replace(prediction, train=None), labels, labels).train is None


def test_without_outputs_the_fault_is_whose_the_prediction_says() -> None:
    labels = np.arange(100) % 10
    own = measure_prediction(Prediction(transform=None, problem=message("scoring.no_outputs")), labels, labels)
    assert (own.ours, own.test) == (False, None)
    assert measure_prediction(Prediction(transform=None, problem=own.problem, ours=True), labels, labels).ours
    assert measure_prediction(Prediction(transform=None), labels, labels).ours
    narrow = measure_prediction(Prediction(transform=None, test=np.zeros((100, 1), np.float32)), labels, labels)
    assert (narrow.ours, narrow.test) == (False, None)


@given(st.integers(1, 200), st.randoms(use_true_random=False))
def test_the_accuracy_does_not_depend_on_the_order_of_the_images(n: int, chance) -> None:
    labels = np.array([chance.randrange(10) for _ in range(n)] + [9])
    given = np.random.default_rng(n).normal(size=(n + 1, 10)).astype(np.float32)
    order = np.random.default_rng(n + 1).permutation(n + 1)
    assert measure_accuracy(given, labels) == measure_accuracy(given[order], labels[order])
