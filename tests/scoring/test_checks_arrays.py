"""Known wrong arrays: recognised by their values, told by their hint, worth their credit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.course.rubric import parse
from grader.errors import RubricError
from grader.records import ExportFacts, Judgement
from grader.scoring.checks import array_formula, arrays
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
    assert other.credit == 0.75
    assert "1 of 4 values of x is not right: at position (1, 1) it has 3, where -3 is right." in say(other)
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


# ---------------------------------------------------------------- shares, and what follows from a slip

MAP = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
SLIP = [[1, 2, 3], [4, 5, 6], [7, 8, -9]]
FRAMED = [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 7, 8, 9, 0], [0, 0, 0, 0, 0]]
EXPECTED = {"right": RIGHT, "map": MAP, "negative": [[-x for x in row] for row in MAP], "framed": FRAMED}


def carried(own: Any, source: Any, carry: str, expected: str) -> Judgement:
    exports = {**exported(own), "map": exported(source)["x"]} if source is not None else exported(own)
    about = evidence(about=facts(exports=exports), expected=EXPECTED)
    return arrays.array(about, name="x", expected=expected, carry=carry)


def negative(of: Any) -> Any:
    return (-np.array(of)).tolist()


@pytest.mark.parametrize(
    ("own", "credit"),
    [
        ([[1, 2, 3], [4, 5, 6], [7, 8, 0]], 8 / 9),
        ([[1, 2, 3], [4, 5, 0], [0, 0, 0]], 5 / 9),
        ([[1, 2, 3], [4, 0, 0], [0, 0, 0]], 0),
        ([[float("nan"), 2, 3], [4, 5, 6], [7, 8, 9]], 8 / 9),
        (negative(MAP), 0),
    ],
)
def test_right_values_earn_their_share_from_a_half_on(own: Any, credit: float) -> None:
    assert carried(own, None, "", "map").credit == pytest.approx(credit)


def test_an_array_of_zeros_earns_nothing_where_most_values_are_zero() -> None:
    assert carried(np.zeros((5, 5)), None, "", "framed").credit == 0
    one_wrong = [[*row] for row in FRAMED]
    one_wrong[1][1] = 7
    assert carried(one_wrong, None, "", "framed").credit == pytest.approx(8 / 9)
    about = evidence(about=facts(exports=exported([0, 1])), expected={"right": [0, 0]})
    assert arrays.array(about, name="x", expected="right").credit == 0


def test_what_follows_from_a_slip_in_another_array_is_right() -> None:
    judged = carried(negative(SLIP), SLIP, "-map", "negative")
    assert judged.credit == 1
    assert "follows rightly from your own arrays (-map)" in say(judged)
    assert "se sigue bien de tus propios arrays (-map)" in say(judged, "es")
    assert carried(negative(MAP), SLIP, "-map", "negative").credit == 1


def test_a_second_slip_costs_its_share() -> None:
    again = negative(SLIP)
    again[0][0] = 5
    judged = carried(again, SLIP, "-map", "negative")
    assert judged.credit == pytest.approx(8 / 9)
    assert "1 of 9 values of x is not right: at position (0, 0) it has 5, where -1 is right." in say(judged)


def test_what_is_smaller_than_the_array_is_its_middle() -> None:
    own = [[*row] for row in FRAMED]
    own[3][3] = -9
    assert carried(own, SLIP, "map", "framed").credit == 1
    own[0][0] = 1
    assert 0 < (carried(own, SLIP, "map", "framed").credit or 0) < 1
    assert carried(own, SLIP, "map[::2, ::2]", "framed").credit < 1


@pytest.mark.parametrize("source", [None, [[0, 0, 0]] * 3, [1, 2, 3], [[1, 2, 3], [4, 0, 0], [0, 0, 0]]])
def test_only_a_slip_is_carried_on(source: Any) -> None:
    """Whose first array is missing or mostly wrong gets nothing for what follows from it."""
    own = negative(np.zeros((3, 3)) if source is None else source)
    assert carried(own, source, "-map", "negative").credit == 0


KERNEL = "[[0, 1], [2, 3]]"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-map", negative(MAP)),
        ("map[::2, ::2]", [[1, 3], [7, 9]]),
        ("map[-1:, 1:]", [[8, 9]]),
        ("map * 2 - map / 1", MAP),
        ("max(0, 2 - map)", [[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ("stack(map[:1], -map[:1])", [[[1, 2, 3]], [[-1, -2, -3]]]),
        (f"correlate(map, {KERNEL})", [[2 + 8 + 15, 3 + 10 + 18], [5 + 14 + 24, 6 + 16 + 27]]),
    ],
)
def test_a_formula_on_arrays(text: str, value: Any) -> None:
    assert array_formula.names(text) == {"map"}
    found = array_formula.value(text, {"map": np.array(MAP, dtype=np.float64)})
    assert found is not None
    assert found.tolist() == value


@pytest.mark.parametrize(
    "text", ["other", "map[0:1] + map[:, :2]", "correlate(map, map[:, :, :])[:, :, :]", "stack(map, 1)"]
)
def test_a_formula_whose_arrays_do_not_fit_gives_none(text: str) -> None:
    assert array_formula.value(text, {"map": np.array(MAP, dtype=np.float64)}) is None


def test_large_arrays_take_no_part() -> None:
    assert array_formula.value("map", {"map": np.zeros(10_001)}) is None
    assert array_formula.value("stack(map, map)", {"map": np.zeros(10_000)}) is None


@pytest.mark.parametrize(
    "text",
    [
        "map[0]",
        "map[map]",
        "map[:1.5]",
        "open('x')",
        "map.T",
        "max()",
        "max(map, key=1)",
        "map @ map",
        "map ** 9",
        "1 " * 200,
        "",
    ],
)
def test_a_formula_on_arrays_is_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|only arrays"):
        array_formula.names(text)


@pytest.mark.parametrize(
    ("carry", "complaint"),
    [("-y", "`exports` does not list 'y'"), ("open(x)", "only arrays, numbers"), ("x[0]", "only arrays, numbers")],
)
def test_a_formula_that_cannot_be_is_refused(carry: str, complaint: str) -> None:
    text = f"""
exercise: made-up
title: {{es: "x", en: "x"}}
data: mnist
exports: [x]
criteria:
  - {{id: x, points: 1, check: array, name: x, expected: x, carry: "{carry}"}}
"""
    with pytest.raises(RubricError, match=complaint):
        parse(text.encode(), "made-up.yaml")


def test_what_follows_from_arrays_with_a_border_is_right() -> None:
    relu = "max(0, map)"
    expected = {"map": MAP, "right": np.maximum(0, MAP).tolist()}

    def of(source: Any, own: Any) -> Judgement:
        exports = {**exported(own), "map": exported(source)["x"]}
        about = evidence(about=facts(exports=exports), expected=expected)
        return arrays.array(about, name="x", expected="right", carry=relu)

    framed = np.pad(np.array(MAP), 1, constant_values=-5)
    assert of(framed, np.maximum(0, framed)).credit == 1
    assert of(framed, framed).credit == 0
    assert of(np.zeros((5, 5)), np.zeros((5, 5))).credit == 0  # no middle that is right
    assert of(np.pad(np.array(MAP), (0, 2)), np.pad(np.array(MAP), (0, 2))).credit == 0


def test_a_border_around_the_right_values_is_told() -> None:
    judged = carried(FRAMED, None, "", "map")
    assert judged.credit == 0
    assert "Its middle is right: a border was added" in say(judged)
    assert "Su parte central es correcta" in say(judged, "es")
    assert "middle" not in say(carried(np.ones((5, 5)), None, "", "map"))
