"""What the notebook draws with ``imshow`` and its kin: the array, and the words beside it when it is shown.

matplotlib is not imported here: it is watched from the moment that the notebook imports it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.child.recorder.input_stats import DTYPES
from grader.child.spool import Spool
from grader.models.preprocess import apply

DRAWS = ("imshow", "pcolormesh", "pcolor")  # matshow calls imshow
PICTURES_CAP = 200
ARRAY_CAP = 64 << 10
TOGETHER_CAP = 4 << 20
WORDS_CAP = 300
SIDE = 28  # of what is kept of a large picture


class Gallery:
    """The pictures of one notebook, in order.

    ``cell`` tells the cell that runs, ``quietly`` calls what may not fail, ``show`` shows the open figures and closes
    them.
    """

    def __init__(
        self, spool: Spool, *, cell: Callable[[], int], quietly: Callable[..., None], show: Callable[[], None]
    ) -> None:
        self.spool = spool
        self.cell = cell
        self.quietly = quietly
        self.show = show
        self.claims: list[dict[str, Any]] = []
        self.room = TOGETHER_CAP
        self._drawn: list[tuple[Any, int]] = []  # artists that were not shown yet, each with its cell

    def watch(self) -> None:
        """Look on as soon as matplotlib is there, in the very cell that imports it too."""
        after_import("matplotlib.axes._axes", self._watch_axes)
        after_import("matplotlib.pyplot", self._watch_show)

    def settle(self) -> None:
        """Note what was drawn since the last time: now its titles are final."""
        drawn, self._drawn = self._drawn, []
        seen = [(artist, cell) for artist, cell in drawn if _is_visible(artist)]
        for artist, cell in seen:
            alone = sum(other.axes.figure is artist.axes.figure for other, _ in seen) == 1
            self._note(artist, cell, alone=alone)
        self.spool.drop_json("pictures", 0, self.claims)

    def _watch_axes(self, module: ModuleType) -> None:
        for name in DRAWS:
            setattr(module.Axes, name, self._observed(getattr(module.Axes, name)))

    def _observed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def draw(*args: Any, **kwargs: Any) -> Any:
            artist = original(*args, **kwargs)
            if len(self._drawn) + len(self.claims) < PICTURES_CAP:
                self._drawn.append((artist, self.cell()))
            return artist

        return draw

    def _watch_show(self, pyplot: ModuleType) -> None:
        """``show`` closes what it shows, as a notebook's inline backend does: what follows is a new figure."""

        def show(*args: Any, **kwargs: Any) -> None:
            self.quietly(self.settle)
            self.quietly(self.show)

        pyplot.show = show  # type: ignore[attr-defined]

    def _note(self, artist: Any, cell: int, *, alone: bool) -> None:
        values = np.ma.getdata(artist.get_array())
        claim = {
            "cell": cell,
            "shape": list(values.shape),
            "title": _words(artist, alone=alone)[:WORDS_CAP],
            "cmap": str(artist.get_cmap().name)[:100] if values.ndim == 2 else "",
            "blank": is_blank(values),
            "digest": hashlib.blake2b(np.ascontiguousarray(values).tobytes(), digest_size=16).hexdigest(),
        }
        if values.dtype.str not in DTYPES:
            values = values.astype("<f4")
        if values.nbytes > ARRAY_CAP and values.ndim in (2, 3) and min(values.shape[:2]) > SIDE:
            values = apply.reduced(values, SIDE).astype("<f4")
        if values.nbytes <= min(ARRAY_CAP, self.room):
            self.room -= values.nbytes
            header = {"shape": list(values.shape), "dtype": values.dtype.str}
            payload = json.dumps(header).encode() + b"\n" + np.ascontiguousarray(values).tobytes()
            self.spool.drop("picture", len(self.claims), payload)
        self.claims.append(claim)


def is_blank(values: NDArray[Any]) -> bool:
    """Whether there is nothing to see: all values are the same, or none is a number."""
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    return values.size == 0 or bool(values.min() == values.max())


def after_import(name: str, then: Callable[[ModuleType], None]) -> None:
    """Call ``then`` with the module ``name`` as soon as it is loaded; at once when it is already."""
    if name in sys.modules:
        then(sys.modules[name])
    else:
        sys.meta_path.insert(0, _Waiting(name, then))


class _Waiting(MetaPathFinder):
    """Steps aside when its module is asked for, and adds a step to the loading of what the others find."""

    def __init__(self, name: str, then: Callable[[ModuleType], None]) -> None:
        self.name = name
        self.then = then

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def load_and_tell(module: ModuleType) -> None:
            load(module)
            self.then(module)

        spec.loader.exec_module = load_and_tell  # type: ignore[method-assign]
        return spec


def _is_visible(artist: Any) -> bool:
    """Still in its axes, not covered by a later picture, and no colour bar."""
    axes = artist.axes
    if axes is None or artist not in axes.get_children() or axes.get_label() == "<colorbar>":
        return False
    images = list(axes.images)
    later = images[images.index(artist) + 1 :] if artist in images else []
    return not any(other.get_alpha() is None and other.get_extent() == artist.get_extent() for other in later)


def _words(artist: Any, *, alone: bool) -> str:
    """All the words that stand beside a picture: titles, axis labels, texts on it; the figure's when it is alone."""
    axes = artist.axes
    words = [axes.get_title(loc=side) for side in ("center", "left", "right")]
    words += [axes.get_xlabel(), axes.get_ylabel(), *(text.get_text() for text in axes.texts)]
    if alone:
        words += [axes.figure.get_suptitle(), *(text.get_text() for text in axes.figure.texts)]
    elif not any(word.strip() for word in words):
        words = [_share_of_title(axes)]
    return " | ".join(dict.fromkeys(word.strip() for word in words if word.strip()))


def _share_of_title(axes: Any) -> str:
    """What a figure's title says of one of its pictures: it lists as many names as there are pictures, in order."""
    names = re.split(r"[,;|/]", axes.figure.get_suptitle())
    pictures = [other for other in axes.figure.axes if other.images]
    return names[pictures.index(axes)] if axes in pictures and len(names) == len(pictures) else ""
