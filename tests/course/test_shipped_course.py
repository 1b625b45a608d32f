"""The exercises that train a network for its accuracy: rubrics, references and handouts agree with each other."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from grader.course.rubric import load
from grader.records import LANGUAGES, Accuracy

ROOT = Path(__file__).resolve().parents[2]
POINTS = {"mnist-softmax": 10, "mnist-mlp": 12, "mnist-cnn": 14, "mnist-deeper-cnn": 20}
EXERCISES = tuple(POINTS)
REACHED_FROM = {"88": "87.37", "97": "96.67", "99": "98.81"}

each_exercise = pytest.mark.parametrize("exercise", EXERCISES)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def rubric(exercise: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "rubrics" / f"{exercise}.yaml").read_text("utf-8"))


def asked(exercise: str) -> dict[str, dict[str, Any]]:
    """Criteria that read an answer, by the answer's key."""
    return {one["answer"]: one for one in rubric(exercise)["criteria"] if "answer" in one}


def notebook(path: Path) -> Any:
    return nbformat.reads(path.read_text("utf-8"), as_version=4)


def solution(exercise: str) -> Any:
    return notebook(ROOT / "reference" / exercise / "solution.ipynb")


def handout(exercise: str, language: str) -> Any:
    return notebook(ROOT / "exercises" / exercise / f"{exercise}.{language}.ipynb")


def code(cells: Any) -> list[str]:
    return [cell.source for cell in cells.cells if cell.cell_type == "code"]


def prose(cells: Any) -> str:
    return "\n".join(cell.source for cell in cells.cells if cell.cell_type == "markdown")


def answers(source: str) -> dict[str, ast.expr]:
    """Keys and values of ``answers = {...}`` in ``source``."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "answers":
            assert isinstance(statement.value, ast.Dict)
            keys = [ast.literal_eval(key) for key in statement.value.keys if key is not None]
            return dict(zip(keys, statement.value.values, strict=True))
    raise AssertionError("no answers = {...} in this notebook")


def written(exercise: str) -> dict[str, ast.expr]:
    return answers("\n".join(code(solution(exercise))))


# ---------------------------------------------------------------- rubrics


@each_exercise
def test_a_rubric_has_its_points_and_a_title_and_hint_in_both_languages(exercise: str) -> None:
    rules = rubric(exercise)
    assert rules["exercise"] == exercise
    assert (rules["data"], rules["test"]) == ("mnist", "hidden")
    assert sum(one["points"] for one in rules["criteria"]) == POINTS[exercise]
    for one in rules["criteria"]:
        for text in (one["title"], one["hint"]):
            assert set(text) == set(LANGUAGES), one["id"]
            assert text["en"] != text["es"]


@each_exercise
def test_the_loader_takes_a_rubric_as_it_is(exercise: str) -> None:
    checked = load(ROOT / "rubrics" / f"{exercise}.yaml")
    assert checked.max_points == POINTS[exercise]
    assert [one.id for one in checked.criteria] == [one["id"] for one in rubric(exercise)["criteria"]]
    assert checked.criteria[0].check == "runs_to_the_end"


@each_exercise
def test_a_choice_has_a_hint_for_every_wrong_option_and_the_reference_chooses_the_right_one(exercise: str) -> None:
    for key, criterion in asked(exercise).items():
        if criterion["check"] == "choice":
            assert set(criterion["hints"]) == set("abcd") - {criterion["correct"]}
            assert ast.literal_eval(written(exercise)[key]) == criterion["correct"]


def test_the_typed_numbers_of_the_references_are_those_that_a_hand_computes() -> None:
    assert ast.literal_eval(written("mnist-softmax")["parameters"]) == 784 * 10 + 10 == 7850
    assert asked("mnist-softmax")["parameters"]["equals"] == 7850
    assert ast.literal_eval(written("mnist-cnn")["flattened"]) == (26 // 2) ** 2 * 64 == 10816
    assert asked("mnist-cnn")["flattened"]["equals"] == 10816
    assert ast.literal_eval(written("mnist-deeper-cnn")["second_conv"]) == 15 * 3 * 3 * 30 + 15 == 4065
    assert ast.literal_eval(written("mnist-deeper-cnn")["flattened"]) == 5 * 5 * 15 == 375


def test_a_misconception_never_has_the_value_of_the_right_answer() -> None:
    for exercise in EXERCISES:
        for criterion in asked(exercise).values():
            wrong = [one["value"] for one in criterion.get("misconceptions", ())]
            assert len(wrong) == len(set(wrong))
            assert criterion.get("equals") not in wrong


# ---------------------------------------------------------------- references


@each_exercise
def test_a_reference_is_a_valid_notebook_without_outputs(exercise: str) -> None:
    cells = solution(exercise)
    nbformat.validate(cells)
    assert (cells.nbformat, cells.nbformat_minor) == (4, 5)
    for cell in cells.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@each_exercise
def test_a_reference_never_trains_on_the_test_set(exercise: str) -> None:
    calls = [
        call
        for call in ast.walk(ast.parse("\n".join(code(solution(exercise)))))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".fit")
    ]
    assert len(calls) == 1
    assert "test" not in ast.unparse(calls[0])


@each_exercise
def test_a_reference_answers_every_question_of_its_rubric(exercise: str) -> None:
    assert set(written(exercise)) == set(asked(exercise))


# ---------------------------------------------------------------- handouts


@each_exercise
@each_language
def test_a_handout_is_a_valid_notebook_without_outputs(exercise: str, language: str) -> None:
    cells = handout(exercise, language)
    nbformat.validate(cells)
    assert all(cell.outputs == [] for cell in cells.cells if cell.cell_type == "code")


@each_exercise
def test_both_languages_of_a_handout_have_the_same_cells(exercise: str) -> None:
    shapes = [
        [(cell.cell_type, cell.id.removesuffix(f"-{language}")) for cell in handout(exercise, language).cells]
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    for english, spanish in zip(code(handout(exercise, "en")), code(handout(exercise, "es")), strict=True):
        trees = [ast.parse(source) for source in (english, spanish)]
        kinds = [[type(node).__name__ for node in ast.walk(tree)] for tree in trees]
        assert kinds[0] == kinds[1]


@each_exercise
@each_language
def test_the_points_of_a_handout_are_those_of_the_rubric(exercise: str, language: str) -> None:
    rows = re.findall(r"^\| (.+?) \| (\d+(?:[.,]\d+)?) \|$", prose(handout(exercise, language)), re.MULTILINE)
    wanted = [
        (one["title"][language], str(one["points"]).replace(".", "," if language == "es" else "."))
        for one in rubric(exercise)["criteria"]
    ]
    assert rows == wanted
    assert f"| **Total** | **{POINTS[exercise]}** |" in prose(handout(exercise, language))


@each_exercise
@each_language
def test_a_handout_says_from_where_its_target_counts_as_reached(exercise: str, language: str) -> None:
    criterion = next(one for one in rubric(exercise)["criteria"] if one["check"] == "test_accuracy")
    target = max(criterion["knots"])
    least = next(n for n in range(10_001) if Accuracy(correct=n, n=10_000).interval[1] >= target)
    percent = f"{100 * target:.0f}"
    assert f"{least / 100:.2f}" == REACHED_FROM[percent]
    shown = prose(handout(exercise, language)).replace(",", ".")
    assert f"{REACHED_FROM[percent]} %" in shown
    for knot in criterion["knots"]:
        assert f"{100 * knot:.0f} %" in shown


@each_exercise
@each_language
def test_what_is_to_be_done_raises_a_kind_message_or_is_an_empty_answer(exercise: str, language: str) -> None:
    word = {"en": "Step", "es": "Paso"}[language]
    cells = code(handout(exercise, language))
    work = [source for source in cells if "NotImplementedError" in source]
    steps = []
    for source in work:
        (stop,) = ast.parse(source).body
        assert isinstance(stop, ast.Raise)
        found = re.search(rf'NotImplementedError\("{word} (\d): .+"\)', source)
        assert found is not None, source
        steps.append(int(found[1]))
    assert steps == sorted(set(steps))
    assert (steps[0], len(steps)) == (1, 4)
    left_open = answers("\n".join(cells))
    assert set(left_open) == set(asked(exercise))
    assert all(ast.literal_eval(value) is None for value in left_open.values())


@each_exercise
@each_language
def test_a_handout_explains_every_answer_that_is_asked(exercise: str, language: str) -> None:
    text = prose(handout(exercise, language))
    for key, criterion in asked(exercise).items():
        assert f"**`{key}`**" in text
        if criterion["check"] == "choice":
            assert re.findall(r"^- ([a-z])\)", text, re.MULTILINE) == list("abcd")


RUN_HANDOUTS = """
import json, sys, warnings
warnings.simplefilter("ignore")
import matplotlib
matplotlib.use("Agg")
import keras, numpy as np
images, labels = np.zeros((20, 28, 28), "uint8"), np.arange(20) % 10
keras.datasets.mnist.load_data = lambda: ((images, labels), (images, labels))
stops = {}
for path in sys.argv[1:]:
    names, done = {}, 0
    for cell in json.load(open(path, encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            try:
                exec("".join(cell["source"]), names)
            except NotImplementedError as stop:
                stops[path] = [done, str(stop)]
                break
            done += 1
print("STOPS" + json.dumps(stops))
"""


@pytest.mark.keras
def test_every_handout_runs_from_the_top_to_the_first_thing_to_fill_in() -> None:
    paths = [
        ROOT / "exercises" / exercise / f"{exercise}.{language}.ipynb"
        for exercise in EXERCISES
        for language in LANGUAGES
    ]
    ended = subprocess.run(
        [sys.executable, "-c", RUN_HANDOUTS, *map(str, paths)], capture_output=True, text=True, check=False, timeout=120
    )
    assert "STOPS" in ended.stdout, ended.stderr[-2000:]
    stops = json.loads(ended.stdout.partition("STOPS")[2])
    for path in paths:
        done, said = stops[str(path)]
        cells = code(notebook(path))
        assert done == next(place for place, source in enumerate(cells) if "NotImplementedError" in source)
        assert said.startswith("Paso 1: " if ".es." in path.name else "Step 1: ")
