"""What sandbox 2 measures is what the student's own evaluate() gives; what cannot be measured says why."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import data, sandbox, texts
from grader.evidence import predict
from grader.models import keras_file
from grader.records import FedData, Limits, ModelFacts, Transform

pytestmark = [pytest.mark.keras, pytest.mark.sandbox]

TRAINER = Path(__file__).parents[1] / "support" / "fidelity_trainer.py"
QUICK = ["per_pixel", "cnn_padded"]
REST = [
    "share",
    "raw",
    "standardised",
    "signed",
    "inverted",
    "unit_columns",
    "cnn",
    "cnn_without_channel",
    "cnn_three_channels",
    "cnn_resized",
    "shuffled",
    "part_of_the_set",
]
# Names of the members that must be found, where the case's name does not say it.
MEMBERS = {
    "share": "x/255",
    "raw": "identity",
    "standardised": "standardised",
    "signed": "x/127.5-1",
    "inverted": "1-x/255",
    "per_pixel": "per pixel",
    "unit_columns": "unit_columns",
    "part_of_the_set": "per pixel",
}


@pytest.fixture(scope="module")
def dataset():
    """6 000 training and 2 000 test images of the embedded set: enough for networks that know something."""
    every = data.find("digits")
    train, test = slice(6000), slice(2000)
    return data.of_arrays(
        "few digits", every.x_train[train], every.y_train[train], every.x_test[test], every.y_test[test]
    )


def trained(names, dataset, folder):
    np.savez(folder / "data.npz", rows=data.sample_rows(dataset)["train"], **dataset.arrays)
    subprocess.run([sys.executable, str(TRAINER), str(folder), *names], check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def quick(dataset, tmp_path_factory):
    return trained(QUICK, dataset, tmp_path_factory.mktemp("quick"))


@pytest.fixture(scope="module")
def rest(dataset, tmp_path_factory):
    return trained(REST, dataset, tmp_path_factory.mktemp("rest"))


def read(folder, name):
    """The facts of a trained model as the recorder tells them, the model, and the accuracies of its own evaluate()."""
    told = json.loads((folder / f"{name}.json").read_text())
    model = keras_file.read((folder / f"{name}.keras").read_bytes())
    fed = told["fed"]
    fed["shape"] = tuple(fed["shape"])
    fed["rows"] = None if fed["rows"] is None else tuple(fed["rows"])
    facts = ModelFacts(
        number=0,
        variables=("model",),
        how="fit",
        class_name="Sequential",
        source="file",
        inputs=model.inputs,
        outputs=model.outputs,
        macs=model.macs,
        fed=FedData(**fed, samples=np.load(folder / f"{name}.npy")),
    )
    return facts, model, told["accuracies"]


def measured(facts, model, dataset):
    found = predict.predictions(facts, model, dataset, limits=Limits())
    assert found.problem is None, found.problem
    return found, {
        "test": float((found.test.argmax(1) == dataset.y_test).mean()),
        "train": float((found.train.argmax(1) == dataset.y_train).mean()),
    }


def holds(folder, name, dataset):
    facts, model, own = read(folder, name)
    found, ours = measured(facts, model, dataset)
    assert found.transform.name == MEMBERS.get(name, "x/255")
    assert own["test"] > 0.4, "the network must know something, else any preprocessing would do"
    assert abs(ours["test"] - own["test"]) <= 5e-4 + 1e-7
    if name != "part_of_the_set":  # its own evaluate() saw only a part of the training images
        assert abs(ours["train"] - own["train"]) <= 5e-4 + 1e-7


@pytest.mark.parametrize("name", QUICK)
def test_our_measurement_is_within_a_twentieth_of_a_point_of_the_networks_own(name, quick, dataset):
    holds(quick, name, dataset)


@pytest.mark.slow
@pytest.mark.parametrize("name", REST)
def test_our_measurement_is_within_a_twentieth_of_a_point_for_every_other_preprocessing(name, rest, dataset):
    holds(rest, name, dataset)


@pytest.mark.slow
def test_without_samples_the_training_images_choose_the_preprocessing_that_the_network_was_trained_with(quick, dataset):
    facts, model, own = read(quick, "cnn_padded")
    found, ours = measured(replace(facts, fed=None), model, dataset)
    assert (found.transform.name, found.transform.fit) == ("x/255", "pad")
    assert abs(ours["test"] - own["test"]) <= 5e-4 + 1e-7


# ---------------------------------------------------------------- what cannot be measured


def why(message):
    """The key, after both renderings proved to be whole sentences."""
    for language in ("en", "es"):
        assert texts.render(message, language)[-1] == "."
    return message.key


def test_a_file_that_keras_cannot_load_is_told_as_such(quick, dataset):
    facts, _, _ = read(quick, "per_pixel")
    found = predict.measure(facts, b"not a model", dataset, limits=Limits())
    assert why(found.problem) == "measuring.not_loaded"
    assert "ValueError" in found.problem.values["reason"]
    assert found.ours
    assert found.test is found.train is None


@pytest.mark.slow
def test_a_model_that_does_not_take_the_images_is_told_as_such(quick, dataset):
    facts, model, _ = read(quick, "per_pixel")
    member = Transform(fit="pad", height=32, width=32)
    place = predict.Place(limits=Limits())
    outputs, problem = predict.predict(keras_file.repack(model), [member], dataset.x_test[:5], facts.outputs[0], place)
    assert outputs is None
    assert why(problem) == "measuring.not_run"


@pytest.mark.slow
def test_another_number_of_outputs_than_expected_is_never_taken(quick, dataset):
    canonical = keras_file.repack(read(quick, "per_pixel")[1])
    place = predict.Place(limits=Limits())
    outputs, problem = predict.predict(canonical, [Transform(flat=True)], dataset.x_test[:5], (11,), place)
    assert outputs is None
    assert why(problem) == "measuring.sandbox_failed"


@pytest.mark.parametrize(
    ("limits", "key"),
    # A copy of a warm worker alone needs longer than so little to load a model.
    [(Limits(time_s=0.05), "measuring.too_slow"), (Limits(memory_mb=20), "measuring.too_big")],
)
def test_a_model_over_a_limit_is_told_which_one(limits, key, quick, dataset):
    facts, model, _ = read(quick, "per_pixel")
    place = predict.Place(limits=limits)
    member = Transform(flat=True)
    many = np.tile(dataset.x_test, (10, 1, 1))
    outputs, problem = predict.predict(keras_file.repack(model), [member], many, facts.outputs[0], place)
    assert outputs is None
    assert why(problem) == key


def test_the_images_go_in_shuffled_and_without_labels_and_the_outputs_come_back_in_order(quick, dataset, monkeypatch):
    facts, model, _ = read(quick, "cnn_padded")
    seen = []

    def watched(command, limits, *, slot):
        seen.append((command, slot))
        return sandbox_run(command, limits, slot=slot)

    sandbox_run = sandbox.run
    monkeypatch.setattr(sandbox, "run", watched)
    images = dataset.x_test[:500]
    padded = Transform(fit="pad", height=32, width=32, channels=1)
    members = [padded, replace(padded, values="affine", scale=1 / 255, name="x/255")]
    place = predict.Place(limits=Limits(), slot=1, order_seed=predict.order_seed(dataset))
    outputs, problem = predict.predict(keras_file.repack(model), members, images, facts.outputs[0], place)
    assert problem is None
    assert outputs.shape == (2, 500, 10)
    assert not np.allclose(outputs[0], outputs[1])
    # Outputs in any other order would be right for one image in ten.
    assert (outputs[1].argmax(axis=1) == dataset.y_test[:500]).mean() > 0.3
    assert [slot for _, slot in seen] == [1]
    went_in = np.frombuffer(seen[0][0].inputs["/in/images"], np.uint8).reshape(-1, 28, 28)
    assert not np.array_equal(went_in, images)
    assert sorted(image.tobytes() for image in went_in) == sorted(image.tobytes() for image in images)
    assert set(seen[0][0].inputs) == {"/in/model.keras", "/in/images", "/in/task.json"}
    assert seen[0][0].binds == {}
