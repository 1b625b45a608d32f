"""What a submitted file is: by its first bytes before its name, because names are changed by browsers and by hand.

Pure. ``evidence.preparing`` asks it too, so it is part of the key of a run.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any

from grader.records import Message, message
from grader.untrusted.file_names import (
    SUFFIXES,
    Kind,
    by_suffix,
    is_lock,
    is_system_file,
    says_module,
    says_notebook,
    stem_of,
)

__all__ = [
    "HEAD",
    "Kind",
    "decoded",
    "instead",
    "is_blank",
    "is_lock",
    "is_system_file",
    "kind_of",
    "language",
    "says_module",
    "says_notebook",
    "stem_of",
]

HEAD = 64 << 10  # bytes that are enough to tell
START = 2_000  # characters in which a page, a picture or a link says what it is
LINK_CAP = 4_000  # characters of a file that is nothing but a link
MEMBERS_CAP = 50  # of a zip, that are looked at
SHOWN_NAME = 100  # characters of a name in a sentence

RUN = (Kind.NOTEBOOK, Kind.MODULE, Kind.ZIP)  # what a student should submit
OF_BYTES = frozenset(SUFFIXES.values()) - {Kind.TEXT, Kind.OTHER_CODE, Kind.R_NOTEBOOK, Kind.WEB_PAGE}
# A zip too, and only its name tells it from others.
IN_A_ZIP = (Kind.MODEL, Kind.DATA, Kind.SPREADSHEET, Kind.DOCUMENT, Kind.OTHER_CODE, Kind.ARCHIVE)

# ---------------------------------------------------------------- bytes


def is_blank(content: bytes) -> bool:
    """Whether there is nothing in a file but blanks, zeros and the mark of an encoding."""
    return not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe")


def decoded(content: bytes, *, whole: bool = True) -> str | None:
    """Text in UTF-8 with or without a mark, or in UTF-16 with one or of Latin letters; None for anything else.

    When it is not ``whole``, half a character at its end is left out.
    """
    decoder = codecs.getincrementaldecoder(_encoding(content))()
    try:
        text = decoder.decode(content, final=whole)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = content[:4:2], content[1:4:2]  # in UTF-16 every other byte of a Latin letter is zero
    if odd and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if even and not any(even) and all(odd) else "utf-8"


_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # no text has these; \x1b is in coloured output


def _as_text(head: bytes, whole: bool) -> str | None:
    text = decoded(head, whole=whole)
    if text is None:
        text = head.decode("latin-1")  # what it is can be told in any encoding
        text = None if _CONTROL.search(text) else text
    return text


_BEGINNINGS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh91AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|.{257}ustar", Kind.ARCHIVE),
        (rb"(?:\xef\xbb\xbf)?\s*%PDF", Kind.PDF),
        (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0{4}|RIFF.{4}WEBP", Kind.PICTURE),
        (rb".{4}ftyp(?:hei|hev|mif1|msf1|avif)", Kind.PICTURE),
        (rb".{4}ftyp|RIFF.{4}(?:AVI |WAVE)|\x1aE\xdf\xa3", Kind.VIDEO),
        (rb"\x89HDF\r\n|.{4}TFL3", Kind.MODEL),
        (rb"\x93NUMPY|PAR1|SQLite format 3\0", Kind.DATA),
        (rb"\{\\rtf", Kind.DOCUMENT),
        (rb"L\0\0\0\x01\x14\x02\0", Kind.LINK),  # of Windows
    )
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OFFICE_MEMBER = re.compile(
    r"\[Content_Types\]\.xml|(?:_rels|docProps|customXml|word|xl|ppt)/.*\.(?:xml|rels)|Index/.*\.iwa"
)


def _of_bytes(said: Kind | None, head: bytes) -> Kind | None:
    """The kind of a file that is no text and says by its bytes what it is; ``said`` is what its suffix says."""
    if head.startswith((_ZIP, b"PK\x05\x06", b"PK\x07\x08")):
        return _of_zip(said, head)
    if head.startswith(_OLD_OFFICE):
        is_table = said is Kind.SPREADSHEET or "Workbook".encode("utf-16-le") in head
        return Kind.SPREADSHEET if is_table else Kind.DOCUMENT
    found = next((kind for beginning, kind in _BEGINNINGS if beginning.match(head)), None)
    return said if found in (Kind.ARCHIVE, Kind.MODEL) and said in (Kind.DATA, Kind.MODEL) else found


def _of_zip(said: Kind | None, head: bytes) -> Kind:
    if said in IN_A_ZIP:
        return said
    members = list(islice(_members(head), MEMBERS_CAP))
    first = members[0] if members else ""
    if b"mimetypeapplication/" in head[:100]:
        return Kind.SPREADSHEET if b".spreadsheet" in head[:150] else Kind.DOCUMENT
    if _OFFICE_MEMBER.fullmatch(first):
        return Kind.SPREADSHEET if any(name.startswith("xl/") for name in members) else Kind.DOCUMENT
    if set(members[:2]) == {"metadata.json", "config.json"} or re.fullmatch(r"[^/]+/data\.pkl", first):
        return Kind.MODEL
    return Kind.ZIP


def _members(head: bytes) -> Iterator[str]:
    """The names of the members whose headers lie in the head of a zip, in order."""
    at = 0
    while 0 <= at <= len(head) - 30 and head.startswith(_ZIP, at):
        flags, packed, long, extra = struct.unpack("<6xH10xI4xHH", head[at : at + 30])
        data = at + 30 + long + extra
        yield head[at + 30 : at + 30 + long].decode("utf-8", "replace")
        size_is_behind = bool(flags & 8) or packed == 0xFFFFFFFF
        at = head.find(_ZIP, data) if size_is_behind else data + packed


# ---------------------------------------------------------------- text

_LFS = "version https://git-lfs.github.com/spec/v1"
# As keys of JSON; in a text of JSON a quote has a backslash.
_FORMAT = re.compile(r'"(?:nbformat|worksheets)"\s*:')
_CELLS = re.compile(r'"cells"\s*:')
_CELL = re.compile(r'"(?:cell_type|attachments)"\s*:')
_CONFLICT = "<" * 7
_DAMAGED = re.compile(r'[{}\[\],]|<{7}|"[^"\n]{0,100}"\s*:')
# In the JSON of a cell: an import that no other language writes. Metadata are often copied from another notebook.
_PYTHON_IMPORT = re.compile(
    r'(?:"|\\n)\s*(?:from [\w.]+ import \w'
    r"|import (?:os|sys|json|math|random|numpy|pandas|matplotlib|tensorflow|keras)\b)"
)
_METADATA = re.compile(r'"(?P<name>kernelspec|language_info)"\s*:\s*(?=\{)')
_URL = re.compile(r"<?https?://[^\s<>]+>?", re.IGNORECASE)
_OF_GOOGLE = re.compile(
    r"<?https?://(?:[\w-]+\.)*(?:colab|drive|docs)\.(?:[\w-]+\.)*google(?:\.com)?(?:[/?#]|\Z)", re.I
)
_SHORTCUT = re.compile(r"^\[(?:InternetShortcut|Desktop Entry)\]", re.IGNORECASE | re.MULTILINE)
_PAGE = re.compile(r"<(?:!doctype html|(?:html|head|body)\b)", re.IGNORECASE)
_SIGN_OF_CODE = re.compile(r"[=(]|^[ \t]*(?:import|from|def|class|for|while|if|with|print|%|!)", re.MULTILINE)
_MARIMO = re.compile(r"^import marimo\b", re.MULTILINE)


def kind_of(name: str, head: bytes, whole: bool = True) -> Kind:
    """What a file is whose first ``HEAD`` bytes these are; ``whole`` when it has no others. Never raises.

    Of a file that could not be read, ``kind_of(name, b"", whole=False)`` is what its name says.
    """
    name = name.rpartition("/")[2]
    said = by_suffix(name)
    if is_blank(head):
        return Kind.EMPTY if whole else _by_name(name, said)
    found = _of_bytes(said, head)
    if found is not None:
        return found
    text = _as_text(head, whole)
    if text is None:
        return said if said in OF_BYTES else Kind.UNKNOWN
    return _of_text(name, said, text.lstrip("\ufeff \t\r\n\f\v"), whole)


def _by_name(name: str, said: Kind | None) -> Kind:
    if says_notebook(name):
        return Kind.NOTEBOOK
    return Kind.MODULE if says_module(name) else said or Kind.UNKNOWN


def _of_text(name: str, said: Kind | None, text: str, whole: bool) -> Kind:
    if text.startswith(_LFS):
        return Kind.LFS_POINTER
    if _shows_cells(text) and (says_notebook(name) or text.startswith(("{", _CONFLICT))):
        return Kind.R_NOTEBOOK if _language_in(text) else Kind.NOTEBOOK
    found = _link(said, text, whole) or _markup(text)
    if found is not None:
        return found
    if says_notebook(name):
        return _named_notebook(text)
    return _code(text) if says_module(name) else said or Kind.TEXT


def _named_notebook(text: str) -> Kind:
    """A text under the name of a notebook that does not show its cells."""
    if _DAMAGED.match(text):
        return Kind.NOTEBOOK
    if text.startswith("<"):
        return Kind.WEB_PAGE
    if _CONTROL.search(text):
        return Kind.UNKNOWN
    return _code(text) if _SIGN_OF_CODE.search(text) else Kind.TEXT


def _code(text: str) -> Kind:
    return Kind.MARIMO if _MARIMO.search(text) and "marimo.App(" in text else Kind.MODULE


def _markup(text: str) -> Kind | None:
    start = text[:START]
    if not text.startswith("<") or text.startswith(_CONFLICT):
        return None
    if _PAGE.search(start):
        return Kind.WEB_PAGE
    return Kind.PICTURE if "<svg" in start.lower() else None


def _shows_cells(text: str) -> bool:
    """Whether JSON has the keys of a notebook."""
    return bool(_FORMAT.search(text) or (_CELLS.search(text) and _CELL.search(text)))


def _link(said: Kind | None, text: str, whole: bool) -> Kind | None:
    """The kind of a text that is nothing but a link."""
    start, is_short = text[:START], whole and len(text) <= LINK_CAP
    if text.startswith("[") and _SHORTCUT.search(start):
        return Kind.LINK
    if text.startswith("<") and "<plist" in start and "<key>URL</key>" in start:
        return Kind.LINK
    if said is Kind.COLAB_LINK or (is_short and text.startswith("{") and '"doc_id"' in text):
        return Kind.COLAB_LINK
    words = text.split() if is_short else []
    if not words or not all(map(_URL.fullmatch, words)):
        return None
    return Kind.COLAB_LINK if any(map(_OF_GOOGLE.match, words)) else Kind.LINK


def _language_in(text: str) -> str:
    """``language`` of a notebook of which only the start is there: what of its metadata lies in that."""
    metadata: dict[str, Any] = {}
    for found in islice(_METADATA.finditer(text), 10):
        try:
            metadata[found["name"]], _ = json.JSONDecoder().raw_decode(text, found.end())
        except (ValueError, RecursionError):  # it is cut off, or damaged
            continue
    return language(metadata, text)


def language(metadata: Any, text: str) -> str:
    """The language that a notebook's metadata name; empty for Python, and when they name none.

    Also empty when the notebook, of which ``text`` is the JSON, imports something as only Python does.
    """
    given = metadata if isinstance(metadata, dict) else {}
    named = [
        part[key].strip()
        for part, key in ((given.get("kernelspec"), "language"), (given.get("language_info"), "name"))
        if isinstance(part, dict) and isinstance(part.get(key), str) and part[key].strip()
    ]
    is_python = not named or any("python" in one.casefold() for one in named) or _PYTHON_IMPORT.search(text)
    return "" if is_python else named[0][:40]


# ---------------------------------------------------------------- what is said


def instead(kind: Kind, name: str) -> Message:
    """What is said to a student who submitted this in place of a notebook: what it is, and what to do."""
    told = Kind.UNKNOWN if kind in RUN else kind
    last = name.rpartition("/")[2]
    shown = last if len(last) <= SHOWN_NAME else last[: SHOWN_NAME - 1] + "…"
    return message(f"file_kinds.{told}", name=shown)
