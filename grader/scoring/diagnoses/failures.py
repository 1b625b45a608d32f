"""A failed cell -> the known mistake behind it: by the table of signs, and by what earlier failed cells left undone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses import patterns, traced, written_paths
from grader.scoring.diagnoses.missing_names import missing_name
from grader.scoring.diagnoses.signs import SIGNS, Sign, Values
from grader.scoring.diagnoses.signs_of_misuse import MISUSE_SIGNS
from grader.scoring.diagnoses.signs_of_old_code import OLD_SIGNS
from grader.scoring.diagnoses.story import Flaw, Reason, State, Story
from grader.scoring.diagnoses.wording import told

OPEN_GAP = re.compile(r"_{3,}|\.{3}\s*#|#\s*(?:YOUR CODE|TU CÓDIGO|COMPLETA)|raise NotImplementedError", re.IGNORECASE)
LOOP = re.compile(r"^[ \t]*while\b", re.MULTILINE)
HISTORY_KEY = re.compile(r"'?(?P<name>(?P<part>val_|)(?P<what>loss|acc|\w{0,60}accuracy))'?")
ACCURACY = re.compile(r"acc|(?!val_)\w*accuracy")
# Mistakes in what a name stands for. They are no mistakes of their own when a failed cell left the name as it was.
ABOUT_LABELS = frozenset(
    {"no_flatten", "one_hot_sparse", "labels_categorical", "units_labels", "label_range", "too_few_classes"}
)
ABOUT_VALUES = ABOUT_LABELS | {
    "one_image",
    "flat_images",
    "unflat_images",
    "input_shape",
    "layer_width",
    "no_channel",
    "cardinality",
    "reshape",
    "too_small",
    "not_built",
    "no_layer",
    "none_for_object",
    "history_for_model",
    "no_metrics",
    "no_validation",
}
ABOUT_FILES = frozenset({"no_file", "drive"})
# What one repair mends wherever it shows itself: told where it is met first.
SAID_ONCE = ABOUT_VALUES | {
    "not_compiled",
    "no_layers",
    "not_imported",
    "never_made",
    "made_later",
    "did_you_mean",
    "deleted",
}
FOLLOW_UPS = frozenset(
    {
        "follows",
        "follows_star",
        "file_follows",
        "compile_failed",
        "layers_failed",
        "same_cause",
        "stale",
        "depends",
        "unfinished",
        "untrained",
    }
)
# What fails whatever the names stand for.
BY_ITSELF = re.compile(
    r"^module '|keyword argument|positional argument|No module named|cannot import|Unrecognized|Unknown "
)
ERRORS_BY_THEMSELVES = frozenset(
    {"ImportError", "ModuleNotFoundError", "NameError", "NotImplementedError", "KeyboardInterrupt", "SystemExit"}
)
UNTRAINED = re.compile(r"NotFittedError|not fitted|history", re.IGNORECASE)


def diagnose(
    cell: FailedCell,
    story: Story,
    histories: Sequence[Collection[str]] = (),
    not_here: Diagnosis | None = None,
) -> Diagnosis | None:
    """What is known of the failure of ``cell``; None when nothing is.

    ``histories`` are the names of what each training of the notebook noted. ``story`` knows the causes of all cells
    that failed before, and learns that of this one. ``not_here`` is the cause when a library or a file from elsewhere
    is missing here.
    """
    known = not_here or _cause(cell, story, histories)
    if known is not None and known.id in SAID_ONCE:
        first = story.causes.setdefault((known.id, repr(sorted(known.cause.values.items()))), cell.cell)
        known = known if first == cell.cell else told("same_cause", cell.cell, cell.line, first=first)
    follows = known is not None and known.id in FOLLOW_UPS
    story.tell(cell.cell, known.cause.values["first"] if known and follows else cell.cell)
    return known


def _cause(cell: FailedCell, story: Story, histories: Sequence[Collection[str]]) -> Diagnosis | None:
    if cell.kind == "timeout":
        return told("endless_loop" if LOOP.search(story.cells.source(cell.cell)) else "too_slow", cell.cell, cell.line)
    if cell.kind == "died":
        return told("died", cell.cell, cell.line)
    missing = re.search(r"name '(\w+)' is not defined", cell.text) if cell.error == "NameError" else None
    if missing is not None:
        is_gap = OPEN_GAP.fullmatch(missing[1])
        return told("placeholder", cell.cell, cell.line) if is_gap else missing_name(missing[1], cell, story)
    known = traced.diagnose(cell, story.cells.sources)
    if known is None and (OPEN_GAP.search(cell.line) or cell.error == "NotImplementedError"):
        return told("placeholder", cell.cell, cell.line)
    known = known or _missing_entry(cell, histories) or _by_signs(cell, story.cells.source(cell.cell))
    known = known or (told("syntax", cell.cell, cell.line) if cell.kind == "syntax" else None)
    return _follow_up(cell, known, story) or known


def _follow_up(cell: FailedCell, known: Diagnosis | None, story: Story) -> Diagnosis | None:
    """The failure as one that an earlier failed cell brought about, if it is."""
    if not story.earlier(cell.cell):
        return None
    if known is None:
        alone = cell.error in ERRORS_BY_THEMSELVES or BY_ITSELF.search(cell.text)
        return None if alone else _by_names(cell, "", story)
    if known.id in ABOUT_FILES:
        return _by_file(cell, str(known.cause.values["name"]), story)
    if known.id == "not_compiled":
        return _by_compile(cell, story)
    if known.id == "no_layers":
        return _by_layers(cell, story)
    return _by_names(cell, known.id, story) if known.id in ABOUT_VALUES else None


def _names(cell: FailedCell, story: Story) -> tuple[State, list[str]]:
    """What the names stood for when ``cell`` failed, and those that the failing step needs."""
    state = story.before(cell.cell)
    return state, [name for step in story.split(cell.cell).failing for name in state.uses(step)]


def _by_names(cell: FailedCell, id: str, story: Story) -> Diagnosis | None:
    state, names = _names(cell, story)
    flaws: list[Flaw] = ["stale", "depends", "unfinished"]
    if id in ABOUT_LABELS or id in ("no_metrics", "no_validation"):
        flaws.append("uncompiled")
    if id == "not_built" or (not id and UNTRAINED.search(f"{cell.error} {cell.text}")):
        flaws.append("untrained")
    reasons = state.reasons(names, flaws)
    return _told(cell, reasons[0]) if reasons else None


def _by_compile(cell: FailedCell, story: Story) -> Diagnosis | None:
    state, names = _names(cell, story)
    reasons = state.reasons(names, ["uncompiled", "unfinished", "stale", "depends"])
    first = reasons[0].first if reasons else story.missed_call("compile", cell.cell)
    return None if first is None else told("compile_failed", cell.cell, cell.line, first=first)


def _by_file(cell: FailedCell, asked: str, story: Story) -> Diagnosis | None:
    missing = story.before(cell.cell).missing_files
    at_fault = [missing[name] for name in written_paths.names_of(written_paths.normal(asked)) if name in missing]
    return told("file_follows", cell.cell, cell.line, name=asked, first=min(at_fault)) if at_fault else None


def _told(cell: FailedCell, reason: Reason) -> Diagnosis:
    id = "unfinished" if reason.flaw == "uncompiled" else reason.flaw
    return told(id, cell.cell, cell.line, name=reason.name, first=reason.first)


def _by_layers(cell: FailedCell, story: Story) -> Diagnosis | None:
    state, names = _names(cell, story)
    reasons = state.reasons(names, ["unfinished", "stale", "depends"])
    return told("layers_failed", cell.cell, cell.line, first=reasons[0].first) if reasons else None


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
