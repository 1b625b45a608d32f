"""What a rubric allows a training, and imports by their names of today: whole notebooks in real sandboxes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from grader import texts
from grader.evidence import execute, reading
from grader.records import FitFacts, Limits, Run, RunSpec, Submission
from tests.support.facts import rubric
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

OLD = """
    from keras.layers.core import Dense
    from keras.utils import np_utils
    from tensorflow.keras.utils import np_utils as other
    from keras.preprocessing.image import ImageDataGenerator, img_to_array
    from keras.optimizers import adam
    from tensorflow.keras.layers.convolutional import (
        Conv2D, MaxPooling2D)
    import keras.utils.np_utils as third
    from keras.engine import Model
    import numpy as np, keras
"""
TRAIN = """
    x, y = np.zeros((64, 4)), np_utils.to_categorical(np.arange(64) % 2)
    def build():
        model = keras.Sequential([keras.Input((4,)), Dense(2, activation="softmax")])
        model.compile(adam(0.01), "categorical_crossentropy")
        return model
    short, long, slow, idle = build(), build(), build(), build()
    short.fit(x, y, epochs=2, verbose=0)
    long.fit(x, y, epochs=500, verbose=0)
    def work(*_):
        from time import process_time
        until = process_time() + 3
        while process_time() < until: pass
    slow.fit(x, y, epochs=30, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=work)])
    doze = lambda *_: __import__("time").sleep(8)
    idle.fit(x, y, epochs=3, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=doze)])
"""


def ran(tmp_path: Path, spec: RunSpec) -> Run:
    content = notebook(OLD, TRAIN)
    handed_in = Submission(
        student="ana",
        exercise="a",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    images = np.zeros((64, 28, 28), np.uint8)
    labels = np.zeros(64, np.uint8)
    data = tmp_path / "set.npz"
    np.savez(data, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return execute.execute(handed_in, spec, inputs=execute.Inputs(data_file=data))


def test_budgets_stop_a_training_and_old_imports_run(tmp_path: Path) -> None:
    limits = Limits(time_s=150, cell_s=120)
    run = ran(tmp_path, RunSpec(limits=limits, max_epochs=4, max_fit_s=12, repair_imports=True))
    facts, _ = reading.read(run, rubric())
    assert (run.ended, run.failed) == ("ok", ())
    fits: dict[str, FitFacts] = {model.variables[-1]: model.fits[0] for model in facts.recorded}
    told = {name: (fit.epochs_done, fit.epochs_asked, fit.stopped) for name, fit in fits.items()}
    assert told["short"] == (2, 2, "")
    assert told["long"] == (4, 500, "max_epochs")
    assert told["slow"][1:] == (30, "max_fit_time")
    assert told["idle"] == (3, 3, "")  # 24 s of sleep count as 2.4
    assert 1 <= told["slow"][0] <= 4  # of three seconds each, twelve are allowed; no epoch is begun in vain
    said = [texts.render(notice, "en") for notice in facts.notices]
    assert any(one.startswith("Training was stopped after 4 of 500 epochs, as many as this exercise") for one in said)
    assert any("epochs, because it had the time that this exercise allows" in one for one in said)


def test_without_repair_an_old_import_fails(tmp_path: Path) -> None:
    run = ran(tmp_path, RunSpec(limits=Limits(time_s=150, cell_s=120)))
    assert [(cell.cell, cell.error) for cell in run.failed] == [(1, "ModuleNotFoundError"), (2, "NameError")]
