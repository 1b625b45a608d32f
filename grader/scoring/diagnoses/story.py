"""What a notebook's cells did and, where one failed, did not do: which names and files are not as they should be.

The cells are followed from top to bottom, as they ran. A failed cell did what stands before its failing line. What
stands after it was not done: names keep their old values, networks lack layers, files are missing. Whatever is made
from such a name depends on that cell too. Pure; only what a later failure needs is parsed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from grader.records import FailedCell
from grader.scoring.diagnoses import written_paths
from grader.scoring.diagnoses.bindings import Step
from grader.scoring.diagnoses.cell_code import CellCode, Cells

LINE_KEPT = 300  # characters of a failing line that a record holds
PLACES_CAP = 1_000  # of one name
IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")
NAMES_READ = 50  # of a function
FILES_KEPT = 20  # of a name

Flaw = Literal["stale", "depends", "unfinished", "uncompiled", "untrained"]
SPREADING: Sequence[Flaw] = ("stale", "depends", "unfinished")  # what is made from it is not right either
# What a call on a name that was not made leaves the name in.
CHANGES: Mapping[str, Flaw] = {
    **dict.fromkeys(
        [
            "",
            "add",
            "append",
            "extend",
            "insert",
            "update",
            "pop",
            "remove",
            "sort",
            "reverse",
            "fill",
            "drop",
            "resize",
        ],
        "unfinished",
    ),
    **dict.fromkeys(["build", "load_weights", "set_weights", "adapt", "setdefault", "clear"], "unfinished"),
    "compile": "uncompiled",
    **dict.fromkeys(["fit", "fit_generator", "fit_transform", "train_on_batch"], "untrained"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A failed cell: what it did, the step that failed (and what that called), and what it surely did not do.

    ``doubtful`` is what it did perhaps: the rest of a loop whose earlier rounds went well.
    """

    done: Sequence[Step] = ()
    failing: Sequence[Step] = ()
    missed: Sequence[Step] = ()
    doubtful: Sequence[Step] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a name is not as it should be: the cell that has to be repaired ``first``."""

    name: str
    flaw: Flaw
    first: int


@dataclass(kw_only=True, slots=True)
class State:
    """What the names stand for at one point of the run; numbers are those of the first cell at fault."""

    known: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)  # and whatever else was imported
    flaws: dict[str, dict[Flaw, int]] = field(default_factory=dict)
    functions: dict[str, dict[str, None]] = field(default_factory=dict)  # and the names that they read
    texts: dict[str, str] = field(default_factory=dict)  # name -> the path that it holds
    kept: dict[str, frozenset[str]] = field(default_factory=dict)  # name -> files that a training with it writes
    missing_files: dict[str, int] = field(default_factory=dict)

    def uses(self, step: Step) -> list[str]:
        """The names that a step needs, with those that the functions it names read."""
        found = dict(step.uses)
        for name in step.uses:
            if name in self.functions:
                found |= self.functions[name]
        return list(found)

    def reasons(self, names: Sequence[str], flaws: Sequence[Flaw]) -> list[Reason]:
        """Which of ``names`` are not as they should be, by the cell at fault."""
        found = [
            Reason(name=name, flaw=flaw, first=self.flaws[name][flaw])
            for name in names
            if name in self.flaws
            for flaw in flaws
            if flaw in self.flaws[name]
        ]
        return sorted(found, key=lambda reason: (reason.first, flaws.index(reason.flaw)))

    def do(self, step: Step) -> None:
        """``step`` was done."""
        at_fault = [reason.first for reason in self.reasons(self.uses(step), SPREADING)]
        self._change(step, min(at_fault, default=None))
        flaws = dict(self.flaws.get(step.alias, {}))
        for name in step.binds:
            self.flaws.pop(name, None)
            if step.alias and flaws:
                self.flaws[name] = dict(flaws)
            elif at_fault and name not in step.imports:
                self.flaws[name] = {"depends": min(at_fault)}
        self.known.update(step.binds)
        self.modules -= step.binds.keys()
        self.modules |= step.imports
        for name in step.deletes:
            self.known.discard(name)
            self.flaws.pop(name, None)
        if step.defines:
            self.functions |= dict.fromkeys(step.binds, dict.fromkeys([*step.uses][:NAMES_READ]))
        self._keep_paths(step)

    def _change(self, step: Step, at_fault: int | None) -> None:
        for name, method in step.changes:
            flaw = CHANGES.get(method)
            if flaw in ("uncompiled", "untrained") and name in self.flaws:
                self.flaws[name].pop(flaw, None)
            elif flaw == "unfinished" and at_fault is not None and name in self.known - self.modules:
                self.flaws.setdefault(name, {}).setdefault("depends", at_fault)

    def _keep_paths(self, step: Step) -> None:
        text = written_paths.filled(step.texts, self.texts) if step.texts else None
        files = [written_paths.filled(path, self.texts) for path in step.keeps]
        files += [file for name in step.uses for file in self.kept.get(name, ())]
        kept = frozenset([file for file in files if file is not None][:FILES_KEPT])
        for name in step.binds:
            self.texts.pop(name, None)
            self.kept.pop(name, None)
            if text:
                self.texts[name] = text
            if kept:
                self.kept[name] = kept

    def miss(self, step: Step, first: int) -> None:
        """``step`` was not done, because of the cell ``first``."""
        for name in step.binds:
            if name in self.known and name not in step.imports:
                self.flaws.setdefault(name, {}).setdefault("stale", first)
        for name, method in step.changes:
            flaw = CHANGES.get(method)
            if flaw and name in self.known - self.modules:
                self.flaws.setdefault(name, {}).setdefault(flaw, first)
        texts = self.texts
        for path in (*step.writes, *step.keeps):
            file = written_paths.filled(path, texts)
            if file:
                self.missing_files.setdefault(written_paths.normal(file), first)
        if "fit" in step.calls:
            for name in step.uses:
                for file in self.kept.get(name, ()):
                    self.missing_files.setdefault(written_paths.normal(file), first)
        self._keep_paths(step)


@dataclass(frozen=True, slots=True)
class Index:
    """Where each name is bound, deleted, or known only to a function, class or comprehension."""

    bound: dict[str, list[tuple[int, Step]]] = field(default_factory=dict)
    deleted: dict[str, list[tuple[int, Step]]] = field(default_factory=dict)
    local: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # cell, kind and name of what knows it


class Story:
    """The cells of a notebook and what failed in them. ``tell`` each failed cell in the order of the run."""

    def __init__(self, sources: Mapping[int, str], failed: Sequence[FailedCell]) -> None:
        self.cells = Cells(sources)
        self.failed = {cell.cell: cell for cell in reversed(failed)}
        self.firsts: dict[int, int] = {}  # failed cell -> the cell that has to be repaired first
        self.causes: dict[tuple[str, str], int] = {}  # a cause -> the cell in which it was met first
        self._state = State()
        self._ahead = list(reversed([*self.cells]))  # cells that the state does not know of
        self._begun = 0  # the failed cell of which the state knows what it did
        self._splits: dict[int, Split] = {}
        self._missed_calls: dict[int, set[str]] = {}

    @cached_property
    def index(self) -> Index:
        """Of all cells: only a name that has no value needs it."""
        index = Index()
        for number in self.cells:
            for step in self.cells[number].steps:
                for where, names in ((index.bound, step.binds), (index.deleted, step.deletes)):
                    for name in names:
                        places = where.setdefault(name, [])
                        if len(places) < PLACES_CAP:
                            places.append((number, step))
                for name, (kind, owner) in step.local.items():
                    index.local.setdefault(name, (number, kind, owner))
        return index

    def tell(self, cell: int, first: int) -> None:
        """Why ``cell`` failed: because of the cell ``first``, which is the same where it is at fault itself."""
        self.firsts.setdefault(cell, first)

    def earlier(self, cell: int) -> list[int]:
        """The failed cells before this one."""
        return sorted(number for number in self.firsts if number < cell)

    def split(self, number: int) -> Split:
        """What a failed cell did and did not do."""
        if number not in self._splits:
            self._splits[number] = _split(self.cells[number], self.failed[number]) if number in self.cells else Split()
        return self._splits[number]

    def before(self, cell: int) -> State:
        """What the names stood for when the failing step of ``cell`` began. Cells must be asked for in order."""
        while self._ahead and self._ahead[-1] < cell:
            self._pass(self._ahead.pop())
        if self._begun != cell:
            self._begun = cell
            for step in self.split(cell).done:
                self._state.do(step)
        return self._state

    def _pass(self, number: int) -> None:
        split = self.split(number) if number in self.firsts else Split(done=self.cells[number].steps)
        for step in split.done if self._begun != number else ():
            self._state.do(step)
        for step in split.missed:
            self._state.miss(step, self.firsts[number])

    def missed_call(self, method: str, before: int) -> int | None:
        """The cell at fault for a call of ``method`` that a failed cell did not come to, the last before ``before``."""
        for number in reversed(self.earlier(before)):
            if method in self.missed_calls(number):
                return self.firsts[number]
        return None

    def missed_calls(self, number: int) -> set[str]:
        """What a failed cell was to call and perhaps did not, by itself or in its functions."""
        if number not in self._missed_calls:
            split = self.split(number)
            steps = (*split.missed, *split.doubtful)
            functions = {name: step.calls for step in split.done if step.defines for name in step.binds}
            called = {name for step in steps for name in step.uses if name in functions}
            self._missed_calls[number] = set().union(
                *(step.calls for step in steps), *(functions[name] for name in called)
            )
        return self._missed_calls[number]


def _without_import(steps: Sequence[Step], place: int) -> Split:
    """An import that failed cost itself, and everything from the first step on that needs one of its names."""
    names = steps[place].binds.keys()
    needing = (number for number in range(place + 1, len(steps)) if names & steps[number].uses.keys())
    stop = next((number for number in needing if not steps[number].defines), len(steps))
    done = [*steps[:place], *steps[place + 1 : stop]]
    return Split(done=done, failing=[steps[place]], missed=[steps[place], *steps[stop:]])


def _split(code: CellCode, failed: FailedCell) -> Split:
    steps = code.steps
    nothing_ran = failed.kind == "syntax" and (not code.is_parsed or "outside" in failed.text)
    if not steps or nothing_ran:
        return Split(missed=steps)
    place = _failing(code, failed.line) if code.is_parsed else None
    if place is None:  # no telling what of it was done; but the last step was not
        known = code.is_parsed
        return Split(failing=steps if len(steps) == 1 else (), missed=steps[-1:] if known else (), doubtful=steps)
    failing = [steps[place]]
    if failed.error in IMPORT_ERRORS and failing[0].imports and not failing[0].blocks:
        return _without_import(steps, place)
    if failing[0].defines:  # a function of this cell, called further below
        names = failing[0].binds.keys()
        callers = [number for number in range(place + 1, len(steps)) if names & steps[number].uses.keys()]
        place = callers[-1] if callers else len(steps) - 1
        failing.insert(0, steps[place])
    in_loop = any(block[2] for block in steps[place].blocks)
    missed = [step for step in steps[place if not in_loop else place + 1 :] if _comes_after(step, steps[place])]
    return Split(done=steps[:place], failing=failing, missed=missed, doubtful=steps[place:] if in_loop else ())


def _failing(code: CellCode, line: str) -> int | None:
    """Which step the failing line is in; where the same line stands several times, the last one."""
    if not line:
        return None
    same = [number for number, one in enumerate(code.lines, start=1) if one.strip()[:LINE_KEPT] == line]
    places = [place for place, step in enumerate(code.steps) if same and step.line <= same[-1] <= step.end]
    return places[-1] if places else None


def _comes_after(step: Step, failing: Step) -> bool:
    """Whether ``step`` was still to be done: not in another branch, nor in a loop that may have done it before."""
    for own, other in zip(step.blocks, failing.blocks, strict=False):
        if own[0] != other[0]:
            return True
        if own[1] != other[1] or own[2]:
            return False
    return True
