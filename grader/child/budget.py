"""Training that would not finish in time is stopped where Keras lets go: at the end of an epoch or batch."""

from __future__ import annotations

import time
from typing import Any

import keras

SHARE = 0.8                 # of the cell's limit, and of what is left of the wall clock
RECENT = 3


def deadline(cell_started: float, cell_s: float, wall_deadline: float) -> float:
    """Until when a training that begins now may last; monotonic seconds."""
    now = time.monotonic()
    return min(cell_started + SHARE * cell_s, now + SHARE * max(0.0, wall_deadline - now))


class TimeKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Counts whole epochs and ends the training before ``until``."""

    async_safe = True       # so that Keras need not wait for each batch's numbers

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until
        self.epochs_done = 0
        self.batches = 0
        self.out_of_time = False
        self._cut = False
        self._began = 0.0
        self._lasted: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches += 1
        if time.monotonic() > self.until:
            self._cut = True
            self._stop()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._cut:
            return          # the epoch was not finished
        now = time.monotonic()
        self.epochs_done += 1
        self._lasted.append(now - self._began)
        if now + max(self._lasted[-RECENT:]) > self.until:
            self._stop()

    def _stop(self) -> None:
        self.out_of_time = True
        if self.model is not None:
            self.model.stop_training = True
