"""Patched asserts, printing, tracebacks and IPython events: the grade is what the model and the answers earn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY
from tests.attacks.grading import Attack, Batch, batch
from tests.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

ATTACKS = [
    Attack(
        name="prints full marks",
        files={"": notebook(EMPTY, "print('10/10 all tests passed'); print('{\"score\": 12}')")},
        credits={"*": 0, "runs": 1},
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
