"""Checks on layers, alone and beside a structure."""

from __future__ import annotations

import pytest

from grader.records import CompileFacts, ExpectedLayer, FailedCell, message
from grader.scoring import alignment
from grader.scoring.checks import layers, structured
from tests.support.facts import conv, crashed, dense, evidence, facts, layer, mlp, model, say

MLP = (
    ExpectedLayer(id="hidden", kind="Dense", settings={"activation": "relu"}, repeat=(1, None)),
    ExpectedLayer(id="out", kind="Dense", settings={"units": 10, "activation": "softmax"}),
)


def small_cnn(padding: str = "valid"):
    out = 26 if padding == "valid" else 28
    pooled = out // 2
    last = pooled - 2
    return model(
        layer(
            "Conv2D",
            (28, 28, 1),
            (out, out, 32),
            320,
            filters=32,
            kernel_size=[3, 3],
            padding=padding,
            strides=[1, 1],
            activation="relu",
            use_bias=True,
            name_="c1",
        ),
        layer("MaxPooling2D", (out, out, 32), (pooled, pooled, 32), pool_size=[2, 2], strides=[2, 2]),
        layer(
            "Conv2D",
            (pooled, pooled, 32),
            (last, last, 64),
            18496,
            filters=64,
            kernel_size=[3, 3],
            padding="valid",
            strides=[1, 1],
            activation="relu",
            use_bias=True,
            name_="c2",
        ),
        layer("Flatten", (last, last, 64), (last * last * 64,)),
        dense(10, last * last * 64, "softmax", "out"),
    )


CNN = (
    ExpectedLayer(id="c1", kind="Conv2D", settings={"filters": 32, "kernel_size": 3, "padding": "valid"}),
    ExpectedLayer(id="pool", kind="*Pooling*"),
    ExpectedLayer(id="c2", kind="Conv2D", settings={"filters": 64, "kernel_size": 3, "padding": "valid"}),
    ExpectedLayer(id="out", kind="Dense", settings={"units": 10}),
)


# ---------------------------------------------------------------- nothing to look at


def test_without_a_model_the_points_are_lost_and_the_card_says_why() -> None:
    judged = layers.layer_kinds(evidence(), required={"Dense": 2})
    assert judged.credit == 0
    assert "No Keras model" in say(judged)
    judged = layers.layer_kinds(evidence(about=crashed()), required={"Dense": 2})
    assert judged.credit == 0
    assert "cell 7 ended in NameError" in say(judged)
    assert "la celda de código 7 terminó con NameError" in say(judged, "es")


@pytest.mark.parametrize(
    ("ended", "failed", "says"),
    [
        ("timeout", (), "time limit was reached,"),
        ("timeout", (FailedCell(cell=3, kind="timeout"),), "time limit was reached in code cell 3"),
        ("memory", (), "memory limit"),
        ("output", (), "too much was printed"),
        ("exit", (), "ended before its last cell"),
        ("error", (), "the run ended in an error"),
        ("error", (FailedCell(cell=2, kind="died"),), "cell 2 did not end well"),
    ],
)
def test_the_reason_names_how_the_run_ended(ended, failed, says) -> None:
    judged = layers.total_params(evidence(about=facts(ended=ended, failed=failed)), equals=1)
    assert judged.credit == 0
    assert says in say(judged)


def test_a_model_that_was_refused_is_unjudged_with_the_refusal() -> None:
    refused = model(source="claim", refusal=message("measuring.not_saved", model="Net", reason="no"))
    judged = layers.total_params(evidence(refused), equals=7850)
    assert judged.credit is None
    assert "could not be saved" in say(judged)
    unknown = model(source="claim", class_name="Module")
    assert "Module" in say(layers.total_params(evidence(unknown), equals=7850))
    over_a_cap = mlp(refusal=message("scoring.no_outputs"))
    assert layers.total_params(evidence(over_a_cap), equals=407050).credit is None


def test_layers_that_are_only_described_earn_points_but_lose_none() -> None:
    described = mlp(source="claim", refusal=message("scoring.no_outputs"))
    assert layers.layer_kinds(evidence(described), required={"Dense": 2}).credit == 1
    judged = layers.layer_kinds(evidence(described), required={"Conv2D": 1})
    assert judged.credit is None
    assert "only its description" in say(judged)


# ---------------------------------------------------------------- without a structure


def test_the_input_shape_is_one_of_those_asked_for() -> None:
    judged = layers.input_shape(evidence(mlp()), any_of=[[784], [28, 28, 1]])
    assert judged.credit == 1
    assert "(784,)" in say(judged)
    judged = layers.input_shape(evidence(mlp()), any_of=[[28, 28, 1]])
    assert judged.credit == 0
    assert "not what was asked for" in say(judged)


def test_the_input_shape_of_a_described_model_is_that_of_its_first_layer() -> None:
    described = mlp(source="claim", inputs=())
    assert layers.input_shape(evidence(described), any_of=[[784]]).credit == 1
    unknown = model(layer("Dense", (), (10,)), source="claim", inputs=())
    judged = layers.input_shape(evidence(unknown), any_of=[[784]])
    assert judged.credit is None
    assert "not known" in say(judged)


def output(*more, **changes):
    return layers.output_layer(
        evidence(model(dense(512, 784, "relu", "h"), *more, **changes)), units=10, activation="softmax"
    )


def test_the_output_layer_is_right_in_every_usual_form() -> None:
    assert output(dense(10, 512, "softmax")).credit == 1
    separate = output(dense(10, 512), layer("Activation", (10,), (10,), activation="softmax"))
    assert separate.credit == 1
    assert output(dense(10, 512), layer("Softmax", (10,), (10,))).credit == 1
    assert "(10,)" in say(separate)


def test_logits_are_right_with_a_loss_that_knows_it_unless_strict() -> None:
    knowing = CompileFacts(loss="SparseCategoricalCrossentropy", from_logits=True)
    judged = output(dense(10, 512), compiled=knowing)
    assert judged.credit == 1
    assert "from_logits" in say(judged)
    one = model(dense(10, 784), compiled=knowing)
    assert layers.output_layer(evidence(one), activation="softmax", strict=True).credit == 0
    assert output(dense(10, 512), compiled=CompileFacts(loss="x")).credit == 0.5


def test_units_and_activation_share_the_credit() -> None:
    judged = output(dense(10, 512, "sigmoid"))
    assert judged.credit == 0.5
    assert "sigmoid" in say(judged)
    assert output(dense(1, 512, "sigmoid")).credit == 0


def test_an_output_that_is_a_map_has_no_number_of_units() -> None:
    judged = layers.output_layer(evidence(model(conv(10))), units=10)
    assert judged.credit == 0
    assert "(26, 26, 10)" in say(judged)


def test_global_pooling_passes_the_activation_on() -> None:
    pooled = model(conv(10, activation="softmax"), layer("GlobalAveragePooling2D", (26, 26, 10), (10,)))
    assert layers.output_layer(evidence(pooled), units=10, activation="softmax").credit == 1


def test_a_forbidden_kind_costs_everything() -> None:
    judged = layers.layer_kinds(evidence(small_cnn()), forbidden=["*Conv*"], required={"Dense": 1})
    assert judged.credit == 0
    assert "Conv2D" in say(judged)


def test_missing_kinds_cost_their_share() -> None:
    needs = {"Conv2D": 1, "*Pool*|StridedConv": 1}
    assert layers.layer_kinds(evidence(small_cnn()), required=needs).credit == 1
    judged = layers.layer_kinds(evidence(model(conv(8), dense(10, 10))), required=needs)
    assert judged.credit == 0.5
    assert "*Pool*|StridedConv: 0 / 1" in say(judged)
    assert layers.layer_kinds(evidence(model(conv(8, strides=[2, 2]))), required=needs).credit == 1


def test_only_allowed_kinds_may_stand_beside_input_and_preparation() -> None:
    prepared = model(layer("InputLayer", (784,), (784,)), layer("Rescaling", (784,), (784,)), dense(10))
    judged = layers.layer_kinds(evidence(prepared), allowed=["Dense"])
    assert judged.credit == 1
    assert "right kinds" in say(judged)
    assert layers.layer_kinds(evidence(small_cnn()), allowed=["Dense", "Flatten"]).credit == 0


def test_layers_of_a_kind_are_counted() -> None:
    one = layers.layer_count(evidence(model(dense(10))), kind="Dense", min=1, max=1)
    assert one.credit == 1
    assert "is right: 1" in say(one)
    judged = layers.layer_count(evidence(mlp()), kind="Dense", min=1, max=1)
    assert judged.credit == 0
    assert "not right: 2" in say(judged)
    assert layers.layer_count(evidence(mlp()), kind="Dense", min=3).credit == 0
    assert "2 to 4" in judged_expected(layers.layer_count(evidence(mlp()), kind="Dense", min=2, max=4))


def judged_expected(judged) -> str:
    from grader import texts

    say(judged)
    return texts.render(judged.expected, "en")


def test_parameters_are_counted() -> None:
    judged = layers.total_params(evidence(mlp()), equals=407050)
    assert judged.credit == 1
    assert "407 050" in say(judged)
    assert layers.total_params(evidence(mlp()), equals=7850).credit == 0
    assert layers.total_params(evidence(mlp()), max=500_000).credit == 1
    wrong = layers.total_params(evidence(mlp()), min=500_000)
    assert wrong.credit == 0
    assert "407 050" in say(wrong)


# ---------------------------------------------------------------- beside a structure


def test_the_whole_structure_earns_full_credit() -> None:
    judged = structured.structure(evidence(mlp(), structure=MLP))
    assert judged.credit == 1
    assert "Every expected layer" in say(judged)


def test_each_line_and_each_setting_is_a_share_of_the_structure() -> None:
    tanh = model(dense(512, 784, "tanh", "a"), dense(10, 512, "softmax", "b"))
    judged = structured.structure(evidence(tanh, structure=MLP))
    assert judged.credit == pytest.approx((0.5 + 1) / 2)
    assert "with other settings: hidden (" in say(judged)
    only = model(dense(10, 784, "softmax"))
    judged = structured.structure(evidence(only, structure=MLP))
    assert judged.credit == 0.5
    assert "missing: hidden" in say(judged)


def test_further_layers_cost_only_when_the_structure_is_exact() -> None:
    layers_ = [dense(512, 784, "relu", "a"), layer("Dropout", (512,), (512,)), dense(10, 512, "softmax", "b")]
    with_dropout = evidence(model(*layers_), structure=MLP)
    assert structured.structure(with_dropout).credit == 1
    judged = structured.structure(with_dropout, exact=True)
    assert judged.credit == pytest.approx(2 / 3)
    assert "not asked for: Dropout" in say(judged)


def test_one_layer_is_judged_by_its_settings() -> None:
    judged = structured.layer(evidence(mlp(), structure=MLP), layer="out")
    assert judged.credit == 1
    assert "The layer out is there" in say(judged)
    judged = structured.layer(
        evidence(mlp(), structure=MLP), layer="out", settings={"units": 12, "activation": "softmax"}
    )
    assert judged.credit == 0.5
    assert "units = 10" in say(judged)
    missing = structured.layer(evidence(model(dense(10, 784, "softmax")), structure=MLP), layer="hidden")
    assert missing.credit == 0
    assert "not found in its place" in say(missing)


def test_too_few_repeated_layers_cost_their_share() -> None:
    two = (ExpectedLayer(id="hidden", kind="Dense", settings={"activation": "relu"}, repeat=(2, 2)), MLP[1])
    judged = structured.layer(evidence(mlp(), structure=two), layer="hidden")
    assert judged.credit == 0.5
    assert "at least 2 are needed" in say(judged)


def test_output_shapes_are_compared() -> None:
    shapes = {"c1": [26, 26, 32], "c2": [11, 11, 64]}
    judged = structured.layer_shapes(evidence(small_cnn(), structure=CNN), shapes=shapes)
    assert judged.credit == 1
    assert "2 of 2" in say(judged)


def test_a_wrong_setting_costs_its_own_layer_and_not_those_behind_it() -> None:
    shapes = {"c1": [26, 26, 32], "c2": [11, 11, 64]}
    same = evidence(small_cnn("same"), structure=CNN)
    judged = structured.layer_shapes(same, shapes=shapes)
    assert judged.credit == 0.5  # c1 is wrong; c2 follows from what it was given
    assert "1 of 2" in say(judged)
    judged = structured.layer_shapes(same, shapes={"c2": [11, 11, 64]})
    assert judged.credit == 1
    assert "c2" in say(judged)
    params = structured.layer_params(same, layer="out", equals=7750)
    assert params.credit == 1
    assert "follows from an earlier layer" in say(params)


def test_the_parameters_of_one_layer_are_compared() -> None:
    right = structured.layer_params(evidence(small_cnn(), structure=CNN), layer="c2", equals=18496)
    assert right.credit == 1
    assert "18 496" in say(right)
    wrong = structured.layer_params(evidence(small_cnn(), structure=CNN), layer="c2", equals=160)
    assert wrong.credit == 0
    assert "not the number asked for" in say(wrong)
    missing = structured.layer_params(evidence(mlp(), structure=CNN), layer="c2", equals=160)
    assert missing.credit == 0


def test_a_missing_layer_costs_only_the_criteria_that_are_about_it() -> None:
    without_pool = model(*(one for one in small_cnn().layers if one.kind != "MaxPooling2D"))
    about = evidence(without_pool, structure=CNN)
    credits = {id: structured.layer(about, layer=id).credit for id in ("c1", "pool", "c2", "out")}
    assert credits == {"c1": 1, "pool": 0, "c2": 1, "out": 1}


# ---------------------------------------------------------------- hidden layers without an activation


def linear(units: int, name: str, **changes: str):
    return dense(units, 784, name=name, **changes)


BEND = layer("Activation", (64,), (64,), activation="relu", name_="bend")
DROPOUT = layer("Dropout", (64,), (64,), rate=0.5, name_="noise")
NORM = layer("BatchNormalization", (64,), (64,), name_="norm")
MAXIMUM = layer("MaxPooling2D", (26, 26, 8), (13, 13, 8), pool_size=[2, 2])
MEAN = layer("AveragePooling2D", (26, 26, 8), (13, 13, 8), pool_size=[2, 2])
FLAT = layer("Flatten", (13, 13, 8), (1352,))
JOIN = layer("Add", (64,), (64,))
OUT = dense(10, 64, "softmax", "out")


@pytest.mark.parametrize(
    ("built", "straight"),
    [
        ((linear(64, "a"), OUT), ["a"]),
        ((linear(64, "a"), DROPOUT, NORM, OUT), ["a"]),
        ((linear(64, "a"), NORM, BEND, OUT), []),
        ((linear(64, "a"), linear(64, "b", activation="relu"), OUT), ["a"]),
        ((linear(64, "a", activation="tanh"), OUT), []),
        ((conv(8, activation="linear"), MAXIMUM, FLAT, OUT), []),
        ((conv(8, activation="linear"), MEAN, FLAT, OUT), ["conv2d"]),
        ((linear(64, "a"), JOIN, OUT), []),  # of branches it is not known what follows what
        ((OUT,), []),
        ((), []),
    ],
)
def test_hidden_layers_that_nothing_bends_before_the_next_one(built, straight) -> None:
    found = alignment.hidden(built)[1]
    assert [one.kind.lower() if one.kind == "Conv2D" else one.name for one in found] == straight


def test_half_is_lost_when_no_hidden_layer_has_an_activation_and_it_is_asked_for() -> None:
    asked = {"required": {"Dense": 2}, "activated": True}
    none = layers.layer_kinds(evidence(model(linear(64, "a"), linear(32, "b"), OUT)), **asked)
    assert none.credit == 0.5
    assert say(none).startswith("No hidden layer has an activation (Dense a, Dense b), so all of them together")
    one = model(linear(64, "a"), linear(32, "b", activation="relu"), OUT)
    assert layers.layer_kinds(evidence(one), **asked).credit == 1
    assert layers.layer_kinds(evidence(model(linear(64, "a"), OUT)), required={"Dense": 2}).credit == 1
    assert layers.layer_kinds(evidence(model(OUT)), **asked).credit == 0
    assert layers.layer_kinds(evidence(mlp()), **asked).credit == 1
