"""Collecting hand-ins from a folder."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import data, store, submissions
from grader.course import course, rubric
from grader.errors import CollectError, CourseError
from grader.grading import pipeline
from grader.records import LANGUAGES, Message
from grader.submissions import intake, loading, roster
from grader.texts import render
from tests.support import hostile_zips, zips

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def put(root: Path, name: str, content: bytes = NOTEBOOK) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def students(root: Path, **options: Path) -> list[str]:
    return [hand_in.student for hand_in in submissions.find([root], **options).hand_ins]


def only(root: Path, exercise: str = "mnist-mlp"):
    (hand_in,) = submissions.find([root], reading="student").hand_ins
    return submissions.load(hand_in, exercise)


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


def test_a_read_me_is_no_hand_in_but_a_notebook_is_one_whatever_its_name(tmp_path: Path) -> None:
    put(tmp_path, "README.txt", b"how to")
    put(tmp_path, "Readme Ortega.ipynb")
    assert students(tmp_path) == ["Readme Ortega"]


def test_the_roster_is_no_submission(tmp_path: Path) -> None:
    put(tmp_path, "ana.ipynb")
    put(tmp_path, "class.txt", b"id\nana\n")
    found = students(tmp_path, roster=tmp_path / "class.txt")
    assert found == ["ana"]


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("ana.pdf", "cannot be run", "no se puede ejecutar"),
        ("ana.html", "is a web page", "página web"),
        ("ana.rar", "is an archive", "archivo comprimido"),
        ("ana/notes.txt", "plain text", "texto"),
    ],
)
def test_something_else_than_a_notebook_gets_a_sentence(tmp_path: Path, name: str, english: str, spanish: str) -> None:
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


def a_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def a_device(path: Path) -> None:
    try:
        os.mknod(path, 0o020666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


SPECIAL = [
    (os.mkfifo, "not_a_file"),
    (a_socket, "not_a_file"),
    (a_device, "not_a_file"),
    (a_link_to_itself, "link"),
    (a_link_to_nowhere, "link"),
]


def key(why: Message) -> str:
    """The key of a sentence that must be there in both languages."""
    assert all(render(why, language) for language in LANGUAGES)
    return why.key.removeprefix("collecting.")


@pytest.mark.parametrize(("make", "expected"), SPECIAL)
def test_a_special_file_is_named_and_never_opened(tmp_path: Path, make: Callable[[Path], None], expected: str) -> None:
    (tmp_path / "eva").mkdir()
    put(tmp_path, "eva/P1.ipynb")
    for name in ("ana.ipynb", "eva/data.csv", "ivo"):
        make(tmp_path / name)
    found = {
        hand_in.student: submissions.load(hand_in, "mnist-mlp") for hand_in in submissions.find([tmp_path]).hand_ins
    }
    for student in ("ana", "ivo"):
        problem = found[student].problem
        assert problem is not None
        assert key(problem.why) == expected
    assert found["eva"].files == {"P1.ipynb": NOTEBOOK}
    assert [key(notice) for notice in found["eva"].notices] == [expected]


def test_a_device_is_recognised_before_it_is_opened() -> None:
    with pytest.raises(intake.NotReadable) as caught:
        intake.read_below(Path("/dev"), ("null",))
    assert key(caught.value.why) == "not_a_file"


def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    # The system makes this file up as it is read: its size is said to be 0.
    with pytest.raises(intake.NotReadable) as caught:
        intake.read_below(Path("/proc/self"), ("status",))
    assert key(caught.value.why) == "changed"


@pytest.fixture
def without_rights() -> Iterator[Path]:
    """A folder, and the rights of an ordinary user while the test runs."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o777)
    me = os.geteuid()
    if me == 0:
        os.seteuid(12_345)
    try:
        yield root
    finally:
        os.seteuid(me)
        for path in root.rglob("*"):
            path.chmod(0o700)
        shutil.rmtree(root)


def test_a_folder_that_may_not_be_listed_costs_only_what_is_in_it(without_rights: Path) -> None:
    put(without_rights, "ana/P1.ipynb")
    put(without_rights, "ana/data/x.csv")
    put(without_rights, "eva/P1.ipynb")
    put(without_rights, "ivo.ipynb")
    for name in ("ana/data", "eva", "ivo.ipynb"):
        (without_rights / name).chmod(0)
    found = {
        hand_in.student: submissions.load(hand_in, "mnist-mlp")
        for hand_in in submissions.find([without_rights]).hand_ins
    }
    assert [key(notice) for notice in found["ana"].notices] == ["folder_closed"]
    assert found["ana"].files == {"P1.ipynb": NOTEBOOK}
    for student, expected in (("eva", "folder_closed"), ("ivo", "cannot_open")):
        problem = found[student].problem
        assert problem is not None
        assert key(problem.why) == expected
        assert "(Permission denied)" in render(problem.why, "en")


def test_a_class_folder_that_may_not_be_listed_is_the_teachers_to_mend(without_rights: Path) -> None:
    closed = put(without_rights, "class/ana.ipynb").parent
    closed.chmod(0)
    with pytest.raises(CollectError, match=r"cannot be read \(Permission denied\); check that you may open it"):
        submissions.find([closed])


def replaced_by_a_link(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to("/etc", target_is_directory=True)


@pytest.mark.parametrize("change", [shutil.rmtree, replaced_by_a_link])
def test_a_folder_that_changes_while_we_walk_is_named_and_no_link_followed(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    put(tmp_path, "ana.ipynb")
    put(tmp_path, "eva/P1.ipynb")
    put(tmp_path, "ivo.ipynb")
    walking = intake.walk(tmp_path)
    assert next(walking).parts == ("ana.ipynb",)
    change(tmp_path / "eva")
    gone, last = walking
    assert (gone.parts, last.parts) == (("eva",), ("ivo.ipynb",))
    assert gone.why is not None
    assert key(gone.why) == "folder_closed"


def test_a_file_that_is_gone_when_it_is_read_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "ana.ipynb")
    (hand_in,) = submissions.find([tmp_path]).hand_ins
    path.unlink()
    problem = submissions.load(hand_in, "mnist-mlp").problem
    assert problem is not None
    assert key(problem.why) == "cannot_open"
    tmp_path.rmdir()
    problem = submissions.load(hand_in, "mnist-mlp").problem
    assert problem is not None
    assert key(problem.why) == "cannot_open"


def test_a_name_that_is_not_utf_8_is_shown_by_its_codes(tmp_path: Path) -> None:
    for name in (b"Jos\xe9", b"Jos\xe8"):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
        with open(os.fsencode(tmp_path) + b"/" + name + b"/P1\xff.ipynb", "wb") as file:
            file.write(NOTEBOOK)
    found = submissions.find([tmp_path]).hand_ins
    assert [hand_in.student for hand_in in found] == ["Jos\\xe8", "Jos\\xe9"]
    submission = submissions.load(found[1], "mnist-mlp")
    assert list(submission.files.values()) == [NOTEBOOK]
    assert submission.sha256


def test_folders_in_folders_end_somewhere_and_the_card_says_so(tmp_path: Path) -> None:
    put(tmp_path, "ana/P1.ipynb")
    put(tmp_path, "ana/2/3/4/5/6/7/seen.txt", b"x")
    put(tmp_path, "ana/2/3/4/5/6/7/8/unseen.txt", b"x")
    submission = only(tmp_path)
    assert sorted(submission.files) == ["2/3/4/5/6/7/seen.txt", "P1.ipynb"]
    assert [render(notice, "en")[:14] for notice in submission.notices] == ["The folder 8 l"]


def test_a_folder_of_endless_files_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "ENTRIES_CAP", 50)
    put(tmp_path, "eva/P1.ipynb")
    put(tmp_path, "ana/P1.ipynb")
    (tmp_path / "ana" / "data").mkdir()
    for number in range(intake.ENTRIES_CAP + 1):
        (tmp_path / "ana" / "data" / str(number)).touch()
    ana, eva = (submissions.load(hand_in, "mnist-mlp") for hand_in in submissions.find([tmp_path]).hand_ins)
    assert list(ana.files) == list(eva.files) == ["P1.ipynb"]
    assert [key(notice) for notice in ana.notices] == ["too_many_entries"]
    assert "may hold 50 files at most" in render(ana.notices[0], "en")


def test_many_files_that_cannot_be_read_do_not_fill_the_card(tmp_path: Path) -> None:
    put(tmp_path, "ana/P1.ipynb")
    for number in range(30):
        (tmp_path / "ana" / f"{number}.csv").symlink_to("/etc/passwd")
    submission = only(tmp_path)
    assert len(submission.notices) == loading.NOTICES_CAP
    assert render(submission.notices[-1], "en") == "21 further files of the hand-in were not read either."
    assert key(submission.notices[-1]) == "more_unread"


def test_names_that_differ_in_capitals_are_both_kept_and_shown(tmp_path: Path) -> None:
    for name in ("P1.ipynb", "p1.ipynb", "net.py", "Net.py"):
        put(tmp_path, f"ana/{name}", NOTEBOOK)
    submission = only(tmp_path)
    assert (submission.entry, submission.others) == ("p1.ipynb", ("Net.py", "net.py", "P1.ipynb"))
    (notice,) = submission.notices
    assert key(notice) == "twins"
    assert "capitals or accents" in render(notice, "en")
    assert all(name in render(notice, "es") for name in ("P1.ipynb", "p1.ipynb", "net.py", "Net.py"))


def test_a_link_to_itself_does_not_end_a_batch_with_a_roster(tmp_path: Path) -> None:
    put(tmp_path, "hand-ins/ana.ipynb")
    a_link_to_itself(tmp_path / "hand-ins" / "eva")
    assert students(tmp_path / "hand-ins", roster=put(tmp_path, "roster.csv", b"id\n")) == ["ana", "eva"]


def test_a_fifo_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ana.ipynb")
    problem = only(tmp_path).problem
    assert problem is not None
    assert "not an ordinary file" in render(problem.why, "en")


def test_a_hard_link_is_refused(tmp_path: Path) -> None:
    os.link(put(tmp_path, "elsewhere.txt"), tmp_path / "ana.ipynb")
    (hand_in,) = (found for found in submissions.find([tmp_path]).hand_ins if found.student == "ana")
    problem = submissions.load(hand_in, "mnist-mlp").problem
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
        submissions.find([tmp_path / "nowhere"])


def test_an_empty_folder_is_the_teachers_to_mend(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="no notebook"):
        submissions.find([tmp_path])


def test_a_single_notebook_can_be_named(tmp_path: Path) -> None:
    assert [hand_in.student for hand_in in submissions.find([put(tmp_path, "ana.ipynb")]).hand_ins] == ["ana"]


def test_the_fingerprint_depends_on_every_name_and_byte() -> None:
    prints = {
        loading.fingerprint("a", {"a": b"1", "b": b"2"}),
        loading.fingerprint("b", {"a": b"1", "b": b"2"}),
        loading.fingerprint("a", {"a": b"1", "b": b"3"}),
        loading.fingerprint("a", {"a": b"1", "c": b"2"}),
        loading.fingerprint("a", {"a": b"12", "b": b""}),
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


@pytest.mark.parametrize("content", ["id\tname\nana\tJosé\n".encode("utf-16"), "id,name\rana,José\r".encode()])
def test_a_roster_may_come_from_an_old_spreadsheet(tmp_path: Path, content: bytes) -> None:
    assert roster.read(put(tmp_path, "r.csv", content))["ana"].name == "José"


def test_a_latin_1_roster_keeps_its_accents(tmp_path: Path) -> None:
    assert roster.read(put(tmp_path, "r.csv", "id,name\n1,José\n".encode("latin-1")))["1"].name == "José"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"student,name\n1,x\n", "needs a column 'id'"),
        (b"id\n1\n1\n", "r.csv:3: the id '1' stands in the roster twice"),
        (b"ID,name,id\n1,x,2\n", "r.csv:1: the roster has two columns 'id'"),
        (b'id,name\n1,x\n"2,y\n3,z\n', r"r.csv:3: this is no table .*unexpected end of data"),
        (b"id\n" + b"x" * 200_000, "r.csv:2: this is no table .*field larger"),
        (b"id\n1\n\0\n", "r.csv:3: this is no text"),
    ],
)
def test_a_roster_that_cannot_be_used_is_the_teachers_to_mend(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        roster.read(put(tmp_path, "r.csv", content))


def test_a_missing_roster_is_the_teachers_to_mend(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be read"):
        roster.read(tmp_path / "none.csv")


# ---------------------------------------------------------------- a whole batch


class Quiet:
    """Nobody watches."""

    def __init__(self) -> None:
        self.done: list[pipeline.Done] = []

    def prepare(self, students: int, remarks: object = ()) -> None: ...

    def begin(self, students: int) -> None:
        self.students = students

    def started(self, student: str) -> None:
        pass

    def finished(self, done: pipeline.Done) -> None:
        self.done.append(done)


def test_a_class_of_nothing_but_hostile_hand_ins_is_graded_to_its_end(tmp_path: Path) -> None:
    root = tmp_path / "hand-ins"
    for number, (make, _) in enumerate(SPECIAL):
        (root / f"special{number}").mkdir(parents=True)
        make(root / f"special{number}" / "P1.ipynb")
    for number, (parts, _) in enumerate(hostile_zips.NAMES.values()):
        put(root, f"name{number}.zip", zips.written(*parts))
    for number, (pack, _) in enumerate(hostile_zips.ARCHIVES.values()):
        put(root, f"archive{number}.zip", pack())
    for name in ("new\nline\x1b[31m\u202e", "-rf", "x" * 200, "Jos\udce9", "con", "=1+1", "<script>"):
        put(root, f"{name}/notes.txt", b"x")
    here = course.find()
    nothing = np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8)
    watch = Quiet()
    summary = pipeline.grade(
        pipeline.Job(
            rubric=rubric.load(here.rubric_path("mnist-mlp")),
            course=here,
            paths=(root,),
            out=tmp_path / "out",
            data=data.of_arrays("mnist", *nothing, *nothing),
            formats=("junit",),
        ),
        watch,
    )
    assert summary.students == summary.reviews == len(list(root.iterdir())) == len(watch.done)
    assert {one.status for one in watch.done} == {"refused", "unreadable"}
    cards = [store.load_card(path.read_bytes()) for path in (tmp_path / "out" / "cards").iterdir()]
    assert {(card.points, card.unjudged) for card in cards} == {(0, 12)}
    assert len(list((tmp_path / "out" / "students").iterdir())) >= summary.students
