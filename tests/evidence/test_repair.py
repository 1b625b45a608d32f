"""Imports that Keras 3 dropped, as what they are called today."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.preparing.old_imports import old_imports, repaired
from grader.records import OldImport
from tests.support.facts import evidence, facts, say

WRITTEN, TODAY = "from keras.layers.core import Dense", "from keras.layers import Dense"


@pytest.mark.parametrize(
    ("written", "today"),
    [
        ("from keras.layers.core import Dense, Dropout", "from keras.layers import Dense, Dropout"),
        ("  from tensorflow.keras.layers.convolutional import (", "  from tensorflow.keras.layers import ("),
        ("from keras.utils import np_utils", "from keras import utils as np_utils"),
        (
            "from tensorflow.keras.utils import np_utils  # labels",
            "from tensorflow.keras import utils as np_utils  # labels",
        ),
        ("from keras.utils import np_utils as u", "from keras import utils as u"),
        (
            "from keras.utils import np_utils, plot_model",
            "from keras.utils import plot_model; from keras import utils as np_utils",
        ),
        ("from keras.utils.np_utils import to_categorical", "from keras.utils import to_categorical"),
        ("import keras.utils.np_utils as n", "import keras.utils as n"),
        ("from keras.utils.vis_utils import plot_model", "from keras.utils import plot_model"),
        ("from keras.optimizers import adam, SGD", "from keras.optimizers import Adam as adam, SGD"),
        ("from keras.optimizers import rmsprop as r  # sgd", "from keras.optimizers import RMSprop as r  # sgd"),
        (
            "from keras.preprocessing.image import ImageDataGenerator",
            "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
        ),
        ("from keras.layers.normalization import BatchNormalization", "from keras.layers import BatchNormalization"),
        ("from keras.engine import Model", "from keras import Model"),
        ("from tensorflow.keras.engine import Model", "from tensorflow.keras import Model"),
    ],
)
def test_an_import_gets_its_name_of_today(written: str, today: str) -> None:
    assert repaired(written) == today
    assert repaired(today) == today


@pytest.mark.parametrize(
    "line",
    [
        "from keras.layers import Dense, Conv2D", "import keras", "import numpy as np", "import keras.layers.core",
        "from mine.layers.core import x", "from sklearn.utils import np_utils", "adam = 3", "", "import x; import os",
        "text = 'from keras.layers.core import Dense'", "from keras.utils import (np_utils, plot_model)",
        "from keras.layers import Merge", "from keras.wrappers.scikit_learn import KerasClassifier",
        "from keras.optimizers import Adam", "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
    ],
)  # fmt: skip
def test_what_is_right_or_needs_a_person_stays(line: str) -> None:
    assert repaired(line) == line


@given(st.text(max_size=200))
def test_no_line_is_added_or_lost(source: str) -> None:
    assert len(repaired(source).split("\n")) == len(source.split("\n"))


def test_each_line_is_told_with_its_place() -> None:
    cells = {2: f"import keras\n{WRITTEN}", 5: "x = 1"}
    assert old_imports(cells) == (OldImport(cell=2, line=2, written=WRITTEN, today=TODAY),)


def test_a_rubric_can_take_points_for_it() -> None:
    from grader.scoring.checks import running

    assert running.imports_of_today(evidence()).credit == 1
    old = OldImport(cell=2, line=1, written=WRITTEN, today=TODAY)
    judged = running.imports_of_today(evidence(about=facts(old_imports=(old,))))
    assert judged.credit == 0
    assert say(judged) == (
        "Lines that import what Keras 3 no longer has: 1. The first one, in code cell 2: "
        "from keras.layers.core import Dense is today from keras.layers import Dense."
    )
    assert "celda de código 2" in say(judged, "es")
