"""The executed notebook: what it holds, what never gets into it, and how large it gets."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import nbformat
import pytest

from grader.evidence import transcript
from grader.records import CellRun, NotebookCell, RunOutput, Transcript
from grader.reports import executed
from grader.untrusted import png
from tests.support.pngs import picture
from tests.support.transcripts import ATTACKS, PICTURE, SCRIPT, SVG, code, hand_in, markdown, ran, run, stream

FORBIDDEN = ("text/html", "image/svg+xml", "application/javascript", "application/vnd.jupyter.widget-view+json")


def frame(position: int, *outputs: Any, left_out: Any = 0) -> bytes:
    return json.dumps({"cell": position, "left_out": left_out, "outputs": outputs}).encode()


def given(*frames: bytes, cells: tuple[Any, ...] = (), claims: tuple[Any, ...] = ()) -> Transcript:
    """A transcript of ``cells`` with these frames of outputs."""
    plain = run(*claims)
    told = {**plain.frames, **{("outputs", number): content for number, content in enumerate(frames)}}
    found = transcript.transcript(hand_in(*cells), replace(plain, frames=told))
    assert found is not None
    return found


def opened(of: Transcript, lang: Any = "en") -> Any:
    content = executed.notebook(of, lang)
    assert len(content) <= executed.SIZE_CAP
    node = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(node)
    return node


def shown(data: Any, **more: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}, **more}


def test_it_holds_the_cells_and_what_our_run_gave() -> None:
    cells = (markdown("# Title"), code("print(1)"), code("plot()"), code("1 / 0"), code("skipped()"))
    node = opened(
        given(
            frame(1, stream("1\n"), {**stream("w"), "name": "stderr"}),
            frame(2, shown({"text/plain": "<Figure>", "image/png": PICTURE})),
            frame(3, {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31ma\x1b[0m", "b"]}),
            cells=cells,
            claims=(ran(1), ran(2), ran(3, "error"), ran(4, "skipped")),
        )
    )  # fmt: skip
    assert [(one.cell_type, one.source, one.id) for one in node.cells] == [
        ("markdown", "# Title", "cell-1"), ("code", "print(1)", "cell-2"), ("code", "plot()", "cell-3"),
        ("code", "1 / 0", "cell-4"), ("code", "skipped()", "cell-5"),
    ]  # fmt: skip
    assert [one.execution_count for one in node.cells[1:]] == [1, 2, 3, None]
    stdout, stderr = node.cells[1].outputs
    assert (stdout.name, stdout.text, stderr.name, stderr.text) == ("stdout", "1\n", "stderr", "w")
    plot = node.cells[2].outputs[0].data
    assert (plot["text/plain"], b64decode(plot["image/png"])) == ("<Figure>", png.checked(picture()))
    failed = node.cells[3].outputs[0]
    assert (failed.ename, failed.evalue, failed.traceback) == ("E", "v", ["a", "b"])
    assert node.cells[4].outputs == []


def test_the_students_saved_outputs_and_metadata_are_not_in_it() -> None:
    cell = {
        **code("x", stream("saved")),
        "metadata": {"trusted": True, "own": 1},
    }
    prose = markdown("a", attachments={"p.png": {"image/png": PICTURE}})
    node = opened(given(cells=(cell, prose)))
    assert node.metadata == executed.METADATA
    assert [(one.metadata, one.get("outputs", []), one.get("attachments")) for one in node.cells] == [
        ({}, [], None)
    ] * 2


@pytest.mark.parametrize("attack", [*ATTACKS, SVG])
def test_nothing_that_runs_or_fetches_gets_into_it(attack: str) -> None:
    outputs = (
        shown({"text/html": SCRIPT, "image/svg+xml": SVG, "application/javascript": "1", attack: attack}),
        shown({"text/plain": attack, "text/html": SCRIPT, "image/png": attack}),
        shown(attack), shown({"text/plain": [attack]}), {"output_type": attack}, attack, {"output_type": "stream"},
        {"output_type": "stream", "name": attack, "text": attack},
        {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack, 3, attack]},
        shown({FORBIDDEN[3]: {"model_id": attack}}, output_type="update_display_data"),
    )  # fmt: skip
    cells = (
        code(attack),
        markdown(attack),
        {"cell_type": "raw", "source": attack},
        {"cell_type": attack, "source": attack},
    )
    node = opened(given(frame(1, *outputs, left_out=attack), frame(2, *outputs), b"[", frame(9, *outputs), cells=cells))
    assert node.metadata == executed.METADATA
    for cell in node.cells:
        assert (cell.metadata, "attachments" in cell) == ({}, False)
        if cell.cell_type != "code":
            assert not executed.TAG.search(cell.source)
            assert "![" not in cell.source
        for output in cell.get("outputs", []):
            assert output.output_type in ("stream", "error", "display_data")
            assert set(output.get("data", {})) <= {"text/plain", "image/png"}
            assert "\x1b" not in json.dumps(output)
            assert "\\u001b" not in json.dumps(output)
    assert [name for name in FORBIDDEN if name in json.dumps([one.get("outputs", []) for one in node.cells])] == []


def test_a_picture_that_is_none_is_a_note() -> None:
    (output,) = opened(given(frame(1, shown({"image/png": "AAAA"})), cells=(code("x"),))).cells[0].outputs
    assert "not a plain PNG file" in output.data["text/plain"]
    assert "image/png" not in output.data


@pytest.mark.parametrize(("written", "harmless"), [
    ("**bold** `a<b` and 1 < 2", "**bold** `a< b` and 1 < 2"), ("!!![x](http://a)", "[x](http://a)"),
    ("![x][r]\n\n[r]: http://a", "[x][r]\n\n[r]: http://a"), ("<img src=x>", "< img src=x>"), ("</pre>", "< /pre>"),
    ("```mermaid\nA@{img: 'http://a'}\n```", "```text\nA@{img: 'http://a'}\n```"), ("~~~ Mermaid", "~~~ text"),
    ('[x](http://a "$q" style="b" z="$")', '[x] (http://a "$q" style="b" z="$")'),
    ("$x$ and [r]: http://a", "$x$ and [r] : http://a"), ("[x](http://a 'b')", "[x](http://a 'b')"),
    ("\x1b[31mred", "red"),
])  # fmt: skip
def test_prose_can_be_rendered_without_running_or_fetching_anything(written: str, harmless: str) -> None:
    (cell,) = opened(given(cells=(markdown(written), code("x")))).cells[:1]
    assert cell.source == harmless


def test_what_is_not_seen_in_code_stands_as_its_code_and_the_code_is_the_same() -> None:
    source = "x = '\u202e\x9b\x7f\ufeff\U000e0041 n\u0303 \xa0 ñ ≥ 🙂'  # \x1b[31m" + "\u0301" * 50
    of = given(cells=(code(source),))
    raw = executed.notebook(of, "en").decode()
    assert [one for one in raw if not one.isprintable() and one != "\n"] == []
    assert ("ñ ≥ 🙂" in raw, "\u0301" in raw) == (True, False)
    assert opened(of).cells[0].source == source


def test_long_names_of_errors_count_too() -> None:
    error = {"output_type": "error", "ename": "\U0001f600" * 200, "evalue": "", "traceback": []}
    frames = [frame(position, *[error] * 800) for position in range(1, 7)]
    assert len(opened(given(*frames, cells=tuple(code("x") for _ in range(7)))).cells) == 7


def test_the_end_of_a_long_traceback_is_kept() -> None:
    lines = [f"line {number}" for number in range(5_000)]
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": lines}
    (output,) = opened(given(frame(1, error), cells=(code("x"),))).cells[0].outputs
    assert (output.traceback[0], output.traceback[-1], len(output.traceback)) == ("line 0", "line 4999", 500)


def full(*, outputs: int = 0, source: str = "x", cells: int = 1) -> Transcript:
    texts = tuple(RunOutput(kind="stdout", text="\n" * executed.TEXT_CAP) for _ in range(outputs))
    return Transcript(
        student="ana", name="a.ipynb", module=False, ended="ok",
        cells=tuple(NotebookCell(cell=n, number=n, kind="code", source=source) for n in range(1, cells + 1)),
        ran={n: CellRun(status="ok") for n in range(1, cells + 1)},
        gave={n: texts for n in range(1, cells + 1)},
    )  # fmt: skip


@pytest.mark.parametrize(("lang", "said"), [("en", "More outputs are left out"), ("es", "Se omiten más salidas")])
def test_outputs_beyond_four_megabytes_are_left_out_with_a_note(lang: str, said: str) -> None:
    node = opened(full(outputs=20), lang)
    assert said in node.cells[0].outputs[-1].text
    assert 1 < len(node.cells[0].outputs) < 21


@pytest.mark.parametrize(("lang", "said"), [("en", "More cells are left out"), ("es", "Se omiten más celdas")])
def test_cells_beyond_four_megabytes_are_left_out_with_a_note(lang: str, said: str) -> None:
    node = opened(full(source="\n" * 100_000 + "ñ", cells=60), lang)
    assert said in node.cells[-1].source
    assert 2 < len(node.cells) < 60


def test_outputs_that_the_runner_left_out_are_told() -> None:
    cell = opened(given(frame(1, {"output_type": "stream", "text": "a"}, left_out=3), cells=(code("x"),))).cells[0]
    assert [output.text[:20] for output in cell.outputs] == ["a", "More outputs are lef"]
