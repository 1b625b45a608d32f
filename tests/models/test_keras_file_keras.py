"""What ``keras_file`` reads, held against what Keras itself says of the same models."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from grader import store
from grader.evidence.models import Models, Shown
from grader.models import keras_file
from grader.models.keras_file import KerasModel
from grader.records import Run
from tests.support import model_files as models

pytestmark = pytest.mark.keras

ENOUGH = 1_000  # models that Keras could build and the reader was held against


class Keras:
    """A process with the real Keras that builds one model per question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.compared = 0
        self.start()

    def start(self) -> None:
        program = Path(__file__).parents[1] / "support" / "models_of_keras.py"
        self.log = (self.folder / "log.txt").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            said = self.log.read()[-3000:]
            self.close()
            self.start()  # hypothesis goes on asking, to find a smaller model
            raise AssertionError(f"the process with Keras died:\n{said}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)
        self.log.close()


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keras]:
    process = Keras(tmp_path_factory.mktemp("models"))
    yield process
    process.close()


def rows(layers: list[dict[str, Any]]) -> dict[str, tuple[tuple[int, ...], int]]:
    return {row["name"]: (tuple(row["output"]), row["params"]) for row in layers}


def read_rows(model: KerasModel) -> dict[str, tuple[tuple[int, ...], int]]:
    return {row.name: (row.output_shape, row.params) for row in model.layers}


def compare_kept(file: Path) -> None:
    """Asserts that what a model shows is the same when it was kept beside its run."""
    run = Run(submission="", ended="ok", frames={("model", 0): file.read_bytes()})
    shown = {0: Models(run, {}).show(0)}
    store.keep(file.parent, "models", shown, by="us")
    assert store.kept(file.parent, "models", dict[int, Shown], by="us") == shown


def compare(keras: Keras, description: dict[str, Any]) -> KerasModel | None:
    """Asserts that both say the same of the described model; None when Keras could not build it."""
    reply = keras.ask(description)
    if "skipped" in reply:
        return None
    assert "refused" not in reply, reply["refused"]
    model = keras_file.read(Path(reply["file"]).read_bytes())
    assert [list(shape) for shape in model.inputs] == reply["inputs"]
    assert [list(shape) for shape in model.outputs] == reply["outputs"]
    assert read_rows(model) == rows(reply["layers"])
    assert (model.total_params, model.trainable_params) == (reply["total"], reply["trainable"])
    assert reply["same"], "the repacked model predicts something else"
    compare_kept(Path(reply["file"]))
    keras.compared += 1
    Path(reply["file"]).unlink()
    return model


def step(kind: str, **options: Any) -> dict[str, Any]:
    return {"do": "layer", "of": {"layer": kind, **options}, "at": 0, "frozen": False}


def straight(shape: list[int], *steps: dict[str, Any]) -> dict[str, Any]:
    return {"model": "Sequential", "input": shape, "steps": list(steps)}


def branched(
    shape: list[int], *steps: dict[str, Any], second: list[int] | None = None, outputs: int = 1
) -> dict[str, Any]:
    return {"model": "Functional", "input": shape, "second": second, "steps": list(steps), "outputs": outputs}


CONV = step("Conv2D", filters=4, kernel_size=3, activation="relu")
POOL = step("MaxPooling2D", pool_size=2)
CASES = {
    "softmax": straight([784], step("Dense", units=10, activation="softmax")),
    "mlp": straight([28, 28], step("Flatten"), step("Dense", units=16, activation="relu"), step("Dense", units=10)),
    "cnn": straight([28, 28, 1], CONV, POOL, CONV, POOL, step("Dropout", rate=0.2), step("Flatten")),
    "objects": straight([9], step("Dense", units=3, activation={"layer": "LeakyReLU", "negative_slope": 0.1})),
    "strides and dilation": straight(
        [9, 9, 2], step("Conv2D", filters=4, kernel_size=[3, 2], strides=2, padding="same", groups=2, use_bias=False),
        step("Conv2D", filters=2, kernel_size=2, dilation_rate=2), step("Conv2DTranspose", filters=3, kernel_size=3),
    ),
    "channels first": straight([2, 9, 9], step("AveragePooling2D", pool_size=2, data_format="channels_first")),
    "normalization": straight(
        [6, 6, 2], step("BatchNormalization"), {**step("BatchNormalization"), "frozen": True},
        step("LayerNormalization"), step("GroupNormalization", groups=2), step("UnitNormalization"),
        step("Normalization"), step("PReLU", shared_axes=[1, 2]),
    ),
    "depthwise": straight(
        [8, 8, 2], step("DepthwiseConv2D", kernel_size=3), step("SeparableConv2D", filters=3, kernel_size=2),
        step("ZeroPadding2D", padding=[[0, 1], [2, 0]]), step("Cropping2D", cropping=1), step("UpSampling2D"),
        step("GlobalAveragePooling2D"), step("RepeatVector", n=3), step("Conv1D", filters=2, kernel_size=2),
    ),
    "augmentation": straight(
        [8, 8, 1], step("RandomFlip"), step("RandomRotation", factor=0.1), step("RandomZoom", height_factor=0.2),
        step("RandomTranslation", height_factor=0.1, width_factor=0.1), step("RandomContrast", factor=0.5),
        step("RandomBrightness", factor=0.5), step("RandomShear", x_factor=0.1), step("RandomErasing"),
        step("RandomGaussianBlur"), step("RandomSharpness", factor=0.5), step("RandomInvert"),
        step("RandomCrop", height=6, width=6), step("CenterCrop", height=5, width=5),
        step("Resizing", height=7, width=7), step("Rescaling", scale=1 / 255, offset=-1), step("Flatten"),
    ),
    "arithmetic": branched(
        [5, 5], {"do": "number", "of": "true_divide", "at": 0, "constant": 255.0, "first": False},
        {"do": "number", "of": "subtract", "at": 0, "constant": 1, "first": True},
        {"do": "call", "of": ["expand_dims", {"axis": -1}], "at": 0}, CONV,
        {"do": "call", "of": ["transpose", {"axes": [0, 3, 1, 2]}], "at": 0},
        {"do": "call", "of": ["relu", {}], "at": 0},
    ),
    "branches": branched(
        [6, 6, 2], step("Conv2D", filters=2, kernel_size=3, padding="same"),
        {"do": "merge", "of": "Add", "at": 0, "and": 1}, {"do": "merge", "of": "Concatenate", "at": 0, "and": 1},
        {"do": "again", "which": 0, "at": 1}, step("Flatten"), outputs=2,
    ),
    "a last axis too few": branched(
        [6, 6, 1], {"do": "model", "of": straight([6, 6, 1], CONV), "at": 1, "functional": False, "frozen": False},
        {"do": "again", "which": 0, "at": 1}, second=[6, 6], outputs=2,
    ),
    "models inside": branched(
        [6],
        *({"do": "model", "of": straight([6], step("Dense", units=6), step("BatchNormalization")), "at": 0,
           "functional": functional, "frozen": functional} for functional in (True, False)),
        {"do": "again", "which": 0, "at": 0}, {"do": "again", "which": 0, "at": 0}, outputs=2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_keras_and_the_reader_agree_and_the_repacked_file_predicts_the_same(keras: Keras, case: str) -> None:
    description = CASES[case]
    model = compare(keras, description)
    assert model is not None
    steps = sum(len(one["of"]["steps"]) if one["do"] == "model" else 1 for one in description["steps"])
    assert len(model.layers) >= steps - 2, "Keras left out steps that this case is about"


# How many of the drawn models Keras can build differs from run to run: hypothesis draws from the constants of whatever
# modules are loaded. So the examples are more than enough, and the rest is passed over.
@pytest.mark.slow
@settings(max_examples=1_600, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(description=models.DESCRIPTIONS)
def test_keras_and_the_reader_agree_on_random_models(keras: Keras, description: dict[str, Any]) -> None:
    if keras.compared < ENOUGH:
        compare(keras, description)


@pytest.mark.slow
def test_enough_random_models_were_compared(keras: Keras) -> None:
    assert keras.compared >= ENOUGH


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("VGG16", 138_357_544),
        ("VGG19", 143_667_240),
        ("ResNet50", 25_636_712),
        ("ResNet50V2", 25_613_800),
        ("MobileNet", 4_253_864),
        ("MobileNetV2", 3_538_984),
        ("DenseNet121", 8_062_504),
        ("Xception", 22_910_480),
        ("InceptionV3", 23_851_784),
    ],
)
def test_the_named_networks_are_read_exactly(keras: Keras, name: str, total: int) -> None:
    reply = keras.ask({"application": name})
    model = keras_file.read_config(reply["config"])
    assert model.total_params == reply["total"] == total
    assert model.trainable_params == reply["trainable"]
    assert [list(shape) for shape in model.outputs] == reply["outputs"]
    assert read_rows(model) == rows(reply["layers"])
