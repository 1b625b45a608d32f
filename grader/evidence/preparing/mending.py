"""A notebook whose JSON was broken by hand, read cell by cell: what is whole is kept, small damages are mended.

A notebook is a list of cells, and a quote inside a string of JSON is always escaped. So ``"cell_type":`` begins a
cell wherever it stands, however broken the text around it is, and each cell is read by itself: a damage costs at most
the cell that it is in. Pure, and linear in the size of the text: pieces that are mended are read ``TIMES`` in all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from grader.evidence.preparing import repairs
from grader.evidence.preparing.repairs import Fix

Kind = Literal["conflict", "cut", "several", "text", "joined", "comma", "stray", "lost"]
UNSURE = ("conflict", "several", "joined")

REPAIRS_CAP = 20  # of one file; cells that would need more are lost
TIMES = 4  # as many characters as the text has are read again for that, of a short one more
SHORT = 2_000_000
CELLS_CAP = 10_000  # a text with more of them is no notebook that somebody broke by hand
QUOTES_CAP = 1_000_000
MARKS_CAP = 1_000  # of git; what comes after them stays as it is
STRAY_CAP = 2  # characters within a cell that are dropped without a second look
EXCERPT = 5_000  # characters that are shown of a piece that cannot be read

KEYS = {  # of a cell, in nbformat 2 to 4
    "attachments",
    "cell_type",
    "collapsed",
    "execution_count",
    "id",
    "input",
    "language",
    "level",
    "metadata",
    "outputs",
    "prompt_number",
    "source",
}

DECODER = json.JSONDecoder()
TOKENS = re.compile(  # a string ends with its line, or where a cell begins: one quote too many spoils no other cell
    r"""
    (?P<key> "cell_type"\s*: )
  | " (?: [^"\\\n{]++ | \\. | \{ (?!\s*"cell_type") )*+ (?: " (?!cell_type"\s*:) )?
  | [{}]
    """,
    re.VERBOSE,
)
MARKERS = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?:[ \t][^\n]*)?\r?$", re.MULTILINE)
SOURCE = re.compile(r'"(?:source|input)"\s*:|cell_type')  # a cell's text stands here
FURTHER = re.compile(r'"(?:nbformat|worksheets)"\s*:')  # between two cells: there one notebook ends
SHEETS = re.compile(r'"cells"\s*:')  # the same within a notebook of nbformat 3
BORDER = re.compile(r'\}[^{}"]*(?=\{)')


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """One damage: what it was, and the line where it is. What is "lost" was not repaired.

    Of two versions ("conflict") the first one counts; of two notebooks ("several") all cells do; two lines that were
    read as one ("joined") may have been two.
    """

    kind: Kind
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """What there is in a broken notebook, and what was wrong with it: each kind of damage, but not each place.

    ``cells`` holds all cells in order, as JSON data, with a raw one in the place of each piece that cannot be read.
    ``kept`` counts those that were read, ``lost`` the pieces that were not or were left out.
    """

    cells: tuple[Any, ...]
    repairs: tuple[Repair, ...]
    kept: int
    lost: int

    @property
    def is_sure(self) -> bool:
        """Whether every cell is here, and in one version only."""
        return self.lost == 0 and all(repair.kind not in UNSURE for repair in self.repairs)


@dataclass(kw_only=True, slots=True)
class _Work:
    """What was found so far; ``text`` has the lines of the file."""

    text: str
    cells: list[Any] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    kept: int = 0
    lost: int = 0
    repairs_left: int = REPAIRS_CAP
    to_read: int = 0

    def may(self, fix: Fix) -> bool:
        """Whether there is room for one more repair."""
        self.repairs_left -= 1
        self.to_read -= len(fix.text)
        return self.repairs_left >= 0 and self.to_read >= 0

    def note(self, kind: Kind, at: int) -> None:
        if len(self.repairs) < REPAIRS_CAP or all(repair.kind != kind for repair in self.repairs):
            self.repairs.append(Repair(kind=kind, line=self.text.count("\n", 0, at) + 1))

    def lose(self, piece: str, at: int) -> None:
        self.note("lost", at)
        self.lost += 1
        self.cells.append({"cell_type": "raw", "source": piece.strip()[:EXCERPT]})


def mended(text: str) -> Mended | None:
    """The cells of a notebook that is not valid JSON; None when no cell with code can be read.

    Never raises, whatever the text is.
    """
    if text.count('"') > QUOTES_CAP:
        return None
    work = _Work(text=text, to_read=max(SHORT, TIMES * len(text)))
    text = _without_conflicts(work)
    starts = _starts(text)
    if not 0 < len(starts) <= CELLS_CAP:
        return None
    _head(work, text[: starts[0]])
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        used = _read(work, text[start:end], start)
        if end == len(text):
            _tail(work, text, end if used is None else used)
        elif used is not None:
            _between(work, text[used:end], used)
    if not any(_has_code(cell) for cell in work.cells):
        return None
    if not work.repairs:  # all cells are whole: it is in what stands around them
        work.repairs.append(_outside(text))
    return Mended(
        cells=tuple(work.cells),
        repairs=tuple(sorted(work.repairs, key=lambda repair: repair.line)),
        kept=work.kept,
        lost=work.lost,
    )


# ---------------------------------------------------------------- the whole file


def _without_conflicts(work: _Work) -> str:
    """The text with the first side of each conflict of git; lines keep their numbers."""
    text = work.text
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return text
    pieces, kept = [], 0
    begun = second = base = -1
    for mark in islice(MARKERS.finditer(text), MARKS_CAP):
        sign, start, end = text[mark.start()], mark.start(), mark.end()
        cut = start  # where what is left out begins: at the mark, or where the first side ended
        if sign == "<":
            begun, second, base = start, -1, -1
            work.note("conflict", start)
        elif begun >= 0 and sign == "|":
            base = start
        elif begun >= 0 and sign == "=":
            second, cut = end, base if base >= 0 else start
        elif begun >= 0 and sign == ">":
            if second >= 0:
                cut = second
                work.lost += bool(text[second:start].strip())
            begun = -1
        pieces += [text[kept:cut], "\n" * text.count("\n", max(kept, cut), end)]
        kept = end
    return "".join([*pieces, text[kept:]])


def _starts(text: str) -> list[int]:
    """Where each cell begins: the brace that is open where its type stands, or the type itself."""
    open_: list[int] = []
    found: list[int] = []
    last = -1
    for token in TOKENS.finditer(text):
        if token["key"]:
            brace = open_[-1] if open_ else -1
            found.append(brace if brace > last else token.start())
            last = token.start()
            if len(found) > CELLS_CAP:
                break
        elif token[0] == "{":
            open_.append(token.start())
        elif token[0] == "}" and open_:
            open_.pop()
    return found


def _head(work: _Work, head: str) -> None:
    if head.strip() and head.lstrip()[0] != "{":
        work.note("stray", 0)
    if SOURCE.search(head):
        work.lose(head, 0)


def _between(work: _Work, gap: str, used: int) -> None:
    """What stands between two cells: a comma, as it should; or a damage; or a cell that is not known as one."""
    bare = gap.strip()
    at = used + len(gap) - len(gap.lstrip())
    if bare == ",":
        return
    if FURTHER.search(gap):
        border = BORDER.search(gap)
        work.note("several", used + border.end() if border else at)
    if SOURCE.search(gap) or (re.search(r'\w\w|"', gap) and not FURTHER.search(gap) and not SHEETS.search(gap)):
        work.lose(bare, at)
    elif not re.search(r'\w\w|"', gap):
        work.note("stray" if re.search(r"[^\[\]{},:\s]", gap) else "comma", at)


def _tail(work: _Work, text: str, at: int) -> None:
    """What stands after the last cell: the end of the list, metadata, and the end of the file, as it should be."""
    tail, ended = text[at:], len(text.rstrip())
    after = tail.lstrip("}, \t\r\n")
    if SOURCE.search(tail) or (after.startswith('"') and not repairs.PAIR.match(after)):
        work.lose(tail, at)
    listed = after.startswith("]") or FURTHER.search(tail) is not None
    if text[ended - 1] == "}" and listed:
        return
    last = text.rfind("}") + 1
    if last > at and re.search(r"\w", text[last:]) and not re.search(r'["\[{]', text[last:]):
        work.note("stray", last + len(text[last:]) - len(text[last:].lstrip()))
        return
    work.note("cut", ended)
    if not listed:  # nobody knows how many cells came after it
        work.lost = max(work.lost, 1)


def _outside(text: str) -> Repair:
    """The damage of a text whose cells are all whole."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        fix = repairs.fix(text, error)
        return Repair(kind=fix.kind if fix else "comma", line=error.lineno)
    except (ValueError, RecursionError):
        pass
    return Repair(kind="comma", line=1)


# ---------------------------------------------------------------- one cell


def _read(work: _Work, whole: str, at: int) -> int | None:
    """Add the cell that ``whole`` begins with, mended if need be; where the file goes on after it, None when lost."""
    piece, first = whole, None
    if piece.startswith('"'):  # its brace is missing
        first = Fix("comma", 0, "{" + piece)
        piece = first.text
    found, used, fix = _attempt(piece)
    while fix is not None and work.may(fix):
        work.lost += fix.kind == "stray" and len(piece) - len(fix.text) > STRAY_CAP
        # One damage can need several changes: the first one names it, unless a later one makes it doubtful.
        first, piece = fix if first is None or fix.kind == "joined" else first, fix.text
        found, used, fix = _attempt(piece)
    if found is None or not (first is None or _is_plausible(found)):
        work.lose(whole, at)
        return None
    if first is not None:
        work.note(first.kind, at + first.at)
    work.kept += 1
    work.cells.append(found)
    return at + len(whole) - (len(piece) - used)


def _attempt(piece: str) -> tuple[dict[str, Any] | None, int, Fix | None]:
    """The cell that ``piece`` begins with and where it ends; else what to try instead, if there is anything."""
    try:
        found, used = DECODER.raw_decode(piece)
    except json.JSONDecodeError as error:
        return None, 0, repairs.fix(piece, error)
    except (ValueError, RecursionError):
        return None, 0, None
    if isinstance(found, dict) and ("source" in found or "input" in found):
        return found, used, None
    if SOURCE.search(piece, used):  # its brace was closed before its text
        return None, 0, Fix("comma", used - 1, piece[: used - 1] + piece[used:])
    return None, 0, None


def _is_plausible(cell: dict[str, Any]) -> bool:
    """Whether a mended cell has what a cell has, and nothing that came from its text."""
    text = cell.get("source", cell.get("input"))
    lines = text if isinstance(text, list) else [text]
    outputs = cell.get("outputs", [])
    return (
        cell.keys() <= KEYS
        and all(isinstance(line, str) for line in lines)
        and isinstance(outputs, list)
        and all(isinstance(output, dict) for output in outputs)
    )


def _has_code(cell: dict[str, Any]) -> bool:
    text = cell.get("source", cell.get("input"))
    lines = text if isinstance(text, list) else [text]
    return cell.get("cell_type") == "code" and any(isinstance(line, str) and line.strip() for line in lines)
