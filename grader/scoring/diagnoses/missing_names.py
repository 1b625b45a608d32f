"""Why a name has no value: its cell failed or comes later, it is not imported, or misspelt, or nothing makes it."""

from __future__ import annotations

import builtins
import keyword
import re
from difflib import SequenceMatcher
from itertools import islice

from grader.records import Diagnosis, FailedCell
from grader.scoring.diagnoses import imports, names_of_today
from grader.scoring.diagnoses.bindings import Step
from grader.scoring.diagnoses.story import Story
from grader.scoring.diagnoses.wording import told
from grader.untrusted.old_names import RESPELLED

LONG = 60  # characters; what is longer is nobody's slip of a finger
LEAST = 4  # letters of a word that may be misspelt: x_train is no x_test, model1 no model2
ALIKE = 0.75
NAMES_CAP = 1_000  # that are compared
PYTHONS = {name.casefold(): name for name in (*keyword.kwlist, *dir(builtins)) if not name.startswith("_")}
GONE = {"np_utils": "np_utils", "ImageDataGenerator": "image_data_generator"}


def missing_name(name: str, cell: FailedCell, story: Story) -> Diagnosis:
    """The cause of ``name 'name' is not defined``."""
    for found in (_of_a_failed_cell, _of_this_cell, _of_an_earlier_cell, _of_a_star, _of_a_later_cell, _not_imported):
        known = found(name, cell, story)
        if known is not None:
            return known
    if name in names_of_today.PYTHON_2:
        return told("python_2", cell.cell, cell.line, name=name, today=names_of_today.PYTHON_2[name])
    near = _near(name, cell.cell, story)
    if near is not None:
        return told("did_you_mean", cell.cell, cell.line, name=name, near=near[0], near_cell=near[1])
    if name in RESPELLED and not (name.islower() and "_" not in name):  # `adam` may be anything
        return told("renamed_import", cell.cell, cell.line, name=name, today=RESPELLED[name])
    python = PYTHONS.get(name.casefold())
    if python is not None:
        return told("python_name", cell.cell, cell.line, name=name, near=python)
    return _local_name(name, cell, story) or _never(name, cell, story)


def _of_a_failed_cell(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    cells = {number for number, _ in story.index.bound.get(name, ()) if number < cell.cell}
    at_fault = [story.firsts[number] for number in cells if number in story.firsts]
    return told("follows", cell.cell, cell.line, name=name, first=min(at_fault)) if at_fault else None


def _of_this_cell(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    """It gets its value further below in the same cell."""
    split = story.split(cell.cell)
    last = max((step.end for step in split.failing), default=None)
    bound = [(number, step) for number, step in story.index.bound.get(name, ()) if number <= cell.cell]
    below = [step for number, step in bound if last is not None and number == cell.cell and step.line > last]
    if len(below) < sum(number < cell.cell or step not in split.failing for number, step in bound):
        return None
    return told("made_below", cell.cell, cell.line, name=name) if any(_makes(step, name) for step in below) else None


def _of_an_earlier_cell(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    """A cell that went well was to make it, or took it away again."""
    split = story.split(cell.cell)
    last = max((step.end for step in split.failing), default=0)

    def is_earlier(number: int, step: Step) -> bool:
        return number < cell.cell or (number == cell.cell and step.line <= last and step not in split.failing)

    making = [found for found in story.index.bound.get(name, ()) if is_earlier(*found)]
    if not making:
        return None
    deleting = [found for found in story.index.deleted.get(name, ()) if is_earlier(*found)]
    if deleting and (deleting[-1][0], deleting[-1][1].line) > (making[-1][0], making[-1][1].line):
        return told("deleted", cell.cell, cell.line, name=name, earlier=deleting[-1][0])
    return told("not_reached", cell.cell, cell.line, name=name, earlier=making[-1][0])


def _of_a_star(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    """A failed cell was to import everything of a module."""
    for number in story.earlier(cell.cell):
        modules = (
            [module for step in story.cells[number].steps for module in step.stars] if number in story.cells else []
        )
        known = [imports.comes_from(name, module) for module in modules]
        if True in known:
            return told("follows", cell.cell, cell.line, name=name, first=story.firsts[number])
        if None in known:
            module = modules[known.index(None)]
            return told("follows_star", cell.cell, cell.line, name=name, module=module, first=story.firsts[number])
    return None


def _of_a_later_cell(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    bound = story.index.bound.get(name, ())
    later = next((number for number, step in bound if number > cell.cell and _makes(step, name)), None)
    return None if later is None else told("made_later", cell.cell, cell.line, name=name, later=later)


def _not_imported(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    if name in GONE:
        return told(GONE[name], cell.cell, cell.line)
    if name in imports.LINES:
        return told("not_imported", cell.cell, cell.line, name=name, today=imports.LINES[name])
    return None


def _never(name: str, cell: FailedCell, story: Story) -> Diagnosis:
    """No cell makes it, but perhaps from its own value."""
    return told("no_first_value" if name in story.index.bound else "never_made", cell.cell, cell.line, name=name)


def _local_name(name: str, cell: FailedCell, story: Story) -> Diagnosis | None:
    number, kind, owner = story.index.local.get(name, (0, "", ""))
    if not kind:
        return None
    return told(f"local_to_{kind}", cell.cell, cell.line, name=name, owner=owner, earlier=number)


def _makes(step: Step, name: str) -> bool:
    """Whether a step gives a name its value, not only a new one made from the old."""
    return name in step.binds and name not in step.uses


# ---------------------------------------------------------------- spelling


def _near(name: str, cell: int, story: Story) -> tuple[str, int] | None:
    """A name that is written almost so, and the cell that makes it: the last one before ``cell``, else the next."""
    best: tuple[float, bool, str] | None = None
    for other in islice(story.index.bound, NAMES_CAP):
        alike = _likeness(name, other)
        is_there = story.index.bound[other][0][0] < cell
        if alike and (best is None or (alike, is_there) > best[:2]):
            best = (alike, is_there, other)
    if best is None:
        return None
    cells = [number for number, _ in story.index.bound[best[2]]]
    return best[2], max((number for number in cells if number < cell), default=cells[0])


def _likeness(name: str, other: str) -> float:
    """How alike two names are, 0 when they are not: 1 but for capitals and underscores, less for a misspelt word."""
    if name == other or max(len(name), len(other)) > LONG:
        return 0.0
    words, others = (re.findall(r"[^\W\d_]+|\d+", one.casefold()) for one in (name, other))
    if "".join(words) == "".join(others):
        return 1.0
    if len(words) != len(others):
        return 0.0
    different = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    if len(different) != 1:
        return 0.0
    first, second = different[0]
    if min(len(first), len(second)) < LEAST or first[0] != second[0]:
        return 0.0
    alike = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return alike if alike >= ALIKE else 0.0
