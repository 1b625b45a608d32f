"""The check on a convolutional layer whose kernels are set by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from grader.models import convolution
from grader.records import Evidence, Judgement, Message, ModelFacts, Outputs, message
from grader.scoring.checks.subject import about_model, unread
from grader.scoring.checks.typed import Words

RTOL = 1e-4  # outputs are float32


class WrongKernels(TypedDict):
    """What every known mistake has: a short name, and the kernels that it leads to."""

    name: str
    kernels: Sequence[Any]


class FilterMisconception(WrongKernels, total=False):
    """What to say of it, and the credit that it still earns."""

    hint: Words
    credit: float


@about_model
def filters(
    evidence: Evidence,
    model: ModelFacts,
    *,
    kernels: Sequence[Any],
    atol: float = 1e-4,
    permuted: float = 0.5,
    biased: float = 0.5,
    misconceptions: Sequence[FilterMisconception] = (),
) -> Judgement:
    """The model answers hidden images (``predict_on``) as these ``kernels`` do, in this order.

    Kernels are lists of (K, K) or (K, K, channels) numbers; no padding, stride 1, no bias, linear activation.
    Every filter counts alike. The right filters in another order earn ``permuted``, with a bias or a ReLU
    ``biased``. Padding costs nothing here, because ``layer_shapes`` asks for the size. ``misconceptions`` name wrong
    kernels that are known.
    """
    seen = _outputs(evidence, model)
    if seen is None or (seen.outputs is None and seen.problem is None):
        return unread(model) if model.refusal else Judgement(credit=None, why=message("checks.not_predicted"))
    if seen.outputs is None:
        assert seen.problem is not None
        return Judgement(credit=None if seen.ours else 0.0, why=seen.problem)
    wanted, images = convolution.stack(kernels), seen.inputs
    if images.ndim != 4 or images.shape[3] != wanted.shape[3]:
        why = message("checks.filters_input", shape=list(images.shape[1:]), channels=wanted.shape[3])
        return Judgement(credit=0.0, why=why)
    if min(np.subtract(images.shape[1:3], wanted.shape[1:3])) < 0:
        why = message("checks.filters_small", shape=list(images.shape[1:]), size=list(wanted.shape[1:3]))
        return Judgement(credit=0.0, why=why)
    own, right = seen.outputs, convolution.correlate(images, wanted)
    expected, actual = (message("checks.shape", shape=list(some.shape[1:])) for some in (right, own))
    credit, why = 1.0, message("checks.filters_right", n=len(wanted))
    if not (own.shape == right.shape and _close(own, right, atol)):
        credit, why = _mistaken(images, own, atol, misconceptions) or _fault(
            images, own, right, (atol, permuted, biased)
        )
    if own.shape == right.shape and credit < 1:  # what differs is in the sentence
        return Judgement(credit=credit, why=why)
    return Judgement(credit=credit, why=why, expected=expected, actual=actual)


def _outputs(evidence: Evidence, model: ModelFacts) -> Outputs | None:
    """What the model gave for hidden images, under any of the rubric's names for it."""
    names = (name for name, found in evidence.facts.models.items() if any(one.number == model.number for one in found))
    return next((evidence.facts.outputs[name] for name in names if name in evidence.facts.outputs), None)


def _close(own: NDArray[Any], right: NDArray[Any], atol: float) -> bool:
    return bool(np.isclose(own, right, rtol=RTOL, atol=atol).all())


def _mistaken(
    images: NDArray[Any], own: NDArray[Any], atol: float, misconceptions: Sequence[FilterMisconception]
) -> tuple[float, Message] | None:
    for known in misconceptions:
        wrong = convolution.stack(known["kernels"])
        fits = images.shape[3] == wrong.shape[3] and min(np.subtract(images.shape[1:3], wrong.shape[1:3])) >= 0
        answers = convolution.correlate(images, wrong) if fits else None
        if answers is not None and answers.shape == own.shape and _close(own, answers, atol):
            named = message("checks.misconception", name=known["name"])
            told = message("checks.teacher", words=dict(known["hint"])) if "hint" in known else named
            return known.get("credit", 0.0), told
    return None


def _fault(
    images: NDArray[Any], own: NDArray[Any], right: NDArray[Any], shares: tuple[float, float, float]
) -> tuple[float, Message]:
    """Credit and sentence for outputs that are not right and not of a known mistake."""
    atol, permuted, biased = shares
    if own.shape[:3] != right.shape[:3] or own.ndim != 4:
        padded = _padded(images, own, right, atol)
        return (1.0, padded) if padded else (0.0, _other_shape(own, right))
    blank = own[:1]
    if own.shape == right.shape:
        if np.any(np.abs(blank) > atol) and _close(own - blank, right, atol):
            biases = [round(float(value), 4) for value in blank[0, 0, 0]]
            return biased, message("checks.filters_bias", biases=biases)
        if _close(own, np.maximum(right, 0), atol):
            return biased, message("checks.filters_relu")
        order = _order(own, right, atol)
        if order is not None:
            return permuted, message("checks.filters_order", order=[place + 1 for place in order])
    both = range(min(own.shape[3], right.shape[3]))
    good = [place for place in both if _close(own[..., place], right[..., place], atol)]
    share = len(good) / max(own.shape[3], right.shape[3])
    counts = {"right": len(good), "all": right.shape[3], "own": own.shape[3]}
    if own.shape[3] != right.shape[3]:
        return share, message("checks.filters_count", **counts)
    first = next(place for place in both if place not in good)
    return share, _wrong(images, own.astype(np.float64), first, counts)


def _other_shape(own: NDArray[Any], right: NDArray[Any]) -> Message:
    return message("checks.filters_shape", shape=list(own.shape[1:]), wanted=list(right.shape[1:]))


def _padded(images: NDArray[Any], own: NDArray[Any], right: NDArray[Any], atol: float) -> Message | None:
    """A sentence on right filters whose layer pads (``padding="same"``); None for any others."""
    if own.ndim != 4 or own.shape[:3] != images.shape[:3] or own.shape[3] != right.shape[3]:
        return None
    top, left = ((whole - part) // 2 for whole, part in zip(own.shape[1:3], right.shape[1:3], strict=True))
    inner = own[:, top : top + right.shape[1], left : left + right.shape[2]]
    return message("checks.filters_padded", shape=list(own.shape[1:])) if _close(inner, right, atol) else None


def _order(own: NDArray[Any], right: NDArray[Any], atol: float) -> list[int] | None:
    """For each wanted filter the place at which the model has it; None when one is missing."""
    free, order = list(range(own.shape[3])), []
    for place in range(right.shape[3]):
        found = next((other for other in free if _close(own[..., other], right[..., place], atol)), None)
        if found is None:
            return None
        free.remove(found)
        order.append(found)
    return order


def _wrong(images: NDArray[Any], own: NDArray[Any], place: int, counts: dict[str, int]) -> Message:
    """What one wrong filter is, as its answers to single bright pixels show it."""
    channels = images.shape[3]
    found = convolution.of_impulses(own[0], own[1 : 1 + channels], (images.shape[1], images.shape[2]))
    text = "" if found is None else convolution.shown(found[place])
    if not text:
        return message("checks.filters_differ", n=place + 1, **counts)
    return message("checks.filters_wrong", n=place + 1, kernel=text, **counts)
