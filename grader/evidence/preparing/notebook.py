"""A submission's bytes -> the code cells to run, or the reason why there are none; and all cells, to be shown.

Pure; nothing heavy reads it first. Whoever wants cells of a submission gets them here, so that their numbers agree, of
a notebook that had to be mended too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from grader.evidence.preparing import decoding, mending, modules
from grader.evidence.preparing.services import names_in, services
from grader.records import Message, NotebookCell, SavedOutput, message
from grader.untrusted import claims, file_kind, notebook_format
from grader.untrusted.file_kind import Kind

SIZE_CAP = 10 << 20
CELLS_CAP = 5_000
BRACKETS_CAP = 500_000  # an empty list takes 20 times the memory that it takes in the file
OUTPUTS_CAP = 50  # of one cell
UPGRADED_CAP = 20_000  # cells and outputs of old formats that nbformat is given: it needs a second for as many
LINES_SHOWN = 5  # of one kind of damage
NAMES_CAP = 10  # media types of one output, attachments of one cell
# What is submitted under the name of a notebook and is none; the word for each.
WORDS = {
    Kind.WEB_PAGE: "web_page",
    Kind.PDF: "pdf",
    Kind.PICTURE: "picture",
    Kind.ZIP: "archive",
    Kind.ARCHIVE: "archive",
}
A_ZIP = b"PK\x03\x04"  # documents, spreadsheets and models are zips too


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One code cell, or one part of a module.

    ``cell`` is its 1-based number among the code cells, empty ones too, as people count them; ``line`` the line of
    its file where ``source`` begins, None in a notebook.
    """

    cell: int
    source: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """What is run: a notebook's code cells in order, or a module part by part.

    ``is_script``: a module without marks of cells, whose parts are one program. ``notices`` say what was mended or
    guessed to read it, ``reasons`` why a person must look at that. ``services`` are those that it was written for
    (``services``).
    """

    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]
    is_script: bool = False
    notices: tuple[Message, ...] = ()
    reasons: tuple[Message, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """All cells of a notebook as JSON data, or the parts of a module; and what was done to find them.

    ``metadata`` are the notebook's; ``language`` is that of one that is not in Python; ``guessed``: its encoding was
    not known.
    """

    kind: Literal["notebook", "module"]
    cells: Sequence[Any] = ()
    split: modules.Split | None = None
    mended: mending.Mended | None = None
    metadata: Any = None
    language: str = ""
    guessed: bool = False


def program(name: str, content: bytes) -> Program | Message:
    """The program in a file of this name; a Message when it cannot be run.

    Reads notebooks of nbformat 2 to 4, UTF-8 with or without a byte-order mark, and UTF-16; modules as Python does.
    What is neither UTF-8 nor says what it is, as Windows-1252.
    """
    found = _found(name, content)
    if isinstance(found, Message):
        return found
    shown = PurePosixPath(name).name
    if found.language:
        return message("runs.another_language", name=shown, language=found.language)
    code = tuple(
        Cell(cell=one.number, source=one.source, line=one.line)
        for one in _read(found)
        if one.kind == "code" and one.source.strip()
    )
    if not code:
        return message("runs.no_code", name=shown)
    notices, reasons = _remarks(shown, found.mended)
    guessed = (message("runs.read_as_cp1252", name=shown),) if found.guessed else ()
    return Program(
        kind=found.kind,
        cells=code,
        is_script=found.split is not None and found.split.is_script,
        notices=(*guessed, *notices),
        reasons=reasons,
        services=services(found.metadata, [cell.source for cell in code]),
    )


def every_cell(name: str, content: bytes) -> tuple[NotebookCell, ...]:
    """All cells of a file of this name, with their saved outputs; none at all when it cannot be read.

    Only ``OUTPUTS_CAP`` outputs of a cell are taken, and of each only text, a picture, and names.
    """
    found = _found(name, content)
    return () if isinstance(found, Message) else tuple(map(_cell, _read(found)))


def is_module(name: str, content: bytes) -> bool:
    """Whether a file is run as a module, not as a notebook: by its content, and by its name where that says nothing."""
    return _is_module(name, _kind(name, content))


def module_text(content: bytes) -> str | None:
    """The text of a module as Python reads it; None when it has none."""
    found = decoding.of_module("", content)
    return None if isinstance(found, Message) else found.text


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


def _kind(name: str, content: bytes) -> Kind:
    return file_kind.kind_of(name, content[: file_kind.HEAD], whole=len(content) <= file_kind.HEAD)


def _is_module(name: str, kind: Kind) -> bool:
    if kind in (Kind.NOTEBOOK, Kind.R_NOTEBOOK):
        return False
    return kind in (Kind.MODULE, Kind.MARIMO) or file_kind.says_module(name)


def _found(name: str, content: bytes) -> _Found | Message:
    """The cells of a module or a notebook; a Message when the file is neither."""
    shown = PurePosixPath(name).name
    if file_kind.is_blank(content):
        return message("runs.empty_file", name=shown)
    if len(content) > SIZE_CAP:
        return message("runs.too_large", name=shown, megabytes=round(len(content) / (1 << 20), 1), most=SIZE_CAP >> 20)
    kind = _kind(name, content)
    word = WORDS.get(kind, "archive" if content.startswith(A_ZIP) else "")
    if word:
        return message("runs.another_kind", name=shown, kind=f"words.{word}")
    return _module(shown, content) if _is_module(name, kind) else _notebook(shown, content)


def _module(shown: str, content: bytes) -> _Found | Message:
    found = decoding.of_module(shown, content)
    if isinstance(found, Message):
        return found
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads it
    return _Found(kind="module", split=modules.split(text), guessed=found.guessed)


def _notebook(shown: str, content: bytes) -> _Found | Message:
    decoded = decoding.of_notebook(content)
    if decoded is None:
        return message("runs.not_text", name=shown)
    found = _cells(shown, decoded.text)
    if isinstance(found, Message):  # any bytes can be taken for Windows-1252
        return message("runs.not_text", name=shown) if decoded.guessed else found
    return replace(found, guessed=decoded.guessed)


def _cells(shown: str, text: str) -> _Found | Message:
    if text.count("[") + text.count("{") > BRACKETS_CAP:
        return message("runs.too_many_values", name=shown, most=BRACKETS_CAP)
    mended, metadata, language = None, None, ""
    try:
        document = json.loads(text)
        found = _all_cells(document)
        metadata = document.get("metadata") if found is not None else None
        language = file_kind.language(metadata, text) if found is not None else ""
    except json.JSONDecodeError as error:
        mended = mending.mended(text)
        if mended is None:
            return message("runs.invalid_json", name=shown, line=error.lineno, reason=error.msg)
        found, metadata = mended.cells, names_in(text)
    except (ValueError, RecursionError) as error:  # Python reads no number of more than 4 300 digits
        return message("runs.nested" if isinstance(error, RecursionError) else "runs.long_number", name=shown)
    if found is None:
        return message("runs.not_a_notebook", name=shown)
    if len(found) > CELLS_CAP:
        return message("runs.too_many_cells", name=shown, cells=len(found), most=CELLS_CAP)
    return _Found(kind="notebook", cells=found, mended=mended, metadata=metadata, language=language)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """One cell: its 1-based position, its number if it is code, its type, its text, and all of it, as in format 4.

    Of a module ``shown`` is its text in the file, from line ``begin`` on.
    """

    position: int
    number: int = 0
    kind: str = ""
    source: str = ""
    whole: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    shown: str | None = None
    begin: int | None = None


def _read(found: _Found) -> Iterator[_Read]:
    number = 0
    for one in _of_module(found.split) if found.split is not None else _of_notebook(found):
        number += one.kind == "code"
        yield replace(one, number=number) if one.kind == "code" else one


def _of_module(split: modules.Split) -> Iterator[_Read]:
    for position, part in enumerate(split.parts, 1):
        yield _Read(
            position=position, kind=part.kind, source=part.source, line=part.line, shown=part.shown, begin=part.begin
        )


def _of_notebook(found: _Found) -> Iterator[_Read]:
    upgrades = UPGRADED_CAP if any(_is_old(cell) for cell in found.cells) else 0
    for position, cell in enumerate(found.cells, 1):
        if isinstance(cell, dict):
            if upgrades > 0:
                outputs = claims.items(cell.get("outputs"), OUTPUTS_CAP)
                upgrades -= 1 + len(outputs)
                cell = notebook_format.upgrade_cell(cell, OUTPUTS_CAP)  # noqa: PLW2901 - the same cell
            kind = claims.word(cell.get("cell_type"), 20)
            yield _Read(position=position, kind=kind, source=_source(cell), whole=cell)
        else:
            yield _Read(position=position)


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


def _cell(read: _Read) -> NotebookCell:
    kind, cell = read.kind, read.whole
    saved = cell.get("outputs") if kind == "code" else None
    outputs = saved if isinstance(saved, list) else []
    count = claims.whole(cell.get("execution_count"))
    attached = tuple(name[:200] for name in list(claims.mapping(cell.get("attachments")))[:NAMES_CAP])
    taken = tuple(_output(claims.mapping(output)) for output in claims.items(outputs, OUTPUTS_CAP))
    return NotebookCell(
        cell=read.position,
        number=read.number,
        line=read.begin,
        kind="code" if kind == "code" else "markdown" if kind == "markdown" else "raw",
        source=read.source if read.shown is None else read.shown,
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
