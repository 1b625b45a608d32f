"""The order in which people look for names: accents and case aside, 2 before 10."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key: "Óscar 2" stands after "Olga" and before "oscar 10"."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    parts = (part for part in _DIGITS.split(letters) if part)
    # Digits before letters; the length stands for the value, so that no number is too long.
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if part[0] in "0123456789" else (1, 0, part) for part in parts
    )
