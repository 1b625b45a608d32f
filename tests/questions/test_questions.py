"""Seeded questions: every variant is sound, every student has one, and the handout's cell picks the same."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import questions, texts
from grader.questions import Question, cell, drawing
from grader.questions.model import sound
from grader.records import LANGUAGES, message

SECRETS = (b"", b"a course", b"another course")
SLOTS = [(name, slot) for name in questions.names() for slot in questions.slots(name)]

# The list of the curriculum, and one slot in which each is recognised.
NAMED = {
    "forgot-bias": ("parameter-count", "dense"),
    "bias-per-weight": ("parameter-count", "conv"),
    "forgot-channels": ("parameter-count", "conv"),
    "bias-per-channel": ("parameter-count", "conv"),
    "bias-per-kernel": ("parameter-count", "conv"),
    "padding-once": ("output-size", "padded"),
    "forgot-plus-one": ("output-size", "padded"),
    "ceil-for-floor": ("output-size", "strided"),
    "same-for-valid": ("output-size", "strided"),
    "valid-for-same": ("output-size", "same"),
    "forgot-stride": ("output-size", "strided"),
    "k-for-k-squared": ("parameter-count", "conv"),
    "times-positions": ("parameter-count", "conv"),
    "pooling-parameters": ("parameter-count", "network"),
    "flatten-parameters": ("parameter-count", "network"),
    "flat-without-channels": ("parameter-count", "flat"),
    "swapped-filters-channels": ("output-size", "depth"),
}


@cache
def pool_of(name: str, slot: str, secret: bytes) -> tuple[Question, ...]:
    found = next(one for one in questions.SETS[name] if one.name == slot)
    return tuple(found.question(row) for row in questions.pool(name, secret)[slot])


@pytest.mark.parametrize(("name", "slot"), SLOTS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_pool_holds_many_different_and_sound_questions(name: str, slot: str, secret: bytes) -> None:
    pool = pool_of(name, slot, secret)
    assert len(pool) == drawing.POOL >= 40
    assert len({json.dumps(dict(one.numbers)) for one in pool}) == len(pool)
    for question in pool:
        assert sound(question)
        assert tuple(dict.fromkeys(idea.name for idea in question.ideas)) == questions.slots(name)[slot]


@pytest.mark.parametrize(("name", "slot"), SLOTS)
def test_no_wrong_idea_gives_the_right_answer_or_that_of_another(name: str, slot: str) -> None:
    for question in pool_of(name, slot, b"x"):
        last = [(idea.name, idea.answer) for idea in question.ideas]
        assert all(answer != question.answer for _, answer in last)
        for one, two in combinations(last, 2):
            assert one[0] == two[0] or one[1] != two[1]
        if question.kind in ("parts", "steps"):  # the total, or the last size, tells them apart by itself
            assert all(answer[-1] != question.answer[-1] for _, answer in last)
            for one, two in combinations(last, 2):
                assert one[0] == two[0] or one[1][-1] != two[1][-1]


@pytest.mark.parametrize(("idea", "place"), NAMED.items(), ids=NAMED)
def test_every_misconception_of_the_list_belongs_to_a_slot(idea: str, place: tuple[str, str]) -> None:
    name, slot = place
    assert idea in questions.slots(name)[slot]


def test_the_slots_follow_the_curriculum() -> None:
    for question in pool_of("output-size", "padded", b""):
        assert [question.numbers[name] for name in "PSK"] == [2, 1, 7]
    for question in pool_of("output-size", "strided", b""):
        numbers = question.numbers
        assert (numbers["P"], numbers["S"]) == (0, 2)
        assert numbers["K"] in (5, 7)
        assert (numbers["N"] - numbers["K"]) % 2 == 1
    for question in pool_of("parameter-count", "conv", b""):
        channels, kernel, filters = (question.numbers[name] for name in "CKF")
        assert channels >= 3
        assert kernel >= 3
        assert channels not in (kernel, filters)


@pytest.mark.parametrize("name", questions.names())
@pytest.mark.parametrize("secret", SECRETS)
def test_no_two_of_500_students_have_the_same_questions(name: str, secret: bytes) -> None:
    roster = [f"a{1_700_000 + 7 * nth}" for nth in range(500)]
    sheets = {
        json.dumps([dict(one.numbers) for one in questions.variant(name, secret=secret, student=student).key.values()])
        for student in roster
    }
    # Two slots of 48 leave room for 2 304 sheets, four or more for millions.
    assert len(sheets) == 500 or (name == "convolution" and len(sheets) > 400)


def test_a_student_always_has_the_same_questions_and_a_secret_changes_them() -> None:
    first = questions.variant("output-size", secret=b"s", student="ana")
    questions.pool.cache_clear()
    drawing.root.cache_clear()
    again = questions.variant("output-size", secret=b"s", student="ana")
    assert numbers_of(first) == numbers_of(again)
    assert numbers_of(first) != numbers_of(questions.variant("output-size", secret=b"t", student="ana"))
    assert numbers_of(first) != numbers_of(questions.variant("output-size", secret=b"s", student="eva"))
    assert questions.pool("output-size", b"s") != questions.pool("output-size", b"t")


def test_the_public_questions_of_the_public_course_never_change() -> None:
    # Handouts that were given out stay right after an update: these numbers are fixed.
    public = questions.variant("output-size", secret=b"", student=None)
    assert public.student == "public"
    assert {slot: list(one.numbers.values()) for slot, one in public.questions.items()} == {
        "padded": [58, 7, 1, 2],
        "strided": [70, 7, 2, 0],
        "same": [58, 7, 4],
        "pooling": [31, 4],
        "dilated": [28, 5, 4],
        "chain": [54, 5, 5],
        "depth": [23, 8, 5, 16],
        "inverse": [44, 11, 1],
    }


def numbers_of(variant: questions.Variant) -> dict[str, dict[str, object]]:
    return {slot: dict(one.numbers) for slot, one in variant.questions.items()}


@given(student=st.text(max_size=30))
def test_spaces_case_and_accents_of_an_id_do_not_matter(student: str) -> None:
    own = questions.variant("parameter-count", secret=b"", student=student)
    for typed in (f"  {student} ", unicodedata.normalize("NFD", student)):
        assert numbers_of(questions.variant("parameter-count", secret=b"", student=typed)) == numbers_of(own)
    review, _ = questions.remarks(own, claimed=student.upper().lower(), listed=True, secret=b"s")
    assert drawing.who(student.upper().lower()) != drawing.who(student) or not review


def run(source: str, wanted: str = "questions") -> object:
    """What a cell leaves behind, run as a student would: another process, nothing of ours on its path."""
    program = f"{source}\nimport json, sys\nprint(json.dumps({wanted}), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-I", "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr), done.stdout


@pytest.mark.parametrize("name", questions.names())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_cell_picks_exactly_what_is_graded(name: str, lang: str) -> None:
    students = ["public", "a1234567", "Ñandú Pérez (1)", "  EVA ", 'o"Hara\\']
    source = questions.pool_source(name, secret=b"k", lang=lang)
    assert source.startswith('student_id = "public"')
    again = f"{source}\nall_of_them = {{}}\nfor student_id in {students!r}:\n"
    again += "    all_of_them[student_id] = {slot: pick(slot) for slot in POOL}\n"
    found, shown = run(again, "all_of_them")
    for student in students:
        own = questions.variant(name, secret=b"k", student=student)
        assert {slot: without_text(one) for slot, one in found[student].items()} == numbers_of(own)
    for slot, question in found["public"].items():
        assert f'answers["{slot}"]' in shown
        assert question["text"][:30] in shown.replace("\n   ", " ")
        assert "{" not in question["text"]
        sentence = texts.render(message(f"questions.{name}.{slot}", **without_text(question)), lang)
        assert question["text"] == sentence.replace("\N{NO-BREAK SPACE}", " ")


def without_text(question: dict[str, object]) -> dict[str, object]:
    return {field: value for field, value in question.items() if field != "text"}


@pytest.mark.parametrize("name", questions.names())
def test_the_cell_for_one_student_holds_only_those_questions(name: str) -> None:
    source = questions.pool_source(name, secret=b"k", lang="en", student="eva")
    assert source.startswith('student_id = "eva"')
    found, _ = run(source)
    assert {slot: without_text(one) for slot, one in found.items()} == numbers_of(
        questions.variant(name, secret=b"k", student="eva")
    )
    rows, _ = run(source, "[len(rows) for _, _, rows in POOL.values()]")
    assert rows == [1] * len(found)


def test_the_cell_is_small_and_holds_neither_answers_nor_secret() -> None:
    for name in questions.names():
        for lang in LANGUAGES:
            source = questions.pool_source(name, secret=b"hush-hush", lang=lang)
            assert len(source) < 12_000
            assert max(map(len, source.splitlines())) <= 120
            assert "hush-hush" not in source
            assert not {"worked", "ideas", "floor(", "grader"} & set(source.split())
            for found in questions.slots(name).values():
                assert not any(f'"{idea}"' in source for idea in found)
    assert cell.WIDTH < 120


def test_the_salt_does_not_tell_the_secret_of_hidden_inputs() -> None:
    salts = {drawing.salt(secret, name) for secret in SECRETS for name in questions.names()}
    assert len(salts) == len(SECRETS) * len(questions.names())


def test_a_strangers_answers_are_all_wrong() -> None:
    for name in questions.names():
        for secret in (b"", b"s"):
            other = questions.stranger(name, secret=secret)
            theirs = questions.variant(name, secret=secret, student=other).questions
            for slot, own in questions.variant(name, secret=secret, student=None).questions.items():
                assert theirs[slot].answer != own.answer
                assert own.kind != "solution" or not own.solved_by(theirs[slot].answer[0])


def test_the_teachers_key_has_a_row_per_student_and_question() -> None:
    rows = questions.answer_key("output-size", secret=b"s", students=["ana", "eva"])
    assert len(rows) == 2 * len(questions.slots("output-size"))
    assert {row["student"] for row in rows} == {"ana", "eva"}
    own = questions.variant("output-size", secret=b"s", student="ana").questions["padded"]
    assert rows[0]["answer"] == str(own.answer[0])
    assert rows[0]["worked"] == own.worked
    assert f"N = {own.numbers['N']}" in rows[0]["numbers"]


def test_the_card_names_both_ids_when_they_differ_and_says_which_pool_it_was() -> None:
    graded = questions.variant("output-size", secret=b"s", student="ana")
    review, notices = questions.remarks(graded, claimed="eva", listed=True, secret=b"s")
    assert notices == []
    for lang in LANGUAGES:
        said = texts.render(review[0], lang)
        assert "ana" in said
        assert "eva" in said
    assert questions.remarks(graded, claimed="ANA ", listed=True, secret=b"s") == ([], [])
    assert questions.remarks(graded, claimed="", listed=True, secret=b"s") == ([], [])
    public = questions.variant("output-size", secret=b"", student=None)
    review, notices = questions.remarks(public, claimed="public", listed=False, secret=b"")
    assert review == []
    assert "class list" in texts.render(notices[0], "en")
    assert "public pool" in texts.render(notices[1], "en")
    assert "lista de clase" in texts.render(notices[0], "es")
    assert "conjunto público" in texts.render(notices[1], "es")


def test_the_page_on_rubrics_lists_every_question_and_its_misconceptions() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "rubrics.md").read_text("utf-8")
    for name, slot in SLOTS:
        ideas = ", ".join(f"`{idea}`" for idea in questions.slots(name)[slot])
        assert f"| `{name}` | `{slot}` | {ideas} |" in page


def test_every_text_of_a_question_and_of_an_idea_is_there() -> None:
    catalogue = texts.catalogue()
    ideas = {idea for name in questions.names() for found in questions.slots(name).values() for idea in found}
    written = {key.removeprefix("questions.idea.") for key in catalogue if key.startswith("questions.idea.")}
    assert written == ideas
    for name, slot in SLOTS:
        question = pool_of(name, slot, b"")[0]
        for lang in LANGUAGES:
            assert texts.render(message(f"questions.{name}.{slot}", **question.numbers), lang)
