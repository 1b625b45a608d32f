"""What an early look may have caused itself: errors that a training cut short can bring about.

Whether it did nobody can tell, so that is all that is said; the full grading shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses.wording import told

LOOK_ENDS = "LookEnds"  # raised by ``child.recorder.quick``
TRAINS = re.compile(r"\.fit\w*\(|\.train_on_batch\(")
LOOP = re.compile(r"^[ \t]*while\b", re.MULTILINE)
# Of a network that knows nothing, or of fewer epochs than the code counts on.
ERRORS = frozenset({"AssertionError", "ZeroDivisionError", "IndexError", "StopIteration"})
SIZES = re.compile(
    r"must have (?:the )?same (?:first dimension|length|size)|must (?:all )?be of the same (?:length|size)"
    r"|shape mismatch|could not be broadcast|empty sequence|argument is empty|arg is an empty|zero-size array|NaN"
)


def perhaps_cut(cell: FailedCell, cells: Mapping[int, str]) -> bool:
    """Whether the failure of ``cell`` may come only from trainings that were cut short."""
    source = cells.get(cell.cell, "")
    if not any(number <= cell.cell and TRAINS.search(code) for number, code in cells.items()):
        return False
    if cell.kind == "timeout":
        return LOOP.search(source) is not None
    raised = cell.error in ERRORS or cell.line.lstrip().startswith("raise ") or cell.error == LOOK_ENDS
    return raised or (cell.error == "ValueError" and SIZES.search(cell.text) is not None)


def cause(cell: FailedCell) -> Diagnosis:
    """What is said of such a cell."""
    ended = cell.error == LOOK_ENDS or cell.kind == "timeout"
    return told("look_ended" if ended else "cut_training", cell.cell, cell.line)
