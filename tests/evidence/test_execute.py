"""Whole notebooks in real sandboxes. Each run imports TensorFlow (6 s), so each one shows many things."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import sandbox
from grader.evidence import execute
from grader.records import Limits, Run, RunSpec, Submission
from grader.texts import render
from grader.untrusted import claims
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

START = """
    import keras, numpy as np, tensorflow as tf
    from keras import layers
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x = x.reshape(600, 784) / 255.0
    xt = xt.reshape(200, 784) / 255.0
    def build():
        made = keras.Sequential([keras.Input((784,)), layers.Dense(16, activation="relu"), layers.Dropout(0.1),
            layers.Dense(10, activation="softmax")])
        made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return made
"""
TRAIN = "model = build()\nmodel.fit(x, y, epochs=2, batch_size=64, verbose=0)"


# What decides how numbers are computed.
NUMERIC = ("TF_CPP_MIN_LOG_LEVEL", "OMP_NUM_THREADS", "TF_ENABLE_ONEDNN_OPTS")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 training and 200 test images of bars, shaped and typed like MNIST."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 600), ("test", 200)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = rng.integers(0, 60, (count, 28, 28)).astype(np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 6, 4:24] += 150
        arrays |= {f"x_{part}": images, f"y_{part}": labels}
    path = tmp_path_factory.mktemp("data") / "set.npz"
    np.savez(path, **arrays)
    return path


def run(
    data: Path | None,
    *cells: str,
    entry: str = "work.ipynb",
    content: bytes | None = None,
    seed: int = 0,
    asked: Mapping[str, Any] | None = None,
    files: Mapping[str, bytes] | None = None,
    stop_on_error: bool = False,
    **limits: float,
) -> Run:
    content = notebook(*cells) if content is None else content
    handed_in = Submission(
        student="ana",
        exercise="mlp",
        files={entry: content, **(files or {})},
        entry=entry,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    spec = RunSpec(
        limits=Limits(**{"time_s": 150, "cell_s": 100, **limits}),
        stop_on_error=stop_on_error,  # type: ignore[arg-type]
    )
    rows = {"train": [599, 3, 4], "test": [1, 2]}
    inputs = execute.Inputs(data_file=data, sample_rows=rows, **(asked or {}))
    return execute.execute(handed_in, spec, inputs=inputs, seed=seed)


def told(run: Run, kind: str) -> Any:
    found = claims.parse(run.frames.get((kind, 0)))
    assert found is not None, (run.ended, run.detail, sorted(run.frames))
    return found


def models(run: Run) -> dict[str, dict[str, Any]]:
    """The recorded models by their most recent name."""
    return {model["variables"][-1]: model for model in told(run, "models")}


def config_of(run: Run, number: int) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(run.frames["model", number])) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"metadata.json", "config.json", "model.weights.h5"}
        return dict(json.loads(archive.read("config.json")))


def notices(run: Run) -> dict[str, dict[str, Any]]:
    found = {notice["key"]: notice["values"] for notice in told(run, "status")["notices"]}
    for key, values in found.items():
        for language in ("en", "es"):
            assert render(claims_message(key, values), language)
    return found


def claims_message(key: str, values: dict[str, Any]) -> Any:
    from grader.records import Message

    return Message(key=key, values=values)


def test_a_whole_notebook_with_everything_that_people_write(data: Path) -> None:
    ran = run(
        data,
        "!pip install keras-tuner\n%tensorflow_version 2.x\n%unknown_magic on\n%matplotlib inline\n"
        "import os, pandas, seaborn, sklearn, cv2, tqdm, PIL, pydot, matplotlib.pyplot",
        "%%foreign_cell\nafter_magic = 1",
        START,
        """
        from google.colab import drive, files
        drive.mount("/content/drive"); uploaded = files.upload()
        typed = input("Your name?")
        import matplotlib.pyplot as plt
        plt.plot([1, 2]); plt.show()
        note = open("note.txt").read()
        """,
        """
        model = build()
        model = model.fit(x, y, epochs=2, batch_size=64, validation_data=(xt, yt))
        """,
        """
        shuffled = tf.data.Dataset.from_tensor_slices((x.astype("float32"), y)).shuffle(600).batch(32)
        stream = build(); stream.fit(shuffled, verbose=0)
        in_order = build()
        in_order.fit(tf.data.Dataset.from_tensor_slices((x.astype("float32"), y)).batch(50), verbose=0)
        """,
        """
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.hidden = layers.Dense(8, activation="relu"); self.drop = layers.Dropout(0.5)
                self.out = layers.Dense(10, activation="softmax")
            def call(self, inputs, training=None):
                return self.out(self.drop(self.hidden(inputs), training=training))
        class Raw(keras.Model):
            def __init__(self):
                super().__init__(); self.out = layers.Dense(10)
            def call(self, inputs):
                return tf.nn.softmax(self.out(inputs))
        own = Own(); own.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        own.fit(x, y, verbose=0)
        raw = Raw(); raw.compile("sgd", "sparse_categorical_crossentropy"); raw.fit(x, y, verbose=0)
        """,
        """
        tf.model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
        batches = build()
        for start in range(0, 128, 32):
            batches.train_on_batch(x[start:start + 32], y[start:start + 32])
        judged = build()
        scores = judged.evaluate(xt, yt, verbose=0)
        answers = {"q1": 26, "q2": np.float32(0.5), "q3": (28, 28), "q4": float("inf"), "q5": np.arange(3)}
        plain = 7; y_copy = y; big = np.zeros((600, 784))
        tuned = tf.data.Dataset.range(3)._apply_debug_options().options().autotune.enabled
        from tensorflow.python.util import _pywrap_util_port
        onednn = bool(_pywrap_util_port.IsMklEnabled())
        """,
        "import sys; print('seen', file=sys.stderr)\n\n1 / 0",
        asked={"exports": ("y_copy", "big", "missing"), "variables": ("plain", "tuned", "onednn", "absent")},
        files={"note.txt": b"beside", "../outside.txt": b"x", "both": b"a file", "both/and": b"a folder"},
    )
    assert ran.ended == "error", ran.detail
    assert [(cell.cell, cell.kind, cell.error, cell.line) for cell in ran.failed] == [
        (9, "error", "ZeroDivisionError", "1 / 0")
    ]
    status = told(ran, "status")
    assert (status["cells"], status["done"], status["finished"], status["deterministic"]) == (9, 9, True, True)
    assert set(ran.environment) == {"python", "keras", "tensorflow", "numpy"}
    seen = notices(ran)
    assert seen["runs.install_skipped"] == {"line": "!pip install keras-tuner"}
    assert seen["runs.input_answered"] == {"prompt": "Your name?"}
    assert "runs.magic_skipped" in seen
    assert "runs.recorder_fault" not in seen
    _check_models(ran)
    _check_answers(ran)


def _check_models(ran: Run) -> None:
    found = models(ran)
    assert set(found) == {"model", "stream", "in_order", "own", "raw", "tf.model", "batches", "judged"}
    first = found["model"]
    fit = first["history"][0]
    assert (first["fits"], first["saved"], first["class_name"]) == (1, True, "Sequential")
    assert (fit["epochs_asked"], fit["epochs_done"], fit["stopped"], fit["batch_size"]) == (2, 2, "", 64)
    assert (fit["rows"], fit["distinct_rows"], fit["validated_on_test"]) == (600, 600, True)
    assert set(fit["metrics"]) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert first["compile"]["optimizer"] == "Adam"
    assert (first["compile"]["loss"], first["compile"]["metrics"]) == ("sparse_categorical_crossentropy", ["accuracy"])
    assert (first["fed"]["part"], first["fed"]["rows"], first["fed"]["dtype"]) == ("train", [599, 3, 4], "float64")
    assert first["fed"]["shape"] == [784]
    _, samples = claims.array(ran.frames["samples", first["number"]]) or ({}, np.zeros(0))
    assert samples.shape == (3, 784)
    assert samples.max() <= 1.0
    layers = config_of(ran, first["number"])["config"]["layers"]
    assert [layer["class_name"] for layer in layers] == ["InputLayer", "Dense", "Dropout", "Dense"]

    assert found["stream"]["fed"]["rows"] is None
    assert found["stream"]["fed"]["length"] == found["stream"]["history"][0]["rows"] == 600
    assert found["in_order"]["fed"]["rows"] == list(range(50))
    assert found["in_order"]["history"][0]["batch_size"] == 50

    own = found["own"]
    assert (own["saved"], own["rebuilt"], own["compile"]["from_logits"]) == (True, True, True)
    rebuilt = config_of(ran, own["number"])
    assert rebuilt["class_name"] == "Functional"
    assert "training" not in json.dumps(rebuilt["config"]["layers"])
    raw = found["raw"]
    assert (raw["saved"], [layer["kind"] for layer in raw["layers"]]) == (False, ["Dense"])
    assert "KerasTensor" in raw["save_error"]

    assert (found["tf.model"]["fits"], found["tf.model"]["built"], found["tf.model"]["saved"]) == (0, True, True)
    assert (found["batches"]["fits"], found["batches"]["history"][0]["rows"]) == (1, 128)
    assert found["judged"]["evaluations"][0]["rows"] == 200
    assert set(found["judged"]["evaluations"][0]["metrics"]) == {"accuracy", "loss"}
    assert found["judged"]["fed"]["part"] == "test"
    assert found["judged"]["last"] > found["model"]["last"]


def _check_answers(ran: Run) -> None:
    given = told(ran, "answers")
    assert given["answers"] == {"q1": 26, "q2": 0.5, "q3": [28, 28], "q4": "inf", "q5": [0, 1, 2]}
    assert given["variables"] == {"plain": 7, "tuned": False, "onednn": True}  # tf.data is not tuned
    _, labels = claims.array(ran.frames["export", 0]) or ({}, np.zeros(0))
    assert (labels.shape, labels.dtype) == ((600,), np.uint8)
    header, part = claims.array(ran.frames["export", 1]) or ({}, np.zeros(0))
    assert (header["full_shape"], len(header["rows"]), part.shape) == ([600, 784], 256, (256, 784))
    assert (header["minimum"], header["maximum"], header["finite"]) == (0.0, 0.0, True)
    assert ("export", 2) not in ran.frames


@pytest.mark.slow
def test_what_does_not_end_is_ended_and_everything_else_is_kept(data: Path) -> None:
    ran = run(
        data,
        START,
        "model = build()\nmodel.fit(x, y, epochs=5000, verbose=0)",
        "while True: print('x' * 10_000)",
        "while True: sum(range(1000))",
        "print(model.evaluate(xt, yt, verbose=0)); answers = {'q1': 1}",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "never = 1",
        cell_s=12,  # a busy machine needs some of it to compile the model
        time_s=150,
    )
    assert ran.ended == "timeout", ran.detail
    states = [cell["status"] for cell in told(ran, "cells")]
    assert states == ["ok", "ok", "timeout", "timeout", "ok", "timeout", "skipped"]
    assert [(cell.cell, cell.kind) for cell in ran.failed] == [(3, "timeout"), (4, "timeout"), (6, "timeout")]
    fit = models(ran)["model"]["history"][0]
    assert fit["stopped"] == "time"
    assert 1 <= fit["epochs_done"] < fit["epochs_asked"] == 5000
    assert len(fit["metrics"]["loss"]) - fit["epochs_done"] in {0, 1}
    assert models(ran)["model"]["evaluates"] == 1
    assert told(ran, "answers")["answers"] == {"q1": 1}
    assert "runs.output_cut" in notices(ran)
    assert len(told(ran, "cells")[2]["output"]) <= 2000


def test_a_kernel_that_leaves_keeps_the_trained_model(data: Path) -> None:
    ran = run(data, START, TRAIN, "import os\nos._exit(0)", "late = 1")
    assert ran.ended == "exit"
    assert [(cell.cell, cell.kind) for cell in ran.failed] == [(3, "died")]
    assert [cell["status"] for cell in told(ran, "cells")] == ["ok", "ok", "died", "skipped"]
    assert told(ran, "status")["finished"] is False
    assert config_of(ran, models(ran)["model"]["number"])["class_name"] == "Sequential"


def test_a_memory_hog_is_killed_and_its_trained_model_is_kept(data: Path) -> None:
    hog = "held = []\nwhile True: held.append(bytearray(b'x' * (16 << 20)))"
    ran = run(data, START, TRAIN, hog, memory_mb=1300)
    assert ran.ended == "memory"
    assert [(cell.cell, cell.kind) for cell in ran.failed] == [(3, "died")]
    assert ran.peak_memory > 1300 << 20
    assert models(ran)["model"]["saved"]
    assert ran.memory_limit in {"watchdog on PSS", "cgroup v1 and watchdog", "cgroup v2 and watchdog"}


def test_the_end_of_its_time_ends_the_run_soon_enough_to_frame_what_exists(data: Path) -> None:
    answer = "answers = {'q1': 1}\nimport keras; made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])"
    ran = run(data, answer, "while True: pass", "late = 1", time_s=15)
    assert ran.ended == "timeout"
    assert (ran.clock, ran.busy_tries) == ("CPU time", 0)
    assert 10 < ran.cpu_seconds < 20
    assert [cell["status"] for cell in told(ran, "cells")] == ["ok", "timeout", "skipped"]
    assert models(ran)["made"]["saved"]
    assert told(ran, "answers")["answers"] == {"q1": 1}


def test_a_cell_that_sleeps_has_ten_times_as_long_and_then_it_is_told(data: Path) -> None:
    ran = run(data, "import time; time.sleep(8)", "time.sleep(100)", "late = 1", cell_s=2)
    assert [cell["status"] for cell in told(ran, "cells")] == ["ok", "timeout", "ok"]
    assert told(ran, "cells")[1]["seconds"] >= 20
    assert "runs.waited" in notices(ran)


def test_a_module_that_crashes_keeps_what_came_before(data: Path) -> None:
    source = (
        "import sys, argparse, keras\nfrom keras import layers\nargparse.ArgumentParser().parse_args()\n"
        "assert __file__.endswith('work.py')\n"
        "def main():\n    (x, y), _ = keras.datasets.mnist.load_data()\n"
        "    net = keras.Sequential([layers.Flatten(), layers.Dense(10, activation='softmax')])\n"
        "    net.compile('adam', 'sparse_categorical_crossentropy')\n    net.fit(x / 255, y, verbose=0)\n"
        "if __name__ == '__main__':\n    main()\n    undefined_name\n"
    )
    crashed = run(data, entry="work.py", content=source.encode())
    assert crashed.ended == "error"
    assert [(cell.cell, cell.error, cell.line, cell.at) for cell in crashed.failed] == [
        (7, "NameError", "undefined_name", 12)
    ]
    assert models(crashed)["net"]["saved"]
    assert models(crashed)["net"]["fed"]["shape"] == [28, 28]


SCRIPT = """\
from __future__ import annotations
import seaborn_of_nobody
import matplotlib.pyplot as plt
import numpy as np

def f(x: SomethingThatIsNowhere):
    return 1 / x

plt.figure()
plt.imshow(np.eye(28))

f(0)
plt.title("seven")
plt.show()
7
answers = {"q1": 5}
exit(0)
answers = {"q1": 6}
"""


def test_a_crash_in_a_module_costs_one_statement_and_lines_are_those_of_the_file() -> None:
    ran = run(None, entry="work.py", content=SCRIPT.encode())
    told_of = [(cell.cell, cell.error, cell.line, cell.at) for cell in ran.failed]
    assert told_of == [
        (2, "ModuleNotFoundError", "import seaborn_of_nobody", 2),
        (8, "ZeroDivisionError", "return 1 / x", 7),
    ]
    assert [cell["status"] for cell in told(ran, "cells")][-2:] == ["ok", "skipped"]  # it left
    assert ran.ended == "error"
    assert told(ran, "answers")["answers"] == {"q1": 5}
    (picture,) = told(ran, "pictures")  # drawn by three statements, shown by a fourth
    assert (picture["title"], picture["cell"]) == ("seven", 7)
    shown = [claims.parse(frame) for (kind, _), frame in ran.frames.items() if kind == "outputs"]
    assert not any(output["output_type"] == "execute_result" for one in shown for output in one["outputs"])


def test_the_line_of_a_cell_counts_the_empty_ones_at_its_start() -> None:
    content = json.dumps({"cells": [{"cell_type": "code", "source": "\n\nx = 1\n\nx + nowhere"}]}).encode()
    ran = run(None, content=content)
    assert [(cell.line, cell.at) for cell in ran.failed] == [("x + nowhere", 5)]


def test_errors_of_every_kind_are_told_and_other_data_sets_are_not_replaced(data: Path) -> None:
    ran = run(
        data,
        "a = = 3",
        "import keras\nkeras.datasets.fashion_mnist.load_data()",
        "import sys\nsys.exit()",
        "exit()",
        "import grader",
        "raise ValueError('x' * 5000)",
        "survived = 1",
        asked={"variables": ("survived",)},
    )
    kinds = [(cell.cell, cell.kind, cell.error) for cell in ran.failed]
    assert kinds[0] == (1, "syntax", "SyntaxError")
    assert ran.failed[0].line == "a = = 3"
    assert [kind[0] for kind in kinds] == [1, 2, 3, 4, 5, 6]
    assert kinds[2][2] == kinds[3][2] == "SystemExit"
    assert kinds[4][2] == "ModuleNotFoundError"
    assert len(ran.failed[5].text) == 2000
    assert told(ran, "answers")["variables"] == {"survived": 1}


def test_stop_on_error_skips_the_rest() -> None:
    ran = run(None, "1 / 0", "b = 1", stop_on_error=True)
    assert [cell["status"] for cell in told(ran, "cells")] == ["error", "skipped"]
    assert ran.ended == "error"


def test_an_operation_without_a_deterministic_version_is_repeated_once_without(data: Path) -> None:
    draw = "tf.random.set_seed(None)\ndrawn = float(tf.random.uniform(()))"
    ran = run(data, START, draw, asked={"variables": ("drawn",)})
    assert (ran.ended, ran.failed) == ("ok", ())
    assert told(ran, "status")["deterministic"] is False
    assert "runs.not_reproducible" in notices(ran)


def test_when_not_even_the_runner_stands_it_is_our_fault(data: Path) -> None:
    small = run(data, "a = 1", memory_mb=10)
    assert small.ended == "sandbox-error"
    assert small.problem is not None
    assert "not your work" in render(small.problem, "en")
    assert small.detail
    missing = run(data.with_name("absent.npz"), "a = 1")
    assert missing.ended == "sandbox-error"
    assert "absent.npz" in missing.detail


SEEDED = """
    import keras, numpy as np, random, tensorflow as tf
    {seeds}
    from keras import layers
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, xt = x / 255.0, xt / 255.0
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(16, activation="relu"),
        layers.Dropout(0.3), layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    first = model.fit(x, y, epochs=2, validation_data=(xt, yt), verbose=0).history
    own = type("Own", (keras.Model,), dict(__init__=lambda self: (keras.Model.__init__(self),
        setattr(self, "drop", layers.Dropout(0.5)), setattr(self, "out", layers.Dense(10, activation="softmax")))[0],
        call=lambda self, inputs, training=None: self.out(self.drop(layers.Flatten()(inputs), training=training))))()
    own.compile("sgd", "sparse_categorical_crossentropy")
    own.fit(x, y, verbose=0)
    late = model.fit(x, y, epochs=1, verbose=0).history
    drawn = [random.random(), float(np.random.rand()), float(tf.random.uniform(())), layers.Dense(3).name]
    result = [first, own.history.history, late, drawn]
"""
UNRECORDED = """
import json, sys, textwrap
import keras, numpy as np, tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1); tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()
def load_data():
    with np.load(sys.argv[1]) as f:
        return (f["x_train"], f["y_train"]), (f["x_test"], f["y_test"])
keras.datasets.mnist.load_data = load_data
keras.utils.set_random_seed(0)
exec(textwrap.dedent(sys.argv[2]))
print("RESULT" + json.dumps(result))
"""


def result_of(ran: Run) -> Any:
    assert ran.ended == "ok", (ran.failed, ran.detail)
    return told(ran, "answers")["variables"]["result"]


@pytest.mark.slow
def test_recording_changes_no_number_and_a_shift_moves_every_seed(data: Path) -> None:
    own_seeds = SEEDED.format(seeds="keras.utils.set_random_seed(5)")
    asked = {"variables": ("result",)}
    recorded = result_of(run(data, SEEDED.format(seeds="0"), asked=asked))
    plain = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", UNRECORDED, str(data), SEEDED.format(seeds="0")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **{name: sandbox.ENVIRONMENT[name] for name in NUMERIC}},
    )
    assert json.loads(plain.stdout.partition("RESULT")[2]) == recorded
    shifted = result_of(run(data, own_seeds, asked=asked, seed=2))
    direct = result_of(run(data, SEEDED.format(seeds="keras.utils.set_random_seed(7)"), asked=asked))
    assert shifted == direct != recorded
