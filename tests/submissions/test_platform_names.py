"""Names that learning platforms give to submitted files and folders."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.submissions.platform_names import PlatformName, of_class, parse


def moodle(name: str, number: str, file: str = "", *, typed: bool = False) -> PlatformName:
    return PlatformName(platform="moodle", name=name, number=number, file=file, typed=typed, late=False)


def canvas(name: str, number: str, file: str, *, typed: bool = False, late: bool = False) -> PlatformName:
    return PlatformName(platform="canvas", name=name, number=number, file=file, typed=typed, late=late)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Inés Gómez_81_assignsubmission_file_", moodle("Inés Gómez", "81")),
        ("Inés Gómez_81_assignsubmission_file", moodle("Inés Gómez", "81")),
        ("O'Hara, Liam_0082_assignsubmission_onlinetext_", moodle("O'Hara, Liam", "0082", typed=True)),
        ("Inés_81_assignsubmission_onlinetext", moodle("Inés", "81", typed=True)),
        ("Participant_83_assignsubmission_file_", moodle("Participant", "83")),
        ("Teilnehmer/in_84_assignsubmission_file", moodle("Teilnehmer/in", "84")),
        ("Team 7-Inés Gómez_85_assignsubmission_file", moodle("Team 7-Inés Gómez", "85")),
        ("Team_7_86_assignsubmission_file", moodle("Team_7", "86")),
        ("ליאת כהן_87_assignsubmission_file_", moodle("ליאת כהן", "87")),
        ("Inés_81_assignsubmission_file_my_net_2.ipynb", moodle("Inés", "81", "my_net_2.ipynb")),
        ("Inés_81_assignsubmission_onlinetext_onlinetext.html", moodle("Inés", "81", "onlinetext.html", typed=True)),
    ],
)
def test_a_moodle_name_is_taken_apart(name: str, expected: PlatformName) -> None:
    assert parse(name) == expected


def test_a_students_file_name_cannot_take_somebody_elses_number() -> None:
    found = parse("Inés_81_assignsubmission_file_Bo_99_assignsubmission_file_net.ipynb")
    assert found == moodle("Inés", "81", "Bo_99_assignsubmission_file_net.ipynb")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gomezines_81_305_nb.ipynb", canvas("gomezines", "81", "nb.ipynb")),
        ("gómezinés_81_305_nb.ipynb", canvas("gómezinés", "81", "nb.ipynb")),
        ("gomezines_LATE_81_305_nb-1.ipynb", canvas("gomezines", "81", "nb-1.ipynb", late=True)),
        ("ines2_81_305_4_5_nb.ipynb", canvas("ines2", "81", "4_5_nb.ipynb")),
        ("anon_x1y2z_305_nb.ipynb", canvas("anon", "x1y2z", "nb.ipynb")),
        ("anon_LATE_x1y2z_305_nb.ipynb", canvas("anon", "x1y2z", "nb.ipynb", late=True)),
        ("LATE_anon_x1y2z_305_nb.ipynb", canvas("anon", "x1y2z", "nb.ipynb", late=True)),
        ("anon_x1y2z_text.html", canvas("anon", "x1y2z", "text.html", typed=True)),
        ("gomezines_81_text.html", canvas("gomezines", "81", "text.html", typed=True)),
        ("gomezines_LATE_81_link.html", canvas("gomezines", "81", "link.html", typed=True, late=True)),
        ("gomezines_81_305_text.html", canvas("gomezines", "81", "text.html", typed=True)),
        ("gomezines_81_305_my_text.html", canvas("gomezines", "81", "my_text.html")),
    ],
)
def test_a_canvas_name_is_taken_apart(name: str, expected: PlatformName) -> None:
    assert parse(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("", "ines", "ines.ipynb", "Inés Gómez", "P5_final.ipynb", "María_José"),
        *("_81_assignsubmission_file_", "Inés_assignsubmission_file_", "Inés_x81_assignsubmission_file_"),
        *("Inés_81_assignsubmission_files", "Inés_٨١_assignsubmission_file", "Inés_81_assignsubmission_comments_"),
        *("4_81_305_nb.ipynb", "P5_12_3_final.ipynb", "ines_81_nb.ipynb", "ines_81_x_305_nb.ipynb"),
        *("ines_81_305_", "ines gomez_81_305_nb.ipynb", "_81_305_nb.ipynb"),
        *("de_la_81_305_nb.ipynb", "ines_LATER_81_305_nb.ipynb", "ines_81_notes.html", "anon_x-1_305_nb.ipynb"),
    ],
)
def test_other_names_are_nobodys(name: str) -> None:
    assert parse(name) is None


def test_canvas_names_count_when_half_of_the_class_has_one() -> None:
    one, two = "gomezines_81_305_nb.ipynb", "roybo_82_306_nb.ipynb"
    assert set(of_class([one, two, "liam", "zoe.ipynb"])) == {one, two}
    assert of_class([one, two, "liam", "zoe.ipynb", "kim"]) == {}
    assert of_class(["p5_12_3_final.ipynb", "liam", "zoe.ipynb"]) == {}
    assert of_class([]) == {}


def test_moodle_names_always_count() -> None:
    folder, file = "Inés Gómez_81_assignsubmission_file", "p5_12_3_final.ipynb"
    assert of_class([folder, file, "liam", "zoe.ipynb"]) == {folder: moodle("Inés Gómez", "81")}


WORDS = st.sampled_from(["Inés", "O'Hara", "de la Cruz,", "ליאת", "Zoë\u0308", '"Bo"', "_", "7", "12_", "\u202eكريم"])
NAMES = st.one_of(
    st.text(min_size=1), st.lists(WORDS, min_size=1).map(" ".join), st.lists(WORDS, min_size=1).map("_".join)
)
NUMBERS = st.text("0123456789", min_size=1)


@given(NAMES.filter(lambda name: "_assignsubmission_" not in name), NUMBERS, st.booleans(), st.booleans(), st.text())
@example("a_1", "2", False, False, "")
@example("a", "2", False, False, "x_3_assignsubmission_file_y")
def test_whatever_moodle_packs_is_read_back(name: str, number: str, typed: bool, flat: bool, file: str) -> None:
    packed = f"{name}_{number}_assignsubmission_{'onlinetext' if typed else 'file'}"
    assert parse(packed) == parse(packed + "_") == moodle(name, number, typed=typed)
    if flat:
        assert parse(f"{packed}_{file}") == moodle(name, number, file, typed=typed)


PIECES = st.sampled_from([*"_. aÁ5", "anon", "LATE", "_12_", "_assignsubmission_", "file", "text.html", "\n", "\udce9"])


@given(st.lists(st.one_of(st.text(max_size=3), st.text("\udc80\ud800_1"), PIECES)).map("".join))
def test_any_name_can_be_asked_for(name: str) -> None:
    found = parse(name)
    if found is not None:
        assert found.name
        assert found.number
        assert name.endswith(found.file)
    assert of_class([name]) == ({} if found is None else {name: found})
