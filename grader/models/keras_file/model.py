"""What reading a model file gives, and how large a file may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.records import Head, LayerFacts, Shape

MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """The largest file and model that are read. Sizes are bytes; counts are for one image."""

    archive: int = 150 * MEGABYTE
    weights: int = 150 * MEGABYTE
    config: int = 4 * MEGABYTE
    metadata: int = 65_536
    depth: int = 64  # of nested JSON values
    nesting: int = 4  # of models inside models
    layers: int = 200
    calls: int = 2_000  # uses of layers: a shared layer has several
    params: int = 30_000_000
    macs: int = 1_000_000_000  # multiply-adds
    values: int = 8_000_000  # of one layer's output


SUBMISSION = Caps()
_NO_LIMIT = 10**18
UNLIMITED = Caps(
    archive=_NO_LIMIT, weights=_NO_LIMIT, config=_NO_LIMIT, depth=512, nesting=32, layers=_NO_LIMIT,
    calls=_NO_LIMIT, params=_NO_LIMIT, macs=_NO_LIMIT, values=_NO_LIMIT,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class KerasModel:
    """A model that was read as data: every layer with its sizes, and what is needed to pack it anew."""

    layers: tuple[LayerFacts, ...]  # in the order of the file, input layers among them
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    heads: tuple[Head, ...]  # of several outputs
    total_params: int
    trainable_params: int
    macs: int  # multiply-adds per image
    config: Mapping[str, Any]  # canonical: checked values only, no compile settings
    weights: bytes  # the HDF5 file as handed in, never opened here; b"" without one
    sha256: str  # of canonical configuration and weights; "" without weights
