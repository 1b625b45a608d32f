"""Training that would not finish in time is stopped where Keras lets go: at the end of an epoch or batch."""

from __future__ import annotations

import time
from typing import Any

import keras

SHARE = 0.8  # of the cell's limit, and of what is left of the wall clock
TIME, EPOCHS, FIT_TIME = "time", "max_epochs", "max_fit_time"  # what ended a training
RECENT = 3


def deadline(cell_started: float, cell_s: float, wall_deadline: float) -> float:
    """Until when a training that begins now may last; monotonic seconds."""
    now = time.monotonic()
    return min(cell_started + SHARE * cell_s, now + SHARE * max(0.0, wall_deadline - now))


class TimeKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Counts whole epochs and ends the training before ``until``, or after what the rubric's budgets allow.

    ``max_epochs`` epochs, ``max_fit_s`` seconds from its begin; None is no budget. ``stopped`` tells what ended it.
    """

    async_safe = True  # so that Keras need not wait for each batch's numbers

    def __init__(self, until: float, *, max_epochs: int | None = None, max_fit_s: float | None = None) -> None:
        super().__init__()
        self.until = until
        self.max_epochs = max_epochs
        self.max_fit_s = max_fit_s
        self.epochs_done = 0
        self.batches = 0
        self.stopped = ""
        self._on_time = TIME
        self._cut = False
        self._began = 0.0
        self._lasted: list[float] = []

    def pretend(self, history: Any) -> Any:
        """Count the epochs of a history that stands for a training which was left out."""
        self.epochs_done = len(history.epoch)
        return history

    def on_train_begin(self, logs: Any = None) -> None:
        allowed = self.until if self.max_fit_s is None else time.monotonic() + self.max_fit_s
        if allowed < self.until:
            self.until, self._on_time = allowed, FIT_TIME

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches += 1
        if time.monotonic() > self.until:
            self._cut = True
            self._stop(self._on_time)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._cut:
            return  # the epoch was not finished
        now = time.monotonic()
        self.epochs_done += 1
        self._lasted.append(now - self._began)
        if now + max(self._lasted[-RECENT:]) > self.until:
            self._stop(self._on_time)
        elif self.max_epochs is not None and self.epochs_done >= self.max_epochs:
            self._stop(EPOCHS)

    def _stop(self, why: str) -> None:
        self.stopped = why
        if self.model is not None:
            self.model.stop_training = True
