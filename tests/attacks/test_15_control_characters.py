"""Escape sequences, directions, controls, stacked marks and half characters in all that a student can name or say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.attacks.written import character_faults, unclean
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"  # OSC 52: writes the terminal's clipboard
SCREEN = "\x1b[2J\x1b[31m\x9b1A\x9d0;title\x9c\x1bP+q\x1b\\"  # clears, colours, moves, renames; C1 and DCS
DIRECTIONS = "\u202e\u2066\u200f\u061c\u2069\u202c"
UNSEEN = "\x00\x07\x08\x0b\x0c\x7f\x85\u200b\ufeff\u2028\U000e0041\ufdd0\U0010fffe"
STACK = "z" + "\u0301\u0489" * 400
ALL = f"begin{CLIPBOARD}{SCREEN}{DIRECTIONS}{UNSEEN}{STACK}end"
HALVES = r"\ud800 \udcff"

TYPED = notebook(
    f"""
    {EMPTY.strip()}
    answers = {{"q1": {ALL!r}, "why": {ALL!r}, {ALL!r}: 1}}
    """,
    f"print({ALL!r}); os.write(1, {ALL!r}.encode() + b'\\xff\\xc0\\x80\\n'); input({ALL!r})",
    f"%odd{CLIPBOARD}{DIRECTIONS}",
    f"!pip install x{SCREEN}{DIRECTIONS}{STACK}",
    f"raise RuntimeError({ALL!r})",
    f"raise type({DIRECTIONS + CLIPBOARD + STACK!r}, (Exception,), {{}})({SCREEN!r})",
    f"raise KeyError(1)  # {DIRECTIONS}{CLIPBOARD}",
    f"answers['why'] = '{HALVES}'; raise ValueError('{HALVES}')",
    f"""
    import keras
    globals()[{ALL[:60]!r}] = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name={DIRECTIONS + SCREEN!r})])
    """,
)


def half_a_character() -> bytes:
    """A notebook with half a character, a NUL and escape sequences in the text of its cells."""
    document = json.loads(notebook(START, "half = '?'", "nul = '?'", MODEL))
    document["cells"][1]["source"] = "half = '\ud83d'\nassert len(half) == 1"
    document["cells"][2]["source"] = f"nul = '\0{SCREEN}'"
    document["cells"][3]["source"] += f"\nanswers['why'] = 'b'  # {SCREEN}{DIRECTIONS}{STACK}"
    return json.dumps(document).encode()


def lay_odd_names(folder: Path) -> None:
    """Files whose names are full of controls, one of them no text in any encoding; one that gives a notice."""
    content = notebook(START, MODEL)
    (folder / f"a{DIRECTIONS}{STACK[:20]}\n.ipynb").write_bytes(notebook(START))
    (folder / f"b{SCREEN.replace('/', '')}{DIRECTIONS}.ipynb").write_bytes(content)
    with open(os.fsencode(folder) + b"/aa\xff\xfe\x1b[31m.ipynb", "wb") as file:
        file.write(content)
    hard = folder / f"data{CLIPBOARD}{DIRECTIONS}.csv"
    hard.write_bytes(b"1")
    os.link(hard, folder / "other.csv")


def nothing_is_obeyed(card: Card, graded: Batch) -> None:
    assert character_faults(graded.out) == []
    assert unclean(graded.said) == []


def halves_fail_alone(card: Card, graded: Batch) -> None:
    nothing_is_obeyed(card, graded)
    assert [(failed["cell"], failed["kind"]) for failed in card["failed"]] == [(3, "syntax")]


ATTACKS = [
    Attack(
        name="typed printed and raised",
        files={"": TYPED},
        credits={"*": 0, "params": None, "output": None},  # the name of its layer is refused
        ended="error",
        says=("begin",),
        and_then=nothing_is_obeyed,
    ),
    Attack(
        name="half a character in a cell",
        files={"": half_a_character()},
        credits={"*": 1, "runs": 0},
        ended="error",
        and_then=halves_fail_alone,
    ),
    Attack(
        name="names of files and of the student",
        student=normalize("NFC", f"002 \x1b]0;x\x07\x9b2J{DIRECTIONS}\t\n{STACK[:40]}\udcff"),
        lay=lay_odd_names,
        credits={"*": 1},
        review=True,
        and_then=nothing_is_obeyed,
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
