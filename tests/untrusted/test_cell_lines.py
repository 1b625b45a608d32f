"""What IPython reads itself does nothing when a cell is read as Python; every line keeps its number."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted.cell_lines import only_python


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("!ls -l", "pass"),
        ("    %matplotlib inline", "    pass"),
        ("pip install tqdm", "pass"),
        ("sudo apt-get install graphviz", "pass"),
        ("model.fit?", "pass"),
        ("np??", "pass"),
        ("files = !ls", "files = None"),
        ("  a, b = %timeit -o f(1)", "  a, b = None"),
        ("%time model.fit(x, y)", "model.fit(x, y)"),
        ("%time -n 3", "pass"),
        ("x = y % 3", "x = y % 3"),
        ("different = a != b", "different = a != b"),
    ],
)
def test_a_line(line: str, python: str) -> None:
    assert only_python(line) == python
    assert only_python(f"a = 1\n{line}\nb = 2") == f"a = 1\n{python}\nb = 2"


def test_a_command_over_several_lines_is_one_statement_of_as_many() -> None:
    source = "if True:\n    out = !pip install a \\\n        b \\\n        c\nx = 1"
    tree = ast.parse(only_python(source) or "")
    assert [(one.lineno, one.end_lineno) for one in tree.body] == [(1, 4), (5, 5)]


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture kept\nx = 1", "\n\nx = 1"),
        ("%%bash\nls", None),
        ("%%writefile a.py\nx = 1", None),
    ],
)
def test_a_cell_with_a_magic_of_its_own(source: str, python: str | None) -> None:
    assert only_python(source) == python


@given(st.lists(st.sampled_from(["x = 1", "!ls \\", "%time f()", "a = !b", "  b?", "", "\\"]), max_size=8))
def test_lines_keep_their_numbers(lines: list[str]) -> None:
    source = "\n".join(lines)
    assert (only_python(source) or "").count("\n") == source.count("\n")
