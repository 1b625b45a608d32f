"""Why something failed or went wrong, and what to do about it: known mistakes, recognised from errors, code and facts.

Pure. A diagnosis takes no points and gives none: it explains. Each is an entry of one of three tables (``failures``:
what an error says; ``patterns``: what the source says; ``facts``: what the run says), with its sentences in
``texts.diagnoses``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.records import Diagnosis, Facts, FailedCell
from grader.scoring.diagnoses import facts, failures, patterns
from grader.scoring.diagnoses.wording import told

__all__ = ["Notebook", "diagnosed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """The code of a hand-in: cell number -> source, and the execution counts that were saved with it."""

    cells: Mapping[int, str]
    counts: Mapping[int, int] = field(default_factory=dict)


def diagnosed(found: Facts, notebook: Notebook) -> Facts:
    """``found`` with causes and cures: of each failed cell, and of what ran but is a known mistake."""
    histories = [fit.history for model in found.recorded for fit in model.fits]
    failed = tuple(_explained(cell, found, notebook, histories) for cell in found.failed)
    explained = {(cell.cell, cell.cause.key) for cell in failed if cell.cause is not None}
    code = notebook.cells
    quiet = (*patterns.mistakes(code), *facts.mistakes(found, code), *facts.order(notebook.counts, found))
    further = tuple(one for one in quiet if (one.cell, one.cause.key) not in explained)
    return replace(found, failed=failed, diagnoses=further)


def _explained(cell: FailedCell, found: Facts, notebook: Notebook, histories: Sequence[Collection[str]]) -> FailedCell:
    known: Diagnosis | None = failures.diagnose(cell, found.failed, notebook.cells, histories)
    if cell.kind == "died" and found.ended == "memory":
        known = told("memory_ended", cell.cell, cell.line)
    return cell if known is None else replace(cell, cause=known.cause, cure=known.cure)
