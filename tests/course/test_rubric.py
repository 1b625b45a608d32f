"""YAML -> Rubric: what is read, and how every mistake is refused."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course import rubric
from grader.errors import RubricError
from grader.records import MutantSpec
from grader.scoring import checks
from grader.untrusted import yaml_lines
from grader.untrusted.yaml_lines import Located, plain
from tests.support.rubrics import GOOD, MISTAKES, with_line

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "rubrics").glob("*.yaml"))


def parse(text: str) -> Any:
    return rubric.parse(text.encode(), "r.yaml")


def refusal(text: str) -> str:
    with pytest.raises(RubricError) as caught:
        parse(text)
    return str(caught.value)


def test_a_good_rubric_is_read_whole() -> None:
    read = parse(GOOD)
    assert (read.exercise, read.data, read.test, read.max_points) == ("mnist-mlp", "mnist", "hidden", 13)
    assert read.title == {"es": "Una red", "en": "A network"}
    limits = read.run.limits
    assert (limits.time_s, limits.cell_s, limits.memory_mb) == (720, 480, 3072)
    assert (read.run.seeds, read.run.stop_on_error) == (3, True)
    assert {name: choice.variable for name, choice in read.models.items()} == {"main": None, "edges": "edges"}
    assert [line.repeat for line in read.structure] == [(1, None), (0, 2), (1, 1)]
    assert read.structure[1].kind == "MaxPooling2D|Global*"
    assert read.structure[2].settings == {"units": 10, "activation": "softmax"}
    assert read.exports == ("x_train",)
    assert read.mutants == {"no-hidden-layer": MutantSpec(costs=("dense", "accuracy"))}
    assert len(read.sha256) == 64
    criteria = {one.id: one for one in read.criteria}
    assert criteria["accuracy"].params == {"knots": {0.9: 0, 0.95: 0.5, 0.97: 1}}
    assert (criteria["accuracy"].needs, criteria["accuracy"].when_unmet) == (("dense",), 0.4)
    assert criteria["why"].params["correct"] == "no"  # not false: YAML 1.2
    assert criteria["dense_params"].params["rel"] == 1e-9  # PyYAML alone reads text here
    assert criteria["dense_params"].params["misconceptions"][0]["credit"] == 0.5
    assert criteria["dense_params"].visibility == "hidden"
    assert criteria["edges"].model == "edges"
    assert criteria["runs"].line == 15


def test_a_file_and_its_bytes_give_the_same_rubric(tmp_path: Path) -> None:
    path = tmp_path / "mnist-mlp.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert rubric.load(path).criteria == parse(GOOD).criteria
    with pytest.raises(RubricError, match="cannot be read"):
        rubric.load(tmp_path / "gone.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_rubrics_are_good(path: Path) -> None:
    assert rubric.load(path).exercise == path.stem


@pytest.mark.parametrize(
    ("old", "new", "line", "says"), MISTAKES, ids=[f"{n}-{m[3][:30]}" for n, m in enumerate(MISTAKES)]
)
def test_a_mistake_is_refused_with_its_line_and_a_cure(old: str, new: str, line: int, says: str) -> None:
    told = refusal(with_line(old, new))
    assert says in told
    assert told.startswith(f"r.yaml:{line}: "), told


@pytest.mark.parametrize(
    ("criterion", "says"),
    [
        ("check: layer_count, kind: Dense", "`min` or `max` is needed"),
        ("check: layer_count, kind: Dense, min: 3, max: 2", "`min` is larger than `max`"),
        ("check: layer_count, kind: Danse, min: 3", "did you mean 'Dense'?"),
        ("check: total_params", "one of `equals`, `min`, `max` is needed"),
        ("check: total_params, equals: 5, min: 1", "leaves no room"),
        ("check: total_params, equals: -5", "below 0"),
        ("check: input_shape, any_of: []", "`any_of` is empty"),
        ("check: input_shape, any_of: [[0]]", "is not a shape"),
        ("check: structure", "the rubric has no `structure`"),
        ("check: layer_shapes, shapes: {a: [1]}", "the rubric has no `structure`"),
        ("check: compiled_with", "one of `loss`, `optimizer`, `metrics` is needed"),
        ("check: uses_data, min_rows: 0", "`min_rows` must be above 0"),
        ("check: ran_within, seconds: -1", "`seconds` must be above 0"),
        ("check: accuracy_gap, max: 2", "`max` is a share"),
        ("check: choice, answer: q, correct: []", "`correct` is empty"),
        ("check: choice, answer: q, correct: a, hints: {a: {es: x, en: y}}", "is correct and needs no hint"),
        ("check: text_answer, answer: q, any_of: []", "`any_of` is empty"),
        ("check: text_answer, answer: q, any_of: [it is not that at all]", "single terms only"),
        ("check: shape_answer, answer: q, equals: []", "is not a shape"),
        ("check: number, answer: q, equals: 1, abs: -1", "`abs` is below 0"),
        ("check: layer_kinds, required: {Dense: 0}", "at least 1 is needed"),
        ("check: layer_params, layer: x, equals: 3", "the rubric has no `structure`"),
        ("check: call, function: f", "`calls` has no function 'f'"),
        ("check: filters, kernels: [[[1, 0], [0]]]", "kernels: the kernels are not equally large"),
        ("check: filters, kernels: [1, 2]", "a list of kernels is needed"),
        ("check: filters, kernels: [[[1]]], permuted: 2", "`permuted` is a share"),
    ],
)
def test_parameters_that_make_no_sense_together_are_refused(criterion: str, says: str) -> None:
    told = refusal(small(criterion))
    assert says in told
    assert told.startswith("r.yaml:5: criterion 'a': ")


def small(criterion: str) -> str:
    return dedent(f"""\
        exercise: x
        title: {{es: X, en: X}}
        data: mnist
        criteria:
          - {{id: a, points: 1, {criterion}}}
        """)


def test_a_criterion_about_a_model_needs_one_of_that_name() -> None:
    text = small("check: total_params, equals: 1").replace("data: mnist", "data: mnist\nmodels: {edges: {variable: e}}")
    assert "`models` has no 'main'" in refusal(text)
    assert parse(text.replace("check: total_params, equals: 1", "check: manual")).models.keys() == {"edges"}


@pytest.mark.parametrize("text", ["", "# nothing", "just words", "- a\n- b", "criteria: 5", "\x00", "a: b: c"])
def test_what_is_no_rubric_is_refused(text: str) -> None:
    assert refusal(text).startswith("r.yaml")


def test_other_encodings_are_refused_with_the_line() -> None:
    with pytest.raises(RubricError, match=r"r.yaml:2: the file is not UTF-8"):
        rubric.parse("a: b\nc: ñ".encode("latin-1"), "r.yaml")


def test_bombs_are_refused_at_once() -> None:
    laughs = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50))
    assert "anchors" in refusal(laughs)
    assert "levels deep" in refusal("a: " + "[" * 5000)
    assert "at most" in refusal("a: " + "x" * (2 << 20))
    assert "r.yaml:2: more than 20000 values" in refusal("a: x\nb: [" + "x," * 30_000 + "]")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: \0", "r.yaml:2: the character U+0000 stands here"),
        ("a: 1\n\nb: \x1b[31m", "r.yaml:3: the character U+001B stands here"),
        ('a: 1\nb: "\\UFFFFFFFF"', "r.yaml:2: an escape stands here that is no character"),
        ('a: "\\U00110000"', "r.yaml:1: an escape stands here that is no character"),
        ("a: " + "x" * 200 + "\n" + "y\n" * (1 << 17), "r.yaml:130972: 262348 characters; at most 262144"),
    ],
)
def test_what_no_yaml_can_hold_is_refused_with_its_line(text: str, says: str) -> None:
    assert refusal(text).startswith(says)


def test_a_circle_of_needs_is_found_however_long() -> None:
    criteria = "\n".join(f"  - {{id: c{n}, points: 1, check: manual, needs: [c{(n + 1) % 5}]}}" for n in range(5))
    assert "circle: c0, c1, c2, c3, c4" in refusal(small("check: manual").split("  - ")[0] + criteria)


def test_needs_may_point_downwards() -> None:
    text = small("check: manual, needs: [b]") + "  - {id: b, points: 1, check: manual}\n"
    assert parse(text).criteria[0].needs == ("b",)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-9", 1e-9),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("12:30", "12:30"),
        ("010", 10),
        ("yes", "yes"),
        ("No", "No"),
        ("True", True),
        ("~", None),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2026-01-01", "2026-01-01"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 50, "9" * 50),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    assert yaml_lines.scalar(written) == value


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
@settings(max_examples=200)
def test_any_text_is_a_rubric_or_refused_by_name(text: str) -> None:
    assert refusal(text).startswith("r.yaml")


def test_what_sandbox_1_depends_on_does_not_change_with_the_criteria() -> None:
    key = rubric.run_key_part(parse(GOOD))
    assert set(key) == {"data", "test", "run", "exports", "export_shapes"}
    assert json.loads(json.dumps(key)) == key
    assert rubric.run_key_part(parse(with_line("0.97: 1}", "0.98: 1}"))) == key
    assert rubric.run_key_part(parse(with_line("seeds: 3", "seeds: 1"))) == key
    for new in ("main: best", "main: {variable: m}", "end: last, main: auto"):
        assert rubric.run_key_part(parse(with_line("main: auto", new))) == key
    for old, new in (
        ("wall: 12m", "wall: 11m"),
        ("test: hidden", "test: public"),
        ("data: mnist", "data: digits"),
        ("exports: [x_train]", "exports: [x_train, y]"),
        ("stop_on_error: true", "stop_on_error: false"),
        ("stop_on_error: true", "stop_on_error: true\nrepair: imports"),
        ("seeds: 3", "seeds: 3, max_epochs: 30"),
        ("seeds: 3", "seeds: 3, max_fit_time: 5m"),
    ):
        assert rubric.run_key_part(parse(with_line(old, new))) != key


def test_every_check_of_the_contract_is_there() -> None:
    assert set(checks.REGISTRY) >= {
        "runs_to_the_end",
        "input_shape",
        "output_layer",
        "layer_kinds",
        "structure",
        "layer",
        "layer_shapes",
        "layer_count",
        "total_params",
        "layer_params",
        "compiled_with",
        "test_accuracy",
        "accuracy_gap",
        "number",
        "choice",
        "text_answer",
        "array",
        "ran_within",
        "uses_data",
        "manual",
    }


def test_no_parameter_of_a_check_hides_a_key_of_a_criterion() -> None:
    for check in checks.REGISTRY.values():
        assert not set(check.parameters) & set(rubric.CRITERION_KEYS), check.name


def test_measuring_is_asked_for_only_where_an_accuracy_counts() -> None:
    assert checks.needs_measuring(parse(GOOD))
    assert checks.accuracy_knots(parse(GOOD)) == (0.9, 0.95, 0.97)
    assert not checks.needs_measuring(parse(small("check: total_params, equals: 1")))
    assert not checks.needs_measuring(parse(small("check: number, answer: q, equals_measured: total_params")))
    assert checks.needs_measuring(parse(small("check: number, answer: q, equals_measured: accuracy_gap")))
    assert checks.needs_measuring(parse(small("check: accuracy_gap, max: 0.02")))


def test_lines_are_kept_with_values() -> None:
    read = yaml_lines.read(b"a: 1\nb:\n  - 2\n  - {c: 3}\n", "r.yaml")
    assert isinstance(read, Located)
    assert read.key_lines == {"a": 1, "b": 2}
    assert [item.line for item in read.value["b"].value] == [3, 4]
    assert plain(read) == {"a": 1, "b": [2, {"c": 3}]}
