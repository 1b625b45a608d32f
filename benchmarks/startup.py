"""How long a call takes before it does anything."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measures import Measure

ROUNDS = 10


def measure(_: Path) -> Iterator[Measure]:
    """``grader --version`` against importing TensorFlow, which it must not do."""
    ours = _median([sys.executable, "-m", "grader", "--version"], ROUNDS)
    tensorflow = _median([sys.executable, "-c", "import tensorflow"], 3)
    yield Measure(
        what="`grader --version`",
        here=f"{1000 * ours:.0f} ms",
        compared=f"importing TensorFlow: {1000 * tensorflow:.0f} ms",
        ratio=tensorflow / ours,
    )


def _median(words: list[str], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(words, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)
