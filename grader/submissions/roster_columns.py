"""The columns of a class list: which header holds what, and which program wrote the list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# What a column holds, and how it is headed: in a plain list, and by Moodle and Canvas in English, Spanish and German.
# When a list has several columns of a kind, the one whose header stands first here counts.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "name": ("name", "full name", "fullname", "nombre completo", "vollständiger name"),
    "first_name": ("first_name", "first name", "firstname", "nombre", "vorname"),
    "last_name": (
        *("last_name", "last name", "lastname", "surname"),
        *("apellido(s)", "apellidos", "apellido", "nachname"),
    ),
    "email": (
        *("email", "e-mail", "email address", "mail", "correo", "correo-e"),
        *("dirección de correo", "dirección de correo electrónico", "dirección email", "correo electrónico"),
        "e-mail-adresse",
    ),
    "group": ("group", "groups", "grupo", "grupos", "gruppe", "gruppen", "section"),
    "login": ("login", "username", "nombre de usuario", "anmeldename"),
    "id_number": ("id number", "número de id", "id-nummer"),
    "identifier": ("identifier", "identificador"),
    "student": ("student",),
    "sis_user_id": ("sis user id",),
    "sis_login_id": ("sis login id",),
}
# Columns that may hold the ids, the best first; the last is there in every list of its kind.
ID_FIELDS: Mapping[str, tuple[str, ...]] = {
    "plain": ("id",),
    "moodle": ("id_number", "login", "email", "identifier"),
    "canvas": ("sis_user_id", "sis_login_id", "id"),
}
# Moodle in German heads its Identifier with ``ID``; only the cells tell it from a plain list.
PARTICIPANT = re.compile(r"teilnehmer(?:.?in)?\s+[0-9]+")
IDENTIFIER = re.compile(r"(?:.*\s)?([0-9]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Who wrote a class list, and the position of each column that we know."""

    wrote: Literal["plain", "moodle", "canvas"]
    positions: Mapping[str, int]

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The cell of a row, or nothing: rows may be short, and most lists lack most columns."""
        position = self.positions.get(field, len(cells))
        return cells[position] if position < len(cells) else ""

    def id_at(self, cells: Sequence[str], position: int) -> str:
        """The id in a cell (Unicode NFC); of Moodle's ``Participant 12345`` the number."""
        if position == self.positions.get("identifier"):
            return self.number(cells)
        return unicodedata.normalize("NFC", cells[position]) if position < len(cells) else ""

    def number(self, cells: Sequence[str]) -> str:
        """The number under which the platform knows a student."""
        if self.wrote == "canvas":
            return self.cell(cells, "id")
        identifier = IDENTIFIER.fullmatch(self.cell(cells, "identifier"))
        return identifier[1] if identifier else ""

    def name(self, cells: Sequence[str]) -> str:
        """A student's name, the given name first where the list tells which that is."""
        surname, comma, rest = self.cell(cells, "student").partition(",")
        given, *suffix = rest.split(",", 1)
        turned = ",".join([f"{given.strip()} {surname.strip()}", *suffix]) if comma else surname
        in_two_cells = f"{self.cell(cells, 'first_name')} {self.cell(cells, 'last_name')}"
        return self.cell(cells, "name") or in_two_cells.strip() or turned.strip()

    def is_student(self, cells: Sequence[str]) -> bool:
        """Whether a row is about a student.

        A platform gives every student a number. Canvas has rows without one about the assignments (``Points
        Possible``, ``Manual Posting``), and a student for trying out.
        """
        if self.wrote == "plain":
            return True
        return bool(self.number(cells)) and not (self.wrote == "canvas" and self.name(cells) == "Test Student")


def key(header: str) -> str:
    """A header as headers are compared: without case, accents and spare spaces."""
    letters = unicodedata.normalize("NFKD", header.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


SPELLINGS = {field: tuple(map(key, headers)) for field, headers in HEADERS.items()}


def headed_twice(headers: Sequence[str]) -> str | None:
    """A header that we know and that two columns have."""
    keys = [key(header) for header in headers]
    known = (spelling for spellings in SPELLINGS.values() for spelling in spellings)
    return next((spelling for spelling in known if keys.count(spelling) > 1), None)


def recognise(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a list with these headers and rows of cells."""
    keys = [key(header) for header in headers]
    positions = {
        field: keys.index(spelling)
        for field, spellings in SPELLINGS.items()
        for spelling in reversed(spellings)  # the last that is set stays
        if spelling in keys
    }
    if "identifier" not in positions and (ids := _filled(rows, positions.get("id"))):
        if all(PARTICIPANT.fullmatch(key(cell)) for cell in ids):
            positions["identifier"] = positions.pop("id")
    return Columns(wrote=_who_wrote(positions, rows), positions=positions)


def _who_wrote(positions: Mapping[str, int], rows: Sequence[Sequence[str]]) -> Literal["plain", "moodle", "canvas"]:
    if "id" in positions:
        # Canvas can be told to write names into two cells.
        is_canvas = "student" in positions or {"first_name", "last_name", "sis_login_id"} <= positions.keys()
        return "canvas" if is_canvas else "plain"
    if "identifier" not in positions:
        return "plain"
    identifiers = _filled(rows, positions["identifier"])
    return "moodle" if all(IDENTIFIER.fullmatch(cell) for cell in identifiers) else "plain"


def _filled(rows: Sequence[Sequence[str]], position: int | None) -> list[str]:
    """The cells of a column that are filled in; none when there is no such column."""
    if position is None:
        return []
    return [row[position] for row in rows if position < len(row) and row[position]]
