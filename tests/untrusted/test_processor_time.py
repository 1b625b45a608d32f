"""What /proc tells of processor time, whatever a process calls itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from grader.untrusted import processor_time

NAMED = (
    "import ctypes, time\nctypes.CDLL(None).prctl(15, b') R 1 (9 9', 0, 0, 0)\n{work}\nprint('.', flush=True)\ninput()"
)
BURN = "while time.process_time() < 0.3: pass"
CHILDREN = (
    "import os\nfor _ in range(2):\n    if os.fork() == 0:\n        while time.process_time() < 0.2: pass\n"
    "        os._exit(0)\n    os.wait()"
)


def used(work: str) -> float:
    code = NAMED.format(work=work)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = processor_time.used_s(process.pid)
        assert processor_time.of_all_s() >= found
        assert processor_time.waited_s(process.pid, process.pid) >= 0
        assert process.pid in processor_time.threads(process.pid)
        process.communicate(b"\n")
    return found


def test_a_process_and_its_ended_children_are_counted_whatever_it_is_called() -> None:
    assert 0.25 <= used(BURN) < 20
    assert 0.35 <= used(CHILDREN) < 20


def test_who_is_gone_used_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert processor_time.used_s(gone.pid) == 0
    assert processor_time.waited_s(gone.pid, gone.pid) == 0
    assert processor_time.threads(gone.pid) == []


def test_our_own_time_goes_on() -> None:
    before = processor_time.used_s(os.getpid())
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert processor_time.used_s(os.getpid()) >= before
