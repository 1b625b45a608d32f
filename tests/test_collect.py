"""Collecting hand-ins from a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import collect
from grader.collect import folder, intake, roster
from grader.errors import CollectError, CourseError
from grader.texts import render

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def put(root: Path, name: str, content: bytes = NOTEBOOK) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def students(root: Path, **options: Path) -> list[str]:
    return [hand_in.student for hand_in in collect.find([root], **options)]


def only(root: Path, exercise: str = "mnist-mlp"):
    (hand_in,) = collect.find([root])
    return collect.load(hand_in, exercise)


def test_the_student_is_the_first_path_part_without_its_ending(tmp_path: Path) -> None:
    put(tmp_path, "ana.ipynb")
    put(tmp_path, "Ñandú Pérez (1)/entrega/P5.ipynb")
    put(tmp_path, "li.py", b"x = 1")
    assert sorted(students(tmp_path)) == ["ana", "li", "Ñandú Pérez (1)"]


def test_names_are_brought_to_one_unicode_form(tmp_path: Path) -> None:
    put(tmp_path, "Jose\u0301.ipynb")
    assert students(tmp_path) == ["José"]


@pytest.mark.parametrize(
    "litter",
    ["__MACOSX/a.ipynb", "._ana.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "desktop.ini", ".DS_Store"],
)
def test_what_systems_leave_behind_is_nobodys_hand_in(tmp_path: Path, litter: str) -> None:
    put(tmp_path, litter)
    put(tmp_path, "ana/" + litter)
    put(tmp_path, "ana/P1.ipynb")
    assert students(tmp_path) == ["ana"]
    submission = only(tmp_path)
    assert submission.entry == "P1.ipynb"
    assert submission.others == ()


def test_the_report_folder_and_the_roster_are_not_hand_ins(tmp_path: Path) -> None:
    put(tmp_path, "ana.ipynb")
    put(tmp_path, "out/cards/ana.json")
    put(tmp_path, "class.txt", b"id\nana\n")
    found = students(tmp_path, leave_out=tmp_path / "out", roster=tmp_path / "class.txt")
    assert found == ["ana"]


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("ana.pdf", "cannot be run", "no se puede ejecutar"),
        ("ana.html", "cannot be run", "no se puede ejecutar"),
        ("ana.rar", "is an archive", "archivo comprimido"),
        ("ana/notes.txt", "no notebook", "ningún cuaderno"),
    ],
)
def test_something_else_than_a_notebook_gets_a_sentence(
    tmp_path: Path, name: str, english: str, spanish: str
) -> None:
    put(tmp_path, name, b"x")
    submission = only(tmp_path)
    assert submission.student == "ana"
    assert submission.problem is not None
    assert submission.problem.ended == "unreadable"
    assert english in render(submission.problem.why, "en")
    assert spanish in render(submission.problem.why, "es")


def test_a_link_is_named_and_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path, "elsewhere/secret.ipynb")
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    (hand_ins / "ana.ipynb").symlink_to(secret)
    submission = only(hand_ins)
    assert submission.files == {}
    assert submission.problem is not None
    assert submission.problem.ended == "refused"
    assert "links are not followed" in render(submission.problem.why, "en")


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/secret.ipynb")
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    (hand_ins / "ana").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    submission = only(hand_ins)
    assert submission.files == {}
    assert submission.problem is not None
    assert "is a link" in render(submission.problem.why, "en")


def test_a_fifo_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ana.ipynb")
    problem = only(tmp_path).problem
    assert problem is not None
    assert "not an ordinary file" in render(problem.why, "en")


def test_a_hard_link_is_refused(tmp_path: Path) -> None:
    os.link(put(tmp_path, "elsewhere.txt"), tmp_path / "ana.ipynb")
    (hand_in,) = (found for found in collect.find([tmp_path]) if found.student == "ana")
    problem = collect.load(hand_in, "mnist-mlp").problem
    assert problem is not None
    assert "hard link" in render(problem.why, "en")


def test_a_file_over_the_cap_is_refused_with_its_size(tmp_path: Path) -> None:
    path = put(tmp_path, "big.ipynb", b"")
    os.truncate(path, intake.FILE_CAP + intake.MB)
    problem = only(tmp_path).problem
    assert problem is not None
    assert render(problem.why, "en").startswith("big.ipynb has 21 MB; at most 20 MB are read")


def test_the_exercise_id_in_a_name_decides_between_candidates(tmp_path: Path) -> None:
    put(tmp_path, "ana/MNIST_MLP final.ipynb")
    put(tmp_path, "ana/zz.ipynb")
    submission = only(tmp_path)
    assert submission.entry == "MNIST_MLP final.ipynb"
    assert submission.others == ("zz.ipynb",)


def test_else_the_last_in_natural_order_is_graded(tmp_path: Path) -> None:
    put(tmp_path, "ana/P2.ipynb")
    put(tmp_path, "ana/P10.ipynb")
    put(tmp_path, "ana/net.py", b"x = 1")
    assert only(tmp_path).entry == "P10.ipynb"


def test_modules_and_data_beside_the_notebook_come_along(tmp_path: Path) -> None:
    put(tmp_path, "ana/P1.ipynb")
    put(tmp_path, "ana/lib/net.py", b"x = 1")
    submission = only(tmp_path)
    assert submission.files["lib/net.py"] == b"x = 1"


def test_too_many_files_beside_a_notebook_are_cut_with_a_notice(tmp_path: Path) -> None:
    put(tmp_path, "ana/P1.ipynb")
    for number in range(intake.FILES_CAP + 5):
        put(tmp_path, f"ana/data/{number}.txt", b"x")
    submission = only(tmp_path)
    assert len(submission.files) == intake.FILES_CAP
    assert ["Only the first 200 files" in render(notice, "en") for notice in submission.notices] == [True]


def test_a_path_that_does_not_exist_is_the_teachers_to_mend(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="no such file or folder"):
        collect.find([tmp_path / "nowhere"])


def test_an_empty_folder_is_the_teachers_to_mend(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="no notebook"):
        collect.find([tmp_path])


def test_a_single_notebook_can_be_named(tmp_path: Path) -> None:
    assert [hand_in.student for hand_in in collect.find([put(tmp_path, "ana.ipynb")])] == ["ana"]


def test_the_fingerprint_depends_on_every_name_and_byte() -> None:
    prints = {
        folder.fingerprint("a", {"a": b"1", "b": b"2"}),
        folder.fingerprint("b", {"a": b"1", "b": b"2"}),
        folder.fingerprint("a", {"a": b"1", "b": b"3"}),
        folder.fingerprint("a", {"a": b"1", "c": b"2"}),
        folder.fingerprint("a", {"a": b"12", "b": b""}),
    }
    assert len(prints) == 5


@given(st.lists(st.text(), max_size=8))
def test_natural_order_is_a_total_order(names: list[str]) -> None:
    ordered = sorted(names, key=intake.natural)
    assert sorted(reversed(ordered), key=intake.natural) == sorted(ordered, key=intake.natural)
    assert sorted(ordered) == sorted(names)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_in_names_count_as_numbers(one: int, other: int) -> None:
    in_order = intake.natural(f"P{one}") < intake.natural(f"P{other}")
    assert in_order == (one < other)


def test_a_roster_is_read_in_the_forms_that_spreadsheets_write(tmp_path: Path) -> None:
    path = put(tmp_path, "roster.csv", "\ufeffID;Name;Email\nana;Ana Sanz;ana@x\n\nli;Li;\n".encode())
    people = roster.read(path)
    assert list(people) == ["ana", "li"]
    assert people["ana"] == roster.Person(id="ana", name="Ana Sanz", email="ana@x")


def test_a_latin_1_roster_keeps_its_accents(tmp_path: Path) -> None:
    assert roster.read(put(tmp_path, "r.csv", "id,name\n1,José\n".encode("latin-1")))["1"].name == "José"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"student,name\n1,x\n", "needs a column 'id'"),
        (b"id\n1\n1\n", "r.csv:3: the id '1' stands in the roster twice"),
    ],
)
def test_a_roster_that_cannot_be_used_is_the_teachers_to_mend(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(CourseError, match=said):
        roster.read(put(tmp_path, "r.csv", content))


def test_a_missing_roster_is_the_teachers_to_mend(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be read"):
        roster.read(tmp_path / "none.csv")
