"""A cell's source -> its steps: what each statement binds, uses, changes and writes. Pure, linear, capped.

Cells are written for IPython. One that does not parse as Python is parsed again without its magics and shell lines;
one that still does not parse is read line by line, which finds most of what it binds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from grader.scoring.diagnoses import patterns
from grader.scoring.diagnoses.bindings import Step, steps_of
from grader.untrusted.cell_lines import CELL_OF_PYTHON, only_python

PARSED_CAP = 100_000  # characters of a cell: a syntax tree takes several hundred times the memory of its text
PARSED_IN_ALL = 400_000  # of a notebook


# One line of a cell that does not parse.
ASSIGNED = re.compile(r"[ \t]*(?P<names>[\w ,()\[\]*]{1,200}?)[ \t]*(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)")
CALLED = re.compile(r"\w[ \t]*[(\[]")
DEFINED = re.compile(r"[ \t]*(?:async +)?(?:def|class) +(?P<names>\w+)")
LOOPED = re.compile(r"[ \t]*for +(?P<names>[\w ,()]{1,200}?) +in\b")
OPENED = re.compile(r"[ \t]*with\b.*\bas +(?P<names>\w+)")
IMPORTED = re.compile(r"[ \t]*(?:from +(?P<module>[\w.]+) +)?import +(?P<names>[\w., *()]{1,300})")
METHOD = re.compile(r"(?P<name>[^\W\d]\w*)\.(?P<method>\w+) *\(")


class CellCode:
    """One cell; ``steps`` in the order of the source."""

    def __init__(self, source: str, *, may_parse: bool = True) -> None:
        self.source = source
        self._may_parse = may_parse

    @cached_property
    def lines(self) -> list[str]:
        return self.source.split("\n")

    @cached_property
    def _parsed(self) -> tuple[Step, ...] | None:
        python = only_python(self.source)
        if python is None:
            return ()
        if not self._may_parse:
            return None
        tree = _tree(self.source) or _tree(python)
        if tree is None:
            return None
        found = tuple(steps_of(tree))
        magic = CELL_OF_PYTHON.match(self.source)
        if magic and magic["name"] == "capture" and magic["rest"].strip().isidentifier():
            kept = Step(line=1, end=1)
            kept.binds[magic["rest"].strip()] = None
            return (kept, *found)
        return found

    @property
    def is_parsed(self) -> bool:
        return self._parsed is not None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return self._parsed if self._parsed is not None else (_read_by_line(self.source),)

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that the cell gives a value outside of its functions."""
        return frozenset(name for step in self.steps for name in step.binds)


class Cells(Mapping[int, CellCode]):
    """The cells of a notebook, each parsed when it is first asked for, and at most once."""

    def __init__(self, sources: Mapping[int, str]) -> None:
        self.sources = sources
        self._read: dict[int, CellCode] = {}
        self._left = PARSED_IN_ALL

    def __getitem__(self, number: int) -> CellCode:
        if number not in self._read:
            source = self.sources[number]
            may_parse = len(source) <= min(PARSED_CAP, self._left)
            self._left -= len(source) if may_parse else 0
            self._read[number] = CellCode(source, may_parse=may_parse)
        return self._read[number]

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self.sources))

    def __len__(self) -> int:
        return len(self.sources)

    def source(self, number: int) -> str:
        """The text of a cell, "" when there is none of that number."""
        return self.sources.get(number, "")


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _read_by_line(source: str) -> Step:
    """All that a cell that does not parse seems to do, as one step."""
    step = Step(line=1, end=source.count("\n") + 1)
    for line in patterns.short_lines(source):
        code = line.partition("#")[0]
        _read_import(code, step)
        for pattern in (ASSIGNED, DEFINED, LOOPED, OPENED):
            found = pattern.match(code)
            if found and not CALLED.search(found["names"]):
                step.binds.update(dict.fromkeys(re.findall(r"[^\W\d]\w*", found["names"])))
        for call in METHOD.finditer(code):
            step.calls.add(call["method"])
            step.changes.append((call["name"], call["method"]))
    return step


def _read_import(code: str, step: Step) -> None:
    found = IMPORTED.match(code)
    if found is None:
        return
    if found["names"].strip() == "*":
        step.stars.append(found["module"] or "")
        return
    for part in found["names"].strip(" ()").split(","):
        words = part.split()
        if words:
            name = words[-1] if found["module"] or len(words) > 1 else words[0].partition(".")[0]
            step.binds[name] = None
            step.imports.add(name)
