"""What is no notebook, whatever its name says: a sentence that says what it is, nothing run, nothing lost.

A notebook that is damaged is read as far as it goes, however hostile the damage is.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

WHOLE = "nothing is missing (2 cells)"
MB = 1 << 20
HONEST = notebook(START, MODEL)


def zipped() -> bytes:
    """An archive with an honest notebook in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("P1.ipynb", HONEST)
    return written.getvalue()


def in_old_form() -> bytes:
    """An honest notebook as nbformat 3 and UTF-16."""
    cells = [
        {"cell_type": "code", "input": "".join(cell["source"]), "language": "python", "outputs": [], "metadata": {}}
        for cell in json.loads(HONEST)["cells"]
    ]
    sheets = [{"cells": cells, "metadata": {}}]
    return json.dumps({"worksheets": sheets, "metadata": {}, "nbformat": 3, "nbformat_minor": 0}).encode("utf-16")


def with_two_lists_of_cells() -> bytes:
    """Right answers in a list of cells that the second one of the same name replaces, for every reader of JSON."""
    right, wrong = (json.dumps(json.loads(cells), indent=1) for cells in (HONEST, notebook(EMPTY)))
    return b"\xef\xbb\xbf" + (right[:-2] + "," + wrong[1:]).replace("\n", "\r\n").encode()


def with_metadata(value: str) -> bytes:
    """An honest notebook with more metadata, as JSON."""
    return HONEST.replace(b'"metadata": {"kernelspec"', b'"metadata": {"x": %b, "kernelspec"' % value.encode())


def never_ran(card: Card, graded: Batch) -> None:
    """No sandbox was started for it."""
    assert (card["provenance"]["seconds"], card["provenance"]["peak_memory"]) == (0, 0)
    assert card["provenance"]["isolation"] == ""


def no_notebook(name: str, content: bytes, *says: str, **more: Any) -> Attack:
    """A hand-in that cannot be read: unjudged, and a person must look."""
    return Attack(**{
        "name": name, "files": {"": content}, "credits": {"*": None}, "ended": "unreadable", "says": says,
        "review": True, "and_then": never_ran, **more,
    })  # fmt: skip


def mended(name: str, content: bytes, says: str, *, review: bool = True, **credits: float) -> Attack:
    """A hand-in of which something can be read: that is graded, and a person must look unless all of it was read."""
    return Attack(name=name, files={"": content}, credits={"*": 1, **credits}, says=[says], review=review)


ATTACKS = [
    Attack(name="nbformat 3 in UTF-16", files={"": in_old_form()}, credits={"*": 1}),
    Attack(name="two lists of cells", files={"": with_two_lists_of_cells()}, credits={"*": 0, "runs": 1}),
    no_notebook("cut off in its first cell", HONEST[:150], "is damaged: it is not valid JSON at line 1"),
    mended("cut off in the middle", HONEST[: len(HONEST) // 2], "Cells read: 1; parts left out: 1", params=0, output=0),
    mended("9 MB of text behind it", HONEST[:-1] + b',"x":"' + b"x" * (9 * MB), WHOLE, review=False),
    no_notebook("9 MB of quotes behind it", HONEST[:-1] + b',"x":' + b'"' * (9 * MB), "it is not valid JSON at line 1"),
    mended("500 000 marks of a merge", HONEST + b"\n<<<<<<<" * 500_000, "an unfinished merge of git"),
    no_notebook("0 bytes", b"", "is empty"),
    no_notebook("only zeros", bytes(4096), "is empty"),
    no_notebook("no code", HONEST.replace(b'"code"', b'"markdown"'), "no cell of code has anything in it"),
    no_notebook("binary", b"\x7fELF" + random.Random(0).randbytes(4096), "is not a notebook: its content is not text"),
    no_notebook("in no encoding", HONEST.replace(b"keras", b"keras\x81"), "its content is not text"),
    no_notebook("12 MB", b'{"cells": ["' + b"x" * (12 * MB) + b'"]}', "has 12 MB; at most 10 MB can be read"),
    no_notebook("50 MB", b"x=1\n\n" * (10 * MB), "has 50 MB; at most 20 MB are read", ended="refused"),
    no_notebook("100 000 brackets", with_metadata("[" * 100_000 + "]" * 100_000), "is nested deeper than any notebook"),
    no_notebook("3 000 000 lists", with_metadata("[" + "[]," * 3_000_000 + "[]]"), "500 000"),
    no_notebook("a number of 100 000 digits", with_metadata("9" * 100_000), "holds a number of more than 4 000 digits"),
    no_notebook("a list", b"[" + HONEST + b"]", "is valid JSON but no notebook: it has no list of cells"),
    no_notebook("cells that are no cells", b'{"cells": ["print(1)", ["x = 1"], 7, null, {"a": 1}]}', "holds no code"),
    Attack(name="a zip under the name of a notebook", files={"": zipped()}, credits={"*": 1}),
    no_notebook(
        "a PDF", b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj", "is a PDF: it shows a notebook but cannot be run"
    ),
    mended("a web page around it", b"\n<!DOCTYPE html><html>" + HONEST + b"</html>", WHOLE, review=False),
    no_notebook("a web page", b"\n<!DOCTYPE html><html><p>Jupyter</p></html>", "is a web page, not the notebook"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS, every=len(ATTACKS))


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
