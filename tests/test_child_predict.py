"""How many images sandbox 2 gives a model at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.child import predict


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
