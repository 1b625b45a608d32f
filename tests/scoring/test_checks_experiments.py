"""Checks on experiments: tables, the trainings behind them, conclusions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import CompileFacts, EvaluationFacts, Evidence, FitFacts, ModelFacts
from grader.scoring.checks import experiments, tables, trainings
from tests.support.facts import crashed, dense, evidence, facts, layer, model, say

GAPS = {"a": "less", "b": "more", "c": "same"}
TESTS = {"a": "more", "b": "less", "c": "same"}


def trained(
    number: int = 0,
    train: float = 0.9873,
    test: float = 0.9760,
    *,
    loss: str = "categorical_crossentropy",
    optimizer: str = "RMSprop",
    extra: tuple[Any, ...] = (),
    units: int = 256,
    **fit: Any,
) -> ModelFacts:
    """A dense network, trained once and evaluated on both sets."""
    config = fit.pop("config", {"learning_rate": 0.001})
    once = FitFacts(
        **{
            "epochs_asked": 5,
            "epochs_done": 5,
            "rows": 60000,
            "distinct_rows": 60000,
            "history": {"accuracy": (0.9, train - 0.002), "loss": (0.3, 0.1)},
            "compiled": CompileFacts(optimizer=optimizer, loss=loss, optimizer_config=config),
            **fit,
        }
    )
    measured = (
        EvaluationFacts(rows=60000, metrics={"loss": 0.05, "accuracy": train}, fits=1),
        EvaluationFacts(rows=10000, metrics={"loss": 0.09, "accuracy": test}, fits=1),
    )
    layers = (dense(units, 784, "relu", "hidden"), *extra, dense(10, units, "softmax", "out"))
    return model(*layers, number=number, fits=(once,), evaluations=measured)


def dropout(rate: float = 0.5) -> Any:
    return layer("Dropout", (256,), (256,), rate=rate)


def seen(*models: ModelFacts, **answers: Any) -> Evidence:
    return evidence(about=facts(*models, recorded=models, answers=answers))


BASE = trained()
DROPPED = trained(1, 0.9806, 0.9743, extra=(dropout(),))
SQUARED = trained(2, 0.9681, 0.9620, loss="mean_squared_error")
ADAM = trained(3, 0.9887, 0.9770, optimizer="Adam")
FOUR = (BASE, DROPPED, SQUARED, ADAM)
TABLE = [
    {"change": "base", "train": 0.9873, "test": 0.9760},
    {"change": "dropout", "train": 98.06, "test": 97.43},
    {"change": "mse", "train": "96,81 %", "test": "96,2 %"},
    {"change": "adam", "train": 0.9887, "test": 0.977},
]


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize(
    "typed",
    [
        [{"change": "adam", "train": 0.9887, "test": 0.977}],
        [{"cambio": "adam", "exactitud de entrenamiento": "98,87 %", "exactitud de prueba": 97.7, "pérdida": 0.05}],
        [{"change": "adam", "train_loss": 0.05, "train_acc": 0.9887, "val_loss": 0.1, "val_acc": 0.977}],
        [["adam", 98.87, 97.7]],
        {"adam": {"train": 0.9887, "test": 0.977}},
        {"adam": [0.9887, 0.977]},
        {"change": ["adam"], "train": [0.9887], "test": [0.977]},
        {"change": {"0": "adam"}, "train": {"0": 0.9887}, "test": {"0": 0.977}},
        {"train": {"adam": 0.9887}, "test": {"adam": 0.977}},
        [{"index": "adam", "train": 0.9887, "test": 0.977}],
    ],
)
def test_a_table_is_read_however_it_is_written(typed: Any) -> None:
    (row,) = tables.rows(typed)
    assert row.change == "adam"
    assert 0.9887 in row.train
    assert 0.977 in row.test


@pytest.mark.parametrize("typed", [None, 3, "98 %", [], {}, [None, 3, "x", {}, {"train": 0.9}, {"change": "adam"}]])
def test_what_holds_no_two_accuracies_is_no_row(typed: Any) -> None:
    assert tables.rows(typed) == ()


def test_every_row_finds_its_own_training() -> None:
    runs = trainings.trainings(seen(*FOUR))
    found = tables.backed(tables.rows(TABLE), runs, 0.005)
    assert [(each.row.change, each.training.model.number) for each in found] == [
        ("base", 0),
        ("dropout", 1),
        ("mse", 2),
        ("adam", 3),
    ]
    assert [round(100 * each.test, 2) for each in found] == [97.6, 97.43, 96.2, 97.7]


def test_rounded_rows_are_shared_out_so_that_each_has_a_training() -> None:
    # 97.6 is nearest to the second training, but only the first one is left for it.
    runs = trainings.trainings(seen(trained(0, 0.98, 0.970), trained(1, 0.98, 0.9755)))
    rounded = [{"train": 0.98, "test": 0.9745}, {"train": 0.98, "test": 0.980}]
    assert len(tables.backed(tables.rows(rounded), runs, 0.005)) == 2


shares = st.floats(0.5, 1.0).map(lambda value: round(value, 4))


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_table_built_from_the_trainings_is_always_real(pairs: list[tuple[float, float]], random: Any) -> None:
    models = [trained(number, *pair) for number, pair in enumerate(pairs)]
    table = [{"change": str(number), "train": pair[0], "test": pair[1]} for number, pair in enumerate(pairs)]
    random.shuffle(table)
    judged = experiments.real_runs(seen(*models, results=table), answer="results", min_rows=len(pairs))
    assert judged.credit == 1
    doubled = experiments.real_runs(seen(*models, results=table + table), answer="results", min_rows=2 * len(pairs))
    assert doubled.credit == 0.5


# ---------------------------------------------------------------- real runs


def runs_of(typed: Any, *models: ModelFacts, min_rows: int = 4) -> Any:
    return experiments.real_runs(seen(*models, results=typed), answer="results", min_rows=min_rows)


def test_rows_with_real_trainings_earn_everything() -> None:
    judged = runs_of(TABLE, *FOUR)
    assert judged.credit == 1
    assert "Each of the 4 rows" in say(judged)


def test_the_accuracies_of_fit_count_as_well() -> None:
    by_history = trained(history={"accuracy": (0.9, 0.95), "val_accuracy": (0.91, 0.93)})
    assert runs_of([{"train": 0.95, "test": 0.93}], by_history, min_rows=1).credit == 1
    named = trained(history={"exactitud": (0.9, 0.95), "val_exactitud": (0.91, 0.93), "loss": (0.3, 0.2)})
    assert runs_of([{"train": 0.95, "test": 0.93}], named, min_rows=1).credit == 1


def test_a_row_that_matches_nothing_is_left_to_a_person() -> None:
    judged = runs_of([*TABLE, {"change": "from home", "train": 0.999, "test": 0.993}], *FOUR)
    assert judged.credit is None
    assert "1 of 5 rows (from home) matches no training" in say(judged)
    assert runs_of(TABLE).credit is None
    close = [{**row, "train": "98,5 %"} if row["change"] == "base" else row for row in TABLE]
    assert runs_of(close, *FOUR).credit == 1


def test_too_few_rows_and_rows_that_share_a_training_earn_their_share() -> None:
    few = runs_of(TABLE[:3], *FOUR)
    assert few.credit == 0.75
    assert "3 rows with a training behind them; 4 were asked for" in say(few)
    copied = runs_of(4 * TABLE[:1], BASE, DROPPED, SQUARED)
    assert copied.credit == 0.25
    assert "only 1 training stands behind them" in say(copied)


def test_a_missing_or_empty_table_earns_nothing_and_says_so() -> None:
    assert runs_of(None, *FOUR).credit == 0
    assert "answer results is empty" in say(runs_of([], *FOUR))
    nothing = runs_of([{"change": "base"}], *FOUR)
    assert nothing.credit == 0
    assert "results.append" in say(nothing)


def test_each_trial_needs_a_network_of_its_own() -> None:
    assert "4 networks were trained, each from" in say(experiments.separate_models(seen(*FOUR), min=4))
    assert experiments.separate_models(seen(*FOUR), min=4).credit == 1
    again = model(*BASE.layers, fits=BASE.fits * 3)
    judged = experiments.separate_models(seen(again), min=4)
    assert judged.credit == 0.25
    assert "3 trainings of only 1 network:" in say(judged)
    assert "2 networks were trained; 4" in say(experiments.separate_models(seen(BASE, ADAM), min=4))
    assert "never trained" in say(experiments.separate_models(seen(), min=4))
    stopped = experiments.separate_models(evidence(about=crashed()), min=4)
    assert "cell 7 ended in NameError" in say(stopped)


# ---------------------------------------------------------------- what was tried

L2 = dense(256, 784, "relu", "hidden")
PENALISED = model(
    layer("Dense", (784,), (256,), 200960, units=256, kernel_regularizer={"class_name": "L2", "l2": 0.001}),
    dense(10, 256, "softmax"),
    number=1,
    fits=BASE.fits,
)
DESCRIBED = model(
    layer("Dense", (784,), (256,), 200960, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.001}}),
    dense(10, 256, "softmax"),
    number=1,
    fits=BASE.fits,
)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (DROPPED, "Dropout(0.5), in the run with 97.43 %"),
        (PENALISED, "L2(0.001)"),
        (DESCRIBED, "L2(0.001)"),
        (trained(1, extra=(layer("BatchNormalization", (256,), (256,), 1024),)), "BatchNormalization"),
        (trained(1, extra=(layer("GaussianNoise", (256,), (256,), stddev=0.1),)), "GaussianNoise(0.1)"),
        (trained(1, extra=(layer("RandomRotation", (28, 28, 1), (28, 28, 1)),)), "RandomRotation"),
        (trained(1, callbacks=("EarlyStopping",)), "EarlyStopping"),
        (trained(1, units=64), "50 890 parameters instead of 203 530"),
        (trained(1, epochs_asked=2), "2 epochs instead of 5"),
        (trained(1, distinct_rows=120000), "120 000 training images instead of 60 000"),
        (trained(1, config={"weight_decay": 0.004}), "weight_decay=0.004"),
    ],
)
def test_any_remedy_is_recognised_whichever_came_first(other: ModelFacts, says: str) -> None:
    for pair in ((BASE, other), (other, BASE)):
        judged = experiments.tried(seen(*pair), what="remedy")
        assert judged.credit == 1
        assert says in say(judged)


def test_a_convolution_is_no_smaller_dense_network() -> None:
    conv = model(layer("Conv2D", (28, 28, 1), (26, 26, 4), 40), dense(10, 2704, "softmax"), number=1, fits=BASE.fits)
    assert experiments.tried(seen(BASE, conv), what="remedy").credit == 0


@pytest.mark.parametrize("what", ["remedy", "loss", "optimizer"])
def test_trainings_that_are_alike_try_nothing(what: Any) -> None:
    judged = experiments.tried(seen(BASE, trained(1)), what=what)
    assert judged.credit == 0
    assert "2 trainings" in say(judged)
    assert "never trained" in say(experiments.tried(seen(), what=what))


def test_what_was_changed_is_named() -> None:
    loss = experiments.tried(seen(*FOUR), what="loss")
    assert (loss.credit, "mean_squared_error instead of categorical_crossentropy" in say(loss)) == (1, True)
    optimizer = experiments.tried(seen(*FOUR), what="optimizer")
    assert (optimizer.credit, "Adam en lugar de RMSprop" in say(optimizer, "es")) == (1, True)


def test_the_same_loss_in_its_other_form_and_other_settings_earn_half() -> None:
    sparse = experiments.tried(seen(BASE, trained(1, loss="SparseCategoricalCrossentropy")), what="loss")
    assert sparse.credit == 0.5
    assert "the same function" in say(sparse)
    slower = experiments.tried(seen(BASE, trained(1, config={"learning_rate": 0.01})), what="optimizer")
    assert slower.credit == 0.5
    assert "only set otherwise (learning_rate)" in say(slower)


def test_a_network_whose_layers_are_unknown_leaves_the_remedy_to_a_person() -> None:
    unknown = model(number=1, source="claim", fits=BASE.fits)
    judged = experiments.tried(seen(BASE, unknown), what="remedy")
    assert (judged.credit, "layers of some networks are not known" in say(judged)) == (None, True)
    assert experiments.tried(seen(BASE, unknown), what="loss").credit == 0


ALL_AT_ONCE = trained(4, 0.9787, 0.9727, loss="mean_squared_error", optimizer="Adam", extra=(dropout(),))


def earned(*models: ModelFacts) -> list[float | None]:
    return [experiments.tried(seen(*models), what=what).credit for what in ("remedy", "loss", "optimizer")]


def test_three_changes_in_one_network_earn_one_trial_and_are_told() -> None:
    assert earned(BASE, ALL_AT_ONCE) == [1, 0, 0]
    among = say(experiments.tried(seen(BASE, ALL_AT_ONCE), what="remedy"))
    assert "Dropout(0.5); but in the same training this changed too: mean_squared_error instead of" in among
    spent = experiments.tried(seen(BASE, ALL_AT_ONCE), what="optimizer")
    assert say(spent).startswith("Adam instead of RMSprop: only in a training in which this changed too: Dropout(0.5)")
    assert "Entrena otra vez la red de partida" in say(spent, "es")


def test_going_back_to_the_first_network_is_no_trial() -> None:
    back, again = trained(5, 0.9787, 0.9727), trained(6, 0.97, 0.96)
    assert earned(BASE, ALL_AT_ONCE, back) == [1, 0, 0]
    assert earned(BASE, ALL_AT_ONCE, back, again) == [1, 0, 0]


def test_what_changes_alone_elsewhere_is_a_trial_of_its_own() -> None:
    assert earned(*FOUR) == [1, 1, 1]
    assert earned(*FOUR, ALL_AT_ONCE) == [1, 1, 1]
    assert earned(BASE, ALL_AT_ONCE, ADAM) == [1, 0, 1]
    two = trained(5, loss="mean_squared_error", optimizer="Adam")
    assert earned(BASE, DROPPED, two) == [1, 1, 0]


def test_a_chain_changes_one_thing_at_each_step() -> None:
    squared = trained(2, loss="mean_squared_error", extra=(dropout(),))
    last = trained(3, loss="mean_squared_error", optimizer="Adam", extra=(dropout(),))
    assert earned(BASE, DROPPED, squared, last) == [1, 1, 1]


def test_a_loss_that_is_the_same_in_effect_earns_half() -> None:
    for name in ("kl_divergence", "KLDivergence", "kullback_leibler_divergence"):
        same = experiments.tried(seen(BASE, trained(1, loss=name)), what="loss")
        assert (same.credit, "measures the same error as" in say(same)) == (0.5, True)
    assert experiments.tried(seen(BASE, trained(1, loss="poisson")), what="loss").credit == 1


def own_loss(like: str) -> ModelFacts:
    compiled = CompileFacts(optimizer="RMSprop", loss="my_loss", loss_like=like)
    return trained(1, compiled=compiled)


def test_a_loss_of_ones_own_is_what_it_is_in_effect() -> None:
    same = experiments.tried(seen(BASE, own_loss("categorical_crossentropy")), what="loss")
    assert (same.credit, say(same).startswith("With one label per image, my_loss measures the same")) == (0.5, True)
    for other in ("mean_squared_error", ""):
        assert experiments.tried(seen(BASE, own_loss(other)), what="loss").credit == 1


# ---------------------------------------------------------------- conclusions


def concluded(letter: Any, about: Any, *models: ModelFacts, table: Any = TABLE, **changes: Any) -> Any:
    options = GAPS if about == "remedy" else TESTS
    about_models = models or FOUR
    return experiments.conclusion(
        seen(*about_models, results=table, q=letter), answer="q", about=about, options=options, **changes
    )


@pytest.mark.parametrize(
    ("about", "right", "wrong", "says"),
    [
        ("remedy", ["a", "A) se redujo"], ["b", "c"], "the gap went from 1.13 to 0.63 points"),
        ("loss", ["b"], ["a", "c"], "the test accuracy went from 97.60 % to 96.20 %"),
        ("optimizer", ["a", "c", "(c)"], ["b"], "the test accuracy went from 97.60 % to 97.70 %"),
    ],
)
def test_a_conclusion_is_held_against_the_students_own_numbers(about, right, wrong, says) -> None:
    for table in (TABLE, [], None):
        for letter in right:
            judged = concluded(letter, about, table=table)
            assert (judged.credit, says in say(judged)) == (1, True), say(judged)
        for letter in wrong:
            judged = concluded(letter, about, table=table)
            assert (judged.credit, says in say(judged)) == (0, True), say(judged)


def test_the_rows_of_the_table_come_before_what_fit_printed() -> None:
    # fit says 85 % while dropout is at work; the student measured 98.06 % afterwards.
    noisy = trained(1, 0.9806, 0.9743, extra=(dropout(),), history={"accuracy": (0.8, 0.85)})
    assert concluded("a", "remedy", BASE, noisy).credit == 1


def test_other_options_are_wrong_and_may_have_a_hint() -> None:
    hint = {"d": {"en": "Losses have their own scale.", "es": "Cada pérdida tiene su escala."}}
    assert say(concluded("d", "loss", hints=hint)) == "Losses have their own scale."
    assert "not the right option" in say(concluded("e", "loss", hints=hint))
    assert concluded(None, "loss").credit == 0
    assert concluded([1, [2]], "loss").credit == 0


def test_pairs_that_differ_in_one_thing_only_are_compared() -> None:
    both = trained(2, 0.95, 0.95, extra=(dropout(),), optimizer="SGD")
    assert concluded("a", "optimizer", BASE, both, ADAM, table=[]).credit == 1
    assert concluded("b", "optimizer", BASE, both, ADAM, table=[]).credit == 0
    # Without such a pair any will do.
    assert concluded("b", "optimizer", BASE, both, table=[]).credit == 1


def test_with_several_trials_a_conclusion_that_fits_one_of_them_is_right() -> None:
    slow = trained(4, 0.905, 0.91, optimizer="SGD")
    assert concluded("a", "optimizer", BASE, ADAM, slow, table=[]).credit == 1
    assert concluded("b", "optimizer", BASE, ADAM, slow, table=[]).credit == 1
    # The trial that the table leaves out is not what the student speaks of.
    assert concluded("b", "optimizer", BASE, ADAM, slow, table=[TABLE[0], TABLE[3]]).credit == 0


def test_a_conclusion_without_trainings_to_compare_has_nothing_to_rest_on() -> None:
    judged = concluded("a", "optimizer", BASE, DROPPED, table=TABLE[:2])
    assert judged.credit == 0
    assert "same optimizer" in say(judged)
    assert "never trained" in say(experiments.conclusion(seen(q="a"), answer="q", about="loss", options=TESTS))
    # Rows of another session: their trainings were not seen, so nobody can tell.
    elsewhere = concluded("a", "optimizer", BASE, table=TABLE)
    assert (elsewhere.credit, "were not seen in this run" in say(elsewhere)) == (None, True)
    silent = model(*BASE.layers, number=1, fits=(FitFacts(epochs_asked=1, epochs_done=1),))
    assert concluded("a", "loss", BASE, silent, table=[]).credit is None


@given(st.floats(-3, 3).map(lambda points: round(points, 2)))
def test_small_differences_are_no_clear_difference_and_large_ones_have_a_sign(points: float) -> None:
    other = trained(1, 0.98, 0.95 + points / 100, optimizer="Adam")
    base = trained(0, 0.98, 0.95)
    right = {letter for letter in "abc" if concluded(letter, "optimizer", base, other, table=[]).credit == 1}
    sign = {"a"} if points > 0 else {"b"} if points < 0 else set()
    assert right == sign | ({"c"} if abs(points) <= 0.3 else set())


def test_each_training_of_one_network_has_the_accuracies_measured_after_it() -> None:
    evaluations = tuple(
        EvaluationFacts(rows=rows, metrics={"accuracy": value}, fits=fits)
        for rows, value, fits in [(60000, 0.97, 1), (10000, 0.96, 1), (60000, 0.99, 2), (10000, 0.98, 2)]
    )
    twice = model(*BASE.layers, fits=BASE.fits * 2, evaluations=evaluations)
    first, second = trainings.trainings(seen(twice))
    assert (first.train[0], first.test[0]) == (0.97, 0.96)
    assert (second.train[0], second.test[0]) == (0.99, 0.98)


def test_a_larger_network_tried_later_does_not_turn_the_first_one_into_a_remedy() -> None:
    larger = trained(2, 0.99, 0.97, units=512)  # a gap of 2 points: BASE beside it has a smaller one
    worse = trained(1, 0.995, 0.97, extra=(dropout(),))
    assert concluded("b", "remedy", BASE, worse, larger, table=[]).credit == 1
    assert concluded("a", "remedy", BASE, worse, larger, table=[]).credit == 0
    assert concluded("a", "remedy", larger, BASE, table=[]).credit == 1
    assert concluded("a", "remedy", BASE, larger, table=[]).credit == 1
