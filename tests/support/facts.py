"""Made-up facts for tests of checks and scores: short builders, and hypothesis strategies on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from grader import texts
from grader.records import (
    LANGUAGES,
    Accuracy,
    CompileFacts,
    Criterion,
    Evidence,
    ExpectedLayer,
    Facts,
    FailedCell,
    FitFacts,
    Judgement,
    LayerFacts,
    Measured,
    ModelFacts,
    QueryFacts,
    Rubric,
    RunSpec,
    message,
)
from grader.scoring.alignment import align


def layer(kind: str, shape: Sequence[int], out: Sequence[int], params: int = 0, **config: Any) -> LayerFacts:
    """One layer; its name is its kind unless given as ``name_``."""
    name = config.pop("name_", kind.lower())
    return LayerFacts(
        name=name,
        kind=kind,
        input_shape=tuple(shape),
        output_shape=tuple(out),
        params=params,
        trainable=True,
        config=config,
        params_derivation=f"{params}",
    )


def dense(units: int, inputs: int = 784, activation: Any = "linear", name: str = "dense") -> LayerFacts:
    return layer(
        "Dense",
        (inputs,),
        (units,),
        inputs * units + units,
        units=units,
        activation=activation,
        use_bias=True,
        name_=name,
    )


def conv(filters: int, size: int = 28, channels: int = 1, kernel: int = 3, **config: Any) -> LayerFacts:
    settings = {"strides": [1, 1], "padding": "valid", "activation": "relu", "use_bias": True, **config}
    out = (size - kernel) // settings["strides"][0] + 1
    return layer(
        "Conv2D",
        (size, size, channels),
        (out, out, filters),
        filters * (kernel * kernel * channels + 1),
        filters=filters,
        kernel_size=[kernel, kernel],
        **settings,
    )


def model(*layers: LayerFacts, number: int = 0, **changes: Any) -> ModelFacts:
    """A trained model that was read from its file."""
    standard: dict[str, Any] = {
        "number": number,
        "variables": ("model",),
        "how": "fit",
        "class_name": "Sequential",
        "source": "file",
        "layers": layers,
        "inputs": (layers[0].input_shape,) if layers else (),
        "outputs": (layers[-1].output_shape,) if layers else (),
        "total_params": sum(one.params for one in layers),
        "trainable_params": sum(one.params for one in layers),
        "compiled": CompileFacts(optimizer="RMSprop", loss="CategoricalCrossentropy", metrics=("accuracy",)),
        "fits": (FitFacts(epochs_asked=5, epochs_done=5, rows=60000, distinct_rows=60000),),
    }
    return ModelFacts(**{**standard, **changes})


def mlp(number: int = 0, **changes: Any) -> ModelFacts:
    """The classic 512/10 network, which was asked about 10 000 images."""
    hidden = dense(512, 784, "relu", name="hidden")
    standard: dict[str, Any] = {"queries": (QueryFacts(rows=10_000),)}
    return model(hidden, dense(10, 512, "softmax", name="out"), number=number, **{**standard, **changes})


def facts(*models: ModelFacts, **changes: Any) -> Facts:
    standard: dict[str, Any] = {"ended": "ok", "models": {"main": models}, "seconds": 42.0}
    return Facts(**{**standard, **changes})


def crashed(*models: ModelFacts, **changes: Any) -> Facts:
    failed = (FailedCell(cell=7, kind="error", error="NameError", text="name 'x' is not defined"),)
    return facts(*models, ended="error", failed=failed, **changes)


def measured(correct: int = 9800, train: int = 9880) -> Measured:
    return Measured(test=Accuracy(correct=correct, n=10000), train=Accuracy(correct=train, n=10000))


def evidence(
    one: ModelFacts | None = None,
    *,
    structure: Sequence[ExpectedLayer] = (),
    about: Facts | None = None,
    **changes: Any,
) -> Evidence:
    """Evidence about one model (or none), aligned with ``structure``."""
    known = about if about is not None else facts(*([one] if one else []))
    return Evidence(
        facts=known,
        model=one,
        alignment=align(one, structure) if one else None,
        structure=tuple(structure),
        **changes,
    )


def answered(**given: Any) -> Evidence:
    return evidence(about=facts(answers=given))


def say(judgement: Judgement, language: str = "en") -> str:
    """The sentence of a judgement; every part is rendered in both languages on the way."""
    for part in (judgement.why, judgement.expected, judgement.actual):
        for each in LANGUAGES:
            assert part is None or texts.render(part, each).strip()
    return texts.render(judgement.why, "en" if language == "en" else "es")


def rubric(*criteria: Criterion, **changes: Any) -> Rubric:
    standard: dict[str, Any] = {
        "exercise": "mnist-mlp",
        "title": {"en": "A network", "es": "Una red"},
        "data": "mnist",
        "test": "hidden",
        "run": RunSpec(),
        "criteria": criteria,
    }
    return Rubric(**{**standard, **changes})


def criterion(id: str, check: str, points: float = 1.0, needs: Sequence[str] = (), **params: Any) -> Criterion:
    when_unmet = params.pop("when_unmet", 0.0)
    return Criterion(id=id, points=points, check=check, params=params, needs=tuple(needs), when_unmet=when_unmet)


# ---------------------------------------------------------------- hypothesis


@st.composite
def dense_models(draw: st.DrawFn, number: int = 0) -> ModelFacts:
    """Networks of one to four Dense layers, some with dropout between, sometimes refused or only described."""
    sizes = draw(st.lists(st.sampled_from([10, 32, 128]), min_size=0, max_size=3))
    layers: list[LayerFacts] = []
    inputs = 784
    for place, units in enumerate([*sizes, draw(st.sampled_from([1, 10]))]):
        layers.append(dense(units, inputs, draw(st.sampled_from(["relu", "softmax", "linear"])), f"dense_{place}"))
        inputs = units
    if draw(st.booleans()):
        layers.insert(1, layer("Dropout", layers[0].output_shape, layers[0].output_shape, rate=0.5))
    fits = tuple(draw(st.lists(st.builds(_fit, st.integers(0, 60000)), max_size=2)))
    return model(*layers, number=number, fits=fits)


def _fit(rows: int) -> FitFacts:
    return FitFacts(epochs_asked=1, epochs_done=1, rows=rows, distinct_rows=rows)


accuracies = st.builds(lambda correct: Accuracy(correct=correct, n=10000), st.integers(0, 10000))
knots = st.dictionaries(st.integers(0, 100), st.integers(0, 100), min_size=1, max_size=5).map(
    lambda raw: dict(zip(sorted(n / 100 for n in raw), sorted(n / 100 for n in raw.values()), strict=True))
)
ended = st.sampled_from(["ok", "error", "timeout", "memory", "output", "exit", "missing", "unreadable", "refused"])

CHECKS: Mapping[str, Mapping[str, Any]] = {
    "runs_to_the_end": {},
    "layer_kinds": {"required": {"Dense": 2}, "forbidden": ["*Conv*"]},
    "output_layer": {"units": 10, "activation": "softmax"},
    "compiled_with": {"loss": ("categorical_crossentropy",), "optimizer": ("adam",)},
    "test_accuracy": {"knots": {0.9: 0.0, 0.95: 0.5, 0.97: 1.0}},
    "uses_data": {"min_rows": 48000},
    "number": {"answer": "q1", "equals": 7850.0},
    "choice": {"answer": "q2", "correct": "b"},
    "manual": {},
}


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Rubrics of up to seven criteria; a criterion needs only earlier ones."""
    names = draw(st.lists(st.sampled_from(sorted(CHECKS)), min_size=1, max_size=7))
    criteria: list[Criterion] = []
    for place, name in enumerate(names):
        earlier = [one.id for one in criteria]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2)) if earlier else []
        points = draw(st.sampled_from([0.1, 0.3, 1, 2.5, 4]))
        share = draw(st.sampled_from([0.0, 0.4])) if needs else 0.0
        criteria.append(criterion(f"c{place}", name, points, needs, when_unmet=share, **CHECKS[name]))
    return rubric(*criteria)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, dict[int, Measured]]:
    """Facts with up to three candidates, and what was measured of them."""
    candidates = [draw(dense_models(number)) for number in range(draw(st.integers(0, 3)))]
    answers = {"q1": draw(st.sampled_from([7850, "7.850", 7, None])), "q2": draw(st.sampled_from(["b", "B)", "c"]))}
    known = facts(*candidates, ended=draw(ended), answers=answers, problem=message("scoring.could_not_run"))
    seen = {one.number: Measured(test=draw(accuracies), train=draw(accuracies)) for one in candidates}
    return known, seen
