"""The members of the family: fitted to pairs of raw image and fed picture, and those worth a try without any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply
from grader.models.preprocess.layouts import Layout
from grader.models.preprocess.matching import Floats, Known
from grader.records import FedData, Transform

TOLERANCE = 1e-3  # share of a pixel's range
RESIZED_TOLERANCE = 4.5e-3  # libraries that resize uint8 round to a whole grey level, 1/255
ENOUGH = 8  # samples below which a formula for each pixel would fit anything
CANDIDATES_CAP = 8
CURVE = 64  # raw values that samples must show before a curve through them is believed
MIDDLE = 127  # of the raw values; where the samples leave a threshold open, it is this one
ARRAYS = ("table", "scale_map", "offset_map")
INK = (33.3184, 78.5675)  # mean and standard deviation of the raw training pixels of MNIST
# Scale and offset of the members that have a name of their own.
NAMED: Mapping[str, tuple[float, float]] = {
    "x/255": (1 / 255, 0.0),
    "identity": (1.0, 0.0),
    "x/127.5-1": (1 / 127.5, -1.0),
    "1-x/255": (-1 / 255, 1.0),
    "x/256": (1 / 256, 0.0),
}
UNITS: tuple[Literal["unit_columns", "unit_rows", "unit_images"], ...] = ("unit_columns", "unit_rows", "unit_images")


def spec(member: Transform) -> dict[str, Any]:
    """``member`` as JSON data, as ``apply.transform`` reads it inside sandbox 2."""
    record = asdict(member)
    for name in ARRAYS:
        record[name] = None if record[name] is None else record[name].tolist()
    return record


def fitted(known: Known, pictures: Floats, target: Layout, fed: FedData) -> tuple[Transform | None, Transform | None]:
    """The member that makes ``pictures`` (k, H, W) of the known images, or None; and the nearest formula tried."""
    nearest: Transform | None = None
    raw = known.images.astype(np.float64)
    for geometry in target.geometries(float(pictures[0, 0, 0])):
        for member in _fits(known, raw, pictures, geometry, fed):
            record = spec(member)
            if _close(apply.place(record, apply.values(record, raw)), pictures, member.fit):
                return member, None
            nearest = nearest or member
    return None, nearest


def affine(geometry: Transform, scale: float, offset: float, standard: bool = False) -> Transform:
    """``geometry`` with ``scale * x + offset``, snapped to a member with a name when that is what was meant."""
    for name, (named_scale, named_offset) in NAMED.items():
        at_black, at_white = offset - named_offset, 255 * (scale - named_scale) + offset - named_offset
        if max(abs(at_black), abs(at_white)) <= 2e-4 * abs(255 * named_scale):
            kind: Literal["identity", "affine"] = "identity" if name == "identity" else "affine"
            return replace(geometry, values=kind, scale=named_scale, offset=named_offset, name=name)
    name = "standardised" if standard else "a*x+b"
    return replace(geometry, values="affine", scale=scale, offset=offset, name=name)


def plausible(fed: FedData | None, layout: Layout) -> tuple[Transform, ...]:
    """What to try when no sample tells, most plausible first: what the statistics suggest, then what is common."""
    guesses = [NAMED["x/255"], NAMED["identity"], NAMED["x/127.5-1"], (1 / INK[1], -INK[0] / INK[1]), NAMED["1-x/255"]]
    if fed is not None and np.isfinite(fed.maximum - fed.minimum) and fed.maximum > fed.minimum:
        # Digits are mostly background: the mean lies nearer to it.
        background_low = fed.mean <= (fed.minimum + fed.maximum) / 2
        black, white = (fed.minimum, fed.maximum) if background_low else (fed.maximum, fed.minimum)
        guesses.insert(0, ((white - black) / 255, black))
    found: dict[tuple[str, str, str], Transform] = {}
    for scale, offset in guesses:
        standard = abs(scale * INK[0] + offset) < 0.1 and 0.8 < abs(scale) * INK[1] < 1.25
        for geometry in layout.geometries(offset):
            member = affine(geometry, scale, offset, standard)
            found.setdefault((member.name, member.fit, member.interpolation), member)
    return tuple(found.values())[:CANDIDATES_CAP]


def _fits(known: Known, raw: Floats, pictures: Floats, geometry: Transform, fed: FedData) -> Iterator[Transform]:
    """One fitted member of each kind, the simplest first."""
    placed = apply.place({**spec(geometry), "pad_value": np.nan}, raw)
    inside = ~np.isnan(placed)
    scale, offset = _line(placed[inside], pictures[inside])
    standard = abs(fed.mean) < 0.02 and abs(fed.std - 1) < 0.02
    yield affine(geometry, scale, offset, standard)
    if geometry.fit == "resize":
        return
    for name, table in _tables(raw.astype(np.intp).ravel(), pictures[inside].ravel()):
        yield replace(geometry, values="table", table=table, name=name)
    for kind in UNITS:
        yield replace(geometry, values=kind, name=kind)
    if len(raw) >= ENOUGH:
        scales, offsets = _lines(raw, pictures[inside].reshape(raw.shape), known.means())
        yield replace(geometry, values="per_pixel", scale_map=scales, offset_map=offsets, name="per pixel")


def _tables(raw: NDArray[np.intp], fed: Floats) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """What each raw value 0-255 becomes, by pixels before and after: a threshold, else a curve."""
    counts, sums = np.bincount(raw, minlength=256), np.bincount(raw, fed, minlength=256)
    levels = np.flatnonzero(counts)
    means = sums[levels] / counts[levels]
    bright = levels[means != means[0]]
    dark = levels[means == means[0]]
    if len(np.unique(fed)) == 2 and len(bright) and dark[-1] < bright[0]:
        last = np.clip(MIDDLE, dark[-1], bright[0] - 1)
        yield "threshold", np.where(np.arange(256) <= last, means[0], means[-1]).astype(np.float32)
    if len(levels) >= CURVE:
        yield "curve", np.interp(np.arange(256), levels, means).astype(np.float32)


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Least-squares scale and offset of y over x."""
    mean_x, mean_y = x.mean(), y.mean()
    variance = np.mean((x - mean_x) ** 2)
    scale = float(np.mean((x - mean_x) * (y - mean_y)) / variance) if variance else 0.0
    return scale, float(mean_y - scale * mean_x)


def _lines(x: Floats, y: Floats, means: Floats) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``_line`` for every pixel of (k, 28, 28), as two maps.

    A pixel that no sample inks shows only its offset. Where a mean was subtracted, offset = -scale * mean,
    and ``means`` gives the scale; where even the pool is never inked, nothing depends on it.
    """
    mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
    variance = np.mean((x - mean_x) ** 2, axis=0)
    shared = np.mean((x - mean_x) * (y - mean_y), axis=0)
    from_mean = np.divide(-mean_y, means, out=np.zeros_like(mean_y), where=means > 0)
    scales = np.divide(shared, variance, out=from_mean, where=variance > 0)
    return scales.astype(np.float32), (mean_y - scales * mean_x).astype(np.float32)


def _close(again: Floats, pictures: Floats, fit: str) -> bool:
    """Every pixel within the tolerance of its own range, or of the typical range where it hardly varies."""
    ranges = np.ptp(pictures, axis=0) if len(pictures) >= ENOUGH else np.full(pictures.shape[1:], np.ptp(pictures))
    typical = np.median(ranges[ranges > 0])
    allowed = (RESIZED_TOLERANCE if fit == "resize" else TOLERANCE) * np.maximum(ranges, typical)
    return bool((np.abs(again - pictures) <= allowed).all())
