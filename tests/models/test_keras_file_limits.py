"""Models that are too large, bombs, and damaged files: refusals in little time, and never a crash."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import texts
from grader.errors import Refused
from grader.models import keras_file
from grader.models.keras_file import Caps
from tests.support.model_files import (
    DENSE,
    MEMBERS,
    archive,
    called,
    conv,
    dense,
    flatten,
    graph,
    key,
    layer,
    of,
    operation,
    sequential,
    tensor,
    why,
    zipped,
)
from tests.support.work import counted

# ---------------------------------------------------------------- limits


def test_above_the_caps_the_count_is_shown() -> None:
    wide = sequential((20_000,), dense(2_000), dense(10))
    refusal = why(archive(wide))
    assert (refusal.key, refusal.values["count"]) == ("keras_file.too_many_params", 40_002_000 + 20_010)
    assert "40 022 010 parameters" in texts.render(refusal, "en")
    slow = why(archive(sequential((128, 128, 64), conv(64, 3), conv(64, 3))))
    assert slow.key == "keras_file.too_many_macs"
    assert slow.values["count"] > 10**9


def test_too_many_layers_are_counted_before_they_are_read() -> None:
    many = archive(sequential((4,), *(layer("ReLU") for _ in range(20_000))))
    refusal, calls = counted(lambda: why(many))
    assert (refusal.key, refusal.values["count"]) == ("keras_file.too_many_layers", 20_001)
    assert calls < 1_000_000  # to read them takes several millions


def test_a_shape_bomb_is_refused() -> None:
    grow = [layer("UpSampling2D", size=[1_000, 1_000]) for _ in range(3)]
    assert of(sequential((28, 28, 1), *grow)) == "too_many_values"


def test_models_inside_models_end_somewhere() -> None:
    config = sequential((4,), layer("ReLU"))
    for number in range(6):
        config = sequential((4,), config, name=f"model{number}")
    assert of(config) == "nested_too_deep"


def test_models_that_use_each_other_many_times_stay_cheap() -> None:
    config: dict[str, Any] = graph(called(DENSE, [tensor("input")]))
    for number in range(3):
        config["config"]["name"] = f"m{number}"
        calls = [[tensor("input")]] + [[tensor(f"m{number}", call)] for call in range(150)]
        config = graph(called(config, *calls), end=[f"m{number}", 151, 0])
    model, calls = counted(lambda: keras_file.read(archive(config)))
    assert model.macs == 151**3 * 16
    assert calls < 200_000  # there are 3.4 million calls of models


def test_too_many_calls_are_refused() -> None:
    calls = [[tensor("input")]] + [[tensor("relu", number)] for number in range(2_100)]
    assert of(graph(called(layer("ReLU", "relu"), *calls))) == "too_many_calls"


def test_a_file_above_the_size_cap_is_refused_unread() -> None:
    assert key(zipped(MEMBERS), Caps(archive=100)) == "file_too_large"


# ---------------------------------------------------------------- anything at all


def damaged(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """``value`` with one place of its JSON replaced."""
    strange = st.sampled_from([None, True, -1, 0, 10**18, 0.5, "", "x", [], {}, [[1]], {"class_name": "Dense"}])
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: damaged(value[name], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], damaged(value[place], draw), *value[place + 1 :]]
    return draw(strange)


WHOLE = [
    sequential((9, 9, 2), conv(2, 3), layer("MaxPooling2D", pool_size=2), flatten(), dense(4)),
    graph(
        called(DENSE, [tensor("input")]),
        called(operation("TrueDivide", "scaled"), [tensor("dense"), 255.0]),
        called(layer("Concatenate", "both", axis=-1), [[tensor("dense"), tensor("scaled")]]),
    ),
    sequential((4,), sequential((4,), dense(4), name="inner"), layer("BatchNormalization")),
]


def test_weights_that_are_not_packed_are_in_memory_once() -> None:
    weights = 30 << 20
    data = zipped({**MEMBERS, "model.weights.h5": bytes(weights)}, zipfile.ZIP_STORED)
    tracemalloc.start()
    keras_file.read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.25 * weights


def read_or_refuse(data: bytes) -> None:
    try:
        model = keras_file.read(data)
    except Refused as refused:
        texts.render(refused.why, "es")
    else:
        assert keras_file.read(keras_file.repack(model)).sha256 == model.sha256


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), number=st.integers(0, len(WHOLE) - 1), hits=st.integers(1, 3))
def test_no_damage_to_the_configuration_raises_anything_but_a_refusal(
    data: st.DataObject, number: int, hits: int
) -> None:
    config: Any = WHOLE[number]
    for _ in range(hits):
        config = damaged(config, data.draw)
    read_or_refuse(archive(config))


@settings(deadline=None)
@given(place=st.integers(0, 400), byte=st.integers(0, 255), cut=st.integers(0, 60))
def test_no_damage_to_the_archive_raises_anything_but_a_refusal(place: int, byte: int, cut: int) -> None:
    data = bytearray(zipped(MEMBERS, zipfile.ZIP_DEFLATED))
    data[place % len(data)] = byte
    read_or_refuse(bytes(data[: len(data) - cut]))


@pytest.mark.slow
@settings(deadline=None, max_examples=12_000, suppress_health_check=list(HealthCheck))
@given(data=st.data(), number=st.integers(0, len(WHOLE) - 1), hits=st.integers(1, 4))
def test_a_long_run_of_damage_raises_nothing_but_refusals(data: st.DataObject, number: int, hits: int) -> None:
    config: Any = WHOLE[number]
    for _ in range(hits):
        config = damaged(config, data.draw)
    read_or_refuse(archive(config))
