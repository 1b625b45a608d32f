"""Ids that a reader takes for one another: letters of other alphabets, and characters that nobody sees.

A short form of the skeletons of UTS #39 (Unicode Security Mechanisms): the Cyrillic and Greek letters that look like
Latin ones, and the code points of Default_Ignorable_Code_Point.
"""

from __future__ import annotations

import re
import unicodedata

IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаесорухѕіјһԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανιοκρυχ" + "ıɡ",
    "ABESIJKMHOPCTYXaecopyxsijhdqw" + "ABEZHIKMNOPTYXaviokpux" + "ig",
)


def skeleton(text: str) -> str:
    """What is left of ``text`` for the eye: texts with equal skeletons can be taken for one another."""
    seen = IGNORED.sub("", unicodedata.normalize("NFKC", text)).translate(LATIN)
    return " ".join(unicodedata.normalize("NFKC", seen).split())
