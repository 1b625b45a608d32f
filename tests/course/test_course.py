"""Finding a course and what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import course
from grader.errors import CourseError


def own_course(root: Path) -> Path:
    (root / "rubrics").mkdir(parents=True)
    (root / "rubrics" / "mnist-mlp.yaml").write_text("exercise: mnist-mlp\n")
    return root


def test_a_named_course_comes_first(tmp_path: Path) -> None:
    root = own_course(tmp_path / "mine")
    assert course.find(root, working_directory=own_course(tmp_path / "here")).root == root


def test_the_folder_one_stands_in_comes_second(tmp_path: Path) -> None:
    here = own_course(tmp_path / "here")
    assert course.find(working_directory=here).root == here


def test_else_the_shipped_course_is_used(tmp_path: Path) -> None:
    assert "mnist-mlp" in course.find(working_directory=tmp_path).exercises


def test_a_folder_without_rubrics_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no rubrics/ in it"):
        course.find(tmp_path)


def test_an_unknown_exercise_lists_those_there_are(tmp_path: Path) -> None:
    found = course.Course(root=own_course(tmp_path))
    said = r"no exercise 'mnist-mpl'.*did you mean 'mnist-mlp'.*There are: mnist-mlp"
    with pytest.raises(CourseError, match=said):
        found.rubric_path("mnist-mpl")


def test_a_rubric_file_can_be_named(tmp_path: Path) -> None:
    path = own_course(tmp_path) / "rubrics" / "mnist-mlp.yaml"
    assert course.Course(root=tmp_path / "other").rubric_path(str(path)) == path
    with pytest.raises(CourseError, match="no such rubric file"):
        course.Course(root=tmp_path).rubric_path("nowhere.yaml")


def test_expected_values_are_optional_but_must_be_an_object(tmp_path: Path) -> None:
    found = course.Course(root=own_course(tmp_path))
    assert found.expected("mnist-mlp") == {}
    folder = tmp_path / "reference" / "mnist-mlp"
    folder.mkdir(parents=True)
    (folder / "expected.json").write_text('{"q1": 3}')
    assert found.expected("mnist-mlp") == {"q1": 3}
    (folder / "expected.json").write_text("[1]")
    with pytest.raises(CourseError, match="an object is needed, a list was found"):
        found.expected("mnist-mlp")
    (folder / "expected.json").write_text("{")
    with pytest.raises(CourseError, match="not valid JSON"):
        found.expected("mnist-mlp")


def test_expected_values_nested_beyond_reading_are_refused(tmp_path: Path) -> None:
    folder = own_course(tmp_path) / "reference" / "mnist-mlp"
    folder.mkdir(parents=True)
    (folder / "expected.json").write_text("[" * 100_000)
    with pytest.raises(CourseError, match="not valid JSON"):
        course.Course(root=tmp_path).expected("mnist-mlp")


def test_the_secret_is_the_file_that_the_settings_name(tmp_path: Path) -> None:
    found = course.Course(root=tmp_path)
    assert found.secret == b""
    (tmp_path / "course.yaml").write_text("# nothing yet\n")
    assert found.secret == b""
    (tmp_path / "course.yaml").write_text("secret_file: 2026\n")
    (tmp_path / "2026").write_bytes(b" s3cret\n")
    assert found.secret == b"s3cret"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a\n", ":1: `key: value` lines are needed"),
        (b"# x\nsecretfile: a\n", ":2: a course has no setting 'secretfile'; did you mean 'secret_file'?"),
        (b"scale: a\n", ":1: a course has no setting 'scale'; there are: secret_file"),
        (b"secret_file:\n", ":1: secret_file needs a text"),
        (b"secret_file: [a]\n", ":1: secret_file needs a text"),
        (b"secret_file: a\nsecret_file: b\n", ":2: the key 'secret_file' stands here and on line 1"),
        (b"secret_file: !!python/name:os.system\n", ":1: the tag"),
        (b"secret_file: &a [*a]\n", ":1: anchors"),
        (b"a: " + b"[" * 10_000, ":1: nested more than 20 levels deep"),
        (b"secret_file: \xff\n", ":1: the file is not UTF-8 text"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_their_line(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "course.yaml").write_bytes(content)
    with pytest.raises(CourseError) as caught:
        _ = course.Course(root=tmp_path).secret
    assert str(caught.value).startswith(f"{tmp_path}/course.yaml{said}")


def test_a_missing_reference_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"solution\.ipynb: the reference solution cannot be read"):
        course.Course(root=own_course(tmp_path)).reference("mnist-mlp")
