"""Every mistake of the catalogue on small notebooks in several styles: what it changes, and what it refuses."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader import questions
from grader.course import course, notebooks, rubric
from grader.errors import CourseError
from grader.records import MutantSpec, Rubric
from grader.validation import mutants
from grader.validation.mutants import CATALOGUE
from tests.support.notebooks import notebook

RUBRIC = rubric.load(course.shipped().rubric_path("mnist-mlp"))

SEQUENTIAL = """
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, kernel_size=3, activation="relu"),     # «ñ» before a place must not shift it
    layers.MaxPooling2D(2),
    layers.Conv2D(64, (3, 3), activation="relu", padding="same"),
    layers.Dropout(0.5),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
"""
FUNCTIONAL = """
seen = keras.Input(shape=(784,))
hidden = keras.layers.Dense(units=64, activation="tanh")(seen)
output = keras.layers.Dense(10)(hidden)
output = keras.layers.Activation("softmax")(output)
model = keras.Model(seen, output)
"""
ADDED = """
modelo = Sequential()
modelo.add(Conv2D(filters=8, kernel_size=(5, 5), activation="relu", input_shape=(28, 28, 1)))
modelo.add(MaxPooling2D(pool_size=(2, 2)))
modelo.add(Flatten())
modelo.add(Dense(10, activation="softmax"))
"""
TRAINING = """
%matplotlib inline
x_train, x_test = x_train / 255.0, x_test / 255
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, batch_size=128, verbose=0)
model.save("ñandú.keras"); print(1)
"""
ANSWERS = """
def mean(image):
    return image.mean(axis=2)
answers = {
    "size": 2 * 13, "shape": (13, 13, 32), "why": "b", "start": "a",
    "counts": {"weights": 288, "total": 288 + 32}, "all": [1, 2],
}
answers["late"] = round(gap, 2)
"""
PICTURES = """
plt.imshow(image, cmap="gray")
plt.title(f"label: {label}".title())
axis.set_xlabel("x")
keras.utils.plot_model(model)
"""


def changed(source: str, name: str, *, replaced: tuple[tuple[str, str], ...] = (), checked: Rubric = RUBRIC) -> str:
    """The code that a mutant makes of one cell; further cells that it adds follow after an empty line."""
    spec = MutantSpec(costs=(), replace=replaced)
    made = mutants.one(replace(checked, mutants={name: spec}), name, notebooks.load(notebook(source), "n"))
    code = notebooks.code_of(notebooks.load(made.content, "made"))
    ast.parse(code.replace("%matplotlib inline", ""))
    return code


def plain(source: str) -> str:
    return notebooks.code_of(notebooks.load(notebook(source), "n"))


def differences(source: str, name: str) -> list[str]:
    """The lines that the source has and the mutant lacks, with a minus, and those that are new."""
    old = [line.strip() for line in plain(source).splitlines()]
    new = [line.strip() for line in changed(source, name).splitlines()]
    return [f"- {line}" for line in old if line not in new] + [line for line in new if line and line not in old]


# ---------------------------------------------------------------- layers

SOFTMAX = 'layers.Dense(10, activation="softmax"),'
HIDDEN = 'layers.Dense(128, activation="relu"),'
TANH = 'hidden = keras.layers.Dense(units=64, activation="tanh")(seen)'
SECOND = 'layers.Conv2D(64, (3, 3), activation="relu", padding="same"),'
FIRST_ADDED = 'modelo.add(Conv2D(filters=8, kernel_size=(5, 5), activation="relu", input_shape=(28, 28, 1)))'
LAYERS = [
    (SEQUENTIAL, "missing-layer:Dense", [f"- {HIDDEN}"]),
    (SEQUENTIAL, "missing-layer:MaxPooling2D", ["- layers.MaxPooling2D(2),"]),
    (SEQUENTIAL, "missing-layer:Flatten", ["- layers.Flatten(),"]),
    (SEQUENTIAL, "missing-layer:Conv2D 2", [f"- {SECOND}"]),
    (FUNCTIONAL, "missing-layer", [f"- {TANH}", "hidden = seen"]),
    (ADDED, "missing-layer:MaxPooling2D", ["- modelo.add(MaxPooling2D(pool_size=(2, 2)))", "pass"]),
    (SEQUENTIAL, "extra-layer", [f"- {SOFTMAX}", f'layers.Dense(16, activation="relu"), {SOFTMAX}']),
    (SEQUENTIAL, "extra-layer:1", [f"- {HIDDEN}", f'layers.Dense(16, activation="relu"), {HIDDEN}']),
    (FUNCTIONAL, "extra-layer", [
        "- output = keras.layers.Dense(10)(hidden)",
        'output = keras.layers.Dense(10)(keras.layers.Dense(16, activation="relu")(hidden))',
    ]),
    (ADDED, "extra-layer", ['modelo.add(Dense(16, activation="relu"))']),
    (SEQUENTIAL, "wrong-units:2", [f"- {SOFTMAX}", SOFTMAX.replace("10", "10 + 3")]),
    (FUNCTIONAL, "wrong-units", [f"- {TANH}", TANH.replace("64", "64 + 3")]),
    (SEQUENTIAL, "wrong-filters:2", [f"- {SECOND}", SECOND.replace("64", "64 + 3")]),
    (ADDED, "wrong-kernel-size", [f"- {FIRST_ADDED}", FIRST_ADDED.replace("(5, 5)", "(5 + 1, 5 + 1)")]),
    (SEQUENTIAL, "same-padding:2", [f"- {SECOND}", SECOND.replace("same", "valid")]),
    (SEQUENTIAL, "wrong-pool-size", ["- layers.MaxPooling2D(2),", "layers.MaxPooling2D(2 + 1),"]),
    (ADDED, "wrong-pool-size", [
        "- modelo.add(MaxPooling2D(pool_size=(2, 2)))", "modelo.add(MaxPooling2D(pool_size=(2 + 1, 2 + 1)))",
    ]),
    (SEQUENTIAL, "wrong-activation:Dense 2", [f"- {SOFTMAX}", SOFTMAX.replace("softmax", "sigmoid")]),
    (FUNCTIONAL, "wrong-activation", [f"- {TANH}", TANH.replace("tanh", "relu")]),
    (SEQUENTIAL, "no-softmax", [f"- {SOFTMAX}", SOFTMAX.replace("softmax", "linear")]),
    (FUNCTIONAL, "no-softmax", [
        '- output = keras.layers.Activation("softmax")(output)', 'output = keras.layers.Activation("linear")(output)',
    ]),
    (SEQUENTIAL, "no-bias:Dense 1", [f"- {HIDDEN}", 'layers.Dense(128, activation="relu", use_bias=False),']),
    (SEQUENTIAL, "no-dropout", ["- layers.Dropout(0.5),"]),
    (SEQUENTIAL, "wrong-rate", ["- layers.Dropout(0.5),", "layers.Dropout(0.9),"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "expected"), LAYERS)
def test_a_mistake_in_a_model_changes_one_layer_and_nothing_else(source: str, name: str, expected: list[str]) -> None:
    assert differences(source, name) == expected


def test_padding_is_exchanged_also_where_the_reference_has_the_default() -> None:
    (old, new) = differences(SEQUENTIAL, "same-padding")
    assert old.startswith('- layers.Conv2D(32, kernel_size=3, activation="relu"),')
    assert new.startswith('layers.Conv2D(32, kernel_size=3, activation="relu", padding="same"),')


def test_a_layer_on_the_line_of_another_goes_alone() -> None:
    source = "model = Sequential([Dense(4), Dropout(0.2), Dense(2)])"
    assert "Sequential([Dense(4), Dense(2)])" in changed(source, "no-dropout")
    assert "Sequential([Dense(4), Dropout(0.2), ])" in changed(source, "missing-layer:Dense 2")


# ---------------------------------------------------------------- training

LINES = {
    "wrong-loss": 'loss="mean_squared_error"',
    "wrong-loss:hinge": 'loss="hinge"',
    "wrong-optimizer": 'optimizer="sgd"',
    "wrong-optimizer:rmsprop": 'optimizer="rmsprop"',
    "wrong-metric": 'metrics=["mean_absolute_error"]',
    "logits-mismatch": "losses.SparseCategoricalCrossentropy(from_logits=True)",
    "no-scaling": "x_train, x_test = x_train, x_test\n",
    "scaled-labels": "fit(x_train, y_train / 255, ",
    "no-training": "history = None\n",
    "one-epoch": "epochs=1, batch_size=512,",
    "trained-on-test": "fit(x_test, y_test, ",
    "trained-on-test-too": "concatenate([x_train, x_test]), __import__('numpy').concatenate([y_train, y_test]), ",
    "never-saved": "verbose=0)\nNone; print(1)\n",
    "saved-before-training": 'model.save("ñandú.keras")\nhistory = model.fit(',
}


@pytest.mark.parametrize(("name", "line"), LINES.items(), ids=LINES)
def test_a_mistake_around_the_training_writes_this(name: str, line: str) -> None:
    assert line not in TRAINING
    assert line in changed(TRAINING, name)


def test_a_model_saved_before_training_is_not_saved_after() -> None:
    assert changed(TRAINING, "saved-before-training").count("model.save(") == 1


def test_scaling_is_found_as_a_division_in_place_too() -> None:
    assert "x /= 1\n" in changed("x /= 255.0\ny = 3 / 2", "no-scaling")


def test_the_loss_is_added_where_compile_was_given_none() -> None:
    assert 'model.compile("adam", loss="mean_squared_error")' in changed('model.compile("adam")', "wrong-loss")


# ---------------------------------------------------------------- answers

ANSWERED = {
    "wrong-answer:size": '"size": 123456789',
    "hard-coded-answer:late": 'answers["late"] = 123456789',
    "off-by-one:size": '"size": (2 * 13) + 1',
    "off-by-one:shape": "(13, 13, 32 + 1)",
    "off-by-one:counts": '{"weights": 288, "total": 288 + 32 + 1}',
    "off-by-one:all": "[1, 2 + 1]",
    "off-by-one:late": "(round(gap, 2)) + 1",
    "wrong-choice:why": '"why": "a"',
    "wrong-choice:start": '"start": "b"',
    "answers-missing:why": '"why": None',
}


@pytest.mark.parametrize(("name", "line"), ANSWERED.items(), ids=ANSWERED)
def test_a_mistake_in_an_answer_changes_that_answer(name: str, line: str) -> None:
    made = changed(ANSWERS, name)
    assert line in made
    assert len([one for one in made.splitlines() if one not in ANSWERS.splitlines()]) == 1


def test_without_a_key_every_answer_is_missing() -> None:
    assert changed(ANSWERS, "answers-missing").count("None") == 7


def test_another_variant_is_one_in_which_no_answer_is_right_here() -> None:
    checked = replace(RUBRIC, questions="output-size")
    made = changed('student_id = "public"   # who\nprint(student_id)', "other-variant", checked=checked)
    assert f'student_id = "{questions.stranger("output-size", secret=b"")}"   # who' in made


# ---------------------------------------------------------------- functions, pictures, the end

ADDING = {
    "returns-input:mean": "def mean(first, *args, **kwargs):\n    return first",
    "mutates-input:mean": "first[...] = 0\n    return result",
    "raises:mean": "raise ValueError(",
    "returns-nothing:mean": "def mean(*args, **kwargs):\n    pass",
    "missing-function:mean": "del mean",
    "crash-at-the-end": "print(a_name_that_nobody_has_given)",
    "endless-loop": "while True:",
}


@pytest.mark.parametrize(("name", "line"), ADDING.items(), ids=ADDING)
def test_a_mistake_at_the_end_is_one_more_cell(name: str, line: str) -> None:
    before, added = changed(ANSWERS, name).split(plain(ANSWERS).rstrip())
    assert before == ""
    assert line in added


def test_a_function_that_changes_its_input_still_gives_the_right_output() -> None:
    class Image(list):  # type: ignore[type-arg]
        def __setitem__(self, at: object, value: object) -> None:
            self.emptied = (at, value)

    room: dict[str, object] = {}
    exec(changed(ANSWERS.replace("image.mean(axis=2)", "sum(image)").replace("gap", "1.0"), "mutates-input:mean"), room)
    image = Image([1, 2, 3])
    assert room["mean"](image) == 6  # type: ignore[operator]
    assert image.emptied == (Ellipsis, 0)


SHOWN = {
    "plot-missing": ['- plt.imshow(image, cmap="gray")', "None"],
    "plot-missing:plot_model": ["- keras.utils.plot_model(model)", "None"],
    "wrong-shape-picture": ['- plt.imshow(image, cmap="gray")', 'plt.imshow((image)[1:], cmap="gray")'],
}


@pytest.mark.parametrize(("name", "expected"), SHOWN.items(), ids=SHOWN)
def test_a_mistake_in_the_pictures(name: str, expected: list[str]) -> None:
    assert differences(PICTURES, name) == expected


def test_a_picture_without_labels_has_neither_title_nor_axis_labels() -> None:
    made = changed(PICTURES, "unlabelled-picture")
    assert made.count("None") == 2
    assert "imshow" in made
    assert "label" not in made


# ---------------------------------------------------------------- own replacements and refusals


def test_own_code_is_replaced_pair_by_pair() -> None:
    made = changed(TRAINING, "mine", replaced=(("epochs=5", "epochs=2"), ('"adam"', '"sgd"')))
    assert "epochs=2" in made
    assert 'optimizer="sgd"' in made


REFUSALS = [
    ("x = 1", "wrong-unit", (), "the catalogue has no 'wrong-unit'; did you mean 'wrong-units'?"),
    ("x = 1", "not-in-there-at-all", (), "There are: answers-missing, crash-at-the-end,"),
    ("x = 1", "off-by-one", (), "it is written off-by-one:KEY"),
    ("x = 1", "off-by-one:", (), "it is written off-by-one:KEY"),
    ("x = 1", "one-epoch:2", (), "one-epoch takes nothing after its name"),
    ("x = 1", "missing-layer", (), "its code has no such layer"),
    (SEQUENTIAL, "wrong-units:3", (), "no such layer (Dense, number 3); there are 2"),
    (SEQUENTIAL, "wrong-units:Dense-1", (), "'Dense-1' names no layer; write a kind, a number, or both: 'Dense 2'"),
    ("layer = Dense(3)", "missing-layer", (), "stands in no list, no add(...) and no functional call"),
    ("layer = Flatten()\nlayer = Dense(units)", "no-softmax", (), "its code has no activation 'softmax'"),
    ("x = 1", "wrong-loss", (), "its code calls no compile(...)"),
    ("x = 1", "one-epoch", (), "its code calls no fit(...)"),
    ("model.fit(x, y)", "one-epoch", (), "'model.fit(x, y)' names no epochs"),
    ("model.fit(stream, epochs=1)", "scaled-labels", (), "is given no labels"),
    ("model.fit(x, y)", "trained-on-test", (), "are not called ...train..."),
    ("model.fit(x, y)", "saved-before-training", (), "its code calls no save(...) or no fit(...)"),
    ("model.fit(x, y)", "never-saved", (), "its code calls no save or save_model(...)"),
    ("x = 1", "no-scaling", (), "its code divides nothing by 255"),
    (ANSWERS, "off-by-one:sise", (), "its code gives no answer 'sise'; there are: size, shape, why"),
    (ANSWERS, "wrong-choice:size", (), "the answer 'size' is 2 * 13, not the letter of an option"),
    ("x = 1", "answers-missing", (), "its code gives no answers"),
    ("x = 1", "other-variant", (), "the rubric has no `questions`"),
    (ANSWERS, "raises:median", (), "its code defines no function 'median'; there are: mean"),
    ("x = 1", "plot-missing", (), "its code calls no imshow or matshow(...)"),
    ("x = 1", "wrong-shape-picture", (), "its code calls no imshow(...)"),
    ("'a'.title()", "unlabelled-picture", (), "its code calls none of set_title, title,"),
    ("x = 1", "mine", (("x = 2", "x = 3"),), "its code must hold 'x = 2' exactly once; it was found 0 times"),
    ("x = 1\nx = 1", "mine", (("x = 1", "x = 3"),), "exactly once; it was found 2 times"),
    ("x = 1", "mine", (("x = 1", "x = 1"),), "it changes nothing"),
    ("model.fit(x, y, epochs=1)", "one-epoch", (), "it changes nothing"),
]


@pytest.mark.parametrize(("source", "name", "pairs", "said"), REFUSALS)
def test_what_cannot_be_made_is_refused_with_rubric_mutant_and_cure(
    source: str, name: str, pairs: tuple[tuple[str, str], ...], said: str
) -> None:
    with pytest.raises(CourseError) as caught:
        changed(source, name, replaced=pairs)
    assert str(caught.value).startswith(f"{RUBRIC.path}: mutants: {name}: it cannot be made: ")
    assert said in str(caught.value)


def test_cells_that_are_not_python_are_passed_over() -> None:
    magics = "!ls\nif True:\n    %time x = 1\n"
    made = mutants.one(
        replace(RUBRIC, mutants={"no-training": MutantSpec(costs=())}),
        "no-training",
        notebooks.load(notebook("%%bash\nls -l | model.fit(x", magics + "model.fit(x, y)"), "n"),
    )
    sources = ["".join(cell["source"]) for cell in json.loads(made.content)["cells"]]
    assert sources == ["%%bash\nls -l | model.fit(x", magics + "None"]


# ---------------------------------------------------------------- the catalogue as a whole


def test_every_entry_of_the_catalogue_is_tested_above() -> None:
    tried = {name.partition(":")[0] for name in (*LINES, *ANSWERED, *ADDING, *SHOWN, *(one[1] for one in LAYERS))}
    assert tried | {"same-padding", "other-variant", "unlabelled-picture"} == set(CATALOGUE)


def test_every_entry_says_in_both_languages_what_it_is() -> None:
    for name, mistake in CATALOGUE.items():
        assert mistake.en != mistake.es, name
        assert all(0 < len(line) <= 110 for line in (mistake.en, mistake.es)), name
        assert mistake.takes in {"", "[:N]", "[:LAYER]", "[:KEY]", ":KEY", "[:NAME]", ":FUNCTION", "[:FUNCTION]"}


def test_a_mutant_trains_in_full_when_it_costs_an_accuracy() -> None:
    assert mutants.in_full(RUBRIC, ("dense", "accuracy"))
    assert not mutants.in_full(RUBRIC, ("dense", "runs"))


@pytest.mark.parametrize("exercise", course.shipped().exercises)
def test_the_mutants_of_every_exercise_can_be_made_and_differ(exercise: str) -> None:
    shipped = course.shipped()
    checked = rubric.load(shipped.rubric_path(exercise))
    made = mutants.make(checked, shipped.reference(exercise))
    assert [one.name for one in made] == list(checked.mutants)
    assert len({one.content for one in made}) == len(made)
    for one in made:
        ast.parse(notebooks.code_of(notebooks.load(one.content, one.name)))


def test_the_page_on_validation_lists_the_catalogue_as_it_is() -> None:
    page = (Path(mutants.__file__).parents[3] / "docs" / "validation.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}{mistake.takes}` | {mistake.en} |" for name, mistake in CATALOGUE.items()]
