"""What is known of each model that the notebook used: a plain record, kept alive under a number."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.child.recorder import input_stats
from grader.child.recorder.known_images import KnownImages

MODELS_CAP = 16  # models that are kept alive
RETIRED_CAP = 48  # trained models of which only the results are kept
HISTORY_CAP = 200
PREDICTS_CAP = 50


@dataclass(slots=True)
class Record:
    """One model. ``last`` numbers the fits and evaluates of all models in their order, -1 for none."""

    number: int
    model: Any
    names: list[str] = field(default_factory=list)
    fits: int = 0
    evaluates: int = 0
    predicts: int = 0
    last: int = -1
    last_fit: int = -1
    compiled: dict[str, Any] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, Any]] = field(default_factory=list)  # how many images it was asked about, each time
    asked: Any = None  # a truth value for each test image: whether it was shown for a prediction
    fed: dict[str, Any] | None = None
    fed_by: str = ""  # "fit", or what was seen before any fit
    calls: int = 0  # as a function: ``model(images)``
    waiting: Any = None  # a stream to look at when all is over
    saved: bool = False
    rebuilt: bool = False
    save_error: str = ""
    fingerprint: str = ""
    layers: list[dict[str, Any]] = field(default_factory=list)
    by_batches: dict[str, Any] | None = None
    training: int = 0  # 1 while fit is at work on it
    stepped: bool = False  # trained by batches since its values were last noted
    before: frozenset[bytes] = frozenset()  # its values when its last training began
    sampled: list[Any] = field(default_factory=list)  # some of its values when its last training began
    trained_here: bool | None = None  # as saved, it holds values that a training of this notebook gave

    def call_it(self, name: str) -> None:
        """The name becomes the most recent one."""
        if name in self.names:
            self.names.remove(name)
        self.names.append(name)
        del self.names[:-16]

    def ask(self, x: Any, images: KnownImages) -> None:
        """The model was asked what it says of ``x``, by ``predict`` or by calling it."""
        found = input_stats.source_of(x)
        shown, known = (None, False) if found is None else images.among_test(found)
        rows = input_stats.length_of(x) if found is None else len(found)
        query = {"rows": rows, "fits": self.fits, "known": known}
        if query not in self.queries[-1:]:
            self.queries.append(query)
            del self.queries[:-HISTORY_CAP]
        if shown is not None:
            self.asked = shown if self.asked is None else self.asked | shown

    def claim(self) -> dict[str, Any]:
        """The entry of the frame ``models``."""
        return {
            "number": self.number,
            "variables": self.names,
            "name": str(self.model.name)[:100],
            "class_name": type(self.model).__name__,
            "keras": True,
            "fits": self.fits,
            "evaluates": self.evaluates,
            "predicts": self.predicts,
            "built": bool(self.model.built),
            "compiled": self.compiled is not None,
            "last": self.last,
            "last_fit": self.last_fit,
            "saved": self.saved,
            "save_error": self.save_error,
            "rebuilt": self.rebuilt,
            "trained_here": self.trained_here,
            "compile": self.compiled,
            "history": self.history[-HISTORY_CAP:],
            "evaluations": self.evaluations[-HISTORY_CAP:],
            "queries": self.queries,
            "asked": "" if self.asked is None else np.packbits(self.asked).tobytes().hex(),
            "fed": self.fed,
            "layers": [] if self.saved else self.layers,
        }


class Book:
    """All records; the least used make room when there are too many.

    Of a trained model that makes room the results stay, as its last claim; ``farewell`` sees it before.
    """

    def __init__(self, farewell: Callable[[Record], None] = lambda record: None) -> None:
        self.records: dict[int, Record] = {}
        self.retired: list[dict[str, Any]] = []
        self.farewell = farewell
        self.values: set[bytes] = set()
        self.holders: dict[str, int] = {}  # name -> number of the model that had it last
        self._next_number = 0
        self._uses = 0

    def of(self, model: Any) -> Record:
        record = self.records.get(id(model))
        if record is None:
            record = Record(number=self._next_number, model=model)
            self._next_number += 1
            self.records[id(model)] = record
            self._make_room(record)
        return record

    def call_it(self, record: Record, name: str) -> None:
        """The name becomes the record's most recent one, and what had it before no longer holds it."""
        record.call_it(name)
        self.holders[name] = record.number

    def used(self, record: Record, *, fit: bool) -> None:
        record.last = self._uses
        if fit:
            record.last_fit = self._uses
        self._uses += 1

    def begins(self, record: Record) -> None:
        """A training of the model begins."""
        record.before = _values(record.model.trainable_weights)

    def trained(self, record: Record) -> None:
        """Note the values that a training gave to the model's weights: what it left as it was is not among them."""
        record.stepped = False
        self.values |= _values(record.model.trainable_weights) - record.before

    def holds_trained(self, model: Any) -> bool:
        """Whether some weight has a value that a training gave: here, or in the model it was copied from."""
        return not self.values.isdisjoint(_values(model.weights))

    def _make_room(self, newest: Record) -> None:
        if len(self.records) > MODELS_CAP:
            others = [record for record in self.records.values() if record is not newest]
            least = min(others, key=lambda record: (record.fits > 0, bool(record.names), record.last, record.number))
            if least.fits:
                self.farewell(least)
                self.retired.append(least.claim())
                del self.retired[:-RETIRED_CAP]
            del self.records[id(least.model)]

    def claims(self) -> list[dict[str, Any]]:
        """The entries of the frame ``models``, those of models that made room first."""
        every = [*self.retired, *(record.claim() for record in self.records.values())]
        return [
            {**claim, "holds": [name for name in claim["variables"] if self.holders.get(name) == claim["number"]]}
            for claim in every
        ]


def _values(weights: Iterable[Any]) -> frozenset[bytes]:
    """The weights' values by their digests; one that is the same number throughout tells nothing and is left out."""
    arrays = (np.ascontiguousarray(weight.numpy()).reshape(-1) for weight in weights)
    return frozenset(
        hashlib.blake2b(array.view(np.uint8).data, digest_size=16).digest()
        for array in arrays
        if array.size and array.min() != array.max()
    )


def compile_facts(model: Any, loss: Any, metrics: Any) -> dict[str, Any]:
    """How a model was compiled, by the names of the field; ``loss`` and ``metrics`` as given."""
    optimizer = getattr(model, "optimizer", None)
    try:
        settings = optimizer.get_config() if optimizer is not None else {}
    except Exception:  # noqa: BLE001 - an optimizer of the student's own may not have one
        settings = {}
    return {
        "optimizer": type(optimizer).__name__ if optimizer is not None else None,
        "optimizer_config": {key: value.item() if hasattr(value, "item") else value for key, value in settings.items()},
        "loss": name_of(loss),
        "losses": _losses(loss),
        "from_logits": _from_logits(loss),
        "metrics": [name for metric in _flat(metrics) if (name := name_of(metric))],
    }


def _losses(loss: Any) -> dict[str, str]:
    """The loss of each of several outputs, by the output's name or place."""
    several = loss if isinstance(loss, dict) else dict(enumerate(loss)) if isinstance(loss, (list, tuple)) else {}
    return {str(output): name for output, one in several.items() if (name := name_of(one))}


def refreshed(compiled: dict[str, Any] | None, model: Any) -> dict[str, Any] | None:
    """The compile facts with the optimizer as it is now: a learning rate can be set after ``compile``."""
    now = compile_facts(model, getattr(model, "loss", None), None)
    if compiled is None:
        return now if now["optimizer"] is not None else None
    return {**compiled, "optimizer": now["optimizer"], "optimizer_config": now["optimizer_config"]}


def callback_names(given: Any, ours: Any) -> list[str]:
    """Class names of the callbacks that a student passed to ``fit``; ``ours`` is not one of them."""
    listed = getattr(given, "callbacks", given)
    names = [type(one).__name__ for one in listed if one is not ours] if isinstance(listed, (list, tuple)) else []
    return [name for name in names if name not in ("History", "ProgbarLogger")]


def name_of(thing: Any) -> str | None:
    """What a loss or metric is called: the text itself, a function's name, an object's class."""
    if thing is None or isinstance(thing, str):
        return thing
    if isinstance(thing, (list, tuple, dict)):
        parts = [name_of(part) for part in _flat(thing)]
        return parts[0] if len(parts) == 1 else ", ".join(part for part in parts if part)
    return getattr(thing, "__name__", None) or type(thing).__name__


def _flat(things: Any) -> list[Any]:
    if things is None:
        return []
    if isinstance(things, dict):
        things = list(things.values())
    if isinstance(things, (list, tuple)):
        return [part for thing in things for part in _flat(thing)]
    return [things]


def _from_logits(loss: Any) -> bool:
    found = [getattr(part, "from_logits", None) for part in _flat(loss)]
    kwargs = [getattr(part, "_fn_kwargs", None) or {} for part in _flat(loss)]
    return any(value is True for value in found) or any(values.get("from_logits") is True for values in kwargs)


def seconds_since(started: float) -> float:
    return round(time.monotonic() - started, 3)
