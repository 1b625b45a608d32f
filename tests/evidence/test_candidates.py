"""Which recorded models a rubric's name may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence.candidates import AUTO_CAP, BEST_CAP, STAGES, Recorded, candidates, meant
from grader.records import ModelChoice
from tests.support.facts import mlp

AUTO, BEST, LAST = (ModelChoice(rule=rule) for rule in ("auto", "best", "last"))


def noted(
    number: int, how: Any = "fit", *names: str, last: int = -1, last_fit: int | None = None, holds: Sequence[str] = ()
) -> Recorded:
    claim = {"last": last, "last_fit": last if last_fit is None else last_fit, "holds": list(holds)}
    return claim, mlp(number, how=how, variables=names)


def numbers(recorded: list[Recorded], choice: ModelChoice) -> list[int]:
    return [model.number for model in candidates(recorded, choice)]


def by(name: str) -> ModelChoice:
    return ModelChoice(variable=name)


def test_auto_takes_those_that_came_furthest_the_one_used_last_at_the_end() -> None:
    every = [
        noted(0, "build"),
        noted(1, last=5),
        noted(2, "compile"),
        noted(3, last=0),
        noted(4, "evaluate", last=9),
    ]
    assert numbers(every, AUTO) == [3, 1]
    assert numbers([every[0], every[2], every[4]], AUTO) == [4]
    assert numbers([every[0], every[2]], AUTO) == [2]
    assert numbers([every[0]], AUTO) == [0]
    assert numbers([], AUTO) == []
    many = [noted(number, last=number) for number in range(20)]
    assert numbers(many, AUTO) == list(range(20))[-AUTO_CAP:]


def test_auto_prefers_a_model_that_is_named_as_the_final_one() -> None:
    every = [noted(0, "compile", "modelo_final"), noted(1, "fit", "model", last=3)]
    found = candidates(every, AUTO)
    assert [(model.number, model.how) for model in found] == [(0, "named")]


def test_best_takes_all_models_whatever_they_are_called() -> None:
    every = [noted(0, "fit", "model", last=4), noted(1, "build", "final_model"), noted(2, "evaluate", last=6)]
    assert numbers(every, BEST) == [1, 2, 0]
    assert [model.how for model in candidates(every, BEST)] == ["build", "evaluate", "fit"]
    many = [noted(number, "build") for number in range(10)] + [noted(number, last=number) for number in range(10, 24)]
    assert numbers(many, BEST) == [8, 9, *range(10, 24)]
    assert len(numbers(many, BEST)) == BEST_CAP


def test_last_takes_the_one_that_was_trained_last_though_another_was_evaluated_later() -> None:
    trained = [noted(0, last=7, last_fit=2), noted(1, last=5, last_fit=4)]
    untrained = [noted(2, "evaluate", last=9), noted(3, "compile")]
    assert numbers(trained + untrained, LAST) == [1]
    assert numbers(untrained, LAST) == [2]
    assert numbers([noted(0, "build"), noted(1, "compile"), noted(2, "compile"), noted(3, "build")], LAST) == [2]
    assert numbers([noted(0, "fit", "final_model", last=0), noted(1, last=3)], LAST) == [1]
    assert numbers([], LAST) == []


def test_a_variable_means_the_model_that_bears_it_whatever_was_used_later() -> None:
    every = [noted(0, "fit", "net", "models[0]", last=1), noted(1, "fit", "models[1]", last=2)]
    assert numbers(every, by("models[0]")) == [0]
    assert numbers(every, by("models[1]")) == [1]
    assert numbers(every, by("models[2]")) == []
    assert candidates(every, by("net"))[0].how == "named"


def test_of_a_name_that_was_used_again_the_holder_counts() -> None:
    # best = a; best = b; a.evaluate(...)
    compared = noted(0, "fit", "a", "best", last=9, holds=["a"])
    kept = noted(1, "fit", "b", "best", last=4, holds=["b", "best"])
    assert numbers([compared, kept], by("best")) == [1]
    # edges is built, looked at, and built anew: neither is trained
    rebuilt = [noted(0, "evaluate", "edges"), noted(1, "build", "edges", holds=["edges"])]
    assert numbers(rebuilt, by("edges")) == [1]
    # the name now holds something that is no model
    assert numbers([noted(0, "fit", "model", last=0), noted(1, "fit", "model", last=1)], by("model")) == [1]


def test_a_trained_model_is_not_lost_by_beginning_another_of_that_name() -> None:
    every = [noted(0, "fit", "model", last=3), noted(1, "compile", "model", holds=["model"])]
    assert numbers(every, by("model")) == [0]


def built(number: int, name: str, *variables: str) -> Recorded:
    return {"last": -1}, mlp(number, how="build", variables=variables, name=name)


@pytest.mark.parametrize("path", ["net.edges", "nets['edges']", "shelf.nets['edges']"])
def test_an_attribute_or_a_key_of_the_name_is_as_good_as_a_variable(path: str) -> None:
    every = [built(0, "sequential", "other"), built(1, "sequential_1", path)]
    assert numbers(every, by("edges")) == [1]
    assert numbers([*every, built(2, "sequential_2", "edges")], by("edges")) == [2]


def test_a_model_that_was_built_with_the_name_is_found_when_no_variable_has_it() -> None:
    every = [built(0, "edges", "bordes"), built(1, "bank", "banco")]
    found, notices = meant(every, {"edges": by("edges"), "bank": by("bank")})
    assert [(name, one.number, one.how) for name, (one,) in found.items()] == [
        ("edges", 0, "named"),
        ("bank", 1, "named"),
    ]
    assert notices == ()
    assert numbers([*every, built(2, "sequential", "edges")], by("edges")) == [2]


@pytest.mark.parametrize("typed", ["color", "Colour", "COLOUR", "colour_model", "colour2", "my_colour", "colours"])
def test_a_slip_in_a_name_is_taken_with_a_notice(typed: str) -> None:
    every = [built(0, "sequential", "edges"), built(1, "sequential_1", typed)]
    found, notices = meant(every, {"edges": by("edges"), "colour": by("colour")})
    assert [one.number for one in found["colour"]] == [1]
    assert [notice.values for notice in notices] == [{"wanted": "colour", "typed": typed}]


@pytest.mark.parametrize(
    "others",
    [
        [built(1, "sequential_1", "rgb")],
        [built(1, "sequential_1", "color"), built(2, "sequential_2", "colours")],  # either may be meant
        [built(1, "sequential_1", "edge", "edges")],  # is another model of the exercise
    ],
)
def test_a_name_that_is_no_slip_or_of_several_is_not_taken(others: list[Recorded]) -> None:
    found, notices = meant([built(0, "sequential", "bank"), *others], {"edges": by("edges"), "colour": by("colour")})
    assert found["colour"] == ()
    assert notices == ()


texts = st.text(max_size=3)
claimed = st.none() | st.booleans() | st.integers(-5, 1 << 60) | texts | st.lists(texts, max_size=2)


@given(
    st.lists(st.tuples(st.sampled_from(STAGES), claimed, claimed, claimed), max_size=20),
    st.sampled_from([AUTO, BEST, LAST, by("m")]),
)
def test_whatever_a_run_claims_there_are_candidates_when_there_are_models(claim: Any, choice: ModelChoice) -> None:
    every = [
        ({"last": last, "last_fit": fit, "holds": holds}, mlp(number, how=how, variables=("m",)))
        for number, (how, last, fit, holds) in enumerate(claim)
    ]
    found = candidates(every, choice)
    assert bool(found) == bool(every)
    assert len({model.number for model in found}) == len(found) <= BEST_CAP
    if choice.rule == "last" or choice.variable:
        assert len(found) <= 1
    stages = [STAGES.index(model.how) for model in found if model.how != "named"]
    assert stages == sorted(stages)
