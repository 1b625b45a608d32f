"""Errors that show themselves in one cell and were made by another: how a model was compiled, what was switched off."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses import patterns
from grader.scoring.diagnoses.wording import told
from grader.untrusted.cell_lines import only_python

PARSED_CAP = 200_000  # characters: a syntax tree takes several hundred times the memory of its text
SAID_CAP = 100  # characters of code that a sentence shows
# What Keras says of loss weights that are no numbers.
WEIGHTS = re.compile(
    r"dtype='string' is not a valid dtype for Keras type promotion|Expected `loss_weights` argument to be"
    r"|`loss_weights` must match the number of losses|Failed to convert elements of <\w+ name=\w+> to Tensor"
)
NOT_EAGER = re.compile(
    r"only available when eager execution is enabled|only supports Python-style iteration in eager mode"
    r"|Attempting to capture an EagerTensor|'SymbolicTensor' object has no attribute 'numpy'"
)
NO_EAGER = re.compile(r"\b(?:disable_eager_execution|disable_v2_behavior)\(")
EPSILON = re.compile(r"\bepsilon\s*=\s*None\b")


def diagnose(cell: FailedCell, cells: Mapping[int, str]) -> Diagnosis | None:
    """The mistake of an earlier line that made ``cell`` fail; None when it is none of these."""
    before = {number: source for number, source in cells.items() if number <= cell.cell}
    if WEIGHTS.search(cell.text):
        return _positional_metrics(cell, before)
    if NOT_EAGER.search(cell.text):
        first = _first(NO_EAGER, before)
        return None if first is None else told("eager_off", cell.cell, cell.line, first=first)
    if cell.text.startswith("None values not supported"):
        first = _first(EPSILON, before)
        return None if first is None else told("epsilon_none", cell.cell, cell.line, first=first)
    return None


def _first(pattern: re.Pattern[str], cells: Mapping[int, str]) -> int | None:
    found = (number for number, source in cells.items() if any(map(pattern.search, patterns.short_lines(source))))
    return next(found, None)


def _positional_metrics(cell: FailedCell, cells: Mapping[int, str]) -> Diagnosis | None:
    """The last call of ``compile`` before the error that has a third positional argument, if it holds metrics."""
    for number in sorted(cells, reverse=True):
        for call in reversed(_compiling(cells[number])):
            if len(call.args) > 2:
                written = _as_metrics(call.args[2])
                given = {"first": number, "written": written}
                return None if written is None else told("positional_metrics", cell.cell, cell.line, **given)
    return None


def _as_metrics(given: ast.expr) -> str | None:
    """The code of ``given`` as a list of metrics; None when it holds none."""
    if isinstance(given, ast.Starred):
        return None
    if isinstance(given, ast.Constant) and not (isinstance(given.value, str) and "acc" in given.value):
        return None
    shown = given if isinstance(given, ast.List | ast.Tuple | ast.Name) else ast.List(elts=[given], ctx=ast.Load())
    written = ast.unparse(shown).replace("'", '"')
    return written if len(written) <= SAID_CAP and "\n" not in written and "`" not in written else '["accuracy"]'


def _compiling(source: str) -> list[ast.Call]:
    """The calls of ``compile`` in a cell, in the order of their lines; none when it does not parse, or is too long."""
    if ".compile" not in source or len(source) > PARSED_CAP:
        return []
    try:
        tree = ast.parse(only_python(source) or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "compile")
    return sorted(found, key=lambda call: call.lineno)
