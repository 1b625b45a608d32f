"""The class list: a CSV file with the columns id, name, email, group (only id is needed)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

COLUMNS = ("id", "name", "email", "group")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One line of the class list."""

    id: str
    name: str = ""
    email: str = ""
    group: str = ""


def read(path: Path) -> Mapping[str, Person]:
    """The class list by student id (Unicode NFC), in the order of the file.

    Accepts UTF-8 with or without a byte-order mark, Latin-1, and ``,`` ``;`` or tab between columns.
    Raises CourseError when the file is missing, has no ``id`` column, or lists one id twice.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: the roster cannot be read ({error.strerror})") from error
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = raw.decode("latin-1")
    first_line = content.split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    rows = csv.DictReader(io.StringIO(content), delimiter=separator, skipinitialspace=True)
    columns = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
    if "id" not in columns:
        raise CourseError(
            f"{path}:1: the roster needs a column 'id' (also known: name, email, group); it has: "
            + (", ".join(filter(None, columns)) or "nothing")
        )
    people: dict[str, Person] = {}
    for row in rows:
        cells = {key: (row.get(columns[key]) or "").strip() for key in COLUMNS if key in columns}
        student = unicodedata.normalize("NFC", cells.pop("id"))
        if not student:
            continue
        if student in people:
            raise CourseError(f"{path}:{rows.line_num}: the id {student!r} stands in the roster twice")
        people[student] = Person(id=student, **cells)
    return people
