"""``grader release``: which files it writes, what it says, and what it refuses."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest

from grader import questions
from grader.cli import new, release
from grader.course import course, notebooks
from grader.errors import CourseError, GraderError, OutputError
from grader.untrusted.text import slug_of
from tests.course.test_handout import code, reference, text

ROSTER = "id;name\nana;Ana López\nÑandú Pérez;=HYPERLINK(1)\n=cmd|x;@evil\n007;\n"
IDS = ["ana", "Ñandú Pérez", "=cmd|x", "007"]
ASKED = """\
exercise: asked
title: {es: "Preguntas", en: "Questions"}
data: mnist
questions: output-size
criteria:
  - {id: runs, points: 1, check: runs_to_the_end, title: {es: "Llega al final", en: "Runs to the end"}}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with an exercise for all, `plain`, and one with questions, `asked`."""
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    root = tmp_path / "course"
    new.run("plain", source=None, course=root, speaking="en")
    (root / "rubrics" / "asked.yaml").write_text(ASKED)
    (root / "reference" / "asked").mkdir()
    cells = [text("t", "# {{title}}"), code("pool", "questions = {}", "pool"), code("c", "answers = {}")]
    (root / "reference" / "asked" / "solution.ipynb").write_bytes(reference(*cells))
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    return root


def written(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def released(root: Path, capsys: pytest.CaptureFixture[str], **wanted: object) -> str:
    capsys.readouterr()
    assert release.run(release.Request(course=root, **wanted)) == 0  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_every_exercise_is_written_in_both_languages(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = released(own, capsys)
    names = [f"{name}/{name}.{lang}.ipynb" for name in ("asked", "plain") for lang in ("en", "es")]
    assert written(own / "exercises") == names
    assert said == "".join(f"{own}/exercises/{name}\n" for name in names)
    first = [(own / "exercises" / name).read_bytes() for name in names]
    released(own, capsys)
    assert [(own / "exercises" / name).read_bytes() for name in names] == first


def test_one_exercise_in_one_language_into_another_folder(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released(own, capsys, exercises=("plain",), languages=("es",), out=tmp_path / "new" / "out")
    assert written(tmp_path / "new" / "out") == ["plain/plain.es.ipynb"]
    assert written(own / "exercises") == []


def test_a_roster_gives_one_handout_per_student_and_a_key_for_the_teacher(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = released(own, capsys, languages=("es",), roster=tmp_path / "roster.csv")
    folder = own / "exercises" / "asked"
    students = {f"students/{slug_of(one)}.es.ipynb" for one in IDS}
    assert set(written(folder)) == {"asked.es.ipynb", "answers.csv", *students}
    assert f"For you alone, do not hand it out: {folder / 'answers.csv'}\n" in said
    assert f"{folder / 'students'}: 4 handouts" in said
    assert "The course has no secret" in said
    assert "plain: everybody has the same questions" in said
    assert written(own / "exercises" / "plain") == ["plain.es.ipynb"]
    assert stat.S_IMODE((folder / "answers.csv").stat().st_mode) == 0o600
    ana = notebooks.load((folder / "students" / "ana.es.ipynb").read_bytes(), "ana")
    assert ana["cells"][1]["source"].startswith('student_id = "ana"')


def test_no_cell_of_the_key_is_a_formula(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    released(own, capsys, exercises=("asked",), roster=tmp_path / "roster.csv")
    rows = list(csv.DictReader(io.StringIO((own / "exercises" / "asked" / "answers.csv").read_text("utf-8"))))
    assert {row["student"] for row in rows} == {"ana", "Ñandú Pérez", "'=cmd|x", "007"}
    assert {row["name"] for row in rows} == {"Ana López", "'=HYPERLINK(1)", "'@evil", ""}
    for row in rows:
        assert not any(cell.startswith(("=", "+", "@", "|", "%")) for cell in row.values())
        assert not row["answer"].startswith("-") or row["answer"][1:].isdigit()
    keys = {row["slot"]: row["answer"] for row in rows if row["student"] == "ana"}
    wanted = questions.answer_key("output-size", secret=b"", students=["ana"])
    assert [row["slot"] for row in wanted] == list(keys)
    assert [row["answer"].strip("()") for row in wanted] == [answer.strip("()") for answer in keys.values()]


def test_one_students_handout_alone(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = released(own, capsys, exercises=("asked", "plain"), student="n\u0303u", languages=("en",))
    wanted = f"students/{slug_of('ñu')}.en.ipynb"
    assert written(own / "exercises") == [f"asked/{wanted}"]
    assert str(own / "exercises" / "asked" / wanted) in said
    assert "plain: everybody has the same questions" in said
    with pytest.raises(CourseError, match="the roster has no student 'anna'; did you mean 'ana'"):
        release.run(release.Request(course=own, student="anna", roster=tmp_path / "roster.csv"))
    with pytest.raises(CourseError, match=r"no student '\? red'"):
        release.run(release.Request(course=own, student="?\x1b[31m red", roster=tmp_path / "roster.csv"))


def test_an_example_of_ones_own_gives_a_handout_of_ones_own_and_no_key(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "reference" / "plain" / "solution.ipynb").write_bytes(reference(text("t", "| {{gap_example}} |")))
    said = released(own, capsys, exercises=("plain",), roster=tmp_path / "roster.csv", languages=("en",))
    students = [f"students/{slug_of(one)}.en.ipynb" for one in IDS]
    assert written(own / "exercises" / "plain") == sorted(["plain.en.ipynb", *students])
    assert len({(own / "exercises" / "plain" / name).read_bytes() for name in ["plain.en.ipynb", *students]}) == 5
    assert "everybody has the same" not in said


def test_a_key_is_always_that_of_the_whole_class(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {"exercises": ("asked",), "roster": tmp_path / "roster.csv", "languages": ("en",)}
    released(own, capsys, **wanted)
    whole = (own / "exercises" / "asked" / "answers.csv").read_bytes()
    released(own, capsys, **wanted, student="ana")
    assert (own / "exercises" / "asked" / "answers.csv").read_bytes() == whole


def test_the_secret_decides_the_questions(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own / "exercises" / "asked" / "asked.es.ipynb"
    released(own, capsys, exercises=("asked",))
    public = path.read_bytes()
    monkeypatch.setenv("GRADER_SECRET", "quiet")
    said = released(own, capsys, exercises=("asked",), roster=tmp_path / "roster.csv")
    assert "no secret" not in said
    assert path.read_bytes() != public
    assert b"quiet" not in path.read_bytes()


def test_the_lines_are_said_in_spanish(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = released(own, capsys, roster=tmp_path / "roster.csv", speaking="es")
    assert "Solo para ti, no lo repartas: " in said
    assert "8 cuadernos, uno por estudiante e idioma" in said
    assert "El curso no tiene secreto" in said
    assert "plain: todos tienen las mismas preguntas" in said


def test_a_mistake_in_one_exercise_writes_nothing(own: Path) -> None:
    (own / "reference" / "plain" / "solution.ipynb").write_bytes(reference(code("c", "", "given")))
    with pytest.raises(CourseError, match=r"reference/plain/solution.ipynb: cell 1 \(c\): unknown tag 'given'"):
        release.run(release.Request(course=own))
    assert written(own / "exercises") == []


def test_what_cannot_be_found_is_said(own: Path) -> None:
    for wanted, said in (
        ({"exercises": ("plian",)}, "did you mean 'plain'"),
        ({"roster": own / "none.csv"}, "the roster cannot be read"),
        ({"course": own / "exercises"}, "no rubrics/ in it"),
    ):
        with pytest.raises(GraderError, match=said):
            release.run(release.Request(**{"course": own, **wanted}))  # type: ignore[arg-type]
    (own / "reference" / "plain" / "solution.ipynb").unlink()
    with pytest.raises(CourseError, match="the reference solution cannot be read"):
        release.run(release.Request(course=own))


def test_an_installed_course_asks_for_a_folder(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own.rename(tmp_path / "inside")
    (tmp_path / "package").mkdir()
    (tmp_path / "inside").rename(tmp_path / "package" / "course")
    installed = tmp_path / "package" / "course"
    monkeypatch.setattr(course, "INSTALLED", installed)
    with pytest.raises(OutputError, match="inside the installed package; name a folder for the handouts with -o"):
        release.run(release.Request(course=installed))
    released(installed, capsys, out=tmp_path / "out", exercises=("plain",))
    assert len(written(tmp_path / "out")) == 2


def test_a_folder_that_cannot_be_written_is_said(own: Path) -> None:
    (own / "file").write_text("")
    with pytest.raises(OutputError, match="name another one with -o"):
        release.run(release.Request(course=own, out=own / "file"))
