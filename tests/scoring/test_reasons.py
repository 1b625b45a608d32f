"""Why something is missing: the sentence names the cell that has to be fixed for it, not whatever failed first."""

from __future__ import annotations

from grader.records import Evidence, FailedCell
from grader.scoring import diagnoses
from grader.scoring.checks import keeping, pictures, prepared, training, typed
from tests.support.facts import evidence, facts, mlp, say

CELLS = {
    1: "import tensorflow as tf\ntf.logging.set_verbosity(3)",
    2: "model = Sequentail([Dense(10)])",
    3: "model.compile(loss='mse')\nmodel.fit(x, y)\nmodel.save('a.keras')\nrows = x[:4]",
    4: "tf.set_random_seed(3)\nfor row in range(4):\n    plt.imshow(x[row])\ndef padded(n):\n    return n",
    5: "answers = {\n  'total': model.count_params(),\n}\nanswers['option'] = sum(\n  'b')",
    6: "again = keras.models.load_model('a.keras')",
}
FAILED = (
    FailedCell(cell=1, kind="error", error="AttributeError", line="tf.logging.set_verbosity(3)"),
    FailedCell(cell=2, kind="error", error="NameError", text="name 'Sequentail' is not defined", line=CELLS[2]),
    FailedCell(
        cell=3, kind="error", error="NameError", text="name 'model' is not defined", line="model.compile(loss='mse')"
    ),
    FailedCell(cell=4, kind="error", error="AttributeError", line="tf.set_random_seed(3)"),
    FailedCell(
        cell=5,
        kind="error",
        error="NameError",
        text="name 'model' is not defined",
        line="'total': model.count_params(),",
    ),
    FailedCell(cell=6, kind="error", error="ValueError", text="File not found: a.keras", line=CELLS[6]),
)


def run(failed: tuple[FailedCell, ...] = FAILED) -> Evidence:
    about = facts(ended="error", failed=failed)
    return evidence(mlp(fits=()), about=diagnoses.diagnosed(about, diagnoses.Notebook(cells=CELLS)))


def test_an_answer_an_array_and_a_training_name_the_cell_that_was_to_give_them() -> None:
    for answer in ("total", "option"):
        missing = typed.typed_answer(run(), answer)
        assert say(missing) == f"There is no answer {answer}: code cell 2 ended in NameError before it was given."
    rows = prepared.class_counts(run(), name="rows", part="train")
    assert say(rows) == "There is no array rows: code cell 2 ended in NameError before it was made."
    assert "code cell 2 ended in NameError" in say(training.uses_data(run(), min_rows=50000))
    assert "code cell 4 ended in AttributeError" in say(pictures.shows_images(run(), n=4))


def test_what_no_failed_cell_was_to_give_is_put_down_to_the_first() -> None:
    missing = typed.typed_answer(run(), "elsewhere")
    assert say(missing) == "There is no answer elsewhere: code cell 1 ended in AttributeError before it was given."


def test_an_answer_that_stayed_empty_is_told_so() -> None:
    about = facts(answers={"table": [], "sizes": {}, "typed": "..."})
    for answer in ("table", "sizes"):
        empty = typed.typed_answer(evidence(mlp(), about=about), answer)
        assert say(empty) == f"The answer {answer} is empty: nothing was put into it."
    assert say(typed.typed_answer(evidence(mlp(), about=about), "typed")).startswith("The answer typed was left open")


def test_a_call_that_was_not_reached_is_told_for_certain() -> None:
    saved = keeping.saved_model(run())
    assert say(saved).endswith("That is because code cell 2 ended in NameError.")
    saved = keeping.saved_model(run(FAILED[:1]))
    assert say(saved).endswith("Perhaps because code cell 1 ended in AttributeError.")
