"""The slots of a batch: each has its cores, so that no sandbox takes the time of its neighbour.

Cores are given by affinity, which needs no rights and which a sandbox cannot change (``seccomp``). Where control
groups can be made, a group for each slot counts its CPU time and gives all slots the same weight (``cgroup``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

_shared: list[int] = []  # among how many slots this process shares its cores; the last entry counts


def share_out(slots: int) -> None:
    """From now on, share the cores of this process among so many slots."""
    _shared[:] = [max(1, slots)]


@cache
def all_cores() -> tuple[int, ...]:
    """The cores that this process may use."""
    return tuple(sorted(os.sched_getaffinity(0)))


def cores(slot: int) -> tuple[int, ...]:
    """The cores of a slot: its own where there are enough of them, else one that it shares."""
    return cores_of(slot, _slots(), all_cores())


def cores_of(slot: int, slots: int, every: tuple[int, ...]) -> tuple[int, ...]:
    """The cores of one of ``slots`` slots, of ``every`` core that there is."""
    slot %= slots
    if slots > len(every):
        return (every[slot % len(every)],)
    return every[slot * len(every) // slots : (slot + 1) * len(every) // slots]


def fair_share(slot: int) -> float:
    """Seconds of CPU time that a slot may expect in a second, at most 1: a training uses one core."""
    return fair_share_of(slot, _slots(), all_cores())


def fair_share_of(slot: int, slots: int, every: tuple[int, ...]) -> float:
    """``fair_share`` of one of ``slots`` slots, of ``every`` core that there is."""
    own = cores_of(slot, slots, every)
    on_them = sum(cores_of(other, slots, every) == own for other in range(slots))
    return min(1.0, len(own) / on_them)


@contextmanager
def started_on(slot: int) -> Iterator[None]:
    """What this thread starts within it has the cores of the slot. Where they cannot be set, it has all."""
    before = os.sched_getaffinity(0)
    with suppress(OSError):
        os.sched_setaffinity(0, cores(slot))
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, before)


def _slots() -> int:
    return _shared[-1] if _shared else 1
