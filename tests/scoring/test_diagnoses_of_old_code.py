"""Old and wrong calls: recognised by what they really raised, with a cure that names what to write today."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import LANGUAGES, Diagnosis, FailedCell
from grader.scoring import diagnoses
from grader.scoring.diagnoses import failures, names_of_today
from grader.scoring.diagnoses.signs_of_misuse import MISUSE_SIGNS
from grader.scoring.diagnoses.signs_of_old_code import OLD_SIGNS
from grader.scoring.diagnoses.story import Story
from tests.support.errors_of_old_code import ERRORS
from tests.support.facts import facts
from tests.support.work import growth


def failed(error: str, text: str = "", line: str = "", *, cell: int = 1, kind: str = "error") -> FailedCell:
    return FailedCell(cell=cell, kind=kind, error=error, text=text, line=line)  # type: ignore[arg-type]


def explained(cell: FailedCell, cells: Mapping[int, str] | None = None) -> Diagnosis | None:
    return failures.diagnose(cell, Story(cells or {cell.cell: cell.line}, (cell,)))


def cure(found: Diagnosis | None, language: str = "en") -> str:
    assert found is not None
    return texts.render(found.cure, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(("id", "error", "text", "line", "code"), ERRORS)
def test_what_was_really_raised_is_explained_in_both_languages(
    id: str, error: str, text: str, line: str, code: str
) -> None:
    found = explained(failed(error, text, line), {1: code or line})
    assert found is not None
    assert found.id == id
    for language in LANGUAGES:
        for sentence in (texts.render(found.cause, language), texts.render(found.cure, language)):
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "None" not in sentence


def test_every_sign_of_old_code_and_misuse_has_its_sentences_and_a_real_error() -> None:
    ids = {sign.id for sign in (*OLD_SIGNS, *MISUSE_SIGNS)}
    for id in ids:
        assert f"diagnoses.{id}" in texts.catalogue()
        assert f"diagnoses.{id}.cure" in texts.catalogue()
    assert ids - {id for id, *_ in ERRORS} == set()


@pytest.mark.parametrize(
    "table",
    [
        names_of_today.NAMES_MOVED, names_of_today.TF1_MOVED, names_of_today.BACKEND_TODAY, names_of_today.NEEDED,
        names_of_today.TF_IN_NETWORK, names_of_today.ATTRIBUTES, names_of_today.NUMPY_MOVED, names_of_today.PYTHON_2,
    ],
)  # fmt: skip
def test_what_to_write_instead_is_python(table: Mapping[object, str]) -> None:
    for written in table.values():
        ast.parse(written)


@pytest.mark.parametrize(
    ("error", "text", "line", "wanted"),
    [
        ("AttributeError", "module 'tensorflow' has no attribute 'set_random_seed'", "tf.set_random_seed(1)", "Write `tf.random.set_seed` instead."),
        ("ImportError", "cannot import name 'set_random_seed' from 'tensorflow' (/lib)", "from tensorflow import set_random_seed", "Write `from tensorflow.random import set_seed as set_random_seed` instead."),
        ("AttributeError", "module 'tensorflow._api.v2.train' has no attribute 'AdamOptimizer'", "step = tf.train.AdamOptimizer(0.1).minimize(loss)", "Write the network with Keras: `keras.Sequential`, `compile`, `fit`, `evaluate`."),
        ("AttributeError", "module 'keras.backend' has no attribute 'update_add'", "K.update_add(n, 1)", "Use a layer, or a function of `keras.ops`, that does the same."),
        ("ImportError", "cannot import name 'merge' from 'keras.layers' (/lib)", "from keras.layers import merge", "Import `Concatenate, Add`."),
        ("AttributeError", "module 'keras.layers' has no attribute 'merge'", "keras.layers.merge.add([a, b])", "Import its classes from `keras.layers`."),
        ("TypeError", "Got an unexpected keyword argument 'keep_dims'", "tf.reduce_mean(x, keep_dims=True)", "Write `keepdims=` instead."),
        ("ValueError", "The `save_format` argument is deprecated in Keras 3.", "m.save('m', save_format='tf')", "Leave it out, and let the name of the file end in `.keras`."),
        ("TypeError", "Invalid shape (784,) for image data", "plt.imshow(x[0])", "Show `image.reshape(28, 28)`."),
        ("OSError", "'seaborn' is not a valid package style, path of style file", "plt.style.use('seaborn')", 'Write `"seaborn-v0_8"`.'),
    ],
)  # fmt: skip
def test_a_cure_says_what_to_write(error: str, text: str, line: str, wanted: str) -> None:
    assert cure(explained(failed(error, text, line))) == wanted


@pytest.mark.parametrize(
    ("error", "text", "line"),
    [
        ("TypeError", "train() got an unexpected keyword argument 'workers'", "train(workers=4)"),
        ("AttributeError", "'Net' object has no attribute 'W'", "print(net.W)"),
        ("AttributeError", "'Schedule' object has no attribute 'lr'", "print(s.lr)"),
    ],
)
def test_names_of_the_students_own_are_not_taken_for_old_ones(error: str, text: str, line: str) -> None:
    found = explained(failed(error, text, line))
    assert found is None or found.id == "unknown_argument"


# ---------------------------------------------------------------- made in one cell, seen in another

STRING = "dtype='string' is not a valid dtype for Keras type promotion."


@pytest.mark.parametrize(
    ("compiled", "written"),
    [
        ('red.compile("rmsprop", "categorical_crossentropy", ["acc"])', '["acc"]'),
        ("red.compile('adam', 'mse', 'accuracy')", '["accuracy"]'),
        ("%matplotlib inline\nred.compile(\n    'adam',\n    'mse',\n    ['mae', 'mse'])", '["mae", "mse"]'),
        ("red.compile('adam', 'mse', [keras.metrics.AUC()])", "[keras.metrics.AUC()]"),
        ("red.compile('adam', 'mse', keras.metrics.AUC())", "[keras.metrics.AUC()]"),
        ("red.compile('adam', 'mse', measures)", "measures"),
        ("red.compile('adam', 'mse', [" + "'accuracy', " * 30 + "])", '["accuracy"]'),
    ],
)
def test_metrics_as_the_third_argument_are_traced_to_the_call_of_compile(compiled: str, written: str) -> None:
    cells = {2: compiled, 5: "other.compile('adam', 'mse', metrics=['mae'])", 7: "red.fit(x, y, 128, 4)"}
    found = explained(failed("ValueError", STRING, cells[7], cell=7), cells)
    assert found is not None
    assert (found.id, dict(found.cause.values)) == ("positional_metrics", {"first": 2, "written": written})
    assert cure(found) == f"Name the argument: `metrics={written}`."


@pytest.mark.parametrize(
    "compiled",
    [
        "red.compile('adam', 'mse', metrics=['accuracy'])",
        "red.compile('adam', ['accuracy'], 'mse')",
        "red.compile('adam', 'mse', 0.5)",
        "red.compile(*settings)",
        "red.compile('adam', 'mse', *more)",
        "red.compile('adam', 'mse', ['accuracy']",
        "red.compile(" + "(" * 5000,
    ],
)
def test_nobody_is_told_of_positional_metrics_who_wrote_none(compiled: str) -> None:
    cells = {1: compiled, 2: "red.fit(x, y)"}
    found = explained(failed("ValueError", STRING, cells[2], cell=2), cells)
    assert found is None or found.id != "positional_metrics"


def test_eager_execution_that_was_switched_off_is_no_gap_of_the_handout() -> None:
    said = "numpy() is only available when eager execution is enabled."
    cells = {1: "tf.compat.v1.disable_eager_execution()", 4: "model.fit(x, y)"}
    found = explained(failed("NotImplementedError", said, "model.fit(x, y)", cell=4), cells)
    assert found is not None
    assert (
        texts.render(found.cause, "en")
        == "Eager execution was switched off in code cell 1; Keras 3 does not work without it."
    )
    assert explained(failed("NotImplementedError", "", "f(3)")).id == "placeholder"  # type: ignore[union-attr]


def test_an_optimizer_without_epsilon_is_told_from_missing_labels() -> None:
    text = "None values not supported."
    cells = {1: "m.compile(RMSprop(lr, epsilon=None), 'mse')", 2: "m.fit(x, y)"}
    assert explained(failed("ValueError", text, "m.fit(x, y)", cell=2), cells).id == "epsilon_none"  # type: ignore[union-attr]
    assert explained(failed("ValueError", text, "m.fit(x, epochs=3)")).id == "no_labels"  # type: ignore[union-attr]
    assert explained(failed("ValueError", text, "m.fit(x, y)")) is None


def test_names_of_python_2_are_not_called_misspelt() -> None:
    missing = failed("NameError", "name 'xrange' is not defined", "xrange(3)", cell=2)
    assert cure(explained(missing, {2: "xrange(3)"})) == "Write `range` instead."
    assert explained(missing, {2: "xrange(3)", 4: "xrange = range"}).id == "made_later"  # type: ignore[union-attr]


def test_a_run_that_ended_for_its_memory_says_so() -> None:
    about = facts(ended="memory", failed=(failed("", kind="died"),))
    (told,) = diagnoses.diagnosed(about, diagnoses.Notebook(cells={1: "x = np.ones((400000, 2000))"})).failed
    assert told.cause is not None
    assert told.cause.key == "diagnoses.memory_ended"


# ---------------------------------------------------------------- whatever it is

words = st.text(max_size=60) | st.sampled_from([part for row in ERRORS for part in row[1:]])


@given(words, words, words, st.dictionaries(st.integers(1, 3), words, max_size=3))
def test_no_error_and_no_code_make_it_fail(error: str, text: str, line: str, cells: dict[int, str]) -> None:
    found = explained(failed(error, text, line, cell=2), {2: line, **cells})
    if found is not None:
        for language in LANGUAGES:
            assert texts.render(found.cause, language)
            assert texts.render(found.cure, language)


@pytest.mark.parametrize(
    "part", ["m.compile(a, b, [c])\n", "m.compile(", "epsilon = None ", "x.compile" + "(" * 50, "\n"]
)
def test_the_time_for_hostile_code_grows_with_its_length(part: str) -> None:
    def diagnose(size: int) -> None:
        source = part * (size // len(part))
        for text in (
            STRING,
            "None values not supported.",
            "numpy() is only available when eager execution is enabled.",
        ):
            explained(failed("ValueError", text, "m.fit(x, y)", cell=2), {1: source, 2: source})

    assert growth(diagnose, 25_000, 200_000) < 24  # squared: 64


@pytest.mark.parametrize("part", ["tf.", "logs['", "assert ", "fit(a", "(", "a, ", "'"])
def test_the_time_for_a_hostile_error_grows_with_its_length(part: str) -> None:
    def diagnose(size: int) -> None:
        said = part * (size // len(part))
        for error in ("ValueError", "TypeError", "AttributeError", "ImportError", "AssertionError", "SystemExit"):
            explained(failed(error, said, said))

    assert growth(diagnose, 2_000, 16_000) < 40  # squared: 64
