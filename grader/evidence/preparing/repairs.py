"""JSON that a hand broke in one place -> the same text with one small change.

Every change is guessed from what the parser says and what stands around that place. Whether it was right shows when
the text is parsed again: nothing here makes sure that it is. Pure, and linear in the size of the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

STRING_CAP = 200_000  # characters of a string that is mended

DECODER = json.JSONDecoder()
PAIR = re.compile(r'"\w+"\s*:')
CLOSING = re.compile(r'"\s*[,\]]')
LINE_END = '\\n"'
DOUBLED = re.compile(r'"\s*:')
SLIP = re.compile(r"[\w:](?=\s*[,\]])")  # behind a string: neither JSON nor code
KEY_BEFORE = re.compile(r',?\s*(?<!\\)"\w+"\s*$')
ITEM_AFTER = re.compile(r'\}\s*,?\s*"(?!\w+"\s*:)')
LINE_BEFORE = re.compile(r'[ \t]*(?:"\w+"[ \t]*:[ \t]*)?(?:\[[ \t]*)?')  # a line of a notebook, up to its text
LINE_AFTER = re.compile(r'"[ \t]*+[\]},]*+[ \t\r]*+$')
TEXT_AFTER = re.compile(r'"(?=\s*(?:,\s*"\w+"\s*:|\]\s*[,}]|\}))|(?<=\\n)"(?=\s*,\s*")')
REST_OF_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
NEXT_LINE = re.compile(r'\s*(?:[\]}]|"(?!\s*[,\]]))')
UNOPENED = re.compile(r'(?:[^"\\\n]|\\.){1,2000}+"[ \t]*,?[ \t]*\r?(?:\n|$)')
STRAY = re.compile(r'[^\s"{}\[\],:]+')
QUOTE = re.compile(r'\\.|"', re.DOTALL)
CONTROL = {code: json.dumps(chr(code))[1:-1] for code in range(32)}


@dataclass(frozen=True, slots=True)
class Fix:
    """A text that may be right now, what was wrong with it, and where; "joined" may take two lines for one."""

    kind: Literal["text", "joined", "comma", "stray"]
    at: int
    text: str


def fix(text: str, error: json.JSONDecodeError) -> Fix | None:
    """The smallest change by which ``text`` may get past ``error``; None when nothing small would do."""
    at = error.pos
    if "control character" in error.msg:
        return _line_break(text, at)
    if at >= len(text):
        return _closed(text)
    end = len(text[:at].rstrip())
    changed = _near_comma(text, at, end, error.msg)
    if changed is not None:
        return Fix("comma", at, changed)
    if error.msg.startswith("Expecting ','"):
        return _slipped(text, at, end) or _between_values(text, at, end)
    quoted = _quote_or_backslash(text, at, error.msg)
    return _without_stray(text, at) if quoted is None else Fix("text", at, quoted)


def _quote_or_backslash(text: str, at: int, said: str) -> str | None:
    """A backslash that stands for itself, or a line of which the first quote is missing."""
    if "escape" in said:
        back = text.rfind("\\", 0, at + 1)
        return _put(text, back, back, "\\")
    return _put(text, at, at, '"') if UNOPENED.match(text, at) else None


def _near_comma(text: str, at: int, end: int, said: str) -> str | None:
    """A comma or a colon that is missing, or one too many, between what ended at ``end`` and what is at ``at``."""
    here, last = text[at], text[end - 1 : end]
    if here in "]}" and last == ",":
        return _put(text, end - 1, end, "")
    if here in ",]}" and last == ":":
        return _put(text, end, at, " null")
    if here in ",:" and "delimiter" not in said:
        return _put(text, at, at + 1, "")
    if here not in ",]}" and said.startswith("Expecting ':'"):
        return _put(text, at, at + 1, "") if DOUBLED.match(text, at) else _put(text, end, at, ": ")
    return None


def _put(text: str, start: int, end: int, new: str) -> str:
    """``text`` with ``new`` in place of what stands from ``start`` to ``end``."""
    return "".join((text[:start], new, text[end:]))


def _between_values(text: str, at: int, end: int) -> Fix | None:
    """A value ended at ``end`` where at ``at`` neither a comma nor its bracket follows."""
    here = text[at]
    key = KEY_BEFORE.search(text, max(0, end - 100), end) if here == ":" else None
    if key is not None:  # a key in a list: the list was not closed
        return Fix("comma", key.start(), _put(text, key.start(), key.start(), "]"))
    if here == "}" and not ITEM_AFTER.match(text, at):
        return Fix("comma", at, _put(text, end, end, "]"))
    if here in "]}":
        return Fix("comma", at, _put(text, at, at + 1, ""))
    ends_line = text.endswith(LINE_END, 0, end) and not CLOSING.match(text, at)
    is_parted = "\n" in text[end:at] or ends_line or PAIR.match(text, at) is not None
    if text[end - 1] == '"' and not (is_parted and here in '"{['):
        quoted = _quoted(text, at, end - 1)
        if quoted is not None:
            return quoted
    if here in '"{[':
        return Fix("comma", at, _put(text, end, end, ","))
    return _without_stray(text, at)


def _slipped(text: str, at: int, end: int) -> Fix | None:
    """One character that was typed behind a line of code."""
    if not (text.endswith(LINE_END, 0, end) and SLIP.match(text, at)):
        return None
    return Fix("comma" if text[at] == ":" else "stray", at, _put(text, at, at + 1, ""))


def _without_stray(text: str, at: int) -> Fix | None:
    stray = STRAY.match(text, at)
    return None if stray is None else Fix("stray", at, _put(text, at, stray.end(), ""))


def _closed(text: str) -> Fix | None:
    """A cell of which no more than the last brace is missing."""
    end = len(text.rstrip(", \t\r\n"))
    closed = _put(text, end, end, "}")
    try:
        DECODER.raw_decode(closed)
    except (ValueError, RecursionError):
        return None
    return Fix("comma", end, closed)


def _line_break(text: str, at: int) -> Fix | None:
    """A line that ends within a string: its quote is missing, or the break itself belongs to the string."""
    if text[at] in "\r\n" and NEXT_LINE.match(text, at):
        begins = text.rfind("\n", 0, at) + 1
        line = text[begins:at].rstrip()
        end = begins + len(line) - line.endswith(",")
        return Fix("text", at, _put(text, end, end, '"'))
    rest = REST_OF_STRING.match(text, at)
    if rest is None or rest.end() - at > STRING_CAP:
        return None
    escaped = rest[0].translate(CONTROL) if rest[0].strip() else "\\n"
    return Fix("text", at, _put(text, at, rest.end(), escaped))


def _quoted(text: str, at: int, closing: int) -> Fix | None:
    """A string that seemed to end at ``closing``, with the quotes within it escaped; None when it has no other end.

    Where it is all that stands on its line, as in most notebooks, it ends with the line.
    """
    begin = text.rfind('"', 0, closing)
    while begin > 0 and text[begin - 1] == "\\":
        begin = text.rfind('"', 0, begin)
    line = text.rfind("\n", 0, begin) + 1
    until = text.find("\n", at)
    own = LINE_BEFORE.fullmatch(text, line, begin) is not None
    end = (LINE_AFTER if own else TEXT_AFTER).search(text, at, len(text) if until < 0 else until)
    if begin < 0 or end is None or end.start() - begin > STRING_CAP:
        return None
    if not text[begin + 1 : closing].strip():  # a quote too many at either end
        return Fix("text", at, _put(text, begin, begin + 1, ""))
    if not text[closing + 1 : end.start()].strip():
        return Fix("text", at, _put(text, end.start(), end.end(), ""))
    inner = QUOTE.sub(lambda found: '\\"' if found[0] == '"' else found[0], text[begin + 1 : end.start()])
    # Who ends a string in a line break mostly means its end: then this takes two lines for one.
    kind: Literal["joined", "text"] = "joined" if text.endswith(LINE_END, 0, closing + 1) else "text"
    return Fix(kind, at, _put(text, begin + 1, end.start(), inner))
