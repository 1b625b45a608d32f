"""The check `filters`: kernels read off a layer's answers, held against a slow correlation by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence import outputs
from grader.models import convolution
from grader.records import Judgement, LayerFacts, ModelFacts, Outputs, PredictOn, message
from grader.scoring.checks import filters
from tests.support.facts import conv, evidence, facts, model, say

DIAGONALS = [[[-1, 0], [0, 1]], [[1, 0], [0, -1]]]
FLIPPED = [np.array(one)[::-1, ::-1].tolist() for one in DIAGONALS]


def by_hand(images: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    """Cross-correlation with loops only."""
    count, height, width, channels = images.shape
    filters_, rows, columns, _ = kernels.shape
    found = np.zeros((count, height - rows + 1, width - columns + 1, filters_))
    for n, i, j, f in np.ndindex(*found.shape):
        for a, b, c in np.ndindex(rows, columns, channels):
            found[n, i, j, f] += images[n, i + a, j + b, c] * kernels[f, a, b, c]
    return found


def given_images(shape: tuple[int, ...] = (7, 8, 1)) -> np.ndarray:
    return outputs.images(PredictOn(images=3), shape, np.random.default_rng(1))


def judged(answers: Any, kernels: Any = DIAGONALS, shape: tuple[int, ...] = (7, 8, 1), **params: Any) -> Judgement:
    images = given_images(shape)
    found = answers(images) if callable(answers) else answers
    one = model(conv(2, kernel=2))
    seen = found if isinstance(found, Outputs) else Outputs(inputs=images, outputs=np.asarray(found, np.float32))
    about = facts(models={"edges": (one,)}, outputs={"edges": seen})
    return filters.filters(evidence(one, about=about), kernels=kernels, **params)


def layer(kernels: Any, bias: Any = 0.0) -> Any:
    return lambda images: by_hand(images, convolution.stack(kernels)) + bias


def test_the_course_s_correlation_by_hand() -> None:
    image = np.array([[1, 2, 8, 2, 1], [1, 4, 9, 3, 1], [1, 2, 8, 2, 1], [1, 3, 7, 1, 2], [1, 2, 8, 2, 2]])
    found = convolution.correlate(image[None, :, :, None], convolution.stack([[[-1, 0, 1]] * 3]))[0, ..., 0]
    assert found.tolist() == [[22, -1, -22], [21, -3, -20], [20, -2, -18]]


def test_the_right_filters_earn_everything() -> None:
    said = judged(layer(DIAGONALS))
    assert said.credit == 1
    assert "exactly as the filters that were asked for (2)" in say(said)
    coloured = np.arange(27).reshape(1, 3, 3, 3).tolist()
    assert judged(layer(coloured), coloured, (6, 6, 3)).credit == 1


def test_a_wrong_filter_is_shown_as_it_is() -> None:
    said = judged(layer([DIAGONALS[0], [[1, 2], [3, -4.5]]]))
    assert said.credit == 0.5
    assert say(said) == "1 of 2 filters are right. By its answers, your filter number 2 is [[1, 2], [3, -4.5]]."
    assert "tu filtro número 2 es [[1, 2], [3, -4.5]]" in say(said, "es")
    coloured = np.zeros((1, 2, 2, 3))
    coloured[0, 0, 1] = (1, 2, 3)
    said = judged(layer(coloured.tolist()), np.ones((1, 2, 2, 3)).tolist(), (5, 5, 3))
    assert "is [[0, 1], [0, 0]], [[0, 2], [0, 0]], [[0, 3], [0, 0]]." in say(said)


def test_a_filter_that_images_are_too_small_to_show_is_only_counted() -> None:
    large = [np.ones((4, 4)).tolist()]
    said = judged(layer([np.eye(4).tolist()]), large, (5, 5, 1))
    assert say(said) == "0 of 1 filter is right. Filter number 1 answers differently."
    assert "responde otra cosa" in say(said, "es")


def test_the_same_filters_in_another_order_have_their_own_sentence() -> None:
    said = judged(layer(DIAGONALS[::-1]), permuted=0.7)
    assert said.credit == 0.7
    assert "in another order: the ones that were asked for stand at the places 2, 1" in say(said)
    assert "en otro orden" in say(said, "es")


def test_a_bias_and_a_relu_have_their_own_sentences() -> None:
    said = judged(layer(DIAGONALS, bias=np.array([0.5, 0])))
    assert said.credit == 0.5
    assert "adds a bias to each map: 0.5, 0." in say(said)
    assert "suma un sesgo a cada mapa: 0,5, 0." in say(said, "es")
    said = judged(lambda images: np.maximum(layer(DIAGONALS)(images), 0), biased=0.4)
    assert said.credit == 0.4
    assert "the activation must be linear" in say(said)
    assert "debe ser lineal" in say(said, "es")


def test_other_shapes_have_their_own_sentences() -> None:
    padded = judged(lambda images: np.zeros((len(images), 7, 8, 2)))
    assert padded.credit == 0
    assert "has the shape (7, 8, 2); these filters without padding and with stride 1 give (6, 7, 2)" in say(padded)
    assert "sin relleno y con paso 1, dan (6, 7, 2)" in say(padded, "es")
    more = judged(layer([*DIAGONALS, DIAGONALS[0]]))
    assert more.credit == pytest.approx(2 / 3)
    assert "has 3 filters; 2 were asked for, and 2 of them" in say(more)
    assert "tiene 3 filtros; se pedían 2" in say(more, "es")
    grey = judged(lambda images: images, shape=(7, 7, 3))
    assert "takes inputs of shape (7, 7, 3); images with channels as the last axis were asked for, 1" in say(grey)
    assert "(7, 7, 3); se pedían imágenes" in say(grey, "es")
    flat = judged(lambda images: images, shape=(49,))
    assert "takes inputs of shape (49,)" in say(flat)
    small = judged(lambda images: images, shape=(1, 7, 1))
    assert "smaller than a filter of (2, 2)" in say(small)
    assert "más pequeñas que un filtro" in say(small, "es")
    dense = judged(lambda images: np.zeros((len(images), 10)))
    assert "has the shape (10,)" in say(dense)


SLIP = {"name": "flipped", "kernels": FLIPPED, "credit": 0.3, "hint": {"en": "Flipped.", "es": "Girados."}}


def test_a_known_mistake_gets_its_hint_and_credit() -> None:
    said = judged(layer(FLIPPED), misconceptions=[SLIP])
    assert (said.credit, say(said), say(said, "es")) == (0.3, "Flipped.", "Girados.")
    bare = judged(layer(FLIPPED), misconceptions=[{"name": "flipped", "kernels": FLIPPED}])
    assert bare.credit == 0
    assert "known slip: flipped" in say(bare)
    other = judged(layer([[[1, 1], [1, 1]]] * 2), misconceptions=[SLIP, {**SLIP, "kernels": [[[1]]]}])
    assert "your filter number 1 is [[1, 1], [1, 1]]" in say(other)


def test_what_is_not_there_or_not_ours_to_judge() -> None:
    refused = judged(Outputs(inputs=given_images(), problem=message("measuring.sandbox_failed"), ours=True))
    assert refused.credit is None
    nobody = facts(models={"edges": ()})
    assert filters.filters(evidence(about=nobody), kernels=DIAGONALS).credit == 0
    one = model(conv(2, kernel=2))
    unseen = filters.filters(evidence(one, about=facts(models={"edges": (one,)})), kernels=DIAGONALS)
    assert unseen.credit is None
    assert "a person will look at it" in say(unseen)
    assert "una persona lo mirará" in say(unseen, "es")
    odd = model(conv(2, kernel=2), refusal=message("keras_file.input_free", layer="x", shape="(None, None, 1)"))
    about = evidence(odd, about=facts(models={"edges": (odd,)}))
    assert "Give every size" in say(filters.filters(about, kernels=DIAGONALS))


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.integers(0, 2**32))
def test_impulses_show_every_kernel(rows: int, columns: int, channels: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = rng.normal(size=(count, rows, columns, channels))
    images = outputs.images(PredictOn(images=1), (2 * rows + 1, 2 * columns, channels), rng).astype(np.float64)
    answers = convolution.correlate(images, wanted) + rng.normal(size=count)
    assert np.allclose(convolution.correlate(images, wanted), by_hand(images, wanted))
    found = convolution.of_impulses(answers[0], answers[1 : 1 + channels], images.shape[1:3])
    assert found is not None
    assert np.allclose(found, wanted)


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=4, max_size=4), st.integers(0, 2**32))
def test_any_answers_can_be_judged(numbers: list[float], seed: int) -> None:
    own = [np.reshape(numbers, (2, 2)).tolist(), DIAGONALS[1]]
    said = judged(layer(own), misconceptions=[SLIP])
    assert say(said)
    assert said.credit is not None
    assert 0 <= said.credit <= 1
    noise = np.random.default_rng(seed).normal(size=(5, 6, 7, 2))
    noise[0, 0, 0, 0] = np.nan
    assert judged(noise).credit == 0


def test_images_are_drawn_within_their_bounds_and_begin_with_zeros_and_impulses() -> None:
    images = outputs.images(PredictOn(images=5, low=-2, high=3), (9, 11, 3), np.random.default_rng(0))
    assert images.shape == (9, 9, 11, 3)
    assert not images[0].any()
    assert [images[1 + channel].sum() for channel in range(3)] == [1, 1, 1]
    assert all(images[1 + channel, 4, 5, channel] == 1 for channel in range(3))
    assert -2 <= images[4:].min() < -1.5
    assert 2.5 < images[4:].max() <= 3
    assert outputs.images(PredictOn(images=5), (784,), np.random.default_rng(0)).shape == (6, 784)


def facts_of(inputs: Any, outputs_: Any) -> ModelFacts:
    rows: tuple[LayerFacts, ...] = ()
    return ModelFacts(
        number=0,
        variables=(),
        how="named",
        class_name="Sequential",
        source="file",
        layers=rows,
        inputs=inputs,
        outputs=outputs_,
    )


@pytest.mark.parametrize(
    ("inputs", "outs", "key"),
    [
        (((5, 5, 1), (5, 5, 1)), ((4, 4, 1),), "measuring.several_inputs"),
        (((5, 5, 1),), ((4, 4, 1), (1,)), "measuring.several_maps"),
        (((5000, 5000, 1),), ((4, 4, 1),), "measuring.output_too_large"),
        (((5, 5, 1),), ((4000, 4000, 1),), "measuring.output_too_large"),
    ],
)
def test_a_model_that_is_too_large_is_given_nothing(inputs: Any, outs: Any, key: str) -> None:
    refused = outputs.too_large(facts_of(inputs, outs), PredictOn())
    assert refused is not None
    assert refused.problem is not None
    assert (refused.problem.key, refused.ours) == (key, True)
    assert outputs.too_large(facts_of(((5, 5, 1),), ((4, 4, 2),)), PredictOn()) is None


def test_right_filters_with_padding_are_right_and_the_padding_is_told() -> None:
    def same(images: np.ndarray) -> np.ndarray:
        return by_hand(np.pad(images, ((0, 0), (0, 1), (0, 1), (0, 0))), convolution.stack(DIAGONALS))

    said = judged(same)
    assert said.credit == 1
    assert say(said).startswith(
        "The filters are right, but the layer pads the image, so its output has the shape (7, 8, 2)."
    )
    assert "Quita padding" in say(said, "es")
    assert judged(lambda images: same(images)[..., ::-1]).credit == 0
