from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import sandbox
from grader.evidence import execute
from grader.evidence.preparing.config import name_inside
from grader.evidence.preparing.notebook import CELLS_CAP, SIZE_CAP, Program, every_cell, program
from grader.records import Message, Run, RunSpec, Submission, message
from grader.texts import render


def text_of(*sources: object, kind: str = "code") -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": kind, "source": source} for source in sources]})


def problem(content: bytes, name: str = "work/a.ipynb") -> str:
    found = program(name, content)
    assert isinstance(found, Message)
    for language in ("en", "es"):
        assert "a.ipynb" in render(found, language) or "a.py" in render(found, language)
    return found.key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "runs.empty_file"),
        (b" \n\n ", "runs.empty_file"),
        (b"\0\0\0", "runs.empty_file"),
        (b"\x7fELF\xff", "runs.not_text"),
        (b"\x89PNG\r\n\x1a\n\xff", "runs.another_kind"),
        (b"%PDF-1.7", "runs.another_kind"),
        (b"PK\x03\x04", "runs.another_kind"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "runs.another_kind"),
        (b'{"cells": [}', "runs.invalid_json"),
        (b"[" * 100_000, "runs.nested"),
        (b'{"cells": [], "x": ' + b"9" * 5_000 + b"}", "runs.long_number"),
        (b"[]", "runs.not_a_notebook"),
        (b'{"cells": 3}', "runs.not_a_notebook"),
        (text_of("# Title", kind="markdown").encode(), "runs.no_code"),
        (text_of("", " \n").encode(), "runs.no_code"),
        (b"x" * (SIZE_CAP + 1), "runs.too_large"),
        (text_of(*["1"] * (CELLS_CAP + 1)).encode(), "runs.too_many_cells"),
    ],
)
def test_what_cannot_be_run_has_a_sentence(content: bytes, key: str) -> None:
    assert problem(content) == key


def test_an_empty_module_has_a_sentence() -> None:
    assert problem(b"\n", "a.py") == "runs.empty_file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_notebook_is_read_in_every_usual_encoding(encoding: str) -> None:
    found = program("a.ipynb", text_of("año = 1").encode(encoding))
    assert isinstance(found, Program)
    assert [cell.source for cell in found.cells] == ["año = 1"]


def test_half_a_character_does_not_leave_the_reader() -> None:
    found = program("a.ipynb", text_of("x = '\ud83d'").encode())
    assert isinstance(found, Program)
    assert [cell.source for cell in found.cells] == ["x = '?'"]


def test_cells_are_counted_among_the_code_cells_empty_ones_too() -> None:
    cells = [
        {"cell_type": "markdown", "source": "x"},
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "code", "source": ""},
        {"cell_type": "code", "source": "c"},
        "noise",
        {"source": 3},
    ]
    found = program("a.ipynb", json.dumps({"cells": cells}).encode())
    assert isinstance(found, Program)
    assert [(cell.cell, cell.source) for cell in found.cells] == [(1, "a = 1\nb = 2"), (3, "c")]


HEADING = {"cell_type": "heading", "source": "T", "metadata": {}, "level": 1}
CODE = {"cell_type": "code", "input": "x = 1\nx", "language": "python", "outputs": [], "metadata": {}}


@pytest.mark.parametrize(("lines", "source"), [
    (["x = 1\n", "y = 2"], "x = 1\ny = 2"), (["x = 1", "y = 2"], "x = 1\ny = 2"), (["x = ", "1\n", "y"], "x = 1\ny"),
    (["", "x\n", "y"], "x\ny"), (["%matplotlib inline", "\n", "x"], "%matplotlib inline\nx"), ("x\ny", "x\ny"),
    (["y = \\\n", " 2"], "y = \\\n 2"), (["x"], "x"), (["a", 5, "b"], "a\nb"),
])  # fmt: skip
@pytest.mark.parametrize("key", ["input", "source"])
def test_the_lines_of_an_old_cell_are_joined_as_they_were_meant(lines: Any, source: str, key: str) -> None:
    cell = {"cell_type": "code", key: lines, "language": "python", "outputs": [], "prompt_number": "*"}
    sheet = {"cells": [HEADING, cell]}
    found = program("a.ipynb", json.dumps({"nbformat": 2, "worksheets": [sheet]}).encode())
    assert isinstance(found, Program)
    assert [(one.cell, one.source) for one in found.cells] == [(1, source)]


def sheet(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"worksheets": [{"cells": cells}]}


def gave(*outputs: dict[str, Any]) -> dict[str, Any]:
    return sheet({"cell_type": "code", "input": "1", "outputs": outputs})


@pytest.mark.parametrize("odd", [
    {"nbformat_minor": "0"}, {"nbformat": 3.0}, {"nbformat_minor": 1e999}, {"metadata": []},
    sheet({"cell_type": "heading", "level": 10**30}, {"cell_type": "heading", "level": 4 * 10**9}),
    sheet({"cell_type": "code", "input": [1.5] * 500_000, "outputs": 5, "metadata": 5}),
    gave(*[{"output_type": "pyout", "prompt_number": "x", "text": "a" * 400}] * 9_000),
    gave({str(number): 1 for number in range(100_000)}), gave({"output_type": "pyout", "json": "[" * 10**5}),
])  # fmt: skip
def test_odd_old_notebooks_are_read_without_fuss(odd: dict[str, Any]) -> None:
    """Quickly and within bounds: what the library would need minutes or gigabytes for."""
    sheets = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [CODE]}]}
    content = json.dumps(sheets | odd).encode()
    tracemalloc.start()
    try:
        assert isinstance(program("a.ipynb", content), Program | Message)
        cells = every_cell("a.ipynb", content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max((len(cell.source) for cell in cells), default=0) < 1_000
    assert peak < 150 << 20


@pytest.mark.parametrize("missing", [(), ("language",), ("outputs", "metadata")])
@pytest.mark.parametrize("version", [2, 3])
def test_old_formats_are_read_also_when_they_are_not_valid(version: int, missing: tuple[str, ...]) -> None:
    cell = {key: value for key, value in CODE.items() if key not in missing}
    sheets = [{"cells": [HEADING, cell, 5][: 2 if not missing else 3]}, {"cells": [CODE]}]
    old = {"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    found = program("a.ipynb", json.dumps(old).encode())
    assert isinstance(found, Program)
    assert [(cell.cell, cell.source) for cell in found.cells] == [(1, "x = 1\nx"), (2, "x = 1\nx")]
    assert (found.notices, found.reasons) == ((), ())


def test_a_module_is_read_part_by_part() -> None:
    found = program("a.py", b"a = 1\r\nb = 2\r\n")
    assert isinstance(found, Program)
    assert (found.kind, found.is_script) == ("module", True)
    assert [(one.cell, one.source, one.line) for one in found.cells] == [(1, "a = 1", 1), (2, "b = 2\n", 2)]


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    assert isinstance(program("a.ipynb", content), Program | Message)


@given(st.text(max_size=60))
def test_a_name_never_leads_out_of_its_folder(name: str) -> None:
    inside = name_inside(name)
    assert not inside.startswith("/")
    assert not {"..", ".", ""} & set(inside.split("/"))
    assert "\0" not in inside


def test_an_unreadable_hand_in_starts_no_sandbox() -> None:
    handed_in = Submission(student="a", exercise="b", files={"a.ipynb": b""}, entry="a.ipynb", sha256="c")
    run = execute.execute(handed_in, RunSpec(), inputs=execute.Inputs())
    assert (run.ended, run.problem, run.seconds) == ("unreadable", message("runs.empty_file", name="a.ipynb"), 0.0)
    nothing = Submission(student="a", exercise="b", files={}, entry=None)
    assert execute.execute(nothing, RunSpec(), inputs=execute.Inputs()).problem == message("runs.no_entry")


HANDED_IN = Submission(student="a", exercise="b", files={}, entry=None, sha256="c")


def run_of(ended: Any, frames: dict[tuple[str, int], bytes]) -> Run:
    ending = sandbox.Ending(
        ended=ended,
        returncode=0,
        seconds=1.0,
        peak_memory=0,
        stdout=b"",
        stderr=b"",
        frames=frames,
        isolation="",
        memory_limit="",
    )
    return execute.run_of(HANDED_IN, ending, 0, RunSpec())


@pytest.mark.parametrize("status", [b"", b"not JSON", b"[]", b"null", b'{"ended": "perfect"}', b'{"ended": ["ok"]}'])
def test_a_status_that_cannot_be_read_is_no_fault_of_ours(status: bytes) -> None:
    kept = {("status", 0): status, ("answers", 0): b"{}"}
    assert run_of("ok", kept).ended == "exit"
    assert run_of("timeout", kept).ended == "timeout"
    assert run_of("exit", kept).frames == kept


def test_without_any_status_nothing_of_the_student_has_run() -> None:
    assert run_of("ok", {("answers", 0): b"{}"}).ended == "sandbox-error"
    assert run_of("exit", {}).problem == message("runs.sandbox_failed")


def test_only_a_runner_that_was_ended_itself_is_broken_off() -> None:
    left = {("status", 0): b'{"ended": "exit"}'}
    assert (run_of("ok", left).ended, run_of("ok", left).problem) == ("exit", None)
    assert (run_of("exit", left).ended, run_of("exit", left).problem) == ("exit", message("runs.broken_off"))
