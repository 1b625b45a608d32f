"""The pictures that a notebook drew, and which images of its data set they show."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from grader.models.preprocess import apply, matching
from grader.records import KnownData, PictureFacts, Run, Shape
from grader.scoring.image_index import ImageIndex
from grader.untrusted import claims

PICTURES_CAP = 200
SIZE = (28, 28)
KEPT = 2
ENLARGED = 0.95  # correlation of an image with a copy that was enlarged, in whichever way, and made small again

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
                reduced=_reduced(shape, None if raw is None else raw[1]),
            )
        )
    return tuple(found)


def _reduced(shape: Shape, sent: NDArray[Any] | None) -> NDArray[Any] | None:
    """A picture larger than an image of a data set, made as small; None for others and where it is not all numbers."""
    if sent is None or len(shape) not in (2, 3) or min(shape[:2]) <= SIZE[0]:
        return None
    small = apply.reduced(sent, SIZE[0]) if sent.shape == shape else sent
    fitting = small.shape in (SIZE, (*SIZE, 3)) and small.ndim == len(shape)
    return small.astype(np.float64) if fitting and np.isfinite(small).all() else None


def recognised(drawn: Sequence[PictureFacts], known: KnownData, name: str) -> tuple[PictureFacts, ...]:
    """The pictures, each with the image of the data set that it shows; ``name`` names the data set in memory."""
    if all(picture.blank or (_plane(picture) is None and _enlarged(picture) is None) for picture in drawn):
        return tuple(drawn)
    with _lock:
        if name not in _indexes:
            while len(_indexes) >= KEPT:
                del _indexes[next(iter(_indexes))]
            _indexes[name] = _Index(known)
        index = _indexes[name]
    return index.find_enlarged([_recognised(picture, index) for picture in drawn])


class _Index:
    """Finds an image among both parts of a data set."""

    def __init__(self, known: KnownData) -> None:
        self.known = known
        self.train, self.test = ImageIndex(known.x_train), ImageIndex(known.x_test)
        self.labels = {"train": known.y_train, "test": known.y_test}

    def find(self, picture: PictureFacts, plane: NDArray[np.float64]) -> PictureFacts:
        """``picture`` with what it shows."""
        row = self.train.find(plane)
        part: Literal["train", "test"] = "train" if row is not None else "test"
        row = row if row is not None else self.test.find(plane)
        return picture if row is None else replace(picture, part=part, row=row, label=int(self.labels[part][row]))

    def find_enlarged(self, drawn: Sequence[PictureFacts]) -> tuple[PictureFacts, ...]:
        """The pictures, each larger one with the image that it is a copy of."""
        places = [place for place, picture in enumerate(drawn) if _enlarged(picture) is not None]
        found = list(drawn)
        if places:
            planes = np.stack([plane for place in places if (plane := _enlarged(drawn[place])) is not None])
            for part, images in (("train", self.known.x_train), ("test", self.known.x_test)):
                rows = matching.most_alike(planes, images, lambda raw: raw)
                for place, plane, row in zip(places, planes, rows, strict=True):
                    near = matching.alike(plane[np.newaxis], images[row][np.newaxis])
                    if near >= ENLARGED and found[place].row is None:
                        found[place] = replace(
                            found[place], part=cast(Any, part), row=int(row), label=int(self.labels[part][row])
                        )
        return tuple(found)


def _enlarged(picture: PictureFacts) -> NDArray[np.float64] | None:
    """The grey values of a picture larger than an image, made as small; None of other pictures."""
    small = picture.reduced
    if small is None or picture.blank or (small.ndim == 3 and np.ptp(small, axis=2).max() > 1e-6 * np.ptp(small)):
        return None
    return small if small.ndim == 2 else small[..., 0]


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
