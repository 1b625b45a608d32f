"""Models with weights set by hand, in real sandboxes: found by name, given hidden images, judged."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import data
from grader.course import rubric
from grader.grading import gather, measuring
from grader.grading.gathering import Gathering
from grader.models import convolution
from grader.records import Submission
from grader.scoring import checks
from tests.support.facts import evidence, say
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

TEXT = """
exercise: fixed
title: {es: F, en: F}
data: digits
models: {good: {variable: good}, biased: {variable: biased}, mixed: {variable: mixed}, colour: {variable: colour}, absent: {variable: absent}}
predict_on: {good: {images: 2}, biased: {}, mixed: {low: -1}, colour: {}, absent: {}}
criteria:
  - {id: good, points: 1, check: filters, model: good, kernels: [[[-1, 0], [0, 1]], [[1, 0], [0, -1]]]}
  - {id: biased, points: 1, check: filters, model: biased, kernels: [[[-1, 0], [0, 1]], [[1, 0], [0, -1]]]}
  - id: mixed
    points: 1
    check: filters
    model: mixed
    kernels: [[[1, 1, 1], [0, 0, 0], [-1, -1, -1]], [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]], [[1, 1, 0], [1, 0, -1], [0, -1, -1]]]
  - {id: colour, points: 1, check: filters, model: colour, kernels: [[[[1, 2, 3], [0, 0, 0]], [[0, 0, 0], [1, 0, 0]]]]}
  - {id: absent, points: 1, check: filters, model: absent, kernels: [[[1]]]}
"""  # noqa: E501 - a rubric's lines
NOTEBOOK = """
import keras, numpy as np
from keras import layers
def made(shape, kernels, bias=None):
    kernels = np.asarray(kernels, "float32")
    model = keras.Sequential([keras.Input(shape), layers.Conv2D(kernels.shape[-1], kernels.shape[:2])])
    model.layers[-1].set_weights([kernels, np.zeros(kernels.shape[-1]) if bias is None else bias])
    return model
a, b = np.array([[-1, 0], [0, 1]]), np.array([[1, 0], [0, -1]])
good = made((6, 7, 1), np.stack([a, b], -1)[:, :, None])
biased = made((6, 7, 1), np.stack([a, b], -1)[:, :, None], np.array([0.5, 0]))
three = np.array([[[1, 1, 1], [0, 0, 0], [-1, -1, -1]], [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]],
                  [[1, 1, 0], [1, 0, -1], [0, -1, -1]]])
mixed = made((8, 8, 1), three.reshape(3, 3, 1, 3))
colour = made((5, 5, 3), np.array([[[1, 2, 3], [0, 0, 0]], [[0, 0, 0], [1, 0, 0]]])[..., None])
"""


@pytest.mark.slow
def test_models_that_were_only_built_are_found_and_answer_hidden_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = rubric.parse(TEXT.encode(), "fixed.yaml")
    content = notebook(NOTEBOOK)
    handed_in = Submission(
        student="ana",
        exercise="fixed",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    task = Gathering(submission=handed_in, rubric=asked, data=data.find("digits", None), evidence=tmp_path, secret=b"s")
    facts = gather.gather(task).facts
    assert facts.ended == "ok", facts.failed
    assert set(facts.outputs) == {"good", "biased", "mixed", "colour"}
    assert facts.outputs["good"].inputs.shape == (4, 6, 7, 1)
    assert facts.outputs["mixed"].inputs.min() < -0.5

    def said(name: str) -> Any:
        criterion = next(one for one in asked.criteria if one.id == name)
        candidates = facts.models[name]
        about = evidence(candidates[-1] if candidates else None, about=facts)
        return checks.judge(criterion.check, about, criterion.params)

    assert said("good").credit == said("colour").credit == 1
    assert (said("biased").credit, said("absent").credit) == (0.5, 0)
    assert "0.5, 0" in say(said("biased"))
    mixed_up = convolution.shown(np.asarray(NOTEBOOK_KERNELS, float).reshape(3, 3, 1, 3)[..., 0])
    assert said("mixed").credit == 0
    assert f"your filter number 1 is {mixed_up}" in say(said("mixed"))

    monkeypatch.setattr(measuring.outputs, "outputs", None)  # a second prediction would fail
    again = gather.gather(task).facts.outputs
    assert np.array_equal(again["good"].outputs, facts.outputs["good"].outputs)
    with pytest.raises(TypeError):
        gather.gather(replace(task, secret=b"t"))


NOTEBOOK_KERNELS = [
    [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]],
    [[1, 1, 0], [1, 0, -1], [0, -1, -1]],
]
