"""What the code of a module tells before it runs: whom it imports, and whether it is a program."""

from __future__ import annotations

import ast


def imported(code: str) -> set[str]:
    """The first parts of the modules that ``code`` imports; of code that does not parse, none."""
    names = set[str]()
    for node in ast.walk(_parsed(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
            names |= {alias.name for alias in node.names} if node.level else set()
    return names


def has_main(code: str) -> bool:
    """Whether it does something when it is started: ``if __name__ == "__main__":``."""
    tests = [node.test for node in _parsed(code).body if isinstance(node, ast.If)]
    return any(isinstance(node, ast.Name) and node.id == "__name__" for test in tests for node in ast.walk(test))


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])
