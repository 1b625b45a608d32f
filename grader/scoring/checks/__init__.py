"""The checks that a rubric can name, found by looking at the public functions of this package.

A check is ``check(evidence, *, parameters) -> Judgement``. Its name, its keyword parameters with their types,
and its docstring are its name in a rubric, its schema, and its explanation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_type_hints

from grader.records import Criterion, Evidence, Facts, Judgement, Measured, Message, Rubric
from grader.scoring.checks import (
    answering,
    arrays,
    calling,
    experiments,
    filters,
    keeping,
    layers,
    numeric,
    pictures,
    prepared,
    running,
    seeded,
    structured,
    training,
)

MODULES: tuple[ModuleType, ...] = (
    running,
    layers,
    structured,
    training,
    numeric,
    answering,
    arrays,
    seeded,
    experiments,
    keeping,
    calling,
    filters,
    pictures,
    prepared,
)
ACCURACY_CHECKS = ("test_accuracy", "accuracy_gap")
MEASURED = ("test_accuracy", "train_accuracy", "accuracy_gap")  # of the check ``number``
FROM_OTHER_IMAGES = ("checks.from_our_train", "checks.from_our_test")
COMPARING = ("real_runs", "separate_models", "tried", "conclusion")  # claims on trainings, which are held against ours
NEED_ALL = ("predicted_image", "ran_within", "manual")
REQUIRED: Any = inspect.Parameter.empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter of a check; ``default`` is REQUIRED when a rubric must give it."""

    annotation: Any
    default: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check, as a rubric sees it."""

    name: str
    function: Callable[..., Judgement]
    parameters: Mapping[str, Parameter]
    doc: str
    about_model: bool  # whether it looks at a model: the criterion's ``model`` then matters


def judge(name: str, evidence: Evidence, params: Mapping[str, Any]) -> Judgement:
    """What the check ``name`` says. Raises KeyError for an unknown name; the rubric has ruled that out."""
    return REGISTRY[name].function(evidence, **params)


def rests_on_accuracy(criterion: Criterion) -> bool:
    """Whether a criterion rests on an accuracy that is measured, so that a training cut short shows nothing."""
    return criterion.check in ACCURACY_CHECKS or criterion.params.get("equals_measured") in MEASURED


def tells_early(criterion: Criterion) -> bool:
    """Whether a criterion can be judged by what is built and answered, without training in full."""
    return not rests_on_accuracy(criterion) and criterion.check not in NEED_ALL


def needs_measuring(rubric: Rubric) -> bool:
    """Whether any criterion rests on accuracies that must be measured on hidden images."""
    return any(
        criterion.check in (*ACCURACY_CHECKS, *COMPARING, "predicted_image")
        or criterion.params.get("equals_measured", "total_params") != "total_params"
        for criterion in rubric.criteria
    )


def unexplained(rubric: Rubric, facts: Facts, measured: Mapping[int, Measured]) -> tuple[int, ...]:
    """The numbers of models whose own figures do not give an accuracy that was typed of them, so that we must look.

    Students get accuracies in more ways than ``fit`` and ``evaluate``; only these two are recorded.
    """
    found: set[int] = set()
    for criterion in rubric.criteria:
        several = facts.models.get(criterion.model, ())
        if criterion.check == "real_runs":
            judged = judge(criterion.check, Evidence(facts=facts), criterion.params)
            if judged.why.key == "checks.rows_foreign":
                found |= {one.number for one in several if one.number in facts.predictions}
        elif criterion.params.get("equals_measured") in MEASURED:
            evidences = (Evidence(facts=facts, model=one, measured=measured.get(one.number)) for one in several)
            judgements = {
                each.model.number: judge("number", each, criterion.params) for each in evidences if each.model
            }
            found |= {number for number, judged in judgements.items() if _is_unexplained(judged.why)}
    return tuple(sorted(found))


def _is_unexplained(why: Message) -> bool:
    """Whether a number is wrong, or right only by what chance allows on other images than the notebook's own."""
    sources = (why.values.get(name) for name in ("source", "train_source", "test_source"))
    ours = any(isinstance(source, dict) and source["key"] in FROM_OTHER_IMAGES for source in sources)
    return ours or why.key == "checks.number_wrong"


def needs_data(rubric: Rubric) -> bool:
    """Whether any criterion compares with the images or labels that the notebook was given."""
    own = {"cmaps", "any_image", "greys", "arrays"}  # pictures of something else
    return any(
        criterion.check in ("prepared_images", "one_hot_labels", "class_counts", "predicted_image")
        or (criterion.check == "shows_images" and not any(criterion.params.get(name) for name in own))
        for criterion in rubric.criteria
    )


def rests_on_data(rubric: Rubric) -> bool:
    """Whether the data set matters for any criterion, so that a reader must know which one was used."""
    trained = any(criterion.check == "uses_data" for criterion in rubric.criteria)
    return trained or needs_measuring(rubric) or needs_data(rubric)


def about_models(rubric: Rubric) -> bool:
    """Whether any criterion looks at a model."""
    return any(REGISTRY[criterion.check].about_model for criterion in rubric.criteria)


def accuracy_knots(rubric: Rubric) -> tuple[float, ...]:
    """The test accuracies at which some criterion's credit bends, in order."""
    knots = (criterion.params["knots"] for criterion in rubric.criteria if criterion.check == "test_accuracy")
    return tuple(sorted({knot for one in knots for knot in one}))


def _found() -> Iterator[Check]:
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            hints = get_type_hints(function, include_extras=True)
            if hints.get("return") is Judgement:
                yield _described(name, function, hints)


def _described(name: str, function: Callable[..., Judgement], hints: Mapping[str, Any]) -> Check:
    parameters = {
        parameter.name: Parameter(annotation=hints[parameter.name], default=parameter.default)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    return Check(
        name=name,
        function=function,
        parameters=parameters,
        doc=inspect.getdoc(function) or "",
        about_model=hasattr(function, "__wrapped__") or "equals_measured" in parameters,
    )


REGISTRY: Mapping[str, Check] = {check.name: check for check in _found()}
"""Every check by name."""
