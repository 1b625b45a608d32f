"""The bytes of a notebook or a module -> text. Pure.

Notebooks are UTF-8 or UTF-16, modules what their coding line says (PEP 263), else UTF-8. What is neither is read as
Windows-1252, in which editors on Windows still save.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from dataclasses import dataclass

from grader.records import Message, message
from grader.untrusted import file_kind

LINES_CAP = 4 << 10  # bytes in which the first two lines are looked for
CODING_SHOWN = 40  # characters
LEGACY = "cp1252"
# Not in use for source files; their decoders take time that grows with the square of the size, or read escapes.
REFUSED = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """A text; ``guessed`` when its encoding was not known and taken to be Windows-1252."""

    text: str
    guessed: bool = False


def of_notebook(content: bytes) -> Decoded | None:
    """The text of a notebook; None when it is none. Half a character at the end of one that was cut off is left out."""
    text = file_kind.decoded(content, whole=False)
    return Decoded(text=text) if text is not None else _guessed(content)


def of_module(name: str, content: bytes) -> Decoded | Message:
    """The text of a module as Python reads it; a Message when it has none."""
    coding = ""
    if not content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            coding = _coding_line(content)
        except LookupError as error:
            return message("runs.unknown_coding", name=name, coding=str(error)[:CODING_SHOWN])
    if coding:
        text = _as(coding, content)
        if text is None:
            return message("runs.wrong_coding", name=name, coding=coding[:CODING_SHOWN])
        found = Decoded(text=text) if "\0" not in text else None
    else:
        text = file_kind.decoded(content)
        found = Decoded(text=text) if text is not None else _guessed(content)
    return found if found is not None else message("runs.not_text", name=name)


def _coding_line(content: bytes) -> str:
    """The encoding that one of the first two lines names; empty when none does.

    Raises LookupError with the name of an encoding that is not one of text.
    """
    # Bytes of another encoding may stand before the line that names it; Python looks for that line alone.
    plain = re.sub(rb"[\x80-\xff]", b"?", content[:LINES_CAP])
    try:
        coding, lines = tokenize.detect_encoding(io.BytesIO(plain).readline)
    except SyntaxError as error:
        raise LookupError(str(error.msg).rpartition(": ")[2]) from error
    if not any(tokenize.cookie_re.match(line.decode("ascii")) for line in lines):
        return ""
    try:
        "".encode(coding)
    except (LookupError, UnicodeError) as error:  # Python knows it, but not for text: rot13
        raise LookupError(coding) from error
    if codecs.lookup(coding).name.replace("_", "-") in REFUSED:
        raise LookupError(coding)
    return coding


def _as(coding: str, content: bytes) -> str | None:
    try:
        return content.decode(coding)
    except UnicodeError:
        return None


def _guessed(content: bytes) -> Decoded | None:
    text = _as(LEGACY, content)
    return Decoded(text=text, guessed=True) if text is not None and "\0" not in text else None
