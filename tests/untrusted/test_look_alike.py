"""Which ids a reader takes for one another."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted.look_alike import LATIN, skeleton


@pytest.mark.parametrize(
    "twin",
    ["аna", "anа", "an\u200ba", "ana\ufe0f", "a\u034fna", "\u3164ana", "ａｎａ", "a\U000e0041na"],
)
def test_a_twin_has_the_same_skeleton(twin: str) -> None:
    assert skeleton(twin) == skeleton("ana")


@pytest.mark.parametrize("other", ["Ana", "aná", "anna", "ama", "an a", "ana1", "анна"])
def test_others_have_others(other: str) -> None:
    assert skeleton(other) != skeleton("ana")


@given(st.text())
def test_a_skeleton_is_its_own(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


def test_every_letter_of_the_table_is_one_of_another_alphabet_for_a_latin_one() -> None:
    for foreign, latin in LATIN.items():
        assert not unicodedata.name(chr(foreign)).startswith("DIGIT")
        assert str(latin).isascii()
        assert foreign > 127
