"""Why something failed or went wrong, and what to do about it: known mistakes, recognised from errors, code and facts.

Pure. A diagnosis takes no points and gives none: it explains. Each is an entry of one of three tables (``failures``:
what an error says; ``patterns``: what the source says; ``facts``: what the run says), with its sentences in
``texts.diagnoses``. What an earlier failed cell brought about is told as that (``story``), and a name without a value
by what was to make it (``missing_names``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.records import Facts, FailedCell
from grader.scoring.diagnoses import facts, failures, patterns
from grader.scoring.diagnoses.story import Story

__all__ = ["Notebook", "diagnosed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """The code of a hand-in: cell number -> source, and the execution counts that were saved with it."""

    cells: Mapping[int, str]
    counts: Mapping[int, int] = field(default_factory=dict)


def diagnosed(found: Facts, notebook: Notebook) -> Facts:
    """``found`` with causes and cures: of each failed cell, and of what ran but is a known mistake."""
    failed, missed = _explained(found, notebook)
    explained = {(cell.cell, cell.cause.key) for cell in failed if cell.cause is not None}
    code = notebook.cells
    quiet = (*patterns.mistakes(code), *facts.mistakes(found, code), *facts.order(notebook.counts, found))
    further = tuple(one for one in quiet if (one.cell, one.cause.key) not in explained)
    return replace(found, failed=failed, diagnoses=further, missed_compile=missed)


def _explained(found: Facts, notebook: Notebook) -> tuple[tuple[FailedCell, ...], int | None]:
    """The failed cells with their causes; and the cell at fault when a call of ``compile`` was not reached."""
    histories = [fit.history for model in found.recorded for fit in model.fits]
    story = Story(notebook.cells, found.failed)
    failed = list(found.failed)
    for place in sorted(range(len(failed)), key=lambda place: failed[place].cell):  # causes before what follows
        known = failures.diagnose(failed[place], story, histories)
        if known is not None:
            failed[place] = replace(failed[place], cause=known.cause, cure=known.cure)
    compiles = any(".compile" in notebook.cells.get(cell.cell, "") for cell in failed)
    return tuple(failed), story.missed_call("compile", max(story.firsts) + 1) if compiles else None
