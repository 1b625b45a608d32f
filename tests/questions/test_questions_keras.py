"""The keys of seeded questions, held against what Keras says of the layers that they describe."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.questions import Question
from tests.questions.test_questions import SLOTS, pool_of

pytestmark = pytest.mark.keras

Network = dict[str, Any]


def conv(K: int, F: int = 1, **options: Any) -> Network:
    return {"layer": "Conv2D", "filters": F, "kernel_size": K, **options}


def network(shape: list[int], *layers: Network, **more: Any) -> Network:
    return {"input": shape, "layers": list(layers), **more}


POOL, FLATTEN = {"layer": "MaxPooling2D", "pool_size": 2}, {"layer": "Flatten"}

BUILD: Mapping[str, Callable[[Mapping[str, Any], Question], Network]] = {
    "padded": lambda q, _: network(
        [q["N"], q["N"], 1], {"layer": "ZeroPadding2D", "padding": q["P"]}, conv(q["K"], strides=q["S"])
    ),
    "strided": lambda q, _: network([q["N"], q["N"], 1], conv(q["K"], strides=q["S"])),
    "same": lambda q, _: network([q["N"], q["N"], 1], conv(q["K"], strides=q["S"], padding="same")),
    "pooling": lambda q, _: network([q["N"], q["N"], 1], {**POOL, "pool_size": q["K"]}),
    "dilated": lambda q, _: network([q["N"], q["N"], 1], conv(q["K"], dilation_rate=q["D"])),
    "chain": lambda q, _: network([q["N"], q["N"], 1], conv(q["K1"]), POOL, conv(q["K2"]), POOL),
    "depth": lambda q, _: network([q["N"], q["N"], q["C"]], conv(q["K"], q["F"])),
    "inverse": lambda q, asked: network(
        [q["N"], q["N"], 1], {"layer": "ZeroPadding2D", "padding": asked.answer[0]}, conv(q["K"], strides=q["S"])
    ),
    "dense": lambda q, _: network([q["I"]], {"layer": "Dense", "units": q["U"]}),
    "mlp": lambda q, _: network([q["I"]], *({"layer": "Dense", "units": q[name]} for name in "ABU")),
    "conv": lambda q, _: network([q["N"], q["N"], q["C"]], conv(q["K"], q["F"])),
    "flat": lambda q, _: network([q["T"], q["T"], q["F"]], FLATTEN),
    "network": lambda q, _: network(
        [q["N"], q["N"], q["C"]], conv(q["K"], q["F"]), POOL, FLATTEN, {"layer": "Dense", "units": q["U"]}
    ),
    "value": lambda q, _: network([5, 5, 1], conv(3), image=q["image"], kernel=q["kernel"]),
    "size": lambda q, _: network([q["H"], q["W"], 1], conv(q["K"])),
}


def by_keras(slot: str, question: Question, built: Mapping[str, Any]) -> tuple[int, ...]:
    """The answer to a question as Keras gives it."""
    shapes, params = built["shapes"], built["params"]
    last = shapes[-1]
    answers: Mapping[str, Callable[[], tuple[int, ...]]] = {
        "chain": lambda: tuple(shape[0] for shape in shapes),
        "depth": lambda: tuple(last),
        "size": lambda: tuple(last[:2]),
        "value": lambda: (built["output"][question.numbers["row"]][question.numbers["column"]],),
        "dense": lambda: (*built["weights"][0], built["total"]),
        "conv": lambda: (*built["weights"][0], built["total"]),
        "mlp": lambda: (*params, built["total"]),
        "network": lambda: (*params[:2], shapes[2][0], *params[2:], built["total"]),
    }
    return answers.get(slot, lambda: (last[0],))()


def test_every_public_key_is_what_keras_builds() -> None:
    asked = [(slot, question) for name, slot in SLOTS for question in pool_of(name, slot, b"")]
    networks = [BUILD[slot](question.numbers, question) for slot, question in asked]
    program = Path(__file__).parents[1] / "support" / "questions_of_keras.py"
    done = subprocess.run(
        [sys.executable, str(program)], input=json.dumps(networks), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for (slot, question), built in zip(asked, json.loads(done.stdout), strict=True):
        said = by_keras(slot, question, built)
        assert said == ((question.wanted,) if slot == "inverse" else question.answer), (slot, question.numbers)
