"""How much work a call does, in numbers that hold on any machine: calls, bytes, and growth as a ratio."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

Result = TypeVar("Result")
ROUNDS = 6
LEAST_S = 0.005  # of a shorter measurement the clock's own steps are a large part


def counted(call: Callable[[], Result]) -> tuple[Result, int]:
    """What ``call`` returns, and how many functions of Python and of C it called."""
    calls = 0

    def note(frame: FrameType, event: str, about: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        result = call()
    finally:
        sys.setprofile(before)
    return result, calls


def peak_memory(call: Callable[[], Result]) -> tuple[Result, int]:
    """What ``call`` returns, and the most bytes that it held at a time beyond what there was before."""
    tracemalloc.start()
    try:
        result = call()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth(work: Callable[[int], object], small: int, large: int) -> float:
    """How many times as long the processor works for ``large`` as for ``small``; about their ratio when linear.

    The least of several rounds: a neighbour on the machine may slow either measurement down, but what grows with the
    square does so in every round.
    """
    ratios = []
    for _ in range(ROUNDS):
        ratios.append(_time(work, large) / max(_time(work, small), LEAST_S))
        if ratios[-1] <= 1.5 * large / small:
            break
    return min(ratios)


def _time(work: Callable[[int], object], size: int) -> float:
    before = time.process_time()
    work(size)
    return time.process_time() - before
