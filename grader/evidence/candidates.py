"""Which of the recorded models a rubric's name may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from grader.records import HowFound, Message, ModelChoice, ModelFacts, message
from grader.scoring.answers import plain
from grader.scoring.model_choice import last_part
from grader.untrusted import claims

FINAL_NAMES = ("modelo_final", "final_model")
AUTO_CAP = 8  # models that are measured, of those that may be meant
BEST_CAP = 16
STAGES: tuple[HowFound, ...] = ("build", "compile", "evaluate", "fit")
NEAR = 0.8  # likeness from which a name is taken for a slip: "color" for "colour"

Recorded = tuple[Mapping[str, Any], ModelFacts]
"""What the recorder claims of a model, and the model as it was read."""


def meant(
    recorded: Sequence[Recorded], choices: Mapping[str, ModelChoice]
) -> tuple[Mapping[str, tuple[ModelFacts, ...]], tuple[Message, ...]]:
    """The models that each name of a rubric may mean, and a notice for each that was found under a similar name."""
    found = {name: candidates(recorded, choice) for name, choice in choices.items()}
    notices: list[Message] = []
    for name, choice in choices.items():
        if choice.variable is not None and not found[name]:
            taken = {model.number for several in found.values() for model in several}
            free = [pair for pair in recorded if pair[1].number not in taken]
            near = _near(free, choice.variable)
            if near is not None:
                model, typed = near
                found[name] = (replace(model, how="named"),)
                notices.append(message("scoring.model_near", wanted=choice.variable, typed=typed))
    return found, tuple(notices)


def candidates(recorded: Sequence[Recorded], choice: ModelChoice) -> tuple[ModelFacts, ...]:
    """The models that ``choice`` may mean, the one used last at the end; ``score`` grades the one that earns most.

    A variable and the rule ``last`` mean at most one. Where no variable has the name, an attribute, a key or a
    model's own name may.
    """
    if choice.variable is not None:
        return _named(recorded, (choice.variable,)) or _named_inside(recorded, choice.variable)
    if choice.rule in ("best", "last"):
        in_order = [model for _, model in sorted(recorded, key=_furthest)]
        return tuple(in_order[-1:] if choice.rule == "last" else in_order[-BEST_CAP:])
    named = _named(recorded, FINAL_NAMES)
    if named:
        return named
    furthest = max((STAGES.index(model.how) for _, model in recorded), default=0)
    of_this_stage = [pair for pair in recorded if pair[1].how == STAGES[furthest]]
    return tuple(model for _, model in sorted(of_this_stage, key=_use)[-AUTO_CAP:])


def _named_inside(recorded: Sequence[Recorded], name: str) -> tuple[ModelFacts, ...]:
    """The model of an attribute or a key of that name, else the one that was built with ``name=`` that name."""
    paths = {path for _, model in recorded for path in model.variables if last_part(path) == name}
    built_so = [pair for pair in recorded if pair[1].name == name]
    if paths:
        return _named(recorded, tuple(paths))
    return (replace(max(built_so, key=_use)[1], how="named"),) if built_so else ()


def _near(free: Sequence[Recorded], name: str) -> tuple[ModelFacts, str] | None:
    """The only model of those with a name like ``name``, and that name; None when none or several have one."""
    likely = [(model, near) for _, model in free if (near := _nearest(model, name))]
    return likely[0] if len(likely) == 1 else None


def _nearest(model: ModelFacts, name: str) -> str:
    """The name of ``model`` that is a slip of ``name``, or holds it as a word; "" when it has none."""
    likeness = {typed: _likeness(last_part(typed), name) for typed in _names(model)}
    best = max(likeness, key=lambda typed: likeness[typed], default="")
    return best if best and likeness[best] >= NEAR else ""


def _names(model: ModelFacts) -> Iterator[str]:
    yield from model.variables
    if model.name:
        yield model.name


def _likeness(typed: str, name: str) -> float:
    """From 0 to 1, whatever the case, accents and underscores; 1 too when one is a word of the other."""
    one, other = plain(typed)[:100], plain(name)[:100]
    words = re.split(r"[^a-z]+", one)
    if "".join(words) == re.sub(r"[^a-z]+", "", other) or other in words:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _named(recorded: Sequence[Recorded], names: Sequence[str]) -> tuple[ModelFacts, ...]:
    """The model that bears one of the names, or bore it.

    A name is used again: a trained model comes before one that a later cell only began, then counts who had the name
    at the end, then who was used last.
    """

    def rank(pair: Recorded) -> tuple[bool, bool, tuple[int, int]]:
        return pair[1].how == "fit", bool({*names} & {*claims.words(pair[0].get("holds"))}), _use(pair)

    bearing = [pair for pair in recorded if {*names} & {*pair[1].variables}]
    return (replace(max(bearing, key=rank)[1], how="named"),) if bearing else ()


def _use(pair: Recorded) -> tuple[int, int]:
    """Sorts models by their last training or evaluation, then by when they were first seen."""
    return _place(pair[0].get("last")), pair[1].number


def _furthest(pair: Recorded) -> tuple[int, int, int]:
    """Sorts models by how far they came, the trained ones by their last training: a later evaluation says nothing."""
    stage = STAGES.index(pair[1].how)
    last = _place(pair[0].get("last_fit")) if pair[1].how == "fit" else _use(pair)[0]
    return stage, last, pair[1].number


def _place(claim: Any) -> int:
    place = claims.whole(claim)
    return -1 if place is None else place
