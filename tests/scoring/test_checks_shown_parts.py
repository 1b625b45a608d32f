"""Pictures held against what should be shown: channels and greys of a photo, arrays, enlarged copies of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_sample_image

from grader.models.preprocess import apply
from grader.records import ExportFacts, Judgement, PictureFacts
from grader.scoring import checks
from grader.scoring.checks import parts
from tests.support.facts import evidence, facts, say

CMAPS = ("Reds", "Greens", "Blues")
RANDOM = np.random.default_rng(2)
PHOTO = load_sample_image("china.jpg")[::4, ::4]
MAP = np.array([[2, -2, 2], [-2, 3, -3], [2, -3, 5.0]])
OTHER = np.array([[0, 1, 0], [4, 0, 0], [0, 0, 2.0]])


def drawn(values: NDArray[Any], title: str = "here", cmap: str = "gray") -> PictureFacts:
    large = min(values.shape[:2]) > 28
    return PictureFacts(
        cell=1,
        shape=values.shape,
        title=title,
        cmap=cmap if values.ndim == 2 else "",
        blank=bool(np.ptp(values) == 0),
        digest=str(hash(values.tobytes())),
        values=None if values.nbytes > 64 << 10 else values,
        reduced=apply.reduced(values, 28).astype(float) if large else None,
    )


def judged(*pictures: PictureFacts, **params: Any) -> Judgement:
    about = facts(pictures=pictures, exports={"own": EXPORT})
    return checks.judge("shows_images", evidence(about=about, expected={"map": MAP.tolist()}), params)


EXPORT = ExportFacts(name="own", shape=(3, 3), dtype="float64", minimum=0, maximum=4, finite=True, values=OTHER)


def in_maps(*channels: NDArray[Any], cmaps: tuple[str, ...] = CMAPS) -> list[PictureFacts]:
    return [drawn(PHOTO), *(drawn(one, cmap=cmap) for one, cmap in zip(channels, cmaps, strict=True))]


RED, GREEN, BLUE = (PHOTO[..., place] for place in range(3))
GREY = PHOTO.mean(axis=2)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one,
        lambda one: one / 255,
        lambda one: 255 - one,
        lambda one: one[::2, ::2],
        lambda one: one.repeat(3, axis=0).repeat(3, axis=1),
        lambda one: apply.resize(one[np.newaxis].astype(float), 300, 300, "bilinear")[0],
    ],
    ids=["as it is", "scaled", "negative", "smaller", "larger", "another size"],
)
def test_each_channel_belongs_into_its_own_colour_map_in_any_scale_and_size(change: Callable[..., Any]) -> None:
    channels = [change(one) for one in (RED, GREEN, BLUE)]
    assert judged(*in_maps(*channels), n=3, cmaps=CMAPS).credit == 1
    crossed = judged(*in_maps(*channels[::-1]), n=3, cmaps=CMAPS)
    assert crossed.credit == pytest.approx(1 / 3)
    assert "the picture in Reds shows the blue channel of the photo, and the red channel of the photo was" in say(
        crossed
    )


def test_a_grey_or_noise_in_a_colour_map_is_no_channel() -> None:
    noise = RANDOM.uniform(size=RED.shape)
    found = judged(*in_maps(GREY, noise, BLUE), n=3, cmaps=CMAPS)
    assert found.credit == pytest.approx(1 / 3)
    assert "Reds shows a grey made of all three channels" in say(found)
    assert "Greens shows something else than the photo" in say(found)


def test_without_a_colour_picture_each_map_only_needs_a_matrix_of_its_own() -> None:
    assert judged(*in_maps(BLUE, GREEN, RED)[1:], n=3, cmaps=CMAPS).credit == 1
    grey_photo = drawn(np.repeat(GREY[..., np.newaxis], 3, axis=2))
    assert judged(grey_photo, *in_maps(BLUE, GREEN, RED)[1:], n=3, cmaps=CMAPS).credit == 1


LUMA = PHOTO @ np.array([0.3, 0.59, 0.11])
WRAPPED = (RED + GREEN + BLUE) / 3  # of 8 bits
FIVE = [drawn(PHOTO, ""), *(drawn(one) for one in (RED, GREEN, BLUE, GREY, LUMA))]


def test_the_three_channels_and_two_greys_of_the_photo_are_asked_for() -> None:
    assert judged(*FIVE, n=5, greys=2, labelled=True).credit == 1
    assert say(judged(*FIVE, n=5, greys=2)) == "The three channels of the photo and the greys are shown."
    for missing in range(1, 6):
        rest = [picture for place, picture in enumerate(FIVE) if place != missing]
        assert judged(*rest, n=5, greys=2).credit == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("last", "credit"),
    [
        (drawn(WRAPPED), 1.0),  # a grey computed wrongly costs its own criterion, not this one
        (drawn(PHOTO @ np.array([0.11, 0.59, 0.3])), 1.0),
        (drawn(LUMA.repeat(2, axis=0).repeat(2, axis=1)), 1.0),
        (drawn(GREY), 0.8),  # the same one again
        (drawn(LUMA, ""), 0.8),
        (drawn(RANDOM.normal(size=RED.shape)), 0.8),
        (drawn(PHOTO, "photo"), 0.8),
        (drawn(0 * LUMA), 0.8),
        (drawn(MAP), 0.8),
    ],
)
def test_the_last_picture_counts_when_it_is_another_grey_of_the_photo(last: PictureFacts, credit: float) -> None:
    found = judged(*FIVE[:-1], last, n=5, greys=2, labelled=True)
    assert found.credit == pytest.approx(credit)
    if credit < 1:
        bare = int(not last.title) + 1
        assert say(found) == (
            "Right pictures: 4 of 5 (channels of the photo: 3 of 3, different greys of it: 1 of 2, "
            f"pictures without words beside them: {bare})."
        )


def test_without_a_photo_any_different_pictures_count_as_greys() -> None:
    assert judged(*FIVE[1:], n=5, greys=2).credit == 1


def test_a_channel_drawn_as_a_colour_picture_is_that_channel() -> None:
    only = np.zeros_like(PHOTO)
    only[..., 1] = GREEN
    colours = parts.photos([drawn(PHOTO), drawn(only)])
    assert len(colours) == 1
    assert parts.part_of(drawn(only), colours) == "green"
    assert parts.part_of(drawn(np.repeat(GREY[..., np.newaxis], 3, axis=2)), colours) == "grey"
    assert parts.part_of(drawn(PHOTO), colours) == ""


@pytest.mark.parametrize(
    ("picture", "credit"),
    [
        (drawn(MAP), 1),
        (drawn(MAP * 7 + 1), 1),
        (drawn(-MAP), 1),
        (drawn(MAP.repeat(40, axis=0).repeat(40, axis=1)), 1),
        (drawn(MAP.repeat(4, axis=0).repeat(4, axis=1)), 1),
        (drawn(MAP.T[::-1]), 0),
        (drawn(np.arange(9.0).reshape(3, 3)), 0),
        (drawn(MAP, ""), 0),
        (drawn(0 * MAP), 0),
        (drawn(RANDOM.normal(size=(120, 120))), 0),
        (replace(drawn(MAP), values=None), 0),
    ],
)
def test_an_array_is_shown_by_a_picture_of_it_in_any_scale_and_size(picture: PictureFacts, credit: float) -> None:
    found = judged(picture, n=1, arrays=["map"], labelled=True)
    assert found.credit == credit
    assert ("map" in say(found)) == (credit == 0 or "All" in say(found))


def test_what_the_notebook_exported_itself_may_be_shown_too_and_each_picture_counts_once() -> None:
    assert judged(drawn(OTHER), n=1, arrays=["own"]).credit == 1
    assert judged(drawn(OTHER), drawn(MAP), n=2, arrays=["map", "own"]).credit == 1
    assert judged(drawn(MAP), n=2, arrays=["map", "map"]).credit == 0.5
