"""Models that were not trained in this run: what the card says, and of whom it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import (
    Accuracy,
    EventFacts,
    Facts,
    FitFacts,
    Measured,
    ModelChoice,
    ModelFacts,
    Scorecard,
    message,
)
from grader.scoring import score
from tests.scoring.test_score import MLP_RUBRIC, PROVENANCE, card
from tests.support.facts import criterion, dense, facts, measured, mlp, model, rubric

GOOD = {0: measured(9700, 9750)}


def loaded(path: str = "w.keras", number: int | None = 0, **changes: Any) -> EventFacts:
    return EventFacts(**{"kind": "load", "model": number, "path": path, "cell": 4, "trained_here": False, **changes})


def brought(**changes: Any) -> ModelFacts:
    """A network that was only evaluated: its weights come from somewhere else."""
    return mlp(**{"how": "evaluate", "fits": (), "trained_here": False, **changes})


def told(one: Scorecard) -> tuple[list[str], list[str]]:
    """Keys of the reasons and of the notices that this module gives."""
    ours = ("scoring.not_retrained", "scoring.weights_loaded", "scoring.own_loop")
    return (
        [reason.key for reason in one.review if reason.key.startswith(ours)],
        [notice.key for notice in one.notices if notice.key.startswith(ours)],
    )


def said(about: Facts, seen: dict[int, Measured] = GOOD) -> tuple[list[str], list[str]]:
    return told(card(about, seen=seen))


def test_a_model_that_was_loaded_ready_made_is_named_with_its_file_and_keeps_its_points() -> None:
    about = facts(brought(), events=(loaded(),))
    one = card(about, seen=GOOD)
    assert told(one) == (["scoring.not_retrained_loaded"], [])
    reason = one.review[0]
    assert reason.en.startswith("Not retrained: model reaches 97.50 %")
    assert reason.en.endswith("code cell 4 loads weights from w.keras.")
    assert reason.es.startswith("No reentrenado: model alcanza un 97,50 %")
    assert reason.es.endswith("la celda de código 4 carga pesos de w.keras.")
    assert one.points == card(facts(mlp(), events=(loaded(),)), seen=GOOD).points


def test_weights_that_were_set_are_named_by_their_cell() -> None:
    about = facts(brought(), events=(loaded(kind="set_weights", path="", cell=6),))
    assert said(about) == (["scoring.not_retrained_set"], [])
    reason = card(about, seen=GOOD).review[0]
    assert "cell 6 sets weights" in reason.en
    assert "la celda de código 6 pone pesos" in reason.es


def test_without_an_event_the_reason_stands_alone() -> None:
    reason = card(facts(brought()), seen=GOOD).review[0]
    assert reason.key == "scoring.not_retrained"
    assert "no vienen de un entrenamiento" in reason.es


def test_what_happened_to_the_model_itself_is_told_before_what_happened_to_another() -> None:
    events = (loaded("a.keras", 0, cell=2), loaded("b.keras", 5, cell=3))
    assert "a.keras" in card(facts(brought(), events=events), seen=GOOD).review[0].en
    assert "b.keras" in card(facts(brought(), events=events[1:]), seen=GOOD).review[0].en


def test_a_training_after_which_other_weights_were_put_in_is_no_training() -> None:
    about = facts(mlp(trained_here=False), events=(loaded(kind="set_weights", path="", fits=1),))
    assert said(about) == (["scoring.not_retrained_set"], [])


def test_a_copy_of_what_was_trained_here_needs_no_remark() -> None:
    copy = brought(number=1, trained_here=True)
    saved = EventFacts(kind="save", model=0, fits=1, path="m.keras")
    events = (saved, loaded("./m.keras", 1, trained_here=True), loaded("other/copy.keras", 1, trained_here=True))
    assert said(facts(copy, events=events), {1: measured()}) == ([], [])


def test_an_honest_training_needs_no_remark() -> None:
    assert said(facts(mlp(trained_here=True))) == ([], [])
    assert said(facts(mlp())) == ([], [])


@pytest.mark.parametrize(("epochs", "reasons"), [(1, []), (0, ["scoring.not_retrained"])])
def test_when_the_weights_are_not_known_the_recorded_trainings_decide(epochs: int, reasons: list[str]) -> None:
    fit = FitFacts(epochs_asked=epochs, epochs_done=epochs, rows=60000)
    assert said(facts(mlp(fits=(fit,)))) == (reasons, [])


def test_weights_that_a_training_began_with_are_a_notice_once_for_each_file() -> None:
    events = (loaded(), loaded(cell=5), loaded("v.weights.h5", None, kind="load_weights"))
    about = facts(mlp(trained_here=True), events=events)
    assert said(about) == ([], ["scoring.weights_loaded"])
    notice = card(about, seen=GOOD).notices[-1]
    assert notice.en.endswith("from: w.keras, v.weights.h5.")
    assert notice.es.endswith("de: w.keras, v.weights.h5.")


def test_a_file_that_this_run_saved_before_is_not_brought_along() -> None:
    saved = EventFacts(kind="save_weights", model=0, path="w.keras")
    assert said(facts(mlp(trained_here=True), events=(saved, loaded()))) == ([], [])
    assert said(facts(mlp(trained_here=True), events=(loaded(), saved))) == ([], ["scoring.weights_loaded"])


def test_a_loop_of_the_notebooks_own_is_a_notice() -> None:
    about = facts(brought(), own_loop=True, events=(loaded(kind="set_weights", path=""),))
    assert said(about) == ([], ["scoring.own_loop"])
    notice = card(about, seen=GOOD).notices[-1]
    assert "GradientTape" in notice.en
    assert "GradientTape" in notice.es


def test_a_loop_of_its_own_does_not_excuse_weights_from_a_file() -> None:
    assert said(facts(brought(), own_loop=True, events=(loaded(),))) == (["scoring.not_retrained_loaded"], [])


def network(units: int) -> ModelFacts:
    return model(dense(units, 784, "softmax", "out"), fits=(), how="evaluate", trained_here=False)


@pytest.mark.parametrize(
    ("units", "share", "flagged"),
    [(10, 0.10, False), (10, 0.20, False), (10, 0.22, True), (12, 0.20, False), (2, 0.55, False), (2, 0.65, True)],
)
def test_only_what_is_clearly_above_chance_is_worth_a_remark(units: int, share: float, flagged: bool) -> None:
    seen = {0: Measured(test=Accuracy(correct=9999, n=10000), train=Accuracy(correct=int(10000 * share), n=10000))}
    assert bool(said(facts(network(units)), seen)[0]) is flagged


def test_without_training_images_the_test_accuracy_decides() -> None:
    assert said(facts(brought()), {0: Measured(test=Accuracy(correct=9700, n=10000))})[0]


def test_what_was_not_measured_is_not_remarked_on() -> None:
    assert said(facts(brought(), events=(loaded(),)), {}) == ([], [])
    failed = {0: Measured(problem=message("scoring.no_outputs"))}
    assert said(facts(brought(), events=(loaded(),)), failed) == ([], [])


def test_a_model_that_the_rubric_names_twice_is_told_once() -> None:
    by = rubric(
        criterion("accuracy", "test_accuracy", knots={0.9: 0.0, 0.95: 1.0}),
        models={"main": ModelChoice(), "copy": ModelChoice(variable="model")},
    )
    about = facts(models={"main": (brought(),), "copy": (brought(),)})
    one = score.score(
        facts=about,
        rubric=by,
        measured=GOOD,
        expected={},
        key={},
        provenance=PROVENANCE,
        identity=score.Identity(student="ana", slug="ana"),
    )
    assert told(one) == (["scoring.not_retrained"], [])


def test_what_the_hand_in_carries_is_a_reason_on_the_card() -> None:
    carried = message("scoring.carried_files", files=["w.h5 (900 kB)"])
    one = card(facts(mlp(), carried=(carried,)), MLP_RUBRIC, GOOD)
    assert [reason.key for reason in one.review if reason.key != "scoring.review_unjudged"] == ["scoring.carried_files"]
