"""The check on seeded questions: right answers are never taken for wrong ideas, and wrong ideas are recognised."""

from __future__ import annotations

from typing import Any

import pytest

from grader import questions
from grader.models import arithmetic
from grader.questions import Question, Variant
from grader.records import Judgement
from grader.scoring.checks import numeric, seeded
from tests.questions.test_questions import SLOTS, pool_of
from tests.support.facts import crashed, evidence, facts, say


def judged(question: Question, typed: Any, **params: Any) -> Judgement:
    about = evidence(about=facts(answers={"q": typed}), key={"q": question})
    return seeded.variant(about, answer="q", **params)


def ways(question: Question) -> list[Any]:
    """A right answer as people write it."""
    answer = list(question.answer)
    if question.kind in ("number", "solution"):
        value = answer[0]
        return [value, str(value), float(value), arithmetic.grouped(value), f" {value} "]
    if question.kind == "shape":
        return [answer, str(tuple(answer)), [None, *answer]]
    if question.kind == "steps":
        return [answer, [question.numbers["N"], *answer], str(answer), [[size, size] for size in answer]]
    named = dict(zip(question.parts, answer, strict=True))
    return [named, answer, {key.upper(): str(value) for key, value in named.items()}]


def typed_as(question: Question, answer: tuple[int, ...]) -> Any:
    if question.kind in ("number", "solution"):
        return answer[0]
    return dict(zip(question.parts, answer, strict=True)) if question.parts else list(answer)


def test_no_right_answer_of_10_000_questions_is_taken_for_a_wrong_idea() -> None:
    asked = 0
    for secret in range(14):
        for name, slot in SLOTS:
            for question in pool_of(name, slot, b"%d" % secret):
                for typed in ways(question)[asked % 3 :]:
                    found = judged(question, typed)
                    assert found.credit == 1, (question, typed)
                    assert found.why.key == "questions.right"
                asked += 1
    assert asked >= 10_000


@pytest.mark.parametrize(("name", "slot"), SLOTS)
def test_every_wrong_idea_is_recognised_from_its_answer(name: str, slot: str) -> None:
    for question in pool_of(name, slot, b""):
        for idea in question.ideas:
            found = judged(question, typed_as(question, idea.answer))
            assert found.credit is not None
            assert found.credit < 1
            named = found.why.values["said"]["values"] if "said" in found.why.values else found.why.values
            told = named["idea"]["key"]
            if question.kind != "steps":  # there the first wrong step decides, by the student's own numbers
                assert told == f"questions.idea.{idea.name}"
            else:
                assert told.startswith("questions.idea.")
            assert question.worked in say(found)
            assert say(found, "es") != say(found)


@pytest.mark.parametrize(("name", "slot"), SLOTS)
def test_the_last_number_alone_tells_the_wrong_idea(name: str, slot: str) -> None:
    for question in pool_of(name, slot, b""):
        if question.kind not in ("parts", "steps"):
            continue
        for idea in question.ideas:
            found = judged(question, idea.answer[-1])
            assert found.why.values["idea"]["key"] == f"questions.idea.{idea.name}"
        assert judged(question, question.answer[-1]).credit == pytest.approx(1 / len(question.answer))


def ask(name: str, slot: str, *row: Any) -> Question:
    found = next(one for one in questions.SETS[name] if one.name == slot)
    return found.question(row)


def test_credits_give_a_share_to_a_named_idea_only() -> None:
    question = ask("output-size", "padded", 28, 7, 1, 2)
    assert judged(question, 26).credit == 1
    assert judged(question, 25, credits={"forgot-plus-one": 0.5}).credit == 0.5
    assert judged(question, 24, credits={"forgot-plus-one": 0.5}).credit == 0
    plain = judged(question, 11, credits={"forgot-plus-one": 0.5})
    assert plain.credit == 0
    assert "11 is not right" in say(plain)
    assert "floor((28 + 2*2 - 7) / 1) + 1 = 26" in say(plain)
    once = judged(question, 24)
    assert "floor((28 + 2 - 7) / 1) + 1 = 24" in say(once)
    assert "2P" in say(once, "es")


def test_the_slide_of_the_course_160_for_4_624_is_recognised() -> None:
    question = ask("parameter-count", "conv", 13, 32, 3, 16)
    assert judged(question, {"weights": 4608, "biases": 16, "total": 4624}).credit == 1
    found = judged(question, {"weights": 144, "biases": 16, "total": 160})
    assert found.credit == pytest.approx(2 / 3)  # the biases are right, the sum is that of the own numbers
    assert "channels" in say(found)
    assert "What follows correctly from your own numbers counts as right: total" in say(found)
    assert "canales" in say(found, "es")


def test_a_total_that_adds_up_own_wrong_numbers_counts_and_credits_speak_for_the_whole_answer() -> None:
    question = ask("parameter-count", "dense", 784, 10)
    forgot = {"weights": 7840, "biases": 0, "total": 7840}
    assert judged(question, forgot).credit == pytest.approx(2 / 3)
    assert judged(question, forgot, credits={"forgot-bias": 0.8}).credit == 0.8
    assert judged(question, {**forgot, "total": 12}, credits={"forgot-bias": 0.8}).credit == pytest.approx(1 / 3)
    missing = judged(question, {"weights": 7840, "biases": None})
    assert missing.credit == pytest.approx(1 / 3)
    assert "biases, total" in say(missing)
    assert judged(question, {"pesos": 7840, "sesgos": 10, "Total": "7.850"}).credit == 1
    assert judged(question, {"weights": "many", "biases": 10, "total": 7850}).credit == pytest.approx(2 / 3)


def test_an_answer_without_its_entries_is_told_which_there_are() -> None:
    question = ask("parameter-count", "dense", 784, 10)
    for typed in ("a lot", {"a": 1}, [1, 2, 3, 4, 5], True):
        found = judged(question, typed)
        assert found.credit == 0
        assert "weights, biases, total" in say(found)
    assert "no answer q" in say(judged(question, {"weights": None, "biases": None, "total": None})).lower()
    chain = ask("output-size", "chain", 28, 3, 3)
    assert "number 1, number 2, number 3, number 4" in say(judged(chain, {"a": 1}))


def test_the_known_chain_and_what_follows_from_an_own_wrong_size() -> None:
    question = ask("output-size", "chain", 28, 3, 3)
    assert question.answer == (26, 13, 11, 5)
    assert judged(question, [28, 26, 13, 11, 5]).credit == 1
    slip = judged(question, [25, 12, 10, 5])  # the + 1 forgotten once, the rest follows from 25
    assert slip.credit == 0.75
    assert "+ 1" in say(slip)
    assert "number 1" in say(slip)
    assert slip.why.values["entries"]
    rounded = judged(question, [26, 13, 11, 6])
    assert rounded.credit == 0.75
    assert "rounded up" in say(rounded)
    assert judged(question, [1, 1, 1, 1]).credit == 0
    assert judged(question, [26, None, 11, 5]).credit == 0.75


@pytest.mark.parametrize(
    "typed",
    [
        "26 -> 13 -> 11 -> 5",
        "28 → 26 → 13 → 11 → 5",
        "26, 13, 11 y 5",
        "26x26, 13x13, 11x11, 5x5",
        "(26, 26), (13, 13), (11, 11), (5, 5)",
        "conv: 26, pool: 13, conv: 11, pool: 5",
        "26\n13\n11\n5",
        "26 > 13 > 11 > 5",
        {"conv1": 26, "pool1": 13, "conv2": 11, "pool2": 5},
        [("conv", 26), ("pool", 13), ("conv", 11), ("pool", 5)],
        ["26 filas", "13", "11x11", 5],
    ],
)
def test_a_chain_is_read_as_people_write_it(typed: Any) -> None:
    question = ask("output-size", "chain", 28, 3, 3)
    assert judged(question, typed).credit == 1


@pytest.mark.parametrize("typed", ["26 -> 13", "26 or 13 or 11 or 5 or 4 or 3", "long", [("conv", 26)], {"a": "b"}])
def test_what_has_no_four_numbers_is_no_chain(typed: Any) -> None:
    credit = judged(ask("output-size", "chain", 28, 3, 3), typed).credit
    assert credit is not None
    assert credit < 1


@pytest.mark.parametrize(
    "typed",
    [
        "4608, 16, 4624",
        "4608 + 16 = 4624",
        "4.608 pesos; 16 sesgos; 4.624 en total",
        "total: 4624, pesos: 4608, sesgos: 16",
        [("biases", 16), ("weights", 4608), ("total", 4624)],
    ],
)
def test_named_entries_are_read_as_people_write_them(typed: Any) -> None:
    assert judged(ask("parameter-count", "conv", 13, 32, 3, 16), typed).credit == 1


@pytest.mark.parametrize("typed", ["26 filas", "26x26", (26, 26), "P = 26", {"filas": 26}, "(28 + 4 - 7) / 1 + 1 = 26"])
def test_a_size_is_read_as_people_write_it(typed: Any) -> None:
    question = ask("output-size", "padded", 28, 7, 1, 2)
    assert judged(question, typed).credit == 1
    unread = judged(question, "25 or 26")
    assert unread.credit == 0
    assert "write a number" in say(unread)


@pytest.mark.parametrize("typed", ["26x26x64", "26 filas, 26 columnas, 64 mapas", {"h": 26, "w": 26, "maps": 64}])
def test_a_shape_is_read_as_people_write_it(typed: Any) -> None:
    assert judged(ask("output-size", "depth", 28, 3, 3, 64), typed).credit == 1


def test_a_network_that_flattens_without_channels_keeps_what_follows() -> None:
    question = ask("parameter-count", "network", 28, 3, 3, 8, 10)
    right = dict(zip(question.parts, question.answer, strict=True))
    assert judged(question, right).credit == 1
    flat = judged(question, {**right, "length": 169, "dense": 1700, "total": right["conv"] + 1700})
    assert flat.credit == pytest.approx(5 / 6)
    assert "counted as one" in say(flat)
    for part, key in (("pool", "Pooling has no parameters"), ("flatten", "Flatten has no parameters")):
        value = {"pool": 4, "flatten": right["length"]}[part]
        assert key in say(judged(question, {**right, part: value}))


def test_any_padding_that_keeps_the_size_is_right() -> None:
    question = ask("output-size", "inverse", 28, 5, 2)
    assert question.answer == (16,)  # K = 5 with S = 2 keeps 28 with P = 16
    assert judged(question, 16).credit == 1
    assert judged(question, 15).credit == 0
    assert "floor((28 + 2*15 - 5) / 2) + 1 = 27" in say(judged(question, 15))
    assert judged(question, -40).credit == 0
    wide = ask("output-size", "inverse", 7, 4, 5)
    assert [p for p in range(60) if wide.solved_by(p)] == [14, 15]  # a stride leaves room for several
    assert all(judged(wide, p).credit == 1 for p in range(60) if wide.solved_by(p))


def test_an_even_kernel_has_no_padding_at_stride_one() -> None:
    for kernel in (2, 4, 6):
        for n in range(kernel, 40):
            assert not any(arithmetic.conv_output(n, kernel, 1, p).value == n for p in range(60))


def test_a_shape_with_filters_and_channels_swapped_is_recognised() -> None:
    question = ask("output-size", "depth", 28, 3, 3, 64)
    assert judged(question, [26, 26, 64]).credit == 1
    assert "as many maps as the input has channels" in say(judged(question, [26, 26, 3]))
    assert "one map" in say(judged(question, 26))
    assert "first" in say(judged(question, "(64, 26, 26)"))
    assert "(1, 2) is not right" in say(judged(question, [1, 2]))
    assert "shape such as" in say(judged(question, "deep"))


def test_who_flips_the_kernel_is_told_so() -> None:
    image = [[1, 2, 8, 2, 1], [1, 4, 9, 3, 1], [1, 2, 8, 2, 1], [1, 3, 7, 1, 2], [1, 2, 8, 2, 2]]
    question = ask("convolution", "value", image, [[-1, 0, 1]] * 3, 1, 2)
    assert judged(question, -20).credit == 1
    assert "flipped" in say(judged(question, 20))


def test_no_answer_and_no_question() -> None:
    question = ask("output-size", "padded", 28, 7, 1, 2)
    about = evidence(about=crashed(), key={"q": question})
    assert seeded.variant(about, answer="q").credit == 0
    lost = evidence(about=facts(answers={"q": 26}))
    assert seeded.variant(lost, answer="q").credit is None
    assert judged(question, "many").credit == 0
    elsewhere = evidence(about=facts(answers={"a": 26}), key={"q": question})
    assert seeded.variant(elsewhere, answer="a", slot="q").credit == 1


def test_a_plain_number_can_be_held_against_the_variant_too() -> None:
    key = {"q": ask("parameter-count", "dense", 784, 10)}
    about = evidence(about=facts(answers={"total": 7850}), key=key)
    assert numeric.number(about, answer="total", from_key="q").credit == 1


def test_the_key_of_a_variant_is_what_the_check_reads() -> None:
    variant: Variant = questions.variant("output-size", secret=b"", student=None)
    answer = variant.questions["same"].answer[0]
    about = evidence(about=facts(answers={"same": answer}), key=variant.key)
    assert seeded.variant(about, answer="same").credit == 1
