"""Every sentence a student or teacher can read, by key, in English and Spanish.

One module per family (``checks``, ``keras_file``, ``runs`` ...), each with a dict
``TEXTS = {key: (english, spanish)}``. Sentences are ``str.format`` templates; these format
specifications follow the reader's language:

``{n:int}``    4 624               ``{x:num}``    0.95 / 0,95 (up to 4 significant digits)
``{p:pct}``    97.42 % / 97,42 %   ``{s:shape}``  (28, 28, 1)
``{l:list}``   a, b, c             ``{t:time}``   8 min 5 s
``{v:any}``    by its type         ``{w:word}``   a key of ``words`` rendered in the language
``{h:own}``    a teacher's own words, ``{"en": ..., "es": ...}``: those of the language

``{t:titles}`` a list of such words  ``{c:cell}``   the number of a code cell, by its name (``places``)

Words that follow a number: ``{n:int image|images}`` is "1 image" or "3 images", ``{x:num point|points}`` likewise, and
``{n:is|are}`` the word alone; the first one belongs to 1.

A value that is itself a mapping ``{"key": ..., "values": ...}`` of a known key is rendered as a message.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # records hold arrays; the command line must speak without loading NumPy
    from grader.records import Language, Message, Text

FAMILIES = (
    "words",
    "keras_file",
    "checks",
    "answers",
    "pictures",
    "prepared",
    "calls",
    "experiments",
    "questions",
    "runs",
    "places",
    "libraries",
    "diagnoses",
    "diagnoses_of_names",
    "diagnoses_of_network",
    "diagnoses_of_order",
    "diagnoses_of_runs",
    "diagnoses_of_old_code",
    "diagnoses_of_misuse",
    "measuring",
    "scoring",
    "services",
    "report",
    "handouts",
    "collecting",
    "file_kinds",
    "command_line",
)

_PLURAL = re.compile(r"(?:(int|num) )?([^|]*)\|(.*)")

NOTHING = "-"  # an empty value: no sentence ends after its colon


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """All texts: key -> (English, Spanish). Raises ValueError when two families claim one key."""
    every: dict[str, tuple[str, str]] = {}
    for family in FAMILIES:
        for key, pair in import_module(f"grader.texts.{family}").TEXTS.items():
            if key in every:
                raise ValueError(f"texts: the key {key!r} stands in two families")
            every[key] = pair
    return every


def render(message: Message | Text, language: Language) -> str:
    """The sentence of ``message`` in ``language``. Raises KeyError for a key that has no text."""
    return _filled(message.key, message.values, language)


def say(key: str, language: Language, /, **values: Any) -> str:
    """Short form of ``render(message(key, ...), language)``."""
    return _filled(key, values, language)


def _filled(key: str, values: Mapping[str, Any], language: Language) -> str:
    formatter = _formatter(language)
    return "".join(
        before if name is None else before + formatter.written(values[name], form)
        for before, name, form in _pieces(key, language)
    )


def text(message: Message) -> Text:
    """``message`` with both renderings, as cards keep it."""
    from grader.records import Text  # noqa: PLC0415 - see above

    return Text(key=message.key, values=message.values, en=render(message, "en"), es=render(message, "es"))


def forms(key: str) -> Mapping[str, str]:
    """How the text of ``key`` writes its values: name -> format."""
    return {name: _PLURAL.sub(r"\1", form) for _, name, form in _pieces(key, "en") if name is not None}


def optional_text(message: Message | None) -> Text | None:
    """``text`` that passes None through."""
    return None if message is None else text(message)


def integer(value: float) -> str:
    """4624 -> "4 624" (the space that both languages allow)."""
    return f"{int(value):,}".replace(",", " ") if isfinite(value) else "-"


def number(value: float, language: Language) -> str:
    """4 significant digits, two decimals from 100 on, thousands grouped: 0.95 -> "0,95" in Spanish."""
    if not isfinite(value):
        return "-"
    if isinstance(value, int) or (value == int(value) and abs(value) < 10**15):
        return integer(value)
    shown = f"{value:,.2f}".replace(",", " ") if 100 <= abs(value) < 10**9 else f"{value:.4g}"
    return shown.replace(".", ",") if language == "es" else shown


def two_decimals(value: float, language: Language) -> str:
    """0.9 -> "0.90"; what rounds to nothing has no sign."""
    shown = f"{round(value, 2) + 0.0:.2f}"
    return shown.replace(".", ",") if language == "es" else shown


def percent(value: float, language: Language) -> str:
    """A share 0-1 as a percentage with two decimals: 0.9742 -> "97.42 %"."""
    shown = f"{100 * value:.2f} %"
    return shown.replace(".", ",") if language == "es" else shown


def duration(seconds: float, language: Language) -> str:
    """485 -> "8 min 5 s"; below ten seconds with one decimal."""
    if seconds < 10 and seconds != int(seconds):
        return f"{number(round(seconds, 1), language)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"


def shape(value: Sequence[int | None]) -> str:
    """[10] -> "(10,)"; None for a free axis."""
    return str(tuple(value))


@cache
def _pieces(key: str, language: Language) -> Sequence[tuple[str, str | None, str]]:
    """The text of ``key``, read once: what stands before a value, the value's name, how it is written."""
    parsed = string.Formatter().parse(catalogue()[key][0 if language == "en" else 1])
    return [(before, name, form or "") for before, name, form, _ in parsed]


class _Formatter:
    """How values are written in one language. No attributes or indices are read: values come from students."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.write: Mapping[str, Callable[[Any], str]] = {
            "word": lambda key: catalogue()[key][0 if language == "en" else 1],
            "list": lambda items: ", ".join(self.written(item, "any") for item in items),
            "titles": lambda titles: ", ".join(f"«{title[language]}»" for title in titles),
            "shape": shape,
            "time": lambda seconds: duration(seconds, language),
            "int": integer,
            "num": lambda x: number(x, language),
            "pct": lambda x: percent(x, language),
            "two": lambda x: two_decimals(x, language),
            "own": lambda words: str(words[language]),
            "cell": lambda number: _filled("places.cell", {"cell": number}, language),
        }

    def written(self, value: Any, form: str) -> str:
        """``value`` as the text wants it; another text of ours is filled in turn."""
        if isinstance(value, Mapping) and value.keys() == {"key", "values"} and value["key"] in catalogue():
            return _filled(value["key"], value["values"], self.language)
        words = _PLURAL.fullmatch(form)
        if words is not None:
            word = words[2] if value == 1 else words[3]
            return f"{self.written(value, words[1])} {word}" if words[1] else word
        return self.write.get(form, self._by_type)(value) or NOTHING

    def _by_type(self, value: Any) -> str:
        if isinstance(value, bool) or value is None or isinstance(value, str):
            return str(value)
        if isinstance(value, (int, float)):
            return number(value, self.language)
        if isinstance(value, Sequence) and all(isinstance(item, (int, type(None))) for item in value):
            return shape(value)
        if isinstance(value, Sequence):
            return ", ".join(self._by_type(item) for item in value)
        return str(value)


@cache
def _formatter(language: Language) -> _Formatter:
    return _Formatter(language)
