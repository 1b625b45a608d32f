"""What the code of a module tells before it runs: whom it imports, and whether it is a program."""

from __future__ import annotations

import ast
from dataclasses import dataclass

PARSED_CAP = 200_000  # characters: a syntax tree takes several hundred times the memory of its text


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """``imports`` are all parts of the names that it imports: ``lib`` and ``net`` of ``import lib.net``."""

    imports: frozenset[str] = frozenset()
    has_main: bool = False  # if __name__ == "__main__"


def outline(code: str) -> Outline:
    """The outline of a module; an empty one of code that does not parse, or is too long."""
    if len(code) > PARSED_CAP:
        return Outline()
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Outline()
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            for name in (module, *(alias.name for alias in node.names)):
                names.update(name.split("."))
    tests = [node.test for node in tree.body if isinstance(node, ast.If)]
    has_main = any(isinstance(node, ast.Name) and node.id == "__name__" for test in tests for node in ast.walk(test))
    return Outline(imports=frozenset(names - {""}), has_main=has_main)
