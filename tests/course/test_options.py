"""The options of questions, as the references put them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.course import course, options, rubric
from grader.scoring import options as reading
from grader.scoring.answers import Unreadable

SHIPPED = course.shipped()


def notebook(*texts: str, **metadata: object) -> bytes:
    cells = [{"cell_type": "markdown", "metadata": metadata, "source": text} for text in texts]
    return json.dumps({"cells": cells}).encode()


def test_options_are_read_in_both_forms_and_all_languages() -> None:
    spanish = (
        "**`why`** ¿Por qué? Una letra.\n\n- a) Porque sí,\n  y ya.\n- b) Porque no.\n\nOtra cosa.\n- c) no es opción"
    )
    english = '**`why`** Why?\n\n- `"a"`: because\n- `"b"`: because not'
    assert options.options(notebook(spanish, english)) == {
        "why": {"a": ("Porque sí, y ya.", "because"), "b": ("Porque no.", "because not"), "c": ("no es opción",)}
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"cells": 3}', b'{"cells": [3]}', b"\xff", notebook("- a) of no question")],
)
def test_what_has_no_questions_has_no_options(content: bytes) -> None:
    assert options.options(content) == {}


def test_what_only_the_teacher_sees_is_no_option() -> None:
    assert options.options(notebook("**`q`** ?\n- a) one", tags=["teacher"])) == {}


def test_a_course_without_a_reference_has_no_options(tmp_path: Path) -> None:
    assert course.Course(root=tmp_path).options("mnist-mlp") == {}


@pytest.mark.parametrize("exercise", SHIPPED.exercises)
def test_each_option_of_the_course_is_known_by_its_letter_and_by_its_own_words(exercise: str) -> None:
    found = SHIPPED.options(exercise)
    asked = rubric.load(SHIPPED.rubric_path(exercise)).criteria
    questions = {one.params["answer"] for one in asked if one.check in ("choice", "conclusion")}
    assert set(found) == questions
    for told in found.values():
        for letter, texts in told.items():
            assert len(texts) == 2  # es and en
            for typed in (
                letter,
                letter.upper(),
                f"{letter}) {texts[0]}",
                *texts,
                *(text.rstrip(".") for text in texts),
            ):
                assert reading.read(typed, told) == letter
            assert isinstance(reading.read(f"it is not so that {texts[1]}", told), Unreadable)
