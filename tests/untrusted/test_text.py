"""Untrusted text, made safe."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted.text import SLUG_LENGTH, as_codes, clean_text, csv_cell, slug_of, terminal_text

anything = st.text(st.characters(), max_size=60) | st.text("\x1b[]\x9d;m0\x07\\\n\r\ta\u202e\x00é\u0301", max_size=40)


@given(anything)
def test_clean_text_fits_into_xml_and_moves_no_cursor(value: str) -> None:
    shown = clean_text(value)
    element = ET.Element("t")
    element.text = shown
    assert ET.fromstring(ET.tostring(element, encoding="utf-8")).text == (shown or None)
    assert all(character.isprintable() or character in "\n\t" or character.isspace() for character in shown)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@given(anything)
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    assert clean_text(clean_text(value)) == clean_text(value)


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a\x1b]52;c;ZXZpbA==\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"),
        ("\x1b]0;never ends\nnext line", "\nnext line"),
        ("\x9b31mred", "red"),
        ("\x1b\x1b[31m[31mred", "[31mred"),
        ("100%\r\nnext\rover", "100%\nnext\nover"),
        ("bell\x07 back\x08 null\x00", "bell\\x07 back\\x08 null\\x00"),
        ("Ana\u202enimda", "Ana\\u202enimda"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone \ud800", "lone \\ud800"),
        ("Ñandú · 李雷 🙂 x²", "Ñandú · 李雷 🙂 x²"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 4),
    ],
)
def test_what_a_terminal_would_obey_is_removed_or_shown(dirty: str, shown: str) -> None:
    assert clean_text(dirty) == shown


def test_long_text_is_cut_and_says_so() -> None:
    assert clean_text("x" * 5000, 100) == "x" * 99 + "…"
    assert clean_text("x" * 100, 100) == "x" * 100


def test_a_terminal_gets_one_line() -> None:
    assert terminal_text("two\nlines\tand \x1b[2Ja clear screen") == "two lines and a clear screen"


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\x1b[0m=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "|cmd",
        "%x",
        "﹦1",
        "⁺1",
        "\u3000=1",
    ],
)
def test_text_in_a_spreadsheet_is_never_a_formula(formula: str) -> None:
    assert csv_cell(formula).startswith("'")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana;=1+1", "Ana;'=1+1"),
        ('x"; "=1+1"', """x";' "=1+1\""""),
        ("a|+1;@x", "a|'+1;'@x"),
        ("a; b", "a; b"),
        ("a, -1", "a, -1"),
        ("", ""),
        ("²x", "²x"),
    ],
)
def test_no_formula_hides_behind_a_separator(text: str, shown: str) -> None:
    assert csv_cell(text) == shown


@given(anything, anything)
def test_codes_are_one_line_that_tells_names_apart(one: str, other: str) -> None:
    assert as_codes(one).isprintable()
    assert "\\" in one + other or (as_codes(one) == as_codes(other)) is (one == other)


def test_codes_show_what_cleaning_removes() -> None:
    assert as_codes("\x1b[31mana\n\u00a0\u202eñ é") == "\\x1b[31mana\\x0a\\xa0\\u202eñ é"
    assert as_codes("Ana\u3164 \ufe0f") == "Ana\\u3164 \\ufe0f"


@given(anything)
def test_no_cell_begins_like_a_formula_or_breaks_its_row(value: str) -> None:
    shown = csv_cell(value)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([shown, "next"])
    assert out.getvalue().count("\n") == 1
    assert next(csv.reader([out.getvalue()])) == [shown, "next"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-3, "-3"),
        (-0.5, "-0.5"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (9.5, "9.5"),
        (0, "0"),
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (True, "yes"),
        (False, "no"),
        ("007", "007"),
        (1e300, "1e+300"),
    ],
)
def test_numbers_in_a_spreadsheet_stay_numbers(value: object, shown: str) -> None:
    assert csv_cell(value) == shown


@pytest.mark.parametrize("plain", ["ana", "a.b_c-d", "x", "2024-017", "con-rad", "u0012345", "a" * 80])
def test_a_slug_leaves_safe_names_alone(plain: str) -> None:
    assert slug_of(plain) == plain


@pytest.mark.parametrize(
    ("student", "readable"),
    [
        ("Ñandú Pérez (1)", "Nandu-Perez-1-"),
        ("Ana", "Ana-"),
        ("-rf", "rf-"),
        ("../../etc/passwd", "etc-passwd-"),
        (".hidden", "hidden-"),
        ("con", "con-"),
        ("NUL.txt", "NUL-txt-"),
        ("李雷", "student-"),
        ("", "student-"),
        ("a\nb", "a-b-"),
        ("x.", "x-"),
        ("Łukasz Strauß", "Lukasz-Strauss-"),
        ("a" * 300, "a" * 73 + "-"),
        ("ana-3fa2c1", "ana-3fa2c1-"),
        ("id~2", "id-2-"),
        ("lone \ud800", "lone-"),
    ],
)
def test_a_slug_keeps_what_is_readable_and_adds_a_hash(student: str, readable: str) -> None:
    slug = slug_of(student)
    assert slug.startswith(readable)
    assert re.fullmatch(r"[0-9a-f]{6}", slug.removeprefix(readable))
    assert len(slug) <= SLUG_LENGTH


@given(anything)
def test_a_slug_is_a_safe_file_name_everywhere(student: str) -> None:
    slug = slug_of(student)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", slug)
    assert len(slug) <= 80
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", slug)


names = st.text("aAbBñÑ-._ 3f~(é", min_size=1, max_size=8)


@given(st.lists(names, unique=True, max_size=20))
def test_different_students_get_different_files_even_where_case_does_not_count(students: list[str]) -> None:
    assert len({slug_of(student).casefold() for student in students}) == len(students)


def test_nobody_can_choose_a_name_that_is_the_slug_of_another() -> None:
    victim = slug_of("Ana")
    assert slug_of(victim) != victim
    assert slug_of(victim.lower()) != victim.lower()


# Read from Unicode itself: a list by hand forgets one.
SIGNS = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.normalize("NFKC", chr(code))[0] in "=+-@|%" and unicodedata.category(chr(code)) != "Cs"
]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", ";", "|", "; ", ';"', "a|b; '"])
def test_no_form_of_a_sign_begins_a_formula_at_the_start_or_behind_a_separator(before: str, sign: str) -> None:
    shown = csv_cell(f"ana {before}{sign}1" if before else f"{sign}1")
    at = shown.rindex(sign)  # "|" is a sign and a separator
    guarded = shown[:at].rstrip(" \"'") + "'"
    assert shown.startswith(guarded)
    assert guarded[:-1] == "" or guarded[-2] in ";|"
