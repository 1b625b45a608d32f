"""The decision: one transform, several candidates, or none and why.

Pure. The samples are claims of the sandbox; the worst that a forged sample can do is to have its own
model measured with the wrong preprocessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from grader.models.preprocess import apply
from grader.models.preprocess.layouts import SIDE, Layout, layouts, unpack
from grader.models.preprocess.matching import Floats, Images, Pool, alike, matches
from grader.models.preprocess.members import ENOUGH, TOLERANCE, fitted, plausible
from grader.records import FedData, Message, Shape, Transform, message

HELD = 16 << 20  # bytes of fed pictures that are compared at a time, several times over: the host must stay small
RESIZED = 0.95  # correlation after resizing back; turned or moved images stay below


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One transform when the samples decide; several, most plausible first, when they do not; none and why."""

    candidates: tuple[Transform, ...] = ()
    certain: bool = False
    problem: Message | None = None
    nearest: Transform | None = None  # with a problem: the nearest member, for information


def identify(fed: FedData | None, inputs: Shape, pools: Sequence[Pool]) -> Decision:
    """The preprocessing of a model with input shape ``inputs`` that was fed ``fed``.

    Certain when a member reproduces every sample within 1e-3 of the range of the fed values. A problem when
    no picture has that input shape, or when the samples were made of known images by a formula outside the
    family. Else (no samples, constant ones, distorted images) the candidates are for trying.
    """
    wanted = layouts(inputs)
    if not wanted:
        return Decision(problem=message("measuring.no_picture", shape=list(inputs)))
    fed = _few_enough(fed)
    samples = _usable(fed, inputs)
    if fed is None or samples is None:
        return Decision(candidates=plausible(fed, wanted[0]))
    readings = layouts(fed.shape)
    unpacked = [(layout, pictures) for layout in readings if (pictures := unpack(samples, layout)) is not None]
    if readings and not unpacked:
        return Decision(problem=message("measuring.no_member"))
    for layout, pictures in unpacked:
        failed = False
        for known in matches(pictures, layout, fed, pools):
            found, nearest = fitted(known, pictures, _packed(layout, wanted), fed)
            if found is not None:
                return Decision(candidates=(found,), certain=True)
            failed = failed or by_formula(known.images, pictures, layout)
            if failed and known.by_index:
                break
        if failed:
            return Decision(problem=message("measuring.no_member"), nearest=nearest)
    return Decision(candidates=plausible(fed, wanted[0]))


def by_formula(images: Images, pictures: Floats, layout: Layout) -> bool:
    """Whether pictures that no member explains were made pixel by pixel, not by turning or moving images.

    Then black is one value all over a picture. A distorted image has ink where the known one is black.
    """
    if layout.size != (SIDE, SIDE) and alike(apply.resize(pictures, SIDE, SIDE, "bilinear"), images) >= RESIZED:
        return True
    middle = layout.middle(pictures)
    if middle is None:
        return False
    spreads = [np.ptp(picture[raw == 0]) for raw, picture in zip(images, middle, strict=True) if (raw == 0).any()]
    return bool(spreads) and max(spreads) <= TOLERANCE * np.ptp(pictures)


def _few_enough(fed: FedData | None) -> FedData | None:
    """``fed`` with no more samples than fit; eight always do, so that a formula for each pixel can be found."""
    if fed is None or fed.samples is None:
        return fed
    most = max(ENOUGH, HELD // (8 * max(1, prod(fed.shape))))
    return replace(fed, samples=fed.samples[:most], rows=None if fed.rows is None else fed.rows[:most])


def _usable(fed: FedData | None, inputs: Shape) -> Floats | None:
    """The samples when they are finite numbers, vary, and fill the model's input; else None."""
    if fed is None or fed.samples is None or not len(fed.samples) or prod(fed.shape) != prod(inputs):
        return None
    samples = np.asarray(fed.samples, dtype=np.float64)
    return samples if np.isfinite(samples).all() and np.ptp(samples) > 0 else None


def _packed(layout: Layout, wanted: Sequence[Layout]) -> Layout:
    """``layout`` as the model's input has it: Keras takes (n, 28, 28) for (28, 28, 1) without a word."""
    for other in wanted:
        if other.size == layout.size and max(other.channels, 1) == max(layout.channels, 1):
            return replace(other, transposed=layout.transposed)
    return layout
