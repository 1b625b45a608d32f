"""The class list: a CSV file with the columns id, name, email, group (only id is needed)."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course.files import read_file
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

    Accepts UTF-8 and UTF-16 with a byte-order mark, UTF-8 without, Latin-1, and ``,`` ``;`` or tab between columns.
    Raises CourseError when the file is missing, is no such table, has no ``id`` column, or lists one id twice.
    """
    content = _text(read_file(path, "the roster", CourseError))
    if "\0" in content:
        line = content.count("\n", 0, content.index("\0")) + 1
        raise CourseError(f"{path}:{line}: this is no text (a zero byte stands here); save the roster as CSV, UTF-8")
    first_line = content.split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    # Strict: an open quotation mark would swallow the rest of the class.
    rows = csv.DictReader(io.StringIO(content), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return _people(rows, path)
    except csv.Error as error:
        line = rows.line_num + 1  # where the row begins that could not be read
        raise CourseError(f"{path}:{line}: this is no table of comma-separated values ({error})") from error


def _text(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _people(rows: csv.DictReader[str], path: Path) -> Mapping[str, Person]:
    names = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
    columns = dict(zip(names, rows.fieldnames or (), strict=True))
    if "id" not in columns:
        raise CourseError(
            f"{path}:1: the roster needs a column 'id' (also known: name, email, group); it has: "
            + (", ".join(name[:40] for name in columns if name)[:400] or "nothing")
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise CourseError(f"{path}:1: the roster has two columns {twice[0]!r}; keep one")
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
