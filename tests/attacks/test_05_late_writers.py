"""What would go on after the last cell, and what leaves in the middle: all of it dies, and what came before counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

MARK = "late-writer-1b7c40"
# Each of them hands in, for ever, what an honest reader would not count either.
LATE = """
    import atexit, signal, threading, time
    def hand_in(*given):
        with open("/tmp/.spool/9999999999.answers.0", "w") as file:
            file.write('{"answers": {"q1": 3, "why": "c"}, "variables": {}}')
    def for_ever():
        while True:
            try:
                hand_in()
            except OSError:
                pass
            time.sleep(0.01)
    atexit.register(hand_in)
    get_ipython().events.register("post_run_cell", hand_in)
    threading.Thread(target=for_ever, daemon=False).start()
    for program in (for_ever, lambda: os.execv("/bin/sleep", ["late-writer-1b7c40", "600"])):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
                    signal.signal(number, signal.SIG_IGN)
                program()
            os._exit(0)
"""
LEAVES = """
    answers["left"] = True
    os._exit(0)
"""
KILLS = """
    import signal
    os.kill(-1, signal.SIGKILL)
"""


def nobody_is_left(card: Card, graded: Batch) -> None:
    """No process of this machine bears the mark of the late writers."""
    assert [path for path in Path("/proc").glob("[0-9]*") if MARK in words_of(path)] == []


def words_of(process: Path) -> str:
    try:
        return (process / "cmdline").read_text("utf-8", "replace")
    except OSError:  # it has just ended
        return ""


ATTACKS = [
    Attack(
        name="late writers",
        files={"": notebook(EMPTY, LATE, "answers")},
        credits={"*": 0, "runs": 1},
        review=False,
        and_then=nobody_is_left,
    ),
    Attack(
        name="leaves in the middle",
        files={"": notebook(START, MODEL, LEAVES, "answers = {}")},
        credits={"*": 1, "runs": 0},
        ended="exit",
        review=False,
    ),
    Attack(
        name="kills whatever it can",
        files={"": notebook(START, MODEL, KILLS, "answers = {}")},
        credits={"*": 1, "runs": 0},
        ended="exit",
        says=["The run was broken off from inside"],
        review=True,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
