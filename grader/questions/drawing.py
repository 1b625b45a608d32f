"""Pools and picks: which questions a course has, and which of them are a student's.

Everything follows from hashes, never from a random generator whose numbers may change with a version of
Python. The pool and the salt stand in the handout, so both come from a slow one-way hash of the secret:
nobody can guess the secret from them, nor the hidden inputs that it also seeds.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice, product
from typing import Any

from grader.questions.model import Slot

POOL = 48  # variants per slot: 48 ** 8 sheets of eight slots
ROUNDS = 100_000
PUBLIC = "public"  # the id of who has none

Row = tuple[Any, ...]


@cache
def root(secret: bytes, name: str) -> bytes:
    """The seed of one set of questions."""
    return hashlib.pbkdf2_hmac("sha256", secret, b"grader/questions/" + name.encode(), ROUNDS)


def salt(secret: bytes, name: str) -> str:
    """What makes picks differ between courses and sets; public."""
    return hashlib.sha256(root(secret, name) + b"/salt").hexdigest()[:16]


def pool(secret: bytes, name: str, slot: Slot) -> tuple[Row, ...]:
    """The variants of one slot in a course."""
    return tuple(islice(slot.sound_rows(root(secret, name) + slot.name.encode()), POOL))


def who(student: str) -> str:
    """An id as it is compared: spaces around it, case and the way accents are stored do not matter."""
    return unicodedata.normalize("NFC", student).strip().casefold()


def pick(rows: tuple[Row, ...], *, salt: str, slot: str, student: str) -> Row:
    """The variant of a student; the handout's first cell computes the same."""
    digest = hashlib.sha256(f"{salt}/{slot}/{who(student)}".encode()).hexdigest()
    return rows[int(digest, 16) % len(rows)]


def shuffled(seed: bytes, rows: Iterable[Row]) -> Iterator[Row]:
    """``rows`` in an order that only the seed decides."""
    return iter(sorted(rows, key=lambda row: hashlib.sha256(seed + repr(row).encode()).digest()))


def grid(*spaces: Iterable[int]) -> Callable[[bytes], Iterator[Row]]:
    """Every combination of the numbers in ``spaces``, as the candidates of a slot."""
    every = tuple(product(*spaces))
    return lambda seed: shuffled(seed, every)


def numbers(seed: bytes, nth: int, amount: int) -> list[int]:
    """``amount`` numbers in 0 to 255, the ``nth`` such list of a seed."""
    stream = hashlib.shake_256(seed + b"/%d" % nth).digest(amount)
    return list(stream)
