"""The options of multiple-choice questions, as the text cells of a reference put them to students.

A question is announced by its answer's name in bold, ``**`gap_means`**``, and its options follow as a list,
``- a) ...`` or ``- `"a"`: ...``, in the cells of every language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_QUESTION = re.compile(r"\*\*`(\w+)`\*\*")
_OPTION = re.compile(r"[ \t]*[-*][ \t]+(?:`[\"'](\w)[\"']`|\(?(\w)\))[:.]?[ \t]+(\S.*)")


def options(reference: bytes) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Of each question that has options: letter -> its texts in all languages. Empty for what is no notebook."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for text in _texts(reference):
        question = letter = ""
        for line in text.split("\n"):
            option, named = _OPTION.match(line), _QUESTION.findall(line)
            if option is not None and question:
                letter = (option[1] or option[2]).lower()
                told = found.setdefault(question, {})
                told[letter] = (*told.get(letter, ()), option[3].strip())
            elif letter and line.startswith("  ") and line.strip():  # an option goes on
                told = found[question]
                told[letter] = (*told[letter][:-1], f"{told[letter][-1]} {line.strip()}")
            else:
                question, letter = named[-1] if named else question, ""
    return found


def _texts(reference: bytes) -> Iterator[str]:
    """The text cells that students see."""
    try:
        cells = json.loads(reference.decode("utf-8-sig"))["cells"]
        for cell in cells:
            if cell["cell_type"] == "markdown" and "teacher" not in cell.get("metadata", {}).get("tags", ()):
                yield "".join(cell["source"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
