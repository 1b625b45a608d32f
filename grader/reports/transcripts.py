"""``notebooks/<slug>.html``: a hand-in as it was handed in, cell by cell, and what each cell did in our run.

Everything in it is a stranger's. Text stays text, whatever it is written in; a picture is shown when ``png.checked``
wrote it anew; all else is only named. What is cut has a note that says so.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from grader.records import CellRun, Language, NotebookCell, SavedOutput, Transcript
from grader.reports import pages
from grader.reports.pictures import Pictures
from grader.reports.wording import Words
from grader.untrusted import png
from grader.untrusted.text import CUT, clean_text, terminal_text

CELLS_CAP = 500
SOURCE_CAP = 20_000  # characters of one cell
OUTPUT_CAP = 10_000  # characters of one output
TEXT_CAP = 1_000_000  # characters after which a page begins no further cell
HEAD = 1024  # bytes of a page, among which its key stands


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Something that stands in a cell: a text, a picture, a note of ours, or a text with a note."""

    text: Markup | None = None
    error: bool = False
    drawn: bool = False  # a table of line-drawing characters: it must not be broken into lines
    picture: Markup | None = None  # a data: address
    size: tuple[int, int] = (0, 0)  # width and height of the picture, in pixels
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One cell as the page shows it; ``ran`` is None where there was nothing to run."""

    cell: NotebookCell
    source: Piece
    ran: CellRun | None
    printed: Piece | None
    saved: Sequence[Piece]


def page(transcript: Transcript, *, slug: str, lang: Language, key: str = "") -> bytes:
    """The page of one hand-in; ``key`` is what ``shows`` recognises it by."""
    words = Words(lang)
    cells = _Writer(words).cells(transcript)
    return pages.page(
        "notebook.html.j2",
        words,
        transcript=transcript,
        cells=cells,
        slug=slug,
        key=_mark(key, lang),
        left_out=len(transcript.cells) - len(cells),
    )


def shows(path: Path, key: str, lang: Language) -> bool:
    """Whether the page at ``path`` was written with this key, in this language."""
    try:
        with path.open("rb") as file:
            return _mark(key, lang).encode() in file.read(HEAD)
    except OSError:
        return False


def _mark(key: str, lang: Language) -> Markup:
    """What no title that a student chose can look like: quotes are escaped there."""
    return Markup('<meta name="made-from" content="{}-{}">').format(key, lang)


class _Writer:
    """The cells of one page, within what one page may hold."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.characters = 0
        self.pictures = Pictures(words)

    def cells(self, transcript: Transcript) -> list[Shown]:
        shown: list[Shown] = []
        for cell in transcript.cells[:CELLS_CAP]:
            if self.characters >= TEXT_CAP:
                break
            shown.append(self._cell(cell, transcript))
        return shown

    def _cell(self, cell: NotebookCell, transcript: Transcript) -> Shown:
        source = self._text(cell.source, SOURCE_CAP)
        saved = [piece for output in cell.outputs for piece in self._output(output)]
        if cell.left_out:
            saved.append(self._note("report.outputs_left_out", n=cell.left_out))
        runs = cell.kind == "code" and bool(cell.source.strip())
        ran = transcript.ran.get(cell.number, CellRun(status="skipped")) if runs else None
        return Shown(cell=cell, source=source, ran=ran, printed=self._printed(ran), saved=saved)

    def _printed(self, ran: CellRun | None) -> Piece | None:
        if ran is None or not ran.output.strip():
            return None
        note = self.words.label("report.run_cut", most=len(ran.output)) if ran.cut else ""
        return self._text(settled(ran.output), OUTPUT_CAP, note=note)

    def _output(self, output: SavedOutput) -> list[Piece]:
        """A picture's stand-in text is left out where the picture is shown."""
        pieces = [self._picture(output.picture)] if output.picture else []
        if output.text.strip() and not any(piece.picture for piece in pieces):
            pieces.append(self._text(settled(output.text), OUTPUT_CAP, error=output.error))
        if output.others:
            pieces.append(self._note("report.output_named", kinds=[terminal_text(kind) for kind in output.others]))
        return pieces

    def _text(self, text: str, most: int, *, error: bool = False, note: str = "") -> Piece:
        shown = clean_text(text, most)
        self.characters += len(shown)
        if len(text) > most and shown.endswith(CUT):
            note = self.words.label("report.text_cut", most=most)
        # Cleaned and escaped here: the setting of the environment would cut it at the length of a sentence.
        return Piece(text=escape(shown), error=error, drawn="│" in shown, note=note)

    def _picture(self, base64: str) -> Piece:
        picture, note = self.pictures.take(base64)
        if picture is None:
            return Piece(note=note)
        address = "data:image/png;base64," + b64encode(picture).decode("ascii")
        return Piece(picture=Markup(address), size=png.size(picture))

    def _note(self, key: str, **values: object) -> Piece:
        return Piece(note=self.words.label(key, **values))


def settled(output: str) -> str:
    """``output`` as a terminal shows it in the end: of a progress bar that was drawn again and again, the last."""
    if "\r" not in output and "\b" not in output:
        return output
    lines = output.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r\b").rpartition("\r")[2] for line in lines)
