"""Which files make up one submission: lone folders, platforms, rosters, and what nobody submits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from grader.errors import CollectError
from grader.submissions import Found, Person, find, intake, read_roster
from grader.submissions.choice import hash_of_code
from grader.texts import render
from tests.submissions.test_zipped import packed
from tests.support.notebooks import notebook

NOTEBOOK = notebook("x = 1")
TABLE = b"a,b\n1,2\n"


def class_of(root: Path, names: Iterable[str], *, content: bytes = NOTEBOOK) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TABLE if name.endswith((".csv", ".txt", ".md")) else content)
    return root


def found(root: Path, *, roster: str = "", reading: str = "") -> Found:
    people = None
    if roster:
        path = root.parent / "roster.csv"
        path.write_text("id\n" + "\n".join(roster.split()) + "\n", "utf-8")
        people = read_roster(path)
    return find([root], people=people, reading=reading)  # type: ignore[arg-type]


def students(root: Path, *, roster: str = "", reading: str = "") -> list[str]:
    return [hand_in.student for hand_in in found(root, roster=roster, reading=reading).hand_ins]


def said(root: Path, *, reading: str = "") -> list[str]:
    return [remark.key.removeprefix("collecting.") for remark in found(root, reading=reading).remarks]


# ---------------------------------------------------------------- a lone folder


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["hand-ins/ana.ipynb", "hand-ins/bob.ipynb"], ["ana", "bob"]),
        (["hand-ins/ana/P1.ipynb", "hand-ins/bob/P1.ipynb"], ["ana", "bob"]),
        (["hand-ins/ana/deep/P1.ipynb", "hand-ins/bob.ipynb"], ["ana", "bob"]),
        (["a/b/hand-ins/ana.ipynb", "a/b/hand-ins/bob.ipynb"], ["ana", "bob"]),
        (["hand-ins/ana.json", "hand-ins/bob.ipynb (1)"], ["ana", "bob"]),
        (["ana/P1.ipynb", "ana/net.csv", "ana/notes.txt"], ["ana"]),
        (["ana/work/P1.ipynb", "ana/work/data.csv"], ["ana"]),
        (["class/ana.ipynb", "class/bob.ipynb"], ["ana", "bob"]),
    ],
)
def test_a_lone_folder_is_a_class_when_several_notebooks_lie_in_it(
    tmp_path: Path, names: list[str], expected: list[str]
) -> None:
    root = class_of(tmp_path / "class", names)
    assert students(root) == expected
    (tmp_path / "packed.zip").write_bytes(packed({name: (root / name).read_bytes() for name in names}))
    assert students(tmp_path / "packed.zip") == expected


def test_a_name_on_the_roster_decides_what_a_lone_folder_is(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["ana/P1.ipynb", "ana/P2.ipynb"])
    assert students(root) == ["P1", "P2"]
    assert students(root, roster="ana bob") == ["ana"]
    modules = class_of(tmp_path / "more", ["all/ana.py", "all/bob.py"], content=b"import bob\nx = 1\n")
    assert students(modules, roster="ana bob") == ["ana", "bob"]


def test_where_a_folder_can_be_read_in_two_ways_the_teacher_is_told_and_can_choose(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["ana/P1.ipynb", "ana/P2.ipynb"])
    assert (students(root), said(root)) == (["P1", "P2"], ["read_as_class"])
    (remark,) = found(root).remarks
    assert "read as a class of 2: P1.ipynb, P2.ipynb" in render(remark, "en")
    assert "--student" in render(remark, "es")
    assert (students(root, reading="student"), said(root, reading="student")) == (["ana"], [])
    modules = class_of(tmp_path / "more", ["ana/main.py", "ana/main2.py"], content=b"import main\n")
    assert (students(modules), said(modules)) == (["ana"], ["read_as_student"])
    assert "--class" in render(found(modules).remarks[0], "en")
    assert students(modules, reading="class") == ["main", "main2"]
    alone = class_of(tmp_path / "one", ["hand-ins/ana.ipynb"])
    assert (students(alone), students(alone, reading="class"), said(alone)) == (["hand-ins"], ["ana"], [])


def test_modules_of_which_none_needs_another_are_a_class(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["all/ana.py", "all/bob.py"], content=b"import keras\n")
    assert students(root) == ["ana", "bob"]


def test_an_id_does_not_change_when_a_second_student_arrives(tmp_path: Path) -> None:
    for number, name in enumerate(
        ["ana/work/P1.ipynb", "ana.ipynb", "ana.zip", "Ana Gil_7_assignsubmission_file_/P1.ipynb"]
    ):
        root = class_of(tmp_path / str(number), [name])
        if name.endswith(".zip"):
            (root / name).write_bytes(packed({"P1.ipynb": NOTEBOOK}))
        (before,) = students(root)
        class_of(root, ["bob.ipynb"])
        assert students(root) == [before, "bob"]


def test_a_zip_of_a_class_may_lie_alone_in_the_folder(tmp_path: Path) -> None:
    root = tmp_path / "downloads"
    root.mkdir()
    (root / "all.zip").write_bytes(packed({"all/ana.ipynb": NOTEBOOK, "all/bob/P1.ipynb": NOTEBOOK}))
    assert students(root) == ["ana", "bob"]
    assert students(root, reading="student") == ["all"]
    (root / "all.zip").write_bytes(packed({"P1.ipynb": NOTEBOOK, "data.csv": b"1"}))
    assert students(root) == ["all"]


def test_folders_of_groups_are_passed_through_when_the_roster_says_so(tmp_path: Path) -> None:
    names = ["A/ana/P1.ipynb", "A/bob.ipynb", "B/eva/P1.ipynb", "B/leo/P1.ipynb"]
    root = class_of(tmp_path / "class", names)
    assert students(root, roster="ana bob eva leo") == ["ana", "bob", "eva", "leo"]


# ---------------------------------------------------------------- platforms


def test_a_zip_of_moodle_has_one_submission_for_each_student(tmp_path: Path) -> None:
    files = {
        "Ana Gil_123_assignsubmission_file_/entrega.zip": packed({"work/P1.ipynb": NOTEBOOK}),
        "Ana Gil_123_assignsubmission_onlinetext_/onlinetext.html": b"<p>see the file</p>",
        "Bob_Ro_124_assignsubmission_file/P5.ipynb.json": NOTEBOOK,
        "Cai_125_assignsubmission_onlinetext/onlinetext.html": b"<p>my text</p>",
        "Dan_126_assignsubmission_file_P5.ipynb": NOTEBOOK,
    }
    (tmp_path / "moodle.zip").write_bytes(packed(files))
    assert students(tmp_path / "moodle.zip") == ["Ana Gil (123)", "Bob_Ro (124)", "Cai (125)", "Dan (126)"]
    hand_ins = found(tmp_path / "moodle.zip").hand_ins
    assert [[entry.relative for entry in hand_in.entries] for hand_in in hand_ins] == [
        ["entrega.zip", "onlinetext.html"],
        ["P5.ipynb.json"],
        ["onlinetext.html"],
        ["P5.ipynb"],
    ]


def test_a_zip_of_canvas_has_one_submission_for_each_student(tmp_path: Path) -> None:
    files = {
        "gilana_123_456_nb.ipynb": NOTEBOOK,
        "gilana_123_457_red.py": b"N = 1",
        "robob_LATE_124_458_nb-2.ipynb": NOTEBOOK,
        "xu_125_459_entrega.zip": packed({"P1.ipynb": NOTEBOOK}),
    }
    (tmp_path / "canvas.zip").write_bytes(packed(files))
    hand_ins = found(tmp_path / "canvas.zip").hand_ins
    assert [(hand_in.student, [entry.relative for entry in hand_in.entries]) for hand_in in hand_ins] == [
        ("gilana (123)", ["nb.ipynb", "red.py"]),
        ("robob (124)", ["nb-2.ipynb"]),
        ("xu (125)", ["entrega.zip"]),
    ]


def test_files_of_one_name_of_one_student_are_both_kept(tmp_path: Path) -> None:
    names = [
        "Ana_1_assignsubmission_file_/a.txt",
        "Ana_1_assignsubmission_onlinetext_/a.txt",
        "Bob_2_assignsubmission_file_/P1.ipynb",
    ]
    (ana, _) = found(class_of(tmp_path / "class", names)).hand_ins
    assert sorted(entry.relative for entry in ana.entries) == names[:2]


# ---------------------------------------------------------------- what nobody submits


def test_what_nobody_submits_is_listed_unless_it_has_a_name_of_the_roster(tmp_path: Path) -> None:
    names = ["ana.ipynb", "README.md", "eva.csv", "data/a.csv", "eva2.txt"]
    root = class_of(tmp_path / "class", names)
    without, with_roster = found(root), found(root, roster="ana eva")
    assert [hand_in.student for hand_in in without.hand_ins] == ["ana", "eva2"]
    assert [one.path for one in without.not_graded] == ["data/a.csv", "eva.csv", "README.md"]
    assert render(without.not_graded[2].why, "en") == "README.md is not a notebook, a module or a zip."
    assert [hand_in.student for hand_in in with_roster.hand_ins] == ["ana", "eva"]
    assert [one.path for one in with_roster.not_graded] == ["data/a.csv", "eva2.txt", "README.md"]
    assert "nobody on the roster has its name" in render(with_roster.not_graded[1].why, "en")


def test_the_folder_of_somebody_on_the_roster_may_be_named_itself(tmp_path: Path) -> None:
    root = class_of(tmp_path / "ana", ["P1.ipynb", "report.txt"])
    (root / "net.py").write_bytes(b"N = 1\n")
    assert students(root, roster="ana bob") == ["ana"]
    assert (students(root), said(root)) == (["net", "P1", "report"], ["read_as_class"])
    assert "--student" in render(found(root).remarks[0], "en")


@pytest.mark.parametrize("roster", ["", "ana bob"])
def test_the_handout_beside_the_submissions_is_none(tmp_path: Path, roster: str) -> None:
    root = class_of(tmp_path / "class", ["ana.ipynb", "bob.ipynb"])
    (root / "mnist_mlp.es.ipynb").write_bytes(notebook("answers = {}"))
    people = {one: Person(id=one) for one in roster.split()}
    handout = hash_of_code(["answers = {}"])
    seen = find([root], people=people or None, exercise="mnist-mlp", untouched=lambda code: code == handout)
    assert [hand_in.student for hand_in in seen.hand_ins] == ["ana", "bob"]
    (left,) = seen.not_graded
    assert (left.path, left.why.key) == ("mnist_mlp.es.ipynb", "collecting.handout")


def test_a_table_is_no_submission_even_when_it_is_named(tmp_path: Path) -> None:
    class_of(tmp_path, ["roster.csv"])
    with pytest.raises(CollectError, match="--roster"):
        find([tmp_path / "roster.csv"])


# ---------------------------------------------------------------- rosters


def test_submissions_get_the_ids_of_the_roster(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["7.ipynb", "ANNA.ipynb", "bob.ipynb"])
    assert students(root, roster="007 anna Bob") == ["007", "anna", "Bob"]


def test_fewer_than_half_matched_is_refused_with_examples_of_both_sides(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["u1.ipynb", "u2.ipynb", "u3.ipynb", "ana.ipynb"])
    with pytest.raises(CollectError) as refused:
        students(root, roster="ana bob eva")
    words = str(refused.value)
    assert "only 1 of 4 submissions belong to somebody on the roster" in words
    assert "The folder has u1, u2, u3; the roster has ana, bob, eva." in words
    assert "--id-column" in words
    assert "--student" in words
    assert students(root, roster="ana u1") == ["ana", "u1", "u2", "u3"]


def test_who_may_be_several_people_is_nobody_and_says_so(tmp_path: Path) -> None:
    root = class_of(tmp_path / "class", ["7.ipynb", "bob.ipynb"])
    (seven, bob) = found(root, roster="07 007 bob").hand_ins
    assert (seven.student, seven.match, seven.ambiguous) == ("7", None, ("007", "07"))
    assert bob.match is not None
    assert bob.match.reason == "id"


# ---------------------------------------------------------------- names that students choose


def numbered(names: Iterable[str]) -> dict[str, bytes]:
    return {name: notebook(f"x = {number}") for number, name in enumerate(names)}


def laid(root: Path, files: Mapping[str, bytes], roster: str = "") -> dict[str, list[str]]:
    """The places of each student's files."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    people = {one: Person(id=one, number=f"{number}") for number, one in enumerate(roster.split(), start=100)}
    seen = find([root], people=people or None)
    return {one.origin: sorted(entry.relative for entry in one.entries) for one in seen.hand_ins}


def test_a_folder_named_after_others_moves_nobodys_work(tmp_path: Path) -> None:
    files = numbered(["ana/P1.ipynb", "bob/P1.ipynb", "eve x/ana/zz.ipynb", "eve x/bob/zz.ipynb"])
    assert laid(tmp_path / "class", files, "ana bob eve") == {
        "ana": ["P1.ipynb"],
        "bob": ["P1.ipynb"],
        "eve x": ["ana/zz.ipynb", "bob/zz.ipynb"],
    }
    platform = "_assignsubmission_file_"
    files = numbered([f"Eve_102{platform}/Ana_100{platform}/zz.ipynb", f"Ana_100{platform}/P1.ipynb"])
    assert [len(places) for places in laid(tmp_path / "moodle", files, "ana bob eve").values()] == [1, 1]


def test_groups_that_use_the_same_names_are_not_mixed(tmp_path: Path) -> None:
    files = numbered(["A/1/P.ipynb", "A/2/P.ipynb", "B/1/P.ipynb", "B/3/P.ipynb"])
    for name, content in files.items():
        (tmp_path / "class" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "class" / name).write_bytes(content)
    seen = find([tmp_path / "class"], people={one: Person(id=one) for one in "123"})
    assert [(one.student, len(one.entries)) for one in seen.hand_ins] == [("1", 1), ("1", 1), ("2", 1), ("3", 1)]


def test_a_lone_zip_of_a_platform_is_one_students(tmp_path: Path) -> None:
    inner = packed(numbered(["bob.ipynb", "carl.ipynb"]))
    files = {"Ana Gil_100_assignsubmission_file_/entrega.zip": inner}
    assert list(laid(tmp_path / "class", files, "ana bob carl")) == ["Ana Gil_100_assignsubmission_file_"]


def test_names_that_only_look_like_canvas_are_names(tmp_path: Path) -> None:
    names = [f"tarea_3_1_{name}.ipynb" for name in ("ana", "bob", "carl", "dora")]
    assert sorted(laid(tmp_path / "class", numbered(names))) == names
    many = [f"student{letter}_{number}_{900 + number}_nb.ipynb" for number, letter in enumerate("abcdef", start=10)]
    flood = {f"studentz_99_{number}_x{number}": b"x" for number in range(12)}
    found_there = find([lay(tmp_path / "canvas", {**numbered(many), **flood, "notas.csv": TABLE})]).hand_ins
    assert len(found_there) == 7
    assert "studentz (99)" in [one.student for one in found_there]


def lay(root: Path, files: Mapping[str, bytes]) -> Path:
    laid(root, files)
    return root


def test_many_files_of_one_student_leave_the_others_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "ENTRIES_CAP", 20)
    files = {f"entregas/aaa/{number}.txt": b"x" for number in range(19)}
    files |= numbered(["entregas/bob/P1.ipynb", "entregas/carl/P1.ipynb", *(f"entregas/s{n}.ipynb" for n in range(30))])
    places = laid(tmp_path / "class", files)
    assert (places["bob"], places["carl"], len(places)) == (["P1.ipynb"], ["P1.ipynb"], 33)


def test_a_readme_beside_the_folder_of_a_class_changes_nothing(tmp_path: Path) -> None:
    root = class_of(tmp_path / "in", ["entregas/ana.ipynb", "entregas/bob.ipynb", "README.md", "notas.csv"])
    assert students(root) == ["ana", "bob"]
    assert [left.path for left in found(root).not_graded] == ["notas.csv", "README.md"]
    alone = class_of(tmp_path / "one", ["entregas/ana.ipynb"])
    assert students(alone, roster="ana bob") == ["ana"]


def test_the_word_student_holds_for_a_folder_of_the_same_name(tmp_path: Path) -> None:
    root = class_of(tmp_path / "ana", ["ana/P1.ipynb", "ana/P2.ipynb"])
    assert students(root, reading="student") == ["ana"]


def test_a_folder_named_like_an_id_may_hold_a_class(tmp_path: Path) -> None:
    root = class_of(tmp_path / "1", ["A/1/P1.ipynb", "A/2/P1.ipynb", "B/3.ipynb", "B/4.ipynb"])
    assert students(root, roster="1 2 3 4") == ["1", "2", "3", "4"]
