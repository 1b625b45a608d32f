"""The pictures that a notebook drew, and which images of its data set they show."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.records import KnownData, PictureFacts, Run
from grader.scoring.image_index import ImageIndex
from grader.untrusted import claims

PICTURES_CAP = 200
SIZE = (28, 28)
KEPT = 2

_lock = threading.Lock()
_indexes: dict[str, _Index] = {}


def pictures(run: Run) -> tuple[PictureFacts, ...]:
    """The pictures as claimed, in the order in which they were drawn; what they show is left open."""
    found = []
    for number, item in enumerate(claims.items(claims.parse(run.frames.get(("pictures", 0))), PICTURES_CAP)):
        claim = claims.mapping(item)
        shape = claims.shape(claim.get("shape"))
        if shape is None:
            continue
        raw = claims.array(run.frames.get(("picture", number)))
        found.append(
            PictureFacts(
                cell=claims.whole(claim.get("cell")) or 0,
                shape=shape,
                title=claims.word(claim.get("title"), 300),
                cmap=claims.word(claim.get("cmap"), 100),
                blank=claim.get("blank") is True,
                digest=claims.word(claim.get("digest"), 64),
                values=raw[1] if raw is not None and raw[1].shape == shape else None,
            )
        )
    return tuple(found)


def recognised(drawn: Sequence[PictureFacts], known: KnownData, name: str) -> tuple[PictureFacts, ...]:
    """The pictures, each with the image of the data set that it shows; ``name`` names the data set in memory."""
    if all(picture.blank or _plane(picture) is None for picture in drawn):
        return tuple(drawn)
    with _lock:
        if name not in _indexes:
            while len(_indexes) >= KEPT:
                del _indexes[next(iter(_indexes))]
            _indexes[name] = _Index(known)
        index = _indexes[name]
    return tuple(_recognised(picture, index) for picture in drawn)


class _Index:
    """Finds an image among both parts of a data set."""

    def __init__(self, known: KnownData) -> None:
        self.train, self.test = ImageIndex(known.x_train), ImageIndex(known.x_test)
        self.labels = {"train": known.y_train, "test": known.y_test}

    def find(self, picture: PictureFacts, plane: NDArray[np.float64]) -> PictureFacts:
        """``picture`` with what it shows."""
        row = self.train.find(plane)
        part: Literal["train", "test"] = "train" if row is not None else "test"
        row = row if row is not None else self.test.find(plane)
        return picture if row is None else replace(picture, part=part, row=row, label=int(self.labels[part][row]))


def _plane(picture: PictureFacts) -> NDArray[np.float64] | None:
    """The grey values of a 28 x 28 picture; three equal channels are one."""
    values = picture.values
    if values is None or values.shape[:2] != SIZE or values.ndim > 3:
        return None
    if values.ndim == 3:
        if values.shape[2] not in (1, 3, 4) or (values[..., :3] != values[..., :1]).any():
            return None
        values = values[..., 0]
    return values.astype(np.float64)


def _recognised(picture: PictureFacts, index: _Index) -> PictureFacts:
    plane = None if picture.blank else _plane(picture)
    return picture if plane is None else index.find(picture, plane)
