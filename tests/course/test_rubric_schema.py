"""The JSON Schema of rubrics, for editors."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from grader.course import rubric
from grader.scoring import checks
from grader.untrusted import yaml_lines
from grader.untrusted.yaml_lines import plain
from tests.course.test_rubric import SHIPPED
from tests.support.rubrics import GOOD, MISTAKES, with_line


def as_json(text: str) -> Any:
    """A rubric as an editor's validator sees it: keys are text."""
    return json.loads(json.dumps(plain(yaml_lines.read(text.encode(), "r.yaml"))))


def faults(text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(rubric.schema())
    return [error.message for error in validator.iter_errors(as_json(text))]


def test_the_schema_is_a_schema_and_lets_good_rubrics_through() -> None:
    jsonschema.Draft7Validator.check_schema(rubric.schema())
    assert faults(GOOD) == []
    for path in SHIPPED:
        assert faults(path.read_text("utf-8")) == []


SEEN_BY_SCHEMA = (
    "choise",
    "forbiden",
    "eror",
    "unit: 10}",
    "points: two",
    "points: 0",
    "points: -1",
    "when_unmet: 40",
    "test: secret",
    'wall: 12"',
    "[400]",
    "lacks",
    "calls: []",
    "calls: {f: 3}",
    "calls: {f: []}",
    "calls: {f g",
    "calls: {f: [[]]}",
    "calls: {f: [{arg:",
    "dtyp: int8",
    "{dtype: int8}",
    "random: [3], array",
    "unit8",
    "complex64",
    "random: [0, 3]",
    "array: [a]",
    "array: [1], low",
    "[[[{array",
    "predict_on: x",
    "images: 0",
    "{image: 3}",
    "ninety",
    "hiden",
)


@pytest.mark.parametrize(
    "mistake", [m for m in MISTAKES if any(sign in m[1] for sign in SEEN_BY_SCHEMA)], ids=lambda m: m[1][:30]
)
def test_the_schema_sees_wrong_names_and_types_too(mistake: tuple[str, str, int, str]) -> None:
    assert faults(with_line(mistake[0], mistake[1])) != []


def test_the_schema_explains_every_check() -> None:
    criteria = rubric.schema()["properties"]["criteria"]["items"]["oneOf"]
    described = {one["title"]: one["description"] for one in criteria}
    assert described.keys() == checks.REGISTRY.keys()
    assert all(len(text) > 30 for text in described.values())
