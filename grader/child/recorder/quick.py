"""A training cut short or left out, for runs that need no accuracy: what happens instead of what ``fit`` was asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from grader.child.recorder import input_stats

BATCH = 32  # Keras's own
EPOCHS_CAP = 20_000
LEAST_ROWS = 16  # of one epoch
TRAININGS_CAP = 30  # of one cell: a loop that waits for an accuracy would never end


class LookEnds(RuntimeError):
    """Raised in the student's cell when it goes on training and training."""

    def __init__(self) -> None:
        super().__init__(f"An early look cuts every training short and ends after {TRAININGS_CAP} of one cell.")


def cut(given: Mapping[str, Any], *, rows: int, epochs: int) -> dict[str, Any]:
    """The arguments of ``fit`` for ``rows`` rows in all, in the epochs that were asked for and at most ``epochs``.

    Those that were given stay as they are.
    """
    first, asked = int(given.get("initial_epoch") or 0), int(given.get("epochs", 1))
    last = min(asked, first + epochs)
    rows = max(min(rows, LEAST_ROWS), rows // max(1, last - first))
    less = {**_fewer_rows(given, rows), "epochs": last}
    every = given.get("validation_freq")
    if isinstance(every, int) and last < asked:
        less["validation_freq"] = max(1, min(every, last - first))
    batch = given.get("batch_size") or input_stats.batch_rows(given.get("x")) or BATCH
    less["steps_per_epoch"] = _steps(given.get("x"), given.get("steps_per_epoch"), math.ceil(rows / batch))
    validation = given.get("validation_data")
    if validation is not None:
        batch = given.get("validation_batch_size") or input_stats.batch_rows(validation) or batch
        less["validation_steps"] = _steps(validation, given.get("validation_steps"), math.ceil(rows / batch))
        if isinstance(validation, (list, tuple)):
            less["validation_data"] = tuple(head(part, rows) for part in validation)
    return less


def cut_evaluation(given: Mapping[str, Any], *, rows: int) -> dict[str, Any]:
    """The arguments of ``evaluate`` for at most ``rows`` rows: after a training cut short its numbers mean nothing."""
    less = _fewer_rows(given, rows)
    batch = given.get("batch_size") or input_stats.batch_rows(given.get("x")) or BATCH
    less["steps"] = _steps(given.get("x"), given.get("steps"), math.ceil(rows / batch))
    return less


def lengthen(history: Any, given: Mapping[str, Any], epochs: int) -> None:
    """Give the history of a training that was cut to ``epochs`` epochs as many entries as were asked for.

    ``given`` are the arguments as asked. The last number is repeated: it means as little as the others. A training
    that a callback ended before that stays as it is.
    """
    first, asked = int(given.get("initial_epoch") or 0), min(int(given.get("epochs", 1)), EPOCHS_CAP)
    done = len(history.epoch)
    if done != epochs or asked - first <= done:
        return
    history.epoch.extend(range(first + done, asked))
    for values in history.history.values():
        values.extend(values[-1:] * (len(values) * (asked - first) // done - len(values)))


def untrained(model: Any, given: Mapping[str, Any]) -> Any:
    """The history of a training that did not happen: every number is NaN.

    Raises what Keras raises when one row of the data does not fit the model.
    """
    import keras  # noqa: PLC0415 - seconds of import, which cutting does without

    x: Any = given.get("x")
    row = next(iter(x)) if input_stats.is_stream(x) else head(x, 1)
    model(row[0] if input_stats.is_stream(x) and isinstance(row, (list, tuple)) else row, training=False)
    first, last = int(given.get("initial_epoch") or 0), int(given.get("epochs", 1))
    epochs = range(first, min(last, first + EPOCHS_CAP))
    asked = getattr(getattr(model, "_compile_metrics", None), "_user_metrics", None) or []
    names = ["loss", *(one if isinstance(one, str) else getattr(one, "name", str(one)) for one in asked)]
    if given.get("validation_data") is not None or given.get("validation_split"):
        names += [f"val_{name}" for name in names]
    history = keras.callbacks.History()
    history.set_model(model)
    history.set_params({"epochs": last, "verbose": 0})
    history.epoch = list(epochs)
    history.history = {name: [math.nan] * len(epochs) for name in names}
    model.history = history
    return history


def _fewer_rows(given: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """The same arguments, the data among them with their first rows only."""
    return {name: head(value, rows) if name in ("x", "y", "sample_weight") else value for name, value in given.items()}


def head(value: Any, rows: int) -> Any:
    """The first rows of arrays, tensors and frames, of each in a list or mapping; a stream as it is."""
    if value is None or input_stats.is_stream(value):
        return value
    if isinstance(value, Mapping):
        return {key: head(item, rows) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and value and hasattr(value[0], "shape") and len(value[0].shape) > 0:
        return type(value)([head(item, rows) for item in value])
    if hasattr(value, "iloc"):
        return value.iloc[:rows]
    try:
        return value[:rows]
    except Exception:  # noqa: BLE001 - what cannot be cut is Keras's to judge
        return value


def _steps(value: Any, asked: Any, most: int) -> int | None:
    """Batches per epoch: a stream is ended by their number, arrays only when the student said a number."""
    if asked is None:
        return most if input_stats.is_stream(value) else None
    return min(int(asked), most)
