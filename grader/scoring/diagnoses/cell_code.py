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

PARSED_CAP = 100_000  # characters of a cell: a syntax tree takes several hundred times the memory of its text
PARSED_IN_ALL = 400_000  # of a notebook

CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)[ \t]*(?P<rest>[^\n]*)")
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun"})  # their cells are Python
INSTALL = r"(?:sudo\s+)?(?:pip3?|conda|mamba|apt|apt-get)\s+install\b"
MAGIC = re.compile(rf"(?P<indent>[ \t]*)(?:[!%?]|{INSTALL})")
TIMED = re.compile(r"(?P<indent>[ \t]*)%time[ \t]+(?P<code>[^-].*)")
CAUGHT = re.compile(r"(?P<indent>[ \t]*)(?P<names>[\w ,]{1,200})=[ \t]*[!%]")
HELP = re.compile(r"(?P<indent>[ \t]*)[\w.]{1,200}\?{1,2}[ \t]*$")

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
        magic = CELL_MAGIC.match(self.source)
        if magic and magic["name"] not in PYTHON_CELLS:
            return ()
        if not self._may_parse:
            return None
        tree = _tree(self.source) or _tree(_without_magics(self.source))
        if tree is None:
            return None
        found = tuple(steps_of(tree))
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


def _without_magics(source: str) -> str:
    """``source`` as Python: what is for IPython or the shell does nothing. Lines keep their numbers."""
    kept, goes_on = [], False
    for number, line in enumerate(source.split("\n")):
        timed, caught = TIMED.match(line), CAUGHT.match(line)
        blank = MAGIC.match(line) or HELP.match(line)
        if goes_on or (number == 0 and CELL_MAGIC.match(line)):
            kept.append("")
            goes_on = goes_on and line.rstrip().endswith("\\")
            continue
        if timed:
            kept.append(timed["indent"] + timed["code"])
        elif caught:
            kept.append(f"{caught['indent']}{caught['names']}= None")
        else:
            kept.append(f"{blank['indent']}pass" if blank else line)
        goes_on = bool(caught or blank) and line.rstrip().endswith("\\")
    return "\n".join(kept)


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
