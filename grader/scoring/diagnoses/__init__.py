"""Why something failed or went wrong, and what to do about it: known mistakes, recognised from errors, code and facts.

Pure. A diagnosis takes no points and gives none: it explains. Each is an entry of one of three tables (``failures``:
what an error says; ``patterns``: what the source says; ``facts``: what the run says), with its sentences in
``texts.diagnoses``. What an earlier failed cell brought about is told as that (``story``), and a name without a value
by what was to make it (``missing_names``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.records import Facts, FailedCell
from grader.scoring.diagnoses import early as early_looks
from grader.scoring.diagnoses import facts, failures, libraries, network, patterns
from grader.scoring.diagnoses.story import Story
from grader.scoring.diagnoses.wording import told

__all__ = ["Notebook", "diagnosed"]

LENGTHS = "diagnoses.plot_lengths"  # epochs and their history, perhaps
# Causes of failures that the order of the cells may explain.
OF_ORDER = frozenset(
    f"diagnoses.{id}" for id in ("made_later", "made_below", "never_made", "deleted", "not_reached", "no_first_value")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """The code of a hand-in: cell number -> source, and the execution counts that were saved with it.

    ``data`` is the data set that the exercise asks for.
    """

    cells: Mapping[int, str]
    counts: Mapping[int, int] = field(default_factory=dict)
    data: str = ""


def diagnosed(found: Facts, notebook: Notebook, *, early: bool = False) -> Facts:
    """``found`` with causes and cures: of each failed cell, and of what ran but is a known mistake.

    In an ``early`` look, what a training cut short may have caused is told as such.
    """
    failed, missed = _explained(found, notebook)
    failed = _perhaps_cut(failed, notebook.cells) if early else failed
    explained = {(cell.cell, cell.cause.key) for cell in failed if cell.cause is not None}
    code = notebook.cells
    quiet = [*patterns.mistakes(code), *facts.mistakes(found, code)]
    if any(cell.cause is None or cell.cause.key in OF_ORDER for cell in failed):
        quiet += facts.order(notebook.counts, found)
    further = tuple(one for one in quiet if (one.cell, one.cause.key) not in explained)
    return replace(found, failed=failed, diagnoses=further, missed_compile=missed)


def _explained(found: Facts, notebook: Notebook) -> tuple[tuple[FailedCell, ...], int | None]:
    """The failed cells with their causes; and the cell at fault when a call of ``compile`` was not reached."""
    histories = [fit.history for model in found.recorded for fit in model.fits]
    story = Story(notebook.cells, found.failed)
    failed = list(found.failed)
    for place in sorted(range(len(failed)), key=lambda place: failed[place].cell):  # causes before what follows
        source = notebook.cells.get(failed[place].cell, "")
        cell = failed[place] = replace(failed[place], adds_layers=patterns.adds_layers(source))
        not_here = libraries.diagnose(cell, found) or network.downloaded_file(cell, notebook.cells)
        known = failures.diagnose(cell, story, histories, not_here)
        if known is not None and known.id == "never_made":
            known = libraries.of_all_names(cell, found) or known
        known = network.for_exercise(known, notebook.data)
        if cell.kind == "died" and found.ended == "memory":
            known = told("memory_ended", cell.cell, cell.line)
        if known is not None:
            failed[place] = replace(cell, cause=known.cause, cure=known.cure)
    failed = [replace(cell, missed=_missed(cell.cell, story), first=story.firsts.get(cell.cell)) for cell in failed]
    compiles = any(".compile" in notebook.cells.get(cell.cell, "") for cell in failed)
    return tuple(failed), story.missed_call("compile", max(story.firsts) + 1) if compiles else None


def _missed(cell: int, story: Story) -> tuple[str, ...]:
    """What a failed cell was to make, answer or call and did not."""
    split = story.split(cell)
    steps = (*split.failing, *split.missed)
    names = {name for step in steps for name in (*step.binds, *(changed for changed, _ in step.changes))}
    return tuple(sorted({*names, *patterns.answers_given(story.cells.source(cell)), *story.missed_calls(cell)}))


def _perhaps_cut(failed: Sequence[FailedCell], cells: Mapping[int, str]) -> tuple[FailedCell, ...]:
    """``failed``, marked where it may be the early look's doing, and where it only follows from that."""
    suspected: set[int] = set()
    marked = []
    for cell in failed:
        follows = cell.cause is not None and cell.cause.values.get("first") in suspected
        own = early_looks.perhaps_cut(cell, cells) and (
            cell.cause is None or cell.kind == "timeout" or cell.cause.key == LENGTHS
        )
        cut = early_looks.cause(cell) if own else None
        if own or follows:
            suspected.add(cell.cell)
        one = replace(cell, perhaps_cut=own or follows)
        marked.append(replace(one, cause=cut.cause, cure=cut.cure) if cut is not None else one)
    return tuple(marked)
