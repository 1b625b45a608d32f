"""The text of a module -> the parts that run one after another, so that a crash costs only what it broke.

Exports of Jupyter, VS Code and Spyder are split at the marks of their cells, other modules at their statements. Pure,
and linear in the size of the text.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from grader.untrusted.cell_lines import only_python

PARSED_CAP = 200_000  # characters: a syntax tree takes several hundred times the memory of its text
MARKED_CAP = 2_000  # cells; more marks are no cells
STATEMENTS_CAP = 200  # parts of a module without marks; of more statements several run together
HEADER = 'if __name__ == "__main__":'

MARK = re.compile(r"#\s?%%+(?P<title>\s[^\n]*)?|# In\s?\[[\d ]*\]:?\s*|# <codecell>\s*|# COMMAND -{5,}\s*")
PROSE = re.compile(r"\[(?:markdown|md|raw)\]")
COMMENT = re.compile(r"\s*(?:#.*)?")
BESIDE = re.compile(r"\s*|\s+#.*")  # an empty line, or a comment of the block before
QUOTED = re.compile(r"\s*([rRuU]?)(\"{3}|'{3})(?P<text>.*)\2\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a module.

    ``shown`` is its text as it stands in the file, from line ``begin`` on; ``source`` is what runs, and its first
    line is line ``line`` of the file. The texts of all parts together are the file.
    """

    kind: Literal["code", "markdown", "raw"]
    shown: str
    begin: int
    source: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """The parts of a module, in order; ``is_script``: it has no marks of cells, so it is one program."""

    parts: tuple[Part, ...]
    is_script: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """Statements that run together: their first and last line.

    ``block`` tells the body of a ``__main__`` part (1, 2 ...) from what is outside (0), ``is_first`` the piece that its
    header stands before. A text alone (``is_text``) goes with what follows.
    """

    first: int
    last: int
    block: int = 0
    is_first: bool = False
    is_text: bool = False


def split(text: str) -> Split:
    """The parts of a module. One that cannot be read as Python, and has no marks, is a single part."""
    lines = text.split("\n")
    tree = _tree(lines) if len(text) <= PARSED_CAP else None
    if len(text) <= PARSED_CAP:
        marked = _marked(lines, tree)
        if 2 <= sum(part.kind == "code" for part in marked) <= MARKED_CAP:
            return Split(parts=tuple(marked), is_script=False)
    pieces = _pieces(tree) if tree is not None else []
    if len(pieces) < 2:
        return Split(parts=(_part("code", lines, 1, len(lines)),), is_script=True)
    return Split(parts=tuple(_parts(lines, pieces)), is_script=True)


def _tree(lines: Sequence[str]) -> ast.Module | None:
    """The syntax tree of a module, in which lines for IPython do nothing; None when there is none."""
    source = "\n".join(lines)
    for plain in (source, only_python(source)):
        if plain is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the student's escapes: he gets them where it runs
                return ast.parse(plain)
        except SyntaxError:
            continue
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


def _part(kind: Literal["code", "markdown", "raw"], lines: Sequence[str], begin: int, end: int) -> Part:
    """The lines from ``begin`` to ``end``, which run from the first one that is code or a comment of its own.

    IPython drops empty lines at the start of a cell, and takes the indentation of its first line away.
    """
    first = begin
    while first < end and BESIDE.fullmatch(lines[first - 1]):
        first += 1
    shown = "\n".join(lines[begin - 1 : end])
    return Part(kind=kind, shown=shown, begin=begin, source="\n".join(lines[first - 1 : end]), line=first)


# ---------------------------------------------------------------- marks


def _marked(lines: Sequence[str], tree: ast.Module | None) -> list[Part]:
    """The parts between the marks of cells; one within a statement is none."""
    within = set[int]()
    for node in tree.body if tree is not None else ():
        within.update(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    starts = [(1, "")]
    for number, line in enumerate(lines, 1):
        found = MARK.fullmatch(line) if line.startswith("#") and number not in within else None
        if found is not None:
            starts.append((number, found["title"] or ""))
    ends = [number - 1 for number, _ in starts[1:]] + [len(lines)]
    pairs = zip(starts, ends, strict=True)
    return [_cell(lines, begin, end, title) for (begin, title), end in pairs if begin <= end]


def _cell(lines: Sequence[str], begin: int, end: int, title: str) -> Part:
    marked = MARK.fullmatch(lines[begin - 1]) is not None
    inside = lines[begin:end] if marked else lines[begin - 1 : end]
    part = _part("code", lines, begin, end)
    if PROSE.search(title):
        quoted = QUOTED.fullmatch("\n".join(inside))
        if quoted is not None and quoted[2] not in quoted["text"]:
            return replace(part, kind="markdown", shown=quoted["text"].strip("\n"))
        if all(map(COMMENT.fullmatch, inside)):
            prose = "\n".join(line.lstrip().removeprefix("#").removeprefix(" ") for line in inside)
            return replace(part, kind="markdown", shown=prose)
    if all(map(COMMENT.fullmatch, inside)):  # nothing runs in it
        return replace(part, kind="raw")
    return part


# ---------------------------------------------------------------- statements


def _pieces(tree: ast.Module) -> Sequence[_Piece]:
    pieces = _joined(_statements(tree.body))
    if len(pieces) <= STATEMENTS_CAP:
        return pieces
    plain = _joined(_of(node) for node in tree.body)
    size = -(-len(plain) // STATEMENTS_CAP)
    groups = [plain[at : at + size] for at in range(0, len(plain), size)]
    return [_Piece(group[0].first, group[-1].last) for group in groups]


def _statements(body: Sequence[ast.stmt]) -> Iterator[_Piece]:
    """Each statement; of a ``__main__`` part without an else each statement inside."""
    block = 0
    for node in body:
        if isinstance(node, ast.If) and not node.orelse and _is_main(node.test) and node.body[0].lineno > node.lineno:
            block += 1
            for inner in node.body:
                yield replace(_of(inner), block=block, is_first=inner is node.body[0])
        else:
            yield _of(node)


def _is_main(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    return names == ["__name__"] and any(isinstance(one, ast.Constant) and one.value == "__main__" for one in sides)


def _of(node: ast.stmt) -> _Piece:
    decorators = [one.lineno for one in getattr(node, "decorator_list", [])]
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return _Piece(min([node.lineno, *decorators]), node.end_lineno or node.lineno, is_text=is_text)


def _joined(pieces: Iterator[_Piece]) -> list[_Piece]:
    """The pieces, those that share a line as one, and a text alone with what follows it."""
    joined: list[_Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        same_line = before is not None and piece.first <= before.last
        if before is not None and (same_line or (before.is_text and before.block == piece.block)):
            is_text = piece.is_text and before.is_text
            joined[-1] = replace(before, last=max(before.last, piece.last), is_text=is_text)
        else:
            joined.append(piece)
    return joined


def _parts(lines: Sequence[str], pieces: Sequence[_Piece]) -> Iterator[Part]:
    """What stands between two pieces goes with the second one, what stands after the last with that."""
    begin = 1
    for piece in pieces:
        end = len(lines) if piece is pieces[-1] else piece.last
        if piece.block and not piece.is_first:  # the header is run again: no line has to change for that
            shown = "\n".join(lines[begin - 1 : end])
            yield Part(kind="code", shown=shown, begin=begin, source=f"{HEADER}\n{shown}", line=begin - 1)
        else:
            yield _part("code", lines, begin, end)
        begin = end + 1
