"""What follows from a student's other arrays, as a rubric writes it: ``"-valid"``, ``"valid[::2, ::2]"``.

Arrays by name, numbers, lists of numbers, slices, ``+ - * /``, and ``max``, ``stack`` and ``correlate``: the text is
parsed and walked, never run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.models import convolution
from grader.scoring.formula import parse

Floats = NDArray[np.float64]
ITEMS_CAP = 10_000  # values of an array that takes part


def _correlate(image: Floats, kernel: Floats) -> Floats:
    """(H, W) under (K, L), without padding."""
    return convolution.correlate(image[None, ..., None], kernel[None, ..., None])[0, ..., 0]


OPERATIONS: Mapping[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
FUNCTIONS: Mapping[str, Callable[..., Floats]] = {
    "max": lambda *arrays: reduce(np.maximum, arrays),
    "stack": lambda *arrays: np.stack(arrays),
    "correlate": _correlate,
}
PLAIN = (ast.Name, ast.Load, ast.USub, ast.UnaryOp, ast.BinOp, ast.List, ast.Tuple, ast.Slice, *OPERATIONS)


def names(formula: str) -> frozenset[str]:
    """The arrays in a formula. Raises ValueError, with the reason, when it is more than what can stand here."""
    tree = _parsed(formula)
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - called


def value(formula: str, known: Mapping[str, Floats]) -> Floats | None:
    """The array that a formula gives; None when a name is unknown, or the arrays do not fit each other."""
    if any(array.size > ITEMS_CAP for array in known.values()):
        return None
    try:
        with np.errstate(all="ignore"):
            found = _walk(_parsed(formula), known)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return found if found.size <= ITEMS_CAP else None


def _parsed(formula: str) -> ast.expr:
    only = f"arrays, numbers, slices, + - * / and {', '.join(FUNCTIONS)} stand here"
    return parse(formula, lambda node: isinstance(node, PLAIN) or _is_slice(node) or _is_call(node), only)


def _is_slice(node: ast.AST) -> bool:
    """Whether the node is an array's part by slices whose ends are whole numbers."""
    if not isinstance(node, ast.Subscript):
        return False
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    ends = [end for part in parts if isinstance(part, ast.Slice) for end in (part.lower, part.upper, part.step)]
    return all(isinstance(part, ast.Slice) for part in parts) and all(_whole(end) is not None for end in ends if end)


def _is_call(node: ast.AST) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
    return named and bool(node.args) and not node.keywords  # type: ignore[attr-defined]  # `named` says what it is


def _whole(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole(node.operand)
        return None if inner is None else -inner
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _walk(node: ast.expr, known: Mapping[str, Floats]) -> Floats:
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_walk(node.left, known), _walk(node.right, known))
    if isinstance(node, ast.UnaryOp):
        return -_walk(node.operand, known)
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return FUNCTIONS[node.func.id](*(_walk(argument, known) for argument in node.args))
    if isinstance(node, ast.Subscript):
        return _walk(node.value, known)[_slices(node.slice)]
    return known[node.id] if isinstance(node, ast.Name) else np.array(_numbers(node, known), dtype=np.float64)


def _numbers(node: ast.expr, known: Mapping[str, Floats]) -> Any:
    """A number, or a list of what formulas give."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_walk(item, known) for item in node.elts]
    if not isinstance(node, ast.Constant):
        raise ValueError("a slice stands alone")
    return node.value


def _slices(node: ast.expr) -> tuple[slice, ...]:
    parts: Sequence[Any] = node.elts if isinstance(node, ast.Tuple) else [node]
    ends = [[None if end is None else _whole(end) for end in (part.lower, part.upper, part.step)] for part in parts]
    return tuple(slice(*three) for three in ends)
