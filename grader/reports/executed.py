"""``notebooks/<slug>.ipynb``: the notebook of a submission with the outputs of our run, to be opened in Jupyter.

Outputs are streams, errors, plain text, and pictures that we wrote anew. Nothing in the file can run when it is
opened, or fetch anything: prose loses its tags and pictures, and no metadata but our own is written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.records import Language, NotebookCell, RunOutput, Transcript
from grader.reports.pictures import Pictures
from grader.reports.wording import Words
from grader.untrusted import notebook_format
from grader.untrusted.text import clean_text

SIZE_CAP = 4 << 20  # bytes of the file
PICTURES_CAP = 3 << 20
TEXT_CAP = 200_000  # characters of one output
CELL = 400  # bytes of a cell or an output beside its text; a cell's also pay for the note that stands for its outputs
LINE = 16  # bytes of a line beside its text
TAG = re.compile(r"<(?=[A-Za-z/!?])")
PICTURE = re.compile(r"!+(?=\[)")
DIAGRAM = re.compile(r"((?:`{3,}|~{3,})\s*)mermaid", re.IGNORECASE)  # one can name pictures to fetch
UNUSUAL = re.compile(r"[^\n -~]")
FORMULA = re.compile(r"\$|\\[(\[]|\\begin")
LINK = re.compile(r"\](?=[(:])")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(transcript: Transcript, lang: Language) -> bytes:
    """The file; what does not fit into it is left out, with a note."""
    return _Writer(transcript, Words(lang)).notebook()


class _Writer:
    """The cells of one notebook, within what the file may hold."""

    def __init__(self, transcript: Transcript, words: Words) -> None:
        self.transcript = transcript
        self.words = words
        self.pictures = Pictures(words, PICTURES_CAP)
        self.room = SIZE_CAP - 4 * CELL

    def notebook(self) -> bytes:
        cells = [cell for cell in map(self._cell, self.transcript.cells) if cell is not None]
        if len(cells) < len(self.transcript.cells):
            cells = [*cells, self._note(len(self.transcript.cells))]
        count = 0
        for cell in cells:
            if cell["cell_type"] == "code":
                number = cell.pop("number")
                ran = self.transcript.ran.get(number)
                if ran is not None and ran.status != "skipped":
                    cell["execution_count"] = count = count + 1
                cell["outputs"] = list(self._outputs(number))
        written = _written(cells)
        if len(written) > SIZE_CAP:  # the sizes above are estimates
            written = _written([{**cell, "outputs": []} if "outputs" in cell else cell for cell in cells])
        return written

    def _fits(self, text: str) -> bool:
        """Take the room for a text; False, and nothing taken, when there is none."""
        size = (
            CELL + len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) + LINE * len(text.splitlines())
        )
        if size > self.room:
            return False
        self.room -= size
        return True

    def _cell(self, cell: NotebookCell) -> dict[str, Any] | None:
        """A cell without its outputs; None when there is no room for it."""
        source = cell.source if cell.kind == "code" else _harmless(cell.source)
        if not self._fits(source):
            return None
        shown = {"cell_type": cell.kind, "id": notebook_format.cell_id(cell.cell), "metadata": {}, "source": source}
        return {**shown, "execution_count": None, "number": cell.number} if cell.kind == "code" else shown

    def _note(self, number: int) -> dict[str, Any]:
        text = self.words.label("report.cells_full", megabytes=SIZE_CAP >> 20)
        return {"cell_type": "markdown", "id": notebook_format.cell_id(number + 1), "metadata": {}, "source": text}

    def _outputs(self, number: int) -> Iterator[dict[str, Any]]:
        for output in self.transcript.gave.get(number, ()):
            shown = None if output.kind == "cut" or len(output.text) > self.room else self._output(output)
            if shown is None or not self._fits("\n".join(_texts(shown))):
                yield _stream("stderr", self.words.label("report.outputs_full", megabytes=SIZE_CAP >> 20))
                return
            yield shown

    def _output(self, output: RunOutput) -> dict[str, Any]:
        text = clean_text(output.text[:TEXT_CAP], TEXT_CAP)
        if output.kind == "error":
            name, said = clean_text(output.error, 200), clean_text(output.message)
            return {"output_type": "error", "ename": name, "evalue": said, "traceback": text.split("\n")}
        if output.kind != "shown":
            return _stream(output.kind, text)
        data = {"text/plain": text}
        if output.picture:
            picture, note = self.pictures.take(output.picture)
            data = {"text/plain": text or note} if picture is None else {**data, "image/png": _base64(picture)}
        return {"output_type": "display_data", "data": data, "metadata": {}}


def _written(cells: Sequence[Mapping[str, Any]]) -> bytes:
    """The file, in which what is not seen, of a student's code too, stands as its code: the code itself is the same."""
    whole = notebook_format.write({"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5})
    return UNUSUAL.sub(lambda found: _escaped(found[0]), whole.decode("utf-8")).encode("utf-8")


def _escaped(character: str) -> str:
    plain = character.isprintable() and unicodedata.category(character) not in ("Mn", "Me")
    return character if plain else json.dumps(character)[1:-1]


def _texts(output: Mapping[str, Any]) -> list[str]:
    """Whatever is long in an output."""
    return [
        *output.get("data", {}).values(),
        *output.get("traceback", ()),
        output.get("text", ""),
        output.get("ename", ""),
        output.get("evalue", ""),
    ]


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _base64(picture: bytes) -> str:
    return b64encode(picture).decode("ascii")


def _harmless(prose: str) -> str:
    """Prose that shows no tag, picture or diagram when it is rendered."""
    prose = clean_text(prose, len(prose) + 1)
    prose = DIAGRAM.sub(r"\1text", PICTURE.sub("", TAG.sub("< ", prose)))
    # JupyterLab puts formulas back after it has read the links: one in a link's title could add attributes to it.
    return LINK.sub("] ", prose) if FORMULA.search(prose) else prose
