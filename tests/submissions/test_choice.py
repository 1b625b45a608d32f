"""Which file of a submission is graded, which others may be meant, and where everything lies when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader import submissions
from grader.records import Submission
from grader.submissions.choice import hash_of_code
from grader.submissions.loading import ZIPS_CAP
from grader.submissions.modules import PARSED_CAP, Outline, outline
from grader.texts import render
from tests.submissions.test_zipped import packed
from tests.support.notebooks import notebook

WORK, OTHER = notebook("answers = {'n': 7}"), notebook("answers = {'n': 8}")
HANDOUT = notebook("answers = {'n': None}")
UNTOUCHED = hash_of_code(["answers = {'n': None}"])


def submitted(root: Path, files: Mapping[str, bytes]) -> Submission:
    """One student's submission."""
    for name, content in files.items():
        path = root / "ana" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (hand_in,) = submissions.find([root], reading="student").hand_ins
    return submissions.load(hand_in, "mnist-mlp", lambda found: found == UNTOUCHED)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["tarea.ipynb", "tarea2.ipynb"], "tarea2.ipynb"),
        (["P5 (1).ipynb", "P5.ipynb"], "P5 (1).ipynb"),
        (["Untitled.ipynb", "Untitled1.ipynb", "Untitled10.ipynb", "Untitled2.ipynb"], "Untitled10.ipynb"),
        (["final.ipynb", "final.json"], "final.json"),
        (["a/P1.ipynb", "b/P1.ipynb"], "b/P1.ipynb"),
        (["my mnist_mlp.ipynb", "z.ipynb"], "my mnist_mlp.ipynb"),
    ],
)
def test_the_last_notebook_by_name_is_graded_and_the_choice_is_shown(
    tmp_path: Path, names: list[str], chosen: str
) -> None:
    submission = submitted(tmp_path, {name: notebook(f"x = {number}") for number, name in enumerate(names)})
    assert submission.entry == chosen
    assert set(submission.others) == set(submission.rivals) == set(names) - {chosen}


@pytest.mark.parametrize(
    "passed_over",
    [
        {"z.ipynb": HANDOUT},
        {"z.ipynb": b""},
        {"z.ipynb": b'{"cells": 7}'},
        {"z.ipynb": WORK, "z2.ipynb": WORK.replace(b"answers =", b"answers  =")},
    ],
)
def test_no_untouched_handout_no_unreadable_file_and_no_copy_is_a_rival(
    tmp_path: Path, passed_over: Mapping[str, bytes]
) -> None:
    submission = submitted(tmp_path, {"a.ipynb": WORK, **passed_over})
    assert submission.files[submission.entry or ""].split() == WORK.split() or "z2.ipynb" in passed_over
    assert submission.rivals == ()
    assert {*submission.files, *submission.others} == {"a.ipynb", *passed_over}


def test_a_handout_is_graded_when_there_is_nothing_else(tmp_path: Path) -> None:
    submission = submitted(tmp_path, {"a.ipynb": HANDOUT, "b.ipynb": HANDOUT})
    assert (submission.entry, submission.rivals) == ("b.ipynb", ())


def test_system_files_and_locks_are_passed_over_silently(tmp_path: Path) -> None:
    litter = ("Thumbs.db", "desktop.ini", "~$nb.ipynb", "nb.ipynb:Zone.Identifier", ".DS_Store")
    submission = submitted(tmp_path, {"nb.ipynb": WORK, **dict.fromkeys(litter, b"x")})
    assert (submission.files, submission.others, submission.notices) == ({"nb.ipynb": WORK}, (), ())


def test_helper_modules_beside_a_notebook_are_no_reason_for_review(tmp_path: Path) -> None:
    submission = submitted(tmp_path, {"nb.ipynb": WORK, "utils.py": b"C = 1", "mylib/net.py": b"N = 1"})
    assert (submission.entry, submission.rivals, submission.others) == ("nb.ipynb", (), ())
    assert set(submission.files) == {"nb.ipynb", "utils.py", "mylib/net.py"}


@pytest.mark.parametrize(
    ("files", "chosen", "rivals"),
    [
        ({"main.py": b"from red import N\n", "red.py": b"N = 1\n"}, "main.py", ()),
        ({"a.py": b"import zlib, net\n", "net.py": b"N = 1\n"}, "a.py", ()),
        ({"run.py": b"import lib.net\n", "lib/net.py": b"from . import x\n", "lib/x.py": b""}, "run.py", ()),
        ({"a.py": b"x = 1\nif __name__ == '__main__':\n    print(x)\n", "b.py": b"y = 1\n"}, "a.py", ("b.py",)),
        (
            {"mnist-mlp.py": b"x = 1\n", "plot.py": b"if __name__ == '__main__':\n    pass\n"},
            "mnist-mlp.py",
            ("plot.py",),
        ),
        ({"keras/P5.py": b"x = 1\n", "a.py": b"import keras\n"}, "keras/P5.py", ("a.py",)),
        ({"a.py": b"x = 1\n", "b.py": b"y = 1\n"}, "b.py", ("a.py",)),
        ({"a.py": b"import b\n", "b.py": b"import a\n"}, "b.py", ("a.py",)),
        ({"a.py": b"x = (\n", "b.txt": b"y"}, "a.py", ()),
    ],
)
def test_of_modules_the_one_that_imports_the_others_is_graded(
    tmp_path: Path, files: Mapping[str, bytes], chosen: str, rivals: tuple[str, ...]
) -> None:
    submission = submitted(tmp_path, files)
    assert (submission.entry, submission.rivals) == (chosen, rivals)
    assert set(submission.files) == set(files)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("P5.ipynb", b""),
        ("P5.ipynb", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"),
        ("P5.url", b"[InternetShortcut]\r\nURL=https://example.org/\r\n"),
        ("P5.rar", b"Rar!\x1a\x07\x01\x00"),
    ],
)
def test_a_helper_does_not_hide_what_was_meant_as_the_notebook(tmp_path: Path, name: str, content: bytes) -> None:
    submission = submitted(tmp_path, {"utils.py": b"C = 1\n", name: content})
    assert (submission.entry, submission.rivals) == ("utils.py", (name,))


def test_of_several_zips_the_one_with_a_notebook_is_graded(tmp_path: Path) -> None:
    broken, table = packed({"P2.ipynb": OTHER})[:-9], packed({"x.csv": b"1"})
    submission = submitted(tmp_path, {"P1.zip": packed({"P1.ipynb": WORK}), "P2.zip": broken, "data.zip": table})
    assert submission.entry == "P1.ipynb"
    assert set(submission.rivals) == {"P2.zip", "data.zip"}


def test_a_handout_in_a_zip_is_passed_over_too(tmp_path: Path) -> None:
    submission = submitted(tmp_path, {"ana.zip": packed({"P1.ipynb": WORK, "P1_handout.ipynb": HANDOUT})})
    assert (submission.entry, submission.rivals) == ("P1.ipynb", ())


def test_a_long_module_is_not_parsed() -> None:
    code = "import net\nif __name__ == '__main__':\n    pass\n"
    assert outline(code) == Outline(imports=frozenset({"net"}), has_main=True)
    assert outline(code + "x=1\n" * PARSED_CAP) == Outline()


def test_only_so_many_zips_of_one_submission_are_tried(tmp_path: Path) -> None:
    zips = {f"P{number}.zip": packed({"x.csv": b"1"}) for number in range(1, ZIPS_CAP + 1)}
    submission = submitted(tmp_path, {**zips, "P0.zip": packed({"P1.ipynb": WORK})})
    assert submission.problem is not None
    assert "P0.zip" in submission.others


def test_everything_stays_where_it_lay(tmp_path: Path) -> None:
    files = {"entrega/nb.ipynb": WORK, "entrega/datos/a.csv": b"1", "otro.txt": b"2"}
    submission = submitted(tmp_path, files)
    assert (submission.entry, submission.files) == ("entrega/nb.ipynb", files)


@pytest.mark.parametrize(
    ("name", "content", "english"),
    [
        ("sara.url", b"[InternetShortcut]\r\nURL=https://colab.research.google.com/drive/1\r\n", "link"),
        ("vic.xlsx", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "spreadsheet"),
        ("foto.heic", b"\0\0\0\x18ftypheic", "picture"),
        ("P1.rar", b"Rar!\x1a\x07\x01\x00", ".zip"),
        ("P1.ipynb", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "git lfs pull"),
    ],
)
def test_what_is_no_notebook_is_named_with_what_to_do(tmp_path: Path, name: str, content: bytes, english: str) -> None:
    submission = submitted(tmp_path, {name: content})
    assert submission.problem is not None
    assert submission.problem.ended == "unreadable"
    assert english in render(submission.problem.why, "en")
    assert submission.others == (name,)
