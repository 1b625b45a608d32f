"""A live model as the bytes of a ``.keras`` archive, without optimizer state and without touching the model."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.models.functional import Functional
from keras.src.saving import saving_lib

NAMES = "object_name_uids"  # Keras's counters of automatic layer names
DATE = "1970-01-01@00:00:00"  # the archive of the same model is the same
SIZE_CAP = 150 << 20
SAMPLE = 4096  # values of one weight
LEAST = 1e-3  # of a weight's size: biases begin at 0


class CannotSave(Exception):
    """Raised for a model that has no archive; the text says why."""


def fingerprint(model: Any) -> str:
    """Changes when the weights or the structure change."""
    digest = hashlib.blake2b(digest_size=16)
    for weight in model.weights:
        digest.update(weight.path.encode())
        digest.update(memoryview(weight.numpy()).cast("B") if weight.shape else weight.numpy().tobytes())
    layers = [(layer.name, layer.trainable) for layer in model.layers]
    digest.update(f"{model.built} {layers}".encode())
    return digest.hexdigest()


def sample(model: Any) -> list[Any]:
    """Some values of each weight that can be trained; none of a model that is not built yet."""
    if not model.built:
        return []
    flat = (np.ravel(weight.numpy()) for weight in model.trainable_weights)
    return [values[:: max(1, values.size // SAMPLE)].copy() for values in flat]


def moved(before: list[Any], model: Any) -> float | None:
    """By which share of its size the weight changed that changed most since ``sample``; None when that is not known."""
    after = sample(model)
    if not before or [one.shape for one in before] != [one.shape for one in after]:
        return None
    sizes = [max(float(np.abs(one).max()), LEAST) if one.size else 1.0 for one in before]
    changes = [float(np.abs(two - one).max()) if one.size else 0.0 for one, two in zip(before, after, strict=True)]
    return max(change / size for change, size in zip(changes, sizes, strict=True))


def is_ours(model: Any) -> bool:
    """A Sequential or Functional model of Keras itself, rather than of a class that the student wrote."""
    return type(model).__module__.partition(".")[0] == "keras"


def archive(model: Any, input_shape: list[int] | None) -> tuple[bytes, bool]:
    """The archive, and whether the model had to be rebuilt. Raises CannotSave.

    ``input_shape`` of one row is needed for models of the student's own classes: they are called
    once on a symbolic input, which gives a Functional model of the same layers and weights. Those
    that leave the call to Keras have one already. A Sequential that is not built yet gives an archive of its
    layers without weights.
    """
    counters = dict(global_state.get_global_attribute(NAMES) or {})
    try:
        if is_ours(model):
            return _zip(model), False
        return _zip(_rebuilt(model, input_shape), rebuilt=True), True
    except CannotSave:
        raise
    except Exception as error:  # whatever a student's model raises is the reason that we report
        raise CannotSave(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        live = global_state.get_global_attribute(NAMES)
        if live is not None:
            live.clear()
            live.update(counters)


def described(model: Any) -> list[dict[str, Any]]:
    """The layers of a model that cannot be saved, for the reader: a claim."""
    found = []
    for layer in model.layers[:500]:
        try:
            config = layer.get_config()
        except Exception:  # noqa: BLE001 - a student's layer may not have one
            config = {}
        found.append(
            {
                "name": layer.name,
                "kind": type(layer).__name__,
                "input_shape": _shape(layer, "input"),
                "output_shape": _shape(layer, "output"),
                "params": int(layer.count_params()) if layer.built else 0,
                "trainable": bool(layer.trainable),
                "config": config,
            }
        )
    return found


def _shape(layer: Any, side: str) -> list[int | None]:
    try:
        return list(getattr(layer, side).shape[1:])
    except Exception:  # noqa: BLE001 - never called, called twice, or several inputs
        return []


def _rebuilt(model: Any, input_shape: list[int] | None) -> Any:
    owner = next(kind for kind in type(model).__mro__ if "call" in kind.__dict__)
    if not model.built:
        raise CannotSave("it was never called on data")
    if owner in (Functional, keras.Sequential):  # a class that only trains in its own way
        return keras.Model(model.inputs, model.outputs, name=model.name)
    if input_shape is None:
        raise CannotSave("it was never called on data")
    inputs = keras.Input(tuple(input_shape))
    return keras.Model(inputs, model.call(inputs), name=model.name)


def _zip(model: Any, *, rebuilt: bool = False) -> bytes:
    if model.built and 4 * model.count_params() > SIZE_CAP:
        raise CannotSave(f"it has {model.count_params()} parameters, too many to save")
    with saving_lib.ObjectSharingScope():
        config = keras.saving.serialize_keras_object(model)
    config.pop("compile_config", None)
    if rebuilt:
        _forget_training(config)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive_file:
        archive_file.writestr("metadata.json", json.dumps({"keras_version": keras.__version__, "date_saved": DATE}))
        archive_file.writestr("config.json", json.dumps(config))
        weights = saving_lib.H5IOStore("model.weights.h5", archive=archive_file, mode="w")
        assets = saving_lib.DiskIOStore("assets", archive=archive_file, mode="w")
        try:
            saving_lib._save_state(
                model, weights_store=weights, assets_store=assets, inner_path="", visited_saveables=_not_saved(model)
            )
        finally:
            weights.close()
            assets.close()
    return buffer.getvalue()


def _not_saved(model: Any) -> set[int]:
    """What belongs to training only: optimizer, metrics, losses."""
    names = ("optimizer", "_compile_metrics", "_compile_loss", "_loss_tracker")
    parts = [getattr(model, name, None) for name in names]
    return {id(part) for part in (*parts, *getattr(model, "metrics", ())) if part is not None}


def _forget_training(config: Any) -> None:
    """Drop ``training=None/False`` from recorded calls: a saved model is only ever used for inference."""
    if isinstance(config, dict):
        kwargs = config.get("kwargs")
        if "args" in config and isinstance(kwargs, dict) and kwargs.get("training") in (None, False):
            kwargs.pop("training", None)
        for item in config.values():
            _forget_training(item)
    elif isinstance(config, list):
        for item in config:
            _forget_training(item)
