"""What a card says of the models that a rubric's names mean: which is graded, how it was found, which others are there.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.records import Facts, Message, ModelChoice, ModelFacts, message

OTHERS_CAP = 20
NAMES_SHOWN = 8

Choice = Mapping[str, ModelFacts | None]
"""Rubric name of a model -> the one that is graded."""


def called(model: ModelFacts) -> str:
    """The name that a reader knows a model by."""
    return (model.variables[-1] if model.variables else model.class_name)[:100]


def last_part(path: str) -> str:
    """The attribute or key at the end of a path: "edges" of "net.edges" and of "nets['edges']"."""
    return re.split(r"[.\[]", path.rstrip("]"))[-1].strip("'\"")


def found(choice: ModelChoice, model: ModelFacts, *, candidates: int, own_loop: bool) -> Message:
    """How the graded model was found among ``candidates``."""
    if choice.variable is not None:
        return _found_by_name(choice.variable, model)
    if model.how == "named":
        return message("scoring.found_named", name=called(model))
    if candidates > 1:
        key = "scoring.found_rule_best" if choice.rule == "best" else "scoring.found_best"
        return message(key, name=called(model), candidates=candidates)
    by_loop = own_loop and model.how != "fit"
    by_stage = message("scoring.found_own_loop" if by_loop else f"scoring.found_{model.how}", name=called(model))
    if choice.rule == "last":
        told = {"key": by_stage.key, "values": dict(by_stage.values)}
        return message("scoring.found_rule_last", name=called(model), found=told)
    return by_stage


def _found_by_name(wanted: str, model: ModelFacts) -> Message:
    """How the model was found that a rubric knows by its name."""
    if wanted in model.variables:
        return message("scoring.found_by_rubric", name=wanted)
    own = wanted == model.name or wanted in map(last_part, model.variables)
    return message("scoring.found_by_own_name" if own else "scoring.found_near", name=called(model), wanted=wanted)


def others(facts: Facts, name: str, graded: Choice, earned: Mapping[int, float]) -> tuple[Message, ...]:
    """The models beside the one that is graded as ``name``.

    First those that it was chosen from, with what they would earn, then those that are graded under another name,
    then whatever else the notebook has.
    """
    told: dict[int, Message | None] = {} if (own := graded[name]) is None else {own.number: None}
    for one in facts.models.get(name, ()):
        if one.number in earned:
            points = round(earned[one.number], 9)
            told.setdefault(one.number, _beside("scoring.other_model", one, points=points))
    for role, other in graded.items():
        if other is not None:
            told.setdefault(other.number, _beside("scoring.other_graded", other, role=role))
    for one in facts.recorded:
        told.setdefault(one.number, _beside("scoring.other_recorded", one))
    return tuple(one for one in told.values() if one is not None)[:OTHERS_CAP]


def _beside(key: str, model: ModelFacts, **values: Any) -> Message:
    unknown = {"key": "words.not_known", "values": {}}
    return message(key, name=called(model), params=model.total_params if model.built else unknown, **values)


def alike(models: Mapping[str, ModelChoice], graded: Choice) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Names of the rubric that mean one and the same model: reasons for a person to look, and notices.

    A rule may well lead to a model that has a name too. Two variables were asked for as two models.
    """
    review: list[Message] = []
    notices: list[Message] = []
    meant: dict[int, list[str]] = {}
    for name, model in graded.items():
        if model is not None:
            meant.setdefault(model.number, []).append(name)
    for number, names in meant.items():
        if len(names) > 1:
            one = next(model for model in graded.values() if model is not None and model.number == number)
            told = message("scoring.same_model", names=names, model=called(one))
            variables = [name for name in names if models[name].variable is not None]
            (review if len(variables) > 1 else notices).append(told)
    return tuple(review), tuple(notices)


def absent(models: Mapping[str, ModelChoice], graded: Choice, facts: Facts) -> tuple[Message, ...]:
    """Variables of the rubric in which there is no model, beside the names of those that were found."""
    there = list(dict.fromkeys(called(model) for model in facts.recorded))[:NAMES_SHOWN]
    return tuple(
        message("scoring.no_such_model", name=choice.variable, models=there)
        for name, choice in models.items()
        if there and choice.variable is not None and graded[name] is None
    )
