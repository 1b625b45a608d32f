"""A process that builds models with the real Keras: one JSON description per line in, one answer out.

For each model it answers Keras's own shapes and counts, the path of the saved file, and whether the
file that ``keras_file.repack`` makes of it predicts the same. Started by path; needs TensorFlow.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_NUM_INTRAOP_THREADS="1")

import keras
import numpy as np
import tensorflow as tf

from grader.errors import Refused
from grader.models import keras_file

REFUSED_BY_KERAS = (
    ValueError,
    TypeError,
    NotImplementedError,
    AttributeError,
    IndexError,
    RuntimeError,
    ZeroDivisionError,
)
VALUES_CAP = 20_000


def made(of: dict[str, Any]) -> Any:
    """A layer from its description; activations that are descriptions become objects."""
    options = {key: value for key, value in of.items() if key not in ("layer", "merge")} | of.get("merge", {})
    if isinstance(options.get("activation"), dict):
        options["activation"] = made(options["activation"])
    return getattr(keras.layers, of["layer"])(**options)


def small(tensor: Any) -> Any:
    """Raises ValueError for tensors that would make the tests slow or have no size."""
    sizes = tensor.shape[1:]
    if not sizes or len(sizes) > 4 or None in sizes or not 0 < np.prod(sizes) <= VALUES_CAP:
        raise ValueError(str(tensor.shape))
    return tensor


def applied(step: dict[str, Any], tensor: Any) -> tuple[Any, Any]:
    """A new layer and its output. Raises what Keras raises when they do not fit."""
    item = made(step["of"])
    images_only = step["of"]["layer"].startswith("Random") or hasattr(item, "height")
    if images_only and len(tensor.shape) != 4:
        raise ValueError("Keras would take one image for a batch")
    axis = step["of"].get("axis")
    if any(one % len(tensor.shape) == 0 for one in (axis if isinstance(axis, list) else [axis or 1])):
        raise ValueError("images of a batch would mix")
    return item, small(item(tensor))


def straight(description: dict[str, Any], shape: Any = None) -> Any:
    start = keras.Input(tuple(shape or description["input"]))
    kept, tensor = [], start
    for step in description["steps"]:
        try:
            _, tensor = applied(step, tensor)
        except REFUSED_BY_KERAS:
            continue
        kept.append(step)
    if not kept:
        raise ValueError("no step fitted")
    # The layers that worked, made anew: those above already have a place in a graph.
    model = keras.Sequential([keras.Input(start.shape[1:]), *(made(step["of"]) for step in kept)])
    for item, step in zip(model.layers, kept, strict=True):
        item.trainable = not step["frozen"]
    return model


class Branched:
    """A Functional model in the making."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.inputs = [keras.Input(tuple(shape)) for shape in (description["input"], description["second"]) if shape]
        self.tensors, self.layers = list(self.inputs), []
        for step in description["steps"]:
            try:
                self.tensors.append(small(getattr(self, f"add_{step['do']}")(step)))
            except REFUSED_BY_KERAS:
                continue
        if len(self.tensors) == len(self.inputs):
            raise ValueError("no step fitted")
        ends = self.tensors[-description["outputs"] :]
        self.model = keras.Model(self.inputs, ends if len(ends) > 1 else ends[0])

    def at(self, place: int) -> Any:
        return self.tensors[-1 - place % min(len(self.tensors), 3)]

    def add_layer(self, step: dict[str, Any]) -> Any:
        item, out = applied(step, self.at(step["at"]))
        item.trainable = not step["frozen"]
        self.layers.append(item)
        return out

    def add_merge(self, step: dict[str, Any]) -> Any:
        return getattr(keras.layers, step["of"])()([self.at(step["at"]), self.at(step["and"])])

    def add_again(self, step: dict[str, Any]) -> Any:
        item, tensor = self.layers[step["which"] % len(self.layers)], self.at(step["at"])
        before, now = item._inbound_nodes[0].input_tensors[0].shape, tensor.shape
        if isinstance(item, keras.Model):
            # Keras would use a Sequential on other sizes, too; the reader refuses that.
            fits = now in (before, (*before, 1)) or (*now, 1) == before
        else:
            # Keras would spread the weights of other layers, and then not load its own file.
            fits = now == before or type(item).__name__.startswith(("Conv", "Dense", "Sep", "Depth"))
        if not fits and (item.weights or isinstance(item, keras.Model)):
            raise ValueError("used again on other sizes")
        out = item(tensor)
        if isinstance(item, keras.Model) and out.shape != item.outputs[0].shape:
            raise ValueError("Keras announces other sizes than it computes: a last axis too many is dropped only then")
        return out

    def add_number(self, step: dict[str, Any]) -> Any:
        constant = step["constant"]
        value = np.array(constant, "float32") if isinstance(constant, list) else constant
        pair = (value, self.at(step["at"])) if step["first"] else (self.at(step["at"]), value)
        return getattr(keras.ops, step["of"])(*pair)

    def add_tensors(self, step: dict[str, Any]) -> Any:
        one, other = self.at(step["at"]), self.at(step["and"])
        if len(one.shape) != len(other.shape):
            raise ValueError("Keras would spread one of them along the batch")
        return getattr(keras.ops, step["of"])(one, other)

    def add_call(self, step: dict[str, Any]) -> Any:
        name, options = step["of"]
        tensor = self.at(step["at"])
        if name == "reshape" and np.prod(tensor.shape[1:]) != 4:
            raise ValueError("the batch axis would change")
        return getattr(keras.ops, name)(tensor, **options)

    def add_model(self, step: dict[str, Any]) -> Any:
        tensor = self.at(step["at"])
        inner = straight(step["of"], tensor.shape[1:])
        if step["functional"]:
            inner = keras.Model(inner.inputs, inner.outputs[0])
        out = inner(tensor)
        inner.trainable = not step["frozen"]
        self.layers.append(inner)
        return out


def told(model: Any, prefix: str = "") -> list[dict[str, Any]]:
    """Every layer and operation with its path, first output shape and parameters."""
    rows: list[dict[str, Any]] = []
    flat = model._functional if isinstance(model, keras.Sequential) else model
    inside = [id(node) for nodes in flat._nodes_by_depth.values() for node in nodes]
    for item in flat.operations:
        path = prefix + item.name
        if isinstance(item, keras.Model):
            rows += told(item, path + "/")
            continue
        tensor = next(node for node in item._inbound_nodes if id(node) in inside).output_tensors[0]
        count = item.count_params() if isinstance(item, keras.Layer) else 0
        rows.append({"name": path, "output": list(tensor.shape[1:]), "params": count})
    return rows


def randomised(model: Any, seed: int) -> None:
    random = np.random.default_rng(seed)
    model.set_weights([random.uniform(0.1, 1, w.shape).astype(w.dtype) for w in model.get_weights()])
    for item in model._flatten_layers():
        if isinstance(item, keras.layers.Normalization):
            item.finalize_state()  # it computes with a copy of its weights


def answer(description: dict[str, Any], folder: Path, number: int) -> dict[str, Any]:
    keras.backend.clear_session(free_memory=number % 100 == 99)
    keras.utils.set_random_seed(number)
    try:
        model = straight(description) if description["model"] == "Sequential" else Branched(description).model
    except REFUSED_BY_KERAS as error:
        return {"skipped": str(error)}
    randomised(model, number)
    shapes = [list(tensor.shape[1:]) for tensor in model.inputs]
    images = [np.random.default_rng(7).uniform(0.1, 1, (2, *shape)).astype("float32") for shape in shapes]
    try:
        before = outputs(model, images)
    except (*REFUSED_BY_KERAS, tf.errors.OpError) as error:  # some sizes are refused only when it runs
        return {"skipped": str(error)}
    saved, packed = folder / f"{number}.keras", folder / f"{number}.packed.keras"
    model.save(saved)
    reply = {
        "file": str(saved),
        "inputs": shapes,
        "outputs": [list(tensor.shape[1:]) for tensor in model.outputs],
        "total": model.count_params(),
        "trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        "layers": told(model),
    }
    try:
        read = keras_file.read(saved.read_bytes())
    except Refused as refused:
        return {**reply, "refused": f"{refused.why.key} {dict(refused.why.values)}"}
    packed.write_bytes(keras_file.repack(read))
    loaded = keras.saving.load_model(packed, compile=False)
    after = outputs(loaded, images)
    reply["same"] = all(np.array_equal(*pair, equal_nan=True) for pair in zip(before, after, strict=True))
    return reply


def outputs(model: Any, images: list[Any]) -> list[Any]:
    made = model(images if len(images) > 1 else images[0], training=False)
    return [np.asarray(one) for one in (made if isinstance(made, list) else [made])]


def application(name: str) -> dict[str, Any]:
    """One of Keras's named networks without its trained weights: configuration, shapes and counts."""
    keras.backend.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    return {
        "config": keras.saving.serialize_keras_object(model),
        "total": model.count_params(),
        "trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        "layers": told(model),
        "outputs": [list(tensor.shape[1:]) for tensor in model.outputs],
    }


def main() -> None:
    warnings.simplefilter("ignore")  # one input as a list of one
    gc.freeze()  # TensorFlow's own objects are many and stay
    folder = Path(sys.argv[1])
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever Keras prints is no answer
    for number, line in enumerate(sys.stdin):
        asked = json.loads(line)
        reply = application(asked["application"]) if "application" in asked else answer(asked, folder, number)
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
