"""Processes, threads and memory without end: stopped at a limit, with a reason, and gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

MARK = "86399.181818"  # seconds that nobody else sleeps: by them our processes are known
# Doubles until the limit, then stays.
BOMB = f"""
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep({MARK})
"""
HOLDER = f"held = bytearray(b'x' * (40 << 20)); import time; time.sleep({MARK})"
# Every way to memory, disk and threads that a limit or the filter of system calls closes; then an honest rest.
REFUSED = """
    import ctypes, errno, mmap, threading, time
    libc = ctypes.CDLL(None, use_errno=True)
    def refused(call, *args):
        return call(*args) == -1 and ctypes.get_errno() == errno.EPERM
    assert refused(libc.memfd_create, b"x", 0)
    assert refused(libc.shmget, 0, 1 << 30, 0o1600)
    assert refused(libc.semget, 0, 100, 0o1600) and refused(libc.msgget, 0, 0o1600)

    def too_much(take):
        try:
            return take() is None
        except (MemoryError, OSError, OverflowError):
            return True
    assert too_much(lambda: np.zeros(1 << 40))
    assert too_much(lambda: mmap.mmap(-1, 1 << 44))
    assert too_much(lambda: 1 << (1 << 50))
    assert too_much(lambda: bytearray(1 << 45))
"""
FULL = """
    taken = 0
    try:
        with open("/dev/shm/x", "wb", buffering=0) as file:
            while taken < 1 << 30:
                taken += file.write(b"x" * (1 << 20))
    except OSError:
        pass
    os.unlink("/dev/shm/x")
    assert taken <= 64 << 20
    made = 0
    try:
        for made in range(100_000):
            with open(f"/dev/shm/{made}", "wb") as file:
                file.write(b"x")
    except OSError:
        pass
    for name in os.listdir("/dev/shm"):
        os.unlink(f"/dev/shm/{name}")
    assert made < 20_000
"""
THREADS = """
    threads, over = [], threading.Event()
    try:
        while len(threads) < 2_000:
            threads.append(threading.Thread(target=over.wait))
            threads[-1].start()
    except RuntimeError:
        pass
    assert 1 < len(threads) < 300
    over.set()
    for thread in threads[:-1]:
        thread.join()
"""


def nothing_is_left(card: Card, graded: Batch) -> None:
    assert processes(MARK) == []


def processes(mark: str) -> Sequence[str]:
    """The processes of this machine whose command line holds ``mark``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if mark in words:
            found.append(words)
    return found


ATTACKS = [
    Attack(
        name="one integer of 8 GB",
        files={"": notebook(START, "x = 1 << (8 << 33)", MODEL)},
        credits={"*": 1, "runs": 0, "params": 0, "output": 0},  # what was exported before still counts
        ended="memory",
        and_then=nothing_is_left,
    ),
    Attack(
        name="forty programs of 40 MB",
        files={
            "": notebook(
                START,
                f"""
                import subprocess, time
                held = [subprocess.Popen([sys.executable, "-S", "-c", {HOLDER!r}]) for _ in range(40)]
                time.sleep({MARK})
                """,
                MODEL,
            )
        },
        credits={"*": 1, "runs": 0, "params": 0, "output": 0},
        ended="memory",
        and_then=nothing_is_left,
    ),
    Attack(
        name="fork bomb",
        files={
            "": notebook(
                START,
                MODEL,
                f"""
                import subprocess, time
                subprocess.Popen([sys.executable, "-S", "-c", {BOMB!r}], start_new_session=True)
                for _ in range(100):
                    time.sleep(0.1)
                    if len([name for name in os.listdir("/proc") if name.isdigit()]) > 200:
                        break
                """,
                "subprocess.run(['true'])",
            )
        },
        credits={"*": 1, "runs": 0},
        ended="error",
        says=("BlockingIOError",),
        and_then=nothing_is_left,
    ),
    Attack(
        name="refused and given back",
        files={"": notebook(START, REFUSED, FULL, THREADS, MODEL)},
        credits={"*": 1},
        and_then=nothing_is_left,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "tight", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
