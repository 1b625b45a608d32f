"""Known mistakes: recognised by what was really said, explained in both languages, and never seen where there are none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.child.runner.kernel import shortened
from grader.course import course
from grader.evidence.preparing import notebook
from grader.records import LANGUAGES, Diagnosis, FailedCell, FitFacts, Message
from grader.scoring import diagnoses
from grader.scoring.diagnoses import failures, patterns
from grader.scoring.diagnoses.signs import SIGNS
from grader.scoring.diagnoses.story import Story
from tests.support.errors_of_keras import ERRORS
from tests.support.facts import facts, model
from tests.support.work import growth


def failed(error: str, text: str = "", line: str = "", *, cell: int = 1, kind: str = "error") -> FailedCell:
    return FailedCell(cell=cell, kind=kind, error=error, text=text, line=line)  # type: ignore[arg-type]


def explained(cell: FailedCell, cells: Mapping[int, str] | None = None, *others: FailedCell) -> Diagnosis | None:
    story = Story(cells or {cell.cell: cell.line}, (*others, cell))
    return [failures.diagnose(one, story) for one in (*others, cell)][-1]


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
    elsewhere = {
        "drive",
        "sample_data",
        "kaggle_input",
        "service_only",
        "label_range",
        "print_statement",
        "indentation",
        "recursion",
        "tf1_data",
        "input_shape",
    }
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
    ("error", "text", "line", "cause"),
    [
        ("ValueError", "Unrecognized keyword arguments passed to Dense: {'activaton': 'relu'}", "", "`Dense` takes no argument `activaton`."),
        ("TypeError", "EarlyStopping.__init__() got an unexpected keyword argument 'patient'", "", "`EarlyStopping` takes no argument `patient`."),
        ("TypeError", "red() got an unexpected keyword argument 'capas'", "", "`red` takes no argument `capas`."),
        ("ValueError", "Argument(s) not recognized: {'rate': 0.1}", "opt = keras.optimizers.SGD(rate=0.1)", "`SGD` takes no argument `rate`."),
        ("ValueError", "Argument(s) not recognized: {'rate': 0.1}", "opt = best(rate=0.1)", "`keras.optimizers` takes no argument `rate`."),
        ("AttributeError", "module 'keras._tf_keras.keras.layers' has no attribute 'Denso'", "", "`tensorflow.keras.layers` has no `Denso`: it was removed, renamed, or is written otherwise."),
        ("AttributeError", "module 'tensorflow._api.v2.train' has no attribute 'AdamOptimizer'", "", "`tf.train.AdamOptimizer` belongs to TensorFlow 1 and no longer exists."),
        ("ValueError", "Could not deserialize 'keras.metrics.mse' because it is not a KerasSaveable subclass", "", "A model that was saved as .h5 with `mse`, a loss or metric by its short name, cannot be compiled again when it is loaded."),
        ("ValueError", "No such layer: conv1. Existing layers are: ['flatten', 'dense'].", "", "This model has no layer called `conv1`; its layers are: `flatten`, `dense`."),
        ("ValueError", "Input 0 with name 'None' of layer 'dense_3' is incompatible with the layer: expected axis -1 of input shape to have value 1024, but received input with shape (32, 784)", "", "The layer `dense_3` was built for 1 024 values in the last axis and gets 784."),
        ("ValueError", "Negative dimension size ... input shapes: [28,28,1,1], [3,3,1,4].", "", "A single image was given; the network takes a batch of images, each of the shape (28, 28, 1)."),
        ("ValueError", "Dimensions must be equal ... compile_loss/mse/sub ... input shapes: [32,10], [32,5].", "", "The last layer gives 5 values for each image, the labels have 10."),
        ("ValueError", "Dimensions must be equal ... compile_loss/mse/sub ... input shapes: [32], [32,10].", "", "The labels are whole numbers, but this loss compares 10 values for each image: it wants one-hot rows."),
    ],
)  # fmt: skip
def test_a_cause_holds_the_students_own_names_and_numbers(error: str, text: str, line: str, cause: str) -> None:
    found = explained(failed(error, text, line))
    assert found is not None
    assert texts.render(found.cause, "en") == cause


@pytest.mark.parametrize(
    ("wanted", "given", "id"),
    [
        ("28, 28", "28, 28", "one_image"),
        ("784", "32,", "one_image"),
        ("28, 28, 1", "28, 28", "one_image"),
        ("28, 28, 1", "28, 784", "flat_images"),
        ("28, 28, 3", "28, 28, 28", "input_shape"),
        ("28, 28", "None, 28", "flat_images"),
    ],
)
def test_one_image_is_told_from_a_batch_of_another_shape(wanted: str, given: str, id: str) -> None:
    said = f"Expected shape (None, {wanted}), but input has incompatible shape ({given})"
    assert explained(failed("ValueError", said)).id == id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("asked", "histories", "id", "today"),
    [
        ("val_acc", [{"acc", "loss"}], "no_validation", "val_acc"),
        ("val_acc", [{"accuracy", "loss"}], "no_validation", "val_accuracy"),
        ("val_loss", [{"accuracy", "loss"}], "no_validation", "val_loss"),
        ("val_loss", [{"loss"}], "no_validation", "val_loss"),
        ("val_acc", [{"accuracy", "loss", "val_accuracy", "val_loss"}], "history_key", "val_accuracy"),
        ("val_accuracy", [{"acc", "loss", "val_acc", "val_loss"}], "history_key", "val_acc"),
        ("accuracy", [{"sparse_categorical_accuracy", "loss"}], "history_key", "sparse_categorical_accuracy"),
        ("acc", [{"loss"}], "no_metrics", None),
        ("val_accuracy", [{"loss", "val_loss"}], "no_metrics", None),
        ("val_acc", [{"acc", "loss", "val_acc", "val_loss"}, {"acc", "loss"}], "no_validation", "val_acc"),
        ("val_acc", [], "history_key", "val_accuracy"),
        ("val_acc", [set()], "history_key", "val_accuracy"),  # a loop of the student's own notes nothing
    ],
)
def test_a_missing_entry_is_explained_by_the_entries_that_are_there(
    asked: str, histories: list[set[str]], id: str, today: str | None
) -> None:
    noted = tuple(FitFacts(epochs_asked=1, epochs_done=1, history=dict.fromkeys(names, (0.5,))) for names in histories)
    cell = failed("KeyError", f"'{asked}'", f"plt.plot(h.history['{asked}'])")
    about = facts(failed=(cell,), recorded=(model(fits=noted),))
    (told,) = diagnoses.diagnosed(about, diagnoses.Notebook(cells={1: cell.line})).failed
    assert told.cause is not None
    assert told.cure is not None
    assert (told.cause.key, told.cause.values["name"]) == (f"diagnoses.{id}", asked)
    assert told.cure.values.get("today") == today


def test_a_missing_name_of_metrics_is_not_taken_for_one_of_a_history() -> None:
    line = "print(dict(zip(model.metrics_names, scores))['accuracy'])"
    cell = failed("KeyError", "'accuracy'", line)
    noted = (FitFacts(epochs_asked=1, epochs_done=1, history={"loss": (0.5,)}),)
    found = diagnoses.diagnosed(
        facts(failed=(cell,), recorded=(model(fits=noted),)), diagnoses.Notebook(cells={1: line})
    )
    assert [one.cause for one in found.failed] == [None]
    assert [(one.id, one.cell) for one in found.diagnoses] == [("metrics_names", 1)]


def test_a_model_that_is_not_compiled_since_its_cell_failed_is_traced_to_that_cell() -> None:
    cells = {3: "model.compile(optimizer=Adam(lr=0.1))", 4: "model.fit(x, y)"}
    fit = failed("ValueError", "You must call `compile()` before using the model.", "model.fit(x, y)", cell=4)
    broken = failed("ValueError", "Argument(s) not recognized: {'lr': 0.1}", cells[3], cell=3)
    found = explained(fit, cells, broken)
    assert found is not None
    assert texts.render(found.cause, "en") == "The model is not compiled, because code cell 3 failed."
    assert explained(fit, cells).id == "not_compiled"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cell", "id"),
    [
        (failed("FileNotFoundError", "[Errno 2] No such file or directory: '/content/drive/My Drive/a.csv'"), "drive"),
        (failed("ModuleNotFoundError", "No module named 'google.colab'"), "service_only"),
        (failed("ModuleNotFoundError", "No module named 'kaggle_secrets'"), "service_only"),
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
        (failed("", kind="died"), "died"),
    ],
)  # fmt: skip
def test_further_errors(cell: FailedCell, id: str) -> None:
    found = explained(cell)
    assert found is not None
    assert found.id == id


DRIVE = "/content/drive/MyDrive"


@pytest.mark.parametrize(
    ("error", "text", "id", "name"),
    [
        ("FileNotFoundError", f"[Errno 2] No such file or directory: '{DRIVE}/a b.csv'", "drive", f"{DRIVE}/a b.csv"),
        ("FileNotFoundError", f'[Errno 2] No such file or directory: "{DRIVE}/l\'eau.csv"', "drive", f"{DRIVE}/l'eau.csv"),
        ("FileNotFoundError", f"[Errno 2] No such file or directory: '{DRIVE}/a' -> 'b'", "drive", f"{DRIVE}/a"),
        ("FileNotFoundError", f"{DRIVE}/a.csv not found.", "drive", f"{DRIVE}/a.csv"),
        ("OSError", f"Unable to open file (unable to open file: name = '{DRIVE}/l'eau.h5', errno = 2, error", "drive", f"{DRIVE}/l'eau.h5"),
        ("ValueError", f"File not found: filepath={DRIVE}/mi red.keras. Please ensure", "drive", f"{DRIVE}/mi red.keras"),
        ("NotFoundError", f"{{{{function_node __wrapped__ReadFile}}}} {DRIVE}/a.png; No such file or directory [Op:ReadFile]", "drive", f"{DRIVE}/a.png"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'drive/My Drive/a'", "drive", "drive/My Drive/a"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/gdrive/My Drive/a'", "drive", "/gdrive/My Drive/a"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/a.csv'", "no_file", "/content/a.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/drive/a.csv'", "no_file", "/content/drive/a.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'MyDrive.csv'", "no_file", "MyDrive.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '/content/sample_data/mnist_test.csv'", "sample_data", "/content/sample_data/mnist_test.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'sample_data/mine.csv'", "no_file", "sample_data/mine.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: '../input/a.csv'", "kaggle_input", "../input/a.csv"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'input/a.csv'", "no_file", "input/a.csv"),
    ],
)  # fmt: skip
def test_a_missing_file_is_told_by_its_whole_name_and_place(error: str, text: str, id: str, name: str) -> None:
    found = explained(failed(error, text))
    assert found is not None
    assert (found.id, found.cause.values["name"]) == (id, name)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("ValueError", f"could not convert string to float: '{DRIVE}/a.h5'"),
        ("OSError", f"Unable to create file (unable to open file: name = '{DRIVE}/a.h5', errno = 13, error message"),
        ("PermissionError", f"[Errno 13] Permission denied: '{DRIVE}/a.csv'"),
        ("OSError", f"[Errno 28] No space left on device: '{DRIVE}/a.csv'"),
        ("FileExistsError", f"[Errno 17] File exists: '{DRIVE}/a'"),
    ],
)
def test_another_error_that_names_a_path_on_drive_is_not_about_drive(error: str, text: str) -> None:
    assert explained(failed(error, text)) is None


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


@given(
    st.builds(failed, words, words, words, kind=st.sampled_from(["error", "timeout", "died", "syntax"])),
    st.dictionaries(st.integers(1, 5), words, max_size=4),
)
def test_no_error_and_no_code_make_it_fail(cell: FailedCell, cells: Mapping[int, str]) -> None:
    about = facts(failed=(cell,))
    found = diagnoses.diagnosed(about, diagnoses.Notebook(cells=cells, counts={1: 4, 2: 1}))
    for one in found.failed:
        for part in (one.cause, one.cure):
            assert part is None or texts.render(part, "es")


@pytest.mark.parametrize("part", ["a, ", "Conv2D(", "(", "y = y / ", "\n"])
def test_the_time_for_hostile_code_grows_with_its_length(part: str) -> None:
    missing = failed("NameError", "name 'a' is not defined", cell=2)

    def diagnose(size: int) -> None:
        cells = {1: part * (size // len(part)), 2: "a"}
        found = diagnoses.diagnosed(facts(failed=(missing,)), diagnoses.Notebook(cells=cells))
        assert found.failed[0].cause is not None

    assert growth(diagnose, 75_000, 600_000) < 24  # squared: 64


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
        ("model.add(Conv2D(filtros, 5, 5))", "third_number"),
        ("x = Convolution2D(16, 7, 2)(x)", "third_number"),
        ("y_train = y_train / 255.0", "scaled_labels"),
        ("x_train, y_train = x_train / 255, y_train / 255", "scaled_labels"),
        ("model.fit(x_train, y_train / 255, epochs=5)", "scaled_labels"),
        ("(x, y), (a, b) = mnist.load_data(path='/home/ana/mnist.npz')", "data_path"),
        ("datos = keras.datasets.mnist.load_data('C:\\\\mnist\\\\mnist.npz')", "data_path"),
        ("print(model.metrics_names[1], puntos[1])", "metrics_names"),
        ("    y_test /= 255", "scaled_labels"),
        ("train_labels = train_labels.astype('float32') / 255", "scaled_labels"),
        (
            '"""\nimport keras\nmodel = keras.Sequential()\nmodel.fit(x_train, y_train, epochs=5)\nprint(model.evaluate(x_test, y_test))\n# y mas cosas\n"""',
            "code_in_text",
        ),
    ],
)
def test_code_that_does_not_do_what_it_seems_to(source: str, id: str) -> None:
    found = list(patterns.mistakes({3: source}))
    assert [(one.id, one.cell) for one in found] == [(id, 3)]
    assert "{" not in texts.render(found[0].cause, "en")


@pytest.mark.parametrize(
    "source",
    [
        "Conv2D(32, (3, 3))",
        "Conv2D(32, 3, strides=3)",
        "# Conv2D(32, 3, 3)",
        "SGD(learning_rate=0.1, weight_decay=1e-6)",
        "x_train = x_train / 255",
        "x_train, y_train = x_train / 255, y_train",
        '"""Una nota sobre el modelo."""',
        "AdamW(weight_decay=0.1)",
        "model.add(Conv2D(32, 3, activation='relu'))",
        "Conv2D(64, 3, 2)",
        "Conv2D(64, 2, 2)",
        "Conv2D(32, 3, 1, padding='same')",
        "Conv2D(dim, 7, 7)",
        "gray /= 255",
        "array = array / 255",
        "y = y / 255",
        "mnist.load_data(path='mnist.npz')",
        "datos = load_data('datos/train.csv')",
        "x_test /= 255",
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


def test_the_records_are_json() -> None:
    for id, error, text, line in ERRORS:
        found = explained(failed(error, text, line))
        assert found is not None, id
        json.dumps(dict(found.cause.values))
