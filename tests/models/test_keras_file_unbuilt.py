"""A Sequential that never got an input shape: its layers by the same rules, and the sizes that follow."""

from __future__ import annotations

from typing import Any

import pytest

from grader.errors import Refused
from grader.models import keras_file
from tests.support.model_files import (
    archive,
    called,
    conv,
    dense,
    entrance,
    flatten,
    graph,
    layer,
    pool,
    sequential,
    tensor,
)


def loose(*layers: Any, name: str = "sequential") -> dict[str, Any]:
    made = sequential((1,), *layers, name=name)
    made["config"]["layers"] = list(layers)
    made["config"].pop("build_input_shape", None)
    return made


def rows(*layers: Any) -> list[tuple[str, tuple[int, ...], tuple[int, ...], int, str]]:
    found = keras_file.read_unbuilt(archive(loose(*layers)))
    return [(row.kind, row.input_shape, row.output_shape, row.params, row.params_derivation) for row in found]


def refusal(*layers: Any) -> str:
    with pytest.raises(Refused) as refused:
        keras_file.read_unbuilt(archive(loose(*layers)))
    return refused.value.why.key.removeprefix("keras_file.")


def test_what_follows_from_the_layers_alone_is_known() -> None:
    assert rows(flatten(), dense(64), dense(10, "softmax")) == [
        ("Flatten", (), (), 0, "0"),
        ("Dense", (), (64,), 0, ""),
        ("Dense", (64,), (10,), 650, "64 x 10 + 10 = 650"),
    ]


def test_without_a_row_of_numbers_no_shape_follows() -> None:
    assert [row[2] for row in rows(dense(64), dense(10))] == [(), ()]
    assert [row[2] for row in rows(conv(8, 3), pool(), flatten(), dense(10))] == [(), (), (), (10,)]
    assert [row[2] for row in rows(layer("Reshape", target_shape=[28, 28, 1]), conv(8, 3))] == [
        (28, 28, 1),
        (26, 26, 8),
    ]
    assert [row[2] for row in rows(layer("Reshape", target_shape=[28, -1]), dense(3))] == [(), ()]


def test_dropout_keeps_a_row_of_numbers_one() -> None:
    assert rows(flatten(), layer("Dropout", rate=0.2), dense(10))[-1][2] == (10,)


def test_a_model_without_layers_and_one_with_an_input_alone() -> None:
    assert rows() == []
    assert [row[0] for row in rows(entrance(28, 28))] == ["InputLayer"]


def test_models_inside_are_read_too() -> None:
    assert [row[0] for row in rows(loose(flatten(), name="inner"), dense(10))] == ["Flatten", "Dense"]
    assert rows(sequential((4,), dense(3), name="inner"), dense(2))[-1][2:4] == ((2,), 8)


def test_the_rules_are_the_same_as_for_every_model() -> None:
    assert refusal(layer("Lambda")) == "lambda"
    assert refusal({**layer("Mine"), "module": "mine"}) == "own_class"
    assert refusal(layer("Dense", units=-3)).startswith("option_")
    assert refusal(dense(3), entrance(4), layer("Add")) in ("graph_wrong", "does_not_fit")
    assert refusal(layer("Add")) == "graph_wrong"
    nested = loose(dense(3))
    for _ in range(6):
        nested = loose(nested, name="deep")
    assert refusal(nested) == "nested_too_deep"
    with pytest.raises(Refused):
        keras_file.read_unbuilt(archive(graph(called(dense(3), [tensor("input")]))))


def test_such_a_model_is_still_refused_where_it_would_have_to_be_used() -> None:
    with pytest.raises(Refused) as refused:
        keras_file.read(archive(loose(flatten(), dense(10))))
    assert refused.value.why.key == "keras_file.not_built"
