"""What re-runs and what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.course import rubric
from grader.evidence import keys
from grader.records import FedData

RUBRIC = b"""exercise: one
title: {es: Uno, en: One}
data: mnist
test: hidden
run: {wall: 5m}
criteria:
  - {id: runs, points: 1, check: runs_to_the_end, title: {es: a, en: a}}
  - {id: acc, points: 2, check: test_accuracy, knots: {0.9: 0, 0.97: 1}, title: {es: a, en: a}}
"""


def key(text: bytes = RUBRIC, **changes: object) -> str:
    part = rubric.run_key_part(rubric.parse(text, "one.yaml"))
    return keys.run_key(**{"submission": "s", "rubric_part": part, "data": "d", "seed": 0, **changes})


def test_points_knots_and_titles_run_nothing_again() -> None:
    assert key(RUBRIC.replace(b"points: 2", b"points: 5")) == key()
    assert key(RUBRIC.replace(b"0.97: 1", b"0.98: 1")) == key()
    assert key(RUBRIC.replace(b"{es: Uno, en: One}", b"{es: Dos, en: Two}")) == key()


def test_limits_test_set_submission_data_and_seed_do() -> None:
    others = {
        key(RUBRIC.replace(b"wall: 5m", b"wall: 6m")),
        key(RUBRIC.replace(b"test: hidden", b"test: public")),
        key(submission="t"),
        key(data="e"),
        key(seed=1),
        key(),
    }
    assert len(others) == 6


def test_a_prediction_depends_on_the_model_the_images_and_what_was_fed() -> None:
    fed = FedData(
        shape=(784,), length=60_000, dtype="float32", minimum=0.0, maximum=1.0, mean=0.1, std=0.3, rows=(1,),
        part="train", samples=np.zeros((1, 784), np.float32),
    )  # fmt: skip
    whole = {"model": "m", "inputs": ((784,),), "fed": fed, "data_sha256": "d"}
    others = {
        keys.prediction_key(**whole),
        keys.prediction_key(**{**whole, "model": "n"}),
        keys.prediction_key(**{**whole, "inputs": ((28, 28),)}),
        keys.prediction_key(**{**whole, "fed": None}),
        keys.prediction_key(**{**whole, "fed": replace(fed, samples=np.ones((1, 784), np.float32))}),
        keys.prediction_key(**{**whole, "data_sha256": "e"}),
    }
    assert len(others) == 6
    assert keys.prediction_key(**whole) in others


def test_the_versions_of_what_runs_inside_are_known() -> None:
    assert keys.versions()["tensorflow"] != "none"
    assert len(keys.programs_sha256()) == len(keys.measuring_sha256()) == 64


def test_answers_to_hidden_images_depend_on_the_model_and_the_images() -> None:
    images = np.zeros((2, 5, 5, 1), np.float32)
    others = {
        keys.outputs_key(model="m", images=images),
        keys.outputs_key(model="n", images=images),
        keys.outputs_key(model="m", images=images + 1),
        keys.outputs_key(model="m", images=images.reshape(2, 25)),
    }
    assert len(others) == 4
    assert keys.outputs_key(model="m", images=images.copy()) in others


def test_another_environment_inside_runs_and_measures_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.zeros((2, 5, 5, 1), np.float32)

    def all_keys() -> set[str]:
        measured = keys.prediction_key(model="m", inputs=((784,),), fed=None, data_sha256="d")
        return {key(), measured, keys.outputs_key(model="m", images=images)}

    before = all_keys()
    monkeypatch.setattr(keys, "ENVIRONMENT", {**keys.ENVIRONMENT, "TF_ENABLE_ONEDNN_OPTS": "0"})
    assert len(all_keys() | before) == 6
