"""A number in text: words, signs and workings around it cost nothing; two different numbers are none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scoring import number_text


def readings(typed: str) -> tuple[float, ...]:
    found = number_text.read(typed)
    assert found is not None, typed
    return found.readings


@pytest.mark.parametrize(
    "typed",
    [
        "16",
        "P = 16",
        "p_28: 16",
        "P=(5-1)*4 = 16",
        "16 (approx.)",
        "unos 16 píxeles",
        "16 on each side",
        "son 16 filas",
        "más o menos 16",
        "2**4",
        "2^4 = 16",
        "floor((33 - 2) / 2) + 1 = 16",
        "16 = P",
        "[16]",
        "$P = 16$",
        "=> 16",
        "2 · 8",
        "32/2",
        "(20 - 4)",
        "“16”",
    ],
)
def test_sixteen_is_sixteen_whatever_stands_around_it(typed: str) -> None:
    assert any(math.isclose(reading, 16) for reading in readings(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "lr = 0.001",
        "0.001 ≈ 1e-3",
        "1·10^-3",
        "1 × 10⁻³",
        "10^{-3}",
        "10**-3",
        "1/1000",
        "1⁄1000",
        "0,001 s",
        "1,0 · 10^-3",
        "1E-03",
    ],
)
def test_a_thousandth_is_written_in_many_ways(typed: str) -> None:
    assert any(math.isclose(reading, 0.001) for reading in readings(typed))


@pytest.mark.parametrize("typed", ["≈ 0,76 puntos porcentuales", "0.76 pp", "99.10 - 98.34 = 0.76", "about 0.76"])
def test_a_difference_in_points_is_read(typed: str) -> None:
    assert any(math.isclose(reading, 0.76) for reading in readings(typed))


@pytest.mark.parametrize(
    ("typed", "percent"), [("75 %", True), ("75 por ciento", True), ("75 percent", True), ("75", 0)]
)
def test_a_percent_sign_in_words_is_one(typed: str, percent: bool) -> None:
    found = number_text.read(typed)
    assert found is not None
    assert found.percent == percent


def test_thousands_in_words_are_counted() -> None:
    assert readings("60 mil imágenes") == (60_000,)
    assert readings("1,5 million")[0] == 1_500_000


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "many",
        "15 or 16",
        "15, 16",
        "15 = 16",
        "16 -> 8",
        "not 16",
        "no es 16",
        "menos de 16",
        "> 16",
        "≠ 16",
        "isn't 16",
        "P16",
        "16 17",
        "<integer of 16 bits>",
        "1.2.3",
        "1,23,4",
        "2 ** 10 ** 10 ** 10",
        "1 / 0",
        "16" + " " * 300,
        "16 if 1 else 15",
        "N - 16",
        "__import__('os').getpid() + 16",
    ],
)
def test_several_numbers_and_what_is_taken_back_are_no_number(typed: str) -> None:
    assert number_text.read(typed) is None


def test_a_rounded_result_agrees_with_its_working() -> None:
    assert {879, 225_034 * 4 / 1024} <= set(readings("225034 * 4 / 1024 ≈ 879"))
    assert number_text.read("225034 * 4 / 1024 ≈ 800") is None


@pytest.mark.parametrize("typed", ["(" * 190 + "1", "-" * 190 + "1)", "9" * 200, "9**9**9", "1/" * 99 + "0", "=" * 199])
def test_text_of_many_signs_is_read_in_bounds(typed: str) -> None:
    found = number_text.read(typed)
    assert found is None or all(isinstance(reading, float) for reading in found.readings)


@given(st.text(alphabet="0123456789.,+-*/^()=≈ eExPn%→", max_size=60))
def test_any_text_is_read_or_not_but_never_fails(typed: str) -> None:
    number_text.read(typed)
    number_text.square_side(typed)
    number_text.sizes(typed)


@pytest.mark.parametrize("typed", ["56x56", "56 × 56", "(56, 56)", "56 filas y 56 columnas", "56 by 56 px"])
def test_a_square_has_one_side(typed: str) -> None:
    assert number_text.square_side(typed) == 56


@pytest.mark.parametrize("typed", ["56x55", "56", "56x56x3", "5.6 x 5.6", "56 - 56", "not 56x56", "56/56"])
def test_what_is_no_square_has_none(typed: str) -> None:
    assert number_text.square_side(typed) is None


@pytest.mark.parametrize(
    ("typed", "sizes"),
    [
        ("(None, 26, 26, 64)", [None, 26, 26, 64]),
        ("26x26x64", [26, 26, 64]),
        ("26 rows x 26 columns x 64 maps", [26, 26, 64]),
        ("shape = (480, 640)", [480, 640]),
        ("[480 640]", [480, 640]),
        ("(60 000, 28, 28)", [60_000, 28, 28]),
        ("torch.Size([480, 640])", [480, 640]),
    ],
)
def test_the_sizes_of_a_shape_are_found(typed: str, sizes: list[int | None]) -> None:
    assert number_text.sizes(typed) == sizes


@pytest.mark.parametrize("typed", ["big", "(2.5, 3)", "-1", "not (26, 26)", "9" * 30])
def test_what_has_no_whole_sizes_is_no_shape(typed: str) -> None:
    assert number_text.sizes(typed) is None
