"""Hand-ins that claim to be somebody else's: both are graded and shown, and nobody loses or gains by it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader import questions
from grader.course import notebooks
from tests.attacks import course
from tests.attacks.course import CANARIES, EMPTY
from tests.attacks.grading import Attack, Batch, Card, batch, grade
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

ROOT = Path(__file__).resolve().parent.parent.parent
VICTIM = "zz victim"
# Everything that a notebook can say of who wrote it.
CLAIMS = f"""
    student_id = student = id = slug = name = origin = {VICTIM!r}
    answers.update({{"student_id": {VICTIM!r}, "student": {VICTIM!r}, "id": {VICTIM!r}, "slug": "index"}})
    os.environ["GRADER_STUDENT"] = {VICTIM!r}
"""


def claiming() -> bytes:
    """A notebook whose code, answers and metadata all name the victim."""
    document = json.loads(notebook(EMPTY, CLAIMS))
    document["metadata"] |= {
        "student": VICTIM,
        "student_id": VICTIM,
        "authors": [{"name": VICTIM}],
        "title": VICTIM,
        "slug": "index",
    }
    document["cells"][0]["metadata"] = {"nbgrader": {"grade_id": "q1", "points": 8, "grade": True}, "student": VICTIM}
    return json.dumps(document).encode()


def is_nobody_else(card: Card, graded: Batch) -> None:
    """The card is the one of who handed in, and no other card knows of it."""
    assert (card["name"], card["email"]) == ("", "")
    assert card["slug"].startswith("000-claims-")
    assert VICTIM not in {other["student"] for other in graded.cards}
    assert card["status"] == "ok"


ATTACKS = [
    Attack(
        name="claims in code and metadata",
        files={"": claiming()},
        credits={"*": 0, "runs": 1},
        review=False,
        and_then=is_nobody_else,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_two_hand_ins_that_claim_one_student_are_both_graded_and_shown(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    where, first, second, out = (tmp_path / name for name in ("course", "first", "second", "out"))
    course.write(where)
    (first / "ana").mkdir(parents=True)
    second.mkdir()
    (first / "ana.ipynb").write_bytes(course.honest("light", 1))
    (first / "ana" / "P1.ipynb").write_bytes(notebook(EMPTY))
    (second / "ana.py").write_bytes(b"")
    (second / "\x1b[31mana.ipynb").write_bytes(b"")
    (second / "ana\u00a0.ipynb").write_bytes(b"")
    (first / "Jose\u0301.ipynb").write_bytes(b"")
    (first / "Jos\u00e9.ipynb").write_bytes(b"[]")
    (first / "ANA.ipynb").write_bytes(b"{")
    (tmp_path / "roster.csv").write_text("id,name\nana,Ana Sanz\nJosé,José Díaz\n", "utf-8")
    roster = ("--roster", str(tmp_path / "roster.csv"))
    ended = grade(where, "light", first, out, str(second), "--format", "junit", *roster)
    graded = Batch(exercise="light", out=out, said=ended.stdout + ended.stderr, code=ended.returncode, attacks=())
    assert graded.code == 1, graded.said
    found = sorted((card["student"], card["status"], card["points"], card["origin"]) for card in graded.cards)
    assert found == [
        ("\x1b[31mana", "duplicate", 0, "\x1b[31mana.ipynb"),
        ("ANA", "unreadable", 0, "ANA.ipynb"),
        ("José", "duplicate", 0, "Jose\u0301.ipynb"),
        ("José", "duplicate", 0, "Jos\u00e9.ipynb"),
        ("ana", "duplicate", 0, "ana.py"),
        ("ana", "duplicate", 1, "ana"),
        ("ana", "duplicate", 8, "ana.ipynb"),
        ("ana\u00a0", "duplicate", 0, "ana\u00a0.ipynb"),
    ]
    for card in graded.cards:
        reasons = {reason["key"]: reason["en"] for reason in card["review"]}
        doubtful = {"collecting.unknown", "collecting.ambiguous"} & set(reasons)
        assert bool(doubtful) is (card["student"] not in {"ana", "José"})
        assert ("collecting.duplicate" in reasons) is (card["student"] != "ANA")
        assert card["name"] == {"ana": "Ana Sanz", "José": "José Díaz"}.get(card["student"], "")
        assert (out / "students" / f"{card['slug']}.html").is_file()
    assert len({card["slug"].casefold() for card in graded.cards}) == 8
    assert {(row["status"], row["points"]) for row in rows(out) if row["student"] == "ana"} == {
        ("duplicate", "0"),
        ("duplicate", "1"),
        ("duplicate", "8"),
    }
    # Programs tell suites apart by their names alone.
    suites = [suite.get("name") for suite in ET.parse(out / "junit.xml").findall("testsuite")]
    assert sorted(suites) == ["ANA", "José", "José ~2", "ana", "ana ~2", "ana ~3", "ana ~4", "ana ~5"]
    assert "\\x1b[31mana.ipynb" in graded.page("\x1b[31mana")
    record_property("attack", "five hand-ins under one name, twins in another spelling: all graded, marked and shown")


def answering(student: str, says: str) -> bytes:
    """Right answers to the questions of a student, in a notebook that ends by saying whose it is."""
    solution = notebooks.load((ROOT / "reference" / "output-size" / "solution.ipynb").read_bytes(), "solution")
    secret = CANARIES["secret"].encode()
    pool = questions.pool_source("output-size", secret=secret, lang="en", student=student)
    content = json.loads(notebooks.dump(notebooks.with_sources(solution, {"pool": pool})))
    content["cells"].append(json.loads(notebook(f"student_id = {says!r}"))["cells"][0] | {"id": "last"})
    return json.dumps(content).encode()


def test_nobody_is_asked_the_questions_of_somebody_else(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    where, hand_ins, out = course.write(tmp_path / "course"), tmp_path / "hand-ins", tmp_path / "out"
    shutil.copy(ROOT / "rubrics" / "output-size.yaml", where / "rubrics")
    shutil.copytree(ROOT / "reference" / "output-size", where / "reference" / "output-size")
    hand_ins.mkdir()
    handed_in = {
        "ana": answering("ana", "ana"),
        "eva": answering("ana", "ANA"),  # says that it is Ana's
        "kim": answering("ana", "kim"),  # Ana's answers under an own id
        "Ana ": answering("ana", "ana"),  # not on the list, in the hope of being taken for her
    }
    for student, content in handed_in.items():
        (hand_ins / f"{student}.ipynb").write_bytes(content)
    (tmp_path / "roster.csv").write_text("id\nana\neva\nkim\n", "utf-8")
    ended = grade(where, "output-size", hand_ins, out, "--roster", str(tmp_path / "roster.csv"))
    graded = Batch(exercise="output-size", out=out, said=ended.stdout + ended.stderr, code=ended.returncode, attacks=())
    cards = {card["student"]: card for card in graded.cards}
    assert set(cards) == set(handed_in), graded.said
    assert cards["ana"]["points"] == cards["ana"]["max_points"]
    assert cards["ana"]["review"] == []
    for student in ("eva", "kim", "Ana "):
        assert cards[student]["points"] < 0.6 * cards[student]["max_points"], student
    claimed = {student for student, card in cards.items() if "questions.other_student" in json.dumps(card["review"])}
    assert claimed == {"eva", "Ana "}
    assert list(graded.leaks) == []
    record_property("attack", "answers to another's questions: wrong by one's own, and the false claim is shown")
