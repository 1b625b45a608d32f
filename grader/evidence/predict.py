"""Our own measurement of a model: its outputs for images it has not seen, from sandbox 2.

Labels stay on this side: they choose among candidate preprocessings and seed the order of the images,
and nothing of them goes into the sandbox.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader import sandbox
from grader.data import DataSet, stand_in
from grader.errors import Refused
from grader.models import keras_file
from grader.models.preprocess import deciding, members
from grader.models.preprocess.matching import Pool
from grader.records import FedData, Limits, Message, ModelFacts, Prediction, Shape, Transform, message
from grader.sandbox import Ending
from grader.untrusted.text import terminal_text

TRAIN_IMAGES = 10_000  # training images that are measured, for the gap
TRIAL_IMAGES = 2_000  # training images on which candidates are tried
CLEARLY_BETTER = 0.005  # by so much a less plausible candidate must win
TIME_S = 90.0
MACS_PER_S = 5e9  # of a slow core; heavy models get more time
OUTPUTS_CAP = 200  # numbers per image
NOT_LOADED, NOT_RUN = 3, 4  # exit codes of child/predict.py


@dataclass(kw_only=True, slots=True)
class Place:
    """Where and under which limits to predict; the time is that of all predictions there together."""

    limits: Limits
    slot: int = 0
    order_seed: int = 0  # of the order in which the images go in
    head: int | None = None  # which of the model's outputs is wanted, when it has several
    used_s: float = 0.0  # CPU seconds so far


def predictions(
    facts: ModelFacts, model: keras_file.KerasModel, dataset: DataSet, *, limits: Limits, slot: int = 0
) -> Prediction:
    """Outputs of ``model`` for the test images and the first 10 000 training images of ``dataset``.

    ``limits.time_s`` is the CPU time for all of it. Never raises for what a model is or does: a problem in the result
    says why there is no measurement.
    """
    try:
        canonical = keras_file.repack(model)
    except Refused as refused:
        return Prediction(transform=None, problem=refused.why, ours=True)
    return measure(facts, canonical, dataset, limits=limits, slot=slot)


def measure(facts: ModelFacts, canonical: bytes, dataset: DataSet, *, limits: Limits, slot: int = 0) -> Prediction:
    """``predictions`` for a canonical archive: find the preprocessing, try candidates when needed, predict."""
    refusal = _not_measurable(facts)
    if refusal is not None:
        return Prediction(transform=None, problem=refusal, ours=True)
    decision = deciding.identify(facts.fed, facts.inputs[0], _pools(dataset, facts.fed))
    if decision.problem is not None:
        return Prediction(transform=None, problem=decision.problem, ours=True, nearest=decision.nearest)
    test, train = dataset.x_test, dataset.x_train[:TRAIN_IMAGES]
    place = Place(limits=limits, slot=slot, order_seed=order_seed(dataset), head=facts.head)
    chosen, problem = decision.candidates[0], None
    if not decision.certain:
        chosen, problem = _best(canonical, decision.candidates, dataset, facts.outputs[0], place)
    if problem is not None:
        return Prediction(transform=None, problem=problem, ours=True, cpu_seconds=place.used_s)
    outputs, problem = predict(canonical, [chosen], np.concatenate([test, train]), facts.outputs[0], place)
    if outputs is None:
        return Prediction(transform=chosen, problem=problem, ours=True, cpu_seconds=place.used_s)
    return Prediction(
        transform=chosen,
        test=outputs[0, : len(test)],
        train=outputs[0, len(test) :],
        certain=decision.certain,
        cpu_seconds=place.used_s,
    )


def on_own_images(
    model: keras_file.KerasModel,
    outputs: Shape,
    transform: Transform,
    images: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    place: Place,
) -> Prediction:
    """Outputs of ``model`` for more training images and the test images that its notebook was given, both raw.

    ``transform`` is the preprocessing that ``predictions`` found. Never raises for what a model is or does.
    """
    train, test = images
    try:
        canonical = keras_file.repack(model)
    except Refused as refused:
        return Prediction(transform=transform, problem=refused.why, ours=True)
    found, problem = predict(canonical, [transform], np.concatenate([test, train]), outputs, place)
    if found is None:
        return Prediction(transform=transform, problem=problem, ours=True, cpu_seconds=place.used_s)
    return Prediction(
        transform=transform, test=found[0, : len(test)], train=found[0, len(test) :], cpu_seconds=place.used_s
    )


def images_of(dataset: DataSet) -> int:
    """How many images a model is measured on."""
    return len(dataset.x_test) + min(TRAIN_IMAGES, len(dataset.x_train))


def predict(
    canonical: bytes, transforms: Sequence[Transform], images: NDArray[np.uint8], outputs: Shape, place: Place
) -> tuple[NDArray[np.float32] | None, Message | None]:
    """Outputs (transforms, n, prod(outputs)) of a canonical model for n raw images, or None and why.

    The images go in shuffled; exactly the expected number of bytes must come out.
    """
    order = np.random.default_rng(place.order_seed).permutation(len(images))
    expected = (len(transforms), len(images), prod(outputs))
    size = 4 * prod(expected)
    command = sandbox.python_command(
        "predict",
        inputs={
            "/in/model.keras": canonical,
            "/in/images": _shuffled(images, order),
            "/in/task.json": json.dumps(
                {"transforms": [members.spec(member) for member in transforms], "head": place.head}
            ).encode(),
        },
    )
    left_s = place.limits.time_s - place.used_s
    if left_s <= 0:
        return None, too_slow(place.limits, len(images))
    limits = replace(place.limits, time_s=left_s, output_mb=(size >> 20) + 2)
    ending = sandbox.run(command, limits, slot=place.slot)
    place.used_s += ending.cpu_seconds
    payload = ending.frames.get(("predictions", 0))
    if ending.ended != "ok" or payload is None or len(payload) != size:
        return None, why(ending, place.limits, len(images))
    shuffled = np.frombuffer(payload, "<f4").reshape(expected)
    restored = np.empty(expected, np.float32)
    restored[:, order] = shuffled
    return restored, None


def _shuffled(images: NDArray[np.uint8], order: NDArray[np.intp]) -> bytes:
    """``images[order].tobytes()`` without a second copy of all images: several of these run at a time."""
    content = io.BytesIO()
    for some in np.array_split(order, 50):
        content.write(images[some].tobytes())
    return content.getvalue()


def _best(
    canonical: bytes, candidates: Sequence[Transform], dataset: DataSet, outputs: Shape, place: Place
) -> tuple[Transform, Message | None]:
    """The candidate with the highest accuracy on training images; the first of those about as good."""
    rows = np.linspace(0, len(dataset.x_train) - 1, min(TRIAL_IMAGES, len(dataset.x_train))).astype(int)
    found, problem = predict(canonical, candidates, dataset.x_train[rows], outputs, place)
    if found is None:
        return candidates[0], problem
    right = [float(np.mean(each.argmax(axis=1) == dataset.y_train[rows])) for each in found]
    best = max(right)
    first = next(index for index, value in enumerate(right) if value >= best - CLEARLY_BETTER)
    return candidates[first], None


def _not_measurable(facts: ModelFacts) -> Message | None:
    if len(facts.inputs) != 1:
        return message("measuring.several_inputs", n=len(facts.inputs))
    if len(facts.outputs) != 1:
        return message("measuring.several_outputs", n=len(facts.outputs))
    size = prod(facts.outputs[0])
    if size > OUTPUTS_CAP:
        return message("measuring.output_too_large", shape=list(facts.outputs[0]), n=size, most=OUTPUTS_CAP)
    return None


def _pools(dataset: DataSet, fed: FedData | None) -> list[Pool]:
    """What a run may have fed: the training images; the stand-in; public test images; all of them."""
    train = Pool(part="train", fetch=lambda: dataset.x_train)
    test = [Pool(part="test", fetch=lambda: stand_in(dataset)[0]), Pool(part="test", fetch=lambda: dataset.x_test)]
    every = Pool(part="train", fetch=lambda: np.concatenate([dataset.x_train, stand_in(dataset)[0], dataset.x_test]))
    if fed is not None and fed.part == "test":
        return [*test, train]
    return [train, *test] if fed is not None and fed.part else [train, *test, every]


def order_seed(dataset: DataSet) -> int:
    """A seed that nobody knows who does not know the labels."""
    digest = hashlib.sha256(dataset.y_test.tobytes() + dataset.y_train.tobytes()).digest()
    return int.from_bytes(digest[:8], "big")


def time_limits(limits: Limits, macs: int, n: int) -> Limits:
    """``limits`` with the seconds that ``n`` images of ``macs`` multiply-adds may take, 90 at least."""
    return replace(limits, time_s=min(max(limits.time_s, TIME_S), TIME_S + macs * n / MACS_PER_S))


def too_slow(limits: Limits, n: int) -> Message:
    """What a reader learns of a model that has no time left for ``n`` images."""
    return message("measuring.too_slow", limit=limits.time_s, n=n)


def why(ending: Ending, limits: Limits, n: int) -> Message:
    """What a reader learns of a sandbox 2 that gave no predictions."""
    if ending.reason == sandbox.MACHINE_BUSY:
        return message("measuring.machine_busy")
    if ending.ended == "timeout":
        return too_slow(limits, n)
    if ending.ended == "memory":
        return message("measuring.too_big", limit=limits.memory_mb)
    if ending.ended == "exit":
        last = ending.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        key = "measuring.not_loaded" if ending.returncode == NOT_LOADED else "measuring.not_run"
        told = ending.returncode in (NOT_LOADED, NOT_RUN) and last
        return message(key, reason=terminal_text(last[0], 200) if told else f"exit {ending.returncode}")
    return message("measuring.sandbox_failed")
