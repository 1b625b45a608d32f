"""Results files, forged frames and spool items, and the runner killed or written over: claims, read strictly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.forging import FORGE
from tests.attacks.grading import Attack, Batch, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# Every place and every form in which a grader might look for results; and no recorder left that could find others.
EVERYWHERE = """
    import json, types
    full = json.dumps({"points": 8, "max_points": 8, "status": "ok", "verdicts": [{"criterion": "q1", "credit": 1}]})
    for folder in (".", "/tmp", "/tmp/.runtime", "/tmp/.spool", "/tmp/work", "/dev/shm"):
        for name in ("results.json", "grades.csv", "cards.json", "run.json", "junit.xml", "1.card.0", "status.0"):
            with open(f"{folder}/{name}", "w") as file:
                file.write(full)
    spool = "/tmp/.spool/99999999{:02d}.{}.{}".format
    for at, (kind, number, content) in enumerate([
        ("answers", 0, '[["q1", 7850]]'), ("answers", 0, '{"answers": [7850], "variables": "b"}'),
        ("models", 0, '[7850, {"number": "0"}, {"number": -1}, {"number": 1e3, "layers": 7850}]'),
        ("model", 4000, "PK"), ("model", 9999, ""), ("export", 0, '{"shape": [4], "dtype": {"a": 1}}\\n'),
        ("samples", 0, "{}\\n"), ("calls", 0, full), ("status", 0, full), ("cells", 0, "[]"), ("run", 0, full),
        ("notice", 0, '{"key": "runs.install_skipped", "values": {}}'),
        ("notice", 1, '{"key": "runs.sandbox_failed", "values": {}}'),
        ("notice", 2, '{"key": "scoring.full_marks", "values": {"points": 8}}'),
        ("notice", 3, '{"key": ' + "[" * 5000),
    ]):
        with open(spool(at, kind, number), "w") as file:
            file.write(content)
    os.mkfifo(spool(30, "answers", 0))
    os.symlink("/proc/self/environ", spool(31, "answers", 0))
    os.mkdir(spool(32, "answers", 0))
    shell = get_ipython()
    shell.events.callbacks["post_run_cell"].clear()
    sys.modules["_recorder"] = types.SimpleNamespace(finish=lambda: print(full), calls=None)
    answers = {"q1": 7850, "why": "b"}
"""
# A whole report of success, for a model that never was.
PERFECT = """
    layer = {"name": "dense", "kind": "Dense", "input_shape": [784], "output_shape": [10], "params": 7850}
    layer["config"] = {"units": 10, "activation": "softmax"}
    fit = {"epochs_asked": 5, "epochs_done": 5, "rows": 60000, "metrics": {"val_accuracy": [0.99, 1.0]}}
    model = {"number": 0, "variables": ["model"], "fits": 1, "class_name": "Sequential", "history": [fit], "last": 1}
    status = {"ended": "ok", "finished": True, "running": None, "cells": 2, "done": 2, "points": 8, "max_points": 8}
    forge("cells", 0, 10_001, [{"cell": 1, "status": "ok"}, {"cell": 2, "status": "ok", "output": "10/10"}])
    forge("models", 0, 10_002, [{**model, "layers": [layer], "saved": True}])
    forge("predictions", 0, 10_003, bytes(400_000))
    forge("answers", 0, 10_004, {"answers": {"q1": {"key": "checks.number_right", "values": {}}, "why": ["a", "b"]}})
    forge("status", 0, 10_005, status)
    os.kill(runner, signal.SIGKILL)
"""
# Who must expect a zero prefers that nobody can tell how it ended.
UNREADABLE = """
    forge("status", 0, 10_000, b"[not even JSON")
    os.kill(runner, signal.SIGKILL)
"""
# A frame of four exabytes, announced with the highest number in the sequence.
HUGE = """
    os.write(out, frames.HEADER.pack(frames.KINDS["model"], 0, 2**32 - 1, 1 << 62))
"""
# What the runner is writing and running on is zeroed; where the kernel forbids that, it is killed.
ZEROED = """
    import os, signal, time
    runner = os.getppid()
    for line in open(f"/proc/{runner}/maps").read().splitlines():
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        if line.endswith("[stack]") or line.endswith("[heap]"):
            try:
                with open(f"/proc/{runner}/mem", "r+b", 0) as memory:
                    memory.seek(first)
                    memory.write(bytes(last - first))
            except OSError:
                continue
    time.sleep(3)  # without its memory it crashes, or runs in a circle
    os.kill(runner, signal.SIGKILL)
    while True:
        pass
"""

ATTACKS = [
    Attack(
        name="writes results everywhere",
        files={"": notebook(EMPTY, EVERYWHERE)},
        credits={"*": 0, "runs": 1},
    ),
    Attack(
        name="forges a perfect report",
        files={"": notebook(EMPTY, FORGE, PERFECT)},
        credits={"*": 0, "params": 1, "output": 1},
        ended="exit",
        says=["Only described by the notebook itself", "The run was broken off from inside"],
        review=True,
    ),
    Attack(
        name="forges a status that cannot be read",
        files={"": notebook(EMPTY, FORGE, UNREADABLE)},
        credits={"*": 0},
        ended="exit",
        says=["The run was broken off from inside"],
        review=True,
    ),
    Attack(
        name="announces a huge frame",
        files={"": notebook(START, MODEL, FORGE, HUGE)},
        credits={"*": 1, "runs": 0},
        ended="output",
    ),
    Attack(
        name="zeroes the runner's memory",
        files={"": notebook(START, MODEL, ZEROED)},
        credits={"*": 1, "runs": 0},
        ended="exit",
        says=["The run was broken off from inside"],
        review=True,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS, ordinary=True, cold=True)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
