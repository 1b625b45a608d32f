"""fixed-filters: the kernels of the course and what the classic slip makes of them, beside the rubric."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import rubric
from grader.models import arithmetic, convolution
from grader.records import Criterion

ROOT = Path(__file__).resolve().parents[2]
ASKED = rubric.load(ROOT / "rubrics" / "fixed-filters.yaml")

EDGES = [[[-1, 0], [0, 1]], [[1, 0], [0, -1]]]
BANK = [
    [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]],
    [[1, 1, 0], [1, 0, -1], [0, -1, -1]],
]
PLANES = [[[2, 0, -2]] * 3, [[-1, 0, 1]] * 3, [[-1, 0, 1]] * 3]  # R, G, B


def criterion(id: str) -> Criterion:
    return next(one for one in ASKED.criteria if one.id == id)


def wrong(id: str, name: str) -> Any:
    return next(one["kernels"] for one in criterion(id).params["misconceptions"] if one["name"] == name)


def by_filter(weights: np.ndarray) -> np.ndarray:
    """Weights as Keras has them (rows, columns, channels, filters), filter by filter."""
    return np.moveaxis(weights, 3, 0)


def test_the_rubric_asks_for_the_kernels_of_the_course() -> None:
    assert np.array_equal(criterion("edges").params["kernels"], EDGES)
    assert np.array_equal(criterion("bank").params["kernels"], BANK)
    [colour] = criterion("colour").params["kernels"]
    assert np.array_equal(np.moveaxis(colour, 2, 0), PLANES)


@pytest.mark.parametrize(("id", "kernels"), [("edges", EDGES), ("bank", BANK)])
def test_the_cure_keeps_the_filters_and_the_slip_mixes_them(id: str, kernels: Any) -> None:
    stacked = np.array(kernels)
    size = stacked.shape[1]
    cured = stacked.transpose(1, 2, 0)[:, :, None, :]
    mixed = stacked.reshape(size, size, 1, len(stacked))
    assert np.array_equal(by_filter(cured)[..., 0], kernels)
    assert np.array_equal(by_filter(mixed)[..., 0], wrong(id, "mixed-by-reshape"))


def test_the_slip_by_hand() -> None:
    assert list(wrong("edges", "mixed-by-reshape")) == [[[-1, 0], [1, 0]], [[0, 1], [0, -1]]]
    first = wrong("bank", "mixed-by-reshape")[0]
    assert first == [[row[0] for row in one] for one in BANK] == [[1, 0, -1], [-1, -1, 0], [1, 1, 0]]


def test_the_other_slips_of_the_bank_and_of_the_colour_filter() -> None:
    assert np.array_equal(wrong("bank", "flipped"), np.array(BANK)[:, ::-1, ::-1])
    assert np.array_equal(wrong("bank", "flipped"), -np.array(BANK))
    assert np.array_equal(wrong("bank", "rows-for-columns"), np.array(BANK).swapaxes(1, 2))
    planes = np.array(PLANES)
    ways = {
        "mixed-by-reshape": planes.reshape(3, 3, 3, 1),
        "rows-for-columns": planes.transpose(2, 1, 0)[..., None],
        "flipped": planes[:, ::-1, ::-1].transpose(1, 2, 0)[..., None],
        "channels-reversed": planes[::-1].transpose(1, 2, 0)[..., None],
    }
    for name, weights in ways.items():
        assert np.array_equal(by_filter(weights), wrong("colour", name)), name


def test_no_two_ideas_about_a_model_give_the_same_answers() -> None:
    images = np.random.default_rng(0).uniform(size=(2, 8, 9, 3))
    for id in ("edges", "bank", "colour"):
        known = [one["kernels"] for one in criterion(id).params["misconceptions"]]
        stacks = [convolution.stack(one) for one in (criterion(id).params["kernels"], *known)]
        answers = [convolution.correlate(images[..., : one.shape[3]], one) for one in stacks]
        for place, one in enumerate(answers):
            assert not any(np.allclose(one, other) for other in answers[place + 1 :]), id


def test_the_second_and_third_map_are_negatives_of_each_other() -> None:
    assert np.array_equal(np.array(BANK[1]), -np.array(BANK[2]))
    assert criterion("negatives").params["correct"] == "b"


def test_three_channels_add_up_to_one_map_and_a_grey_photo_gives_0() -> None:
    photo = np.random.default_rng(1).uniform(size=(1, 6, 7, 3))
    whole = convolution.correlate(photo, convolution.stack([np.moveaxis(PLANES, 0, 2)]))
    parts = [convolution.correlate(photo[..., [at]], convolution.stack([plane])) for at, plane in enumerate(PLANES)]
    assert whole.shape == (1, 4, 5, 1)
    assert np.allclose(whole, np.sum(parts, axis=0))
    grey = np.repeat(photo[..., :1], 3, axis=3)
    assert np.allclose(convolution.correlate(grey, convolution.stack([np.moveaxis(PLANES, 0, 2)])), 0)
    assert np.array_equal(np.sum(PLANES, axis=0), np.zeros((3, 3)))
    assert criterion("grey_response").params["equals"] == 0


@pytest.mark.parametrize(("id", "size", "maps"), [("edges", 2, 2), ("bank", 3, 3), ("colour", 3, 1)])
def test_the_output_shapes(id: str, size: int, maps: int) -> None:
    rows, columns = (arithmetic.conv_output(n, size).value for n in (107, 160))
    assert criterion(f"{id}_shape").params["shapes"] == {"conv": (rows, columns, maps)}
    assert (427 + 3) // 4 == 107
    assert 640 // 4 == 160


def test_the_weights_of_the_bank_have_a_channel_axis() -> None:
    assert np.array(BANK).transpose(1, 2, 0)[:, :, None, :].shape == (3, 3, 1, 3)
    assert tuple(criterion("weights_shape").params["equals"]) == (3, 3, 1, 3)
