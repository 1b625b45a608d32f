"""A cell's source as it is run: package installs are taken out, nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOOLS = r"(?:pip3?|conda|mamba|apt|apt-get|wget|curl|git\s+clone|kaggle|gdown|nvidia-smi)"
_SHELL = re.compile(rf"^(\s*)[!%]{{1,2}}\s*(?:sudo\s+)?(?:python3?\s+-m\s+)?{_TOOLS}\b")
_BARE = re.compile(r"^(\s*)(?:sudo\s+)?(?:python3?\s+-m\s+)?(?:pip3?|conda|mamba|apt|apt-get)\s+install\s+[\w\"'.-]")
_CELL_OF_SHELL = re.compile(r"^\s*%%(?:bash|sh|shell|script|system|!)")


def without_installs(source: str) -> tuple[str, list[str]]:
    """The source with ``pass`` instead of each line that installs or downloads, and those lines.

    The number of lines stays, so that an error still names the line that the student sees.
    A cell that is wholly for the shell is left to the shell.
    """
    if _CELL_OF_SHELL.match(source):
        return source, []
    kept: list[str] = []
    removed: list[str] = []
    goes_on = False
    for line in source.split("\n"):
        found = _SHELL.match(line) or _BARE.match(line)
        if goes_on or found:
            if found:
                removed.append(line.strip()[:200])
            kept.append("" if goes_on or found is None else f"{found.group(1)}pass")
            goes_on = line.rstrip().endswith("\\")
        else:
            kept.append(line)
    return "\n".join(kept), removed


def line_of(source: str, traceback: list[str]) -> str:
    """The line of this cell that an error came through last, from IPython's plain traceback; "" when unknown."""
    place = place_of([source], traceback)
    return "" if place is None else text_of(source, place[1])


def place_of(sources: Sequence[str], traceback: list[str], *, everywhere: bool = False) -> tuple[int, int] | None:
    """The line that an error came through last: of which source, and its number there; None when unknown.

    ``sources`` are what ran, the last one is the cell that failed: the first frame is its own. Functions that other
    cells defined count only where it may be ``everywhere``.
    """
    frames = re.findall(r"(?:Cell In|Input In )\[(\d+)\], line (\d+)", "\n".join(traceback))
    found = None
    for count, line in frames:
        back = int(frames[0][0]) - int(count)
        if back == 0 or (everywhere and 0 < back < len(sources)):
            source = sources[-1 - back]
            found = (len(sources) - 1 - back, int(line) + _left_out(source))
    if found is None or not 1 <= found[1] <= sources[found[0]].count("\n") + 1:
        return None
    return found


def text_of(source: str, number: int) -> str:
    """The line of this number, as a report shows it."""
    return source.split("\n")[number - 1].strip()[:300]


def _left_out(source: str) -> int:
    """How many empty lines at the start IPython does not count."""
    return 0 if not source.strip() else source[: len(source) - len(source.lstrip())].count("\n")
