"""The clock of limits: CPU time, a tenth of the wall clock, or the wall clock alone."""

from __future__ import annotations

import pytest

from grader.child import clock
from grader.child.clock import Clock


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """CPU seconds and the wall clock, to be set."""
    now = {"cpu": 5.0, "wall": 100.0}
    monkeypatch.setattr(clock, "monotonic", lambda: now["wall"])
    return now


@pytest.mark.parametrize(
    ("factor", "cpu", "wall", "used", "waited"),
    [
        (10, 8.0, 8.0, 8.0, False),  # at work
        (10, 8.0, 50.0, 8.0, False),  # at work beside others
        (10, 0.0, 50.0, 5.0, True),  # asleep
        (10, 16.0, 8.0, 16.0, False),  # on two cores
        (1, 16.0, 8.0, 8.0, False),  # where CPU time is not counted
        (1, 0.0, 8.0, 8.0, False),
    ],
)
def test_what_counts(
    times: dict[str, float], factor: float, cpu: float, wall: float, used: float, waited: bool
) -> None:
    kept = Clock(factor, lambda: times["cpu"])
    begun = kept.mark()
    times["cpu"] += cpu
    times["wall"] += wall
    assert (kept.since(begun), kept.waited(begun)) == (used, waited)


def test_this_process_counts_its_own_time() -> None:
    before = clock.of_this_process_s()
    while clock.of_this_process_s() < before + 0.05:
        pass
    assert clock.of_all_s() > 0
