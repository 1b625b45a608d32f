"""A cell's source as it is run: installs and downloads are taken out, nothing else is touched."""

from __future__ import annotations

import re

from grader.untrusted import cell_lines

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


def notice_of(line: str) -> str | None:
    """The key of what is said of a line that was taken out; None when there is nothing to say."""
    if cell_lines.installs(line):
        return "runs.install_skipped"
    return "runs.download_skipped" if cell_lines.downloads(line) else None


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
