"""``grader new``: a course folder out of nothing, and exercises that are complete at once."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from grader import validation
from grader.cli import new as new_verb
from grader.course import course, notebooks, rubric
from grader.course.handout import handout
from grader.errors import CourseError, GraderError, OutputError
from grader.records import LANGUAGES


def new(root: Path, exercise: str, source: str | None = None) -> course.Course:
    assert new_verb.run(exercise, source=source, course=root, speaking="en") == 0
    return course.find(root)


def test_an_empty_folder_becomes_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "my course"
    made = new(root, "my-net")
    assert made.exercises == ("my-net",)
    assert sorted(path.name for path in root.iterdir()) == ["exercises", "reference", "rubrics"]
    assert json.loads((root / "rubrics" / "schema.json").read_text("utf-8")) == rubric.schema()
    said = capsys.readouterr().out
    assert str(root / "rubrics" / "my-net.yaml") in said
    assert f"grader validate my-net --course '{root}'" in said


def test_the_small_exercise_is_complete(tmp_path: Path) -> None:
    made = new(tmp_path, "my-net")
    checked = rubric.load(made.rubric_path("my-net"))
    reference = made.reference("my-net")
    assert checked.exercise == "my-net"
    assert len(checked.mutants) >= 8
    assert {name for one in checked.mutants.values() for name in one.costs} == {one.id for one in checked.criteria}
    for spec in checked.mutants.values():
        for old, _ in spec.replace:
            notebooks.replaced(notebooks.load(reference, "reference"), old, "")
    assert reference == notebooks.dump(notebooks.load(reference, "reference"))
    for lang in LANGUAGES:
        shown = notebooks.load(handout(reference, checked, lang=lang), "handout")
        assert '"parameters": None' in notebooks.code_of(shown)
        assert "25450" not in notebooks.code_of(shown)
        ast.parse(notebooks.code_of(shown))


def test_the_rubric_says_where_a_teacher_must_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path, "my-net")
    page = (tmp_path / "rubrics" / "my-net.yaml").read_text("utf-8")
    lines = page.splitlines()
    after = [lines[number + 1].split(":")[0] for number, line in enumerate(lines) if line.startswith("# TODO: ")]
    assert after == ["title", "criteria", "mutants"]
    new_verb.run("mi-red", source=None, course=tmp_path, speaking="es")
    assert "# TODO: el título, en los dos idiomas\ntitle:" in (tmp_path / "rubrics" / "mi-red.yaml").read_text("utf-8")
    assert "Ahora:" in capsys.readouterr().out


def test_every_shipped_exercise_can_be_copied(tmp_path: Path) -> None:
    shipped = course.shipped()
    for name in shipped.exercises:
        made = new(tmp_path, f"my-{name}", name)
        checked, original = (rubric.load(one.rubric_path(id)) for one, id in ((made, f"my-{name}"), (shipped, name)))
        assert checked.exercise == f"my-{name}"
        assert [(one.id, one.points, one.params) for one in checked.criteria] == [
            (one.id, one.points, one.params) for one in original.criteria
        ]
        assert checked.mutants == original.mutants
        assert made.reference(f"my-{name}") == shipped.reference(name)
        assert made.expected(f"my-{name}") == shipped.expected(name)


def test_an_exercise_of_ones_own_can_be_copied_too(tmp_path: Path) -> None:
    made = new(tmp_path, "first")
    path = made.rubric_path("first")
    path.write_text(path.read_text("utf-8").replace("A small network", "My network"), "utf-8")
    new(tmp_path, "second", "first")
    assert rubric.load(made.rubric_path("second")).title["en"] == "My network"


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    new(tmp_path, "mine")
    (tmp_path / "rubrics" / "schema.json").write_text("{}")
    path = tmp_path / "rubrics" / "mine.yaml"
    path.write_text("edited")
    with pytest.raises(CourseError, match=r"mine.yaml is there already; nothing was changed"):
        new(tmp_path, "mine")
    path.unlink()
    with pytest.raises(CourseError, match=r"reference/mine is there already"):
        new(tmp_path, "mine")
    assert not path.exists()
    new(tmp_path, "other")
    assert (tmp_path / "rubrics" / "schema.json").read_text() == "{}"


@pytest.mark.parametrize("wrong", ["", "Mine", "../mine", "a/b", "mía", "-a", "a" * 80, "a\nb", "a\x1b[2J"])
def test_an_id_that_is_no_id_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(CourseError, match="cannot be an exercise's id; lower-case letters") as refused:
        new(tmp_path / "root", wrong)
    assert str(refused.value).isprintable()
    assert not (tmp_path / "root").exists()


def test_an_unknown_source_lists_those_there_are(tmp_path: Path) -> None:
    new(tmp_path, "first")
    with pytest.raises(CourseError, match=r"to copy; did you mean 'mnist-mlp'\? There are: .*first, .*mnist-"):
        new(tmp_path, "second", "mnist-mpl")
    with pytest.raises(CourseError, match=r"'../zzzzz' to copy. There are: .*first"):
        new(tmp_path, "second", "../zzzzz")


def test_a_rubric_that_cannot_be_used_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    made = new(tmp_path, "first")
    path = made.rubric_path("first")
    path.write_text(path.read_text("utf-8").replace("exercise: first", '"exercise": first'), "utf-8")
    with pytest.raises(CourseError, match="its id in a place where it cannot be replaced"):
        new(tmp_path, "second", "first")
    path.write_text("exercise: [")
    with pytest.raises(GraderError, match=r"second\.yaml"):
        new(tmp_path, "second", "first")
    assert not (tmp_path / "rubrics" / "second.yaml").exists()


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
def test_the_small_exercise_passes_its_own_validation(tmp_path: Path, real_data: Path) -> None:
    new(tmp_path, "my-net")
    assert validation.run(validation.Request(course=tmp_path, data=real_data, workers=2)) == 0


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="the folder cannot be made"):
        new(tmp_path / "file", "mine")
