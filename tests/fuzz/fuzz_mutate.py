"""New inputs out of known ones: changes of bytes, of lines of text, and of values in JSON."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Mutate = Callable[[bytes, Sequence[bytes], Random], bytes]
"""An entry, the whole pool, and chance -> a new input."""

TOKENS = (
    b"\x00",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"-",
    b"NaN",
    b"Infinity",
    b"1e999",
    b"-1",
    b"0",
    b"9" * 25,
    b"9" * 5000,
    b"\\ud800",
    b"\\u0000",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\x1b[31m",
    b"\x1b]52;c;",
    b"&a",
    b"*a",
    b"!!python/object:os.system",
    b"<<:",
    b"---\n",
    b"? ",
    b"| ",
    b"> ",
    b"%YAML 1.2\n",
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"null",
)
NUMBERS = (0, 1, 2, 7, 127, 255, 256, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)

SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    10,
    28,
    64,
    100,
    255,
    784,
    4096,
    60000,
    2**20,
    2**31,
    2**32,
    2**53,
    2**53 + 1,
    2**63,
    2**64,
    10**30,
    10**31,
    10**308,
    10**309,
    10**400,
    10**4000,
    -(10**400),
    0.5,
    0.97,
    1.5,
    -0.0,
    5e-324,
    1e16,
    1e30,
    1e300,
    1.7e308,
    float("inf"),
    float("-inf"),
    float("nan"),
    "",
    "a",
    "q1",
    "relu",
    "softmax",
    "Dense",
    "7 850",
    "98,1 %",
    "1e999",
    "nan",
    "(3, 3)",
    "None",
    "x",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "\x00",
    "\x1b[31m",
    "=1+1",
    "@a",
    "\t",
    "²",
    "٣",
    "１２",
    "ﷺ",
    "Z\u0300\u0300\u0300\u0300\u0300\u0300",
    "x" * 300,
    "x" * 3000,
    "9" * 30,
    "9" * 5000,
    "a," * 500,
    "1.234.567",
    "," * 50,
    "-" * 100,
    "../" * 40,
    "input_layer",
    "test",
    "train",
    "<f4",
    "|u1",
    "ok",
    "error",
    "timeout",
    "save",
    "load",
    "checks.text",
    "runs.too_large",
)
ODD: Mapping[type, tuple[Any, ...]] = {
    int: (10**400, -(10**400), 10**4000, 2**63, 2**53 + 1, 2**53, 2**32, 10**31, -1, 0, 1, 1.5, True),
    float: (10**400, float("inf"), float("nan"), 1.7e308, -1.7e308, 10**31, 5e-324, -0.0, -1.0, 0, 1, "0.5", True),
    str: tuple(one for one in SCALARS if type(one) is str),
    list: ([], {}, [[]], [None], [0] * 9, [2**32] * 8, [0, 2**32], "", 0),
    dict: ({}, [], [{}], {"": {}}, "", 0, None),
}
GROWN = (3, 10, 60, 300, 1500)
GROWN_CAP = 50_000
DEPTHS = (3, 8, 20, 70, 200, 600)


def mutate_bytes(entry: bytes, pool: Sequence[bytes], rng: Random) -> bytes:
    """One to eight changes of bytes."""
    made = bytearray(entry)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        rng.choice(BYTE_CHANGES)(made, pool, rng)
    return bytes(made)


def _flip(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    if made:
        made[rng.randrange(len(made))] = rng.randrange(256)


def _number(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    """A whole number in two or four bytes, as binary formats have them."""
    word = struct.pack(rng.choice(("<H", "<I")), rng.choice(NUMBERS) & 0xFFFF)
    if len(made) >= len(word):
        place = rng.randrange(len(made) - len(word) + 1)
        made[place : place + len(word)] = word


def _insert(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    place = rng.randrange(len(made) + 1)
    made[place:place] = rng.choice((rng.choice(TOKENS), rng.randbytes(rng.randrange(1, 9))))


def _delete(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    place = rng.randrange(len(made) + 1)
    del made[place : place + rng.choice((1, 2, 4, 16, 100))]


def _cut(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    del made[rng.randrange(len(made) + 1) :]


def _repeat(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    place = rng.randrange(len(made) + 1)
    piece = made[place : place + rng.choice((1, 2, 4, 16, 100))]
    made[place:place] = piece * rng.choice((1, 2, 10, 100))


def _splice(made: bytearray, pool: Sequence[bytes], rng: Random) -> None:
    other = rng.choice(pool) if pool else b""
    start = rng.randrange(len(other) + 1)
    place = rng.randrange(len(made) + 1)
    made[place : place + rng.randrange(100)] = other[start : start + rng.randrange(1, 400)]


BYTE_CHANGES = (_flip, _flip, _number, _insert, _insert, _delete, _cut, _repeat, _splice)


# ---------------------------------------------------------------- lines of text


def mutate_lines(entry: bytes, pool: Sequence[bytes], rng: Random) -> bytes:
    """Changes of whole lines and of words in them; now and then of bytes."""
    if rng.random() < 0.3:
        return mutate_bytes(entry, pool, rng)
    lines = entry.split(b"\n")
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(lines))
        line = lines[place]
        other = rng.choice(rng.choice(pool).split(b"\n")) if pool else b""
        words = line.split(b" ")
        if rng.random() < 0.5:
            at = rng.randrange(len(words))
            words[at] = rng.choice(
                (rng.choice(TOKENS), _scalar(rng), rng.choice(other.split(b" ")), b"", words[at] * 3)
            )
            lines[place] = b" ".join(words)
        else:
            changed = rng.choice(
                ([], [line, line], [b"  " + line], [line.strip()], [other], [line, other], [b"\t" + line])
            )
            lines[place : place + 1] = changed or ([] if len(lines) > 1 else [b""])
    return b"\n".join(lines)


def _scalar(rng: Random) -> bytes:
    return dumped(rng.choice(SCALARS))


# ---------------------------------------------------------------- values in JSON


def dumped(value: Any) -> bytes:
    """JSON as a hostile writer has it: infinite numbers as 1e999, which readers take for finite text."""
    return json.dumps(value).replace("Infinity", "1e999").encode()


def mutate_json(entry: bytes, pool: Sequence[bytes], rng: Random) -> bytes:
    """Changes of values, names and nesting; of bytes where the entry is no JSON, and now and then besides."""
    if rng.random() < 0.1:
        return mutate_bytes(entry, pool, rng)
    try:
        document = json.loads(entry)
    except (ValueError, RecursionError):
        return mutate_bytes(entry, pool, rng)
    try:
        for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
            document = changed(document, _donor(pool, rng), rng)
        return dumped(_grown(document, rng) if rng.random() < 0.1 else document)
    except (ValueError, RecursionError):  # it became too deep for its own writer
        return entry


def mutate_frames(entry: bytes, pool: Sequence[bytes], rng: Random) -> bytes:
    """Many changes inside the frames of a run: where each field is read by itself, one wrong one hides none."""
    if rng.random() < 0.1:
        return mutate_json(entry, pool, rng)
    try:
        run, other = json.loads(entry), json.loads(rng.choice(pool))
        frames = run["frames"]
        for _ in range(rng.choice((1, 4, 12, 30))):
            frame = rng.choice(frames)
            frame[2] = changed(frame[2], None, rng)
        if rng.random() < 0.1:
            frames.append(rng.choice(other["frames"]))
        return dumped(run)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):  # it is no longer a run
        return mutate_json(entry, pool, rng)


def _donor(pool: Sequence[bytes], rng: Random) -> Any:
    """Some value out of another entry."""
    if not pool or rng.random() < 0.7:
        return None
    try:
        document = json.loads(rng.choice(pool))
    except (ValueError, RecursionError):
        return None
    holder, key = _place(document, rng)
    return None if holder is None else holder[key]


def _place(document: Any, rng: Random) -> tuple[Any, Any]:
    """A value somewhere inside, by its holder and its key: walked down, and mostly to where there is more inside."""
    holder, key, inner = None, None, document
    while isinstance(inner, (dict, list)) and inner and (holder is None or rng.random() < 0.85):
        holder = inner
        keys = list(inner) if isinstance(inner, dict) else range(len(inner))
        large = [one for one in keys if isinstance(inner[one], (dict, list)) and inner[one]]
        key = rng.choice(large if large and rng.random() < 0.75 else keys)
        inner = holder[key]
    return holder, key


def changed(document: Any, donor: Any, rng: Random) -> Any:
    """``document`` (altered in place where it can be) with one value changed."""
    holder, key = _place(document, rng)
    if holder is None:
        return deepcopy(rng.choice(SCALARS))
    value, kind = holder[key], rng.randrange(10)
    if kind <= 3:
        holder[key] = _near(value, rng) if rng.random() < 0.3 else _odd(value, rng)
    elif kind == 4:
        del holder[key]
    elif kind == 5 and isinstance(holder, dict):
        holder[str(rng.choice((rng.choice(SCALARS), *list(holder)[:20])))] = value
    elif kind == 5:
        holder[key:key] = [None]
    elif kind == 6:
        holder[key] = _wrapped(value, rng)
    elif kind == 7:
        holder[key] = donor if donor is not None else [value]
    elif kind == 8:
        other, place = _place(document, rng)
        holder[key] = json.loads(json.dumps(other[place])) if other is not None else value
    else:
        holder[key] = {"key": "checks.text", "values": {"text": value}} if rng.random() < 0.3 else {"class_name": value}
    return document


def _grown(document: Any, rng: Random) -> Any:
    """``document`` with an item of a list many times; last of all, because nothing may change in so many at once."""
    holder, key = _place(document, rng)
    times = rng.choice(GROWN)
    if isinstance(holder, list) and len(str(holder[key])) * times < GROWN_CAP:
        holder[key:key] = [holder[key]] * times
    return document


def _odd(value: Any, rng: Random) -> Any:
    """A value that nobody expects, in half of the cases of the type that stood there.

    A copy: what stands in a document is altered in place, and ODD would grow without end.
    """
    alike = ODD.get(type(value))
    return deepcopy(rng.choice(alike if alike is not None and rng.random() < 0.5 else SCALARS))


def _near(value: Any, rng: Random) -> Any:
    """A value like this one: a number a little off, text with something in it, a list without an item."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, (int, float)):
        return rng.choice(
            (-value, value + 1, value - 1, value * 2, float(value) if abs(value) < 2**64 else 0, str(value))
        )
    if isinstance(value, str):
        place = rng.randrange(len(value) + 1)
        return value[:place] + str(rng.choice(SCALARS))[:200] + value[place:]
    if isinstance(value, list):
        return rng.choice(
            (value[1:], value[:-1], value[::-1], value + value, dict(enumerate(map(str, range(len(value))))))
        )
    return rng.choice((list(value.values()), list(value), {name: None for name in value}))


def _wrapped(value: Any, rng: Random) -> Any:
    for _ in range(rng.choice(DEPTHS)):
        value = [value] if rng.random() < 0.7 else {"config": value}
    return value
