"""What failed because a library, or a file from elsewhere, is not here: never blamed on how something is spelt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.records import Diagnosis, Facts, FailedCell, Message, PassedOver, message
from grader.scoring.diagnoses import signs_of_network
from grader.scoring.diagnoses.wording import cell_names, told
from grader.untrusted.libraries import KNOWN, SHOWS, TORCH

# What this machine lacks besides -> why a person looks.
LACKING = {"diagnoses.no_gpu": "scoring.review_gpu", "diagnoses.input_number": "scoring.review_keyboard"}
TOLD_CAP = 20  # notices
_NAME = re.compile(r"name '(\w+)' is not defined")
_MODULE = re.compile(r"No module named '(?P<root>\w+)(?P<part>[\w.]*)'")


def diagnose(cell: FailedCell, found: Facts) -> Diagnosis | None:
    """Why ``cell`` failed, if it lacks what a line would have given that was passed over, or a download."""
    if cell.error == "NameError" and (missing := _NAME.search(cell.text)) is not None:
        return _gave(missing[1], cell, found)
    if cell.error in ("ImportError", "ModuleNotFoundError") and (module := _MODULE.search(cell.text)) is not None:
        if module["root"] in SHOWS and module["part"]:  # a part of which no stand-in is made
            return told("not_installed", cell.cell, cell.line, name=module["root"])
        if module["root"] not in KNOWN and not module["part"]:
            return _downloaded(module["root"], f"{module['root']}.py", cell, found)
    return None


def of_all_names(cell: FailedCell, found: Facts) -> Diagnosis | None:
    """Why a name that nothing in the notebook makes is missing: a module would have given all of its names."""
    return _gave("*", cell, found) if cell.error == "NameError" else None


def _gave(name: str, cell: FailedCell, found: Facts) -> Diagnosis | None:
    for one in reversed(found.passed_over):
        if one.cell <= cell.cell and name in one.names:
            return _told(one, cell)
    return None


def _told(one: PassedOver, cell: FailedCell) -> Diagnosis:
    if one.download is not None:
        return told("not_downloaded", cell.cell, cell.line, name=one.library, first=one.download)
    other = "torch" if one.library in TORCH else "not_installed"
    return told(signs_of_network.LIBRARIES.get(one.library, other), cell.cell, cell.line, name=one.library)


def _downloaded(shown: str, name: str, cell: FailedCell, found: Facts) -> Diagnosis | None:
    """Whether an earlier line that could not download names the file ``name``."""
    for number, lines in found.downloads.items():
        if number <= cell.cell and any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", line) for line in lines):
            return told("not_downloaded", cell.cell, cell.line, name=shown, first=number)
    return None


def with_notices(found: Facts) -> Facts:
    """``found`` with what its reader must know of lines that were passed over, and that no failed cell tells."""
    failed = {cell.cause.values.get("name") for cell in found.failed if cell.cause is not None}
    cells: dict[tuple[str, int | None], list[int]] = {}
    for one in found.passed_over:
        if one.library not in failed:
            cells.setdefault((one.library, one.download), []).append(one.cell)
    notices = [
        message("libraries.passed_over", name=name, cells=cell_names(dict.fromkeys(where)))
        if first is None
        else message("libraries.not_downloaded", name=name, cell=where[0], first=first)
        for (name, first), where in cells.items()
    ]
    return replace(found, notices=(*found.notices, *notices[:TOLD_CAP]))


def review(failed: Sequence[FailedCell]) -> Message | None:
    """Why a person looks at a card that lost points: what this machine lacks is no fault of the student's."""
    names = [
        f"`{cell.cause.values['name']}`"
        for cell in failed
        if cell.cause is not None and cell.cause.key == "diagnoses.not_installed"
    ]
    if names:
        return message("scoring.review_libraries", names=list(dict.fromkeys(names)))
    causes = {cell.cause.key for cell in failed if cell.cause is not None}
    return next((message(key) for cause, key in LACKING.items() if cause in causes), None)
