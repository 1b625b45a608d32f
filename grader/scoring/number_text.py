"""A number in text as people write it: ``"P = 16"``, ``"16 (approx.)"``, ``"1·10^-3"``, ``"0,76 percentage points"``.

Exactly one number may stand there, with words around it; a working and what it comes to are one number
(``"(5 - 1) / 2 = 2"``). Two different numbers are none: nobody answers by writing several.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from grader.scoring import formula

LENGTH_CAP = 200
SIDES_CAP = 6  # of one chain of equations

_RAISED = str.maketrans({**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)), "⁻": "-", "⁺": ""})
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "-"),
        **dict.fromkeys("\N{MULTIPLICATION SIGN}\N{DOT OPERATOR}\N{MIDDLE DOT}\N{BULLET OPERATOR}\N{BULLET}", "*"),
        **dict.fromkeys("\N{DIVISION SIGN}\N{FRACTION SLASH}", "/"),
        **dict.fromkeys("≅≃≒∼", "≈"),
        **dict.fromkeys('$\\`´"“”«»', " "),
        "≠": "!",
    }
)
_DIGITS = r"(?:\d+(?:[.,]\d+)*[.,]?|[.,]\d+)"
_ONE = re.compile(rf"(?P<sign>[+-]?)\s*(?P<body>{_DIGITS})(?P<power>[eE][+-]?\d{{1,3}})?\.?")
_BODY = re.compile(rf"(?P<body>{_DIGITS})(?P<power>[eE][+-]?\d{{1,3}})?")
_SPAN = re.compile(r"(?:[-+(]\s*)*[.,]?\d(?:.*\d)?(?:[.,](?!\w))?[)\s]*", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w{0,30}")
_JOINED = re.compile(r"[=≈:]|~")
# A number behind these is not what its writer answers.
_TAKEN_BACK = re.compile(
    r"[<>≤≥≠!]|\b(?:not?|nunca|never|nor|ni|menos|minus|less|menor|mayor|mas|more|greater|smaller|least|most|tampoco)\b|n't\b"
)
_ABOUT = re.compile(r"\b(?:mas o menos|more or less)\b")
_TIMES = {"mil": 1e3, "thousand": 1e3, **dict.fromkeys(("millon", "millones", "million", "millions"), 1e6)}
_PERCENT = re.compile(r"\s*(?:%|por ciento\b|per ?cent\b)")


@dataclass(frozen=True, slots=True)
class Read:
    """The readings of a number, the most literal one first; ``percent`` when a percent sign follows it."""

    readings: tuple[float, ...]
    percent: bool = False


def read(typed: str) -> Read | None:
    """The one number in ``typed``, in every way it can be meant; None when there is none, or more than one.

    Readings may be infinite or larger than any sensible number.
    """
    text = _plain(typed)
    if text is None:
        return None
    whole = _side(text)
    if whole is not None:
        return whole
    pieces = _JOINED.split(text)
    if not 2 <= len(pieces) <= SIDES_CAP:
        return None
    sides = [_side(piece) for piece in pieces if not _NAME.fullmatch(piece.strip())]
    # What holds letters is a working in words or symbols: what it comes to stands behind it.
    found = [side for side in sides if side is not None]
    if not found or sides[-1] is None:
        return None
    last = found[-1]
    agreeing = [side for side in found if _agree(side, last)]
    if len(agreeing) < len(found):
        return None
    readings = dict.fromkeys(value for side in (last, *agreeing) for value in side.readings)
    return Read(tuple(readings), percent=last.percent)


def square_side(typed: str) -> int | None:
    """The side of a square in text that holds two equal whole numbers and no other: ``"56x56"``, ``"(56, 56)"``."""
    text = _plain(typed)
    if text is None or _TAKEN_BACK.search(text):
        return None
    numbers = re.findall(r"\d+", text)
    alone = len(numbers) == 2 and not re.search(r"\d\.\d|\de|[-/+^]", text)
    return int(numbers[0]) if alone and numbers[0] == numbers[1] and len(numbers[0]) <= 15 else None


def sizes(typed: str) -> list[int | None] | None:
    """The sizes of a shape in text, ``None`` for a free axis: ``"(None, 26, 26, 64)"``, ``"26 rows x 26 columns"``."""
    text = _plain(typed, grouped=bool(re.search(r"[,;xX×]", typed[:LENGTH_CAP])))  # "[480 640]" is two sizes
    if text is None or _TAKEN_BACK.search(text) or re.search(r"\d\.\d|\de|[-/+^]|\d{18}", text):
        return None
    found = re.findall(r"(?<![^\W\d])\d+|\bnone\b", re.sub(r"(?<=[\de])\s*x\s*(?=\d)", ", ", text))
    return [None if size == "none" else int(size) for size in found] or None


def _plain(typed: str, *, grouped: bool = True) -> str | None:
    """One line in lower case with plain signs, thousands joined where ``grouped``; None when it is too long."""
    if len(typed) > LENGTH_CAP:
        return None
    raised = re.sub(r"([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "^" + found[1].translate(_RAISED), typed)
    marked = unicodedata.normalize("NFKD", raised.translate(_SIGNS))
    bare = "".join(sign for sign in marked if not unicodedata.combining(sign)).casefold().translate(_SIGNS)
    text = re.sub(r"[-=]>|→|⇒", "=", " ".join(bare.split())).replace("{", "(").replace("}", ")")
    return re.sub(r"(?<=\d)[ '_’]+(?=\d{3}(?!\d))", "", text) if grouped else text


def _side(text: str) -> Read | None:
    """The one number or sum in ``text``, with words around it."""
    found = _SPAN.search(text)
    if found is None:
        return None
    span, before, behind = found[0].strip(), text[: found.start()], text[found.end() :]
    if _TAKEN_BACK.search(_ABOUT.sub(" ", before)) or re.search(r"[^\W_]$", before):
        return None
    if before.strip() and re.match(r"[-+]\s", span):  # "N - 16"
        return None
    extra = span.count("(") - span.count(")")
    span = span.lstrip("(") if extra > 0 and span.count(")") == 0 else span
    span = span[: len(span) + extra].rstrip() if extra < 0 and span.endswith(")" * -extra) else span
    values = tuple(_values(span))
    if not values:
        return None
    times = _TIMES.get(next(iter(re.findall(r"[^\W\d_]+", behind)), ""), 1.0)
    return Read(tuple(dict.fromkeys(value * times for value in values)), percent=bool(_PERCENT.match(behind)))


def _values(span: str) -> Iterator[float]:
    """What a number or a sum of numbers can be; nothing for anything else."""
    one = _ONE.fullmatch(span)
    if one is not None:
        yield from (float(one["sign"] + digits + (one["power"] or "")) for digits in digit_readings(one["body"]))
        return
    working = re.sub(r"(?<=\d)\s*x\s*(?=\d)", "*", span).replace("^", "**")
    if not re.fullmatch(r"[1*/+() -]+", _BODY.sub("1", working)) or re.search(r"\d\s+[\d(]", working):
        return
    for comma in (False, True):  # one decimal sign in all of its numbers
        numbers = [_by_decimal_sign(found["body"])[comma] for found in _BODY.finditer(working)]
        if None in numbers:
            continue
        value = formula.value(_BODY.sub(partial(_with_point, iter(numbers)), working), {})
        if value is not None:
            yield value


def _with_point(numbers: Iterator[str | None], found: re.Match[str]) -> str:
    """The next number as a formula writes it."""
    return repr(float(f"{next(numbers)}{found['power'] or ''}"))


def digit_readings(body: str) -> tuple[str, ...]:
    """What ``1.234,5`` can mean: each of point and comma is a decimal sign or groups thousands."""
    return tuple(dict.fromkeys(digits for digits in _by_decimal_sign(body) if digits is not None))


def _by_decimal_sign(body: str) -> tuple[str | None, str | None]:
    """``body`` with a decimal point: as meant when the point is the decimal sign, and when the comma is."""
    if not re.search(r"[.,]", body):
        return body, body
    readings: list[str | None] = []
    for decimal, group in ((".", ","), (",", ".")):
        whole, _, fraction = body.partition(decimal)
        groups = whole.split(group)
        odd = len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(item) == 3 for item in groups[1:]))
        odd = odd or (len(groups) > 1 and groups[0].startswith("0")) or decimal in fraction or group in fraction
        readings.append(None if odd else f"{''.join(groups) or '0'}.{fraction or '0'}")
    return readings[0], readings[1]


def _agree(one: Read, other: Read) -> bool:
    """Whether two sides of an equation say the same, one perhaps rounded."""
    return any(_rounded(a, b) or _rounded(b, a) for a in one.readings for b in other.readings)


def _rounded(exact: float, shown: float) -> bool:
    if not (math.isfinite(exact) and math.isfinite(shown)):
        return False
    return any(math.isclose(round(exact, places), shown, rel_tol=1e-9, abs_tol=1e-12) for places in range(13))
