"""What a picture shows of others: a channel or a grey of a photo, a copy of an array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply
from grader.records import Message, PictureFacts, message

CHANNELS = ("red", "green", "blue")
GREY = "grey"
# Shares of a picture's spread that a fit leaves unexplained. Photos that were sampled to another size leave up to 0.2,
# a grey whose sums wrapped around at 256 leaves 0.66, noise 1.
ONE_CHANNEL = 0.3
NO_OTHER = 0.01  # by so much at most the other two channels explain more
ANY_GREY = 0.8
SAME = 0.999  # correlation of a picture with the array itself
COPY = 0.9  # and with an enlarged copy of it


def photos(pictures: Sequence[PictureFacts]) -> list[NDArray[np.float64]]:
    """The colour pictures, (n, 3) each: those whose channels differ and say something."""
    found = []
    for picture in pictures:
        if picture.reduced is not None and picture.reduced.ndim == 3:
            pixels = picture.reduced.reshape(-1, 3)
            if np.ptp(pixels, axis=0).all() and np.ptp(pixels, axis=1).max() > 0.01 * np.ptp(pixels):
                found.append(pixels)
    return found


def part_of(picture: PictureFacts, colours: Sequence[NDArray[np.float64]]) -> str:
    """What a picture shows of one of the photos: a channel, "grey" for what follows from all three, "" for neither."""
    plane = _plane(picture)
    if picture.blank or plane is None:
        return ""
    parts = [_part(plane, pixels) for pixels in colours]
    return next((part for part in parts if part in CHANNELS), GREY if GREY in parts else "")


def _part(plane: NDArray[np.float64], pixels: NDArray[np.float64]) -> str:
    whole = _unexplained(plane, pixels)
    alone = [_unexplained(plane, pixels[:, place : place + 1]) for place in range(3)]
    best = int(np.argmin(alone))
    if alone[best] <= ONE_CHANNEL and alone[best] - whole <= NO_OTHER:
        return CHANNELS[best]
    return GREY if whole <= ANY_GREY else ""


def _plane(picture: PictureFacts) -> NDArray[np.float64] | None:
    """The values of a picture with one channel, or with three of which only one varies or all are equal."""
    small = picture.reduced
    if small is None or small.ndim == 2:
        return None if small is None else small.reshape(-1)
    pixels = small.reshape(-1, 3)
    varying = np.flatnonzero(np.ptp(pixels, axis=0))
    alike = np.ptp(pixels, axis=1).max() <= 1e-6 * np.ptp(pixels)
    return pixels[:, varying[0]] if len(varying) == 1 or (alike and len(varying)) else None


def _unexplained(plane: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """The share of the spread of ``plane`` that no weighted sum of ``columns`` and a constant gives, 0-1."""
    spread = plane.std()
    if not spread:
        return 1.0
    design = np.column_stack([columns, np.ones(len(columns))])
    weights = np.linalg.lstsq(design, plane, rcond=None)[0]
    return float(np.sqrt(np.mean((design @ weights - plane) ** 2)) / spread)


def of_a_photo(pictures: Sequence[PictureFacts], greys: int, labelled: bool) -> tuple[int, int, Message] | None:
    """Of the three channels and ``greys`` greys: how many are shown, how many are needed, and what is to be said.

    None when no photo is drawn that they could be compared with.
    """
    colours = photos(pictures)
    if not colours:
        return None
    counted = [picture for picture in pictures if not picture.blank and (picture.title or not labelled)]
    parts = {picture.digest: part_of(picture, colours) for picture in counted}
    channels = len({part for part in parts.values() if part in CHANNELS})
    own = sum(part == GREY for part in parts.values())
    found, goal = channels + min(greys, own), len(CHANNELS) + greys
    if found >= goal:
        return found, goal, message("pictures.right_parts")
    bare = len([one for one in pictures if not (one.blank or one.title)]) if labelled else 0
    counts = {"found": found, "n": goal, "channels": channels, "greys": min(greys, own), "wanted": greys, "bare": bare}
    return found, goal, message("pictures.too_few_parts", **counts)


def is_copy(picture: PictureFacts, array: NDArray[Any]) -> bool:
    """Whether a picture shows ``array``, in any scale and as a negative too, or an enlarged copy of it."""
    sent = picture.values if picture.values is not None else picture.reduced
    if picture.blank or sent is None or sent.ndim != 2 or array.ndim != 2 or not np.isfinite(sent).all():
        return False
    if picture.shape == array.shape:
        return _alike(sent.astype(np.float64), array) >= SAME
    side = len(array)
    larger = min(picture.shape) >= 2 * side and array.shape == (side, side)
    return larger and _alike(apply.reduced(sent, side), array) >= COPY


def _alike(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Absolute correlation, 0-1."""
    if one.shape != other.shape or not np.ptp(one) or not np.ptp(other):
        return 0.0
    return float(abs(np.corrcoef(one.reshape(-1), other.reshape(-1))[0, 1]))
