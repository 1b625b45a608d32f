"""Reading all of a hand-in, and what its run says of each cell: whatever stands there, nothing is believed."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import sandbox, texts
from grader.evidence import transcript
from grader.evidence.preparing.notebook import CELLS_CAP, OUTPUTS_CAP, every_cell, program
from grader.records import CellRun, FailedCell, Message, NotebookCell, SavedOutput, Submission, Transcript
from tests.support.transcripts import PICTURE, code, display, failure, hand_in, markdown, ran, read, run, stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([
        "cell_type", "source", "input", "outputs", "output_type", "data", "text", "text/plain", "image/png", "png",
        "traceback", "attachments", "execution_count", "level", "cell", "status", "output", "x",
    ]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def outputs(*saved: Any) -> tuple[SavedOutput, ...]:
    (cell,) = read(hand_in(code("x", *saved))).cells
    return cell.outputs


def test_every_cell_is_there_under_its_number_and_kind() -> None:
    cells = read(
        hand_in(
            markdown(["# A\n", "b"]),
            code("a = 1\r\n", count=3),
            {"cell_type": "raw", "source": "r"},
            "noise",
            {"cell_type": "strange", "source": 5},
            code("", count=True),
        )
    ).cells
    assert [(cell.cell, cell.kind, cell.source, cell.count) for cell in cells] == [
        (1, "markdown", "# A\nb", None),
        (2, "code", "a = 1\n", 3),
        (3, "raw", "r", None),
        (4, "raw", "", None),
        (5, "raw", "", None),
        (6, "code", "", None),
    ]


def test_what_is_run_and_what_is_shown_have_the_same_numbers_and_sources() -> None:
    content = json.dumps({"cells": [markdown("t"), code("a"), 7, code(""), code(["b\n", "c"])]}).encode()
    found = program("a.ipynb", content)
    assert not isinstance(found, Message)
    shown = {cell.number: cell.source for cell in every_cell("a.ipynb", content) if cell.kind == "code"}
    assert {cell.cell: cell.source for cell in found.cells}.items() <= shown.items()


def test_outputs_are_text_or_a_picture_or_a_name() -> None:
    assert outputs(
        stream("a\n"),
        stream(["b\n", "c"]),
        failure("ValueError", "no", "line 1", "line 2"),
        failure("ValueError", "no"),
        display({"text/plain": ["<Figure", ">"], "image/png": [PICTURE[:9], PICTURE[9:]], "text/html": "<b>"}),
        display({"image/svg+xml": "<svg>", "application/json": {"a": 1}}),
    ) == (
        SavedOutput(text="a\n"),
        SavedOutput(text="b\nc"),
        SavedOutput(text="line 1\nline 2", error=True),
        SavedOutput(text="ValueError: no", error=True),
        SavedOutput(text="<Figure>", picture=PICTURE, others=("text/html",)),
        SavedOutput(others=("image/svg+xml", "application/json")),
    )


def test_what_is_no_output_is_named_by_what_it_calls_itself() -> None:
    assert outputs({"output_type": "update"}, {}, 5, display({"text/plain": 7, "image/png": {}})) == (
        SavedOutput(others=("update",)),
        SavedOutput(others=("?",)),
        SavedOutput(others=("?",)),
        SavedOutput(others=("text/plain", "image/png")),
    )


def test_ten_thousand_outputs_and_a_thousand_names_are_counted_and_cut() -> None:
    (cell,) = read(hand_in(code("x", *[stream("y")] * 10_000))).cells
    assert (len(cell.outputs), cell.left_out) == (OUTPUTS_CAP, 10_000 - OUTPUTS_CAP)
    names = {f"{number:x<200}": 1 for number in range(1000)}
    (named,) = outputs(display(names))
    assert (len(named.others), {len(name) for name in named.others}) == (10, {100})
    (attached,) = read(hand_in(markdown("x", attachments=names))).cells
    assert len(attached.attachments) == 10


def test_a_notebook_of_format_3_is_read_with_its_outputs() -> None:
    cells = [
        {"cell_type": "heading", "source": "Title", "level": 2, "metadata": {}},
        {"cell_type": "heading", "source": "First", "level": 1, "metadata": {}},
        {
            "cell_type": "code",
            "input": ["x\n", "y"],
            "language": "python",
            "metadata": {},
            "prompt_number": 4,
            "outputs": [
                {"output_type": "stream", "stream": "stdout", "text": "a"},
                {"output_type": "display_data", "png": PICTURE, "text": ["<Fig>"], "metadata": {}},
                {"output_type": "pyout", "html": "<b>", "text": "b", "prompt_number": 4, "metadata": {}},
                {"output_type": "pyerr", "ename": "E", "evalue": "f", "traceback": []},
            ],
        },
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    content = json.dumps(old).encode()
    assert every_cell("old.ipynb", content) == (
        NotebookCell(cell=1, kind="markdown", source="## Title"),
        NotebookCell(cell=2, kind="markdown", source="# First"),
        NotebookCell(cell=3, number=1, kind="code", source="x\ny", count=4, outputs=(
            SavedOutput(text="a"), SavedOutput(text="<Fig>", picture=PICTURE),
            SavedOutput(text="b", others=("text/html",)), SavedOutput(text="E: f", error=True),
        )),
    )  # fmt: skip


MODULE = b"import a\r\nimport b\r\n\r\n\r\nx = 1\r\ny = z\r\nprint(x)\r\n# the end\r\nexit()\r\nprint(y)\r\n"


def test_a_module_is_shown_in_blocks_and_a_part_that_failed_ends_its_block() -> None:
    ended = (ran(1), ran(2, output="hi"), ran(3, output="a"), ran(4, "error", output="b", line="y = z"))
    further = (ran(5, output="c"), ran(6, output="d"), ran(7, "skipped"))
    found = read(hand_in(name="work/net.py", content=MODULE), run(*ended, *further))
    assert (found.name, found.module) == ("net.py", True)
    assert [(one.line, one.source, one.number, one.further) for one in found.cells] == [
        (1, "import a\nimport b", 2, (1,)),
        (5, "x = 1\ny = z", 4, (3,)),
        (7, "print(x)\n# the end\nexit()", 6, (5,)),
        (10, "print(y)", 7, ()),
    ]
    assert [(found.ran[one.number].status, found.ran[one.number].output) for one in found.cells] == [
        ("ok", "hi"),
        ("error", "ab"),
        ("ok", "cd"),
        ("skipped", ""),
    ]


def test_the_cells_of_an_export_are_not_put_together() -> None:
    found = read(hand_in(name="a.py", content=b"# %%\nx = 1\n# %% [markdown]\n# # Title\n# %%\ny = 2\n"), run(ran(1)))
    assert [(one.kind, one.line, one.source, one.number) for one in found.cells] == [
        ("code", 1, "# %%\nx = 1", 1),
        ("markdown", 3, "# Title", 0),
        ("code", 5, "# %%\ny = 2", 2),
    ]


@pytest.mark.parametrize("content", [
    b"", b"\0\0", b"\x89PNG\r\n\x1a\n\xff", b"[]", b"{}", b'{"cells": 3}', b'{"cells": []}', b'{"cells": [}',
    b"[" * 100_000, b'{"cells": [' + b'{"outputs": [' * 50_000, b'{"a": ' + b"9" * 5000 + b"}",
    json.dumps({"cells": [code("1")] * (CELLS_CAP + 1)}).encode(),
])  # fmt: skip
def test_what_cannot_be_read_has_no_transcript(content: bytes) -> None:
    assert transcript.transcript(hand_in(content=content), run()) is None


@pytest.mark.parametrize("filling", [b"[],", b'{"":0},'])
def test_ten_megabytes_of_brackets_are_refused_before_they_fill_the_memory(filling: bytes) -> None:
    content = b'{"cells": [' + filling * (10_000_000 // len(filling)) + b"0]}"
    tracemalloc.start()
    try:
        found = program("a.ipynb", content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(found, Message)
    assert "more than 500 000 lists" in texts.render(found, "en").replace("\u202f", " ")
    assert peak < 3 * len(content)
    assert transcript.transcript(hand_in(content=content), run()) is None


def test_who_handed_nothing_in_has_no_transcript() -> None:
    nothing = Submission(student="ana", exercise="b", files={}, entry=None)
    assert transcript.transcript(nothing, run()) is None


def test_each_cell_has_what_its_run_claims() -> None:
    told = run(
        ran(1, output="hello", seconds=2.5), ran(2, "error", error="ValueError", text="no", line="f(x)"),
        ran(3, "skipped"), ran(4, "fine"), ran(0), ran(CELLS_CAP + 1), ran(True), "noise", None,
        ran(5, output=["a"], seconds="long", error=7), ran(6, output="x" * 9000),
    )  # fmt: skip
    assert read(hand_in(code("x")), told).ran == {
        1: CellRun(status="ok", seconds=2.5, output="hello"),
        2: CellRun(status="error", seconds=0.1, error="ValueError", text="no", line="f(x)"),
        3: CellRun(status="skipped", seconds=0.1),
        5: CellRun(status="ok"),
        6: CellRun(status="ok", seconds=0.1, output="x" * 2000, cut=True),
    }


def test_what_was_measured_goes_before_what_a_cell_claims() -> None:
    failed = (FailedCell(cell=1, kind="syntax"), FailedCell(cell=2, kind="timeout"))
    found = read(hand_in(code("x")), run(ran(1, "error", error="SyntaxError"), failed=failed)).ran
    assert (found[1].status, found[1].error) == ("syntax", "SyntaxError")
    assert found[2] == CellRun(status="timeout")


@pytest.mark.parametrize("frame", [b"", b"\xff", b"{}", b"[" * 100_000, b"[NaN, 1e999, []]"])
def test_a_damaged_claim_says_nothing(frame: bytes) -> None:
    damaged = replace(run(), frames={("cells", 0): frame})
    assert read(hand_in(code("x")), damaged).ran == {}
    assert read(hand_in(code("x")), replace(run(), frames={})).ran == {}


@given(st.lists(JSON, max_size=5), st.lists(JSON, max_size=5))
def test_no_json_makes_the_reader_fail(cells: list[Any], claims: list[Any]) -> None:
    found = transcript.transcript(hand_in(*cells), run(*claims))
    assert isinstance(found, Transcript) or cells == []


def test_the_key_follows_the_hand_in_the_run_and_the_student() -> None:
    work, told = hand_in(code("x")), run(ran(1))
    keys = {
        transcript.key(work, told),
        transcript.key(replace(work, sha256="other"), told),
        transcript.key(replace(work, student="li"), told),
        transcript.key(work, run(ran(1, output="new"))),
        transcript.key(work, replace(told, ended="error")),
        transcript.key(work, replace(told, failed=(FailedCell(cell=1, kind="died"),))),
        transcript.key(work, replace(told, isolation=sandbox.UNSAFE)),
    }
    assert len(keys) == 7
    assert transcript.key(work, told) == transcript.key(hand_in(code("x")), run(ran(1)))
