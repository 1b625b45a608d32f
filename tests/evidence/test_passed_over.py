from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.preparing.passed_over import imported_words, passed_over

ABSENT = {"optuna", "umap", "imageio", "xgboost", "keras_tuner", "torch", "helper", "wandb"}


def runs(
    *sources: str, absent: set[str] = ABSENT, files: tuple[str, ...] = (), kept: tuple[str, ...] = ()
) -> list[str]:
    """What runs instead of these cells, which are numbered from 1."""
    changed, _ = passed_over(dict(enumerate(sources, 1)), absent, files=files, kept=kept)
    return [changed[number] for number in range(1, len(sources) + 1)]


@pytest.mark.parametrize(
    ("written", "today"),
    [
        ("import optuna", "pass"),
        ("import os, optuna as o, sys  # all", "import os, sys  # all"),
        ("import numpy as np; import umap; y = 1", "import numpy as np; pass; y = 1"),
        ("ñ = 'é'; import umap; z = 2", "ñ = 'é'; pass; z = 2"),
        ("from imageio import (imread,\n    imwrite)\ny = 1", "pass\n\ny = 1"),
        ("from xgboost import *", "pass"),
        ("import umap.plot", "pass"),
        ("%matplotlib inline\n!ls\nimport umap", "%matplotlib inline\n!ls\npass"),
        ("%%time\nimport umap", "%%time\npass"),
        (
            "try:\n    import umap\nexcept ImportError:\n    !pip install umap-learn\n    import umap",
            "try:\n    import umap\nexcept ImportError:\n    !pip install umap-learn\n    pass",
        ),
    ],
)
def test_an_import_of_what_is_not_here_takes_nothing_else_along(written: str, today: str) -> None:
    assert runs(written) == [today]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy",
        "import wandb",  # has a stand-in
        "import mis_funciones",
        "def f():\n    import umap",
        "if True:\n    import umap",
        "try:\n    import umap\nexcept ImportError:\n    umap = None",
        "try:\n    import umap\nexcept ValueError:\n    import umap",
        "%%writefile a.txt\nimport umap",
        "%%bash\nimport umap",
        "import umap\nthis is no Python",
        "from . import umap",
        "import \\\n  umap; x = 1",
        "import helper",  # nothing is downloaded
        "a = '''\nimport umap'''",
    ],
)
def test_everything_else_is_left_as_it_stands(source: str) -> None:
    assert runs(source) == [source]


def test_lines_that_only_use_what_is_not_here_go_with_it() -> None:
    cells = (
        "import xgboost as xgb, imageio\nfrom optuna import create_study",
        "clf = xgb.XGBClassifier(\n    n_estimators=50)\nclf.fit(x, y)\nprint(f'{clf.score(x, y):.2f}'); n = 3",
        "imageio.imwrite('a.png', x[0])\nemb, more = clf.apply(x), [1]\nimport matplotlib.pyplot as plt\nplt.plot(emb)",
        "study = create_study()\nfor trial in study.trials:\n    print(trial)\nif study.n > 2:\n    print('many')",
    )
    assert runs(*cells) == [
        "pass\npass",
        "pass\n\npass\npass; n = 3",
        "pass\npass\nimport matplotlib.pyplot as plt\npass",
        "pass\npass\n\npass\n",
    ]


def test_a_colour_bar_goes_with_the_drawing_that_it_explains() -> None:
    drawing = "emb = umap.UMAP().fit_transform(x)\nplt.scatter(emb, y)\nplt.colorbar()\nplt.show()"
    cell = f"import matplotlib.pyplot as plt\n{drawing}"
    assert runs("import umap", cell) == ["pass", "import matplotlib.pyplot as plt\npass\npass\npass\nplt.show()"]
    assert runs("import umap", "import matplotlib.pyplot as plt\nplt.imshow(x)\nplt.colorbar()")[1].endswith(
        "plt.colorbar()"
    )


@pytest.mark.parametrize(
    "line",
    [
        "model = build(study.best_params)",  # a function of the student's, whose network is graded
        "model.fit(x, y, callbacks=[study.callback])",
        "answers = {'q1': study.best_value}",
        "answers['q1'] = study.best_value",
        "wanted = study.best_value",  # exported
        "x = study.ask(x)",  # else the old value would stay
        "with study.run():\n    model.fit(x, y)",
        "def f():\n    return study",
        "if (m := study.best):\n    pass",
    ],
)
def test_a_line_on_which_something_rests_is_left_to_fail(line: str) -> None:
    cell = f"x = 1\nmodel = 2\nstudy = optuna.create_study()\n{line}"
    assert runs("import optuna", cell, kept=("wanted",)) == [
        "pass",
        cell.replace("study = optuna.create_study()", "pass"),
    ]


def test_a_library_that_makes_networks_is_missed_where_it_is_used() -> None:
    cells = ("import keras_tuner as kt, torch", "tuner = kt.Hyperband(f)\nbest = tuner.get_best_models()[0]")
    assert runs(*cells) == ["pass", cells[1]]


def test_a_name_that_got_another_value_is_no_longer_missing() -> None:
    cells = ("import umap\numap = Own()\numap.draw()", "from xgboost import plot", "plot = 1\n!!", "plot.it()")
    assert runs(*cells) == ["pass\numap = Own()\numap.draw()", "pass", cells[2], cells[3]]


def test_a_module_that_a_download_may_have_brought_is_passed_over_from_there_on() -> None:
    cells = ("import helper", "!wget -q https://example.org/helper.py\nimport helper, numpy\nimport umap_like")
    changed, found = passed_over(dict(enumerate(cells, 1)), {"helper", "umap_like"})
    assert changed == {1: "import helper", 2: "!wget -q https://example.org/helper.py\nimport numpy\npass"}
    assert [(one.cell, one.line, one.library, one.names, one.download) for one in found] == [
        (2, 2, "helper", ("helper",), 2),
        (2, 3, "umap_like", ("umap_like",), 2),
    ]
    assert runs(*cells, files=("helper.py",)) == list(cells)
    assert runs("!git clone a\n", "open('helper.py', 'w').write(code)\nimport helper")[1].endswith("import helper")
    assert runs("%%bash\nwget https://a/helper.py", "import helper") == ["%%bash\nwget https://a/helper.py", "pass"]


def test_a_file_of_the_submission_is_no_library() -> None:
    for files in (("optuna.py",), ("optuna/__init__.py",), ("lib\\optuna.py",)):
        assert runs("import optuna", files=files) == ["import optuna"]
    assert runs("%%writefile optuna.py\na = 1", "import optuna")[1] == "import optuna"


def test_what_is_passed_over_is_noted() -> None:
    _, found = passed_over({3: "x = 1\nfrom optuna import create_study as c, trial\ns = c()"}, {"optuna"})
    assert [(one.cell, one.line, one.written, one.names) for one in found] == [
        (3, 2, "from optuna import create_study as c, trial", ("c", "trial")),
        (3, 3, "s = c()", ("s",)),
    ]


def test_words_of_imports_are_read_from_the_text_of_a_notebook() -> None:
    text = '{"source": ["import numpy as np, optuna\\n", "from a.b import (c, d)\\nimport umap.plot"]}'
    assert {"numpy", "optuna", "a", "umap"} <= imported_words(text)
    assert imported_words("nothing at all") == frozenset()


@pytest.mark.parametrize(
    "source", ["(" * 5000, "a" + ".a" * 50_000, "\0", "-" * 100_000 + "1", "if a:\n  x\n" + "elif b:\n  y\n" * 3000]
)
def test_hostile_cells_are_left_alone(source: str) -> None:
    assert runs(f"import optuna\n{source}", "import optuna")[1] == "pass"
    assert runs("import optuna", f"optuna.a\n{source}")[0] == "pass"


PIECES = (
    "import optuna",
    "import os, umap",
    "x = optuna.a()",
    "print(x)",
    "y = 1",
    "for i in x:",
    "    i.b()",
    "!pip install a",
    "",
    "; ",
    "z(x)",
)


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6), max_size=4))
def test_lines_keep_their_numbers_and_what_parsed_still_does(cells: list[list[str]]) -> None:
    sources = {number: "\n".join(lines) for number, lines in enumerate(cells, 1)}
    changed, found = passed_over(sources, ABSENT)
    assert changed.keys() == sources.keys()
    assert {one.cell for one in found} == {number for number in sources if changed[number] != sources[number]}
    for number, source in sources.items():
        assert changed[number].count("\n") == source.count("\n")
        assert _parses(changed[number]) == _parses(source)
        assert passed_over({1: changed[number]}, ABSENT)[1] == ()


def _parses(source: str) -> bool:
    try:
        ast.parse(source.replace("!pip", "pip#"))
    except SyntaxError:
        return False
    return True
