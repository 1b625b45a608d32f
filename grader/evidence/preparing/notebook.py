"""A hand-in's bytes -> the code cells to run, or the reason why there are none; and all cells, to be shown.

Pure; nothing heavy reads it first. Whoever wants cells of a hand-in gets them here, so that their numbers agree, of
a notebook that had to be mended too.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from grader.evidence.preparing import mending
from grader.records import Message, NotebookCell, SavedOutput, message
from grader.untrusted import claims, notebook_format

SIZE_CAP = 10 << 20
CELLS_CAP = 5_000
BRACKETS_CAP = 500_000  # an empty list takes 20 times the memory that it takes in the file
OUTPUTS_CAP = 50  # of one cell
UPGRADED_CAP = 20_000  # cells and outputs of old formats that nbformat is given: it needs a second for as many
LINES_SHOWN = 5  # of one kind of damage
NAMES_CAP = 10  # media types of one output, attachments of one cell
# How files begin that are handed in under the name of a notebook, in lower case; the word for each.
KINDS = (
    (b"<", "web_page"),
    (b"%pdf", "pdf"),
    (b"pk\x03\x04", "archive"),
    (b"rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89png", "picture"),
    (b"\xff\xd8\xff", "picture"),
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One code cell: its 1-based position among all cells, and its source."""

    cell: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """What is run: a notebook's code cells in order, or a module as a single one.

    ``notices`` say what was mended before it could be read, ``reasons`` why a person must look at that.
    """

    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]
    notices: tuple[Message, ...] = ()
    reasons: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """All cells of a notebook as JSON data, or the text of a module; and what was mended to find them."""

    kind: Literal["notebook", "module"]
    cells: Sequence[Any]
    mended: mending.Mended | None = None


def program(name: str, content: bytes) -> Program | Message:
    """The program in a file of this name; a Message when it cannot be run.

    Reads notebooks of nbformat 2 to 4, UTF-8 with or without a byte-order mark, and UTF-16.
    """
    found = _found(name, content)
    if isinstance(found, Message):
        return found
    code = tuple(
        Cell(cell=position, source=source)
        for position, kind, source, _ in _read(found)
        if kind == "code" and source.strip()
    )
    if not code:
        return message("runs.no_code", name=PurePosixPath(name).name)
    notices, reasons = _remarks(PurePosixPath(name).name, found.mended)
    return Program(kind=found.kind, cells=code, notices=notices, reasons=reasons)


def every_cell(name: str, content: bytes) -> tuple[NotebookCell, ...]:
    """All cells of a file of this name, with their saved outputs; none at all when it cannot be read.

    Only ``OUTPUTS_CAP`` outputs of a cell are taken, and of each only text, a picture, and names.
    """
    found = _found(name, content)
    return () if isinstance(found, Message) else tuple(_cell(*read) for read in _read(found))


def _remarks(shown: str, mended: mending.Mended | None) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What the card says of a notebook that was mended: notices, and reasons for a person to look."""
    if mended is None:
        return (), ()
    lines: dict[str, list[int]] = {}
    for repair in mended.repairs:
        lines.setdefault(repair.kind, []).append(repair.line)
    repairs = [
        {"key": f"runs.mended_{kind}", "values": {"lines": found[:LINES_SHOWN]}} for kind, found in lines.items()
    ]
    common = {"name": shown, "repairs": repairs, "kept": mended.kept}
    if mended.is_sure:
        return (message("runs.notebook_mended", **common),), ()
    notice = message("runs.notebook_mended_in_part", **common, lost=mended.lost)
    return (notice,), (message("runs.review_mended", name=shown, kept=mended.kept, lost=mended.lost),)


def _found(name: str, content: bytes) -> _Found | Message:
    """The cells of a module or a notebook; a Message when the file is neither."""
    shown = PurePosixPath(name).name
    if not content.strip(b" \t\r\n\0"):
        return message("runs.empty_file", name=shown)
    if len(content) > SIZE_CAP:
        return message("runs.too_large", name=shown, megabytes=round(len(content) / (1 << 20), 1), most=SIZE_CAP >> 20)
    module = name.lower().endswith(".py")
    begins = content[:200].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    kind = next((kind for mark, kind in KINDS if begins.startswith(mark)), None)
    if kind is not None and not module:
        return message("runs.another_kind", name=shown, kind=f"words.{kind}")
    text = _text(content)
    if text is None:
        return message("runs.not_text", name=shown)
    if module:
        return _Found(kind="module", cells=(text,))
    return _cells(shown, text)


def _text(content: bytes) -> str | None:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if encoding is None:  # UTF-16 without a mark: every other byte of a notebook's start is zero
        encoding = {b"\0": "utf-16-be", b"{\0": "utf-16-le"}.get(content[:1] if content[:1] == b"\0" else content[:2])
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _cells(shown: str, text: str) -> _Found | Message:
    if text.count("[") + text.count("{") > BRACKETS_CAP:
        return message("runs.too_many_values", name=shown, most=BRACKETS_CAP)
    mended = None
    try:
        found = _all_cells(json.loads(text))
    except json.JSONDecodeError as error:
        mended = mending.mended(text)
        if mended is None:
            return message("runs.invalid_json", name=shown, line=error.lineno, reason=error.msg)
        found = mended.cells
    except (ValueError, RecursionError) as error:  # Python reads no number of more than 4 300 digits
        return message("runs.nested" if isinstance(error, RecursionError) else "runs.long_number", name=shown)
    if found is None:
        return message("runs.not_a_notebook", name=shown)
    if len(found) > CELLS_CAP:
        return message("runs.too_many_cells", name=shown, cells=len(found), most=CELLS_CAP)
    return _Found(kind="notebook", cells=found, mended=mended)


def _all_cells(document: Any) -> Sequence[Any] | None:
    """The cells of nbformat 4, or of all worksheets of an old one; None when there is no such list."""
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _read(found: _Found) -> Iterator[tuple[int, str, str, Mapping[str, Any]]]:
    """Of each cell: its 1-based position, its type, its text, and all of it, as in format 4."""
    if found.kind == "module":
        yield 1, "code", found.cells[0].replace("\r\n", "\n"), {}
        return
    upgrades = UPGRADED_CAP if any(_is_old(cell) for cell in found.cells) else 0
    for position, cell in enumerate(found.cells, 1):
        if isinstance(cell, dict):
            if upgrades > 0:
                outputs = claims.items(cell.get("outputs"), OUTPUTS_CAP)
                upgrades -= 1 + len(outputs)
                cell = notebook_format.upgrade_cell(cell, OUTPUTS_CAP)  # noqa: PLW2901 - the same cell
            yield position, claims.word(cell.get("cell_type"), 20), _source(cell), cell
        else:
            yield position, "", "", {}


def _is_old(cell: Any) -> bool:
    """Whether a cell is of format 2 or 3, whatever the notebook says of itself."""
    if not isinstance(cell, dict):
        return False
    return ("input" in cell and "source" not in cell) or cell.get("cell_type") == "heading"


def _source(cell: Mapping[str, Any]) -> str:
    """A cell's text. Half a character, which JSON can write, could not be sent on."""
    text = _joined(cell.get("source", cell.get("input", ""))).replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode()


def _joined(value: Any) -> str:
    """A text of a notebook: a string or a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _cell(position: int, kind: str, source: str, cell: Mapping[str, Any]) -> NotebookCell:
    saved = cell.get("outputs") if kind == "code" else None
    outputs = saved if isinstance(saved, list) else []
    count = claims.whole(cell.get("execution_count"))
    attached = tuple(name[:200] for name in list(claims.mapping(cell.get("attachments")))[:NAMES_CAP])
    taken = tuple(_output(claims.mapping(output)) for output in claims.items(outputs, OUTPUTS_CAP))
    return NotebookCell(
        cell=position,
        kind="code" if kind == "code" else "markdown" if kind == "markdown" else "raw",
        source=source,
        count=count if kind == "code" else None,
        attachments=attached,
        outputs=taken,
        left_out=max(0, len(outputs) - len(taken)),
    )


def _output(output: Mapping[str, Any]) -> SavedOutput:
    kind = claims.word(output.get("output_type"), 40)
    if kind == "stream":
        return SavedOutput(text=_joined(output.get("text")))
    if kind == "error":
        error = f"{claims.word(output.get('ename'))}: {claims.word(output.get('evalue'))}"
        lines = [line for line in claims.items(output.get("traceback")) if isinstance(line, str)]
        return SavedOutput(text="\n".join(lines) or error, error=True)
    data = claims.mapping(output.get("data"))
    text, picture = _joined(data.get("text/plain")), _joined(data.get("image/png"))
    shown = {"text/plain": text, "image/png": picture}
    others = [media[:100] for media in data if not shown.get(media)][:NAMES_CAP]
    return SavedOutput(text=text, picture=picture, others=tuple(others) if data else (kind or "?",))
