"""The cores of each slot, their groups, and what a sandbox cannot change about either."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import sandbox
from grader.records import Limits
from grader.sandbox import slot_groups
from grader.sandbox.slots import cores_of, fair_share_of

LIMITS = Limits(time_s=20)


@pytest.fixture(autouse=True)
def one_slot() -> Iterator[None]:
    yield
    sandbox.share_out(1)


@given(st.integers(1, 12), st.sets(st.integers(0, 63), min_size=1, max_size=12))
def test_slots_share_all_cores_and_none_has_less_than_another_by_more_than_one(number: int, found: set[int]) -> None:
    every = tuple(sorted(found))
    shared = [cores_of(slot, number, every) for slot in range(number)]
    assert {core for cores in shared for core in cores} == (found if number <= len(found) else set(every[:number]))
    assert max(map(len, shared)) - min(map(len, shared)) <= 1
    if number <= len(every):
        assert sum(map(len, shared)) == len(every)  # none stands twice


@given(st.integers(1, 12), st.sets(st.integers(0, 63), min_size=1, max_size=12))
def test_fair_shares_together_are_never_more_than_there_is(number: int, found: set[int]) -> None:
    every = tuple(sorted(found))
    shares = [fair_share_of(slot, number, every) for slot in range(number)]
    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= len(every) + 1e-9


def test_some_shares() -> None:
    assert [cores_of(slot, 2, (0, 1)) for slot in range(2)] == [(0,), (1,)]
    assert [cores_of(slot, 3, (0, 1)) for slot in range(3)] == [(0,), (1,), (0,)]
    assert [cores_of(slot, 2, (0, 1, 2)) for slot in range(2)] == [(0,), (1, 2)]
    assert [fair_share_of(slot, 3, (0, 1)) for slot in range(3)] == [0.5, 1, 0.5]
    assert fair_share_of(0, 1, (0, 1)) == 1


SHOWN = "import json, os; print(json.dumps(sorted(os.sched_getaffinity(0))))"


@pytest.mark.sandbox
def test_a_sandbox_has_the_cores_of_its_slot_and_we_keep_ours() -> None:
    before = os.sched_getaffinity(0)
    sandbox.share_out(len(before))
    for slot, core in enumerate(sorted(before)):
        ending = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", SHOWN)), LIMITS, slot=slot)
        assert json.loads(ending.stdout) == [core]
    assert os.sched_getaffinity(0) == before


CHANGES = """
import ctypes, json, os
def tried(call, *given):
    try:
        call(*given)
    except OSError as error:
        return error.errno
    return 0
print(json.dumps([
    tried(os.sched_setaffinity, 0, range(64)), tried(os.sched_setscheduler, 0, os.SCHED_BATCH, os.sched_param(0)),
    tried(os.setpriority, os.PRIO_PROCESS, 0, 5), tried(os.nice, 1), len(os.sched_getaffinity(0)),
]))
"""


@pytest.mark.sandbox
def test_a_sandbox_cannot_change_its_cores_or_its_priority() -> None:
    sandbox.share_out(len(os.sched_getaffinity(0)))
    ending = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", CHANGES)), LIMITS)
    assert json.loads(ending.stdout) == [1, 1, 1, 1, 1]  # EPERM four times; one core


# ---------------------------------------------------------------- groups of version 1


def test_hierarchies_of_version_1_are_found_by_their_files(tmp_path: Path) -> None:
    assert slot_groups.find(tmp_path, "2:cpuacct:/\n1:cpu:/\n") == ()
    found = slot_groups.hierarchies()
    if not found:
        pytest.skip("this user may not make control groups of version 1 here")
    assert (found[0] / slot_groups.COUNTS).exists()


@pytest.mark.sandbox
def test_the_group_of_a_slot_counts_what_nobody_waits_for() -> None:
    if not slot_groups.hierarchies():
        pytest.skip("this user may not make control groups of version 1 here")
    hidden = (
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "pid = os.fork()\nif pid == 0:\n    while time.process_time() < 1.5: pass\n    os._exit(0)\n"
        "while os.path.exists(f'/proc/{pid}'): time.sleep(0.05)"
    )
    ending = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", hidden)), LIMITS)
    assert ending.ended == "ok"
    assert ending.cpu_seconds >= 1.5
    again = sandbox.run(sandbox.Command(argv=("/bin/true",)), LIMITS)
    assert again.cpu_seconds < 1.5  # each run counts its own
