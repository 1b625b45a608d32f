from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import texts
from grader.data.redraw import Wobble, redraw
from grader.models.preprocess import apply
from grader.models.preprocess.deciding import identify
from grader.models.preprocess.layouts import layouts
from grader.models.preprocess.matching import Pool
from grader.models.preprocess.members import spec
from grader.models.preprocess.wording import describe
from grader.records import FedData, Transform
from tests.support.images import affine_transforms, digits_like
from tests.support.work import peak_memory

IMAGES = digits_like(600)
POOLS = [Pool(part="train", fetch=lambda: IMAGES)]
ROWS = tuple(range(0, 600, 10))


def fed_with(whole, *, rows=ROWS, known_rows=True, part="train"):
    """What the recorder tells of an array: statistics of the whole, and the rows asked for."""
    whole = np.asarray(whole)
    numbers = whole.astype(np.float64)
    return FedData(
        shape=whole.shape[1:],
        length=len(whole),
        dtype=str(whole.dtype),
        minimum=float(numbers.min()),
        maximum=float(numbers.max()),
        mean=float(numbers.mean()),
        std=float(numbers.std()),
        rows=rows if known_rows else None,
        part=part,
        samples=whole[list(rows)],
    )


def reproduced(decision, images=IMAGES):
    assert decision.certain, decision
    assert decision.problem is None
    return apply.transform(spec(decision.candidates[0]), images)


def rendered(decision, language="en"):
    return texts.render(describe(decision.candidates[0]), language)


NAMED = [
    ("identity", lambda x: x, "raw values from 0 to 255"),
    ("x/255", lambda x: (x / 255).astype("float32"), "divided by 255"),
    ("x/255", lambda x: (x / 255).astype("float16"), "divided by 255"),
    ("x/256", lambda x: x / 256, "divided by 256"),
    ("x/127.5-1", lambda x: x / 127.5 - 1, "scaled to the range from -1 to 1"),
    ("1-x/255", lambda x: 1 - x / 255, "divided by 255 and inverted (black digits on white)"),
    ("standardised", lambda x: (x - x.mean()) / x.std(), "standardised (minus the mean "),
    ("a*x+b", lambda x: x * 0.5 + 3, "0.5 · x + (3)"),
    ("per pixel", lambda x: (x - x.mean(0)) / (x.std(0) + 1e-7), "each pixel with a scale and an offset of its own"),
    ("per pixel", lambda x: x / 255 - (x / 255).mean(0), "each pixel with a scale and an offset of its own"),
]


@pytest.mark.parametrize(("name", "formula", "words"), NAMED)
@pytest.mark.parametrize("known_rows", [True, False])
def test_each_usual_formula_is_recognised_named_and_repeated(name, formula, words, known_rows):
    whole = formula(IMAGES)
    decision = identify(fed_with(whole, known_rows=known_rows), (28, 28), POOLS)
    found = reproduced(decision)
    allowed = 1e-3 * np.maximum(np.ptp(whole, axis=0), np.ptp(whole) / 100)
    covered = IMAGES[list(ROWS)].any(axis=0) | ~IMAGES.any(axis=0)
    assert (np.abs(found - whole) <= allowed)[:, covered].all()
    assert decision.candidates[0].name == name
    assert rendered(decision).startswith(f"your images: {words}")


def test_an_edge_pixel_that_no_sample_inks_gets_its_scale_from_the_mean_that_was_subtracted():
    whole = (IMAGES - IMAGES.mean(0)) / (IMAGES.std(0) + 1e-7)
    rows = ROWS[:12]
    unseen = IMAGES.any(axis=0) & ~IMAGES[list(rows)].any(axis=0)
    assert unseen.sum() > 20
    found = reproduced(identify(fed_with(whole, rows=rows), (28, 28), POOLS))
    assert np.allclose(found[:, unseen], whole[:, unseen], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("axis", "words"),
    [(1, "each column of pixels"), (2, "each row of pixels"), ((1, 2), "each image")],
)
def test_keras_normalize_along_any_axis_is_recognised(axis, words):
    norm = np.sqrt((IMAGES.astype(float) ** 2).sum(axis=axis, keepdims=True))
    whole = IMAGES / np.where(norm == 0, 1, norm)
    decision = identify(fed_with(whole), (28, 28, 1), POOLS)
    assert np.allclose(reproduced(decision)[..., 0], whole, atol=1e-6)
    assert words in rendered(decision)


LAYOUTS = [
    ((28, 28), (28, 28, 1), lambda x: x),
    ((28, 28), (28, 28), lambda x: x),
    ((784,), (784,), lambda x: x.reshape(-1, 784)),
    ((28, 28, 1), (28, 28, 1), lambda x: x[..., None]),
    ((784, 1), (784, 1), lambda x: x.reshape(-1, 784, 1)),
    ((1, 28, 28), (1, 28, 28), lambda x: x[:, None]),
    ((28, 28, 3), (28, 28, 3), lambda x: np.repeat(x[..., None], 3, axis=-1)),
    ((2352,), (2352,), lambda x: np.repeat(x[..., None], 3, axis=-1).reshape(-1, 2352)),
    ((32, 32, 1), (32, 32, 1), lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2)))[..., None]),
    ((1024,), (1024,), lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2))).reshape(-1, 1024)),
    ((28, 28), (28, 28, 1), lambda x: x.transpose(0, 2, 1)),
    ((784,), (784,), lambda x: x.transpose(0, 2, 1).reshape(-1, 784)),
    ((14, 14), (14, 14, 1), lambda x: x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))),
    ((56, 56), (56, 56), lambda x: x.repeat(2, axis=1).repeat(2, axis=2)),
]


@pytest.mark.parametrize(("fed_shape", "inputs", "lay"), LAYOUTS)
@pytest.mark.parametrize("known_rows", [True, False])
def test_each_layout_is_recognised_and_repeated_for_the_model_input(fed_shape, inputs, lay, known_rows):
    whole = lay(IMAGES / 255.0)
    assert whole.shape[1:] == fed_shape
    found = reproduced(identify(fed_with(whole, known_rows=known_rows), inputs, POOLS))
    assert np.prod(found.shape[1:]) == np.prod(inputs)
    assert np.allclose(found.reshape(whole.shape), whole, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(affine_transforms(), st.booleans())
def test_any_affine_formula_in_any_layout_comes_back(member, known_rows):
    whole = apply.transform(spec(member), IMAGES)
    # Much smaller pictures are recognised by their row numbers only: too much of the image is gone.
    known_rows = known_rows or min(member.height, member.width) < 24
    decision = identify(fed_with(whole, known_rows=known_rows), whole.shape[1:], POOLS)
    assert np.allclose(reproduced(decision), whole, atol=2e-3 * np.ptp(whole))


def test_shuffled_rows_that_claim_the_length_of_the_training_set_are_found_by_content():
    shuffled = IMAGES[np.random.default_rng(3).permutation(600)] / 255.0
    assert reproduced(identify(fed_with(shuffled), (28, 28), POOLS)).max() == 1


def test_one_batch_of_a_stream_is_enough():
    batch = IMAGES[[5, 300, 17, 599, 64, 128, 256, 400]].reshape(-1, 784) / 127.5 - 1
    decision = identify(fed_with(batch, rows=tuple(range(8)), known_rows=False, part=""), (784,), POOLS)
    assert decision.certain
    assert decision.candidates[0].name == "x/127.5-1"


def test_samples_of_the_test_part_are_compared_with_the_test_images():
    test = digits_like(100, seed=9)
    fed = fed_with(test / 255.0, rows=tuple(range(0, 100, 2)), part="test")
    pools = [Pool(part="test", fetch=lambda: test), *POOLS]
    assert reproduced(identify(fed, (28, 28), pools), test).max() == 1


TWO = [
    (lambda x: x > 127, 127, 0, 1),
    (lambda x: (x / 255 >= 0.5).astype("float32"), 127, 0, 1),
    (lambda x: np.where(x > 120, 1, -1), 120, -1, 1),
    (lambda x: np.where(x < 150, 255, 0), 149, 255, 0),
]


@pytest.mark.parametrize(("formula", "last", "dark", "bright"), TWO)
@pytest.mark.parametrize("known_rows", [True, False])
def test_images_made_black_and_white_are_repeated_and_the_threshold_is_told(formula, last, dark, bright, known_rows):
    whole = formula(IMAGES).reshape(-1, 784)
    decision = identify(fed_with(whole, known_rows=known_rows), (784,), POOLS)
    assert np.array_equal(reproduced(decision), whole.astype("float32"))
    assert rendered(decision).startswith(
        f"your images: made black and white (pixels up to {last} become {dark}, brighter ones {bright})"
    )


def test_a_threshold_that_few_samples_leave_open_is_the_middle_one():
    rows = tuple(range(8))
    images = np.where(IMAGES > 127, 250, np.where(IMAGES > 0, 30, 0)).astype("uint8")
    decision = identify(fed_with(images > 99, rows=rows), (28, 28), [Pool(part="train", fetch=lambda: images)])
    assert np.array_equal(reproduced(decision, IMAGES), IMAGES > 127)


@pytest.mark.parametrize(
    "formula",
    [lambda x: (x / 255.0) ** 2, np.log1p, lambda x: x // 64, lambda x: np.abs(x / 255.0 - 0.5)],
    ids=["squared", "logarithm", "four levels", "folded"],
)
def test_a_curve_over_the_grey_levels_is_repeated(formula):
    whole = formula(IMAGES)
    decision = identify(fed_with(whole), (28, 28), POOLS)
    assert np.allclose(reproduced(decision), whole, atol=2e-3 * np.ptp(whole))
    assert "each grey level replaced by another one" in rendered(decision)


def by_itself(x):
    """Each image standardised by its own mean and standard deviation."""
    return (x - x.mean(axis=(1, 2), keepdims=True)) / x.std(axis=(1, 2), keepdims=True)


@pytest.mark.parametrize("formula", [by_itself, lambda x: by_itself(x) ** 2], ids=["by itself", "squared"])
def test_a_formula_outside_the_family_is_a_problem_with_the_nearest_member(formula):
    decision = identify(fed_with(formula(IMAGES)), (28, 28), POOLS)
    assert decision.problem is not None
    assert decision.problem.key == "measuring.no_member"
    assert decision.candidates == ()


def test_the_nearest_member_of_images_standardised_each_by_itself_is_an_affine_formula():
    nearest = identify(fed_with(by_itself(IMAGES)), (28, 28), POOLS).nearest
    assert nearest is not None
    assert nearest.values == "affine"


def test_colours_that_differ_are_a_problem():
    colours = np.stack([IMAGES / 255.0, IMAGES / 255.0 - 0.1, IMAGES / 255.0], axis=-1)
    decision = identify(fed_with(colours), (28, 28, 3), POOLS)
    assert decision.problem is not None
    assert decision.problem.key == "measuring.no_member"


@pytest.mark.parametrize("known_rows", [True, False])
@pytest.mark.parametrize(
    ("formula", "first"),
    [(lambda x: x / 255.0, "x/255"), (lambda x: 1 - x / 255.0, "1-x/255"), (lambda x: x, "identity")],
)
def test_augmented_images_leave_candidates_with_the_one_that_fits_the_statistics_first(formula, first, known_rows):
    moved = redraw(IMAGES, Wobble(rotation=0.3, scale=0.1, shift=2.0), np.random.default_rng(1))
    moved[0, 0, 0], moved[0, 0, 1] = 0, 255
    decision = identify(fed_with(formula(moved), known_rows=known_rows), (28, 28, 1), POOLS)
    assert not decision.certain
    assert decision.problem is None
    assert decision.candidates[0].name == first
    assert {"x/255", "identity", "x/127.5-1"} <= {member.name for member in decision.candidates}


@pytest.mark.parametrize(
    "samples", [None, np.zeros((64, 28, 28)), np.full((64, 28, 28), np.nan), np.zeros((0, 28, 28))]
)
def test_missing_constant_and_broken_samples_leave_the_usual_candidates(samples):
    fed = FedData(
        shape=(28, 28),
        length=None,
        dtype="float32",
        minimum=0.0,
        maximum=0.0,
        mean=0.0,
        std=0.0,
        rows=None,
        part="",
        samples=samples,
    )
    for each in (fed, None):
        decision = identify(each, (28, 28, 1), POOLS)
        assert not decision.certain
        assert [member.name for member in decision.candidates][:2] == ["x/255", "identity"]
        assert all(member.channels == 1 for member in decision.candidates)


def test_candidates_for_an_enlarged_input_are_padded_and_resized_ones():
    ways = {(member.fit, member.interpolation) for member in identify(None, (32, 32, 3), POOLS).candidates}
    assert ways == {("pad", ""), ("resize", "bilinear"), ("resize", "nearest")}


@pytest.mark.parametrize("inputs", [(10,), (), (100, 2), (3, 3, 64), (784, 784, 2), (2, 2), (513, 513)])
def test_a_shape_that_holds_no_picture_is_a_problem(inputs):
    decision = identify(None, inputs, POOLS)
    assert decision.problem is not None
    assert decision.problem.key == "measuring.no_picture"
    assert str(inputs) in texts.render(decision.problem, "en")


def test_samples_of_another_size_than_the_input_decide_nothing():
    decision = identify(fed_with(IMAGES / 255.0), (32, 32), POOLS)
    assert not decision.certain
    assert decision.candidates[0].height == 32


@given(st.lists(st.integers(0, 2000), max_size=4))
def test_every_reading_of_a_shape_holds_as_many_numbers_as_the_shape(shape):
    for layout in layouts(tuple(shape)):
        assert layout.height * layout.width * max(layout.channels, 1) == np.prod(shape)


def test_every_member_is_described_in_both_languages():
    maps = np.ones((28, 28), np.float32)
    members = [
        *(Transform(name=name, values="affine") for name in ("identity", "x/255", "x/256", "x/127.5-1", "1-x/255")),
        Transform(name="standardised", values="affine", scale=0.0127, offset=-0.424),
        Transform(name="a*x+b", values="affine", scale=2.0, flat=True),
        Transform(values="per_pixel", scale_map=maps, offset_map=maps),
        *(Transform(values="table", name=name, table=np.arange(256) // 128) for name in ("threshold", "curve")),
        *(Transform(values=kind) for kind in ("unit_rows", "unit_columns", "unit_images")),
        Transform(fit="pad", height=32, width=32, channels=3),
        Transform(fit="resize", height=14, width=14, interpolation="nearest", transposed=True),
    ]
    for language in ("en", "es"):
        found = {texts.render(describe(member), language) for member in members}
        assert len(found) == len(members)
        assert all("{" not in sentence and "measuring." not in sentence for sentence in found)


def test_the_usual_mlp_preprocessing_reads_as_a_teacher_would_say_it():
    decision = identify(fed_with((IMAGES / 255.0).reshape(-1, 784)), (784,), POOLS)
    assert rendered(decision) == "your images: divided by 255, flattened to 784 numbers"
    assert rendered(decision, "es") == "tus imágenes: divididas entre 255, aplanadas a 784 números"


@pytest.mark.parametrize(("side", "interpolation"), [(224, "bilinear"), (512, "nearest"), (512, "bilinear")])
def test_large_pictures_are_compared_in_little_memory(side: int, interpolation: str) -> None:
    enlarged = apply.resize(IMAGES[list(ROWS)] / 255, side, side, interpolation).astype(np.float32)
    fed = replace(fed_with(enlarged, rows=tuple(range(60)), known_rows=False), length=600)
    decision, peak = peak_memory(lambda: identify(fed, (side, side, 1), POOLS))
    assert decision.certain, decision
    assert (decision.candidates[0].interpolation, decision.candidates[0].name) == (interpolation, "x/255")
    assert peak < 200 << 20


def test_pictures_of_nothing_take_little_memory_too() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 512, 512, 1)).astype(np.uint8)
    fed = fed_with(noise, rows=tuple(range(60)), known_rows=False)
    decision, peak = peak_memory(lambda: identify(fed, (512, 512, 1), POOLS))
    assert not decision.certain
    assert peak < 200 << 20
