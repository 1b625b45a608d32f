"""Known mistakes: recognised by what was really said, explained in both languages, and never seen where there are none."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest
from errors_of_keras import ERRORS
from hypothesis import given
from hypothesis import strategies as st
from strategies_facts import facts, model

from grader import course, diagnoses, texts
from grader.child.kernel import shortened
from grader.diagnoses import facts as run_facts
from grader.diagnoses import failures, patterns
from grader.diagnoses.signs import SIGNS
from grader.evidence import notebook
from grader.records import (
    LANGUAGES,
    CompileFacts,
    Diagnosis,
    EventFacts,
    FailedCell,
    FedData,
    FitFacts,
    LayerFacts,
    Message,
)


def failed(error: str, text: str = "", line: str = "", *, cell: int = 1, kind: str = "error") -> FailedCell:
    return FailedCell(cell=cell, kind=kind, error=error, text=text, line=line)  # type: ignore[arg-type]


def explained(cell: FailedCell, cells: Mapping[int, str] | None = None, *others: FailedCell) -> Diagnosis | None:
    return failures.diagnose(cell, (*others, cell), cells or {cell.cell: cell.line})


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(("id", "error", "text", "line"), ERRORS)
def test_what_keras_really_says_is_recognised_and_explained_in_both_languages(
    id: str, error: str, text: str, line: str
) -> None:
    found = explained(failed(error, text, line))
    assert found is not None
    assert found.id == id
    for language in LANGUAGES:
        cause, cure = texts.render(found.cause, language), texts.render(found.cure, language)
        assert cause.endswith(".")
        assert cure.endswith(".")
        assert "None" not in cause or id == "none_for_object"


def test_every_sign_has_its_sentences_and_the_table_of_real_errors_covers_it() -> None:
    told = {id for id, *_ in ERRORS}
    elsewhere = {"drive", "label_range", "print_statement", "indentation", "recursion", "tf1_data", "input_shape", "unknown_argument"}
    for sign in SIGNS:
        assert f"diagnoses.{sign.id}" in texts.catalogue()
        assert f"diagnoses.{sign.id}.cure" in texts.catalogue()
    assert {sign.id for sign in SIGNS} - told - elsewhere == set()


def test_flat_images_into_an_image_model_are_told_with_both_shapes() -> None:
    said = (
        "Exception encountered when calling Sequential.call().\n\nInvalid input shape for input Tensor. Expected shape "
        "(None, 28, 28, 1), but input has incompatible shape (128, 784)"
    )
    found = explained(failed("ValueError", said, "model.fit(x_train, y_train)"))
    assert found is not None
    assert texts.render(found.cause, "en") == (
        "The images that you feed have the shape (784,); the first layer wants (28, 28, 1)."
    )
    assert texts.render(found.cause, "es") == (
        "Las imágenes que das tienen la forma (784,); la primera capa quiere (28, 28, 1)."
    )


@pytest.mark.parametrize(
    ("cell", "id"),
    [
        (failed("FileNotFoundError", "[Errno 2] No such file or directory: '/content/drive/My Drive/a.csv'"), "drive"),
        (failed("InvalidArgumentError", "Received a label value of 9 which is outside the valid range of [0, 5)."), "label_range"),
        (failed("InvalidArgumentError", "node compile_loss/sparse_categorical_crossentropy/G ... indices[0] = 7 is not in [0, 5)"), "label_range"),
        (failed("SyntaxError", "Missing parentheses in call to 'print'. Did you mean print(...)?", kind="syntax"), "print_statement"),
        (failed("IndentationError", "unexpected indent", kind="syntax"), "indentation"),
        (failed("SyntaxError", "invalid syntax", "model.add(____)", kind="syntax"), "placeholder"),
        (failed("SyntaxError", "'(' was never closed", "print(", kind="syntax"), "syntax"),
        (failed("NotImplementedError", "", "f(3)"), "placeholder"),
        (failed("RecursionError", "maximum recursion depth exceeded", "return f(n)"), "recursion"),
        (failed("ModuleNotFoundError", "No module named 'tensorflow.examples'"), "tf1_data"),
        (failed("ValueError", "Expected shape (None, 28, 28), but input has incompatible shape (32, 14, 14)"), "input_shape"),
        (failed("TypeError", "Dense.__init__() got an unexpected keyword argument 'unit'"), "unknown_argument"),
        (failed("", kind="died"), "died"),
    ],
)  # fmt: skip
def test_further_errors(cell: FailedCell, id: str) -> None:
    found = explained(cell)
    assert found is not None
    assert found.id == id


def test_a_cell_that_did_not_end_is_told_by_its_loop() -> None:
    assert explained(failed("", kind="timeout"), {1: "acc = 0\nwhile acc < 0.97:\n    pass"}).id == "endless_loop"  # type: ignore[union-attr]
    assert explained(failed("", kind="timeout"), {1: "model.fit(x, y, epochs=5000)"}).id == "too_slow"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cells", "id", "values"),
    [
        ({1: "import pandas as pd\nmodel = 3", 2: "model.fit()"}, "follows", {"name": "model", "first": 1}),
        ({2: "model.fit()", 5: "model = Sequential()"}, "made_later", {"name": "model", "later": 5}),
        ({2: "model.fit()", 5: "(model, b) = f()"}, "made_later", {"name": "model", "later": 5}),
        ({2: "model.fit()", 5: "from red import model"}, "made_later", {"name": "model", "later": 5}),
        ({2: "model.fit()", 5: "model == 3\nprint(model=3)"}, "never_made", {"name": "model"}),
    ],
)
def test_a_name_that_is_not_there_is_traced(cells: Mapping[int, str], id: str, values: Mapping[str, object]) -> None:
    missing = failed("NameError", "name 'model' is not defined", "model.fit()", cell=2)
    found = explained(missing, cells, failed("ModuleNotFoundError", "No module named 'pandas'", cell=1))
    assert found is not None
    assert (found.id, dict(found.cause.values)) == (id, values)


def test_what_is_not_known_is_not_guessed() -> None:
    assert explained(failed("ZeroDivisionError", "division by zero", "1 / 0")) is None


words = st.text(max_size=60) | st.sampled_from([text for _, _, text, _ in ERRORS])


@given(st.builds(failed, words, words, words, kind=st.sampled_from(["error", "timeout", "died", "syntax"])),
       st.dictionaries(st.integers(1, 5), words, max_size=4))
def test_no_error_and_no_code_make_it_fail(cell: FailedCell, cells: Mapping[int, str]) -> None:
    about = facts(failed=(cell,))
    found = diagnoses.diagnosed(about, diagnoses.Notebook(cells=cells, counts={1: 4, 2: 1}))
    for one in found.failed:
        for part in (one.cause, one.cure):
            assert part is None or texts.render(part, "es")


@pytest.mark.parametrize("hostile", ["a, " * 700_000, "Conv2D(" * 300_000, "(" * 2_000_000, "y = y / " * 200_000, "\n" * 2_000_000])
def test_hostile_code_takes_no_time(hostile: str) -> None:
    began = time.process_time()
    missing = failed("NameError", "name 'a' is not defined", cell=2)
    found = diagnoses.diagnosed(facts(failed=(missing,)), diagnoses.Notebook(cells={1: hostile, 2: "a"}))
    assert found.failed[0].cause is not None
    assert time.process_time() - began < 5


def test_a_long_errors_end_is_kept() -> None:
    long = "Graph execution error: " + "x" * 5000 + "label value of 9 which is outside the valid range of [0, 5)"
    kept = shortened(long)
    assert len(kept) <= 2000
    assert explained(failed("InvalidArgumentError", kept)).id == "label_range"  # type: ignore[union-attr]
    assert shortened("short") == "short"


# ---------------------------------------------------------------- code that runs


@pytest.mark.parametrize(
    ("source", "id"),
    [
        ("model.add(Conv2D(32, 3, 3, activation='relu'))", "third_number"),
        ("x = Convolution2D(32,3,3)(x)", "third_number"),
        ("opt = SGD(learning_rate=0.1, decay=1e-6)", "decay"),
        ("y_train = y_train / 255.0", "scaled_labels"),
        ("    y_test /= 255", "scaled_labels"),
        ("train_labels = train_labels.astype('float32') / 255", "scaled_labels"),
        ('"""\nimport keras\nmodel = keras.Sequential()\nmodel.fit(x_train, y_train, epochs=5)\nprint(model.evaluate(x_test, y_test))\n# y mas cosas\n"""', "code_in_text"),
    ],
)
def test_code_that_does_not_do_what_it_seems_to(source: str, id: str) -> None:
    found = list(patterns.mistakes({3: source}))
    assert [(one.id, one.cell) for one in found] == [(id, 3)]
    assert "{" not in texts.render(found[0].cause, "en")


@pytest.mark.parametrize(
    "source",
    [
        "Conv2D(32, (3, 3))", "Conv2D(32, 3, strides=3)", "# Conv2D(32, 3, 3)", "SGD(learning_rate=0.1, weight_decay=1e-6)",
        "x_train = x_train / 255", "x_train, y_train = x_train / 255, y_train", '"""Una nota sobre el modelo."""',
        "AdamW(weight_decay=0.1)", "model.add(Conv2D(32, 3, activation='relu'))",
    ],
)
def test_honest_code_is_left_in_peace(source: str) -> None:
    assert list(patterns.mistakes({1: source})) == []


def test_no_reference_and_no_handout_shows_a_mistake() -> None:
    shipped = course.shipped()
    files = [*shipped.root.glob("reference/*/*.ipynb"), *shipped.root.glob("exercises/**/*.ipynb")]
    assert len(files) > 30
    for path in files:
        found = notebook.program(path.name, path.read_bytes())
        assert not isinstance(found, Message), path
        assert list(patterns.mistakes({cell.cell: cell.source for cell in found.cells})) == [], path


# ---------------------------------------------------------------- facts of the run

DENSE = LayerFacts(
    name="out", kind="Dense", input_shape=(784,), output_shape=(10,), params=7850, trainable=True,
    config={"activation": "softmax"},
)
FED = FedData(
    shape=(784,), length=60_000, dtype="float32", minimum=0.0, maximum=1.0, mean=0.1, std=0.3, rows=None, part="train",
    samples=None,
)
FIT = FitFacts(epochs_asked=5, epochs_done=5, batch_size=128, rows=60_000)


def noticed(**changes: object) -> list[str]:
    usual: dict[str, object] = {"layers": (DENSE,), "fits": (FIT,), "fed": FED, "compiled": CompileFacts(loss="categorical_crossentropy")}
    events = changes.pop("events", ())
    one = model(**{**usual, **changes})
    return [found.id for found in run_facts.mistakes(facts(one, events=events, recorded=(one,)))]


def layer(activation: str, units: int = 10) -> tuple[LayerFacts, ...]:
    return (LayerFacts(
        name="out", kind="Dense", input_shape=(784,), output_shape=(units,), params=0, trainable=True,
        config={"activation": activation},
    ),)  # fmt: skip


def fed(**changes: object) -> FedData:
    return replace(FED, **changes)  # type: ignore[arg-type]


def test_a_good_model_shows_no_mistake() -> None:
    assert noticed() == []
    assert noticed(layers=layer("linear"), compiled=CompileFacts(loss="CategoricalCrossentropy", from_logits=True)) == []


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"fed": fed(maximum=255.0)}, "unscaled"),
        ({"fed": fed(part="test")}, "test_in_training"),
        ({"layers": layer("softmax", 1)}, "softmax_of_one"),
        ({"layers": layer("sigmoid")}, "sigmoid_categorical"),
        ({"layers": layer("linear")}, "no_softmax"),
        ({"compiled": CompileFacts(loss="SparseCategoricalCrossentropy", from_logits=True)}, "logits_of_softmax"),
        ({"fits": (FIT, FIT)}, "trained_twice"),
    ],
)
def test_mistakes_in_what_was_trained(changes: dict[str, object], id: str) -> None:
    assert noticed(**changes) == [id]


def test_a_model_that_was_saved_too_early_is_noticed_and_one_saved_later_is_not() -> None:
    early = EventFacts(kind="save", model=0, fits=0, path="a.keras")
    late = EventFacts(kind="save", model=0, fits=1, path="a.keras")
    assert noticed(number=0, events=(early,)) == ["saved_before"]
    assert noticed(number=0, events=(early, late)) == []


def test_cells_that_ran_in_another_order_are_told_when_something_failed() -> None:
    broken = facts(failed=(failed("NameError", "name 'x' is not defined"),))
    found = list(run_facts.order({3: 22, 5: 54, 6: 7}, broken))
    assert [texts.render(one.cause, "en") for one in found] == [
        "You ran the cells in another order (cell 5 came after cell 6); here they ran from top to bottom."
    ]
    assert list(run_facts.order({3: 22, 5: 54, 6: 57}, broken)) == []
    assert list(run_facts.order({3: 22, 5: 1}, facts())) == []


def test_the_records_are_json() -> None:
    for id, error, text, line in ERRORS:
        found = explained(failed(error, text, line))
        assert found is not None, id
        json.dumps(dict(found.cause.values))
