"""What the recorder sees of saving, loading and drawing, and of each training's own settings: in real sandboxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.evidence import reading
from grader.evidence.events import events
from grader.records import EventFacts
from tests.evidence.test_execute import START, data, run, told  # noqa: F401 - ``data`` is a fixture
from tests.support.facts import rubric

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]


def test_saving_loading_and_drawing_are_noted_in_order(data: Path) -> None:  # noqa: F811
    ran = run(
        data,
        START,
        "model = build(); keras.utils.plot_model(model, show_shapes=True)",
        """
        model.save("early.keras")
        model.fit(x, y, epochs=1, batch_size=64, verbose=0,
            callbacks=[keras.callbacks.ModelCheckpoint("best.keras"), keras.callbacks.EarlyStopping("loss")])
        model.save("late.keras"); tf.keras.models.save_model(model, filepath="/tmp/work/twin.keras")
        try:
            model.save("no_suffix")
        except ValueError:
            pass
        model.evaluate(xt, yt, verbose=0)
        """,
        """
        from tensorflow.keras.models import load_model
        from pathlib import Path
        loaded = load_model(Path("late.keras"))
        loaded.evaluate(xt, yt, verbose=0)
        tf.keras.utils.plot_model(loaded)
        """,
        """
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
        model.optimizer.learning_rate = 0.25
        model.fit(x, y, epochs=1, batch_size=64, verbose=0)
        model.evaluate(xt, yt, verbose=0)
        """,
    )
    assert ran.ended == "ok", ran.failed
    first = told(ran, "models")[0]["number"]
    second = first + 1
    assert events(ran) == (
        EventFacts(kind="plot", model=first, fits=0, path="", cell=2),
        EventFacts(kind="save", model=first, fits=0, path="early.keras", cell=3),
        EventFacts(kind="save", model=first, fits=1, path="best.keras", cell=3),
        EventFacts(kind="save", model=first, fits=1, path="late.keras", cell=3),
        EventFacts(kind="save", model=first, fits=1, path="twin.keras", cell=3),
        EventFacts(kind="load", model=second, fits=0, path="late.keras", cell=4, trained_here=True),
        EventFacts(kind="plot", model=second, fits=0, path="", cell=4),
    )
    facts, _ = reading.read(ran, rubric())
    assert facts.events == events(ran)
    assert [model.number for model in facts.recorded] == [first, second]
    trained, loaded = facts.recorded
    assert [model.number for model in facts.models["main"]] == [first]
    assert loaded.how == "evaluate"
    assert loaded.source == "file"
    once, again = trained.fits
    assert once.compiled is not None
    assert again.compiled is not None
    assert (once.compiled.optimizer, once.compiled.loss) == ("Adam", "sparse_categorical_crossentropy")
    assert (again.compiled.optimizer, again.compiled.loss) == ("SGD", "SparseCategoricalCrossentropy")
    assert again.compiled.optimizer_config["learning_rate"] == pytest.approx(0.25)
    assert once.callbacks == ("ModelCheckpoint", "EarlyStopping")
    assert again.callbacks == ()
    assert [evaluation.fits for evaluation in trained.evaluations] == [1, 2]
    assert trained.evaluations[0].metrics["accuracy"] == loaded.evaluations[0].metrics["accuracy"]


@pytest.mark.slow
def test_the_results_of_many_networks_stay_though_their_variables_are_overwritten(data: Path) -> None:  # noqa: F811
    ran = run(
        data,
        START,
        """
        def train(units):
            made = keras.Sequential([keras.Input((784,)), layers.Dense(units), layers.Dense(10, activation="softmax")])
            made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            made.fit(x[:64], y[:64], epochs=1, verbose=0)
            return made.evaluate(xt, yt, verbose=0)[1]
        accuracies = [train(units) for units in range(1, 21)]
        """,
        "untrained = [build() for _ in range(5)]",
        time_s=300,
        cell_s=250,
    )
    assert ran.ended == "ok", ran.failed
    facts, _ = reading.read(ran, rubric())
    trained = [model for model in facts.recorded if model.fits]
    assert [model.layers[-2].config["units"] for model in trained] == list(range(1, 21))
    assert all(model.source == "file" and len(model.evaluations) == 1 for model in trained)
