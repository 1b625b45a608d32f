"""CPU time and starvation, measured from outside on real processes, with and without a control group."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader import sandbox
from grader.records import Limits
from grader.sandbox.meter import Meter, starved

BUSY = "while True: pass"


@pytest.mark.parametrize(
    ("ran", "waited", "fair", "is_starved"),
    [
        (0.85, 2.2, 1.0, True),  # beside others on a crowded core
        (0.001, 0.004, 1.0, False),  # asleep
        (2.9, 60.0, 1.0, False),  # sixty processes of its own that wait for each other
        (0.7, 2.3, 0.25, False),  # it got what it may expect among four
        (0.2, 2.8, 0.25, True),
        (1.0, 0.9, 1.0, False),  # slow by itself
        (0.0, 0.0, 1.0, False),
    ],
)
def test_who_starves_wants_to_run_and_cannot(ran: float, waited: float, fair: float, is_starved: bool) -> None:
    assert starved(3.0, ran, waited, fair) is is_starved


@contextmanager
def processes(*codes: str, core: int) -> Iterator[list[int]]:
    # a session each: the kernel shares a core out among sessions first
    started = [subprocess.Popen([sys.executable, "-c", code], start_new_session=True) for code in codes]
    try:
        for one in started:
            os.sched_setaffinity(one.pid, {core})
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.kill()
            one.wait()


def measured(pid: int, *, slices: int) -> Meter:
    meter = Meter(pid, 1.0)
    number = 0
    while number < slices:
        time.sleep(0.1)
        before = meter._slice
        meter.look(time.monotonic())
        number += meter._slice != before
    return meter


@pytest.mark.sandbox
def test_a_process_among_many_on_one_core_starves_and_a_sleeping_one_does_not() -> None:
    core = min(os.sched_getaffinity(0))
    with processes(*[BUSY] * 6, "import time; time.sleep(100)", core=core) as (first, *_, asleep):
        crowded, quiet = measured(first, slices=3), measured(asleep, slices=2)
    assert crowded.starved_s > 0
    assert crowded.cpu_s > 0
    assert crowded.waited_s - crowded.cpu_s > 0
    assert quiet.starved_s == 0


@pytest.mark.sandbox
@pytest.mark.parametrize("counted_by", ["group", "proc"])
def test_cpu_time_ends_a_sandbox_and_sleep_does_not(counted_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if counted_by == "proc":
        monkeypatch.setattr("grader.sandbox.cgroup.here", lambda: None)
    busy = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", BUSY)), Limits(time_s=1.5))
    assert (busy.ended, busy.reason, busy.clock) == ("timeout", "", "CPU time")
    assert busy.detail == "killed after 1.5 s of CPU time"
    assert busy.cpu_seconds > 1.5
    nap = sandbox.Command(argv=(sys.executable, "-I", "-c", "import time; time.sleep(2)"))
    assert sandbox.run(nap, Limits(time_s=1.5)).ended == "ok"


@pytest.mark.sandbox
def test_who_sleeps_too_long_is_ended_by_the_wall_clock_for_which_nobody_else_is_to_blame() -> None:
    ending = sandbox.run(sandbox.Command(argv=("/bin/sleep", "60")), Limits(time_s=0.3))
    assert (ending.ended, ending.reason) == ("timeout", "")
    assert ending.seconds >= 3
    assert ending.starved_seconds == 0


@pytest.mark.sandbox
def test_who_got_no_core_is_not_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    core = min(os.sched_getaffinity(0))
    monkeypatch.setattr("grader.sandbox.slots.cores", lambda slot: (core,))
    with processes(*[BUSY] * 40, core=core):
        ending = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", BUSY)), Limits(time_s=0.6))
    assert (ending.ended, ending.reason) == ("sandbox-error", sandbox.MACHINE_BUSY)
    assert ending.cpu_share < 0.5
    assert ending.starved_seconds > 3
