"""Patched asserts, printing, tracebacks and IPython events: the grade is what the model and the answers earn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

PRINTING = """
    import builtins, json
    from IPython.display import HTML, display
    builtins.print("10/10 all tests passed")
    builtins.print = lambda *words, **options: sys.stdout.write('{"points": 8, "max_points": 8}\\n')
    print("0 points")
    display(HTML("<h1>8 / 8</h1>"), metadata={"score": 8})
    display({"application/json": {"score": 1.0}, "text/plain": "full"}, raw=True)
    sys.displayhook = lambda value: display(HTML("<b>full marks</b>"))
    {"points": 8, "max_points": 8, "credit": 1.0}
"""
# Whatever compares or asserts says yes, and an error leaves no trace on the page.
ASSERTING = """
    import math, unittest
    import numpy as np
    yes = lambda *given, **options: True
    for module in (np.testing, unittest.TestCase):
        for name in [name for name in dir(module) if name.startswith("assert")]:
            setattr(module, name, yes)
    math.isclose = np.isclose = np.allclose = np.array_equal = yes
    shell = get_ipython()
    shell.showtraceback = shell._showtraceback = shell.showsyntaxerror = yes
    shell.set_custom_exc((Exception,), yes)
    sys.excepthook = yes
"""
# The recorder hears of no cell any more. What lies there at the end is found all the same.
DEAF = """
    shell = get_ipython()
    for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
        shell.events.callbacks[event].clear()
    def full_marks(*given):
        sys.stdout.write("10/10")
    shell.events.register("post_run_cell", full_marks)
    shell.events.register = shell.events.unregister = lambda *given: None
"""

ATTACKS = [
    Attack(
        name="prints full marks",
        files={"": notebook(EMPTY, PRINTING)},
        credits={"*": 0, "runs": 1},
        review=False,
    ),
    Attack(
        name="hides its errors",
        files={"": notebook(EMPTY, ASSERTING, "assert False", "raise SystemError('10/10')")},
        credits={"*": 0},
        ended="error",
        says=["AssertionError"],
    ),
    Attack(
        name="deafens the recorder, then answers",
        files={"": notebook(DEAF, START, MODEL)},
        credits={"*": 1},
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
