"""What Keras says of a training, as plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

EPOCHS_CAP = 20_000


def as_numbers(values: Any) -> list[float]:
    """The first values of a metric; none where each is an array: ``F1Score`` gives a value for each class."""
    kept = list(values[:EPOCHS_CAP])
    return [] if any(np.ndim(value) for value in kept) else [float(value) for value in kept]
