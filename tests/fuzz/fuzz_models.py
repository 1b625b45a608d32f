"""Targets: a model's file, and the configuration inside a file that is sound."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from grader import texts
from grader.errors import Refused
from grader.models import keras_file
from grader.models.keras_file import KerasModel
from grader.records import ExpectedLayer, ModelFacts
from grader.scoring import alignment

WEIGHTS = b"\x89HDF\r\n\x1a\n, never opened here"
STRUCTURE = (
    ExpectedLayer(
        id="conv", kind="Conv2D|Depthwise*", settings={"kernel_size": 3, "activation": "relu"}, repeat=(1, 3)
    ),
    ExpectedLayer(id="pool", kind="*Pooling*|StridedConv", settings={"strides": [2, 2]}, repeat=(0, 2)),
    ExpectedLayer(id="hidden", kind="Dense", settings={"units": 128, "use_bias": True}, repeat=(1, None)),
    ExpectedLayer(id="out", kind="Dense", settings={"units": 10, "activation": ["softmax", "linear"]}),
)


def archive_read(content: bytes) -> Iterable[str]:
    return _read(content)


def config_read(content: bytes) -> Iterable[str]:
    return _read(zipped(content))


def zipped(config: bytes, weights: bytes = WEIGHTS) -> bytes:
    """A ``.keras`` file as Keras writes it, around this configuration."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in (("metadata.json", b"{}"), ("config.json", config), ("model.weights.h5", weights)):
            archive.writestr(zipfile.ZipInfo(name), body)
    return file.getvalue()


def _read(content: bytes) -> Iterable[str]:
    try:
        model = keras_file.read(content)
    except Refused as refused:
        values = refused.why.values
        return {f"{texts.text(refused.why).key} {values.get('option', '')} {values.get('kind', '')}"[:80]}
    packed = keras_file.repack(model)
    again = keras_file.read(packed)
    assert (again.sha256, again.inputs, again.outputs) == (model.sha256, model.inputs, model.outputs)
    assert (again.total_params, again.macs) == (model.total_params, model.macs)
    assert keras_file.repack(again) == packed
    assert [layer.output_shape for layer in again.layers] == [layer.output_shape for layer in model.layers]
    _aligned(model)
    return {f"accepted {layer.kind}" for layer in model.layers}


def _aligned(model: KerasModel) -> None:
    facts = ModelFacts(
        number=0,
        variables=("model",),
        how="fit",
        class_name="Model",
        source="file",
        layers=model.layers,
        inputs=model.inputs,
        outputs=model.outputs,
    )
    beside = alignment.align(facts, STRUCTURE)
    counted = sum(map(len, beside.pairs.values())) + len(beside.extra)
    assert counted <= len(model.layers)
