"""What an early look may have caused itself is told as such, and everything else as ever."""

from __future__ import annotations

import pytest

from grader.records import FailedCell
from grader.scoring import diagnoses
from grader.scoring.diagnoses import early
from tests.scoring.test_score import card
from tests.support.facts import criterion, facts, mlp, rubric

RUBRIC = rubric(criterion("runs", "runs_to_the_end"), criterion("n", "number", answer="n", equals=3))
CELLS = {1: "import keras", 3: "history = model.fit(x, y, epochs=3)", 4: "assert acc > 0.9\nn = 3", 5: "print(n)"}


def failing(cell: int, error: str, text: str = "", line: str = "", kind: str = "error") -> FailedCell:
    return FailedCell(cell=cell, kind=kind, error=error, text=text, line=line)


def looked(*failed: FailedCell, look: bool = True, cells: dict[int, str] | None = None, **answers: int):
    found = facts(mlp(), ended="error", failed=failed, answers=answers)
    return diagnoses.diagnosed(found, diagnoses.Notebook(cells=cells or CELLS), early=look)


@pytest.mark.parametrize(
    "cell",
    [
        failing(4, "AssertionError"),
        failing(4, "ZeroDivisionError", "division by zero"),
        failing(4, "IndexError", "list index out of range"),
        failing(4, "RuntimeError", "train longer", "    raise RuntimeError('train longer')"),
        failing(4, "ValueError", "x and y must have same first dimension, but have shapes (10,) and (1,)"),
        failing(4, "ValueError", "All arrays must be of the same length"),
        failing(4, "ValueError", "cannot convert float NaN to integer"),
        failing(4, "ValueError", "max() iterable argument is empty"),
        failing(4, early.LOOK_ENDS, "An early look ends"),
    ],
    ids=lambda cell: f"{cell.error} {cell.text[:20]}",
)
def test_errors_that_a_training_cut_short_can_cause(cell: FailedCell) -> None:
    (one,) = looked(cell).failed
    assert one.perhaps_cut
    assert one.cause is not None
    assert one.cause.key in ("diagnoses.cut_training", "diagnoses.look_ended")
    (full,) = looked(cell, look=False).failed
    assert not full.perhaps_cut


@pytest.mark.parametrize(
    "cell",
    [
        failing(4, "NameError", "name 'z' is not defined"),
        failing(4, "TypeError", "unsupported operand"),
        failing(4, "ValueError", "Unrecognized keyword arguments passed to Dense: {'unit': 3}"),
        failing(1, "IndexError", "list index out of range"),  # before anything was trained
        failing(4, "", kind="timeout"),  # no loop
    ],
    ids=lambda cell: f"{cell.cell} {cell.error}",
)
def test_other_errors_stay_errors(cell: FailedCell) -> None:
    (one,) = looked(cell).failed
    assert not one.perhaps_cut


def test_a_loop_that_waits_for_an_accuracy_is_no_endless_loop_in_an_early_look() -> None:
    cells = {2: "while acc < 0.97:\n    acc = model.fit(x, y).history['accuracy'][-1]"}
    cell = FailedCell(cell=2, kind="timeout")
    told = [looked(cell, look=look, cells=cells).failed[0].cause for look in (True, False)]
    assert [one.key for one in told if one is not None] == ["diagnoses.look_ended", "diagnoses.endless_loop"]


def test_what_only_follows_from_such_a_cell_is_no_more_certain() -> None:
    first, second = failing(4, "AssertionError"), failing(5, "NameError", "name 'n' is not defined")
    assert [cell.perhaps_cut for cell in looked(first, second).failed] == [True, True]


def test_points_that_such_a_cell_costs_are_not_judged_and_nobody_is_asked() -> None:
    one = card(looked(failing(4, "AssertionError")), RUBRIC)
    states = {verdict.criterion: (verdict.state, verdict.why.key) for verdict in one.verdicts}
    assert states == {"runs": ("unjudged", "scoring.perhaps_cut"), "n": ("unjudged", "scoring.perhaps_cut")}
    assert one.review == ()
    assert "cell 4 failed, perhaps only because an early look cuts trainings short" in one.verdicts[0].why.en
    assert "celda de código 4 falló, quizá solo porque un vistazo acorta los entrenamientos" in one.verdicts[0].why.es


def test_a_real_error_beside_it_is_lost_and_a_wrong_answer_too() -> None:
    other = failing(6, "NameError", "name 'z' is not defined")
    one = card(looked(failing(4, "AssertionError"), other, n=4), RUBRIC)
    assert [verdict.state for verdict in one.verdicts] == ["lost", "lost"]
    assert "cell 6 ended in NameError" in one.verdicts[0].why.en


def test_without_an_early_look_the_same_card_is_as_ever() -> None:
    one = card(looked(failing(4, "AssertionError"), look=False), RUBRIC)
    assert [verdict.state for verdict in one.verdicts] == ["lost", "lost"]
    assert "cell 4 ended in AssertionError" in one.verdicts[0].why.en


def test_a_stopped_answer_is_still_read_when_it_was_given_before() -> None:
    one = card(looked(failing(4, "AssertionError"), n=3), RUBRIC)
    assert [verdict.state for verdict in one.verdicts] == ["unjudged", "full"]
