"""Where a report may lie, what the folder may hold before a batch, and what is gone after one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from grader import reports, store
from grader.errors import OutputError
from grader.grading import output
from grader.records import LANGUAGES, NotGraded, message
from grader.reports import transcripts
from tests.support.cards import HOSTILE_NAMES, RUBRIC, card
from tests.support.transcripts import honest

STRAY = NotGraded(path="class/list.xlsx", why=message("collecting.missing"))


def refusal(out: Path, *paths: Path, exercise: str = "mnist-mlp", fresh: bool = False) -> str:
    with pytest.raises(OutputError) as caught:
        output.check(out, paths, exercise=exercise, fresh=fresh)
    return str(caught.value)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a class, a zip of it and one notebook."""
    (tmp_path / "hand-ins" / "ana").mkdir(parents=True)
    (tmp_path / "class.zip").write_bytes(b"")
    (tmp_path / "ana.ipynb").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---------------------------------------------------------------- where it may lie


@pytest.mark.parametrize("inside", ["out", "new/out", "ana", "ana/../out", "../hand-ins/out"])
def test_a_report_inside_the_submissions_is_refused_with_another_place(here: Path, inside: str) -> None:
    out = Path("hand-ins") / inside
    assert refusal(out, Path("hand-ins")) == (
        f"{out}: this folder lies inside hand-ins, which is graded, so the report would be graded as a submission "
        "next time; name a folder outside it with -o, e.g. -o report"
    )
    assert "lies inside" in refusal(here / out, Path("hand-ins"))
    assert not (here / "hand-ins" / "out").exists()


def test_the_folder_of_the_submissions_itself_is_refused(here: Path) -> None:
    (here / "a class").mkdir()
    assert refusal(Path("a class"), Path("a class/")) == (
        "a class: this is the folder that is graded, so the report would be graded as a submission next time; "
        "name a folder outside it with -o, e.g. -o report"
    )
    assert refusal(here, Path("..", here.name)).endswith(f"with -o, e.g. -o {Path('..', 'report')}")


def test_the_place_that_is_named_instead_would_do(here: Path) -> None:
    assert refusal(Path("out"), Path()).endswith("with -o, e.g. -o ../report")
    assert refusal(Path("out"), Path(), Path("..")).endswith("with -o, e.g. -o ../../report")
    assert refusal(Path("ana/out"), Path("/"), Path("ana")).endswith("name a folder outside it with -o")
    (here / "my files" / "class").mkdir(parents=True)
    assert refusal(Path("my files/class/x"), Path("my files/class")).endswith("-o 'my files/report'")


@pytest.mark.parametrize("graded", ["class.zip", "ana.ipynb"])
def test_a_file_that_is_graded_is_no_place_for_a_report_but_a_folder_beside_it_is(here: Path, graded: str) -> None:
    for out in (graded, f"{graded}/out"):
        assert refusal(Path(out), Path(graded)) == (
            f"{out}: this is the file that is to be graded; name a folder for the report with -o, e.g. -o report"
        )
    output.check(Path("out"), [Path(graded)], exercise="mnist-mlp")
    output.check(Path(), [Path(graded)], exercise="mnist-mlp")


def test_links_do_not_hide_where_a_report_lies(here: Path) -> None:
    (here / "link").symlink_to("hand-ins")
    (here / "hand-ins" / "away").symlink_to(here, target_is_directory=True)
    for out, path in (("link/out", "hand-ins"), ("hand-ins/out", "link"), ("link", "hand-ins")):
        refusal(Path(out), Path(path))
    output.check(Path("hand-ins/away/out"), [Path("hand-ins")], exercise="mnist-mlp")
    (here / "loop").symlink_to("loop")
    output.check(Path("loop"), [Path("hand-ins")], exercise="mnist-mlp")  # ``prepare`` tells


def test_submissions_may_lie_in_the_folder_of_the_report_but_not_among_its_files(here: Path) -> None:
    for path in ("hand-ins", "ana.ipynb", "class.zip"):
        output.check(Path(), [Path(path)], exercise="mnist-mlp")
    for name in ("cards", "students", "notebooks", "evidence"):
        (here / name / "ana").mkdir(parents=True)
        for path in (name, f"{name}/ana"):
            assert refusal(Path(), Path("hand-ins"), Path(path)) == (
                f"{path}: these submissions lie in {name}, where the report is written; "
                "name another folder with -o, e.g. -o report"
            )
    (here / "linked").symlink_to("students")
    assert refusal(here, Path("linked")).startswith(f"linked: these submissions lie in {here / 'students'}, where")


def test_what_is_not_there_or_cannot_be_looked_at_is_told_by_others(here: Path) -> None:
    for path in ("nowhere", "nowhere/at/all", "x" * 300):
        output.check(Path("out"), [Path(path)], exercise="mnist-mlp")
        output.check(Path(path), [Path("hand-ins")], exercise="mnist-mlp")


# ---------------------------------------------------------------- what it may hold


def put_card(out: Path, slug: str, exercise: str) -> None:
    (out / "cards").mkdir(parents=True, exist_ok=True)
    one = card(slug)
    content = store.dump_card(one).replace(
        f'"exercise": "{one.exercise}"'.encode(), f'"exercise": "{exercise}"'.encode()
    )
    (out / "cards" / f"{slug}.json").write_bytes(content)


def test_cards_of_another_exercise_are_refused_unless_they_are_to_be_replaced(tmp_path: Path) -> None:
    for slug, exercise in (("ana", "mnist-mlp"), ("eva", "mnist-cnn"), ("li", "grayscale")):
        put_card(tmp_path / "out", slug, exercise)
    assert refusal(tmp_path / "out") == (
        f"{tmp_path / 'out'}: this folder holds cards of the exercise 'mnist-cnn', and 'mnist-mlp' is graded now; "
        "name another folder with -o, or give --fresh to replace them"
    )
    assert "cards of the exercise 'mnist-mlp', and 'mnist-cnn' is graded" in refusal(
        tmp_path / "out", exercise="mnist-cnn"
    )
    output.check(tmp_path / "out", [], exercise="mnist-mlp", fresh=True)
    assert len(list((tmp_path / "out" / "cards").iterdir())) == 3


def test_cards_of_the_same_exercise_are_no_obstacle_whatever_students_call_themselves(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    for number, name in enumerate(
        (*HOSTILE_NAMES, '", "exercise": "mnist-cnn", "x": "', 'a\n "exercise": "mnist-cnn",')
    ):
        (tmp_path / "cards" / f"{number}.json").write_bytes(store.dump_card(card(name)))
    output.check(tmp_path, [], exercise="mnist-mlp")
    assert "cards of the exercise 'mnist-mlp'" in refusal(tmp_path, exercise="mnist-cnn")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b"[1]", b'{"exercise": 3}', b'{"slug": "ana"}', b"\xff", b'"mnist-cnn"']
)
def test_a_broken_card_is_passed_over_and_one_that_is_written_otherwise_is_not(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "ana.json").write_bytes(content)
    (tmp_path / "cards" / "folder.json").mkdir()
    (tmp_path / "cards" / "gone.json").symlink_to("nowhere")
    os.mkfifo(tmp_path / "cards" / "pipe.json")
    output.check(tmp_path, [], exercise="mnist-mlp")
    (tmp_path / "cards" / "eva.json").write_text('{"exercise":"mnist-cnn"}')
    assert "'mnist-cnn'" in refusal(tmp_path)


# ---------------------------------------------------------------- made


def test_the_folders_are_made_with_evidence_for_the_teacher_alone(tmp_path: Path) -> None:
    output.prepare(tmp_path / "a" / "out")
    assert (tmp_path / "a" / "out" / "evidence").stat().st_mode & 0o777 == 0o700


def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match=r"cannot be written here \(.*\); name another folder with -o"):
        output.prepare(tmp_path / "out")


# ---------------------------------------------------------------- tidied


def graded(out: Path, students: Iterable[str], formats: Sequence[str] = reports.ALWAYS) -> Path:
    """What a batch writes, with evidence."""
    output.prepare(out)
    cards = [card(student) for student in students]
    for one in cards:
        store.write(out / "cards" / f"{one.slug}.json", store.dump_card(one))
        store.write(out / reports.student_path(one.slug), reports.student_page(one, RUBRIC, "es"))
        store.write(out / reports.notebook_path(one.slug), transcripts.page(honest(), slug=one.slug, lang="en"))
        store.write(out / reports.executed_path(one.slug), reports.executed.notebook(honest(), "en"))
    for name, content in reports.render(cards, RUBRIC, lang="en", formats=formats, not_graded=[STRAY]):
        store.write(out / name, content)
    store.write(out / "evidence" / "made_by.json", b"{}")
    return out


def files(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def of(student: str) -> list[str]:
    return [
        f"cards/{student}.json",
        f"notebooks/{student}.html",
        f"notebooks/{student}.ipynb",
        f"students/{student}.html",
    ]


CLASS_FILES = ["evidence/made_by.json", "grades.csv", "index.html", "not_graded.json"]


def test_students_who_are_no_longer_there_leave_no_file_but_evidence(tmp_path: Path) -> None:
    graded(tmp_path, ["ana", "eva", "eva~2", "Ñandú"])
    output.tidy(tmp_path, {"ana", "eva"}, reports.ALWAYS)
    assert files(tmp_path) == sorted([*of("ana"), *of("eva"), *CLASS_FILES])


@pytest.mark.parametrize("lost", ["cards", "students", "notebooks"])
def test_pages_are_known_as_ours_also_without_their_card(tmp_path: Path, lost: str) -> None:
    graded(tmp_path, ["ana"])
    for path in (tmp_path / lost).iterdir():
        path.unlink()
    output.tidy(tmp_path, set(), reports.ALWAYS)
    assert files(tmp_path) == CLASS_FILES


def test_a_teachers_own_files_stay(tmp_path: Path) -> None:
    own = {
        "notebooks/lesson-1.ipynb": reports.executed.notebook(honest(), "en"),
        "notebooks/lesson-1.txt": b"",
        "notebooks/page.html": b'<!doctype html>\n<html lang="en">\n<head>\n<title>Mine</title>',
        "students/notes.html": b"",
        "students/list.csv": b"",
        "cards/mine.json": b'{"slug": "other", "exercise": "mnist-mlp"}',
        "cards/broken.json": b"{",
        "cards/mnist-mlp/reference.json": store.dump_card(card("reference")),
        "junit.xml": b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"grader validate\" tests=\"1\">",
        "grades.csv": b'"student","points"\n',
    }
    output.prepare(tmp_path)
    for name, content in own.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "students" / "folder.html").mkdir()
    output.tidy(tmp_path, {"ana"}, ("html", "not_graded"))
    assert files(tmp_path) == sorted(own)
    assert (tmp_path / "students" / "folder.html").is_dir()


def test_a_file_whose_name_differs_in_capitals_alone_stays_because_disks_may_ignore_them(tmp_path: Path) -> None:
    graded(tmp_path, ["ana"])
    output.tidy(tmp_path, {"ANA"}, reports.ALWAYS)
    assert files(tmp_path) == sorted([*of("ana"), *CLASS_FILES])


def test_reports_that_were_not_written_again_are_gone(tmp_path: Path) -> None:
    graded(tmp_path, ["ana"], tuple(reports.FORMATS))
    output.tidy(tmp_path, {"ana"}, tuple(reports.FORMATS))
    assert files(tmp_path) == sorted([*of("ana"), *CLASS_FILES, "junit.xml"])
    output.tidy(tmp_path, {"ana"}, reports.ALWAYS)
    assert files(tmp_path) == sorted([*of("ana"), *CLASS_FILES])
    output.tidy(tmp_path, {"ana"}, ("html", "not_graded"))
    assert files(tmp_path) == sorted([*of("ana"), "evidence/made_by.json", "index.html", "not_graded.json"])


@pytest.mark.parametrize("students", [[], ["ana"]])
def test_every_report_is_known_by_its_beginning_and_by_no_other(tmp_path: Path, students: list[str]) -> None:
    cards = [card(student) for student in students]
    for lang in LANGUAGES:
        for name, form in reports.FORMATS.items():
            ((written, content),) = reports.render(cards, RUBRIC, lang=lang, formats=(name,))
            (tmp_path / written).write_bytes(content)
            assert [other for other in reports.FORMATS if reports.is_ours(tmp_path / form.name, other)] == [name]
    assert not reports.is_ours(tmp_path / "nowhere", "html")
    assert not reports.is_ours(tmp_path, "html")
    os.mkfifo(tmp_path / "pipe")
    assert not reports.is_ours(tmp_path / "pipe", "html")


def test_a_file_that_cannot_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlink(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    graded(tmp_path, ["ana"])
    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(OutputError) as caught:
        output.tidy(tmp_path, set(), reports.ALWAYS)
    assert str(caught.value) == (
        f"{tmp_path / 'notebooks' / 'ana.ipynb'}: this file of an earlier call could not be removed "
        "(Permission denied); remove it yourself"
    )


def test_a_report_that_cannot_be_opened_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    graded(tmp_path, ["ana"])
    monkeypatch.setattr(Path, "open", closed)
    assert not reports.is_ours(tmp_path / "index.html", "html")


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "grades.csv").write_text("my;own;marks\n", "utf-8")
    with pytest.raises(OutputError, match=r"grades\.csv: this file is not one of ours"):
        output.check(tmp_path / "out", [tmp_path / "class"], exercise="mnist-mlp")
    assert (tmp_path / "out" / "grades.csv").read_text("utf-8") == "my;own;marks\n"
