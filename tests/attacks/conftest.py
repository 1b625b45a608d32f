"""Fixtures of the attacks, and the line that each of them leaves in the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks import course
from tests.attacks.grading import HONEST, Batch, Card, attacker, grade, hold

HELD: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Card]:
    """The card of an honest hand-in that was graded alone, by exercise and by whether an ordinary user graded it."""
    cards: dict[tuple[str, bool], Card] = {}

    def card(exercise: str, ordinary: bool) -> Card:
        if (exercise, ordinary) not in cards:
            root = tmp_path_factory.mktemp("honest")
            where, hand_ins, out = course.write(root / "course"), root / "hand-ins", root / "out"
            hand_ins.mkdir()
            (hand_ins / f"{HONEST}.ipynb").write_bytes(course.honest(exercise, 1_000))
            ended = grade(where, exercise, hand_ins, out, "--format", "junit", ordinary=ordinary)
            said = ended.stdout + ended.stderr
            graded = Batch(exercise=exercise, out=out, said=said, code=ended.returncode, attacks=())
            assert ended.returncode == 0, graded.said
            cards[exercise, ordinary] = graded.card(HONEST)
            assert cards[exercise, ordinary]["points"] == course.MAXIMUM[exercise]
        return cards[exercise, ordinary]

    return card


@pytest.fixture
def holds(
    honest: Callable[[str, bool], Card], record_property: Callable[[str, object], None]
) -> Callable[[Batch, int], None]:
    """Asserts the three things of the attack at a place of its family, and notes the outcome."""

    def judge(graded: Batch, number: int) -> None:
        outcome = hold(number, graded, honest(graded.exercise, graded.ordinary))
        name = graded.attacks[number].name
        record_property("attack", f"{name}: {outcome}; next untouched, nothing leaked")

    return judge


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per attack that was withstood, and how many there were."""
    lines = [
        f"{Path(report.nodeid.partition('::')[0]).stem.removeprefix('test_')}: {value}"
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "attack"
    ]
    if lines:
        terminalreporter.section("attacks")
        for line in sorted(lines):
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"{len(lines)} attacks withstood")


__all__ = ["attacker"]
