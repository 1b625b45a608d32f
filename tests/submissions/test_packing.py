"""The same class of twelve, packed in the ways in which classes arrive: the same students with the same files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader import submissions
from grader.submissions import Found, Person
from tests.submissions.test_zipped import packed
from tests.support.notebooks import notebook
from tests.support.zips import Part, written

NAMES = (
    "Ana Gil", "Bob Ro", "María José Ñúñez", "Li Wei", "Zoë O'Neill", "Jürgen Groß", "Eva 2 Ruiz", "Leo Díaz-Pérez",
    "Uma Shah", "Noa Levi", "Pau Puig", "Xu",
)  # fmt: skip
PEOPLE = {
    f"u{number:02d}": Person(id=f"u{number:02d}", name=name, number=str(500 + number), email=f"{number}@example.org")
    for number, name in enumerate(NAMES)
}
WORK = {student: notebook(f"answers = {{'n': {number}}}") for number, student in enumerate(PEOPLE)}


def letters(name: str) -> str:
    """A name as Canvas writes it: surname first, lower case, letters and digits only."""
    first, *rest = name.split()
    return "".join(one for one in "".join([*rest, first]).lower() if one.isalnum())


def lay_down(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def in_zip(root: Path, name: str, files: Mapping[str, bytes]) -> Path:
    root.mkdir(exist_ok=True)
    (root / name).write_bytes(packed(dict(files)))
    return root / name


def as_folder(root: Path) -> Path:
    return lay_down(root, {f"{student}.ipynb": work for student, work in WORK.items()})


def compressed(root: Path) -> Path:
    return in_zip(root, "Archive.zip", {f"P1 - hand-ins/{student}.ipynb": work for student, work in WORK.items()})


def of_windows(root: Path) -> Path:
    root.mkdir()
    parts = [Part(name=f"entregas\\{student}\\P1.ipynb".encode(), content=work) for student, work in WORK.items()]
    (root / "entregas P1.zip").write_bytes(written(*parts))
    return root / "entregas P1.zip"


def of_moodle(root: Path) -> Path:
    files = {}
    for number, (person, work) in enumerate(zip(PEOPLE.values(), WORK.values(), strict=True)):
        folder = f"{person.name}_{person.number}_assignsubmission_file{'_' * (number % 2)}"
        files[f"{folder}/entrega.zip" if number % 3 else f"{folder}/P1.ipynb.json"] = (
            packed({"entrega/P1.ipynb": work}) if number % 3 else work
        )
        files[f"{person.name}_{person.number}_assignsubmission_onlinetext/onlinetext.html"] = b"<p>Hola</p>"
    return in_zip(root, "Curso-P1-1234.zip", files)


def of_canvas(root: Path) -> Path:
    files = {}
    for number, (person, work) in enumerate(zip(PEOPLE.values(), WORK.values(), strict=True)):
        late = "_LATE" if number % 4 == 0 else ""
        files[f"{letters(person.name)}{late}_{person.number}_{900 + number}_P1-{number % 2}.ipynb"] = work
    return in_zip(root, "submissions.zip", files)


def with_helpers(root: Path) -> Path:
    files = {}
    for student, work in WORK.items():
        files |= {
            f"{student}/work/P1.ipynb": work,
            f"{student}/work/net.py": b"N = 1\n",
            f"{student}/notes.txt": b"hi\n",
        }
    return lay_down(root, {f"class/{name}": content for name, content in files.items()})


WAYS: Mapping[str, Callable[[Path], Path]] = {
    "a folder": as_folder,
    "compressed": compressed,
    "a zip of PowerShell": of_windows,
    "Moodle": of_moodle,
    "Canvas": of_canvas,
    "a folder for each": with_helpers,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_class_is_the_same_however_it_is_packed(tmp_path: Path, way: str) -> None:
    found = submissions.find([WAYS[way](tmp_path / "in")], people=PEOPLE)
    assert [hand_in.student for hand_in in found.hand_ins] == list(PEOPLE)
    assert (found.not_graded, found.remarks) == ((), ())
    for hand_in in found.hand_ins:
        submission = submissions.load(hand_in, "mnist-mlp")
        assert submission.entry is not None, submission.problem
        assert submission.files[submission.entry] == WORK[hand_in.student]
        assert submission.rivals == ()


@pytest.mark.parametrize("way", ["a folder", "compressed", "a zip of PowerShell", "a folder for each"])
def test_without_a_roster_there_are_as_many(tmp_path: Path, way: str) -> None:
    found: Found = submissions.find([WAYS[way](tmp_path / "in")])
    assert [hand_in.student for hand_in in found.hand_ins] == list(PEOPLE)


def test_the_number_of_a_platform_beats_a_name(tmp_path: Path) -> None:
    twins = {one: Person(id=one, name="Ana Gil", number=number) for one, number in (("a", "1"), ("b", "2"))}
    files = {f"Ana Gil_{number}_assignsubmission_file_/P1.ipynb": notebook(f"x = {number}") for number in (1, 2)}
    found = submissions.find([lay_down(tmp_path / "in", files)], people=twins)
    assert [(one.student, one.match and one.match.reason) for one in found.hand_ins] == [
        ("a", "number"),
        ("b", "number"),
    ]
