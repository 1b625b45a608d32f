"""``models``: which model a rubric's name means, by a variable or by a rule."""

from __future__ import annotations

import ast
import keyword
import re
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.rubric import settings
from grader.records import MODEL_RULES, ModelChoice
from tests.course.test_rubric import parse, refusal, small
from tests.course.test_rubric_schema import faults


def with_models(written: str) -> str:
    return small("check: manual").replace("data: mnist", f"data: mnist\nmodels: {written}")


def read(written: str) -> Any:
    return dict(parse(with_models(written)).models)


@pytest.mark.parametrize("rule", MODEL_RULES)
def test_a_rule_is_written_by_itself_or_as_a_key(rule: Any) -> None:
    assert read(f"{{main: {rule}}}") == read(f"{{main: {{rule: {rule}}}}}") == {"main": ModelChoice(rule=rule)}
    assert faults(with_models(f"{{main: {rule}}}")) == faults(with_models(f"{{main: {{rule: {rule}}}}}")) == []


def test_without_models_the_rule_is_auto() -> None:
    assert parse(small("check: manual")).models == {"main": ModelChoice(rule="auto")}


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("edges", "edges"),
        ("año_1", "año_1"),
        (normalize("NFD", "señal.año"), "señal.año"),
        ("net.model", "net.model"),
        ("net._model", "net._model"),
        ('"models[0]"', "models[0]"),
        ('"nets[0.001]"', "nets[0.001]"),
        ("\"nets['wide net']\"", "nets['wide net']"),
        ("'nets[\"wide\"]'", "nets['wide']"),
    ],
)
def test_a_variable_may_be_an_attribute_or_an_item(written: str, path: str) -> None:
    assert read(f"{{first: {{variable: {written}}}}}") == {"first": ModelChoice(variable=path)}
    assert faults(with_models(f"{{first: {{variable: {written}}}}}")) == []


@pytest.mark.parametrize(
    "path",
    ["a.b.c", "m[-1]", "m[0][1]", "net.models[0]", "m[i]", "m[01]", "_hidden", "f()", "n[a'b]", "x[", "¼"],
)
def test_what_the_recorder_never_names_is_refused(path: str) -> None:
    told = refusal(with_models(f'{{main: {{variable: "{path}"}}}}'))
    assert told.startswith("r.yaml:4: `models: main`: ")
    assert path in told
    assert "models[0]" in told


@given(st.text(max_size=12) | st.from_regex(settings.MODEL_PATH, fullmatch=True))
def test_a_path_that_is_taken_is_one_that_python_reads(path: str) -> None:
    found = settings.model_path(path)
    if found is not None and not any(map(keyword.iskeyword, re.split(r"\W", found))):
        assert ast.unparse(ast.parse(found, mode="eval")) == found


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{main: besst}", "`models: main`: 'besst' is no rule; there are auto, best, last; did you mean 'best'?"),
        ("{main: {rule: lst}}", "main`: rule: 'lst' is no rule; there are auto, best, last; did you mean 'last'?"),
        ("{main: edges}", "'edges' is no rule; there are auto, best, last; a variable is written `{variable: edges}`"),
        ("{main: {rule: 3}}", "'3' is no rule; there are auto, best, last"),
        ("{main: [best]}", "a rule (auto, best, last) or `{variable: ...}` is needed"),
        ("{main: }", "a rule (auto, best, last) or `{variable: ...}` is needed"),
        ("{main: {}}", "`variable` or `rule` is missing"),
        ("{main: {variable: m, rule: best}}", "`variable` names a model and `rule` looks for one among all; only one"),
        ("{main: {varable: m}}", "no key 'varable'; did you mean 'variable'?"),
    ],
)
def test_a_choice_that_says_nothing_is_refused_with_what_is_possible(written: str, says: str) -> None:
    told = refusal(with_models(written))
    assert says in told
    assert told.startswith("r.yaml:4: ")
    assert faults(with_models(written)) != []


@pytest.mark.parametrize(
    "written",
    [
        "{first: best, second: best}",
        "{first: last, second: {rule: last}}",
        "{first: auto, second: auto}",
        "{first: auto, second: best}",
        "{first: {variable: m}, second: {variable: m}}",
    ],
)
def test_two_names_for_what_must_be_one_model_are_refused(written: str) -> None:
    told = refusal(with_models(written))
    assert "`models: second` would be the same model as 'first'" in told
    assert "name the variable of each: `{variable: model1}`" in told


@pytest.mark.parametrize(
    "written",
    [
        "{best: best, last: last}",
        "{main: auto, last: last, edges: {variable: edges}}",
        "{first: {variable: model1}, second: {variable: model2}, third: {variable: model3}}",
    ],
)
def test_names_that_may_mean_different_models_stand_side_by_side(written: str) -> None:
    assert len(read(written)) == written.count(":") - written.count("variable")
    assert faults(with_models(written)) == []
