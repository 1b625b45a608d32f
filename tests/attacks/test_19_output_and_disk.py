"""Disks filled, endless output, pictures and cells by the thousand: capped, and the card says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

OUT_CAP = 250 << 20  # bytes of the report of all of them, the evidence among them: one may leave 200 MB
HOST_CAP = 400 << 20  # bytes that the grader's own process may hold at any time: the data, and those 200 MB

DISK = """
    try:
        with open("sparse", "wb") as file:
            file.truncate(1 << 40)
    except OSError:
        os.truncate("sparse", 200 << 20)       # as large as a file may be, and empty
    try:
        for number in range(100):
            with open(f"full{number}", "wb", buffering=0) as file:
                while file.write(b"x" * (64 << 10)):
                    pass
    except OSError as error:
        print(error)
"""
PRINTED = """
    from IPython.display import HTML, display
    line = "x" * 1_000_000
    for _ in range(20):
        print(line); print(line, file=sys.stderr)
        os.write(1, line[:50_000].encode()); os.write(2, line[:50_000].encode())
    print("y" * (200 << 20))
    for number in range(10_000):
        display(number)
    display(HTML("z" * (100 << 20)))
"""
DRAWN = """
    import matplotlib.pyplot as plt
    axes = plt.subplots()[1]
    for _ in range(250):
        axes.imshow(np.random.rand(40, 40))
    plt.show()
"""
# The folder through which the recorder speaks is the student's to fill: claims, and none that is not capped.
SPOOLED = """
    folder = "/tmp/.spool"
    for number in range(8_000):
        kind = ("events", "models", "picture", "export", "samples", "calls", "call")[number % 7]
        os.close(os.open(f"{folder}/8{number:09d}.{kind}.{number % 4096}", os.O_CREAT | os.O_WRONLY))
    for number in range(200):
        with open(f"{folder}/9{number:09d}.notice.0", "w") as file:
            values = {"prompt": chr(0x1F600) * (3_900 // 12), "more": number}
            file.write('{"key": "runs.input_answered", "values": %s}' % __import__("json").dumps(values))
    for number, (kind, size) in enumerate((("model", 149), ("export", 4), ("picture", 1), ("samples", 15)) * 3):
        with open(f"{folder}/9{number:09d}.{kind}.{number}", "wb") as file:
            file.truncate(size << 20)
    answers["long"] = ["w" * 20_000] * 200
    huge = np.zeros((2_000, 2_000))
    table = huge
"""


def small(card: Card, graded: Batch) -> None:
    """Neither the disk nor the memory of this machine had to take what the hand-ins wrote."""
    assert sum(path.stat().st_size for path in graded.out.rglob("*") if path.is_file()) < OUT_CAP
    assert 0 < graded.peak_memory < HOST_CAP


ATTACKS = [
    Attack(
        name="a full disk",
        files={"": notebook(START, DISK, MODEL)},
        credits={"*": 1, "params": 0, "output": 0},
        says=("fill the disk",),
        and_then=small,
    ),
    Attack(
        name="printed shown and drawn without end",
        files={"": notebook(START, PRINTED, DRAWN, MODEL)},
        credits={"*": 1},
        says=("printed more than 1 MB",),
        and_then=small,
    ),
    Attack(
        name="our own folder filled",
        files={"": notebook(START, SPOOLED, "table = np.array([0, 1, 4, 9])", MODEL)},
        credits={"*": 1},
        says=("too large to keep",),
        and_then=small,
    ),
    Attack(
        name="a hundred thousand cells",
        files={"": json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}] * 100_000}).encode()},
        credits={"*": None},
        ended="unreadable",
        says=("100 000 cells", "5 000"),
        review=True,
        and_then=small,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
