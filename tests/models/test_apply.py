from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.models.preprocess import apply
from grader.models.preprocess.members import spec
from grader.records import Transform
from tests.support.images import affine_transforms, digits_like

IMAGES = digits_like(3)


def applied(**fields):
    return apply.transform(spec(Transform(**fields)), IMAGES)


def test_identity_gives_the_raw_numbers_as_float32():
    assert applied().dtype == np.float32
    assert np.array_equal(applied(), IMAGES)


def test_division_by_255_equals_what_numpy_gives_in_single_and_in_double_precision():
    ours = applied(values="affine", scale=1 / 255)
    assert np.array_equal(ours, IMAGES.astype("float32") / 255)
    assert np.array_equal(ours, (IMAGES / 255.0).astype("float32"))


def test_flat_and_channel_layouts_keep_the_order_of_the_pixels():
    assert np.array_equal(applied(flat=True), IMAGES.reshape(3, 784))
    assert np.array_equal(applied(channels=1), IMAGES[..., None])
    assert np.array_equal(applied(channels=3), np.stack([IMAGES] * 3, axis=-1))
    assert applied(channels=3, flat=True).shape == (3, 2352)
    assert np.array_equal(applied(transposed=True, flat=True), IMAGES.transpose(0, 2, 1).reshape(3, 784))


def test_padding_to_32_is_what_numpy_pads_by_2_with_the_padding_value():
    padded = applied(values="affine", scale=1 / 255, offset=-0.5, fit="pad", height=32, width=32, pad_value=7.0)
    wanted = np.pad(IMAGES / 255 - 0.5, ((0, 0), (2, 2), (2, 2)), constant_values=7)
    assert np.allclose(padded, wanted, atol=1e-6)


def test_an_odd_margin_puts_the_larger_part_after_the_picture():
    assert apply.margin(28, 31) == (1, 2)


def test_per_pixel_values_apply_both_maps():
    scale, offset = np.random.default_rng(0).normal(size=(2, 28, 28)).astype(np.float32)
    ours = applied(values="per_pixel", scale_map=scale, offset_map=offset)
    assert np.allclose(ours, IMAGES * scale + offset, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("kind", "axes"), [("unit_rows", 2), ("unit_columns", 1), ("unit_images", (1, 2))])
def test_unit_values_have_length_1_along_their_axes_and_empty_lines_stay_0(kind, axes):
    length = np.sqrt((applied(values=kind).astype(float) ** 2).sum(axis=axes))
    inked = IMAGES.any(axis=axes)
    assert np.allclose(length[inked], 1, atol=1e-6)
    assert not length[~inked].any()


def test_halving_with_bilinear_weights_is_the_mean_of_2_by_2_blocks():
    halved = applied(fit="resize", height=14, width=14, interpolation="bilinear")
    assert np.allclose(halved, IMAGES.reshape(3, 14, 2, 14, 2).mean(axis=(2, 4)))


def test_doubling_with_nearest_repeats_every_pixel():
    doubled = applied(fit="resize", height=56, width=56, interpolation="nearest")
    assert np.array_equal(doubled, IMAGES.repeat(2, axis=1).repeat(2, axis=2))


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from(["bilinear", "nearest"]))
def test_resizing_weights_are_means(n, wanted, interpolation):
    weights = apply.resize_weights(n, wanted, interpolation)
    assert weights.shape == (wanted, n)
    assert (weights >= 0).all()
    assert np.allclose(weights.sum(axis=1), 1)


@pytest.mark.parametrize(("field", "value"), [("values", "cubed"), ("fit", "stretched"), ("interpolation", "lanczos3")])
def test_an_unknown_kind_is_an_error_that_names_it(field, value):
    member = {"fit": "resize", "interpolation": "bilinear", field: value}
    with pytest.raises(ValueError, match=value):
        apply.transform({**spec(Transform()), **member}, IMAGES)


@given(affine_transforms())
def test_a_transform_survives_the_way_through_json(member):
    scale_map = np.float32(member.scale) * np.ones((28, 28), np.float32) / 3
    for each in (member, replace(member, values="per_pixel", scale_map=scale_map, offset_map=-scale_map)):
        direct = apply.transform(spec(each), IMAGES)
        assert np.array_equal(apply.transform(json.loads(json.dumps(spec(each))), IMAGES), direct)


@given(affine_transforms())
def test_the_shape_is_what_the_fields_say(member):
    fed = apply.transform(spec(member), IMAGES)
    size = (member.height, member.width, *([member.channels] if member.channels else []))
    assert fed.shape == ((3, int(np.prod(size))) if member.flat else (3, *size))
