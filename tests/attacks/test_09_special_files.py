"""Links, pipes, devices and sockets in place of a notebook or beside it: named, never followed, never waited for."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.attacks import course
from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, batch, grade
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

NAME = "P1.ipynb"
HONEST = notebook(START, MODEL)
# Earns nothing for "why" when anything lies beside it that it was not handed in with.
LOOKS = notebook(
    START,
    MODEL,
    """
    found = sorted(os.path.join(at, name) for at, folders, names in os.walk(".") for name in [*folders, *names])
    if found != ["./P1.ipynb", "./own.txt"]:
        answers["why"] = f"a: {found}"
    """,
)


def secret(folder: Path) -> Path:
    """What these links aim at: a notebook of the teacher's that holds all the answers."""
    return folder.parent.parent / "course" / "reference" / "light" / "solution.ipynb"


def lay_link(folder: Path) -> None:
    (folder / NAME).symlink_to(secret(folder))


def lay_hard_link(folder: Path) -> None:
    os.link(secret(folder), folder / NAME)


def lay_circle(folder: Path) -> None:
    (folder / NAME).symlink_to(NAME)


def lay_fifo(folder: Path) -> None:
    os.mkfifo(folder / NAME)


def lay_device(folder: Path) -> None:
    os.mknod(folder / NAME, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # zeros without an end


def lay_socket(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"/proc/self/fd/{handle}/{NAME}")  # the path itself is too long for an address
    os.close(handle)


def lay_linked_folder(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(secret(folder).parent, target_is_directory=True)


def lay_inner_link(folder: Path) -> None:
    (folder / "work").symlink_to(secret(folder).parent, target_is_directory=True)


def lay_beside(folder: Path) -> None:
    (folder / "a.npz").symlink_to(secret(folder))
    (folder / "folder").symlink_to(secret(folder).parent, target_is_directory=True)
    os.link(secret(folder), folder / "b.py")
    os.mkfifo(folder / "c.txt")


def refused(name: str, lay: Callable[[Path], None], *says: str, ended: str = "refused") -> Attack:
    return Attack(name=name, lay=lay, credits={"*": None}, ended=ended, says=says, review=True)


ATTACKS = [
    refused("a link", lay_link, NAME, "links are not followed"),
    refused("a hard link", lay_hard_link, NAME, "a hard link"),
    refused("a link to itself", lay_circle, NAME, "links are not followed"),
    refused("a pipe that nobody writes into", lay_fifo, NAME, "is not an ordinary file"),
    refused("a socket", lay_socket, NAME, "is not an ordinary file"),
    *([refused("a device", lay_device, NAME, "is not an ordinary file")] if os.geteuid() == 0 else []),
    refused("a linked folder", lay_linked_folder, "a linked folder is a link", ended="unreadable"),
    refused("a linked folder within", lay_inner_link, "work is a link", ended="unreadable"),
    Attack(
        name="links and a pipe beside",
        files={NAME: LOOKS, "own.txt": b""},
        lay=lay_beside,
        credits={"*": 1},
        says=["a.npz is a link", "folder is a link", "b.py shares its content", "c.txt is not an ordinary file"],
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS, every=len(ATTACKS))


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_links_that_are_swapped_in_while_the_class_is_graded_are_not_followed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    where, hand_ins, out = course.write(tmp_path / "course"), tmp_path / "hand-ins", tmp_path / "out"
    for student in ("0 first", "1 second", "2 file", "3 folder"):
        (hand_ins / student).mkdir(parents=True)
        (hand_ins / student / "solution.ipynb").write_bytes(course.honest("light", int(student[0])))
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(grade, where, "light", hand_ins, out)
        # When the first card is written all names are known, and the second student's run begins.
        while not list((out / "cards").glob("0-first-*.json")):
            assert not ending.done(), ending.result().stderr
            time.sleep(0.01)
        aim = where / "reference" / "light"
        (tmp_path / "link").symlink_to(aim / "solution.ipynb")
        (tmp_path / "link").replace(hand_ins / "2 file" / "solution.ipynb")
        (hand_ins / "3 folder").rename(tmp_path / "away")
        (hand_ins / "3 folder").symlink_to(aim, target_is_directory=True)
        ended = ending.result()
    graded = Batch(exercise="light", out=out, said=ended.stdout + ended.stderr, code=ended.returncode, attacks=())
    assert graded.code == 1, graded.said
    assert {card["student"]: card["ended"] for card in graded.cards} == {
        "0 first": "ok",
        "1 second": "ok",
        "2 file": "refused",
        "3 folder": "refused",
    }
    assert [leak for leak in graded.leaks if "another hand-in" not in leak] == []
    record_property("attack", "links swapped in behind the walk: both refused, nothing leaked")
