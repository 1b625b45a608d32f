"""Every mistake of the catalogue, on code in the usual styles; and what cannot be made is refused."""

from __future__ import annotations

import json

import pytest
from rubrics_made_up import minimal

from grader import mutants, notebooks
from grader.errors import CourseError
from grader.mutants import CATALOGUE
from grader.records import MutantSpec, Rubric

LIST = """import keras
from keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(16, 3),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax"),
])
"""
ADDED = """model = keras.Sequential()
model.add(layers.Dense(64, activation="relu"))
model.add(layers.Dense(10, activation="softmax"))
"""
FUNCTIONAL = """inputs = keras.Input((784,))
x = layers.Dense(64, activation="tanh")(inputs)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
"""
TRAINING = """%matplotlib inline
x_train, x_test = x_train.astype("float32") / 255, x_test / 255.0
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=128)
model.save("red ñandú.keras")
axis.imshow(x_train[0]); axis.set_title(str(y_train[0]))
def double(image):
    return 2 * image
"""
ANSWERS = """student_id = "public"      # <- your id
answers = {"n": round(3.2, 1), "shape": (26, 26, 64), "why": "b"}
answers["later"] = 7
"""

CHANGES = {
    "missing-layer": (LIST, '    layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),\n', ""),
    "missing-layer:Dense": (LIST, 'layers.Dense(128, activation="relu"), ', ""),
    "missing-layer:Conv2D 2": (LIST, "    layers.Conv2D(16, 3),\n", ""),
    "missing-layer:MaxPooling2D": (LIST, "    layers.MaxPooling2D(2),\n", ""),
    "extra-layer": (LIST, 'layers.Dense(10, activation="softmax")', 'layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax")'),
    "wrong-units": (LIST, "Dense(128,", "Dense(128 + 3,"),
    "wrong-units:2": (LIST, "Dense(10,", "Dense(10 + 3,"),
    "wrong-filters": (LIST, "Conv2D(32,", "Conv2D(32 + 3,"),
    "wrong-filters:2": (LIST, "Conv2D(16,", "Conv2D(16 + 3,"),
    "wrong-kernel-size": (LIST, "(3, 3), act", "(3 + 1, 3 + 1), act"),
    "wrong-kernel-size:2": (LIST, "16, 3)", "16, 3 + 1)"),
    "same-padding": (LIST, '(3, 3), activation="relu")', '(3, 3), activation="relu", padding="same")'),
    "same-padding:2": (LIST, "Conv2D(16, 3)", 'Conv2D(16, 3, padding="same")'),
    "wrong-pool-size": (LIST, "MaxPooling2D(2)", "MaxPooling2D(3)"),
    "wrong-activation": (LIST, '3), activation="relu"', '3), activation="tanh"'),
    "wrong-activation:Dense": (LIST, 'Dense(128, activation="relu"', 'Dense(128, activation="tanh"'),
    "wrong-activation:Conv2D 2": (LIST, "Conv2D(16, 3)", 'Conv2D(16, 3, activation="tanh")'),
    "no-softmax": (LIST, '"softmax"', '"linear"'),
    "no-bias": (LIST, '(3, 3), activation="relu")', '(3, 3), activation="relu", use_bias=False)'),
    "no-dropout": (LIST, "    layers.Dropout(0.25),\n", ""),
    "wrong-rate": (LIST, "Dropout(0.25)", "Dropout(0.9)"),
    "wrong-loss": (TRAINING, '"sparse_categorical_crossentropy"', '"mean_squared_error"'),
    "wrong-optimizer": (TRAINING, '"adam"', '"sgd"'),
    "wrong-optimizer:rmsprop": (TRAINING, '"adam"', '"rmsprop"'),
    "wrong-metric": (TRAINING, '["accuracy"]', '["mean_absolute_error"]'),
    "logits-mismatch": (TRAINING, '"sparse_categorical_crossentropy"', "__import__('keras').losses.SparseCategoricalCrossentropy(from_logits=True)"),
    "no-scaling": (TRAINING, 'x_train.astype("float32") / 255, x_test / 255.0', 'x_train.astype("float32"), x_test'),
    "scaled-labels": (TRAINING, "fit(x_train, y_train,", "fit(x_train, y_train / 255,"),
    "no-training": (TRAINING, "model.fit(x_train, y_train, epochs=5, batch_size=128)", "None"),
    "one-epoch": (TRAINING, "epochs=5, batch_size=128", "epochs=1, batch_size=512"),
    "trained-on-test": (TRAINING, "fit(x_train, y_train", "fit(x_test, y_test"),
    "never-saved": (TRAINING, 'model.save("red ñandú.keras")', "None"),
    "plot-missing": (TRAINING, "axis.imshow(x_train[0])", "None"),
    "wrong-shape-picture": (TRAINING, "imshow(x_train[0])", "imshow((x_train[0]).reshape(14, -1))"),
    "unlabelled-picture": (TRAINING, "axis.set_title(str(y_train[0]))", "None"),
    "wrong-answer:n": (ANSWERS, "round(3.2, 1)", "123456789"),
    "hard-coded-answer:later": (ANSWERS, "= 7", "= 123456789"),
    "off-by-one:n": (ANSWERS, "round(3.2, 1)", "(round(3.2, 1)) + 1"),
    "off-by-one:shape": (ANSWERS, "26, 64)", "26, 64 + 1)"),
    "wrong-choice:why": (ANSWERS, '"b"', '"a"'),
    "answers-missing:n": (ANSWERS, "round(3.2, 1)", "None"),
    "other-variant:somebody": (ANSWERS, '"public"', '"somebody"'),
}  # fmt: skip
ENDINGS = {
    "returns-input:double": "def double(first, *args, **kwargs):\n    return first",
    "raises:double": 'def double(*args, **kwargs):\n    raise ValueError("this never works")',
    "returns-nothing:double": "def double(*args, **kwargs):\n    pass",
    "missing-function:double": "del double",
    "crash-at-the-end": "print(a_name_that_nobody_has_given)",
    "endless-loop": "attempts = 0\nwhile True:\n    attempts += 1",
}


def reference(*sources: str) -> bytes:
    cells = [notebooks.code_cell(f"c{number}", source) for number, source in enumerate(sources)]
    text = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "Dense(128, fit("}
    return notebooks.dump({"cells": [text, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def rubric(*names: str, **specs: MutantSpec) -> Rubric:
    return minimal(mutants={**{name: MutantSpec(costs=("runs",)) for name in names}, **specs})


def sources_of(name: str, *sources: str) -> list[str]:
    (made,) = mutants.make(rubric(name), reference(*sources))
    return [cell["source"] for cell in notebooks.code_cells(notebooks.load(made.content, "m"))]


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=list(CHANGES))
def test_a_mistake_changes_its_own_place_only(name: str, change: tuple[str, str, str]) -> None:
    source, old, new = change
    assert source.count(old) == 1
    assert sources_of(name, source) == [source.replace(old, new)]


@pytest.mark.parametrize(("name", "ending"), ENDINGS.items(), ids=list(ENDINGS))
def test_a_mistake_at_the_end(name: str, ending: str) -> None:
    assert sources_of(name, TRAINING) == [TRAINING, ending]


def test_every_mistake_of_the_catalogue_is_tested() -> None:
    tested = {name.partition(":")[0] for name in (*CHANGES, *ENDINGS)}
    assert tested | {"answers-missing", "mutates-input", "saved-before-training"} == set(CATALOGUE)


def test_layers_of_models_that_are_built_otherwise() -> None:
    (added,) = sources_of("missing-layer", ADDED)
    assert added == ADDED.replace('model.add(layers.Dense(64, activation="relu"))', "pass")
    (more,) = sources_of("extra-layer", ADDED)
    assert 'model.add(layers.Dense(16, activation="relu"))\nmodel.add(layers.Dense(10' in more
    (functional,) = sources_of("missing-layer", FUNCTIONAL)
    assert "x = inputs\n" in functional
    (deeper,) = sources_of("extra-layer", FUNCTIONAL)
    assert 'layers.Dense(10, activation="softmax")(layers.Dense(16, activation="relu")(x))' in deeper


def test_a_function_that_overwrites_its_argument_gives_the_right_result() -> None:
    namespace: dict[str, object] = {}
    for source in sources_of("mutates-input:double", "def double(image):\n    return 2 * image"):
        exec(source, namespace)
    import numpy as np

    given = np.array([1, 2])
    assert namespace["double"](given).tolist() == [2, 4]  # type: ignore[operator]
    assert given.tolist() == [0, 0]


def test_saving_moves_before_the_training() -> None:
    (source,) = sources_of("saved-before-training", TRAINING)
    assert source.index('model.save("red ñandú.keras")') < source.index("model.fit(")
    assert source.count("model.save(") == 1


def test_all_answers_go_missing() -> None:
    (source,) = sources_of("answers-missing", ANSWERS)
    assert 'answers = {"n": None, "shape": None, "why": None}\nanswers["later"] = None' in source


def test_a_teachers_own_mistake_is_a_replacement() -> None:
    spec = MutantSpec(costs=("runs",), replace=(("Dense(128", "Dense(7"), ("Conv2D(16", "Conv2D(7")))
    (made,) = mutants.make(rubric(seven=spec), reference(LIST))
    source = json.loads(made.content)["cells"][1]["source"]
    assert "".join(source) == LIST.replace("Dense(128", "Dense(7").replace("Conv2D(16", "Conv2D(7")
    assert (made.name, made.costs, made.full) == ("seven", ("runs",), False)


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("no-such-mistake", LIST, "the catalogue has no 'no-such-mistake'; there are: missing-layer"),
        ("wrong-filters:3", LIST, "no such layer (Conv1D or Conv2D or DepthwiseConv2D or SeparableConv2D, number 3); there are 2"),
        ("wrong-filters", ADDED, "there is none"),
        ("wrong-units:two or so", LIST, "'two or so' names no layer"),
        ("no-softmax", "x = 1", "no activation 'softmax'"),
        ("one-epoch", "x = 1", "calls no fit(...)"),
        ("one-epoch", "model.fit(x, y)", "names no epochs"),
        ("no-scaling", "x = y / 2", "divides nothing by 255"),
        ("trained-on-test", "model.fit(a, b)", "are not called ...train..."),
        ("scaled-labels", "model.fit(stream)", "is given no labels"),
        ("wrong-loss", "x = 1", "calls no compile(...)"),
        ("off-by-one:q9", ANSWERS, "gives no answer 'q9'; there are: n, shape, why, later"),
        ("wrong-choice:n", ANSWERS, "not the letter of an option"),
        ("answers-missing", LIST, "its code gives no answers"),
        ("other-variant:x", LIST, "sets no student_id"),
        ("other-variant", ANSWERS, "the rubric has no `questions`"),
        ("raises:triple", TRAINING, "defines no function 'triple'; there are: double"),
        ("never-saved", LIST, "calls no save or save_model(...)"),
        ("saved-before-training", LIST, "calls no save(...) or no fit(...)"),
        ("wrong-shape-picture", LIST, "calls no imshow(...)"),
        ("wrong-optimizer:adam", TRAINING, "it changes nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(name: str, source: str, says: str) -> None:
    with pytest.raises(CourseError) as refused:
        mutants.make(rubric(name), reference(source))
    assert f"mutants: {name}: it cannot be made: " in str(refused.value)
    assert says in str(refused.value)


def test_a_replacement_must_find_its_code_exactly_once() -> None:
    spec = MutantSpec(costs=("runs",), replace=(("layers.Dense(", "layers.Dense("),))
    with pytest.raises(CourseError, match=r"exactly once; it was found 2 times"):
        mutants.make(rubric(twice=spec), reference(LIST))


def test_the_page_on_validation_lists_the_catalogue_as_it_is() -> None:
    page = (Path(mutants.__file__).parents[2] / "docs" / "validation.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}{mistake.takes}` | {mistake.en} |" for name, mistake in CATALOGUE.items()]
