"""Names of files and folders in a zip that a learning platform packed, and whose they are.

Moodle   ``<full name>_<participant number>_assignsubmission_file[_]``, a folder, or the start of a file's name;
         ``onlinetext`` in place of ``file`` for what was typed into the page
Canvas   ``<surname and name>[_LATE]_<user number>_<file number>_<file>``, always a file;
         ``..._<user number>_text.html`` or ``..._link.html`` for what was typed into the page
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.untrusted.file_names import Kind, by_suffix

# The first marker counts: Moodle takes underscores out of names, so a second one can only come from the student,
# whose file would else be filed under somebody else's number.
MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)
_CANVAS_FILE = r"_(?:[0-9]+_(?P<file>.+)|(?P<page>(?:text|link)\.html))"
CANVAS = re.compile(r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<number>[0-9]+)" + _CANVAS_FILE, re.DOTALL)
# Canvas writes LATE before ``anon``; after it is where LATE stands in all other names.
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)(?P<late_too>_LATE)?_(?P<number>[0-9A-Za-z]+)" + _CANVAS_FILE, re.DOTALL
)
NO_WORK = (Kind.DATA, Kind.TEXT, Kind.SPREADSHEET)
CANVAS_PAGES = ("text.html", "link.html")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformName:
    """What a platform's name says of a submission. ``typed``: written into the page, not uploaded."""

    platform: Literal["moodle", "canvas"]
    name: str  # as the platform wrote it; ``anon``, ``Participant`` and the like when names are hidden
    number: str  # participant number (Moodle), user number or anonymous id (Canvas)
    file: str  # the student's own file name; empty for a folder
    typed: bool
    late: bool


def parse(name: str) -> PlatformName | None:
    """What the first part of a path in a downloaded zip says, or None for a name that no platform wrote."""
    return _parse_moodle(name) or _parse_canvas(name)


def of_class(names: Sequence[str]) -> Mapping[str, PlatformName]:
    """The platform names among the first path parts of a class.

    ``p5_12_3_final.ipynb`` may be a student's own name for a file: Canvas names count when they are of as many students
    as there are other files, tables and read-mes aside.
    """
    parsed = {name: found for name in names if (found := parse(name)) is not None}
    canvas = {name: found for name, found in parsed.items() if found.platform == "canvas"}
    prefixes = Counter(name.removesuffix(found.file) for name, found in canvas.items())
    submitters = {(found.name, found.number) for found in canvas.values()}
    others = sum(name not in parsed and by_suffix(name) not in NO_WORK for name in names)
    # Canvas numbers every file: what stands before the file's own name never comes twice.
    if canvas and max(prefixes.values()) == 1 and len(submitters) >= others:
        return parsed
    return {name: found for name, found in parsed.items() if found.platform == "moodle"}


def _parse_moodle(name: str) -> PlatformName | None:
    parts = MOODLE.fullmatch(name)
    if parts is None:
        return None
    return PlatformName(
        platform="moodle",
        name=parts["name"],
        number=parts["number"],
        file=parts["file"] or "",
        typed=parts["kind"] == "onlinetext",
        late=False,
    )


def _parse_canvas(name: str) -> PlatformName | None:
    parts = CANVAS.fullmatch(name) or CANVAS_ANONYMOUS.fullmatch(name)
    if parts is None or not _is_canvas_name(parts["name"]):
        return None
    file = parts["file"] or parts["page"]
    if not file.strip(". "):
        return None
    return PlatformName(
        platform="canvas",
        name=parts["name"],
        number=parts["number"],
        file=file,
        typed=file in CANVAS_PAGES,
        late=any(group is not None for key, group in parts.groupdict().items() if key.startswith("late")),
    )


def _is_canvas_name(name: str) -> bool:
    """Whether Canvas could have written ``name``: lower case, letters, accents and digits, not digits alone."""
    categories = {unicodedata.category(character) for character in name}
    lower_case = all(category[0] in "LM" or category == "Nd" for category in categories) and "Lu" not in categories
    return lower_case and categories != {"Nd"}
