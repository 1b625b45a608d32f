"""What re-runs and what does not."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from grader.course import rubric
from grader.evidence import keys
from grader.records import FedData, Limits, RunSpec
from tests.support.changed_package import changed

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
    assert len({keys.running_sha256(), keys.reading_sha256(), keys.measuring_sha256()}) == 3


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


# ---------------------------------------------------------------- our own code

RUN, READ, MEASURE = "run", "read", "measure"


def hashes() -> dict[str, str]:
    return {RUN: keys.running_sha256(), READ: keys.reading_sha256(), MEASURE: keys.measuring_sha256()}


@pytest.mark.parametrize(
    ("name", "before", "after", "steps"),
    [
        # what decides a run
        ("evidence/preparing/config.py", "QUICK_EPOCHS = 1", "QUICK_EPOCHS = 2", {RUN}),
        ("evidence/preparing/mending.py", "REPAIRS_CAP = 20", "REPAIRS_CAP = 21", {RUN}),
        ("untrusted/old_names.py", '"adam": "Adam"', '"adam": "SGD"', {RUN}),
        ("child/recorder/budget.py", "SHARE = 0.8", "SHARE = 0.9", {RUN}),
        ("child/runner/run.py", "RESERVE_S = 20.0", "RESERVE_S = 21.0", {RUN}),
        ("evidence/execute.py", "FAILED_CAP = 200", "FAILED_CAP = 100", {RUN}),
        # what decides how a model is read, and so measured
        ("models/arithmetic.py", "import", "import  ", {READ, MEASURE}),
        ("models/keras_file/layers.py", "import", "import  ", {READ, MEASURE}),
        # what decides a measurement alone
        ("models/preprocess/matching.py", "import", "import  ", {MEASURE}),
        ("child/predict.py", "BATCH, WIDE_BATCH = 256", "BATCH, WIDE_BATCH = 128", {MEASURE}),
        ("models/convolution.py", "import", "import  ", {MEASURE}),
        # the worker is the parent of both
        ("child/worker/warm.py", "NOT_BUILT = 125", "NOT_BUILT = 124", {RUN, MEASURE}),
        # a cure, a sentence, a sign, a check, a page: nothing runs again
        ("texts/diagnoses.py", "Write", "Please write", set()),
        ("texts/diagnoses_of_names.py", "Write", "Please write", set()),
        ("scoring/diagnoses/signs.py", "import", "import  ", set()),
        ("scoring/diagnoses/names.py", '"nb_epoch": "epochs="', '"nb_epoch": "epochs=5"', set()),
        ("scoring/checks/layers.py", "import", "import  ", set()),
        ("scoring/score.py", "import", "import  ", set()),
        ("reports/pages.py", "import", "import  ", set()),
        ("course/rubric/settings.py", "import", "import  ", set()),
        ("__init__.py", "__version__ = ", "__version__ =  ", set()),
    ],
)
def test_a_change_of_our_code_makes_again_what_rests_on_it(
    name: str, before: str, after: str, steps: set[str], tmp_path: Path
) -> None:
    known = hashes()
    with changed(tmp_path, name, lambda text: text.replace(before, after)):
        found = hashes()
    assert {step for step in known if found[step] != known[step]} == steps
    assert hashes() == known


def test_everything_of_run_but_its_seeds_is_in_the_key() -> None:
    checked = rubric.parse(RUBRIC, "one.yaml")
    part = rubric.run_key_part(checked)
    names = {field.name for field in fields(RunSpec)} - {"seeds"}
    assert set(part["run"]) == names
    assert set(part["run"]["limits"]) == {field.name for field in fields(Limits)}
