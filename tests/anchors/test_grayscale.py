"""grayscale: the numbers of the course, worked out by hand, beside NumPy, our check and the reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import rubric
from grader.evidence import calls
from grader.records import CallFacts, Evidence, Facts
from grader.scoring.checks import calling

ROOT = Path(__file__).resolve().parents[2]
ASKED = rubric.load(ROOT / "rubrics" / "grayscale.yaml")
ORANGE = np.array([[[200, 100, 50]]], np.uint8)
BLUE = np.array([[[0, 0, 255]]], np.uint8)


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """The functions that the reference defines; its photo and its pictures are left out."""
    cells = json.loads((ROOT / "reference" / "grayscale" / "solution.ipynb").read_text("utf-8"))["cells"]
    space: dict[str, Any] = {"np": np, "orange": ORANGE}
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith(("def ", "answers")):
            exec(source, space)
    return space


@pytest.mark.parametrize(
    ("image", "mean", "luma"),
    [
        (ORANGE, 116.66666666666667, 124.5),  # 350 / 3; 60 + 59 + 5.5
        (BLUE, 85.0, 28.05),  # 255 / 3; 0.11 x 255
        (np.array([[[255, 255, 255]]], np.uint8), 255.0, 255.0),
        (np.array([[[0, 255, 0]]], np.uint8), 85.0, 150.45),
        (np.array([[[255, 0, 0]]], np.uint8), 85.0, 76.5),
        (np.array([[[0, 0, 0]]], np.uint8), 0.0, 0.0),
        (np.array([[[0.5, 1.5, 4.0]]]), 2.0, 1.475),
    ],
)
def test_the_two_greys_of_known_pixels(reference: dict[str, Any], image: Any, mean: float, luma: float) -> None:
    before = image.copy()
    assert reference["to_gray_mean"](image) == pytest.approx(np.array([[mean]]))
    assert reference["to_gray_luma"](image) == pytest.approx(np.array([[luma]]))
    assert np.array_equal(image, before)


def test_a_sum_of_eight_bits_wraps_around(reference: dict[str, Any]) -> None:
    assert 200 + 100 + 50 - 256 == 94
    assert reference["mean_that_wraps"](ORANGE) == pytest.approx(np.array([[31.333333333333332]]))


def test_the_answers(reference: dict[str, Any]) -> None:
    assert reference["answers"] == {"channel_shape": (480, 640), "brighter": "b", "blue": "b"}
    assert np.zeros((480, 640, 3))[:, :, 0].shape == (480, 640)
    assert reference["to_gray_luma"](BLUE) < reference["to_gray_mean"](BLUE)


def test_the_orange_pixel_is_among_the_hidden_calls() -> None:
    assert ASKED.calls["to_gray_mean"][1].args == ({"array": [[[200, 100, 50]]], "dtype": "uint8"},)


def graded(reference: dict[str, Any], id: str, own: Any) -> tuple[float | None, str]:
    """Credit and key of a function ``own`` beside the reference's, on the public arguments."""
    criterion = next(one for one in ASKED.criteria if one.id == id)
    right = criterion.params["function"]
    names = [right, *(known["function"] for known in criterion.params["misconceptions"])]

    def called(function: Any, name: str) -> tuple[CallFacts, ...]:
        cases = [
            calls.draw(case, secret=b"", exercise="grayscale", function=right, number=number)
            for number, case in enumerate(ASKED.calls[right])
        ]
        return tuple(
            CallFacts(function=name, case=number, outcome="ok", output=np.asarray(function(*case.args)))
            for number, case in enumerate(cases)
        )

    about = Evidence(
        facts=Facts(ended="ok", calls={right: called(own, right)}),
        reference_calls={name: called(reference[name], name) for name in names},
    )
    said = calling.call(about, **criterion.params)
    return said.credit, said.why.values.get("words", {}).get("en", said.why.key)


def plain_luma(image: Any, weights: tuple[float, float, float]) -> Any:
    return np.asarray(image, float) @ np.array(weights)


def test_every_way_of_writing_the_mean_is_right(reference: dict[str, Any]) -> None:
    for own in (
        lambda image: np.mean(image, axis=2),
        lambda image: image.sum(axis=-1) / 3,
        lambda image: (image / 3).sum(axis=2),
        lambda image: np.rint(np.mean(image, axis=2)).astype(np.uint8),
        lambda image: np.mean(image, axis=2).astype(int),
        lambda image: image.sum(axis=2) // 3,
        lambda image: [[sum(map(float, pixel)) / 3 for pixel in row] for row in image],
    ):
        assert graded(reference, "mean", own) == (1.0, "checks.call_right")


def test_known_mistakes_are_recognised(reference: dict[str, Any]) -> None:
    with np.errstate(over="ignore"):
        credit, told = graded(reference, "mean", lambda image: (image[..., 0] + image[..., 1] + image[..., 2]) / 3)
    assert credit == 0.4
    assert "8-bit integers" in told
    credit, told = graded(reference, "luma", lambda image: plain_luma(image, (0.299, 0.587, 0.114)))
    assert credit == 1
    assert "BT.601" in told
    rounded = graded(reference, "luma", lambda image: np.rint(plain_luma(image, (0.299, 0.587, 0.114))))
    assert rounded[0] == 1
    assert graded(reference, "luma", lambda image: plain_luma(image, (0.11, 0.59, 0.3)))[0] == 0.4
    assert graded(reference, "luma", lambda image: plain_luma(image, (1 / 3, 1 / 3, 1 / 3)))[0] == 0
    assert graded(reference, "luma", lambda image: plain_luma(image, (0.3, 0.59, 0.11))) == (1.0, "checks.call_right")
    assert graded(reference, "mean", lambda image: image)[0] == 0


@pytest.mark.parametrize("secret", [b"", b"a", b"another course"])
def test_no_secret_hides_the_difference_between_right_and_wrong(reference: dict[str, Any], secret: bytes) -> None:
    drawn = calls.draw(
        ASKED.calls["to_gray_mean"][0], secret=secret, exercise="grayscale", function="to_gray_mean", number=0
    )
    image = drawn.args[0].astype(float)
    for weights in ((0.11, 0.59, 0.3), (1 / 3, 1 / 3, 1 / 3)):
        assert np.abs(plain_luma(image, weights) - plain_luma(image, (0.3, 0.59, 0.11))).max() > 2
    with np.errstate(over="ignore"):
        wrapped = reference["mean_that_wraps"](drawn.args[0])
    assert np.abs(wrapped - image.mean(axis=2)).max() > 80
