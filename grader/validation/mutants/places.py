"""Finding and rewriting places in a notebook's code by its syntax tree, keeping every other character."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from grader.course import notebooks
from grader.course.notebooks import Notebook

MAGIC = re.compile(r"^([ \t]*)[%!][!-~]", re.MULTILINE)
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Place(Generic[Node]):
    """A node of the code, the cell that it stands in, and the nodes around it, the innermost last."""

    cell_id: str
    source: str
    node: Node
    around: tuple[ast.AST, ...] = ()

    @property
    def text(self) -> str:
        """The node's own source."""
        return self.of(self.node)

    def of(self, node: ast.AST) -> str:
        """The source of another node of the same cell."""
        start, end = span(self.source, node)
        return self.source[start:end]

    def at(self, node: ast.AST) -> Place[Any]:
        """The place of a node inside this one."""
        return Place(self.cell_id, self.source, node, (*self.around, self.node))


Rewriting = tuple[Place[Any], str]
"""A place, and what to write there."""


def nodes(notebook: Notebook, kind: type[Node]) -> Iterator[Place[Node]]:
    """Every node of a kind in the code, in the order of the text; cells that are not Python are passed over."""
    for cell in notebooks.code_cells(notebook):
        try:
            tree = ast.parse(_without_magics(cell["source"]))
        except SyntaxError:
            continue
        found = [(node, around) for node, around in _walk(tree, ()) if isinstance(node, kind)]
        for node, around in sorted(found, key=lambda pair: span(cell["source"], pair[0])):
            yield Place(cell["id"], cell["source"], node, around)


def _walk(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    if hasattr(node, "lineno"):
        yield node, around
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, (*around, node))


def _without_magics(source: str) -> str:
    """The source with a number and a comment, as long as they are, for IPython's own lines: positions stay."""
    return MAGIC.sub(lambda found: f"{found[1]}0#", source)


def span(source: str, node: Any) -> tuple[int, int]:
    """Where a node begins and ends in ``source``, in characters."""
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    return place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)


def calls(notebook: Notebook, *names: str) -> list[Place[ast.Call]]:
    """The calls of functions or methods with one of these last names, in order: ``layers.Dense(...)``."""
    return [place for place in nodes(notebook, ast.Call) if name(place.node) in names]


def name(call: ast.Call) -> str:
    """The last name of what is called: "Dense" for ``keras.layers.Dense(...)``."""
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def argument(call: ast.Call, keyword: str, position: int | None = None) -> ast.expr | None:
    """The value given for ``keyword``, or at a position; None when there is none."""
    given = next((one.value for one in call.keywords if one.arg == keyword), None)
    if given is None and position is not None and position < len(call.args):
        return call.args[position]
    return given


def with_argument(place: Place[ast.Call], keyword: str, value: str, position: int | None = None) -> Rewriting:
    """Write ``value`` for an argument of a call, adding it as a keyword when it is not given."""
    given = argument(place.node, keyword, position)
    if given is not None:
        return place.at(given), value
    text = place.text
    inside = text[:-1].rstrip().rstrip(",")
    comma = "" if inside.endswith("(") else ", "
    return place, f"{inside}{comma}{keyword}={value})"


def rewritten(notebook: Notebook, changes: Sequence[Rewriting]) -> Notebook:
    """The notebook with new text in these places; a place inside another one goes with that one."""
    by_cell: dict[str, list[tuple[int, int, str]]] = {}
    sources: dict[str, str] = {}
    for place, text in changes:
        by_cell.setdefault(place.cell_id, []).append((*span(place.source, place.node), text))
        sources[place.cell_id] = place.source
    for cell_id, parts in by_cell.items():
        made, done = "", 0
        for start, end, text in sorted(parts, key=lambda part: (part[0], -part[1])):
            if start >= done:
                made, done = made + sources[cell_id][done:start] + text, end
        sources[cell_id] = made + sources[cell_id][done:]
    return notebooks.with_sources(notebook, sources)


def statement(place: Place[Any]) -> Place[ast.stmt]:
    """The statement that a node belongs to."""
    chain = (*place.around, place.node)
    at = max(index for index, node in enumerate(chain) if isinstance(node, ast.stmt))
    return Place(place.cell_id, place.source, chain[at], chain[:at])


def before(notebook: Notebook, place: Place[Any], lines: str) -> Notebook:
    """The notebook with ``lines`` before the statement of ``place``, as deep as it is."""
    whole = statement(place)
    start, _ = span(whole.source, whole.node)
    indent = " " * (start - (whole.source.rfind("\n", 0, start) + 1))
    text = whole.text
    return rewritten(notebook, [(whole, f"{lines}\n{indent}{text}")])


def ending_in(notebook: Notebook, source: str) -> Notebook:
    """The notebook with one more code cell at its end."""
    return {**notebook, "cells": [*notebook["cells"], notebooks.code_cell("added-by-the-mutant", source)]}
