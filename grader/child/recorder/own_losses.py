"""Which loss of Keras a loss of the notebook's own is, in effect: one that gives the same numbers, but for a factor."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

NAMES = ("categorical_crossentropy", "mean_squared_error", "mean_absolute_error")
CLASSES = 10
LABELS = np.eye(CLASSES, dtype="float32")[[3, 1, 4, 1]]
TOLERANCE = 1e-3
SEED = 314


def alike(loss: Any) -> str:
    """The name of that loss; "" for a loss of Keras itself, and for one that is like none or cannot be asked."""
    kind = loss if hasattr(loss, "__name__") else type(loss)
    if not callable(loss) or str(getattr(kind, "__module__", "")).partition(".")[0] == "keras":
        return ""
    own = _values(loss, LABELS)
    if own is None:
        own = _values(loss, LABELS.argmax(axis=1))
    if own is None:
        return ""
    return next((name for name in NAMES if _proportional(own, _values(keras.losses.get(name), LABELS))), "")


def _values(loss: Callable[..., Any], labels: NDArray[Any]) -> NDArray[np.float64] | None:
    """The loss of each of a few predictions; None when it takes no such labels."""
    scores = np.random.default_rng(SEED).normal(size=(len(labels), CLASSES))
    predicted = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype("float32")
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints is no output of the notebook
            pairs = [(labels[at : at + 1], predicted[at : at + 1]) for at in range(len(labels))]
            each = [loss(*map(keras.ops.convert_to_tensor, pair)) for pair in pairs]
        found = np.array([float(np.mean(value)) for value in each])
    except Exception:  # noqa: BLE001 - a student's function may raise anything
        return None
    return found if np.isfinite(found).all() else None


def _proportional(own: NDArray[np.float64], other: NDArray[np.float64] | None) -> bool:
    if other is None or other[0] == 0:
        return False
    factor = own[0] / other[0]
    return bool(factor > 0 and np.allclose(own, factor * other, rtol=TOLERANCE, atol=0))
