"""The class list: a CSV file, plain (columns id, name, email, group) or as downloaded from Moodle or Canvas."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.files import read_file
from grader.errors import CourseError
from grader.submissions import roster_columns
from grader.submissions.roster_columns import Columns

COLUMNS = ("id", "name", "email", "group")
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of today's and of old programs
# Excel's own way to name the separator; saved once more, the line has a separator for each column.
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[,;\t ]*\n', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One line of the class list."""

    id: str
    name: str = ""
    email: str = ""
    group: str = ""
    number: str = ""  # participant number (Moodle) or user number (Canvas)
    login: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The cells of one row, without spaces around them, and the line of the file on which it begins."""

    line: int
    cells: tuple[str, ...]


def read(path: Path, id_column: str | None = None) -> Mapping[str, Person]:
    """The class list by student id (Unicode NFC), in the order of the file.

    Accepts UTF-8 and UTF-16 with a byte-order mark, UTF-8 without, Latin-1, and ``,`` ``;`` or tab between columns.
    ``id_column`` is the header of the column that holds the ids. Without it that is ``id``; in a Moodle worksheet
    the first of ID number, Username and Email address that all have and no two share, else the participant number;
    in a Canvas gradebook likewise SIS User ID, SIS Login ID, else ID.
    Raises CourseError when the file is missing, is no such table, has no column of ids, or lists one id twice.
    """
    raw = read_file(path, "the roster", CourseError)
    if raw.startswith(SPREADSHEETS):
        raise CourseError(f"{path}: this is a spreadsheet, not CSV; open it and save it as CSV (UTF-8)")
    content = _text(raw)
    if "\0" in content:
        line = content.count("\n", 0, content.index("\0")) + 1
        raise CourseError(f"{path}:{line}: this is no text (a zero byte stands here); save the roster as CSV, UTF-8")
    header, *rows = _rows(content, path) or [Row(line=1, cells=())]
    columns = roster_columns.recognise(header.cells, [row.cells for row in rows])
    rows = [row for row in rows if columns.is_student(row.cells)]
    where = f"{path}:{header.line}"
    if id_column is None:
        id_position = _choose_id_position(header, columns, rows, where)
    else:
        id_position = _find_id_position(id_column, header, where)
    twice = roster_columns.headed_twice(header.cells)
    if twice is not None:
        raise CourseError(f"{where}: the roster has two columns {twice!r}; keep one")
    people: dict[str, Person] = {}
    for row in rows:
        student = columns.id_at(row.cells, id_position)
        if student in people:
            raise CourseError(f"{path}:{row.line}: the id {student!r} stands in the roster twice")
        if student:
            people[student] = _person(student, columns, row)
        elif id_column is not None:
            # A column that a teacher chose must not drop students in silence.
            raise CourseError(f"{path}:{row.line}: {id_column!r} is empty here; fill it in, or name another column")
    return people


def _text(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(content: str, path: Path) -> list[Row]:
    """The rows that hold anything, the header first."""
    named = SEPARATOR_LINE.match(content)
    table = content[named.end() :] if named else content
    lines_above = 1 if named else 0
    unquoted = re.sub(r'"[^"\n]*"', "", table.lstrip("\n").split("\n", 1)[0])
    separator = named[1] if named else max(",;\t", key=unquoted.count)
    # Strict: an open quotation mark would swallow the rest of the class.
    reader = csv.reader(io.StringIO(table), delimiter=separator, skipinitialspace=True, strict=True)
    rows: list[Row] = []
    line = lines_above + 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append(Row(line=line, cells=stripped))
            line = lines_above + reader.line_num + 1
    except csv.Error as error:
        raise CourseError(f"{path}:{line}: this is no table of comma-separated values ({error})") from error
    return rows


def _choose_id_position(header: Row, columns: Columns, rows: Sequence[Row], where: str) -> int:
    """The best column that gives everybody an id of their own, else the one that each list of its kind has."""
    *better, last = roster_columns.ID_FIELDS[columns.wrote]
    if last not in columns.positions:
        names = ", ".join(name.casefold()[:40] for name in header.cells if name)
        raise CourseError(
            f"{where}: the roster needs a column 'id' (also known: name, email, group); it has: "
            + (names[:400] or "nothing")
            + "; --id-column names another one"
        )
    for field in better:
        position = columns.positions.get(field)
        if position is None:
            continue
        ids = {columns.id_at(row.cells, position) for row in rows}
        if len(ids) == len(rows) and "" not in ids:
            return position
    return columns.positions[last]


def _find_id_position(id_column: str, header: Row, where: str) -> int:
    keys = [roster_columns.key(name) for name in header.cells]
    wanted = roster_columns.key(id_column)
    if wanted not in keys:
        names = ", ".join(name[:40] for name in header.cells if name)[:400] or "nothing"
        raise CourseError(f"{where}: the roster has no column {id_column!r}; it has: {names}")
    if keys.count(wanted) > 1:
        raise CourseError(f"{where}: the roster has two columns {id_column!r}; keep one")
    return keys.index(wanted)


def _person(student: str, columns: Columns, row: Row) -> Person:
    return Person(
        id=student,
        name=columns.name(row.cells),
        email=columns.cell(row.cells, "email"),
        group=columns.cell(row.cells, "group"),
        number=columns.number(row.cells),
        login=columns.cell(row.cells, "login") or columns.cell(row.cells, "sis_login_id"),
    )
