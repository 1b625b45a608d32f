"""Names of hand-ins and of files in them: safe file names, shown cleaned, everybody in all reports, nobody twice."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

import pytest

from grader.untrusted.text import as_codes, slug_of, terminal_text
from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, attacker, batch, successor
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# Names of hand-ins that hold nothing; the second one is the id on the card, where it is another.
NAMES: Mapping[str, tuple[str, str | None]] = {
    "a second line": ("ana\nli,0,8\n", None),
    "escape sequences": ("\x1b]0;x\x07\x1b[2J\x1b[31mli", None),
    "written from right to left": ("ana\u202egpj\u2066", None),
    "an option": ("-rf", None),
    "a long option": ("--out=x", None),
    "ways out of a folder": ("..\\..\\..\\tmp\\ana", None),
    "only dots": ("...", None),
    "a variable and a command": ("$HOME `id` $(id) ; id &", None),
    "255 bytes": ("n" * 249, None),
    "255 bytes of two each": ("ñ" * 124 + "n", None),
    "a device of Windows": ("CON", None),
    "a device with an ending": ("lpt1.ipynb.txt", "lpt1"),
    "a dot and a space at its end": ("ana. ", None),
    "not UTF-8": (os.fsdecode(b"jos\xe9\xff"), "jos\\xe9\\xff"),
    "as the page of the class": ("index", None),
    "as a second hand-in": ("ana~2", None),
    "somebody": ("Ana", None),
    "somebody in capitals": ("ANA", None),
    "somebody in small letters": ("ana", None),
    "as somebody's file": (slug_of("Ana"), None),
    "as somebody's file in small letters": (slug_of("Ana").lower(), None),
    "as somebody's file's file": (slug_of(slug_of("Ana")), None),
    "a read-me": ("README", None),
}
# Ids that a reader takes for "Ana": letters of another alphabet, characters that nobody sees.
ALIKE = {"a Cyrillic letter": "\u0410na", "an invisible space": "An\u200ba", "a filler": "Ana\u3164"}
INNER = {
    "-rf.py": b"",
    "..\\..\\up.py": b"UP = 1",
    "x" * 251 + ".txt": b"",
    "\x1b[2J\n.txt": b"",
    "caf\u00e9.txt": b"1",
    "cafe\u0301.txt": b"2",
    "CASE.txt": b"3",
    "case.txt": b"4",
    "nul": b"",
    "~": b"",
}
LOOKS = notebook(
    START,
    MODEL,
    """
    import up
    names = ("caf\\u00e9.txt", "cafe\\u0301.txt", "CASE.txt", "case.txt")
    if "".join(open(name).read() for name in names) != "1234" or os.path.exists("../up.py"):
        answers["why"] = "a"
    """,
)
SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def obeyed(text: str) -> set[str]:
    """Characters that a terminal, a spreadsheet or a reader would obey."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n"}


def named_safely(card: Card, graded: Batch) -> None:
    """Its files have safe names, and every report holds the name, cleaned."""
    slug, shown = card["slug"], terminal_text(card["student"], 500)
    assert SLUG.fullmatch(slug)
    assert not RESERVED.fullmatch(slug)
    assert [other["slug"].casefold() for other in graded.cards].count(slug.casefold()) == 1
    page = graded.page(card["student"])
    assert obeyed(page) == set()
    assert "<h1><bdi>" in page
    suites = ET.parse(graded.out / "junit.xml").findall("testsuite")
    assert [suite.get("name") for suite in suites].count(shown) == 1
    with (graded.out / "grades.csv").open(encoding="utf-8", newline="") as table:
        assert [row[0].removeprefix("'") for row in csv.reader(table)].count(shown) == 1
    assert f"students/{slug}.html" in (graded.out / "index.html").read_text("utf-8")


ATTACKS = [
    Attack(name="odd names within", files={"P1.ipynb": LOOKS, **INNER}, credits={"*": 1}),
    *(
        Attack(
            name=f"a name: {name}",
            student=student,
            shown=shown,
            files={"": b""},
            credits={"*": None},
            ended="unreadable",
            says=["is empty"],
            review=True,
            and_then=named_safely,
        )
        for name, (student, shown) in NAMES.items()
    ),
    *(
        Attack(
            name=f"looks like Ana: {name}",
            student=student,
            files={"": notebook(START, MODEL)},
            credits={"*": 1},
            says=[
                json.dumps(as_codes(student), ensure_ascii=False)[1:-1],
                "Ana",
                "letters of another alphabet or characters that are not seen",
            ],
            review=True,
            and_then=named_safely,
        )
        for name, student in ALIKE.items()
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    root = tmp_path_factory.mktemp("family")
    # Who has a name that no list would hold is on none, so the command line names them.
    ids = [attack.shown or attacker(number, attack) for number, attack in enumerate(ATTACKS)]
    names = [successor(0, len(ATTACKS)), *ids]
    with (root / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id"], *([name] for name in names if name.isprintable() and name == name.strip())])
    return batch(root, "light", ATTACKS, "--roster", str(root / "roster.csv"), every=len(ATTACKS))


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_everybody_is_in_every_report_and_no_report_obeys_a_name(graded: Batch) -> None:
    assert len(graded.cards) == len(ATTACKS) + 1
    reports = [graded.out / name for name in ("index.html", "grades.csv", "junit.xml")]
    texts = {path.name: path.read_text("utf-8") for path in reports} | {"the terminal": graded.said}
    assert {name: obeyed(text.replace("\r\n", "\n")) for name, text in texts.items()} == {name: set() for name in texts}
    assert "not on the roster: " in graded.said
    rows = list(csv.reader(io.StringIO(texts["grades.csv"], newline="")))
    assert len(rows) == len(graded.cards) + 1
    slugs = {card["slug"] for card in graded.cards}
    for folder, ending in (("cards", ".json"), ("students", ".html")):
        assert {path.name for path in (graded.out / folder).iterdir()} == {slug + ending for slug in slugs}
