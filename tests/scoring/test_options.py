"""An option is known by its letter in any dress, or by its own words, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.scoring import options
from grader.scoring.answers import Unreadable

KNOWN = {
    "a": ("La red ha aprendido demasiado poco.", "The network has learnt too little."),
    "b": ("Sobreajuste: la red memoriza las imágenes.", "Overfitting: the network learns the images by heart."),
    "c": ("ninguno; con 1 se queda corta", "none; with 1 it falls short"),
    "d": ("$P = 4$, lo mismo que el kernel", "$P = 4$, the same as the kernel"),
    "e": ("No: son respuestas, no intensidades de luz", "No: they are responses, not intensities of light"),
    "f": ("No: mide otra cosa", "No: it measures something else"),
}


@pytest.mark.parametrize(
    "typed",
    [
        "b",
        " B ",
        "(b)",
        "b)",
        "B.",
        "ｂ",
        "«b»",
        "Opción B",
        "option b",
        "la b",
        "es la b",
        "respuesta: b",
        "letra b",
        "creo que es la b",
        "b, because it learns by heart",
        "b porque sí",
        "b: menos números",
        "b - overfitting",
        ["b"],
        "['b']",
        ["b", "porque memoriza"],
        {"letra": "B"},
    ],
)
def test_a_letter_is_read_in_any_dress(typed: object) -> None:
    assert options.read(typed, KNOWN) == "b"


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("overfitting", "b"),
        ("Sobreajuste.", "b"),
        ("es sobre-ajuste", "b"),
        ("overfitting, because it memorises", "b"),
        ("la red memoriza las imágenes", "b"),
        ("ninguno", "c"),
        ("none", "c"),
        ("P = 4", "d"),
        ("Porque la red ha aprendido demasiado poco", "a"),
        ("the network has learnt too little", "a"),
        ("a veces: b", None),
        ("learns the images by heart", "b"),
        ("they are responses", None),
        ("No: it measures something else", "f"),
    ],
)
def test_an_option_is_known_by_its_own_words(typed: str, letter: str | None) -> None:
    read = options.read(typed, KNOWN)
    assert read == letter if letter else isinstance(read, Unreadable)


@pytest.mark.parametrize(
    "typed",
    [
        "it is not overfitting",
        "no es sobreajuste",
        "not b",
        "todas menos la b",
        "b or c",
        "a y b",
        "b/c",
        ["a", "b"],
        "β",
        "no",
        "intensidades de luz",
        "a network",
        "the network",
        "",
        True,
        None,
        2,
        {},
        {"a": 1, "b": 2},
    ],
)
def test_what_fits_no_option_or_several_is_told_to_write_the_letter(typed: object) -> None:
    read = options.read(typed, KNOWN)
    assert isinstance(read, Unreadable)
    assert "write the letter" in texts.render(read.why, "en")
    assert "escribe la letra" in texts.render(read.why, "es")


def test_a_letter_that_no_option_has_is_a_letter_all_the_same() -> None:
    assert options.read("z", KNOWN) == "z"


def test_options_that_are_words_are_known_by_them() -> None:
    known = {"less": (), "more": ()}
    assert options.read("It is less", known) == "less"
    assert options.read("something", known) == "something"


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_any_answer_is_an_option_or_unreadable(typed: object) -> None:
    assert isinstance(options.read(typed, KNOWN), (str, Unreadable))
