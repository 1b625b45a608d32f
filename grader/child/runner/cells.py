"""A cell's source as it is run: package installs are taken out, nothing else is touched."""

from __future__ import annotations

import re

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
    """The line of this cell that an error came through last, from IPython's plain traceback; "" when unknown.

    The first frame is this cell's; those of functions that other cells defined have lines of other cells.
    """
    frames = re.findall(r"(?:Cell In|Input In )\[(\d+)\], line (\d+)", "\n".join(traceback))
    numbers = [int(line) for cell, line in frames if cell == frames[0][0]]
    lines = source.split("\n")
    if not numbers or not 1 <= numbers[-1] <= len(lines):
        return ""
    return lines[numbers[-1] - 1].strip()[:300]
