"""Checks on drawing, saving and loading a network, on its layers as a table, and on one image shown to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import (
    EvaluationFacts,
    EventFacts,
    Evidence,
    FitFacts,
    KnownData,
    ModelFacts,
    PictureFacts,
    Prediction,
    QueryFacts,
    message,
)
from grader.scoring.checks import keeping, training
from tests.support.facts import conv, crashed, dense, evidence, facts, layer, mlp, model, say


def save(path: str = "digits.keras", *, number: int | None = 0, fits: int = 1) -> EventFacts:
    return EventFacts(kind="save", model=number, fits=fits, path=path, cell=9)


def load(path: str = "digits.keras", *, number: int | None = 1) -> EventFacts:
    return EventFacts(kind="load", model=number, path=path, cell=11)


PLOT = EventFacts(kind="plot", model=0, cell=4)


def with_events(*events: EventFacts, one: ModelFacts | None = None, copy: ModelFacts | None = None) -> Evidence:
    graded = one or mlp()
    recorded = (graded, *([copy] if copy else []))
    return evidence(graded, about=facts(graded, recorded=recorded, events=events))


def evaluated(accuracy: float, number: int = 0, rows: int = 10000, **changes: Any) -> ModelFacts:
    return mlp(number, evaluations=(EvaluationFacts(rows=rows, metrics={"accuracy": accuracy}),), **changes)


# ---------------------------------------------------------------- drawing and saving


def test_a_drawing_of_any_network_counts() -> None:
    drawn = keeping.drawn_model(with_events(save(), PLOT))
    assert (drawn.credit, "cell 4" in say(drawn)) == (1, True)
    assert keeping.drawn_model(with_events(EventFacts(kind="plot", model=None))).credit == 1
    never = keeping.drawn_model(with_events(save()))
    assert (never.credit, "No call of plot_model was run." in say(never)) == (0, True)


@pytest.mark.parametrize(
    ("events", "credit", "says"),
    [
        ([save()], 1, "saved as digits.keras"),
        ([save(fits=0), save("/tmp/work/Final.KERAS")], 1, "saved as /tmp/work/Final.KERAS"),
        ([save(), save("copy.h5")], 1, "saved as digits.keras"),
        ([], 0, "no call of model.save succeeded"),
        ([load(), PLOT], 0, "no call of model.save succeeded"),
        ([save(fits=0)], 0, "before it was trained"),
        ([save("digits.h5")], 0.5, "a file that ends in .keras"),
        ([save("digits.weights.h5"), save(fits=0)], 0.5, "digits.weights.h5"),
        ([save(number=3)], 0, "not the one that is graded"),
        ([save(number=None)], 0, "not the one that is graded"),
    ],
)
def test_the_trained_network_must_be_saved_whole(events, credit, says) -> None:
    judged = keeping.saved_model(with_events(*events))
    assert (judged.credit, says in say(judged)) == (credit, True), say(judged)


def test_a_run_that_broke_off_is_told_so() -> None:
    for check in (keeping.drawn_model, keeping.saved_model, keeping.reloaded_model):
        judged = check(evidence(mlp(), about=crashed(mlp())))
        assert judged.credit == 0
        assert "Perhaps because code cell 7 ended in NameError" in say(judged)
        assert "No Keras model" in say(check(evidence()))


# ---------------------------------------------------------------- loading


@pytest.mark.parametrize(
    ("events", "loaded", "credit", "says"),
    [
        ([save(), load()], evaluated(0.9866, 1), 1, "the same accuracy as the saved one: 98.66 %"),
        ([save("./digits.keras"), load()], evaluated(0.9866, 1), 1, "the same accuracy"),
        ([save(fits=0), load()], evaluated(0.0974, 1), 0, "9.74 % instead of 98.66 %"),
        ([save(), load()], mlp(1, how="build", fits=()), 0.5, "never evaluated"),
        ([save(), load()], None, 0.5, "never evaluated"),
        ([save(), load(number=None)], None, 0.5, "never evaluated"),
        ([save()], None, 0, "load_model succeeded"),
        ([save(), load("other.keras")], evaluated(0.9866, 1), 0, "not one to which the graded network"),
        ([load()], evaluated(0.9866, 1), 0, "not one to which the graded network"),
        ([save(), load()], mlp(1, how="evaluate", sha256="same"), 1, "same layers and weights"),
        ([save(), load()], mlp(1, how="evaluate", sha256="other"), None, "a person will look"),
        ([save(), load()], evaluated(0.9866, 1, rows=500, how="evaluate"), None, "not evaluated on the same images"),
    ],
)
def test_the_loaded_network_must_be_the_same(events, loaded, credit, says) -> None:
    judged = keeping.reloaded_model(with_events(*events, one=evaluated(0.9866, sha256="same"), copy=loaded))
    assert (judged.credit, says in say(judged)) == (credit, True), say(judged)


def test_the_best_of_several_loaded_copies_counts() -> None:
    graded = evaluated(0.9866)
    copies = (evaluated(0.1, 1), evaluated(0.9866, 2))
    about = facts(graded, recorded=(graded, *copies), events=(save(), load(number=1), load(number=2)))
    assert keeping.reloaded_model(evidence(graded, about=about)).credit == 1


# ---------------------------------------------------------------- how it was trained


def fitted(epochs: int = 10, batch: int | None = 100, times: int = 1) -> ModelFacts:
    return mlp(fits=(FitFacts(epochs_asked=epochs, epochs_done=1, batch_size=batch),) * times)


@pytest.mark.parametrize(
    ("one", "credit", "says"),
    [
        (fitted(), 1, "that were asked for"),
        (fitted(epochs=1), 2 / 3, "epochs = 1"),
        (fitted(batch=None), 2 / 3, "batch_size = None"),
        (fitted(epochs=3, batch=128, times=4), 0, "calls of fit = 4"),
        (mlp(fits=()), 0, "never trained"),
    ],
)
def test_epochs_batches_and_calls_of_fit_are_compared(one, credit, says) -> None:
    judged = training.trained_with(evidence(one), epochs=10, batch_size=100, times=1)
    assert judged.credit == pytest.approx(credit)
    assert says in say(judged)


def test_what_the_rubric_does_not_ask_for_is_free() -> None:
    assert training.trained_with(evidence(fitted(times=3)), epochs=10).credit == 1
    assert "llamadas a fit = 3" in say(training.trained_with(evidence(fitted(times=3)), times=1), "es")
    broken = training.trained_with(evidence(mlp(fits=()), about=crashed()), epochs=10)
    assert "cell 7 ended in NameError" in say(broken)


# ---------------------------------------------------------------- the layers as a table

CNN = model(
    layer("InputLayer", (28, 28, 1), (28, 28, 1)),
    conv(32),
    layer("MaxPooling2D", (26, 26, 32), (13, 13, 32)),
    layer("Flatten", (13, 13, 32), (5408,)),
    dense(10, 5408, "softmax"),
)
ROWS: list[Any] = [
    ["conv2d", [26, 26, 32], 320],
    ["max_pooling2d", [None, 13, 13, 32], 0],
    ["aplanar", "(5408,)", "0"],
    ["dense", 5408 and [10], "54 090"],
]


def table(typed: Any, one: ModelFacts = CNN) -> Any:
    return keeping.layer_table(evidence(one, about=facts(one, answers={"layers": typed})), answer="layers")


@pytest.mark.parametrize(
    "typed",
    [
        ROWS,
        [["Input", [28, 28, 1], 0], *ROWS],
        [{"layer": name, "shape": shape, "params": params} for name, shape, params in ROWS],
        {name: [shape, params] for name, shape, params in ROWS},
    ],
)
def test_a_right_table_is_right_however_it_is_written(typed) -> None:
    judged = table(typed)
    assert (judged.credit, "all 4 layers" in say(judged)) == (1, True), say(judged)


@pytest.mark.parametrize(
    ("typed", "credit", "says"),
    [
        ([*ROWS[:2], ["flatten", [5408], 43264], ROWS[3]], 7 / 8, "first difference is in layer 3 ("),
        (ROWS[:3], 6 / 8, "first difference is in layer 4 ("),
        (ROWS[1:], 6 / 8, "first difference is in layer 1 ("),
        ([ROWS[0], *ROWS[2:]], 6 / 8, "first difference is in layer 2 ("),
        ([*ROWS, ROWS[3]], 8 / 10, "The table has 5 rows; the network has 4 layers"),
        (ROWS[::-1], 2 / 8, "2 of 8"),
        ([["conv2d", "?", None]], 0, "0 of 8"),
        ("conv2d 26x26x32 320", 0, "is not a table"),
        ([], 0, "answer layers is empty"),
    ],
)
def test_a_wrong_table_earns_what_is_right_of_it(typed, credit, says) -> None:
    judged = table(typed)
    assert judged.credit == pytest.approx(credit)
    assert says in say(judged)


def test_the_layer_that_differs_is_named_with_what_the_network_has() -> None:
    judged = table([*ROWS[:2], ["flatten", [5408], 43264], ROWS[3]])
    name = CNN.layers[-2].name
    assert say(judged).endswith(
        f"the first difference is in layer 3 ({name}): in your network it has the shape (5408,) and 0 parameters."
    )
    assert f"en la capa 3 ({name}): en tu red tiene la forma (5408,) y 0 parámetros." in say(judged, "es")


def test_a_table_of_a_network_that_is_only_described_can_earn_but_not_lose() -> None:
    described = replace(CNN, source="claim")
    assert table(ROWS, described).credit == 1
    assert table(ROWS[:2], described).credit is None


# ---------------------------------------------------------------- one image

DATA = KnownData(
    x_train=np.zeros((2, 28, 28), np.uint8),
    y_train=np.zeros(2, np.uint8),
    x_test=np.zeros((4, 28, 28), np.uint8),
    y_test=np.array([7, 2, 1, 0], np.uint8),
)
OUTPUTS = np.full((4, 10), 0.01, np.float32)
OUTPUTS[[0, 1, 2, 3], [7, 2, 1, 6]] = 0.91
SHOWN = (PictureFacts(cell=3, shape=(28, 28)), PictureFacts(cell=9, shape=(28, 28), part="test", row=3, label=0))
RIGHT = {"index": 3, "true": 0, "predicted": 6, "confidence": 0.912}


ASKED = mlp(asked=b"\xf0")  # about all four images


def image(typed: Any, outputs: Any = OUTPUTS, *, recorded: Any = (ASKED,), data: KnownData | None = DATA) -> Any:
    predictions = {0: Prediction(transform=None, test=outputs)}
    about = facts(ASKED, recorded=recorded, answers={"image": typed}, pictures=SHOWN, predictions=predictions)
    return keeping.predicted_image(evidence(ASKED, about=about, data=data), answer="image")


@pytest.mark.parametrize(
    "typed",
    [
        RIGHT,
        {**RIGHT, "confidence": "91,2 %"},
        {"índice": 3, "etiqueta real": "0", "predicción": 6.0, "confianza": 91},
        [RIGHT],
        {name: [value] for name, value in RIGHT.items()},
        {name: {"0": value} for name, value in RIGHT.items()},
    ],
)
def test_an_image_is_right_by_the_networks_own_output(typed) -> None:
    judged = image(typed)
    assert (judged.credit, "are right" in say(judged)) == (1, True), say(judged)


@pytest.mark.parametrize(
    ("typed", "credit", "says"),
    [
        ({**RIGHT, "true": 6}, 0.75, "the true label is not"),
        ({**RIGHT, "predicted": 0}, 0.75, "the predicted class is not"),
        ({**RIGHT, "confidence": 0.99}, 0.75, "the confidence is not"),
        ({**RIGHT, "confidence": None, "predicted": "six"}, 0.5, "the predicted class is not"),
        ({**RIGHT, "index": 0, "true": 7, "predicted": 7}, 0.75, "its picture was not shown"),
        ({**RIGHT, "index": 4}, 0, "from 0 to 3"),
        ({**RIGHT, "index": None}, 0, "needs the index"),
        ([3, 0, 6, 0.91], 0, "needs the index"),
        (None, 0, "answer image was left open"),
    ],
)
def test_each_wrong_part_of_an_image_is_named(typed, credit, says) -> None:
    judged = image(typed)
    assert (judged.credit, says in say(judged)) == (credit, True), say(judged)


def test_an_image_that_no_network_was_asked_about_earns_nothing() -> None:
    for asked in (b"", b"\xe0"):  # about none, about the other three
        judged = image(RIGHT, recorded=(mlp(asked=asked, queries=(QueryFacts(rows=3, known=True),)),))
        assert (judged.credit, "asks a network about test image 3" in say(judged)) == (0, True), say(judged)
    assert "predict(x_test[[3]])" in say(judged, "es")
    loaded = mlp(1, asked=b"\x10")
    assert image(RIGHT, recorded=(mlp(), loaded)).credit == 1


def test_images_that_are_not_recognised_may_be_the_very_one() -> None:
    judged = image(RIGHT, recorded=(mlp(asked=b"\xe0", queries=(QueryFacts(rows=1, known=False),)),))
    assert (judged.credit, "not recognised" in say(judged)) == (None, True)


def test_raw_outputs_are_turned_into_probabilities() -> None:
    logits = np.log(OUTPUTS) + 3
    assert image(RIGHT, logits).credit == 1


def test_two_classes_of_nearly_the_same_probability_are_both_right() -> None:
    close = OUTPUTS.copy()
    close[3] = 0
    close[3, [5, 6]] = 0.4996, 0.5004
    for predicted in (5, 6):
        assert image({**RIGHT, "predicted": predicted, "confidence": 0.5}, close).credit == 1


def test_without_our_own_measurement_a_person_looks() -> None:
    assert image(RIGHT, data=None).credit is None
    assert image(RIGHT, None).credit is None
    about = facts(ASKED, recorded=(ASKED,), answers={"image": RIGHT})
    judged = keeping.predicted_image(evidence(ASKED, about=about, data=DATA), answer="image")
    assert judged.credit is None
    why = message("measuring.not_saved", model="Net", reason="raw operations")
    about = facts(
        ASKED,
        recorded=(ASKED,),
        answers={"image": RIGHT},
        predictions={0: Prediction(transform=None, problem=why, ours=True)},
    )
    assert "raw operations" in say(keeping.predicted_image(evidence(ASKED, about=about, data=DATA), answer="image"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_typed_is_judged(typed: Any) -> None:
    for judged in (image(typed), table(typed)):
        assert judged.credit is not None
        assert 0 <= judged.credit < 1
        say(judged)
