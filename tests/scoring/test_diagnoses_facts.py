"""Known mistakes in what became of the models: noticed where they are, and where it only looks like one, not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader import texts
from grader.records import CompileFacts, EvaluationFacts, EventFacts, FailedCell, FedData, FitFacts, LayerFacts
from grader.scoring.diagnoses import facts as run_facts
from tests.support.facts import facts, model

DENSE = LayerFacts(
    name="out",
    kind="Dense",
    input_shape=(784,),
    output_shape=(10,),
    params=7850,
    trainable=True,
    config={"activation": "softmax"},
)
FED = FedData(
    shape=(784,),
    length=60_000,
    dtype="float32",
    minimum=0.0,
    maximum=1.0,
    mean=0.1,
    std=0.3,
    rows=None,
    part="train",
    samples=None,
)
FIT = FitFacts(epochs_asked=5, epochs_done=5, batch_size=128, rows=60_000)


def noticed(**changes: Any) -> list[str]:
    compiled = CompileFacts(loss="categorical_crossentropy")
    usual: dict[str, Any] = {"layers": (DENSE,), "fits": (FIT,), "fed": FED, "compiled": compiled}
    events, code = changes.pop("events", ()), changes.pop("code", "")
    one = model(**{**usual, **changes})
    return [found.id for found in run_facts.mistakes(facts(one, events=events, recorded=(one,)), {1: str(code)})]


def layer(activation: str, units: int = 10) -> tuple[LayerFacts, ...]:
    return (
        LayerFacts(
            name="out",
            kind="Dense",
            input_shape=(784,),
            output_shape=(units,),
            params=0,
            trainable=True,
            config={"activation": activation},
        ),
    )


def of(kind: str, params: int = 0) -> LayerFacts:
    return replace(DENSE, kind=kind, params=params, config={})


def trained_at(*rates: float | str) -> tuple[FitFacts, ...]:
    return tuple(replace(FIT, compiled=CompileFacts(optimizer_config={"learning_rate": rate})) for rate in rates)


def fed(**changes: Any) -> FedData:
    return replace(FED, **changes)


def evaluated(largest: float | None, fits: int = 1) -> tuple[EvaluationFacts, ...]:
    return (EvaluationFacts(rows=10_000, fits=fits, largest=largest),)


def test_a_good_model_shows_no_mistake() -> None:
    assert noticed() == []
    logits = CompileFacts(loss="CategoricalCrossentropy", from_logits=True)
    assert noticed(layers=layer("linear"), compiled=logits) == []


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"fed": fed(maximum=255.0)}, "unscaled"),
        ({"fed": fed(maximum=255.0), "layers": (of("Resizing"), of("RandomRotation"), DENSE)}, "unscaled"),
        ({"evaluations": evaluated(255.0)}, "test_scaled_otherwise"),
        ({"fed": fed(part="test"), "code": "model.fit(x_test, y_test, epochs=5)"}, "test_in_training"),
        ({"fed": fed(part="test"), "code": "red.fit(\n    x=imagenes_prueba, y=etiquetas)"}, "test_in_training"),
        ({"layers": layer("softmax", 1)}, "softmax_of_one"),
        ({"layers": layer("sigmoid")}, "sigmoid_categorical"),
        ({"layers": layer("linear")}, "no_softmax"),
        ({"compiled": CompileFacts(loss="SparseCategoricalCrossentropy", from_logits=True)}, "logits_of_softmax"),
        ({"fits": (FIT, FIT)}, "trained_twice"),
        ({"fits": trained_at(0.001, 0.001)}, "trained_twice"),
        ({"fits": trained_at(0.001, 0.01)}, "trained_twice"),
        ({"fits": trained_at("ExponentialDecay", 0.01)}, "trained_twice"),
    ],
)
def test_mistakes_in_what_was_trained(changes: dict[str, object], id: str) -> None:
    assert noticed(**changes) == [id]


@pytest.mark.parametrize(
    "changes",
    [
        {"fed": fed(maximum=255.0), "layers": (of("InputLayer"), of("BatchNormalization", 3136), DENSE)},
        {"fed": fed(maximum=255.0), "layers": (of("RandomTranslation"), of("Rescaling"), of("Flatten"), DENSE)},
        {"fed": fed(maximum=255.0), "layers": (of("TrueDivide"), DENSE)},
        {"fed": fed(maximum=255.0), "source": "claim"},  # what happens inside of it is not known
        {"fed": fed(part="test"), "code": "model.fit(x_train[:10000], y, validation_data=(x_test, y_test))"},
        {"evaluations": evaluated(1.0)},
        {"fed": fed(minimum=-1.8, maximum=9.0, mean=0.0, std=0.96), "evaluations": evaluated(244.9)},
        {"evaluations": evaluated(255.0, fits=0)},  # before the training
        {"evaluations": evaluated(None)},
        {"fits": trained_at(0.001, 0.0001)},
        {"fits": trained_at(0.001, 0.0005, 0.0001)},
    ],
)
def test_what_only_looks_like_a_mistake_is_none(changes: dict[str, object]) -> None:
    assert noticed(**changes) == []


def test_a_model_that_was_saved_too_early_is_noticed_and_one_saved_later_is_not() -> None:
    early = EventFacts(kind="save", model=0, fits=0, path="a.keras")
    late = EventFacts(kind="save", model=0, fits=1, path="a.keras")
    assert noticed(number=0, events=(early,)) == ["saved_before"]
    assert noticed(number=0, events=(early, late)) == []


def test_cells_that_ran_in_another_order_are_told_when_something_failed() -> None:
    cell = FailedCell(cell=1, kind="error", error="NameError", text="name 'x' is not defined")
    broken = facts(failed=(cell,))
    found = list(run_facts.order({3: 22, 5: 54, 6: 7}, broken))
    assert [texts.render(one.cause, "en") for one in found] == [
        "You ran the cells in another order (code cell 5 came after code cell 6); here they ran from top to bottom."
    ]
    assert list(run_facts.order({3: 22, 5: 54, 6: 57}, broken)) == []
    assert list(run_facts.order({3: 22, 5: 1}, facts())) == []
