"""The known mistakes are real edits of the reference, different from each other, and name real criteria."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest
import yaml

from grader.errors import CourseError
from grader.evidence.preparing.notebook import program
from grader.records import Message
from grader.validation.mutants.demo_class import VARIANTS, demo_class, known, mutants

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "reference" / "mnist-mlp" / "solution.ipynb").read_bytes()
RUBRIC = yaml.safe_load((ROOT / "rubrics" / "mnist-mlp.yaml").read_text("utf-8"))
BY_NAME = {one.name: one for one in known(REFERENCE)}
NOTEBOOKS = [one for one in BY_NAME.values() if one.status != "unreadable" and one.file_name.endswith(".ipynb")]


def code(content: bytes) -> str:
    cells = json.loads(content)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_every_variant_is_a_different_file_with_a_name_of_its_own() -> None:
    contents = mutants(REFERENCE)
    assert len(contents) >= 17
    assert len(set(contents.values())) == len(contents)
    assert len({one.file_name for one in BY_NAME.values()}) == len(contents)


@pytest.mark.parametrize("one", NOTEBOOKS, ids=lambda one: one.name)
def test_a_variant_is_a_valid_notebook_whose_code_parses(one) -> None:
    nbformat.validate(nbformat.reads(one.content.decode("utf-8"), as_version=4))
    ast.parse(code(one.content))


def test_the_reference_comes_first_and_keeps_its_code() -> None:
    first = known(REFERENCE)[0]
    assert first.name == "reference"
    assert code(first.content) == code(REFERENCE)
    assert first.costs == ()


def test_the_module_is_the_code_of_the_reference() -> None:
    module = BY_NAME["module"]
    assert module.file_name == "module.py"
    assert ast.dump(ast.parse(module.content)) == ast.dump(ast.parse(code(REFERENCE)))


def test_the_broken_files_are_empty_and_not_json() -> None:
    assert BY_NAME["empty-file"].content == b""
    with pytest.raises(json.JSONDecodeError):
        json.loads(BY_NAME["broken-json"].content)
    found = program("broken-json.ipynb", BY_NAME["broken-json"].content)
    assert isinstance(found, Message)
    assert found.key == "runs.invalid_json"
    assert {one.name for one in BY_NAME.values() if one.status == "unreadable"} == {"empty-file", "broken-json"}


def test_the_solution_in_own_words_shares_no_line_with_the_reference() -> None:
    lines = [
        {line.strip() for line in code(content).splitlines() if len(line.strip()) > 3}
        for content in (BY_NAME["own-words"].content, REFERENCE)
    ]
    assert len(lines[0]) > 15
    assert not lines[0] & lines[1]


def test_outcomes_name_criteria_of_the_rubric_and_every_criterion_is_lost_by_somebody() -> None:
    criteria = {one["id"] for one in RUBRIC["criteria"]}
    for one in BY_NAME.values():
        assert set(one.outcomes) <= criteria, one.name
    assert {name for one in BY_NAME.values() for name in one.costs} == criteria


def test_a_mistake_that_the_rubric_knows_too_costs_the_same_there() -> None:
    shared = {name: spec for name, spec in RUBRIC["mutants"].items() if name in BY_NAME}
    assert len(shared) >= 3
    for name, spec in shared.items():
        # A mutant that trains for a moment only is not compared by its accuracy, see grader validate.
        costs = set(spec["costs"] if isinstance(spec, dict) else spec)
        assert costs - {"accuracy"} == set(BY_NAME[name].costs) - {"accuracy"}, name


def test_an_outcome_is_full_unless_said_otherwise_and_unjudged_when_unreadable() -> None:
    assert BY_NAME["wrong-gap"].outcome("gap") == "lost"
    assert BY_NAME["wrong-gap"].outcome("accuracy") == "full"
    assert BY_NAME["empty-file"].outcome("accuracy") == "unjudged"


@pytest.mark.parametrize("one", BY_NAME.values(), ids=lambda one: one.name)
def test_every_variant_says_in_both_languages_what_it_is(one) -> None:
    assert set(one.about) == {"en", "es"}
    assert one.about["en"] != one.about["es"]
    assert all(0 < len(line) <= 70 for line in one.about.values())


def test_the_demo_class_has_at_least_twelve_hand_ins_that_train_for_three_epochs() -> None:
    demo = demo_class(REFERENCE)
    assert len(demo) >= 12
    assert {"no-hidden-layer", "convolution", "endless-loop", "empty-file"} <= {one.name for one in demo}
    assert all(b"epochs=5," not in one.content for one in demo)
    for one in demo:
        if one.name not in ("one-epoch", "far-too-many-epochs") and one.status != "unreadable":
            assert one.content.count(b"epochs=3") == 1, one.name


def test_a_reference_that_lost_a_line_is_named_with_the_mistake_that_needs_it() -> None:
    changed = REFERENCE.replace(b'\\"rmsprop\\", loss=\\"categorical_crossentropy\\"', b'\\"adam\\", loss=\\"mse\\"')
    assert changed != REFERENCE
    with pytest.raises(CourseError, match=r"'wrong-loss' cannot be made: .*exactly once; it was found 0 times"):
        known(changed)


def test_a_reference_with_two_trainings_is_refused() -> None:
    notebook = json.loads(REFERENCE)
    notebook["cells"] += [{**cell, "id": "again"} for cell in notebook["cells"] if cell["id"] == "train"]
    assert notebook["cells"][-1]["id"] == "again"
    with pytest.raises(CourseError, match="exactly once"):
        known(json.dumps(notebook).encode())


def test_a_reference_whose_answers_are_elsewhere_is_refused() -> None:
    changed = REFERENCE.replace(b"answers = {", b"my_answers = {")
    with pytest.raises(CourseError, match="'answers-missing' cannot be made"):
        known(changed)


def test_a_reference_without_three_epochs_to_go_cannot_make_a_demo() -> None:
    with pytest.raises(CourseError, match="exactly once"):
        demo_class(REFERENCE.replace(b"epochs=5", b"epochs=7"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": [{}]}', b"\xff\xfe"])
def test_a_reference_that_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(CourseError, match=r"not a notebook|not of format 4\.5"):
        known(content)


def test_the_variants_can_be_made_with_any_way_of_writing_source_in_a_notebook() -> None:
    whole = json.loads(REFERENCE)
    for cell in whole["cells"]:
        cell["source"] = "".join(cell["source"])
    assert mutants(json.dumps(whole, ensure_ascii=False).encode()) == mutants(REFERENCE)
    assert set(VARIANTS) == set(mutants(REFERENCE))
