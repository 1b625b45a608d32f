"""What the notebook does with models besides training them: saving, loading, drawing, noted in order.

Each function is replaced wherever a module holds it, so ``model.save``, ``keras.models.save_model``
and their twins in ``tf.keras`` come through here, and a checkpoint that saves during a training does
too. What our own recorder saves goes another way (``saving``) and is not noted.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from typing import Any

import keras

from grader.child.book import Book
from grader.child.seeds import replace_everywhere
from grader.child.spool import Spool

EVENTS_CAP = 200
PATH_CAP = 300
Note = Callable[[dict[str, Any], Any], None]


class Events:
    """The log of one notebook; ``cell`` tells the cell that runs, ``quietly`` calls what may not fail."""

    def __init__(self, book: Book, spool: Spool, *, cell: Callable[[], int], quietly: Callable[..., None]) -> None:
        self.book = book
        self.spool = spool
        self.cell = cell
        self.quietly = quietly
        self.noted: list[dict[str, Any]] = []

    def watch_keras(self) -> None:
        """Look on from now; what ``shims`` replaces must have been replaced before."""
        self._watch(keras.saving.save_model, self._saved)
        self._watch(keras.saving.load_model, self._loaded)
        self._watch(keras.utils.plot_model, self._plotted)

    def _watch(self, original: Callable[..., Any], note: Note) -> None:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def observed(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)      # what fails has not happened
            self.quietly(lambda: note(signature.bind(*args, **kwargs).arguments, result))
            return result

        replace_everywhere(original, observed)

    def _saved(self, given: dict[str, Any], _: Any) -> None:
        self._note("save", given["model"], given["filepath"])

    def _loaded(self, given: dict[str, Any], result: Any) -> None:
        self._note("load", result, given["filepath"])

    def _plotted(self, given: dict[str, Any], _: Any) -> None:
        self._note("plot", given["model"], None)

    def _note(self, kind: str, model: Any, path: Any) -> None:
        record = self.book.of(model) if isinstance(model, keras.Model) else None
        entry = {
            "kind": kind,
            "model": None if record is None else record.number,
            "fits": 0 if record is None else record.fits + record.training,
            "path": _text(path)[:PATH_CAP],
            "cell": self.cell(),
        }
        if len(self.noted) < EVENTS_CAP and entry not in self.noted[-1:]:
            self.noted.append(entry)
            self.spool.drop_json("events", 0, self.noted)


def _text(path: Any) -> str:
    """A path as text, relative to the working folder when it lies in it; a file object by its name."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return str(getattr(path, "name", ""))
    whole = os.path.abspath(os.fsdecode(path))
    inside = os.path.relpath(whole)
    return whole if inside.startswith("..") else inside
