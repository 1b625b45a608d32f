"""What was seen to go into each model: the images of its last training, else the first that it was shown.

A model can also be called as a function, ``model(images)``: those images count as long as nothing better is known.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from grader.child.recorder import input_stats
from grader.child.recorder.known_images import KnownImages
from grader.child.recorder.model_registry import Book, Record
from grader.child.spool import Spool, plain


class Looks:
    """Looks at what the models of ``book`` are fed.

    ``images`` are those of the mounted set. ``is_named`` tells whether the notebook has a name for a model, ``quietly``
    calls what may not fail. ``sample_rows`` as in ``input_stats.look``.
    """

    def __init__(
        self,
        book: Book,
        spool: Spool,
        sample_rows: Mapping[str, Sequence[int]],
        images: KnownImages,
        *,
        is_named: Callable[[Any], bool],
        quietly: Callable[..., None],
    ) -> None:
        self.book = book
        self.spool = spool
        self.sample_rows = sample_rows
        self.images = images
        self.is_named = is_named
        self.quietly = quietly
        self.depth = 0  # of calls within calls

    def look(self, record: Record, x: Any, *, by: str) -> None:
        """Note what was fed: the last training's, or the first thing seen when there was none."""
        if by != "fit" and record.fed_by not in ("", "call"):
            return
        record.fed_by, record.waiting = by, None
        if input_stats.must_wait(x):
            record.waiting = x
            return
        self._note(record, input_stats.look(x, self.sample_rows, self.images.lengths))

    def look_at_waiting(self, record: Record) -> None:
        """Look at a stream that was left alone until all is over."""
        if record.waiting is not None:
            self._note(record, input_stats.look(record.waiting, self.sample_rows, self.images.lengths))
            record.waiting = None
            _save_again(record)

    def watch_calls(self, busy: Callable[[], bool]) -> None:
        """Look on from now at ``model(images)``; not while ``busy``, when Keras itself calls the model."""
        original = keras.Model.__call__

        @functools.wraps(original)
        def called(model: Any, *args: Any, **kwargs: Any) -> Any:
            self.depth += 1
            try:
                result = original(model, *args, **kwargs)
            finally:
                self.depth -= 1
            if not (self.depth or busy()):
                x = args[0] if args else kwargs.get("inputs")
                self.quietly(self._called, model, x, kwargs.get("training"))
            return result

        keras.Model.__call__ = called

    def _called(self, model: Any, x: Any, training: Any) -> None:
        """Look at the images of the 1st, 2nd, 4th, 8th ... call: a loop of the notebook's own makes thousands.

        Unless it is in ``training``, the model is asked what it says of them, as by ``predict``.
        """
        if id(model) not in self.book.records and not self.is_named(model):
            return  # a part of another model, or a tool
        record = self.book.of(model)
        if not training and not isinstance(x, keras.KerasTensor):
            record.ask(x, self.images)
        record.calls += 1
        if record.fed_by not in ("", "call") or record.calls & (record.calls - 1):
            return
        seen = input_stats.look(x, self.sample_rows, self.images.lengths)
        says_nothing = seen is None or (record.fed is not None and seen.claim["minimum"] == seen.claim["maximum"])
        if not says_nothing:
            record.fed_by = "call"
            self._note(record, seen)
            _save_again(record)

    def _note(self, record: Record, seen: input_stats.Fed | None) -> None:
        record.fed = None if seen is None else plain(seen.claim)
        if seen is not None:
            header = {"shape": list(seen.samples.shape), "dtype": seen.samples.dtype.str}
            self.spool.drop("samples", record.number, json.dumps(header).encode() + b"\n" + seen.samples.tobytes())


def _save_again(record: Record) -> None:
    """A model that could not be saved may be, now that its input is known."""
    if not record.saved:
        record.fingerprint = ""
