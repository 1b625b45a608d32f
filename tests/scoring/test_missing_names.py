"""A name without a value: what was to make it, where that stands, or how it is rightly written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader import texts
from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses import cell_code, failures, imports
from grader.scoring.diagnoses.story import Story
from tests.support.work import growth

BROKEN = "import nothing\n"


def told(name: str, cells: Mapping[int, str], *, cell: int, line: str = "", broken: int | None = None) -> Diagnosis:
    """The cause of a missing name in ``cell``; the first line of the cell ``broken`` failed before."""
    missing = FailedCell(
        cell=cell, kind="error", error="NameError", text=f"name '{name}' is not defined", line=line or cells[cell]
    )
    others = [
        FailedCell(
            cell=number,
            kind="error",
            error="ModuleNotFoundError",
            text="No module named 'nothing'",
            line="import nothing",
        )
        for number in (broken,)
        if number is not None
    ]
    story = Story(cells, (*others, missing))
    found = [failures.diagnose(one, story) for one in (*others, missing)][-1]
    assert found is not None
    for sentence in (found.cause, found.cure):
        for language in ("en", "es"):
            assert texts.render(sentence, language).endswith(".")  # type: ignore[arg-type]
    return found


# Whatever gives `g` a value.
MAKING = [
    "(\n  a,\n  g\n) = 1, 2",
    "a = g = 5",
    "g: int = 3",
    "if (g := 10) > 5: pass",
    "a, *g = f()",
    "[a, (b, g)] = f()",
    "for a, g in f():\n    pass",
    "with f() as (a, g):\n    pass",
    "with f() as a, \\\n     f() as g:\n    pass",
    "try:\n    pass\nexcept ValueError as g:\n    pass",
    "from a import (\n    b,\n    g,\n)",
    "from a import b as g",
    "import g.b",
    "import a.b as g",
    "def g(x):\n    return x",
    "class g:\n    pass",
    "async def g():\n    pass",
    "match f():\n    case [a, *g]:\n        pass",
    "match f():\n    case {'a': 1, **g}:\n        pass",
    "match f():\n    case int() as g:\n        pass",
    "def f():\n    global g\n    g = 3",
    "[(g := a) for a in f()]",
    "g += 1",
    "if a:\n    pass\nelif b:\n    g = 3",
    "try:\n    g = 3\nfinally:\n    pass",
    "g = !ls",
    "g = %sql select",
    "%time g = f()",
    "!ls\ng = 3",
    "%matplotlib inline\n?f\nf?\npip install a\ng = 3",
    "!pip install a \\\n   b\ng = 3",
    "x = '\\d'\ng = 3",
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("making", MAKING)
def test_whatever_gives_a_name_a_value_is_seen(making: str) -> None:
    found = told("g", {1: BROKEN + making, 2: "print(g)"}, cell=2, broken=1)
    assert (found.id, found.cause.values["first"]) == ("follows", 1)
    assert told("g", {1: making, 2: "print(g)"}, cell=2).id == "not_reached"


@pytest.mark.parametrize(
    "source",
    [
        "%%capture g\nx = 3",
        "%%capture out\ng = 3",
        "%%time\ng = 3",
        "# comentario\n%%time\ng = 3",
        "g = 3\nthis is no Python",
        "this is no Python\nfor a, g in f():",
        "this is no Python\nfrom a import b, g",
        "this is no Python\nimport a as g",
        "this is no Python\n(a, b), (c, g) = f()",
    ],
)
def test_cells_that_are_no_python_are_read_as_far_as_possible(source: str) -> None:
    assert "g" in cell_code.CellCode(source).bound


@pytest.mark.parametrize(
    "source",
    ["%%bash\ng=3", "%%writefile a.py\ng = 3", "f(g=3)", "x.g = 3", "x['g'] = 3", "g == 3", "'g = 3'", "# g = 3",
     "g: int", "no Python at all\nf(g=3)", "no Python at all\nx[g] = 3",
     "no Python at all\nif g == 3:", "lambda g: g", "del g"],
)  # fmt: skip
def test_what_gives_no_value_is_no_binding(source: str) -> None:
    assert "g" not in cell_code.CellCode(source).bound
    assert told("g", {1: "x = 3", 2: "print(g)", 3: source}, cell=2).id in ("never_made", "local_to_function")


@pytest.mark.parametrize(
    ("cells", "cell", "line", "id"),
    [
        ({1: "print(g)", 2: "g = 3"}, 1, "", "made_later"),
        ({1: "print(g)\ng = 3"}, 1, "print(g)", "made_below"),
        ({1: "print(g)\ng = 3", 2: "g = 3"}, 1, "print(g)", "made_below"),
        ({1: "if a:\n    g = 3\nprint(g)"}, 1, "print(g)", "not_reached"),
        ({1: "g = 3\ndel g", 2: "print(g)"}, 2, "", "deleted"),
        ({1: "g = 3", 2: "del g\nprint(g)"}, 2, "print(g)", "deleted"),
        ({1: "g = 3\ndel g\nif a:\n    g = 4", 2: "print(g)"}, 2, "", "not_reached"),
        ({1: "g += 1"}, 1, "", "no_first_value"),
        ({1: "for a in f():\n    g = g + a"}, 1, "g = g + a", "no_first_value"),
        ({1: "print(g)", 2: "g = g / 255"}, 1, "", "no_first_value"),
        ({1: "def f(x):\n    g = 3\n    return x", 2: "print(g)"}, 2, "", "local_to_function"),
        ({1: "def f(): pass; g = 3", 2: "print(g)"}, 2, "", "local_to_function"),
        ({1: "def f(g):\n    pass", 2: "print(g)"}, 2, "", "local_to_function"),
        ({1: "class A:\n    g = 3", 2: "print(g)"}, 2, "", "local_to_class"),
        ({1: "[g for g in f()]", 2: "print(g)"}, 2, "", "local_to_comprehension"),
        ({1: "x = 3", 2: "print(g)"}, 2, "", "never_made"),
        ({1: "print(Tru)", 2: "true = 3"}, 1, "", "never_made"),
    ],
)
def test_where_a_name_is_made_is_told(cells: Mapping[int, str], cell: int, line: str, id: str) -> None:
    name = "Tru" if "Tru" in cells[1] else "g"
    assert told(name, cells, cell=cell, line=line).id == id


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x_train", "X_train"),
        ("xtrain", "x_train"),
        ("x_trian", "x_train"),
        ("modelo", "model"),
        ("historia", "history"),
        ("train_image", "train_images"),
        ("sequential", "Sequential"),
        ("y_Test", "y_test"),
        ("puntuacoin", "puntuacion"),
        ("tamaño_lote", "tamano_lote"),
    ],
)
def test_a_slip_of_the_finger_is_told_with_the_right_name(written: str, meant: str) -> None:
    found = told(written, {3: "z = 1", 5: f"{meant} = f()", 7: f"{meant} = 3", 8: f"print({written})"}, cell=8)
    assert (found.id, found.cause.values["near"], found.cause.values["near_cell"]) == ("did_you_mean", meant, 7)
    later = told(written, {1: f"print({written})", 5: f"{meant} = f()", 7: f"{meant} = 3"}, cell=1)
    assert (later.id, later.cause.values["near_cell"]) == ("did_you_mean", 5)


@pytest.mark.parametrize(
    ("written", "other"),
    [("x_train", "y_train"), ("x_train", "x_test"), ("model1", "model2"), ("acc", "loss"), ("model_a", "model_b"),
     ("train_images", "test_images"), ("train_images", "train_labels"), ("opt", "out"), ("loss", "los_dos"),
     ("a", "b")],
)  # fmt: skip
def test_another_name_is_no_slip_of_the_finger(written: str, other: str) -> None:
    assert told(written, {1: f"{other} = 3", 2: f"print({written})"}, cell=2).id == "never_made"


def test_a_line_that_makes_a_name_from_a_misspelt_one_is_told_the_right_one() -> None:
    cells = {
        1: "(X_train, y_train), test = mnist.load_data()",
        2: "x_train = x_train / 255",
        3: "x_train = x_train[:9]",
    }
    assert told("x_train", cells, cell=2).id == "did_you_mean"


@pytest.mark.parametrize(("written", "near"), [("true", "True"), ("Print", "print"), ("none", "None"), ("Len", "len")])
def test_a_word_of_python_is_told_as_python_writes_it(written: str, near: str) -> None:
    found = told(written, {1: f"f({written})"}, cell=1)
    assert (found.id, found.cause.values["near"]) == ("python_name", near)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Dense", "from keras.layers import Dense"),
        ("Sequential", "from keras import Sequential"),
        ("to_categorical", "from keras.utils import to_categorical"),
        ("np", "import numpy as np"),
        ("plt", "import matplotlib.pyplot as plt"),
        ("layers", "from keras import layers"),
        ("mnist", "from keras.datasets import mnist"),
        ("load_model", "from keras.models import load_model"),
        ("train_test_split", "from sklearn.model_selection import train_test_split"),
    ],
)
def test_a_name_that_was_not_imported_is_told_with_its_import(name: str, line: str) -> None:
    found = told(name, {1: f"a = {name}.b"}, cell=1)
    assert found.id == "not_imported"
    assert texts.render(found.cure, "en") == f"Write `{line}` in the first cell."
    assert told(name, {1: BROKEN + line, 2: f"a = {name}.b"}, cell=2, broken=1).id == "follows"
    assert told(name, {1: f"a = {name}.b", 2: line}, cell=1).id == "made_later"


def test_names_of_early_keras_have_no_import() -> None:
    assert told("np_utils", {1: "np_utils.to_categorical(y, 10)"}, cell=1).id == "np_utils"
    assert told("ImageDataGenerator", {1: "ImageDataGenerator()"}, cell=1).id == "image_data_generator"
    assert told("Convolution1D", {1: "Convolution1D(3, 3)"}, cell=1).id == "renamed_import"
    assert told("adam", {1: "model.compile(adam)"}, cell=1).id == "never_made"  # it may be a variable


@pytest.mark.parametrize(
    ("module", "name", "id"),
    [
        ("keras.layers", "Dense", "follows"),
        ("tensorflow.keras.layers", "Dense", "follows"),
        ("keras.layers", "Adam", "not_imported"),
        ("keras.layers", "modelo_mio", "never_made"),
        ("utilidades", "modelo_mio", "follows_star"),
        ("utilidades", "Dense", "not_imported"),
    ],
)
def test_a_star_import_that_did_not_run(module: str, name: str, id: str) -> None:
    assert told(name, {1: f"{BROKEN}from {module} import *", 2: f"print({name})"}, cell=2, broken=1).id == id


@pytest.mark.keras
def test_every_import_that_is_advised_works(tmp_path: object) -> None:
    import subprocess
    import sys

    optional = ("pandas", "seaborn", "cv2", "PIL", "tqdm")
    lines = [line for line in imports.LINES.values() if line.split()[1].partition(".")[0] not in optional]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]


@pytest.mark.parametrize(
    "part", ["a = ", "(", "a: ", "a,", "!a\n", "a?\n", "a = !b\n", "import a\n", "a" * 50 + ".", "for a in b:\n"]
)
def test_the_time_for_hostile_cells_grows_with_their_length(part: str) -> None:
    def read(size: int) -> None:
        source = part * (size // len(part))
        assert cell_code.CellCode(source).bound is not None
        assert cell_code.CellCode(source + "\n)").bound is not None

    assert growth(read, 12_500, 100_000) < 24  # squared: 64


def test_no_more_is_parsed_than_the_cap() -> None:
    cells = cell_code.Cells({number: "a = 3\n" * 16_000 for number in range(1, 11)})
    assert sum(cells[number].is_parsed for number in cells) == cell_code.PARSED_IN_ALL // len("a = 3\n" * 16_000)
    assert all(cells[number].bound == {"a"} for number in cells)
