"""What a model with fixed weights gives for hidden images, from sandbox 2.

The first image is all zeros, then one for each channel with a single bright pixel in the middle of that
channel: the answers to these show biases and kernels. The rest is random.
"""

from __future__ import annotations

import json
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader import sandbox
from grader.errors import Refused
from grader.evidence import predict
from grader.models import keras_file
from grader.models.convolution import middle
from grader.records import Limits, ModelFacts, Outputs, PredictOn, Shape, message

NUMBERS_CAP = 8 << 20  # of all images together, and of all outputs


def images(on: PredictOn, shape: Shape, rng: np.random.Generator) -> NDArray[np.float32]:
    """Zeros, one impulse for each channel (of images with channels), and ``on.images`` random ones."""
    impulses = np.zeros((shape[2] if len(shape) == 3 else 0, *shape), np.float32)
    for channel, impulse in enumerate(impulses):
        impulse[(*middle((shape[0], shape[1])), channel)] = 1
    drawn = rng.uniform(on.low, on.high, (on.images, *shape)).astype(np.float32)
    return np.concatenate([np.zeros((1, *shape), np.float32), impulses, drawn])


def too_large(facts: ModelFacts, on: PredictOn) -> Outputs | None:
    """Why a model is given no images at all; None when it can be."""
    nothing = np.zeros((0, *(facts.inputs[0] if facts.inputs else ())), np.float32)
    if len(facts.inputs) != 1:
        return Outputs(inputs=nothing, problem=message("measuring.several_inputs", n=len(facts.inputs)), ours=True)
    if len(facts.outputs) != 1:
        return Outputs(inputs=nothing, problem=message("measuring.several_maps", n=len(facts.outputs)), ours=True)
    count = on.images + 1 + facts.inputs[0][-1]
    for shape in (facts.inputs[0], facts.outputs[0]):
        if count * prod(shape) > NUMBERS_CAP:
            why = message("measuring.output_too_large", shape=list(shape), n=prod(shape), most=NUMBERS_CAP // count)
            return Outputs(inputs=nothing, problem=why, ours=True)
    return None


def outputs(
    facts: ModelFacts, model: keras_file.KerasModel, given: NDArray[np.float32], *, limits: Limits, slot: int = 0
) -> Outputs:
    """Outputs of ``model`` for ``given`` (n, *input shape). Never raises for what a model is or does."""
    try:
        canonical = keras_file.repack(model)
    except Refused as refused:
        return Outputs(inputs=given, problem=refused.why, ours=True)
    expected = (len(given), *facts.outputs[0])
    size = 4 * prod(expected)
    command = sandbox.python_command(
        "predict",
        inputs={
            "/in/model.keras": canonical,
            "/in/images": np.ascontiguousarray(given, dtype="<f4").tobytes(),
            "/in/task.json": json.dumps({"floats": list(given.shape)}).encode(),
        },
    )
    ending = sandbox.run(command, replace(limits, output_mb=(size >> 20) + 2), slot=slot)
    payload = ending.frames.get(("predictions", 0))
    if ending.ended != "ok" or payload is None or len(payload) != size:
        return Outputs(
            inputs=given, problem=predict.why(ending, limits, len(given)), ours=True, cpu_seconds=ending.cpu_seconds
        )
    return Outputs(
        inputs=given, outputs=np.frombuffer(payload, "<f4").reshape(expected), cpu_seconds=ending.cpu_seconds
    )
