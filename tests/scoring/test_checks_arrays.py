"""Known wrong arrays: recognised by their values, told by their hint, worth their credit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.course.rubric import parse
from grader.errors import RubricError
from grader.records import ExportFacts, Judgement
from grader.scoring.checks import arrays
from tests.support.facts import evidence, facts, say

RIGHT = [[22, -1], [21, -3]]
KNOWN: dict[str, Any] = {
    "name": "sign",
    "values": [[-22, 1], [-21, 3]],
    "hint": {"en": "The kernel was flipped.", "es": "El kernel se volteó."},
    "credit": 0.5,
}


def judged(own: Any, *known: dict[str, Any]) -> Judgement:
    about = evidence(about=facts(exports=exported(own)), expected={"right": RIGHT})
    return arrays.array(about, name="x", expected="right", misconceptions=known)


def exported(own: Any) -> dict[str, ExportFacts]:
    if own is None:
        return {}
    values = np.array(own)
    shown = {"shape": values.shape, "dtype": values.dtype.str, "values": values}
    return {"x": ExportFacts(name="x", minimum=None, maximum=None, finite=True, **shown)}


def test_a_known_wrong_array_earns_its_credit_and_is_told_its_hint() -> None:
    found = judged(KNOWN["values"], KNOWN)
    assert found.credit == 0.5
    assert say(found) == "The kernel was flipped."
    assert say(found, "es") == "El kernel se volteó."


def test_of_another_shape_it_is_recognised_as_well() -> None:
    found = judged([1, 2, 3], KNOWN, {**KNOWN, "name": "row", "values": [1, 2, 3], "credit": 0.2})
    assert found.credit == 0.2


def test_without_hint_and_credit_its_name_is_told_and_nothing_earned() -> None:
    found = judged(KNOWN["values"], {"name": "sign", "values": KNOWN["values"]})
    assert found.credit == 0
    assert "sign" in say(found)


def test_the_right_array_and_other_wrong_ones_are_judged_as_ever() -> None:
    assert judged(RIGHT, KNOWN, {**KNOWN, "values": RIGHT}).credit == 1
    other = judged([[22, -1], [21, 3]], KNOWN)
    assert other.credit == 0
    assert "1 of 4 values" in say(other)
    assert "no array called x" in say(judged(None, KNOWN))


@pytest.mark.parametrize(
    ("misconception", "complaint"),
    [
        ("{name: sign, values: [[1, 2], [3]]}", "sign: its values are not an array of numbers"),
        ("{name: sign, values: [1], credit: 2}", "sign: credit lies in 0 to 1"),
    ],
)
def test_a_misconception_that_cannot_be_is_refused(misconception: str, complaint: str) -> None:
    text = f"""
exercise: made-up
title: {{es: "x", en: "x"}}
data: mnist
exports: [x]
criteria:
  - {{id: x, points: 1, check: array, name: x, expected: x, misconceptions: [{misconception}]}}
"""
    with pytest.raises(RubricError, match=complaint):
        parse(text.encode(), "made-up.yaml")
