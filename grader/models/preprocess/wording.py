"""A transform in plain words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply
from grader.records import Message, Transform, message

STEPS = {
    "identity": "measuring.step_raw",
    "x/255": "measuring.step_255",
    "x/256": "measuring.step_256",
    "x/127.5-1": "measuring.step_signed",
    "1-x/255": "measuring.step_inverted",
}


def describe(member: Transform) -> Message:
    """``member`` for a card: "your images: divided by 255, flattened to 784 numbers"."""
    steps = [*_turning(member), _values(member), *_fitting(member), _shape(member)]
    return message("measuring.preprocessed", steps=[{"key": step.key, "values": dict(step.values)} for step in steps])


def _turning(member: Transform) -> list[Message]:
    return [message("measuring.step_transposed")] if member.transposed else []


def _values(member: Transform) -> Message:
    if member.values == "per_pixel" or member.values in apply.UNIT_AXES:
        return message(f"measuring.step_{member.values}")
    if member.values == "table" and member.table is not None:
        return _table(member.name, member.table)
    if member.name in STEPS:
        return message(STEPS[member.name])
    if member.name == "standardised" and member.scale != 0:
        return message("measuring.step_standardised", mean=-member.offset / member.scale, std=1 / member.scale)
    return message("measuring.step_affine", scale=member.scale, offset=member.offset)


def _table(name: str, table: NDArray[np.float32]) -> Message:
    if name != "threshold":
        return message("measuring.step_curve")
    last = int(np.flatnonzero(table == table[0])[-1])
    return message("measuring.step_threshold", last=last, dark=float(table[0]), bright=float(table[-1]))


def _fitting(member: Transform) -> list[Message]:
    steps = []
    if member.fit != "none":
        steps.append(message(f"measuring.step_{member.fit}", height=member.height, width=member.width))
    if member.channels == 3:
        steps.append(message("measuring.step_grey_to_rgb"))
    return steps


def _shape(member: Transform) -> Message:
    channels = [member.channels] if member.channels else []
    shape = [member.height, member.width, *channels]
    if member.flat:
        return message("measuring.step_flat", n=member.height * member.width * max(member.channels, 1))
    return message("measuring.step_shape", shape=shape)
