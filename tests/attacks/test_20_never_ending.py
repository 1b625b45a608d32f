"""Loops, waits and calls that never end, and traps for whoever looks: stopped by the clocks, the rest is graded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

WAITS = (
    """
    import select, signal, subprocess, threading, time
    name = input("Your name: ")
    def busy():
        while True:
            time.sleep(0.05)
    threading.Thread(target=busy, daemon=False).start()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    """,
    """
    while True:         # as the main loop of a window does
        select.select([], [], [], 1)
    """,
    "subprocess.run(['sleep', '1000'])",
    "threading.Event().wait(1000)",
)
SWALLOWS = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            time.sleep(1000)
        except BaseException:
            pass
"""
# Whoever asks what this is never comes back.
TRAP = """
    import time
    class Trap:
        @property
        def __class__(self):
            time.sleep(1000)
        __eq__ = __hash__ = __len__ = __iter__ = __array__ = __bool__ = __repr__ = __class__
        shape = numpy = __class__
    trap = Trap()
"""


def stopped_in(*cells: int) -> Callable[[Card, Batch], None]:
    """The clock ended these cells."""

    def stopped(card: Card, graded: Batch) -> None:
        found = [failed["cell"] for failed in card["failed"] if failed["kind"] == "timeout"]
        assert found[: len(cells)] == list(cells)

    return stopped


LATE = "answers['q1'] = 1"  # what an honest reading never comes to

ATTACKS = [
    Attack(
        name="waits until all time is over",
        files={"": notebook(START, MODEL, *WAITS, LATE)},
        credits={"*": 1, "runs": 0},
        ended="timeout",
        says=("the time limit was reached in code cell 3",),
        and_then=stopped_in(3),
    ),
    Attack(
        name="swallows every interrupt",
        files={"": notebook(START, MODEL, SWALLOWS, LATE)},
        credits={"*": 1, "runs": 0},
        ended="timeout",
        and_then=stopped_in(3),
    ),
    Attack(
        name="C code that never returns",
        files={"": notebook(START, MODEL, "n = sum(range(10 ** 14))", LATE)},
        credits={"*": 1, "runs": 0},
        ended="timeout",
        and_then=stopped_in(3),
    ),
    Attack(
        name="a trap for the recorder",
        files={"": notebook(START, MODEL, TRAP)},
        credits={"*": 1},  # nobody asks: a type cannot pretend
        ended="ok",
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "short", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
