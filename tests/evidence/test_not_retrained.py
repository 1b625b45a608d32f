"""Models that were not trained in the run that is graded, and honest ways to have one: in real sandboxes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import data
from grader.evidence import execute, reading
from grader.evidence.carried import with_carried
from grader.grading.gather import gather
from grader.grading.gathering import Gathering
from grader.records import Facts, Limits, Measured, ModelFacts, Run, RunSpec, Scorecard, Submission
from grader.scoring import score
from tests.scoring.test_score import PROVENANCE
from tests.scoring.test_weights_origin import told
from tests.support.facts import criterion, measured, rubric
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

BY = rubric(
    criterion("accuracy", "test_accuracy", knots={0.6: 0.0, 0.8: 1.0}),
    data="digits",
    run=RunSpec(limits=Limits(time_s=300, cell_s=200)),
)
START = """
    import base64, keras, numpy as np, tensorflow as tf
    from keras import layers
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, y, xt = x[:6000].reshape(-1, 784) / 255.0, y[:6000], xt[:200].reshape(-1, 784) / 255.0
    def build():
        made = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax", name="out")])
        made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return made
"""
HONEST = """
    model = build()
    model.fit(x, y, epochs=4, batch_size=64, verbose=0, validation_split=0.1, callbacks=[
        keras.callbacks.ModelCheckpoint("epoch{epoch}.keras"),
        keras.callbacks.ModelCheckpoint("only.weights.h5", save_weights_only=True),
        keras.callbacks.BackupAndRestore("backup"),
        keras.callbacks.EarlyStopping("val_loss", baseline=1e-9, patience=1, restore_best_weights=True)])
    model.save("whole.keras")
"""
COPIES = """
    loaded = keras.models.load_model("whole.keras")
    of_an_epoch = keras.models.load_model("epoch1.keras")
    clone = keras.models.clone_model(model)
    again = build(); again.load_weights("only.weights.h5")
    np.savez("own.npz", *model.get_weights())
    set_ones = build(); set_ones.set_weights(list(np.load("own.npz").values()))
    logits = keras.Sequential([keras.Input((784,)), model, layers.Softmax()])
    untouched = build()
    frozen = build(); frozen.trainable = False; frozen.compile("sgd", "sparse_categorical_crossentropy")
    frozen.fit(x[:64], y[:64], verbose=0)
    replaced = build(); replaced.fit(x[:64], y[:64], verbose=0)
    replaced.set_weights([np.eye(784, 10), np.arange(10.0)])
    batches = build(); batches.train_on_batch(x[:64], y[:64])
    batches.save("batches.keras"); of_batches = keras.models.load_model("batches.keras")
    batches.train_on_batch(x[:64], y[:64])
"""


@pytest.fixture(scope="module")
def digits() -> data.DataSet:
    return data.find("digits", None)


def submission(*cells: str, files: Mapping[str, bytes] | None = None) -> Submission:
    content = notebook(START, *cells)
    every = {"work.ipynb": content, **(files or {})}
    sha256 = hashlib.sha256(b"".join(every.values())).hexdigest()
    return Submission(student="ana", exercise="x", files=every, entry="work.ipynb", sha256=sha256)


def ran(digits: data.DataSet, hand_in: Submission) -> tuple[Run, Facts]:
    mounted = data.mounted(digits, "hidden")
    inputs = execute.Inputs(data_file=mounted.path, data_name="digits", sample_rows=data.sample_rows(digits))
    run = execute.execute(hand_in, BY.run, inputs=inputs)
    assert run.ended == "ok", (run.failed, run.detail)
    facts, _ = reading.read(run, BY)
    assert facts.notices == ()
    return run, with_carried(facts, hand_in)


def card(facts: Facts, seen: Mapping[int, Measured]) -> Scorecard:
    identity = score.Identity(student="ana", slug="ana")
    return score.score(
        facts=facts, rubric=BY, measured=seen, expected={}, key={}, identity=identity, provenance=PROVENANCE
    )


def graded(facts: Facts) -> Scorecard:
    """A card on which every model is as good as any, by numbers made up: what is asked here is where it comes from."""
    return card(facts, {model.number: measured() for model in facts.recorded})


@pytest.fixture(scope="module")
def honest(digits: data.DataSet) -> tuple[Run, Facts]:
    return ran(digits, submission(HONEST, COPIES))


@pytest.fixture(scope="module")
def brought(honest: tuple[Run, Facts]) -> bytes:
    """The file of the model that was trained."""
    run, facts = honest
    return run.frames["model", by_name(facts)["model"].number]


def by_name(facts: Facts) -> dict[str, ModelFacts]:
    return {model.variables[-1]: model for model in facts.recorded if model.variables}


@pytest.mark.slow
def test_what_descends_from_a_training_of_this_run_is_known_by_its_values(honest: tuple[Run, Facts]) -> None:
    trained = {name: model.trained_here for name, model in by_name(honest[1]).items()}
    assert {name for name, here in trained.items() if here} == {
        "model",
        "loaded",
        "of_an_epoch",
        "again",
        "set_ones",
        "logits",
        "batches",
        "of_batches",
    }
    assert {name for name, here in trained.items() if here is False} == {"clone", "untouched", "frozen", "replaced"}


def test_what_keras_does_by_itself_is_not_noted_as_the_students(honest: tuple[Run, Facts]) -> None:
    numbers = {name: model.number for name, model in by_name(honest[1]).items()}
    brought_in = [event for event in honest[1].events if event.kind.startswith(("load", "set"))]
    names = {number: name for name, number in numbers.items()}
    assert [(event.kind, names[event.model or 0], event.path, event.trained_here) for event in brought_in] == [
        ("load", "loaded", "whole.keras", True),
        ("load", "of_an_epoch", "epoch1.keras", True),
        ("load_weights", "again", "only.weights.h5", True),
        ("set_weights", "set_ones", "", True),
        ("set_weights", "replaced", "", False),
        ("load", "of_batches", "batches.keras", True),
    ]
    assert {event.path for event in honest[1].events if event.kind == "save_weights"} >= {"only.weights.h5"}


@pytest.mark.parametrize("name", ["model", "loaded", "of_an_epoch", "again", "set_ones", "logits", "batches"])
def test_an_honest_model_saved_loaded_copied_or_wrapped_gets_no_remark(honest: tuple[Run, Facts], name: str) -> None:
    chosen = by_name(honest[1])[name]
    one = graded(replace(honest[1], models={"main": (chosen,)}))
    assert (one.review, one.notices, one.points) == ((), (), 1.0)


def test_a_model_that_is_loaded_ready_made_is_marked_and_keeps_what_it_earns(
    digits: data.DataSet, brought: bytes, tmp_path: Path
) -> None:
    """The whole way, with our own measurement of the accuracy."""
    hand_in = submission(
        "model = keras.models.load_model('brought.keras'); model.evaluate(xt, yt[:200], verbose=0)",
        files={"brought.keras": brought},
    )
    gathered = gather(Gathering(submission=hand_in, rubric=BY, data=digits, evidence=tmp_path))
    one = card(gathered.facts, gathered.measured)
    assert one.model is not None
    assert one.model.train is not None
    assert one.model.train.value > 0.5
    assert [reason.key for reason in one.review] == ["scoring.carried_files", "scoring.not_retrained_loaded"]
    assert "brought.keras (42 kB)" in one.review[0].en
    assert one.review[1].en.endswith("cell 2 loads weights from brought.keras.")
    accuracy = one.verdicts[0]
    assert (accuracy.credit, accuracy.points) == (pytest.approx(one.points), one.points)
    assert one.points > 0


def test_weights_written_into_the_code_are_marked_twice(digits: data.DataSet) -> None:
    text = base64.b64encode(np.random.default_rng(0).normal(size=(784, 10)).astype("f4").tobytes()).decode()
    _, facts = ran(
        digits,
        submission(
            f"raw = '{text}'",
            """
        model = build()
        model.set_weights([np.frombuffer(base64.b64decode(raw), "f4").reshape(784, 10), np.zeros(10)])
        model.evaluate(xt, yt[:200], verbose=0)
        """,
        ),
    )
    one = graded(facts)
    assert [reason.key for reason in one.review] == ["scoring.carried_unpacked", "scoring.not_retrained_set"]
    assert "41 kB" in one.review[0].en
    assert "cell 2;" in one.review[0].en
    assert "b64decode, frombuffer" in one.review[0].en
    assert "cell 3 sets weights" in one.review[1].en


def test_a_loop_of_the_notebooks_own_is_only_a_notice(digits: data.DataSet) -> None:
    _, facts = ran(
        digits,
        submission(
            """
        model = build()
        optimizer = keras.optimizers.Adam()
        measure = keras.losses.SparseCategoricalCrossentropy()
        best = None
        for start in range(0, 6000, 200):
            with tf.GradientTape() as tape:
                loss = measure(y[start : start + 200], model(x[start : start + 200], training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            best = model.get_weights()
        model.set_weights(best)
        model.save("own.keras"); final_model = keras.models.load_model("own.keras")
        final_model.evaluate(xt, yt[:200], verbose=0)
        """,
        ),
    )
    assert told(graded(facts)) == ([], ["scoring.own_loop"])


def test_a_training_that_begins_with_weights_from_a_file_is_a_notice(digits: data.DataSet, brought: bytes) -> None:
    _, facts = ran(
        digits,
        submission(
            "model = build(); model.load_weights('brought.keras'); model.fit(x[:640], y[:640], verbose=0)",
            files={"brought.keras": brought},
        ),
    )
    one = graded(facts)
    assert told(one) == ([], ["scoring.weights_loaded"])
    assert one.notices[-1].en.endswith("from: brought.keras.")
    assert [reason.key for reason in one.review] == ["scoring.carried_files"]
