"""Whatever honest preprocessing a notebook uses, we measure what its own ``evaluate`` says on the same images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader import data
from grader.grading.gather import gather
from grader.grading.gathering import Gathering
from grader.records import Criterion, Limits, ModelChoice, Rubric, RunSpec, Submission
from grader.submissions.loading import fingerprint
from tests.support.notebooks import notebook

PREPARE = """
    import keras, numpy as np, tensorflow as tf
    from keras import layers
    keras.utils.set_random_seed(1)
    (xr, yr), (xs, ys) = keras.datasets.mnist.load_data()
    xr, yr = xr[:6000], yr[:6000]
    flat = lambda x: x.reshape(len(x), 784).astype("float32")
    mean, std = xr.mean(), xr.std()
    answers = {}

    def mlp():
        net = keras.Sequential([keras.Input((784,)), layers.Dense(64, activation="relu"),
                                layers.Dense(10, activation="softmax")])
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return net

    def cnn(shape):
        net = keras.Sequential([keras.Input(shape), layers.Conv2D(4, 5, strides=2, activation="relu"),
                                layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10, activation="softmax")])
        net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return net

    def learn(name, net, prepare):
        net.fit(prepare(xr), yr, epochs=2, batch_size=64, verbose=0)
        answers[name] = net.evaluate(prepare(xs), ys, verbose=0)[1]
        return net

    def stream(name, net, prepare):
        train = tf.data.Dataset.from_tensor_slices((prepare(xr), yr)).shuffle(6000, seed=3).batch(64).prefetch(2)
        test = tf.data.Dataset.from_tensor_slices((prepare(xs), ys)).batch(256)
        net.fit(train, epochs=2, verbose=0)
        answers[name] = net.evaluate(test, verbose=0)[1]
        return net
"""
VARIANTS = {
    "unit": ("mlp()", "lambda x: flat(x) / 255"),
    "raw": ("mlp()", "flat"),
    "standardised": ("mlp()", "lambda x: (flat(x) - mean) / std"),
    "centred": ("mlp()", "lambda x: flat(x) / 127.5 - 1"),
    "inverted": ("mlp()", "lambda x: 1 - flat(x) / 255"),
    "image": ("cnn((28, 28, 1))", "lambda x: x[..., None] / 255.0"),
    "silent": ("cnn((28, 28, 1))", "lambda x: x / 255.0"),
    "padded": ("cnn((32, 32, 1))", "lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2)))[..., None] / 255.0"),
    "coloured": ("cnn((28, 28, 3))", "lambda x: np.repeat(x[..., None], 3, axis=-1) / 255.0"),
}
STREAMED = tuple(VARIANTS)


def cells(names: Sequence[str], how: str) -> list[str]:
    return [PREPARE, *(f"{name} = {how}('{name}', {VARIANTS[name][0]}, {VARIANTS[name][1]})" for name in names)]


def rubric(names: Sequence[str]) -> Rubric:
    answered = [
        Criterion(id=name, points=1, check="number", params={"answer": name, "equals": 0.5}, model=name)
        for name in names
    ]
    knots = {0.0: 0.0, 1.0: 1.0}
    measured = Criterion(id="measured", points=1, check="test_accuracy", params={"knots": knots}, model=names[0])
    return Rubric(
        exercise="fidelity",
        title={"en": "Fidelity", "es": "Fidelidad"},
        data="mnist",
        test="public",
        run=RunSpec(limits=Limits(time_s=600, cell_s=300)),
        criteria=(*answered, measured),
        models={name: ModelChoice(variable=name) for name in names},
    )


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
@pytest.mark.parametrize(("how", "names"), [("learn", tuple(VARIANTS)), ("stream", STREAMED)], ids=["array", "stream"])
def test_every_honest_preprocessing_is_measured_as_the_notebook_measures_it(
    tmp_path: Path, real_data: Path, how: str, names: Sequence[str]
) -> None:
    files = {"all.ipynb": notebook(*cells(names, how))}
    submission = Submission(
        student="x", exercise="fidelity", files=files, entry="all.ipynb", sha256=fingerprint("all.ipynb", files)
    )
    found = data.find("mnist", real_data)
    gathered = gather(Gathering(submission=submission, rubric=rubric(names), data=found, evidence=tmp_path))
    assert gathered.facts.ended == "ok", gathered.facts.failed
    assert set(gathered.facts.answers) == set(names)
    differences = {}
    for name in names:
        (model,) = gathered.facts.models[name]
        test = gathered.measured[model.number].test
        assert test is not None, (name, gathered.measured[model.number])
        differences[name] = abs(test.value - gathered.facts.answers[name])
    assert {name: difference for name, difference in differences.items() if difference > 0.0005} == {}
