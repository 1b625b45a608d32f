"""Writes the seeds that real programs make: configurations by Keras, and runs of the course's references.

By hand, when a new version of Keras writes them differently: ``python tests/fuzz/make_seeds.py configs runs``.
Needs TensorFlow and a working sandbox. The runs are quick ones on 30 made-up images, and weights are left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_claims import COURSE, data, packed, rubrics
from fuzz_corpus import FILE_CAP, ROOT

from grader.evidence import calls, execute
from grader.records import Limits, Run, RunSpec, Submission
from grader.scoring import answers
from grader.untrusted import claims

WEIGHTY = ("value",)  # of constants


def main() -> None:
    if "configs" in sys.argv:
        for name, config in configurations():
            write("config", f"{name}.json", json.loads(config))
    if "runs" in sys.argv:
        for exercise in rubrics():
            write("facts", f"{exercise}.json", described(exercise, run_of_reference(exercise)))


def write(target: str, name: str, content: Any) -> None:
    path = ROOT / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=True) + "\n")
    print(path.stat().st_size, path, "TOO LARGE" if path.stat().st_size > FILE_CAP else "")


# ---------------------------------------------------------------- configurations


def configurations() -> Iterator[tuple[str, bytes]]:
    import keras

    with tempfile.TemporaryDirectory() as folder:
        for name, model in models(keras):
            path = Path(folder) / "model.keras"
            model.save(path)
            with zipfile.ZipFile(path) as archive:
                yield name, archive.read("config.json")


def models(keras: Any) -> Iterator[tuple[str, Any]]:
    of, ops = keras.layers, keras.ops
    images = [
        of.Rescaling(1 / 255, offset=-0.5),
        of.RandomFlip("horizontal"),
        of.RandomRotation(0.1),
        of.RandomZoom(0.1),
        of.RandomTranslation(0.1, 0.1),
        of.RandomContrast(0.1),
        of.RandomBrightness(0.1),
        of.ZeroPadding2D(((1, 0), (2, 1))),
        of.Conv2D(8, 3, activation="relu", kernel_regularizer="l2"),
        of.BatchNormalization(),
        of.MaxPooling2D(),
        of.Conv2D(8, (3, 1), strides=2, padding="same", activation=of.LeakyReLU(), use_bias=False),
        of.SpatialDropout2D(0.1),
        of.DepthwiseConv2D(3, depth_multiplier=2),
        of.SeparableConv2D(4, 3, padding="same", dilation_rate=2),
        of.Conv2DTranspose(4, 3, strides=2, output_padding=1),
        of.LayerNormalization(),
        of.GroupNormalization(2),
        of.PReLU(shared_axes=[1, 2]),
        of.UpSampling2D(2),
        of.Cropping2D(1),
        of.Resizing(12, 12),
        of.CenterCrop(8, 8),
        of.AveragePooling2D((2, 1), strides=1),
        of.GlobalAveragePooling2D(keepdims=True),
        of.Flatten(),
        of.Dropout(0.5),
        of.Dense(10, activation="softmax"),
    ]
    yield "images", keras.Sequential([keras.Input((28, 28, 1)), *images])
    rows = [
        of.Conv1D(4, 3, padding="causal"),
        of.DepthwiseConv1D(2),
        of.SeparableConv1D(4, 2),
        of.Conv1DTranspose(4, 2),
        of.SpatialDropout1D(0.1),
        of.MaxPooling1D(2),
        of.AveragePooling1D(2, padding="same"),
        of.ZeroPadding1D(2),
        of.Cropping1D((1, 0)),
        of.UpSampling1D(2),
        of.Permute((2, 1)),
        of.RMSNormalization(),
        of.UnitNormalization(),
        of.ELU(),
        of.ReLU(6.0, negative_slope=0.1),
        of.Softmax(),
        of.Activation("gelu"),
        of.GaussianNoise(0.1),
        of.GaussianDropout(0.1),
        of.AlphaDropout(0.1),
        of.ActivityRegularization(l2=0.1),
        of.GlobalMaxPooling1D(),
        of.Identity(),
        of.RepeatVector(3),
        of.Reshape((-1,)),
        of.Normalization(mean=0.5, variance=2.0),
        of.Dense(4, kernel_initializer="he_normal", kernel_constraint="max_norm"),
    ]
    yield "rows", keras.Sequential([keras.Input((30, 3)), *rows])
    start, other = keras.Input((28, 28), name="picture"), keras.Input((28, 28), name="other")
    shared, inner = (
        of.Dense(28, activation="relu"),
        keras.Sequential([keras.Input((28, 28)), of.Dense(28), of.Dropout(0.1)]),
    )
    left, right = shared(start / 255.0), shared(ops.multiply(other, np.ones((28,), "float32")))
    merged = [
        of.Add()([left, right]),
        of.Subtract()([left, right]),
        of.Multiply()([left, right]),
        of.Average()([left, right]),
        of.Maximum()([left, right]),
        of.Minimum()([left, right]),
        inner(left),
    ]
    joined = of.Concatenate(axis=-1)(merged)
    long = ops.relu(ops.mean(ops.reshape(ops.expand_dims(joined, -1), (-1, 28, 196)), axis=1, keepdims=True))
    flat = of.Flatten()(ops.clip(ops.transpose(long, (0, 2, 1)), 0.0, 6.0) - 0.5)
    nested = keras.Model(start, of.Flatten()(inner(start)))
    yield "branches", keras.Model([start, other], [of.Dense(10)(flat), nested(right)])
    yield (
        "plain",
        keras.Sequential([keras.Input((784,)), of.Dense(512, activation="relu"), of.Dense(10, activation="softmax")]),
    )


# ---------------------------------------------------------------- runs


def run_of_reference(exercise: str) -> Run:
    rubric, content = rubrics()[exercise], COURSE.reference(exercise)
    submission = Submission(
        student="",
        exercise=exercise,
        files={"solution.ipynb": content},
        entry="solution.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.npz"
        np.savez(path, x_train=data().x_train, y_train=data().y_train, x_test=data().x_test, y_test=data().y_test)
        cases = calls.cases_of_reference(rubric)
        inputs = execute.Inputs(
            exports=rubric.exports,
            export_shapes=rubric.export_shapes,
            fit_rows=2000,
            variables=answers.variables(rubric),
            data_file=path,
            data_name=rubric.data,
            sample_rows={"train": [3, 7, 11], "test": [1, 2]},
            late=calls.pack(cases, rubric, b"") if cases else None,
        )
        spec = RunSpec(limits=Limits(time_s=300, cell_s=200))
        return execute.execute(submission, spec, inputs=inputs)


def described(exercise: str, run: Run) -> Mapping[str, Any]:
    """The run as the target reads it, without what would make it large."""
    frames = []
    for (kind, number), body in sorted(run.frames.items()):
        if kind == "model":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                frames.append([kind, number, {"keras": json.loads(archive.read("config.json"))}])
        elif kind in ("samples", "export", "call", "picture"):
            header, _, rest = body.partition(b"\n")
            frames.append([kind, number, {"array": json.loads(header), "body": packed(rest)}])
        else:
            frames.append([kind, number, claims.parse(body)])
    print(
        exercise,
        run.ended,
        run.detail[-300:],
        [f"{cell.cell} {cell.error}: {cell.text[:90]}" for cell in run.failed][:3],
    )
    return {"rubric": exercise, "ended": "ok", "frames": frames}


if __name__ == "__main__":
    main()
