"""What sandbox 2 measures is what the student's own evaluate() gives on the same images."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader import data
from grader.evidence import predict
from grader.records import FedData, Limits, ModelFacts

pytestmark = [pytest.mark.keras, pytest.mark.sandbox]

TRAINER = Path(__file__).parent / "fidelity_trainer.py"
QUICK = ["per_pixel", "cnn_padded"]
REST = [
    "share", "raw", "standardised", "signed", "inverted", "unit_columns", "cnn", "cnn_without_channel",
    "cnn_three_channels", "cnn_resized", "shuffled", "part_of_the_set",
]
# Names of the members that must be found, where the case's name does not say it.
MEMBERS = {
    "share": "x/255", "raw": "identity", "standardised": "standardised", "signed": "x/127.5-1", "inverted": "1-x/255",
    "per_pixel": "per pixel", "unit_columns": "unit_columns", "part_of_the_set": "per pixel",
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


def facts_of(folder, name, **changed):
    told = json.loads((folder / f"{name}.json").read_text())
    fed = told["fed"]
    fed["shape"] = tuple(fed["shape"])
    fed["rows"] = None if fed["rows"] is None else tuple(fed["rows"])
    return ModelFacts(
        number=0,
        variables=("model",),
        how="fit",
        class_name="Sequential",
        source="file",
        inputs=(tuple(told["inputs"]),),
        outputs=(tuple(told["outputs"]),),
        fed=changed.get("fed", FedData(**fed, samples=np.load(folder / f"{name}.npy"))),
    ), told["accuracies"]


def measured(folder, name, dataset, **changed):
    facts, own = facts_of(folder, name, **changed)
    found = predict.measure(facts, (folder / f"{name}.keras").read_bytes(), dataset, limits=Limits())
    assert found.problem is None, found.problem
    accuracies = {
        "test": float((found.test.argmax(1) == dataset.y_test).mean()),
        "train": float((found.train.argmax(1) == dataset.y_train).mean()),
    }
    return found, accuracies, own


def holds(folder, name, dataset):
    found, ours, own = measured(folder, name, dataset)
    assert found.transform.name == MEMBERS.get(name, "x/255")
    assert own["test"] > 0.4, "the network must know something, else any preprocessing would do"
    assert abs(ours["test"] - own["test"]) <= 5e-4 + 1e-7
    if name != "part_of_the_set":       # its own evaluate() saw only a part of the training images
        assert abs(ours["train"] - own["train"]) <= 5e-4 + 1e-7


@pytest.mark.parametrize("name", QUICK)
def test_our_measurement_is_within_a_twentieth_of_a_point_of_the_networks_own(name, quick, dataset):
    holds(quick, name, dataset)


@pytest.mark.slow
@pytest.mark.parametrize("name", REST)
def test_our_measurement_is_within_a_twentieth_of_a_point_for_every_other_preprocessing(name, rest, dataset):
    holds(rest, name, dataset)


def test_without_samples_the_training_images_choose_the_preprocessing_that_the_network_was_trained_with(quick, dataset):
    found, ours, own = measured(quick, "cnn_padded", dataset, fed=None)
    assert (found.transform.name, found.transform.fit) == ("x/255", "pad")
    assert abs(ours["test"] - own["test"]) <= 5e-4 + 1e-7
