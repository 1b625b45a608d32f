"""Notebooks as data: what is accepted, what is refused and how they are written."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import notebooks
from grader.errors import CourseError


def cell(cell_id: str = "a", source: Any = "x = 1", **other: Any) -> dict[str, Any]:
    return {**notebooks.code_cell(cell_id, "x"), "source": source, **other}


def content(*cells: Any, **other: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **other}).encode()


def test_sources_are_one_string_and_written_in_lines() -> None:
    loaded = notebooks.load(content(cell(source=["x = 1\n", "y = 2"])), "mine.ipynb")
    assert notebooks.code_of(loaded) == "x = 1\ny = 2\n"
    written = json.loads(notebooks.dump(loaded))
    assert written["cells"][0]["source"] == ["x = 1\n", "y = 2"]


def test_jupyter_writes_the_same_bytes() -> None:
    ours = notebooks.dump(notebooks.load(content(cell(source="print('ñ')\n\n# ≥"), cell("b", "")), "mine.ipynb"))
    assert (nbformat.writes(nbformat.reads(ours.decode(), as_version=4)) + "\n").encode() == ours


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))), max_size=5))
def test_what_was_written_is_read_back(sources: list[str]) -> None:
    whole = notebooks.load(content(*(cell(f"c{n}", source) for n, source in enumerate(sources))), "mine.ipynb")
    again = notebooks.load(notebooks.dump(whole), "mine.ipynb")
    assert [one["source"] for one in again["cells"]] == sources
    assert notebooks.dump(again) == notebooks.dump(whole)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (b"\xff\xfe", "not a notebook"),
        (b"", "not a notebook"),
        (b"[1]", "not a notebook of the formats 2, 3 or 4"),
        (content(nbformat=5), "not a notebook of the formats 2, 3 or 4"),
        (content(cells=3), "has no list of cells"),
        (content(nbformat=3), "missing an expected key: worksheets"),
        (content(nbformat_minor="5"), "its parts do not fit together"),
        (content(cell(outputs=[{"output_type": "stream"}])), "cell 1, outputs, 0: 'name' is a required property"),
        (content(3), "cell 1 is not a cell but int"),
        (content(cell(cell_type="prose")), "type 'prose'"),
        (
            content(
                cell(""),
            ),
            "cell 1 has no id",
        ),
        (content(cell(), cell()), "two cells have the id 'a'; the second is cell 2"),
        (content(cell(source=3)), r"cell 1 \(a\) has no source"),
        (content(cell(metadata={"tags": "es"})), "tags a list of words"),
        (content(cell(metadata=[])), "metadata must be a mapping"),
    ],
)
def test_what_is_no_notebook_is_refused_by_name(wrong: bytes, said: str) -> None:
    with pytest.raises(CourseError, match=f"^mine.ipynb: .*{said}"):
        notebooks.load(wrong, "mine.ipynb")


OLD = {"cell_type": "code", "metadata": {}, "outputs": [], "language": "python", "input": "x = 1"}


@pytest.mark.parametrize("whole", [
    {"nbformat": 4, "nbformat_minor": 2, "cells": [{**cell(), "id": None}, {**cell(), "id": None}]},
    {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [OLD]}, {"cells": [OLD]}]},
    {"nbformat": 2, "nbformat_minor": 0, "worksheets": [{"cells": [OLD, OLD]}]},
])  # fmt: skip
def test_old_formats_are_upgraded_with_ids_from_the_numbers_of_cells(whole: dict[str, Any]) -> None:
    for one in whole.get("cells", ()):
        del one["id"]
    found = notebooks.load(json.dumps({**whole, "metadata": {}}).encode(), "old.ipynb")
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert [(one["id"], one["source"]) for one in found["cells"]] == [("cell-1", "x = 1"), ("cell-2", "x = 1")]
    assert notebooks.load(notebooks.dump(found), "old.ipynb") == found


def test_what_is_no_notebook_is_not_written() -> None:
    with pytest.raises(ValueError, match="cell 1, source: 3 is not valid"):
        notebooks.dump({"cells": [cell(source=3)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_code_is_replaced_where_it_stands_exactly_once() -> None:
    prose = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "x = 1"}
    whole = notebooks.load(content(cell(source="x = 1"), prose), "mine.ipynb")
    assert notebooks.code_of(notebooks.replaced(whole, "x = 1", "x = 2")) == "x = 2\n"
    assert notebooks.code_of(whole) == "x = 1\n"
    for old, times in (("y", 0), ("", 6)):
        with pytest.raises(CourseError, match=f"exactly once; it was found {times} times"):
            notebooks.replaced(whole, old, "")
