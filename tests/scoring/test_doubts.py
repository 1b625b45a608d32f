"""Claims held against our own measurements: what is refuted earns nothing, honest oddities accuse nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader import texts
from grader.records import Accuracy, EvaluationFacts, Facts, FitFacts, Measured, ModelFacts, Prediction
from grader.scoring import doubts
from tests.support.facts import facts, mlp

TRAIN, TEST = 60_000, 10_000


def fit(*accuracies: float, **changes: Any) -> FitFacts:
    known: dict[str, Any] = {"rows": TRAIN, "distinct_rows": TRAIN, "seconds": 9.0, "moved": 0.2}
    history = {"accuracy": accuracies, "loss": tuple(1 - one for one in accuracies)}
    return FitFacts(epochs_asked=5, epochs_done=5, **{**known, "history": history, **changes})


def measured(train: float, test: float) -> Measured:
    return Measured(
        train=Accuracy(correct=round(train * 10_000), n=10_000), test=Accuracy(correct=round(test * TEST), n=TEST)
    )


def about(network: ModelFacts, *, certain: bool = True) -> Facts:
    prediction = Prediction(transform=None, certain=certain)
    return facts(network, recorded=(network,), predictions={network.number: prediction})


def held(network: ModelFacts, own: Measured, *, certain: bool = True, test_rows: int | None = TEST) -> Facts:
    known = about(network, certain=certain)
    return doubts.without_refuted(known, {network.number: own}, train_rows=TRAIN, test_rows=test_rows)


FORGED = fit(0.5, 0.99)


def test_a_history_that_our_measurement_refutes_does_not_count() -> None:
    network = mlp(
        fits=(fit(0.8), FORGED), evaluations=(EvaluationFacts(rows=TEST, metrics={"accuracy": 0.98}, fits=2),)
    )
    found = held(network, measured(0.1, 0.1))
    (mended,) = found.recorded
    assert (mended.fits, mended.evaluations) == ((fit(0.8),), ())
    assert found.models["main"][0].fits == (fit(0.8),)
    (reason,) = found.carried
    assert "shows an accuracy of 99.00" in texts.render(reason, "en")
    assert "llega al 10" in texts.render(reason, "es")


def test_an_evaluation_on_the_public_test_images_is_held_against_ours() -> None:
    claimed = EvaluationFacts(rows=TEST, metrics={"accuracy": 0.98}, fits=1)
    network = mlp(fits=(fit(0.9),), evaluations=(claimed,))
    assert held(network, measured(0.9, 0.9)).recorded[0].fits == ()
    assert held(network, measured(0.9, 0.9), test_rows=None).recorded[0].fits == (fit(0.9),)  # theirs was a stand-in
    assert held(network, measured(0.9, 0.96)).recorded[0].fits == (fit(0.9),)
    assert held(network, measured(0.97, 0.6)).recorded[0].fits == (fit(0.9),)  # of training images, perhaps


@pytest.mark.parametrize(
    ("changes", "own"),
    [
        ({"fits": (fit(0.93),)}, measured(0.91, 0.9)),  # within three points and chance
        ({"fits": (fit(0.80),)}, measured(0.97, 0.96)),  # dropout: training shows less than the network can
        ({"fits": (FORGED, fit(0.85))}, measured(0.85, 0.85)),  # an earlier training of the network
        ({"fits": (fit(0.99, distinct_rows=1_000, rows=1_000),)}, measured(0.85, 0.85)),  # few images, learnt by heart
        ({"fits": (fit(0.6, 0.99, callbacks=("EarlyStopping",)),)}, measured(0.62, 0.6)),  # back to an earlier epoch
        ({"fits": (replace(FORGED, history={"top_k_categorical_accuracy": (0.99,)}),)}, measured(0.8, 0.8)),
        ({"fits": (fit(0.227),)}, measured(0.184, 0.18)),  # it never learnt: where it ended is chance
        ({"fits": ()}, measured(0.1, 0.1)),
    ],
)
def test_an_honest_training_is_not_accused(changes: dict[str, Any], own: Measured) -> None:
    network = mlp(**changes)
    assert held(network, own).recorded == (network,)
    assert held(network, own).carried == ()


def test_without_a_certain_preprocessing_nobody_is_accused() -> None:
    network = mlp(fits=(FORGED,))
    assert held(network, measured(0.1, 0.1), certain=False).recorded == (network,)


def test_batch_normalisation_differs_while_it_trains() -> None:
    network = mlp(fits=(FORGED,))
    first = replace(network.layers[0], kind="BatchNormalization")
    normalised = replace(network, layers=(first, *network.layers[1:]))
    assert held(normalised, measured(0.6, 0.6)).recorded == (normalised,)


# ---------------------------------------------------------------- odd, not refuted


@pytest.mark.parametrize(
    ("train", "test", "easier", "is_above"),
    [
        (0.91, 0.9255, 0.0, True),
        (0.91, 0.9255, doubts.EASIER, False),  # as the public test images are after one epoch
        (0.91, 0.937, doubts.EASIER, True),
        (0.91, 0.92, 0.0, False),
        (0.99, 0.98, 0.0, False),
        (0.982, 1.0, doubts.EASIER, True),
        (1.0, 1.0, 0.0, False),
        (0.085, 0.118, doubts.EASIER, False),  # one class for all, of which the test images have more
    ],
)
def test_test_above_train(train: float, test: float, easier: float, is_above: bool) -> None:
    own = measured(train, test)
    assert own.test is not None
    assert own.train is not None
    assert doubts.above(own.test, own.train, easier) is is_above
    network = mlp(fits=(fit(train),))
    said = doubts.remarks([("net", network)], {network.number: own}, easier=easier)
    assert [one.key for one in said] == (["scoring.test_above_train"] if is_above else [])


def test_a_training_that_moves_nothing_or_takes_no_time_is_told() -> None:
    own = measured(0.98, 0.98)
    still = mlp(fits=(fit(0.98, moved=1e-8),))
    (reason,) = doubts.remarks([("net", still)], {still.number: own}, easier=0)
    assert texts.render(reason, "en").startswith("The last training of net changed no weight measurably")
    quick = replace(mlp(fits=(fit(0.98, seconds=0.01),)), macs=200_000)
    (reason,) = doubts.remarks([("net", quick)], {quick.number: own}, easier=0)
    assert "faster than any processor" in texts.render(reason, "en")
    assert "más rápido que cualquier procesador" in texts.render(reason, "es")
    batches = replace(mlp(fits=(fit(0.98, seconds=0.0),)), macs=5_000_000)
    assert doubts.remarks([("net", batches)], {batches.number: own}, easier=0) == ()
    usual = replace(mlp(fits=(fit(0.98, seconds=2.0),)), macs=200_000)
    assert doubts.remarks([("net", usual)], {usual.number: own}, easier=0) == ()
    assert doubts.remarks([("net", mlp(fits=()))], {}, easier=0) == ()
    assert doubts.remarks([("net", still), ("quick", quick)], {}, easier=0) == ()  # an early look
