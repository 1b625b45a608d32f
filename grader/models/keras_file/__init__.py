"""Models saved by Keras, read as data: no Keras, no HDF5, no code of the student's runs here.

``read`` takes the bytes of a ``.keras`` file: a zip whose ``config.json`` is checked value by value
against a list of layers and options (anything else is refused with a sentence), while all shapes and
counts are computed here. ``repack`` writes the file anew from what was checked, so that whoever loads
it gets that model and nothing else. The weights are passed on unopened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.models.keras_file import leaves
from grader.models.keras_file.archive import fingerprint, refuse, unpack
from grader.models.keras_file.archive import pack as _pack
from grader.models.keras_file.graph import MODELS, Walk
from grader.models.keras_file.leaves import Node, Place
from grader.models.keras_file.model import SUBMISSION, UNLIMITED, Caps, KerasModel
from grader.models.keras_file.unbuilt import Reading
from grader.records import LayerFacts, Shape

__all__ = ["SUBMISSION", "UNLIMITED", "Caps", "KerasModel", "read", "read_config", "read_unbuilt", "repack"]


def read(data: bytes, caps: Caps = SUBMISSION, seen: Shape = ()) -> KerasModel:
    """The model in a ``.keras`` file. Raises errors.Refused with the sentence for the student.

    An input of free sizes, ``Input((None, None, 1))``, has those of ``seen``: one row of the data it was given.
    """
    config, weights = unpack(data, caps)
    return _read(config, weights, caps, seen)


def read_unbuilt(data: bytes, caps: Caps = SUBMISSION) -> tuple[LayerFacts, ...]:
    """The layers of a Sequential in a ``.keras`` file that never got an input shape, under the same rules.

    Raises errors.Refused.
    """
    config, _ = unpack(data, caps)
    node = _outermost(config, caps)
    if node.kind != "Sequential":
        refuse("not_built", layer=node.name)
    return Reading(caps).rows(node, Place())


def read_config(config: Mapping[str, Any], caps: Caps = UNLIMITED) -> KerasModel:
    """The model of a configuration alone, without weights.

    ``config`` is what ``keras.saving.serialize_keras_object(model)`` gives, or ``model.get_config()`` of
    a Sequential or Functional model. Raises errors.Refused as ``read`` does.
    """
    plain = json.loads(json.dumps(config))  # tuples become lists, as in a file
    if "class_name" not in plain:
        kind = "Functional" if "output_layers" in plain else "Sequential"
        module = "keras.src.models.functional" if kind == "Functional" else "keras"
        plain = {"module": module, "class_name": kind, "config": plain, "registered_name": None}
    return _read(plain, b"", caps)


def repack(model: KerasModel) -> bytes:
    """The canonical ``.keras`` file of ``model``: the same bytes whenever config and weights are the same."""
    return _pack(model.config, model.weights)


def _read(config: dict[str, Any], weights: bytes, caps: Caps, seen: Shape = ()) -> KerasModel:
    node = _outermost(config, caps)
    part = Walk(caps, seen).model(node, Place())
    params = sum(row.params for row in part.rows)
    if params > caps.params:
        refuse("too_many_params", count=params, limit=caps.params)
    if part.macs > caps.macs:
        refuse("too_many_macs", count=part.macs, limit=caps.macs)
    return KerasModel(
        layers=part.rows,
        inputs=part.inputs,
        outputs=part.outputs,
        heads=part.heads,
        total_params=params,
        trainable_params=sum(row.trainable_params for row in part.rows),
        macs=part.macs,
        config=part.packed,
        weights=weights,
        sha256=fingerprint(part.packed, weights) if weights else "",
    )


def _outermost(config: dict[str, Any], caps: Caps) -> Node:
    """The model itself. Raises Refused for one with too many layers, and for what is no model."""
    count = _layer_count(config, caps.nesting)
    if count > caps.layers:
        refuse("too_many_layers", count=count, limit=caps.layers)
    node = leaves.node(config, Place())
    if node.kind not in MODELS or not node.is_model:
        refuse("not_a_model", kind=node.kind)
    return node


def _layer_count(config: Any, nesting: int) -> int:
    """Entries of all lists of layers, before any of them is looked at."""
    level, count = [config], 0
    for _ in range(nesting + 1):
        inner: list[Any] = []
        for model in level:
            own = model.get("config") if isinstance(model, dict) else None
            layers = own.get("layers") if isinstance(own, dict) else None
            inner += layers if isinstance(layers, list) else []
        count += len(inner)
        level = inner
    return count
