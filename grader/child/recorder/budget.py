"""Training that would not finish in time is stopped where Keras lets go: at the end of an epoch or batch."""

from __future__ import annotations

from typing import Any

import keras

from grader.child.clock import Clock

SHARE = 0.8  # of what is left of the cell's limit, and of the run's
TIME, EPOCHS, FIT_TIME = "time", "max_epochs", "max_fit_time"  # what ended a training
RECENT = 3


def allowed(cell_s: float, cell_used_s: float, run_left_s: float) -> float:
    """How many seconds a training that begins now may last: its cell has ``cell_s``, of which some are used."""
    return max(0.0, min(SHARE * cell_s - cell_used_s, SHARE * run_left_s))


class TimeKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Counts whole epochs and ends the training before it has lasted ``allowed_s`` seconds of ``clock``, or after
    what the rubric's budgets allow.

    ``max_epochs`` epochs, ``max_fit_s`` seconds; None is no budget. ``stopped`` tells what ended it, ``waited``
    whether that was the wall clock.
    """

    async_safe = True  # so that Keras need not wait for each batch's numbers

    def __init__(
        self, allowed_s: float, clock: Clock, *, max_epochs: int | None = None, max_fit_s: float | None = None
    ) -> None:
        super().__init__()
        by_rubric = max_fit_s is not None and max_fit_s < allowed_s
        self.allowed_s = max_fit_s if by_rubric and max_fit_s is not None else allowed_s
        self.clock = clock
        self.max_epochs = max_epochs
        self.epochs_done = 0
        self.batches = 0
        self.stopped = ""
        self.waited = False
        self._on_time = FIT_TIME if by_rubric else TIME
        self._cut = False
        self._began = self._epoch_began = clock.mark()
        self._lasted: list[float] = []

    def pretend(self, history: Any) -> Any:
        """Count the epochs of a history that stands for a training which was left out."""
        self.epochs_done = len(history.epoch)
        return history

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch_began = self.clock.mark()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches += 1
        if self.clock.since(self._began) > self.allowed_s:
            self._cut = True
            self._stop(self._on_time)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._cut:
            return  # the epoch was not finished
        self.epochs_done += 1
        self._lasted.append(self.clock.since(self._epoch_began))
        if self.clock.since(self._began) + max(self._lasted[-RECENT:]) > self.allowed_s:
            self._stop(self._on_time)
        elif self.max_epochs is not None and self.epochs_done >= self.max_epochs:
            self._stop(EPOCHS)

    def _stop(self, why: str) -> None:
        self.stopped, self.waited = why, why != EPOCHS and self.clock.waited(self._began)
        if self.model is not None:
            self.model.stop_training = True
