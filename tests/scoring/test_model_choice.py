"""What a card says of the model that is graded, of how it was found, and of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.records import Facts, GradedModel, ModelChoice, ModelFacts, Rubric, Scorecard
from grader.scoring import checks
from tests.scoring.test_score import card, states, why
from tests.support.facts import conv, criterion, dense, evidence, facts, layer, measured, mlp, model, rubric, say

BEST, LAST = ModelChoice(rule="best"), ModelChoice(rule="last")
KNOTS = {0.90: 0.0, 0.95: 0.5, 0.97: 1.0}


def by(models: dict[str, ModelChoice], *criteria: Any) -> Rubric:
    standard = (
        criterion("dense", "layer_kinds", 2, required={"Dense": 2}, forbidden=["*Conv*"]),
        criterion("accuracy", "test_accuracy", 4, knots=KNOTS),
    )
    return rubric(*(criteria or standard), models=models)


def softmax(number: int = 0, **changes: Any) -> ModelFacts:
    return model(dense(10, 784, "softmax"), number=number, **changes)


def cnn(number: int = 0, **changes: Any) -> ModelFacts:
    return model(conv(8), layer("Flatten", (26, 26, 8), (5408,)), dense(10, 5408, "softmax"), number=number, **changes)


def shown(one: Scorecard) -> GradedModel:
    assert one.model is not None
    return one.model


THREE = (softmax(0, variables=("a",)), mlp(1, variables=("b",)), cnn(2, variables=("c",)))
SEEN = {0: measured(9200), 1: measured(9792), 2: measured(9910)}


def test_best_says_so_with_what_every_other_would_have_earned() -> None:
    one = card(facts(*THREE, recorded=THREE), by({"main": BEST}), SEEN)
    assert one.points == 6
    assert shown(one).found.en == "b: of 3 models, the one that earns most; this exercise grades the best one"
    assert shown(one).found.es == "b: de 3 modelos, el que más puntos obtiene; este ejercicio califica el mejor"
    assert [other.en for other in shown(one).others] == [
        "a (7 850 parameters) would have earned 0.8 points",
        "c (54 170 parameters) would have earned 4 points",
    ]


def test_of_equal_models_best_is_the_one_that_came_furthest() -> None:
    # ``candidates`` puts the trained ones at the end, the last of them last.
    begun, trained = mlp(4, how="build", variables=("x",)), mlp(1, variables=("y",))
    alike = by({"main": BEST}, criterion("m", "total_params", equals=407050))
    one = card(facts(begun, trained, recorded=(trained, begun)), alike)
    assert shown(one).found.values["name"] == "y"


def test_last_says_so_and_names_the_others_without_points() -> None:
    one = card(facts(THREE[2], recorded=THREE), by({"main": LAST}), SEEN)
    assert shown(one).total_params == 54170
    assert shown(one).found.en == "c: the last model that was trained; this exercise grades the last one"
    assert shown(one).found.es == "c: el último modelo que se entrenó; este ejercicio califica el último"
    assert [other.en for other in shown(one).others] == [
        "a (7 850 parameters) is not graded, and its points were not worked out",
        "b (407 050 parameters) is not graded, and its points were not worked out",
    ]
    assert shown(one).others[0].es == "a (7 850 parámetros) no se califica, y no se calcularon sus puntos"


@pytest.mark.parametrize(("how", "did"), [("evaluate", "evaluated"), ("compile", "compiled"), ("build", "created")])
def test_last_of_models_that_were_never_trained_says_what_was_last(how: Any, did: str) -> None:
    one = card(facts(mlp(how=how)), by({"main": LAST}))
    assert f"no model was trained; this one was {did} last; this exercise" in shown(one).found.en


def test_auto_names_what_was_not_even_a_candidate() -> None:
    begun = softmax(7, how="compile", variables=("later",))
    one = card(facts(*THREE, recorded=(*THREE, begun)), by({"main": ModelChoice()}), SEEN)
    assert shown(one).found.en == "b: of 3 models, the one that earns most"
    assert [other.key for other in shown(one).others] == ["scoring.other_model"] * 2 + ["scoring.other_recorded"]
    assert shown(one).others[-1].values["name"] == "later"


def test_a_long_list_of_others_is_cut() -> None:
    many = tuple(mlp(number) for number in range(60))
    assert len(shown(card(facts(*many[-16:], recorded=many), by({"main": BEST}), {})).others) == 20


def test_of_several_graded_models_the_card_names_each() -> None:
    models = {name: ModelChoice(variable=name) for name in "abc"}
    asked = [replace(criterion(name, "layer_kinds", required={"Dense": 2}), model=name) for name in "abc"]
    about = replace(facts(), models={name: (one,) for name, one in zip("abc", THREE, strict=True)}, recorded=THREE)
    one = card(about, by(models, *asked))
    assert states(one) == {"a": "lost", "b": "full", "c": "lost"}
    assert shown(one).found.en == "a: the variable that the exercise names"
    assert [other.en for other in shown(one).others] == [
        "b (407 050 parameters) is graded too, as «b»",
        "c (54 170 parameters) is graded too, as «c»",
    ]
    assert (one.review, one.notices) == ((), ())


def one_under(models: dict[str, ModelChoice]) -> Scorecard:
    asked = [replace(criterion(name, "total_params", equals=407050), model=name) for name in models]
    only = mlp(0, variables=("net",))
    return card(replace(facts(), models=dict.fromkeys(models, (only,)), recorded=(only,)), by(models, *asked))


def test_one_model_in_two_variables_asks_for_a_person() -> None:
    one = one_under({"first": ModelChoice(variable="x"), "second": ModelChoice(variable="y")})
    assert one.points == 2
    assert [reason.en for reason in one.review] == [
        "«net» is graded more than once: the rubric means it by each of these names: first, second."
    ]
    assert "«net» se califica más de una vez" in one.review[0].es
    assert one.notices == ()


def test_a_rule_that_leads_to_a_named_model_is_only_told() -> None:
    one = one_under({"main": BEST, "first": ModelChoice(variable="x")})
    assert one.review == ()
    assert [notice.values["names"] for notice in one.notices] == [["main", "first"]]
    assert one_under({"best": BEST, "last": LAST}).notices[0].key == "scoring.same_model"


def test_a_variable_without_a_model_is_named_beside_those_that_have_one() -> None:
    about = replace(facts(), models={"edges": ()}, recorded=THREE)
    asked = replace(criterion("m", "total_params", equals=1), model="edges")
    one = card(about, by({"edges": ModelChoice(variable="edges")}, asked))
    assert one.model is None
    assert why(one, "m") == "No model in the notebook has the name that the exercise asks for."
    assert [notice.en for notice in one.notices] == [
        "The exercise looks for a model in edges and there is none there; the models of this notebook are: a, b, c."
    ]
    assert "El enunciado busca un modelo en edges" in one.notices[0].es


def test_without_any_model_there_is_nothing_to_name() -> None:
    named = by({"main": ModelChoice(variable="edges")}, criterion("m", "total_params", equals=1))
    one = card(facts(), named)
    assert why(one, "m").startswith("No Keras model was built in the notebook")
    assert one.notices == ()


# ---------------------------------------------------------------- a loop of the notebook's own


def looped(**changes: Any) -> Facts:
    own = mlp(how="build", fits=(), variables=("net",))
    return facts(own, recorded=(own,), own_loop=True, **changes)


def test_a_model_of_an_own_loop_is_not_called_untrained() -> None:
    told = shown(card(looped(), by({"main": ModelChoice()}), {0: measured()})).found
    assert told.en == "net: no model was trained with fit; the notebook seems to train this one in a loop of its own"
    last = shown(card(looped(), by({"main": LAST}), {0: measured()})).found
    assert last.es.endswith("parece que el cuaderno entrena este en un bucle propio; este ejercicio califica el último")
    trained = facts(mlp(variables=("net",)), own_loop=True)
    assert shown(card(trained, by({"main": ModelChoice()}), {0: measured()})).found.key == "scoring.found_fit"


@pytest.mark.parametrize(("check", "params"), [("uses_data", {"min_rows": 10}), ("trained_with", {"epochs": 3})])
def test_what_a_loop_of_its_own_did_is_left_to_a_person(check: str, params: dict[str, Any]) -> None:
    own = looped().models["main"][0]
    said = checks.judge(check, evidence(own, about=looped()), params)
    assert said.credit is None
    assert say(said).startswith("fit was not called on this model; the notebook seems to train in a loop of its own")
    assert checks.judge(check, evidence(own, about=replace(looped(), own_loop=False)), params).credit == 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"variables": ("edges",)}, "edges: the variable that the exercise names"),
        ({"variables": ("a", "net.edges")}, "net.edges: its name is the one that the exercise asks for, «edges»"),
        (
            {"variables": ("bordes",), "name": "edges"},
            "bordes: its name is the one that the exercise asks for, «edges»",
        ),
        ({"variables": ("edge",)}, "edge: taken for «edges», the name that the exercise asks for"),
    ],
)
def test_how_a_model_was_found_that_a_rubric_knows_by_its_name_is_true(named: dict[str, Any], told: str) -> None:
    edges = softmax(0, how="named", **named)
    whole = by({"edges": ModelChoice(variable="edges")}, criterion("m", "total_params", equals=7850, model="edges"))
    one = card(facts(edges, models={"edges": (edges,)}), whole)
    assert shown(one).found.en == told
