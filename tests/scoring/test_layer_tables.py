"""A table of layers however it is written: rows, columns, frames, and printed summaries of Keras."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import Judgement
from grader.scoring import answers
from grader.scoring.checks import keeping, layer_tables
from tests.support.facts import conv, dense, evidence, facts, layer, model, say

NETWORK = model(
    conv(32),
    layer("Flatten", (26, 26, 32), (21632,), 0),
    dense(10, 21632),
)
OWN = [(one.name, one.output_shape, one.params) for one in NETWORK.layers if one.kind != "InputLayer"]
SUMMARY = """Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┓
┃ Layer (type)              ┃ Output Shape        ┃      Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━┩
│ the_first_convolution_la… │ (None, 26, 26,      │          320 │
│ (Conv2D)                  │ 32)                 │              │
├───────────────────────────┼─────────────────────┼──────────────┤
│ flatten (Flatten)         │ (None, 21632)       │            0 │
├───────────────────────────┼─────────────────────┼──────────────┤
│ dense (Dense)             │ (None, 10)          │      216,330 │
└───────────────────────────┴─────────────────────┴──────────────┘
 Total params: 216,650 (846.29 KB)
 Trainable params: 216,650 (846.29 KB)
 Non-trainable params: 0 (0.00 B)
"""
OLD_SUMMARY = """Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d (Conv2D)             (None, 26, 26, 32)        320

 flatten (Flatten)           (None, 21632)             0

 dense (Dense)               (None, 10)                216330
=================================================================
Total params: 216,650
"""
MARKDOWN = """
| layer | shape | params |
|---|---|---|
| conv2d | (26, 26, 32) | 320 |
| flatten | (21632,) | 0 |
| dense | (10,) | 216 330 |
"""


def judged(typed: Any) -> Judgement:
    about = facts(NETWORK, answers={"table": answers.checked(typed)})
    return keeping.layer_table(evidence(NETWORK, about=about), answer="table")


@pytest.mark.parametrize(
    "typed",
    [
        OWN,
        [[name, params, shape] for name, shape, params in OWN],
        [{"Layer": name, "Output Shape": str((None, *shape)), "Param #": f"{n:,}"} for name, shape, n in OWN],
        [{"params": n, "trainable": True, "forma": shape, "capa": name} for name, shape, n in OWN],
        {"layer": [one[0] for one in OWN], "shape": [one[1] for one in OWN], "params": [one[2] for one in OWN]},
        {
            "capa": {str(place): one[0] for place, one in enumerate(OWN)},
            "Forma de salida": {str(place): one[1] for place, one in enumerate(OWN)},
            "Parámetros": {str(place): one[2] for place, one in enumerate(OWN)},
        },
        {name: {"shape": shape, "params": n} for name, shape, n in OWN},
        {name: [shape, n] for name, shape, n in OWN},
        SUMMARY,
        [SUMMARY],
        SUMMARY.splitlines(),
        OLD_SUMMARY,
        OLD_SUMMARY.splitlines(),
        MARKDOWN,
        "\n".join(f"{name}: {shape}, {n}" for name, shape, n in OWN),
        [f"{name} {(None, *shape)} {n}" for name, shape, n in OWN],
    ],
)
def test_a_right_table_earns_everything_however_it_is_written(typed: Any) -> None:
    found = judged(typed)
    assert (found.credit, say(found)) == (1, say(judged(OWN)))


@pytest.mark.parametrize("typed", [SUMMARY, OLD_SUMMARY, MARKDOWN])
def test_a_slip_in_a_text_costs_its_cell(typed: str) -> None:
    assert judged(typed.replace("320", "288")).credit == pytest.approx(5 / 6)
    assert judged(typed.replace("21632", "26")).credit == pytest.approx(5 / 6)


@pytest.mark.parametrize("typed", ["a network", "|||", "| a |\n" * 9, "(None, 3)", 7, [None], {"a": None}, "(" * 1999])
def test_what_is_no_table_earns_nothing(typed: Any) -> None:
    assert judged(typed).credit == 0


def test_a_row_counts_once_and_long_texts_are_cut() -> None:
    assert len(layer_tables.rows(OLD_SUMMARY)) == 3
    assert len(layer_tables.rows("(2, 2) 4\n" * 5000)) == layer_tables.LINES_CAP
    assert judged("x\n" * 20_000).credit == 0
    assert "too long" in say(judged("x" * 3000))
