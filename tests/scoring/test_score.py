"""Facts x rubric x measurements -> card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.records import (
    Accuracy,
    Facts,
    FailedCell,
    FitFacts,
    Judgement,
    Measured,
    ModelChoice,
    ModelFacts,
    Prediction,
    Provenance,
    QueryFacts,
    Rubric,
    Scorecard,
    Transform,
    message,
)
from grader.scoring import checks, score
from tests.support.facts import (
    conv,
    crashed,
    criterion,
    dense,
    facts,
    layer,
    measured,
    mlp,
    model,
    rubric,
)

KNOTS = {0.90: 0.0, 0.95: 0.5, 0.97: 1.0}
MLP_RUBRIC = rubric(
    criterion("runs", "runs_to_the_end", 1),
    criterion("dense", "layer_kinds", 2, forbidden=["*Conv*"], required={"Dense": 2}),
    criterion("output", "output_layer", 1, units=10, activation="softmax"),
    criterion("accuracy", "test_accuracy", 4, ["dense"], when_unmet=0.4, knots=KNOTS),
    criterion("gap", "number", 1, answer="gap", equals_measured="accuracy_gap", abs=0.3),
    criterion("why", "choice", 1, answer="gap_means", correct="b"),
)
ANSWERS = {"gap": 0.9, "gap_means": "b"}
PROVENANCE = Provenance(
    submission="s", rubric="r", data="mnist", data_sha256="d", versions={}, seed=0, isolation="bubblewrap"
)


def card(about: Facts, by: Rubric = MLP_RUBRIC, seen: dict[int, Measured] | None = None, **identity) -> Scorecard:
    return score.score(
        facts=about,
        rubric=by,
        measured=seen or {},
        expected={},
        key={},
        identity=score.Identity(**{"student": "ana", "slug": "ana", **identity}),
        provenance=PROVENANCE,
    )


def states(one: Scorecard) -> dict[str, str]:
    return {verdict.criterion: verdict.state for verdict in one.verdicts}


def why(one: Scorecard, id: str) -> str:
    return next(verdict.why.en for verdict in one.verdicts if verdict.criterion == id)


def cnn(number: int = 0, **changes) -> ModelFacts:
    flat = layer("Flatten", (26, 26, 8), (5408,))
    rows = (conv(8), flat, dense(64, 5408, "relu", "h"), dense(10, 64, "softmax", "o"))
    return model(*rows, number=number, queries=(QueryFacts(rows=10_000),), **changes)


# ---------------------------------------------------------------- whole hand-ins


def test_the_classic_network_gets_full_marks() -> None:
    one = card(facts(mlp(), answers=ANSWERS), seen={0: measured(9792, 9887)})
    assert set(states(one).values()) == {"full"}
    assert (one.points, one.max_points, one.unjudged, one.review) == (10, 10, 0, ())
    assert (one.status, one.ended) == ("ok", "ok")


def test_a_convolutional_network_keeps_at_most_forty_percent_of_the_accuracy() -> None:
    one = card(facts(cnn(), answers=ANSWERS), seen={0: measured(9910, 9990)})
    assert states(one)["dense"] == "lost"
    assert states(one)["accuracy"] == "blocked"
    accuracy = one.verdicts[3]
    assert (accuracy.points, accuracy.blocked_by) == (pytest.approx(1.6), ("dense",))
    assert "At most 40.00 % of the points, because this depends on: «dense»" in accuracy.why.en
    assert "99.10 %" in accuracy.why.en


def test_less_accuracy_than_the_share_is_not_lifted_to_it() -> None:
    one = card(facts(cnn(), answers=ANSWERS), seen={0: measured(9200)})
    assert one.verdicts[3].credit == pytest.approx(0.2)
    assert (one.verdicts[3].state, one.verdicts[3].blocked_by) == ("partial", ())
    assert "At most" not in one.verdicts[3].why.en
    nothing = card(facts(cnn(), answers=ANSWERS), seen={0: measured(1000)})
    assert (nothing.verdicts[3].credit, nothing.verdicts[3].state) == (0, "blocked")


def test_what_is_left_out_is_not_judged_and_asks_nobody() -> None:
    why_not = message("scoring.quick_look")
    made = score.score(
        facts=facts(mlp(), answers=ANSWERS),
        rubric=MLP_RUBRIC,
        measured={},
        expected={},
        key={},
        identity=score.Identity(student="ana", slug="ana"),
        provenance=PROVENANCE,
        left_out={one.id: why_not for one in MLP_RUBRIC.criteria if not checks.tells_early(one)},
    )
    open_ones = {verdict.criterion for verdict in made.verdicts if verdict.state == "unjudged"}
    assert open_ones == {"accuracy", "gap"}
    assert (made.points, made.unjudged, made.review) == (5.0, 5.0, ())
    assert why(made, "accuracy") == "Not judged in a quick look, in which every training was cut short."


def test_a_crash_in_the_last_cell_costs_only_the_run() -> None:
    one = card(crashed(mlp(), answers=ANSWERS), seen={0: measured(9792, 9887)})
    assert {id for id, state in states(one).items() if state != "full"} == {"runs"}
    assert (one.status, one.review) == ("error", ())
    assert one.failed[0].error == "NameError"


def test_a_person_looks_when_points_are_lost_because_there_is_no_internet() -> None:
    offline = FailedCell(cell=9, kind="error", error="URLError", cause=message("diagnoses.no_download"))
    one = card(facts(mlp(), answers=ANSWERS, ended="error", failed=(offline,)), seen={0: measured(9792, 9887)})
    assert [reason.key for reason in one.review] == ["scoring.review_network"]
    nothing_lost = rubric(criterion("dense", "layer_kinds", 2, required={"Dense": 2}))
    assert card(facts(mlp(), ended="error", failed=(offline,)), nothing_lost).review == ()


def test_a_crash_before_everything_costs_what_is_missing() -> None:
    one = card(crashed())
    assert set(states(one).values()) == {"lost", "blocked"}
    assert one.points == 0
    assert one.review == ()
    assert "cell 7 ended in NameError" in why(one, "dense")
    assert "cell 7 ended in NameError" in why(one, "why")


@pytest.mark.parametrize("ended", ["unreadable", "refused", "sandbox-error"])
def test_what_we_could_not_run_is_unjudged_and_asks_for_review(ended) -> None:
    problem = message("runs.empty_file", name="p5.ipynb")
    one = card(facts(ended=ended, problem=problem))
    assert set(states(one).values()) == {"unjudged"}
    assert (one.points, one.unjudged, one.status) == (0, 10, ended)
    assert one.review[0].key == "runs.empty_file"
    assert "runs, dense, output" in one.review[1].en
    assert "p5.ipynb" in why(one, "runs")
    assert "could not be run here" in why(card(facts(ended=ended)), "runs")


def test_a_run_that_was_broken_off_from_inside_keeps_its_credits_and_asks_for_review() -> None:
    seen = {0: measured(9792, 9887)}
    broken = card(facts(mlp(), answers=ANSWERS, ended="exit", problem=message("runs.broken_off")), seen=seen)
    left = card(facts(mlp(), answers=ANSWERS, ended="exit"), seen=seen)
    assert states(broken) == states(left)
    assert {id for id, state in states(left).items() if state != "full"} == {"runs"}
    assert [reason.key for reason in broken.review] == ["runs.broken_off"]
    assert left.review == ()


def test_nothing_handed_in_is_zero_without_review() -> None:
    by = rubric(
        criterion("a", "runs_to_the_end"), criterion("m", "manual"), criterion("n", "number", answer="q", equals=1)
    )
    one = card(facts(ended="missing"), by)
    assert set(states(one).values()) == {"lost"}
    assert (one.points, one.unjudged, one.status, one.review) == (0, 0, "missing", ())
    assert why(one, "m") == "Nothing was handed in."


def test_a_duplicate_is_graded_and_marked() -> None:
    twice = message("collecting.duplicate", student="ana", origin="b/p.ipynb")
    one = card(facts(mlp(), answers=ANSWERS), seen={0: measured(9792, 9887)}, duplicate=True, review=(twice,))
    assert (one.status, one.ended, one.points) == ("duplicate", "ok", 10)
    assert [reason.key for reason in one.review] == ["collecting.duplicate"]


def test_a_run_that_cannot_be_repeated_asks_for_review() -> None:
    about = facts(mlp(), answers=ANSWERS, notices=(message(score.NOT_REPRODUCIBLE),))
    one = card(about, seen={0: measured(9792, 9887)})
    assert "not reproducible" in one.review[0].en
    assert one.notices[0].key == score.NOT_REPRODUCIBLE


def test_a_described_model_earns_structure_and_asks_for_review() -> None:
    claimed = mlp(source="claim", refusal=message("measuring.not_saved", model="Net", reason="raw operations"))
    one = card(facts(claimed, answers=ANSWERS))
    assert states(one) == {
        "runs": "full",
        "dense": "full",
        "output": "full",
        "accuracy": "unjudged",
        "gap": "unjudged",
        "why": "full",
    }
    assert [reason.key for reason in one.review] == ["scoring.review_unjudged", "scoring.review_claim"]
    assert one.unjudged == 5
    assert one.model is not None
    assert one.model.source == "claim"


def test_the_card_carries_who_and_what() -> None:
    failed = (FailedCell(cell=2, kind="error", error="E", cause=message("collecting.missing")),)
    about = facts(mlp(), failed=failed, ended="error", notices=(message("collecting.missing"),))
    one = card(
        about, name="Ana", email="a@x", group="A", origin="ana/p.ipynb", notices=(message("collecting.missing"),)
    )
    assert (one.student, one.name, one.email, one.group, one.origin) == ("ana", "Ana", "a@x", "A", "ana/p.ipynb")
    assert len(one.notices) == 2
    assert one.failed[0].cause is not None
    assert one.provenance is PROVENANCE


# ---------------------------------------------------------------- needs


def chain(**answers) -> Scorecard:
    by = rubric(
        criterion("late", "number", 2, ["mid"], answer="c", equals=1, when_unmet=0.5),
        criterion("mid", "number", 2, ["first"], answer="b", equals=1),
        criterion(
            "first", "number", 2, answer="a", equals=1, misconceptions=({"value": 2, "name": "x", "credit": 0.5},)
        ),
    )
    return card(facts(answers=answers), by)


def test_a_need_that_is_met_changes_nothing() -> None:
    assert chain(a=1, b=1, c=1).points == 6


def test_a_partial_need_is_not_met_and_what_depends_on_it_falls_too() -> None:
    one = chain(a=2, b=1, c=1)
    assert states(one) == {"late": "blocked", "mid": "blocked", "first": "partial"}
    assert one.points == 1 + 0 + 1
    assert why(one, "mid").startswith("No points, because this depends on: «first».")
    assert "By itself: The number is right." in why(one, "mid")


def test_a_need_that_nobody_can_judge_leaves_the_criterion_open() -> None:
    by = rubric(criterion("m", "manual", 3), criterion("n", "number", 2, ["m"], answer="q", equals=1))
    one = card(facts(answers={"q": 1}), by)
    assert states(one) == {"m": "unjudged", "n": "unjudged"}
    assert (one.points, one.unjudged) == (0, 5)
    assert "a person must look at first: «m»" in why(one, "n")


def test_an_unmet_need_decides_before_an_open_one() -> None:
    by = rubric(
        criterion("m", "manual"),
        criterion("x", "number", answer="x", equals=1),
        criterion("n", "number", 1, ["m", "x"], answer="q", equals=1),
    )
    assert states(card(facts(answers={"q": 1, "x": 2}), by))["n"] == "blocked"
    assert states(card(facts(answers={"q": 1, "x": 1}), by))["n"] == "unjudged"


def test_an_open_criterion_behind_an_unmet_need_stays_open_where_it_could_earn() -> None:
    dense_first = criterion("d", "layer_kinds", required={"Dense": 9})
    open_ = rubric(dense_first, criterion("acc", "test_accuracy", 1, ["d"], when_unmet=0.4, knots=KNOTS))
    assert states(card(facts(mlp()), open_))["acc"] == "unjudged"
    shut = rubric(dense_first, criterion("acc", "test_accuracy", 1, ["d"], knots=KNOTS))
    assert states(card(facts(mlp()), shut))["acc"] == "blocked"


# ---------------------------------------------------------------- which model


def test_of_several_models_the_one_that_earns_most_is_graded() -> None:
    softmax = model(dense(10, 784, "softmax"), number=0, variables=("softmax",))
    best = mlp(1, variables=("mlp",))
    last = cnn(2, variables=("cnn",))
    seen = {0: measured(9200), 1: measured(9792, 9887), 2: measured(9910, 9990)}
    one = card(facts(softmax, best, last, answers=ANSWERS), seen=seen)
    assert one.model is not None
    assert one.model.total_params == 407050
    assert one.model.found.en == "mlp: of 3 models, the one that earns most"
    assert one.points == 10
    assert [other.values["name"] for other in one.model.others] == ["softmax", "cnn"]
    assert one.model.others[1].values["points"] == pytest.approx(1 + 0 + 1 + 1.6 + 1 + 1)
    assert one.model.test == Accuracy(correct=9792, n=10000)


@pytest.mark.parametrize("rule", ["auto", "best"])
def test_a_model_whose_file_is_broken_leaves_nothing_open_beside_one_that_was_measured(rule) -> None:
    weak, broken = mlp(number=0), mlp(number=1)
    problem = message("measuring.not_loaded", reason="broken")
    about = facts(
        weak, broken, answers=ANSWERS, predictions={1: Prediction(transform=None, problem=problem, ours=True)}
    )
    by = replace(MLP_RUBRIC, models={"main": ModelChoice(rule=rule)})
    made = card(about, by, {0: measured(1000, 1000), 1: Measured(problem=problem, ours=True)})
    assert made.unjudged == 0
    assert next(one for one in made.verdicts if one.criterion == "accuracy").credit == 0


def test_of_equal_models_the_last_one_is_graded() -> None:
    seen = {0: measured(9792, 9887), 1: measured(9800, 9890)}
    one = card(facts(mlp(0, variables=("a",)), mlp(1, variables=("b",)), answers=ANSWERS), seen=seen)
    assert one.model is not None
    assert one.model.found.values["name"] == "b"


@pytest.mark.parametrize("how", ["fit", "evaluate", "compile", "build", "named"])
def test_the_card_says_how_the_model_was_found(how) -> None:
    one = card(facts(mlp(how=how, variables=())), seen={0: measured()})
    assert one.model is not None
    assert one.model.found.key == f"scoring.found_{how}"
    assert one.model.found.en.startswith("Sequential: ")


def test_a_criterion_is_about_the_model_it_names() -> None:
    by = rubric(
        criterion("main", "total_params", equals=407050),
        replace(criterion("edges", "total_params", equals=7850), model="edges"),
        models={"main": ModelChoice(), "edges": ModelChoice(variable="edges")},
    )
    about = replace(facts(), models={"main": (mlp(0),), "edges": (model(dense(10), number=1),)})
    assert card(about, by).points == 2
    only = rubric(by.criteria[1], models={"edges": ModelChoice(variable="edges")})
    one = card(about, only)
    assert one.model is not None
    assert one.model.found.en == "model: taken for «edges», the name that the exercise asks for"


def test_the_preprocessing_is_named() -> None:
    transform = Transform(values="affine", scale=1 / 255, flat=True, name="x/255")
    about = replace(facts(mlp()), predictions={0: Prediction(transform=transform)})
    one = card(about, seen={0: measured()})
    assert one.model is not None
    assert one.model.preprocessing is not None
    assert "255" in one.model.preprocessing.en


def test_nothing_is_said_of_the_images_of_a_training_that_never_was() -> None:
    transform = Transform(values="affine", scale=1 / 255, flat=True, name="x/255")
    seen = {0: measured()}
    for fits in ((), (FitFacts(epochs_asked=4, epochs_done=0),)):
        about = replace(facts(mlp(how="compile", fits=fits)), predictions={0: Prediction(transform=transform)})
        one = card(about, seen=seen)
        assert one.model is not None
        assert one.model.preprocessing is None


# ---------------------------------------------------------------- our own faults


def test_a_check_that_fails_is_our_fault_and_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name, evidence, params):
        raise RuntimeError("oops")

    monkeypatch.setattr(checks, "judge", broken)
    one = card(facts(mlp()))
    assert set(states(one).values()) == {"unjudged"}
    assert "Our check runs_to_the_end failed (RuntimeError)" in why(one, "runs")
    assert one.review


@pytest.mark.parametrize("credit", [1.5, -0.1, float("nan"), float("inf")])
def test_a_credit_out_of_range_is_our_fault_too(monkeypatch: pytest.MonkeyPatch, credit: float) -> None:
    monkeypatch.setattr(checks, "judge", lambda *_: Judgement(credit=credit, why=message("checks.manual")))
    assert set(states(card(facts(mlp()))).values()) == {"unjudged"}


def test_a_message_without_a_text_is_our_fault_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "judge", lambda *_: Judgement(credit=0.0, why=message("checks.gone")))
    assert set(states(card(facts(mlp()))).values()) == {"unjudged"}


def test_a_circle_of_needs_is_never_scored() -> None:
    by = rubric(criterion("a", "manual", 1, ["b"]), criterion("b", "manual", 1, ["a"]))
    with pytest.raises(ValueError, match="circle"):
        card(facts(), by)
