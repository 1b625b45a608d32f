"""How many images sandbox 2 gives a model at once, and which."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.child import predict
from grader.models.preprocess.members import spec as spec_of
from grader.records import Transform


def model(*outputs: Any) -> SimpleNamespace:
    def tensor(shape: Any) -> Any:
        return [tensor(one) for one in shape] if isinstance(shape, list) else SimpleNamespace(shape=shape)

    return SimpleNamespace(layers=[SimpleNamespace(output=tensor(shape)) for shape in outputs])


@pytest.mark.parametrize(
    ("outputs", "narrow"),
    [
        pytest.param([(None, 512), (None, 10)], True, id="dense"),
        pytest.param([(None, 4096)], True, id="at the limit"),
        pytest.param([(None, 26, 26, 32), (None, 10)], False, id="convolution"),
        pytest.param([[(None, 3), (None, 4097)]], False, id="several outputs"),
        pytest.param([(None, None, 3)], False, id="a size that is not known"),
    ],
)
def test_only_models_whose_layers_are_narrow_take_wide_batches(outputs: list[Any], narrow: bool) -> None:
    assert predict.narrow(model(*outputs)) is narrow


def test_a_layer_without_an_output_is_not_narrow() -> None:
    assert not predict.narrow(SimpleNamespace(layers=[SimpleNamespace()]))


class Remembers:
    """A model that gives the sum of each image, and notes how many it got at a time."""

    input_shape = (None, 784)
    layers = ()

    def __init__(self) -> None:
        self.given: list[int] = []

    def predict_on_batch(self, images: Any) -> Any:
        self.given.append(len(images))
        return images.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("n", "given"),
    [(0, []), (1, [1]), (2048, [2048]), (2049, [1025, 1025]), (20_000, [2000] * 10), (4099, [1367] * 3)],
)
def test_all_batches_have_one_size_and_no_image_is_lost_or_added(n: int, given: list[int]) -> None:
    images = np.random.default_rng(n).integers(0, 256, (n, 28, 28), np.uint8)
    spec = spec_of(Transform(flat=True))
    model = Remembers()
    told = np.frombuffer(predict.predictions(model, spec, images), "<f4")
    assert model.given == given
    assert told.tolist() == images.reshape(n, 784).sum(axis=1, dtype=np.float32).tolist()


def test_of_several_outputs_the_one_that_is_wanted_comes_out() -> None:
    class Two(Remembers):
        def predict_on_batch(self, images: Any) -> Any:
            return [super().predict_on_batch(images), images.max(axis=1, keepdims=True)]

    images = np.random.default_rng(3).integers(0, 256, (5, 28, 28), np.uint8)
    spec = spec_of(Transform(flat=True))
    sums, most = (np.frombuffer(predict.predictions(Two(), spec, images, head), "<f4") for head in (0, 1))
    assert np.array_equal(sums, images.sum(axis=(1, 2), dtype=np.float32))
    assert np.array_equal(most, images.max(axis=(1, 2)).astype(np.float32))
