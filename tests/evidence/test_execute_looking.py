"""Pictures, delivered arrays and short trainings in a real sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.evidence import reading
from grader.evidence.pictures import recognised
from grader.records import Criterion, Evidence, KnownData, Rubric, RunSpec
from grader.scoring import checks
from tests.evidence.test_execute import models, notices, run, told
from tests.support.arrays import known

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

DATA = known()
CELLS = (
    """
    import keras, numpy as np
    (images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
    import matplotlib.pyplot as plt
    plt.imshow(images[0], cmap="gray"); plt.title(labels[0]); plt.show()
    plt.imshow(1 - images[1] / 255); plt.xlabel(f"etiqueta {labels[1]}")
    """,
    """
    figure, axes = plt.subplots(1, 2)
    axes[0].imshow(images[2].reshape(784, 1)); axes[1].imshow(np.zeros((28, 28)))
    plt.tight_layout()
    """,
    """
    X_tr = images.reshape(-1, 784).astype("float32") / 255
    entrega = {"counts": np.bincount(labels), "one_hot": keras.utils.to_categorical(labels)}
    """,
    """
    def build():
        made = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
        made.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        return made
    many = np.tile(X_tr, (5, 1)); many_labels = np.tile(entrega["one_hot"], (5, 1))
    model = build()
    history = model.fit(many, many_labels, epochs=40, batch_size=10, validation_split=0.1, verbose=0)
    trained_on = history.params["steps"] * 10, len(history.epoch)
    """,
    """
    import tensorflow as tf
    stream = tf.data.Dataset.from_tensor_slices((many, many_labels)).shuffle(100).batch(20).repeat()
    other = build()
    second = other.fit(stream, epochs=7, steps_per_epoch=150, validation_data=stream.take(1000), verbose=0)
    steps = second.params["steps"], len(second.epoch)
    third = build()
    tensor = keras.ops.convert_to_tensor(many)
    third.fit(tensor, many_labels, epochs=3, verbose=0, validation_data=(X_tr, entrega["one_hot"]))
    wrong = build()
    wrong.fit(many, many_labels[:, :3], epochs="two")
    """,
)


def rubric(exports: tuple[str, ...], **shapes: Any) -> Rubric:
    seen = Criterion(id="seen", points=1, check="shows_images", params={"n": 2})
    return Rubric(
        exercise="one",
        title={},
        data="mnist",
        test="public",
        run=RunSpec(),
        criteria=(seen,),
        exports=exports,
        export_shapes=shapes,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "set.npz"
    np.savez(path, x_train=DATA.x_train, y_train=DATA.y_train, x_test=DATA.x_test, y_test=DATA.y_test)
    return path


def judged(check: str, facts: Any, known_data: KnownData, **params: Any) -> float | None:
    return checks.judge(check, Evidence(facts=facts, data=known_data), params).credit


def test_pictures_arrays_and_a_quick_training(data: Path) -> None:
    names, shapes = ("x_mlp", "one_hot", "counts"), {"x_mlp": (600, 784)}
    asked = {"exports": names, "export_shapes": shapes, "fit_rows": 2000, "variables": ("trained_on", "steps")}
    ran = run(data, *CELLS, asked=asked)
    assert [(cell.cell, cell.error) for cell in ran.failed] == [(5, "TypeError")], ran.failed
    facts, _ = reading.read(ran, rubric(names, **shapes))

    seen = recognised(facts.pictures, DATA, "sandbox")
    assert [(one.cell, one.shape, one.blank, one.row) for one in seen] == [
        (1, (28, 28), False, 0),
        (1, (28, 28), False, 1),
        (2, (784, 1), False, None),
        (2, (28, 28), True, None),
    ]
    assert [one.title for one in seen[:2]] == [str(DATA.y_train[0]), f"etiqueta {DATA.y_train[1]}"]

    assert facts.exports["x_mlp"].found_as == "X_tr"
    assert judged("prepared_images", facts, DATA, name="x_mlp", part="train", shape=(784,)) == 1
    assert judged("one_hot_labels", facts, DATA, name="one_hot", part="train") == 1
    assert judged("class_counts", facts, DATA, name="counts", part="train") == 1

    given = told(ran, "answers")["variables"]
    assert given == {"trained_on": [1800, 40], "steps": [100, 7]}  # histories are as long as asked
    fits = {name: model["history"][0] for name, model in models(ran).items() if model["history"]}
    assert (fits["model"]["rows"], fits["model"]["distinct_rows"], fits["model"]["epochs_asked"]) == (2700, 600, 40)
    assert (fits["model"]["epochs_done"], fits["other"]["epochs_asked"], fits["other"]["epochs_done"]) == (1, 7, 1)
    assert (fits["third"]["rows"], fits["third"]["epochs_done"]) == (3000, 1)
    assert notices(ran)["runs.quick"] == {"rows": 2000, "epochs": 1}
    assert any(notice.key == "runs.quick" for notice in facts.notices)
