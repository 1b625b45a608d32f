"""Untrusted text made safe for terminals, pages, spreadsheets, XML and file names.

Names, answers and error messages are written by students. Escape sequences are removed; every other
character that is invisible, moves the cursor or turns the direction of writing is shown as its code.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from typing import Any

from grader.untrusted.look_alike import IGNORED

SLUG_LENGTH = 80
CUT = "…"
MARKS = 4  # combining marks in a row; living scripts need no more, "zalgo" text stacks dozens

# ECMA-48: control sequences, control strings (OSC, DCS, PM, APC, SOS) up to their end or the line's, others.
_STRING = r"[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
_ESCAPES = re.compile(
    rf"\x1b\[[0-?]*[ -/]*[@-~]?|\x9b[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]){_STRING}"
    r"|\x1b[ -/]*[0-~]?"
)
_FORMULA = "=+-@|%"  # and whatever Unicode calls a form of these: full-width, small, superscript
# Where the list separator is another one, a spreadsheet begins a cell in the middle of ours: with the character caught.
_SEPARATOR = re.compile(r"[;|](?=[\s\"']*([^\s\"']))")
# Letters that Unicode does not decompose into ASCII and a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
    }
)
_PLAIN_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_LOOKS_HASHED = re.compile(r"-[0-9a-f]{6}$")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def clean_text(value: object, limit: int = 2000) -> str:
    """``value`` as text of at most ``limit`` characters; line breaks and tabs stay, all else is visible.

    The result holds only characters that XML 1.0 allows. Escaping for HTML or XML is still the writer's duty.
    """
    shown = value if isinstance(value, str) else str(value)
    shown = shown[: 8 * limit]  # the rest could not be shown anyway
    if not shown.isprintable():
        shown = _ESCAPES.sub("", shown).replace("\r\n", "\n").replace("\r", "\n")
        shown = "".join(map(_visible, shown))
    if not shown.isascii():
        shown = _without_stacks(shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + CUT


def terminal_text(value: object, limit: int = 200) -> str:
    """``value`` on one line, fit for a terminal or a log."""
    return " ".join(clean_text(value, limit).split())


def as_codes(value: str) -> str:
    """``value`` on one line, nothing removed: what is not seen, or is a wide space, as its code. Tells names apart."""
    return "".join(one if one.isprintable() and not IGNORED.match(one) else _code(one) for one in value)


def csv_cell(value: Any) -> str:
    """``value`` as the cell of a CSV file: numbers stay numbers, text can never be a formula.

    None and numbers that are not finite give an empty cell; a formula, also one behind a separator, gets a leading
    apostrophe, which spreadsheets show as text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value)
    raw = str(value)
    shown = _SEPARATOR.sub(lambda found: found[0] + "'" * _begins_formula(found[1]), terminal_text(raw, 500))
    return "'" + shown if _begins_formula(shown[:1]) or raw[:1] in ("\t", "\r") else shown


def slug_of(student: str) -> str:
    """A file name stem for ``student``: ASCII letters, digits, ``.``, ``_`` and ``-``, at most 80 characters.

    Lower-case names that are safe everywhere stay as they are. All others keep what is readable of them and
    end in ``-`` and 6 hex digits of the id's SHA-256; that includes names with capitals, because some disks
    take ``Ana`` and ``ana`` for one file, and names that already end in such digits, because they could
    otherwise be chosen to equal the slug of somebody else.
    """
    if (
        _PLAIN_SLUG.fullmatch(student)
        and len(student) <= SLUG_LENGTH
        and not _RESERVED.fullmatch(student)
        and not _LOOKS_HASHED.search(student)
    ):
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    letters = unicodedata.normalize("NFKD", student.translate(_LETTERS)).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-")[: SLUG_LENGTH - 7].rstrip("-")
    return f"{readable or 'student'}-{digest}"


def _begins_formula(character: str) -> bool:
    """Whether a spreadsheet may take text that begins so for a formula; some forms stand for two signs (⩵)."""
    return unicodedata.normalize("NFKC", character)[:1] in tuple(_FORMULA)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs":
        return character
    return _code(character)


def _code(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _without_stacks(shown: str) -> str:
    """``shown`` with at most MARKS combining marks in a row."""
    kept, run = [], 0
    for character in shown:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    rounded = round(value, 9)  # 0.1 + 0.2 is 0.3 to a reader
    return str(int(rounded)) if rounded == int(rounded) and abs(rounded) < 1e15 else repr(rounded)
