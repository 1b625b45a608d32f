"""Arithmetic that a rubric writes on a student's other answers: ``"flat * 10 + 10"``.

Only numbers, names, brackets and ``+ - * / // **``: the text is parsed and walked, never run.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

LENGTH_CAP = 200
SIZE_CAP = 1e30
OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


def names(formula: str) -> frozenset[str]:
    """The names in a formula. Raises ValueError, with the reason, when it is more than arithmetic."""
    tree = _parsed(formula)
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def value(formula: str, known: Mapping[str, float]) -> float | None:
    """The value of a formula; None when a name is unknown or the result is not a sensible number."""
    try:
        result = _walk(_parsed(formula), known)
    except (KeyError, ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) and abs(result) <= SIZE_CAP else None


def _parsed(formula: str) -> ast.expr:
    plain = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.USub, *OPERATIONS)
    return parse(formula, lambda node: isinstance(node, plain), "numbers, answers and + - * / // ** can stand here")


def parse(formula: str, fits: Callable[[ast.AST], bool], only: str) -> ast.expr:
    """The tree of a formula whose nodes are numbers or fit; ``only`` says what else may stand there.

    Raises ValueError with the reason.
    """
    if len(formula) > LENGTH_CAP:
        raise ValueError(f"a formula has at most {LENGTH_CAP} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{formula!r} is not a formula") from error
    for node in ast.walk(tree):
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if not (number or fits(node)):
            raise ValueError(f"{formula!r}: only {only}")
    return tree


def _walk(node: ast.expr, known: Mapping[str, float]) -> float:
    if isinstance(node, ast.BinOp):
        left, right = _walk(node.left, known), _walk(node.right, known)
        # A power of whole numbers could grow without end; as floats it overflows at once.
        result = OPERATIONS[type(node.op)](float(left), float(right))
        if isinstance(result, complex):
            raise ValueError("not a real number")
        return result
    if isinstance(node, ast.UnaryOp):
        return -_walk(node.operand, known)
    if isinstance(node, ast.Name):
        return known[node.id]
    assert isinstance(node, ast.Constant)
    return float(node.value)  # type: ignore[arg-type]  # _parsed lets only numbers through
