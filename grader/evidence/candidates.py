"""Which of the recorded models a rubric's name may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.records import HowFound, ModelChoice, ModelFacts
from grader.untrusted import claims

FINAL_NAMES = ("modelo_final", "final_model")
AUTO_CAP = 8  # models that are measured, of those that may be meant
BEST_CAP = 16
STAGES: tuple[HowFound, ...] = ("build", "compile", "evaluate", "fit")

Recorded = tuple[Mapping[str, Any], ModelFacts]
"""What the recorder claims of a model, and the model as it was read."""


def candidates(recorded: Sequence[Recorded], choice: ModelChoice) -> tuple[ModelFacts, ...]:
    """The models that ``choice`` may mean, the one used last at the end; ``score`` grades the one that earns most.

    A variable and the rule ``last`` mean at most one.
    """
    if choice.variable is not None:
        return _named(recorded, (choice.variable,))
    if choice.rule in ("best", "last"):
        in_order = [model for _, model in sorted(recorded, key=_furthest)]
        return tuple(in_order[-1:] if choice.rule == "last" else in_order[-BEST_CAP:])
    named = _named(recorded, FINAL_NAMES)
    if named:
        return named
    furthest = max((STAGES.index(model.how) for _, model in recorded), default=0)
    of_this_stage = [pair for pair in recorded if pair[1].how == STAGES[furthest]]
    return tuple(model for _, model in sorted(of_this_stage, key=_use)[-AUTO_CAP:])


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
