"""A cell's source as it is run: installs and downloads are taken out, nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.untrusted import cell_lines

_EXIT = re.compile(r"(?:sys\.)?(?:exit|quit)\(\s*(?:0|None)?\s*\)")
_RAISES = re.compile(r"^(\s*%%(?:bash|sh|script)\b)(?!.*--no-raise-error)")


def without_installs(source: str) -> tuple[str, list[str]]:
    """The source with ``pass`` instead of each line that installs or downloads, and those lines.

    The number of lines stays, so that an error still names the line that the student sees. In a cell that is wholly
    for the shell the line is ``:``, and what then fails there is no error of the notebook.
    """
    shell = cell_lines.CELL_OF_SHELL.match(source) is not None
    match = cell_lines.shell_installs_or_downloads if shell else cell_lines.installs_or_downloads
    kept: list[str] = []
    removed: list[str] = []
    goes_on = False
    for line in source.split("\n"):
        found = match(line)
        if goes_on or found is not None:
            if found is not None:
                removed.append(line.strip()[:200])
            kept.append("" if goes_on or found is None else f"{found}{':' if shell else 'pass'}")
            goes_on = line.rstrip().endswith("\\")
        else:
            kept.append(line)
    changed = "\n".join(kept)
    return (_RAISES.sub(r"\1 --no-raise-error", changed, count=1) if shell and removed else changed), removed


def ends_with_exit(source: str) -> bool:
    """Whether the last line of code of a cell ends the program, so that nothing is left undone."""
    lines = [line for line in source.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and _EXIT.match(lines[-1]) is not None


def notice_of(line: str) -> str | None:
    """The key of what is said of a line that was taken out; None when there is nothing to say."""
    if cell_lines.installs(line):
        return "runs.install_skipped"
    return "runs.download_skipped" if cell_lines.downloads(line) else None


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
