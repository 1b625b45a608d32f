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
        (b"[1]", "has no list of cells"),
        (content(nbformat_minor=4), "not of format 4.5"),
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


def test_code_is_replaced_where_it_stands_exactly_once() -> None:
    whole = notebooks.load(content(cell(source="x = 1"), cell("t", "x = 1", cell_type="markdown")), "mine.ipynb")
    assert notebooks.code_of(notebooks.replaced(whole, "x = 1", "x = 2")) == "x = 2\n"
    assert notebooks.code_of(whole) == "x = 1\n"
    for old, times in (("y", 0), ("", 6)):
        with pytest.raises(CourseError, match=f"exactly once; it was found {times} times"):
            notebooks.replaced(whole, old, "")
