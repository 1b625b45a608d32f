"""What an earlier failed cell brought about is told as that, and never with a cure of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import FailedCell
from grader.scoring import diagnoses
from tests.support.facts import facts
from tests.support.work import growth

LABELS = (
    "ValueError",
    "Arguments `target` and `output` must have the same rank (ndim). "
    "Received: target.shape=(None,), output.shape=(None, 10)",
)
SHAPES = ("ValueError", "Expected shape (None, 784), but input has incompatible shape (32, 28, 28)")
NOT_COMPILED = ("ValueError", "You must call `compile()` before using the model.")
LR = ("ValueError", "Argument(s) not recognized: {'lr': 0.01}")
DATA = "(x_train, y_train), (x_test, y_test) = mnist.load_data()"

Failure = tuple[int, str, str, str]  # cell, error, text, line


def causes(cells: Mapping[int, str], *failed: Failure) -> list[tuple[str, object]]:
    """The cause of each failed cell, and the cell that it names as the first."""
    about = tuple(
        FailedCell(cell=cell, kind="syntax" if error == "SyntaxError" else "error", error=error, text=text, line=line)
        for cell, error, text, line in failed
    )
    explained = diagnoses.diagnosed(facts(failed=about), diagnoses.Notebook(cells=cells)).failed
    for cell in explained:
        for sentence in (cell.cause, cell.cure):
            assert sentence is None or texts.render(sentence, "es").endswith(".")
    return [
        ("", None)
        if cell.cause is None
        else (cell.cause.key.removeprefix("diagnoses."), cell.cause.values.get("first"))
        for cell in explained
    ]


def missing(cell: int, name: str, line: str) -> Failure:
    return (cell, "NameError", f"name '{name}' is not defined", line)


# ---------------------------------------------------------------- values


FIT = "model.fit(x_train, y_train)"


@pytest.mark.parametrize(
    ("second", "line"),
    [
        ("y_train = to_categorical(y_train)", "y_train = to_categorical(y_train)"),
        ("y_train, y_test = to_categorical(y_train), to_categorical(y_test)",) * 2,
        ("to_categorical(3)\nfor part in [1]:\n    pass\ny_train = 3 * y_train", "to_categorical(3)"),
        ("to_categorical(3)\nif True:\n    y_train += 1", "to_categorical(3)"),
        ("to_categorical(3)\n(y_train := 3)", "to_categorical(3)"),
        ("%matplotlib inline\nto_categorical(3)\ny_train = 3", "to_categorical(3)"),
        ("with open('x') as f:\n    to_categorical(3)\n    y_train = f.read()", "to_categorical(3)"),
    ],
)
def test_a_name_that_a_failed_cell_did_not_make_anew_explains_what_comes_later(second: str, line: str) -> None:
    cells = {1: DATA, 2: second, 3: FIT}
    assert causes(cells, missing(2, "to_categorical", line), (3, *LABELS, FIT)) == [
        ("not_imported", None),
        ("stale", 2),
    ]


def test_what_is_made_from_such_a_name_depends_on_that_cell_too() -> None:
    cells = {
        1: DATA,
        2: "y_train = to_categorical(y_train)",
        3: "y_part = y_train[:50]\nboth = [y_part]",
        4: "fit(both)",
    }
    found = causes(cells, missing(2, "to_categorical", cells[2]), (4, *LABELS, "fit(both)"))
    assert found[1] == ("depends", 2)
    through = {**cells, 3: "def part():\n    return y_train[:50]", 4: "fit(part())"}
    assert causes(through, missing(2, "to_categorical", cells[2]), (4, *LABELS, "fit(part())"))[1] == ("stale", 2)


def test_an_import_that_failed_cost_itself_and_what_needs_its_names() -> None:
    first = "from keras.utils import np_utils\ny_train = y_train.astype('int32')\nx_train = np_utils.f(x_train)\nz = 3"
    failed = (2, "ImportError", "cannot import name 'np_utils' from 'keras.utils'", first.split("\n", maxsplit=1)[0])
    fit = (3, *LABELS, FIT)
    assert causes({1: DATA, 2: first, 3: FIT}, failed, fit)[1] == ("stale", 2)
    done = first.replace("x_train = np_utils.f(x_train)", "x_train = x_train / 255")
    assert causes({1: DATA, 2: done, 3: FIT}, failed, fit)[1][0] != "stale"
    assert causes({1: DATA, 2: done, 3: "np_utils"}, failed, missing(3, "np_utils", "np_utils"))[1] == ("follows", 2)


def test_a_failed_cell_did_what_stands_before_its_failing_line() -> None:
    cells = {1: DATA, 2: "y_train = 3 * y_train\n1 / 0", 3: FIT}
    found = causes(cells, (2, "ZeroDivisionError", "division by zero", "1 / 0"), (3, *LABELS, FIT))
    assert found == [("", None), ("labels_categorical", None)]


@pytest.mark.parametrize(
    "second",
    [
        "for n in range(3):\n    1 / 0\n    y_train = y_train + n",  # an earlier round may have made it
        "if True:\n    1 / 0\nelse:\n    y_train = 3",  # not its branch
        "try:\n    1 / 0\nexcept KeyError:\n    y_train = 3",
        "1 / 0\ndef f(y_train):\n    y_train = 3",  # the function's own name
        "1 / 0\n[y_train for y_train in range(3)]",
        "1 / 0\ny_train: int",
        "1 / 0\nfrom data import y_train",
        "a = 1\n1 / 0\n'y_train = 3'",
    ],
)
def test_only_what_was_surely_left_undone_is_told(second: str) -> None:
    found = causes({1: DATA, 2: second, 3: FIT}, (2, "ZeroDivisionError", "", "1 / 0"), (3, *LABELS, FIT))
    assert found[1] == ("labels_categorical", None)


def test_a_name_that_was_made_again_since_is_as_it_should_be() -> None:
    cells = {1: DATA, 2: "y_train = to_categorical(y_train)", 3: DATA, 4: FIT}
    assert causes(cells, missing(2, "to_categorical", cells[2]), (4, *LABELS, FIT))[1] == ("labels_categorical", None)


def test_a_mistake_of_its_own_keeps_its_cause_and_cure() -> None:
    cells = {1: DATA, 2: "y_train = to_categorical(y_train)", 3: "opt = SGD(y_train, lr=0.01)", 4: "import torch"}
    found = causes(
        cells,
        missing(2, "to_categorical", cells[2]),
        (3, *LR, cells[3]),
        (4, "ModuleNotFoundError", "No module named 'torch'", cells[4]),
    )
    assert [id for id, _ in found] == ["not_imported", "removed_argument", "torch"]
    own = {**cells, 3: "plt.imshow(x_train, y_train)\nred(y_train)"}
    said = ("TypeError", "red() takes 0 positional arguments but 1 was given")
    assert causes(own, missing(2, "to_categorical", cells[2]), (3, *said, "red(y_train)"))[1] == ("", None)


def test_an_unknown_error_with_such_a_name_follows_too() -> None:
    cells = {1: DATA, 2: "nothing()\nx_train = x_train.reshape(60000, 784)", 3: "x_train[0, 700]"}
    found = causes(
        cells,
        (2, "NameError", "name 'nothing' is not defined", "nothing()"),
        (3, "IndexError", "index 700 is out of bounds for axis 1 with size 28", cells[3]),
    )
    assert found == [("never_made", None), ("stale", 2)]


def test_a_cell_that_is_no_python_did_nothing() -> None:
    broken = "x_train = x_train.reshape(60000, 784\ny_train = to_categorical(y_train)"
    cells = {1: DATA, 2: broken, 3: FIT}
    assert causes(cells, (2, "SyntaxError", "'(' was never closed", ""), (3, *SHAPES, FIT)) == [
        ("syntax", None),
        ("stale", 2),
    ]
    outside = {1: DATA, 2: "x_train = 3\nreturn x_train", 3: FIT}
    failures = (2, "SyntaxError", "'return' outside function", "return x_train"), (3, *SHAPES, FIT)
    assert causes(outside, *failures)[1] == ("stale", 2)


def test_the_failing_line_of_a_function_of_the_same_cell_is_that_of_its_call() -> None:
    cells = {1: DATA, 2: "def f(x):\n    return 1 / 0\nx_train = 3\ny_train = f(y_train)\nx_test = 3", 3: FIT}
    failures = (2, "ZeroDivisionError", "", "return 1 / 0"), (3, *LABELS, FIT)
    assert causes(cells, *failures)[1] == ("stale", 2)
    shapes = {**cells, 3: "fit(x_train)"}
    assert causes(shapes, failures[0], (3, *LABELS, "fit(x_train)"))[1] == ("labels_categorical", None)


# ---------------------------------------------------------------- steps


def test_a_network_that_lacks_layers_is_not_finished() -> None:
    cells = {
        1: "model = Sequential()\nmodel.add(Conv2D(32, 3, border_mode='same'))\nmodel.add(Flatten())",
        2: "model.compile()\nmodel.fit(x, y)",
    }
    gone = (1, "ValueError", "Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}")
    found = causes(cells, (*gone, cells[1].split("\n")[1]), (2, *LABELS, "model.fit(x, y)"))
    assert found == [("removed_argument", None), ("unfinished", 1)]


@pytest.mark.parametrize(
    "failing",
    [
        "model.compile(optimizer=SGD(lr=0.01))",
        "opt = SGD(lr=0.01)\nmodel.compile(optimizer=opt)",
        "for opt in [SGD(lr=0.01)]:\n    model.compile(optimizer=opt)",
        "def ready(m):\n    m.compile(SGD(lr=0.01))\nready(model)",
    ],
)
def test_a_network_whose_compile_line_was_not_reached_is_not_told_to_be_never_compiled(failing: str) -> None:
    line = next(line.strip() for line in failing.split("\n") if "lr=" in line)
    cells = {1: "model = Sequential()", 2: failing, 3: "model.fit(x, y)", 4: "model.evaluate(x, y)"}
    found = causes(cells, (2, *LR, line), (3, *NOT_COMPILED, cells[3]), (4, *NOT_COMPILED, cells[4]))
    assert found == [("removed_argument", None), ("compile_failed", 2), ("compile_failed", 2)]


def test_a_compile_line_that_ran_is_not_blamed() -> None:
    cells = {1: "a = Sequential()\nb = Sequential()", 2: "a.compile()\nre.compile('x')\nprint(zero)", 3: "b.fit(x, y)"}
    found = causes(cells, missing(2, "zero", "print(zero)"), (3, *NOT_COMPILED, cells[3]))
    assert found == [("never_made", None), ("not_compiled", None)]


def test_a_network_that_kept_its_old_loss_is_not_told_to_change_it() -> None:
    cells = {
        1: "model = Sequential()\nmodel.compile(loss='mse')\n" + DATA,
        2: "model.compile(loss='categorical_crossentropy', optimizer=SGD(lr=0.01))",
        3: FIT,
    }
    assert causes(cells, (2, *LR, cells[2]), (3, *LABELS, FIT))[1] == ("unfinished", 2)


def test_what_was_not_trained_is_told_where_it_matters_only() -> None:
    cells = {1: "model = Sequential()\nscaler = StandardScaler()", 2: "model.fit(x, nb_epoch=3)\nscaler.fit(x)"}
    old = (2, "TypeError", "fit() got an unexpected keyword argument 'nb_epoch'", "model.fit(x, nb_epoch=3)")
    history = ("AttributeError", "'Sequential' object has no attribute 'history'")
    for later, said in (
        ("scaler.transform(x)", ("NotFittedError", "This StandardScaler instance is not fitted yet")),
        ("plt.plot(model.history.history['loss'])", history),
        ("model.output", ("AttributeError", "The layer sequential has never been called")),
    ):
        assert causes({**cells, 3: later}, old, (3, *said, later))[1] == ("untrained", 2)
    assert causes({**cells, 3: FIT}, old, (3, *LABELS, FIT))[1] == ("labels_categorical", None)


# ---------------------------------------------------------------- files


NO_FILE = "[Errno 2] No such file or directory: '{}'"


@pytest.mark.parametrize(
    ("saving", "file"),
    [
        ("model.save('m.keras')", "m.keras"),
        ("model.save('./m.keras')", "m.keras"),
        ("ruta = 'modelos/'\nmodel.save(ruta + 'm.keras')", "modelos/m.keras"),
        ("model.save(os.path.join('modelos', 'm.keras'))", "modelos/m.keras"),
        ("n = 3\nmodel.save(f'modelos/{BASE}.keras')", "modelos/red.keras"),
        ("model.save(filepath='m.keras')", "/content/m.keras"),
        ("np.savez('datos', x=x)", "datos.npz"),
        ("np.save('datos', x)", "datos.npy"),
        ("tabla.to_csv('t.csv')", "t.csv"),
        ("with open('t.txt', 'w') as f:\n    f.write('a')", "t.txt"),
        ("json.dump(x, open('t.json', mode='w'))", "t.json"),
        ("Path('notas.txt').write_text('a')", "notas.txt"),
        ("os.makedirs('modelos')", "modelos/m.keras"),
        ("model.fit(x, callbacks=[ModelCheckpoint('best.keras')])", "best.keras"),
        ("model.fit(x, callbacks=[guardar])", "best.keras"),
        ("model.fit(x, callbacks=todos)", "best.keras"),
    ],
)
def test_a_file_that_a_failed_cell_would_have_written_is_no_riddle(saving: str, file: str) -> None:
    ready = "BASE = 'red'\nguardar = ModelCheckpoint(filepath='best.keras')\ntodos = [guardar, EarlyStopping()]"
    cells = {1: ready, 2: "nothing()\n" + saving, 3: f"load('{file}')"}
    broken = (2, "NameError", "name 'nothing' is not defined", "nothing()")
    found = causes(cells, broken, (3, "FileNotFoundError", NO_FILE.format(file), cells[3]))
    assert found == [("never_made", None), ("file_follows", 2)]


@pytest.mark.parametrize("second", ["open('a.csv')", "pd.read_csv('a.csv')", "model.save('b.csv')", "x = 'a.csv'"])
def test_a_file_that_nobody_writes_is_missing_by_itself(second: str) -> None:
    cells = {2: "nothing()\n" + second, 3: "load('a.csv')"}
    broken = (2, "NameError", "name 'nothing' is not defined", "nothing()")
    assert causes(cells, broken, (3, "FileNotFoundError", NO_FILE.format("a.csv"), cells[3]))[1] == ("no_file", None)


# ---------------------------------------------------------------- the first cause


def test_a_chain_of_failures_leads_to_its_first_cell() -> None:
    cells = {
        1: DATA,
        2: "from keras.utils import np_utils, to_categorical",
        3: "y_train = to_categorical(y_train)\nmodel = Sequential()",
        5: "model.compile()",
        7: "history = model.fit(x_train, y_train)",
        8: "plt.plot(history.history)\nmodel.save('m.keras')",
        9: "load_model('m.keras')",
        10: "other.fit(x_train, y_train)",
    }
    found = causes(
        cells,
        (2, "ImportError", "cannot import name 'np_utils' from 'keras.utils'", cells[2]),
        missing(3, "to_categorical", "y_train = to_categorical(y_train)"),
        missing(5, "model", cells[5]),
        missing(7, "model", cells[7]),
        missing(8, "history", "plt.plot(history.history)"),
        (9, "FileNotFoundError", NO_FILE.format("m.keras"), cells[9]),
        (10, *LABELS, cells[10]),
    )
    assert [id for id, _ in found] == ["np_utils", *["follows"] * 4, "file_follows", "stale"]
    assert {first for _, first in found[1:]} == {2}


def test_of_several_cells_at_fault_the_first_is_told() -> None:
    cells = {1: DATA, 2: "x_train = f(x_train)", 3: "y_train = g(y_train)", 4: FIT}
    found = causes(cells, missing(2, "f", cells[2]), missing(3, "g", cells[3]), (4, *LABELS, FIT))
    assert found[2] == ("stale", 2)


def test_a_cause_is_told_once() -> None:
    cells = {1: "fit(x, y)", 2: "evaluate(x, y)", 3: "Dense(3)", 4: "Dense(4)"}
    failures = (
        (1, *LABELS, cells[1]),
        (2, *LABELS, cells[2]),
        missing(3, "Dense", cells[3]),
        missing(4, "Dense", cells[4]),
    )
    assert causes(cells, *failures) == [
        ("labels_categorical", None), ("same_cause", 1), ("not_imported", None), ("same_cause", 3)
    ]  # fmt: skip


def test_the_sentences_are_plain() -> None:
    cells = {1: DATA, 4: "y_train = to_categorical(y_train)", 6: FIT}
    about = (
        FailedCell(cell=4, kind="error", error="NameError", text="name 'to_categorical' is not defined", line=cells[4]),
        FailedCell(cell=6, kind="error", error=LABELS[0], text=LABELS[1], line=FIT),
    )
    first, second = diagnoses.diagnosed(facts(failed=about), diagnoses.Notebook(cells=cells)).failed
    said = [texts.render(one, "en") for one in (first.cause, first.cure, second.cause, second.cure) if one]
    assert said == [
        "`to_categorical` was not imported.",
        "Write `from keras.utils import to_categorical` in the first cell.",
        "`y_train` still has its old value, because code cell 4 failed.",
        "Fix code cell 4 first.",
    ]


def test_whether_a_compile_line_was_missed_is_a_fact() -> None:
    failed = FailedCell(cell=2, kind="error", error=LR[0], text=LR[1], line="opt = SGD(lr=0.01)")
    for source, missed in (
        ("opt = SGD(lr=0.01)\nmodel.compile(opt)", 2),
        ("model.compile()\nopt = SGD(lr=0.01)", None),
    ):
        found = diagnoses.diagnosed(facts(failed=(failed,)), diagnoses.Notebook(cells={1: "", 2: source}))
        assert found.missed_compile == missed


# ---------------------------------------------------------------- hostile code


PIECES = st.sampled_from(
    ["x = f(x)", "x", "del x", "for x in y:", "    y = x", "%time x = 3", "!ls", "def f(x):", "    global y", "1 / 0",
     "model.compile()", "model.fit(x)", "x.save('a')", "(", "with a as x:", "[x for x in y if (y := x)]", "'''",
     "import x"]
)  # fmt: skip


@given(
    st.dictionaries(st.integers(1, 5), st.lists(PIECES, max_size=6).map("\n".join), max_size=5),
    st.lists(
        st.tuples(
            st.integers(0, 6),
            PIECES,
            st.sampled_from([LABELS, LR, NOT_COMPILED, ("NameError", "name 'x' is not defined"), ("E", "")]),
        )
    ),
)
def test_no_notebook_makes_it_fail_and_no_cell_follows_a_later_one(
    cells: Mapping[int, str], failed: Sequence[tuple[int, str, tuple[str, str]]]
) -> None:
    failures = [(cell, *said, line) for cell, line, said in failed]
    for (cell, *_), (_, first) in zip(failures, causes(cells, *failures), strict=True):
        assert first is None or int(str(first)) <= cell


@pytest.mark.parametrize(
    "part",
    ["x = f(x)\n", "x, ", "f(", "lambda x: ", "x.a", "if x:\n x = 3\nel", "[x for x in ", "a = x; ",
     "def f(x): x\n", "f(x)\n", "%time x\n", "x = [x, ModelCheckpoint('a')]\n"],
)  # fmt: skip
def test_the_time_for_hostile_code_grows_with_its_length(part: str) -> None:
    def diagnose(size: int) -> None:
        cells = {
            1: "x = y = model = 3",
            2: part * (size // len(part)),
            3: part * (size // len(part)),
            4: "f(x)",
            5: "z",
        }
        failed = [(2, "E", "", "x"), (3, *LABELS, part.strip()), (4, *LABELS, "f(x)"), missing(5, "z", "z")]
        causes(cells, *failed)

    assert growth(diagnose, 10_000, 80_000) < 40  # squared: 64
