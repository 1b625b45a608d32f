"""What cards call cells: as people count them, with their first line of code; in a module by lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader import texts
from grader.records import FailedCell, Message, Place, Scorecard, message
from grader.reports import pages
from grader.scoring import places
from grader.scoring.diagnoses.wording import failed_cell_text
from tests.support.cards import RUBRIC, card
from tests.support.html_pages import Page


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("model.fit(x_train, y_train)", "model.fit(x_train, y_train)"),
        ("\n# Exercise 3\n%matplotlib inline\n!pip install a\n\n  model.fit(x)\n", "model.fit(x)"),
        ("# nothing", "# nothing"),
        ("x = " + "1 + " * 40, "x = " + "1 + " * 13 + "1 +…"),
        ("", ""),
    ],
)
def test_a_cell_is_known_by_its_first_line_of_code(source: str, code: str) -> None:
    found = places.place(source, None)
    assert found == Place(code=code)
    assert len(found.code) <= places.CODE_SHOWN


def test_a_part_of_a_module_is_known_by_its_lines() -> None:
    assert places.place("# the data\nx = load(\n  1)\n", 10) == Place(code="x = load(", line=11, last=13)
    assert places.place('if __name__ == "__main__":\n    main()', 20).line == 21


CRASH = FailedCell(
    cell=3, kind="error", error="NameError", text="name 'x' is not defined", line="fit(x)", at=11,
    cause=message("diagnoses.follows", name="x", first=2), cure=message("diagnoses.follows.cure", first=2),
)  # fmt: skip


def said(found: Message) -> Any:
    return texts.text(found)


def of(**where: Place) -> Scorecard:
    """A card on which cell 3 failed because of cell 2."""
    told = failed_cell_text(CRASH)
    notice = said(message("runs.import_repaired", cell=2, written="a", today="b"))
    nested = said(message("checks.no_model_because", reason={"key": "checks.ended_error_in",
                                                             "values": {"cell": 3, "error": "NameError"}}))  # fmt: skip
    one = replace(card("ana", "fffffff"), failed=(told,), notices=(notice, nested), verdicts=(), model=None)
    return places.named(one, {int(name[1:]): place for name, place in where.items()})


def test_in_a_notebook_cells_have_numbers_and_the_failed_one_its_code() -> None:
    found = of(c2=Place(code="x = 1"), c3=Place(code="fit(x)"))
    assert found.failed[0].place == said(message("places.cell_heading_code", cell=3, code="fit(x)"))
    assert found.failed[0].cause is not None
    assert found.failed[0].cause.en == "`x` does not exist, because code cell 2 failed."
    assert found.failed[0].cause.es == "`x` no existe, porque falló la celda de código 2."
    assert found.failed[0].cause.values == {"name": "x", "first": 2}
    page = pages.student_page(found, RUBRIC, "en", notebook=True).decode()
    assert "#cell-3" in page
    assert "Code cell 3 (<code>fit(x)</code>)</a>" in page
    assert "Celda de código 3 (fit(x)): se detuvo" in Page(pages.student_page(found, RUBRIC, "es")).text


def test_in_a_module_every_sentence_says_lines() -> None:
    found = of(c2=Place(code="x = 1", line=4, last=5), c3=Place(code="fit(", line=9, last=12))
    (failed,) = found.failed
    assert failed.place == said(message("places.line_heading", line=11))
    assert failed.cause is not None
    assert failed.cure is not None
    assert failed.cause.en == "`x` does not exist, because line 4 failed."
    assert failed.cure.es == "Arregla primero la línea 4."
    assert found.notices[0].en.startswith("In line 4 an import")
    assert "line 11 ended in NameError" in found.notices[1].en
    assert "la línea 11 terminó con NameError" in found.notices[1].es
    assert "Line 11: stopped by an error" in Page(pages.student_page(found, RUBRIC, "en")).text


def test_an_error_within_a_function_is_headed_by_its_own_line() -> None:
    found = of(c2=Place(code="x", line=4, last=5), c3=Place(code="main()", line=20, last=20))
    assert found.failed[0].place == said(message("places.line_heading", line=11))
    assert "line 20 ended in NameError" in found.notices[1].en


def test_a_quote_that_would_end_the_code_leaves_the_number_alone() -> None:
    assert of(c3=Place(code="a = '`'")).failed[0].place == said(message("places.cell_heading", cell=3))


def test_a_card_of_an_earlier_release_shows_the_number() -> None:
    old = replace(of(), failed=(replace(of().failed[0], place=None),))
    assert "Code cell 3: stopped" in Page(pages.student_page(old, RUBRIC, "en")).text
