"""A class of 40, 20 of them hostile: it finishes, the honest are graded as in a class of their own, nothing is left."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

from tests import attacks as families
from tests.attacks import course
from tests.attacks.grading import Attack, Batch, grade, lasting, lay_down
from tests.attacks.leftovers import nothing_is_left

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack, pytest.mark.whole_machine]

HOSTILE = HONEST = 20
EXERCISE = "short"


def hostile() -> Iterator[tuple[str, Attack]]:
    """The first attack of each family, then the second of each, and so on, with the name of its family."""
    modules = sorted(found.name for found in pkgutil.iter_modules(families.__path__) if found.name.startswith("test_"))
    lists = {
        name: [
            attack
            for attack in getattr(importlib.import_module(f"{families.__name__}.{name}"), "ATTACKS", ())
            if attack.student is None
        ]
        for name in modules
        if name != __name__.rpartition(".")[2]
    }
    for row in zip_longest(*lists.values()):
        yield from ((name, attack) for name, attack in zip(lists, row, strict=True) if attack is not None)


def lay_out(hand_ins: Path, *, with_attacks: bool) -> list[str]:
    """Twenty honest hand-ins and, between them, twenty attacks from as many families as there are; their names."""
    hand_ins.mkdir()
    chosen = [pair for pair, _ in zip(hostile(), range(HOSTILE), strict=False)] if with_attacks else []
    names = []
    for number, (family, attack) in enumerate(chosen):
        names.append(f"{number:02d} a {family} {attack.name}")
        lay_down(hand_ins, names[-1], attack)
    for number in range(HONEST):
        (hand_ins / f"{number:02d} b honest.ipynb").write_bytes(course.honest(EXERCISE, number))
    return names


def honest_cards(out: Path) -> dict[str, dict[str, object]]:
    cards = Batch(exercise=EXERCISE, out=out, said="", code=0, attacks=()).cards
    return {card["student"]: lasting(card) for card in cards if card["student"].endswith("honest")}


def test_a_class_of_forty_with_twenty_attackers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = course.write(tmp_path / "course")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    attackers = lay_out(tmp_path / "mixed", with_attacks=True)
    lay_out(tmp_path / "honest", with_attacks=False)
    assert len(attackers) == HOSTILE
    with nothing_is_left(temporary):
        mixed = grade(where, EXERCISE, tmp_path / "mixed", tmp_path / "out", "-j", str(os.cpu_count() or 1))
    alone = grade(where, EXERCISE, tmp_path / "honest", tmp_path / "alone", "-j", str(os.cpu_count() or 1))
    assert (mixed.returncode, alone.returncode) == (1, 0), mixed.stderr + alone.stderr
    assert "Traceback" not in mixed.stderr
    graded = Batch(exercise=EXERCISE, out=tmp_path / "out", said=mixed.stdout + mixed.stderr, code=1, attacks=())
    assert sorted(card["student"] for card in graded.cards if not card["student"].endswith("honest")) == attackers
    assert honest_cards(tmp_path / "out") == honest_cards(tmp_path / "alone")
    assert len(honest_cards(tmp_path / "out")) == HONEST
    assert (tmp_path / "out" / "index.html").is_file()
