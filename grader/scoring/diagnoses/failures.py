"""A failed cell -> the known mistake behind it: by the table of signs, and by what made, or did not make, a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses import names_of_today, patterns, traced
from grader.scoring.diagnoses.signs import SIGNS, Sign, Values
from grader.scoring.diagnoses.signs_of_misuse import MISUSE_SIGNS
from grader.scoring.diagnoses.signs_of_old_code import OLD_SIGNS
from grader.scoring.diagnoses.wording import told

OPEN_GAP = re.compile(r"_{3,}|\.{3}\s*#|#\s*(?:YOUR CODE|TU CÓDIGO|COMPLETA)|raise NotImplementedError", re.IGNORECASE)
LOOP = re.compile(r"^[ \t]*while\b", re.MULTILINE)
# A line that gives a name a value: assignment, definition, import, loop, with.
MAKES = (
    r"[ \t]*(?:(?:[\w.]+ *, *){{0,9}}{name} *(?:, *[\w.]+ *){{0,9}}=(?!=)|(?:def|class) +{name}\b"
    r"|(?:from +[\w.]+ +)?import\b.*\b{name}\b|for\b.*\b{name}\b.* in\b|with\b.* as +{name}\b"
    r"|\(.*\b{name}\b.*\) *=(?!=))"
)
HISTORY_KEY = re.compile(r"'?(?P<name>(?P<part>val_|)(?P<what>loss|acc|\w{0,60}accuracy))'?")
ACCURACY = re.compile(r"acc|(?!val_)\w*accuracy")
COMPILES = re.compile(r"\.compile *\(")


def diagnose(
    cell: FailedCell, failed: Sequence[FailedCell], cells: Mapping[int, str], histories: Sequence[Collection[str]] = ()
) -> Diagnosis | None:
    """What is known of the failure of ``cell``; None when nothing is.

    ``histories`` are the names of what each training of the notebook noted.
    """
    source = cells.get(cell.cell, "")
    if cell.kind == "timeout":
        return told("endless_loop" if LOOP.search(source) else "too_slow", cell.cell, cell.line)
    if cell.kind == "died":
        return told("died", cell.cell, cell.line)
    missing = re.search(r"name '(\w+)' is not defined", cell.text) if cell.error == "NameError" else None
    if missing is not None:
        return _missing_name(missing[1], cell, failed, cells)
    known = traced.diagnose(cell, cells)
    if known is None and (OPEN_GAP.search(cell.line) or cell.error == "NotImplementedError"):
        return told("placeholder", cell.cell, cell.line)
    known = known or _missing_entry(cell, histories) or _by_signs(cell, source)
    if known is not None and known.id == "not_compiled":
        earlier = [one.cell for one in failed if one.cell < cell.cell and COMPILES.search(cells.get(one.cell, ""))]
        return told("compile_failed", cell.cell, cell.line, first=earlier[-1]) if earlier else known
    return known or (told("syntax", cell.cell, cell.line) if cell.kind == "syntax" else None)


def _missing_entry(cell: FailedCell, histories: Sequence[Collection[str]]) -> Diagnosis | None:
    """Why a history has no such entry, by the entries that it has."""
    asked = HISTORY_KEY.fullmatch(cell.text) if cell.error == "KeyError" and "metrics_names" not in cell.line else None
    lacking = [names for names in histories if asked is not None and names and asked["name"] not in names]
    if asked is None or not lacking:
        return None
    there, name = lacking[-1], asked["name"]
    accuracy = next((one for one in there if ACCURACY.fullmatch(one)), None)
    today = name if asked["what"] in there or accuracy is None else f"{asked['part']}{accuracy}"
    if asked["part"] and not any(one.startswith("val_") for one in there):
        return told("no_validation", cell.cell, cell.line, name=name, today=today)
    if accuracy is None:
        return told("no_metrics", cell.cell, cell.line, name=name)
    return told("history_key", cell.cell, cell.line, name=name, today=today)


def _by_signs(cell: FailedCell, source: str) -> Diagnosis | None:
    for sign in (*OLD_SIGNS, *MISUSE_SIGNS, *SIGNS):
        values = _fits(sign, cell, source)
        if values is not None:
            return told(sign.id, cell.cell, cell.line, **values)
    return None


def _fits(sign: Sign, cell: FailedCell, source: str) -> Values | None:
    groups: dict[str, str | None] = {}
    code = "\n".join(patterns.short_lines(source)) if sign.code else ""
    for pattern, said in ((sign.error, cell.error), (sign.text, cell.text), (sign.line, cell.line), (sign.code, code)):
        found = re.search(pattern, said, re.DOTALL) if pattern else None
        if pattern and found is None:
            return None
        groups |= found.groupdict() if found else {}
    return sign.values(groups)


def _missing_name(name: str, cell: FailedCell, failed: Sequence[FailedCell], cells: Mapping[int, str]) -> Diagnosis:
    """Why a name is not there: its cell failed, comes later, or does not exist."""
    if OPEN_GAP.fullmatch(name):
        return told("placeholder", cell.cell, cell.line)
    makes = re.compile(MAKES.format(name=name))
    broken = {one.cell for one in failed}
    making = [
        number
        for number, source in cells.items()
        if number != cell.cell and any(map(makes.match, patterns.short_lines(source)))
    ]
    first = next((number for number in making if number < cell.cell and number in broken), None)
    if first is not None:
        return told("follows", cell.cell, cell.line, name=name, first=first)
    later = next((number for number in making if number > cell.cell), None)
    if later is not None:
        return told("made_later", cell.cell, cell.line, name=name, later=later)
    if name in names_of_today.PYTHON_2:
        return told("python_2", cell.cell, cell.line, name=name, today=names_of_today.PYTHON_2[name])
    return told("never_made", cell.cell, cell.line, name=name)
