"""What is decided before any sandbox starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader import data, texts
from grader.evidence import predict
from grader.records import FedData, Limits, ModelFacts
from tests.support.images import digits_like

IMAGES = digits_like(200)
LABELS = np.arange(200, dtype=np.uint8) % 10
SET = data.of_arrays("few", IMAGES[:120], LABELS[:120], IMAGES[120:], LABELS[120:])


def facts(**changed):
    given = {"inputs": ((28, 28),), "outputs": ((10,),), **changed}
    return ModelFacts(number=0, variables=(), how="fit", class_name="Functional", source="file", **given)


def fed(samples, part="train"):
    return FedData(
        shape=samples.shape[1:],
        length=len(samples),
        dtype=str(samples.dtype),
        minimum=0.0,
        maximum=1.0,
        mean=0.1,
        std=0.3,
        rows=tuple(range(len(samples))),
        part=part,
        samples=samples,
    )


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"inputs": ((28, 28), (10,))}, "measuring.several_inputs"),
        ({"inputs": ()}, "measuring.several_inputs"),
        ({"outputs": ((10,), (1,))}, "measuring.several_outputs"),
        ({"outputs": ((28, 28, 1),)}, "measuring.output_too_large"),
        ({"inputs": ((77,),)}, "measuring.no_picture"),
        ({"fed": fed(IMAGES[:64] / IMAGES[:64].mean(axis=(1, 2), keepdims=True))}, "measuring.no_member"),
    ],
)
def test_a_model_that_cannot_be_measured_is_told_why_and_left_to_a_person(changed, key, monkeypatch):
    monkeypatch.setattr(predict.sandbox, "run", None)  # starting one would fail the test
    found = predict.measure(facts(**changed), b"", SET, limits=Limits())
    assert found.problem is not None
    assert found.problem.key == key
    assert found.ours
    assert found.test is None
    assert (found.nearest is not None) == (key == "measuring.no_member")
    for language in ("en", "es"):
        assert texts.render(found.problem, language).endswith(".")


def test_samples_of_the_stand_in_are_recognised(monkeypatch):
    asked = []
    monkeypatch.setattr(predict, "predict", lambda canonical, members, *rest: asked.append(members) or (None, None))
    stand_in = data.stand_in(SET)[0]
    predict.measure(facts(fed=fed(stand_in[:64] / 255.0, part="test")), b"", SET, limits=Limits())
    predict.measure(facts(fed=fed(SET.x_test[:64] / 255.0, part="test")), b"", SET, limits=Limits())
    for test in (stand_in, SET.x_test):
        both = np.concatenate([SET.x_train[:40], test[:24]])
        mixed = replace(fed(both / 255.0, part=""), rows=None, minimum=-1.0)  # without its samples it would be another
        predict.measure(facts(fed=mixed), b"", SET, limits=Limits())
    assert [[member.name for member in members] for members in asked] == [["x/255"]] * 4


def test_the_order_of_the_images_depends_on_the_labels():
    other = data.of_arrays("few", IMAGES[:120], LABELS[:120], IMAGES[120:], LABELS[119:199])
    assert predict.order_seed(SET) == predict.order_seed(SET)
    assert predict.order_seed(SET) != predict.order_seed(other)


def test_heavy_models_get_more_time_and_never_more_than_a_run():
    assert predict.time_limits(Limits(time_s=600), macs=0, n=20_000).time_s == 90
    assert predict.time_limits(Limits(time_s=600), macs=50_000_000, n=20_000).time_s == 290
    assert predict.time_limits(Limits(time_s=600), macs=10**9, n=20_000).time_s == 600
    assert predict.time_limits(Limits(time_s=30), macs=10**9, n=20_000).time_s == 90
