"""The teacher's side: a checked rubric, and what a check is given and says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any, Literal

from grader.records.facts import CallFacts, Facts, KnownData, LayerFacts, Measured, ModelFacts
from grader.records.handed_in import Limits
from grader.records.words import Message, ModelRule, Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedLayer:
    """One line of a rubric's ``structure``."""

    id: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    repeat: tuple[int, int | None] = (1, 1)  # least, most (None: no limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSpec:
    """The part of a rubric that decides what happens in sandbox 1."""

    limits: Limits = field(default_factory=Limits)
    seeds: int = 1
    stop_on_error: bool = False
    max_epochs: int | None = None  # of one training; None: as many as the notebook asks for
    max_fit_s: float | None = None  # seconds of one training, beside the limits of cell and notebook
    repair_imports: bool = False  # imports that Keras 3 dropped are run by their names of today


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelChoice:
    """How a rubric selects a model: by a variable's name, or by a rule.

    ``auto`` is a model named as the final one, else of those that came furthest (trained, else evaluated, compiled,
    built) the one that earns most; ``best`` of all the one that earns most; ``last`` the one trained last, else
    evaluated, compiled or built last.
    """

    variable: str | None = None  # a path: "edges", "net.model", "models[0]", "nets['wide']"
    rule: ModelRule = "auto"  # says nothing beside a variable


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCase:
    """Hidden arguments of one call of a student's function: plain values and array specifications, as JSON data."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class PredictOn:
    """Hidden random images that one model of the rubric is given in sandbox 2."""

    images: int = 4  # how many
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class MutantSpec:
    """A known-wrong variant of the reference: the criteria that it must cost, and how it is made.

    Without ``replace`` its name is one of the catalogue of ``validation.mutants``.
    """

    costs: tuple[str, ...]
    replace: tuple[tuple[str, str], ...] = ()  # old code, found exactly once -> new code


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One line of a rubric that can give points."""

    id: str
    points: float
    check: str
    params: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    when_unmet: float = 0.0
    model: str = "main"
    title: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)
    visibility: Literal["visible", "hidden"] = "visible"
    line: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rubric:
    """A checked rubric; ``criteria`` keep the order of the file."""

    exercise: str
    title: Mapping[str, str]
    data: str  # data set name: "mnist"
    test: Literal["hidden", "public"]
    run: RunSpec
    criteria: tuple[Criterion, ...]
    models: Mapping[str, ModelChoice] = field(default_factory=lambda: {"main": ModelChoice()})
    structure: tuple[ExpectedLayer, ...] = ()
    exports: tuple[str, ...] = ()
    export_shapes: Mapping[str, Shape] = field(default_factory=dict)  # found by shape when the name is missing
    calls: Mapping[str, tuple[CallCase, ...]] = field(default_factory=dict)  # function -> its hidden cases
    predict_on: Mapping[str, PredictOn] = field(default_factory=dict)  # model name -> hidden images
    questions: str | None = None  # the set of questions that each student has a variant of
    untouched: tuple[str, ...] = ()  # criteria that the untouched handout may earn
    mutants: Mapping[str, MutantSpec] = field(default_factory=dict)
    path: str = ""
    sha256: str = ""

    @property
    def max_points(self) -> float:
        return fsum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """A model laid beside a rubric's structure."""

    pairs: Mapping[str, tuple[LayerFacts, ...]]  # expected id -> the layers matched (empty: missing)
    extra: tuple[LayerFacts, ...] = ()  # layers that no line of the structure asked for
    activations: Mapping[str, str] = field(default_factory=dict)  # layer name -> effective activation


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a check is given."""

    facts: Facts
    model: ModelFacts | None = None  # the one this criterion is about
    alignment: Alignment | None = None
    measured: Measured | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)  # reference/<id>/expected.json
    key: Mapping[str, Any] = field(default_factory=dict)  # this student's variant
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # answer -> letter -> texts
    earlier: Mapping[str, float | None] = field(default_factory=dict)  # credits of the criteria above
    structure: tuple[ExpectedLayer, ...] = ()
    reference_calls: Mapping[str, tuple[CallFacts, ...]] = field(default_factory=dict)  # the reference's functions
    data: KnownData | None = None  # the raw images and labels, for what the notebook made of them


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a check says: credit 0-1, or None when it cannot be judged; why, with the student's numbers."""

    credit: float | None
    why: Message
    expected: Message | None = None
    actual: Message | None = None
