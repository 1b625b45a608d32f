"""An import that fails costs itself: the other statements of its cell run, and then the cell ends with its error.

What an old notebook imports first is often the very thing that no longer exists; everything below it still does.
"""

from __future__ import annotations

import ast
from typing import Any

NOTE = "__import__('sys').modules['_recorder'].imports.note"


class Imports(ast.NodeTransformer):
    """Changes the cells that a shell runs, between ``begin`` and ``end``."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.active = False
        self.first: ImportError | None = None
        shell.ast_transformers.append(self)

    def begin(self) -> None:
        """A cell begins."""
        self.active = True
        self.first = None

    def note(self, error: ImportError) -> None:
        """An import of this cell failed."""
        self.first = self.first or error

    def end(self, result: Any) -> None:
        """The cell is over: its first import that failed is what is told of it, before anything that followed."""
        self.active = False
        error, self.first = self.first, None
        interrupted = isinstance(getattr(result, "error_in_exec", None), KeyboardInterrupt)
        if error is None or result is None or interrupted:
            return
        self.shell.showtraceback((type(error), error, error.__traceback__), tb_offset=0)
        result.error_in_exec = error

    def visit_Module(self, tree: ast.Module) -> ast.Module:
        """Let each import at the top level of a cell, but the last statement, fail alone."""
        if self.active:
            tree.body = [*map(_alone, tree.body[:-1]), *tree.body[-1:]]
        return tree


def _alone(statement: ast.stmt) -> ast.stmt:
    is_import = isinstance(statement, ast.Import | ast.ImportFrom)
    if not is_import or getattr(statement, "module", None) == "__future__":
        return statement
    (guarded,) = ast.parse(f"try:\n pass\nexcept ImportError as _error:\n {NOTE}(_error)").body
    for node in ast.walk(guarded):
        ast.copy_location(node, statement)
    guarded.body = [statement]  # type: ignore[attr-defined]
    return guarded
