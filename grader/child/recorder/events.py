"""What the notebook does with models besides training them: saving, loading, drawing, setting weights, in order.

Each function is replaced wherever a module holds it, so ``model.save``, ``keras.models.save_model``
and their twins in ``tf.keras`` come through here, and a checkpoint that saves during a training does
too. What our own recorder saves goes another way (``saving``) and is not noted, nor are the weights
that a callback sets while its model is trained.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from typing import Any

import keras
from keras.src.saving import saving_api

from grader.child.recorder.model_registry import Book
from grader.child.recorder.seeds import replace_everywhere
from grader.child.spool import Spool

# How many of each kind are noted; what is about weights alone can come by the hundred, and counts once a cell.
CAPS = {"save": 200, "load": 200, "plot": 200, "save_weights": 50, "load_weights": 50, "set_weights": 50}
ONCE = ("save_weights", "load_weights", "set_weights")
BROUGHT = ("load", "load_weights", "set_weights")  # may bring values that no training of this notebook gave
PATH_CAP = 300
Note = Callable[[dict[str, Any], Any], None]


class Events:
    """The log of one notebook, whose files lie below ``work``.

    ``cell`` tells the cell that runs, ``quietly`` calls what may not fail.
    """

    def __init__(
        self, book: Book, spool: Spool, work: str, *, cell: Callable[[], int], quietly: Callable[..., None]
    ) -> None:
        self.book = book
        self.spool = spool
        self.work = os.path.realpath(work)  # as the current folder is told
        self.cell = cell
        self.quietly = quietly
        self.noted: list[dict[str, Any]] = []
        self.counts = dict.fromkeys(CAPS, 0)
        self.seen: set[tuple[Any, ...]] = set()

    def watch_keras(self) -> None:
        """Look on from now; what ``shims`` replaces must have been replaced before."""
        self._watch(keras.saving.save_model, self._saved)
        self._watch(keras.saving.load_model, self._loaded)
        self._watch(keras.utils.plot_model, self._plotted)
        self._watch(saving_api.save_weights, self._weights_saved)
        self._watch(saving_api.load_weights, self._weights_loaded)
        keras.layers.Layer.set_weights = self._observed(keras.layers.Layer.set_weights, self._weights_set)

    def _watch(self, original: Callable[..., Any], note: Note) -> None:
        replace_everywhere(original, self._observed(original, note))

    def _observed(self, original: Callable[..., Any], note: Note) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def observed(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)  # what fails has not happened
            self.quietly(lambda: note(signature.bind(*args, **kwargs).arguments, result))
            return result

        return observed

    def _saved(self, given: dict[str, Any], _: Any) -> None:
        self._remember(given["model"])
        self._note("save", given["model"], given["filepath"])

    def _loaded(self, given: dict[str, Any], result: Any) -> None:
        self._note("load", result, given["filepath"])

    def _weights_saved(self, given: dict[str, Any], _: Any) -> None:
        self._remember(given["model"])
        self._note("save_weights", given["model"], given["filepath"])

    def _weights_loaded(self, given: dict[str, Any], _: Any) -> None:
        self._note("load_weights", given["model"], given["filepath"])

    def _weights_set(self, given: dict[str, Any], _: Any) -> None:
        model = given["self"]
        if isinstance(model, keras.Model) and not self.book.of(model).training:
            self._note("set_weights", model, None)

    def _remember(self, model: Any) -> None:
        """What is saved in the middle of a training holds values that this training gave."""
        if isinstance(model, keras.Model) and (record := self.book.of(model)).training + record.stepped:
            self.book.trained(record)

    def _plotted(self, given: dict[str, Any], _: Any) -> None:
        self._note("plot", given["model"], None)

    def _note(self, kind: str, model: Any, path: Any) -> None:
        record = self.book.of(model) if isinstance(model, keras.Model) else None
        entry = {
            "kind": kind,
            "model": None if record is None else record.number,
            "fits": 0 if record is None else record.fits + record.training,
            "path": _text(path, self.work)[:PATH_CAP],
            "cell": self.cell(),
        }
        mark = tuple(entry[name] for name in ("kind", "model", "path", "cell"))
        if self.counts[kind] >= CAPS[kind] or (kind in ONCE and mark in self.seen):
            return
        if record is not None and kind in BROUGHT:
            entry["trained_here"] = self.book.holds_trained(model)
        if entry not in self.noted[-1:]:
            self.seen.add(mark)
            self.counts[kind] += 1
            self.noted.append(entry)
            self.spool.drop_json("events", 0, self.noted)


def _text(path: Any, work: str) -> str:
    """A path as text: the name of a file of the submission when it lies in ``work``; a file object by its name."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        path = getattr(path, "name", None)
        if not path or not isinstance(path, str):
            return ""
    whole = os.path.realpath(os.fsdecode(path))  # /content is a link to the folder of a notebook of Colab
    inside = os.path.relpath(whole, work)
    return whole if inside.startswith("..") else inside
