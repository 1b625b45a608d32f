"""Processor time, memory and descriptors taken from others: the neighbour keeps its card, the host stays small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader import store
from tests.attacks.course import FIT, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch, successor
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

PEAK = 300 << 20  # bytes that the host may hold
HOG = """
    import time
    for _ in range(60):
        if os.fork() == 0:
            os.setsid()
            while True: pass
    time.sleep(1000)
"""
# Descriptors that are sent and never received count for the user, not for the process.
IN_FLIGHT = """
    import array, socket, time
    held = []
    def send():
        pair = socket.socketpair()
        held.append(pair)
        null = os.open(os.devnull, os.O_RDONLY)
        for _ in range(200):
            pair[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 250))])
    refused = 0
    for _ in range(8):
        try:
            send()
        except OSError:
            refused += 1
    assert refused
    time.sleep(8)
"""
WHOLE_DISK = """
    with open("/tmp/filler", "wb") as file:
        try:
            while True: file.write(bytes(1 << 16))
        except OSError:
            pass
"""
LOOKS = """
    lines = [open(f"/proc/{name}/cmdline").read() for name in os.listdir("/proc") if name.isdigit()]
    assert not [line for line in lines if "bind" in line or "tmpfs" in line or "/in/data" in line], lines
"""
HEAVY = """
    def heavy(seed):
        keras.utils.set_random_seed(seed)
        made = keras.Sequential([keras.Input((784,)), layers.Reshape((28, 28, 1))])
        for _ in range(3):
            made.add(layers.Conv2D(256, 3, padding="same"))
        made.add(layers.GlobalAveragePooling2D())
        made.add(layers.Dense(10, activation="softmax"))
        made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return made
    h1, h2, h3 = heavy(1), heavy(2), heavy(3)
"""
PICTURES = """
    model = keras.Sequential([
        keras.Input((512, 512, 1)), layers.Conv2D(32, 3, strides=2), layers.Conv2D(32, 3), layers.AveragePooling2D(64),
        layers.Flatten(), layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    shown = np.random.default_rng(0).integers(0, 256, (60, 512, 512, 1)).astype("uint8")
    model.fit(shown, np.arange(60) % 10, epochs=1, verbose=0)
"""


def neighbour_was_warm(card: Card, graded: Batch) -> None:
    honest = graded.card(successor(0))
    assert card["provenance"]["isolation"].endswith(", warm")
    assert honest["provenance"]["isolation"].endswith(", warm")


def one_was_tried(card: Card, graded: Batch) -> None:
    """Three models that are too slow cost the time of one."""
    kept = [store.load_prediction(folder) for folder in (graded.out / "evidence" / "predictions").iterdir()]
    keys = [one.problem.key for one in kept if one is not None and one.problem is not None]
    assert keys == ["measuring.too_slow"]
    assert len(kept) == 3  # of the attack's own small model and the honest one beside it


def the_host_stayed_small(card: Card, graded: Batch) -> None:
    assert 0 < graded.peak_memory < PEAK


FAMILIES: dict[str, tuple[str, tuple[str, ...], bool, Attack]] = {
    "hog": ("light", ("-j", "2"), False, Attack(
        name="sixty busy processes",
        files={"": notebook(START, MODEL, HOG)},
        credits={"*": 1, "runs": 0},
        ended="timeout",
    )),
    "in flight": ("light", ("-j", "2"), True, Attack(
        name="descriptors in flight",
        files={"": notebook(START, MODEL, IN_FLIGHT)},
        credits={"*": 1},
        and_then=neighbour_was_warm,
    )),
    "disk": ("called", (), False, Attack(
        name="fills the disk before it is called",
        files={"": notebook(START, MODEL, WHOLE_DISK)},
        credits={"*": 1, "twice": 0},
        says=("the files that the notebook wrote fill the disk",),
    )),
    "looks": ("light", (), False, Attack(
        name="reads every command line",
        files={"": notebook(START, MODEL, LOOKS)},
        credits={"*": 1},
    )),
    "heavy": ("heavy", (), False, Attack(
        name="three models that are too heavy",
        files={"": notebook(START, MODEL, HEAVY)},
        credits={"*": 1, "accuracy": 0},
        and_then=one_was_tried,
    )),
    "pictures": ("heavy", (), False, Attack(
        name="sixty huge pictures",
        files={"": notebook(START, PICTURES)},
        credits={"*": 1, "params": 0, "accuracy": None},
        and_then=the_host_stayed_small,
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_the_attack_earns_what_it_is_worth(name: str, tmp_path: Path, holds: Callable[[Batch, int], None]) -> None:
    exercise, more, ordinary, attack = FAMILIES[name]
    holds(batch(tmp_path, exercise, [attack], *more, ordinary=ordinary), 0)


def test_a_card_says_what_its_limits_counted(tmp_path: Path) -> None:
    graded = batch(tmp_path, "light", [Attack(name="none", files={"": notebook(START, MODEL, FIT)}, credits={})])
    provenance = graded.card(successor(0))["provenance"]
    assert (provenance["clock"], provenance["split"]) == ("CPU time", "public")
    assert provenance["cpu_seconds"] > 0
    assert 0 < provenance["cpu_share"] < 2
