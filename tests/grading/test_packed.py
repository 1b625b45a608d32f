"""Submissions as they really arrive, graded in one batch: odd suffixes, encodings, helpers, and no notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.submissions.test_zipped import packed
from tests.support.notebooks import notebook
from tests.support.zips import Part, written

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

RUBRIC = """\
exercise: small
title: {es: "Pequeño", en: "Small"}
data: digits
test: public
run: {time: 2m, cell: 30s, memory: 2GB}
criteria:
  - {id: runs, points: 1, check: runs_to_the_end}
  - {id: n, points: 2, check: number, answer: n, equals: 5}
  - {id: c, points: 1, check: choice, answer: c, correct: b}
"""
RIGHT = notebook('answers = {"n": 5, "c": "b"}  # año')
WRONG = notebook('answers = {"n": 6, "c": "a"}')
ACCENTS = RIGHT.replace(b"a\\u00f1o", "año".encode())
HELPED = """
    import os
    import utils
    from mylib import red
    assert os.path.basename(os.getcwd()) == "entrega", os.getcwd()
    answers = {"n": int(open("datos/a.csv").read()), "c": utils.C + red.EMPTY + open("../otro.txt").read()}
"""
SOLUTION = """
    ### BEGIN SOLUTION
    answers = {"n": 5, "c": "b"}
    ### HANDOUT answers = {"n": None, "c": None}
    ### END SOLUTION
"""
HANDOUT = notebook('answers = {"n": None, "c": None}')
CLASS = {
    "ana.json": RIGHT,
    "bob.ipynb.txt": RIGHT,
    "cai.ipynb (1)": RIGHT,
    "dan.ipynb": ACCENTS.decode().encode("cp1252"),
    "eva.ipynb": RIGHT.decode().encode("utf-16"),
    "fay.py": '# -*- coding: latin-1 -*-\n# año\nanswers = {"n": 5, "c": "b"}\n'.encode("latin-1"),
    "gil.ipynb": b'answers = {"n": 5, "c": "b"}\n',
    "hal/main.py": b'from red import N\nanswers = {"n": N, "c": "b"}\nif __name__ == "__main__":\n    print(N)\n',
    "hal/red.py": b"N = 5\n",
    "ida/entrega/nb.ipynb": notebook(HELPED),
    "ida/entrega/utils.py": b'C = "b"\n',
    "ida/entrega/mylib/__init__.py": b"",
    "ida/entrega/mylib/red.py": b'EMPTY = ""\n',
    "ida/entrega/datos/a.csv": b"5",
    "ida/otro.txt": b"",
    "jon/tarea.ipynb": WRONG,
    "jon/tarea2.ipynb": RIGHT,
    "kim/nb.ipynb": RIGHT,
    "kim/z handout.ipynb": HANDOUT,
    "leo.zip": written(
        Part(name=b"entrega\\nb.ipynb", content=notebook('from u import LETTER\nanswers = {"n": 5, "c": LETTER}')),
        Part(name=b"entrega\\u.py", content=b'LETTER = "b"\n'),
    ),
    "mia.url": b"[InternetShortcut]\r\nURL=https://colab.research.google.com/drive/1\r\n",
    "ned.ipynb": HANDOUT,
    "README.md": b"the class",
    "notes/grades.csv": b"a,b\n",
}  # fmt: skip
FULL = ("ana", "bob", "cai", "dan", "eva", "fay", "gil", "hal", "ida", "jon", "kim", "leo")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("packed")
    reference = root / "reference" / "small"
    reference.mkdir(parents=True)
    (reference / "solution.ipynb").write_bytes(notebook(SOLUTION))
    (root / "rubrics").mkdir()
    (root / "rubrics" / "small.yaml").write_text(RUBRIC, "utf-8")
    (root / "class.zip").write_bytes(packed(CLASS))
    for name, content in CLASS.items():
        (root / "class" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "class" / name).write_bytes(content)
    ended = grade(root, "class", "one")
    assert ended.returncode == 1, ended.stderr
    return root, ended.stdout


def grade(root: Path, path: str, out: str) -> subprocess.CompletedProcess[str]:
    words = ["grade", "small", path, "-o", out, "--data", "digits", "--lang", "en", "-j", "2", "--format", "junit"]
    environment = os.environ | {"GRADER_LANG": "en"}
    command = [sys.executable, "-m", "grader", *words]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def cards(root: Path, out: str) -> dict[str, Any]:
    read = [json.loads(path.read_text("utf-8")) for path in (root / out / "cards").glob("*.json")]
    return {card["student"]: card for card in read}


def test_everybody_who_has_the_work_gets_the_points(graded: tuple[Path, str]) -> None:
    found = cards(graded[0], "one")
    assert {student: card["points"] for student, card in found.items()} == {
        **dict.fromkeys(FULL, 4.0),
        "mia": 0.0,
        "ned": 0.0,
    }
    assert {student for student, card in found.items() if card["review"]} == {"jon", "mia"}
    (reason,) = found["jon"]["review"]
    assert reason["en"] == "tarea2.ipynb was graded; the student may have meant another file: tarea.ipynb."
    assert "z handout.ipynb" in json.dumps(found["kim"]["notices"])
    assert found["mia"]["status"] == "unreadable"
    assert "link" in found["mia"]["review"][0]["en"]


def test_the_handout_as_it_was_given_is_told_as_such_and_not_run(graded: tuple[Path, str]) -> None:
    root, said = graded
    card = cards(root, "one")["ned"]
    assert (card["status"], card["failed"], card["review"], card["notices"]) == ("untouched", [], [], [])
    assert {verdict["why"]["key"] for verdict in card["verdicts"]} == {"collecting.untouched"}
    assert "submitted the handout as it was given, nothing filled in: ned" in said
    assert "handout, nothing filled in" in (root / "one" / "index.html").read_text("utf-8")
    assert not (root / "one" / "notebooks" / "ned.html").exists()


def test_what_was_not_graded_is_listed_everywhere(graded: tuple[Path, str]) -> None:
    root, said = graded
    listed = json.loads((root / "one" / "not_graded.json").read_text("utf-8"))["files"]
    assert [file["path"] for file in listed] == ["notes/grades.csv", "README.md"]
    assert "2 files not graded:" in said
    for report in ("index.html", "junit.xml"):
        page = (root / "one" / report).read_text("utf-8")
        assert all(file["path"] in page for file in listed)


def test_a_zip_of_the_class_gives_the_same_cards_and_runs_nothing_again(graded: tuple[Path, str]) -> None:
    root, _ = graded
    ended = grade(root, "class.zip", "one")
    assert "(nothing was run again)" in ended.stdout
    assert {student: card["points"] for student, card in cards(root, "one").items()} == {
        **dict.fromkeys(FULL, 4.0),
        "mia": 0.0,
        "ned": 0.0,
    }
    assert "submitted the handout as it was given, nothing filled in: ned" in ended.stdout
