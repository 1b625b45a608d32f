"""The check `call`: every way in which a function can be wrong has a sentence of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.records import CallFacts, Evidence, FailedCell, Judgement
from grader.scoring.checks import calling
from tests.support.facts import crashed, evidence, facts, say

RIGHT = (np.arange(6.0).reshape(2, 3), np.array([7.0, 8.0]))
WRONG = (np.arange(6.0).reshape(2, 3) + 10, np.array([7.0, 8.0]))
HINT = {"en": "The sum wraps around.", "es": "La suma se desborda."}


def ok(*outputs: Any, function: str = "f", **changes: Any) -> tuple[CallFacts, ...]:
    common: dict[str, Any] = {"function": function, "outcome": "ok", "given": "uint8 (2, 3)", **changes}
    return tuple(CallFacts(case=case, output=np.asarray(output), **common) for case, output in enumerate(outputs))


def failing(outcome: Any, error: str = "", text: str = "") -> tuple[CallFacts, ...]:
    return tuple(
        CallFacts(function="f", case=case, outcome=outcome, error=error, text=text, given="uint8 (2, 3)")
        for case in range(2)
    )


def about(own: tuple[CallFacts, ...], right: tuple[Any, ...] = RIGHT, wrong: tuple[Any, ...] = WRONG) -> Evidence:
    known = {"f": ok(*right), "wraps": ok(*wrong, function="wraps")}
    return evidence(about=facts(calls={"f": own} if own else {}), reference_calls=known)


def judged(own: tuple[CallFacts, ...], **params: Any) -> Judgement:
    return calling.call(about(own), function="f", **params)


def test_a_function_that_gives_the_same_earns_everything() -> None:
    said = judged(ok(*RIGHT))
    assert said.credit == 1
    assert say(said) == "f gives the right result in all of 2 calls with arguments that it had not seen."
    assert "2 llamadas" in say(said, "es")
    assert judged(ok(*(output.astype(np.int64) for output in RIGHT))).credit == 1
    assert judged(ok(*(output.astype(np.float32) for output in RIGHT))).credit == 1
    assert judged(ok(*(output.astype(np.uint8) for output in RIGHT))).credit == 1


def test_rounding_within_the_tolerance_is_right() -> None:
    rounded = ok(*(np.round(output + 0.4) for output in RIGHT))
    assert calling.call(about(rounded, tuple(output + 0.4 for output in RIGHT)), function="f", atol=1).credit == 1
    off_by_one = ok(*(output + 1 for output in RIGHT))
    assert judged(off_by_one, atol=1).credit == 1
    assert judged(off_by_one, atol=0.9).credit == 0


def test_credit_is_the_share_of_right_calls() -> None:
    said = judged(ok(*WRONG))
    assert said.credit == 0.5
    assert say(said) == (
        "f: 1 of 2 calls are right. Called with uint8 (2, 3), 6 of 6 values are not right: "
        "at position (0, 0) it gives 10, where 0 is right."
    )
    assert "1 de 2 llamadas" in say(said, "es")
    assert said.expected is not None
    assert said.expected.values == {"place": [0, 0], "value": 0.0}
    assert judged(ok(*WRONG), cases=[2]).credit == 1
    assert judged(ok(*WRONG), cases=[1]).credit == 0


@pytest.mark.parametrize(
    ("first", "english", "spanish"),
    [
        (np.zeros((2, 3, 3)), "an array of shape (2, 3, 3); (2, 3) was asked for", "forma (2, 3, 3); se pedía (2, 3)"),
        (RIGHT[0] > 2, "it gives True and False; numbers", "da True y False; se pedían números"),
        (np.where(RIGHT[0] > 3, np.nan, RIGHT[0]), "2 of 6 values are not numbers (NaN", "2 de 6 valores no son"),
        (np.where(RIGHT[0] > 4, np.inf, RIGHT[0]), "1 of 6 values is no number (NaN", "1 de 6 valores no es un número"),
        (np.where(RIGHT[0] > 4, 1.5, RIGHT[0]), "at position (1, 2) it gives 1.5, where 5", "(1, 2) da 1,5, y lo"),
    ],
)
def test_wrong_arrays_have_their_own_sentences(first: Any, english: str, spanish: str) -> None:
    said = judged(ok(first, RIGHT[1]))
    assert said.credit == 0.5
    assert english in say(said)
    assert spanish in say(said, "es")


@pytest.mark.parametrize(
    ("own", "english", "spanish"),
    [
        (failing("no_array", "NoneType"), "gives nothing back (None): did you forget `return`?", "olvidado `return`?"),
        (failing("no_array", "str"), "something of the type str; an array of numbers", "algo de tipo str"),
        (failing("no_array", "complex128"), "of the type complex128", "de tipo complex128"),
        (failing("error", "ValueError"), "it ends in ValueError.", "termina con ValueError."),
        (
            failing("disk_full"),
            "fill the disk that it may use. Write fewer, or remove them.",
            "Escribe menos o bórralos.",
        ),
        (failing("error", "AssertionError"), "it ends in AssertionError.", "termina con AssertionError."),
        (failing("error", "NotImplementedError", "todo"), "not written yet (NotImplementedError)", "por escribir"),
        (failing("timeout"), "does not come back in time; is there a loop", "no termina a tiempo; ¿hay un bucle"),
        (failing("died"), "it ends the whole program", "acaba con todo el programa"),
        (failing("not_called"), "an earlier call did not come back", "una llamada anterior no terminó"),
        (failing("missing"), "There is no function called f when", "No existe ninguna función llamada f cuando"),
        (failing("error", "not callable", "int"), "f is not a function but of the type int", "f no es una función"),
    ],
)
def test_what_gives_no_array_has_its_own_sentence(own: tuple[CallFacts, ...], english: str, spanish: str) -> None:
    said = judged(own)
    assert said.credit == 0
    assert english in say(said)
    assert spanish in say(said, "es")


def test_a_number_beside_a_number_needs_no_position() -> None:
    said = calling.call(about(ok(3, 4), (5, 4)), function="f")
    assert "it gives 3, where 5 is right" in say(said)
    assert said.credit == 0.5


def test_changing_an_argument_keeps_a_share_of_the_credit() -> None:
    spoilt = ok(*RIGHT, changed=(0,), names=("image",))
    said = judged(spoilt)
    assert said.credit == 0.5
    assert "But it changes its argument image for whoever called it" in say(said)
    assert "Pero modifica su argumento image" in say(said, "es")
    assert judged(spoilt, in_place=0.8).credit == 0.8
    both = judged(ok(*WRONG, changed=(1,)))
    assert both.credit == 0.25
    assert "10, where 0 is right. It also changes its argument 2" in say(both)
    assert "Además modifica su argumento 2" in say(both, "es")


SLIP = {"name": "wraps", "function": "wraps", "credit": 0.1, "hint": HINT}


def test_a_known_mistake_gets_its_hint_and_credit() -> None:
    said = judged(ok(*WRONG), misconceptions=[SLIP])
    assert (said.credit, say(said), say(said, "es")) == (0.1, HINT["en"], HINT["es"])
    accepted = judged(ok(*WRONG), misconceptions=[{**SLIP, "credit": 1}])
    assert accepted.credit == 1
    bare = judged(ok(*WRONG), misconceptions=[{"name": "wraps", "function": "wraps"}])
    assert bare.credit == 0.5  # recognised or not: the share of right calls
    assert "known slip: wraps" in say(bare)


def test_a_known_mistake_must_explain_every_call_and_differ_from_the_right_function() -> None:
    other = ok(WRONG[0], RIGHT[1] + 1)
    assert "values are not right" in say(judged(other, misconceptions=[SLIP]))
    same = calling.call(about(ok(*WRONG), wrong=RIGHT), function="f", misconceptions=[SLIP])
    assert "values are not right" in say(same)
    assert judged(ok(*RIGHT), misconceptions=[SLIP]).credit == 1
    assert judged(failing("timeout"), misconceptions=[SLIP]).credit == 0


def test_without_calls_the_end_of_the_run_decides() -> None:
    lost = judged(())
    assert lost.credit is None
    assert "a person will look at it" in say(lost)
    known = {"f": ok(*RIGHT)}
    died = evidence(about=facts(ended="exit", failed=(FailedCell(cell=7, kind="died"),)), reference_calls=known)
    said = calling.call(died, function="f")
    assert said.credit == 0
    assert "could not be called: the program ended before its last cell" in say(said)
    assert "No se pudo llamar a f: el programa terminó" in say(said, "es")
    early = evidence(about=replace(crashed(), calls={"f": failing("missing")}), reference_calls=known)
    assert "no function called f: code cell 7 ended in NameError" in say(calling.call(early, function="f"))
    assert judged(ok(RIGHT[0])).credit is None  # one of two calls was lost


def test_without_expected_outputs_nobody_is_judged() -> None:
    nothing = evidence(about=facts(calls={"f": ok(*RIGHT)}))
    assert calling.call(nothing, function="f").credit is None
    broken = evidence(about=facts(calls={"f": ok(*RIGHT)}), reference_calls={"f": failing("error")})
    assert calling.call(broken, function="f").credit is None


OUTPUTS = arrays.arrays(
    st.sampled_from([np.dtype(name) for name in ("bool", "uint8", "int64", "float32", "float64")]),
    arrays.array_shapes(min_dims=0, max_dims=3, max_side=3),
)


@given(OUTPUTS, OUTPUTS)
def test_any_two_outputs_can_be_compared(own: Any, right: Any) -> None:
    said = calling.call(about(ok(own), (right,), (right,)), function="f")
    assert say(said)
    assert said.credit in {0.0, 1.0}
    assert calling.call(about(ok(right), (right,), (right,)), function="f").credit == 1


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.floats(0, 1))
def test_every_call_counts_alike(good: list[bool], in_place: float) -> None:
    right = tuple(np.arange(3.0) for _ in good)
    own = ok(*(np.arange(3.0) + (0 if fine else 1) for fine in good), changed=(0,))
    said = calling.call(about(own, right, right), function="f", in_place=in_place)
    assert said.credit == pytest.approx(in_place * sum(good) / len(good))


def test_who_leaves_the_work_to_a_library_earns_nothing_where_it_is_to_be_done_by_hand() -> None:
    lent = ok(*RIGHT, libraries=("scipy",))
    said = judged(lent, by_hand=True)
    assert said.credit == 0
    assert say(said) == "f leaves its work to a library (scipy); here it is to be written with Python and NumPy alone."
    assert judged(lent).credit == 1
    assert judged(ok(*RIGHT), by_hand=True).credit == 1
    assert "leaves its work" not in say(judged(ok(*WRONG[::-1], libraries=("scipy",)), by_hand=True))
