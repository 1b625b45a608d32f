"""What pictures earn, and what is said of those that earn nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import Judgement, PictureFacts
from grader.scoring import checks
from grader.scoring.checks.pictures import labels_in
from tests.support.arrays import known, picture
from tests.support.facts import crashed, evidence, facts, say

DATA = known()


def shown(*pictures: PictureFacts, **params: Any) -> Judgement:
    about = facts(pictures=pictures)
    return checks.judge("shows_images", evidence(about=about, data=DATA), params)


def four(**changes: Any) -> list[PictureFacts]:
    return [picture(label, f"{label}", row=row, **changes) for row, label in enumerate((5, 0, 4, 1))]


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("5", [5]), ("5.0", [5]), ("label: 5", [5]), ("etiqueta 5 (cinco)", [5, 5]), ("y=5", [5]), ("Cinco", [5]),
        ("[5]", [5]), ("5, imagen 0", [5, 0]), ("nº 3: 7", [3, 7]), ("true 5 | pred 3", [5, 3]), ("five!", [5]),
        ("", []), ("x5", []), ("28x28", []), ("img_5", []), ("0.98", []), ("98,12 %", []), ("12", []), ("1,5", []),
        ("accuracy 0.5", []), ("2024-10-12", []),
    ],
)  # fmt: skip
def test_a_label_is_a_number_or_word_of_its_own(words: str, labels: list[int]) -> None:
    assert sorted(labels_in(words)) == sorted(labels)


@given(st.integers(0, 9), st.sampled_from(["", "label ", "Etiqueta: ", "(", "#"]), st.sampled_from(["", ")", "!"]))
def test_a_digit_between_words_is_always_found(digit: int, before: str, after: str) -> None:
    assert labels_in(f"{before}{digit}{after}") == [digit]


def test_four_labelled_images_in_their_order_earn_everything() -> None:
    judged = shown(*four(), n=4, labelled=True, first=True)
    assert judged.credit == 1
    assert say(judged) == "4 images of the data set are shown, each with its label."
    assert say(judged, "es") == "Se muestran 4 imágenes del conjunto de datos, cada una con su etiqueta."


def test_no_picture_at_all_says_so_with_the_reason() -> None:
    assert say(shown(n=4)).startswith("The notebook shows no picture")
    about = crashed()
    judged = checks.judge("shows_images", evidence(about=about, data=DATA), {"n": 4})
    assert (judged.credit, say(judged)) == (
        0,
        "The notebook shows no picture: code cell 7 ended in NameError before one was drawn.",
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (picture(4, "3", row=2), "picture 3 (in code cell 3) says 3, it shows a 4"),
        (picture(4, "", row=2), "picture 3 (in code cell 3) shows a 4 and has no label beside it"),
        (picture(4, "0 1 2 3 4 5 6 7 8 9", row=2), "picture 3 (in code cell 3) has many numbers beside it"),
        (picture(None, "4", blank=True), "picture 3 (in code cell 3) is blank, all its values are the same"),
        (
            picture(None, "4", shape=(784, 1)),
            "picture 3 (in code cell 3), of shape (784, 1), shows no digit of (28, 28) and no enlarged one",
        ),
        (picture(None, "4"), "picture 3 (in code cell 3) shows no image of the data set"),
        (picture(4, "4", part="test", row=2), "picture 3 (in code cell 3) shows an image of the test set"),
    ],
)
def test_a_wrong_picture_costs_its_share_and_is_named(wrong: PictureFacts, sentence: str) -> None:
    pictures = four()
    pictures[2] = wrong
    judged = shown(*pictures, n=4, labelled=True, part="train")
    assert judged.credit == 0.75
    assert say(judged).startswith("3 of 4 images are shown with their label. What was noticed: ")
    assert sentence in say(judged)


def test_the_same_image_counts_once_and_others_beside_them_do_no_harm() -> None:
    twice = shown(*four(), *four()[:2], n=5)
    assert (twice.credit, say(twice)) == (0.8, "4 of 5 images are shown.")
    assert shown(picture(None), *four(), picture(None, blank=True), n=4).credit == 1


def test_the_first_images_must_be_the_first_and_in_order() -> None:
    grid = [picture(label, str(label), row=row) for label, row in enumerate((1, 3, 5, 7, 2, 0, 13, 15, 17, 4))]
    judged = shown(*grid, n=4, labelled=True, first=True)
    assert judged.credit == 0.25
    assert "the right ones are not, in their order, the first 4 of the training set" in say(judged)
    pairs = [one for image in four() for one in (image, image)]
    assert shown(*pairs, n=4, labelled=True, first=True).credit == 1
    broken = [four()[0], picture(None, blank=True), *four()[2:]]
    assert shown(*broken, n=4, labelled=True, first=True).credit == 0.75
    assert shown(*four()[::-1], n=4, first=True).credit == 0.25
    assert shown(*grid, *four(), n=4, labelled=True, first=True).credit == 1
    of_the_test = [picture(7, "7", row=row, part="test") for row in range(4)]
    assert shown(*of_the_test, n=4, first=True).credit == 0
    assert shown(*of_the_test, n=4, first=True, part="test").credit == 1


def test_the_first_images_belong_to_one_cell() -> None:
    bare = [replace(one, title="", cell=3) for one in four()]
    elsewhere = [replace(one, cell=4 + place) for place, one in enumerate(four())]
    assert shown(*bare, *elsewhere[2:3], n=4, labelled=True, first=True).credit == 0
    assert shown(*bare, *elsewhere, n=4, labelled=True, first=True).credit == 1
    mixed = [
        *bare,
        replace(four()[0], cell=5),
        *(picture(label, str(label), row=label + 50, cell=5) for label in range(9)),
    ]
    judged = shown(*mixed, n=4, labelled=True, first=True)
    assert judged.credit == 0
    assert say(judged).startswith("0 of 4 images are shown with their label. ")
    assert "the right ones are not" not in say(judged)


def test_one_per_class_asks_for_every_class_with_its_label() -> None:
    grid = [picture(label, f"label: {label}", row=100 + label) for label in range(10)]
    assert shown(*grid, n=10, one_per_class=True).credit == 1
    judged = shown(*grid[:7], n=10, one_per_class=True)
    assert judged.credit == 0.4
    assert say(judged).startswith(
        "7 of 10 classes are shown with their label; each missing class costs twice its share. "
    )
    assert judged.actual is not None
    assert judged.actual.values == {"value": 7}
    assert "these are the first" not in say(judged)
    assert "classes without a labelled picture: 7, 8, 9" in say(judged)
    assert shown(*grid[:4], n=10, one_per_class=True).credit == 0
    bare = [picture(label, row=label) for label in range(10)]
    assert shown(*bare, n=10, one_per_class=True).credit == 0
    first = [picture(label, str(label), row=row) for row, label in enumerate((5, 0, 4, 1, 9, 2, 1, 3, 1, 4))]
    judged = shown(*first, n=10, one_per_class=True)
    assert judged.credit == pytest.approx(0.4)
    assert "these are the first 10 images of the set, not one of each class" in say(judged)
    assert "son las 10 primeras imágenes del conjunto" in say(judged, "es")


def channel(cmap: str, digest: str, **changes: Any) -> PictureFacts:
    return picture(None, cmap=cmap, digest=digest, shape=(40, 60), **changes)


CMAPS = ("Reds", "Greens", "Blues")


def test_colour_maps_ask_for_a_matrix_each_and_no_image_of_the_set() -> None:
    judged = shown(*(channel(cmap, cmap) for cmap in CMAPS), n=3, cmaps=CMAPS)
    assert judged.credit == 1
    assert say(judged) == "Each colour map shows a matrix of its own: Reds, Greens, Blues."
    assert shown(*(channel(f"{cmap}_r", cmap) for cmap in CMAPS), n=3, cmaps=CMAPS).credit == 1


def test_what_colour_maps_lack_is_named() -> None:
    judged = shown(channel("Reds", "a"), channel("Greens", "a"), n=3, cmaps=CMAPS)
    assert judged.credit == pytest.approx(1 / 3)
    assert "the picture in Greens shows the same matrix as the one in Reds" in say(judged)
    assert "no picture of a matrix in Blues" in say(judged)
    blank = shown(channel("Reds", "a", blank=True), n=3, cmaps=CMAPS)
    assert "the picture in Reds is blank" in say(blank)


def test_any_image_counts_different_pictures_that_are_not_blank() -> None:
    pictures = [channel("viridis", "a"), channel("viridis", "b", title="map"), channel("gray", "c", blank=True)]
    assert shown(*pictures, n=2, any_image=True).credit == 1
    judged = shown(*pictures, n=2, any_image=True, labelled=True)
    assert judged.credit == 0.5
    assert say(judged) == "1 of 2 different pictures are shown (blank ones: 1, without words beside them: 1)."


PICTURES = st.builds(
    picture,
    st.none() | st.integers(0, 9),
    st.sampled_from(["", "3", "4 5", "x"]),
    row=st.integers(0, 9),
    blank=st.booleans(),
    part=st.sampled_from(["train", "test"]),
    cmap=st.sampled_from(["", "gray", "Reds"]),
)


@given(
    st.lists(PICTURES, max_size=12),
    st.sampled_from(
        [
            {},
            {"labelled": True},
            {"first": True},
            {"one_per_class": True},
            {"part": "test"},
            {"any_image": True},
            {"greys": 1},
            {"cmaps": ("Reds", "gray", "Blues", "Greens")},
        ]
    ),
)
def test_credit_is_a_share_that_more_pictures_never_lower(pictures: list[PictureFacts], params: dict[str, Any]) -> None:
    judged = shown(*pictures, n=4, **params)
    assert 0 <= (judged.credit or 0) <= 1
    assert say(judged)
    assert (shown(*pictures, *four(), n=4, **params).credit or 0) >= (judged.credit or 0)
