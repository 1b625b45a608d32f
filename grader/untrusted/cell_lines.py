"""Lines of a cell that are no Python: what installs or downloads, and everything else that IPython reads itself.

Pure; shared by the program that runs the cells, which takes the first kind out, and by whoever parses a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_INSTALLERS = r"(?:pip3?|uv\s+pip|conda|mamba|apt|apt-get)"
_DOWNLOADERS = r"(?:wget|curl|aria2c|git\s+clone|svn\s+checkout|kaggle|gdown)"
_TOOLS = rf"(?:{_INSTALLERS}|{_DOWNLOADERS})"
_BEFORE = r"(?:sudo\s+)?(?:python3?\s+-m\s+)?"
_SHELL = re.compile(rf"^(\s*)[!%]{{1,2}}\s*{_BEFORE}{_TOOLS}(?![\w.-])")
_SYSTEM = re.compile(rf"^(\s*)get_ipython\(\)\.system\(u?['\"]\s*{_BEFORE}{_TOOLS}(?![\w.-])[^'\"]*['\"]\)\s*$")
_BARE = re.compile(rf"^(\s*){_BEFORE}{_INSTALLERS}\s+install\s+[\w\"'.-]")
_IN_SHELL = re.compile(rf"^(\s*){_BEFORE}{_TOOLS}\s")
_INSTALLS = re.compile(rf"\b{_INSTALLERS}\b.*\b(?:(?:un)?install|update|upgrade)\b")
_DOWNLOADS = re.compile(rf"(?<![\w.-]){_DOWNLOADERS}(?![\w.-])")
CELL_OF_SHELL = re.compile(r"^\s*%%(?:bash|sh|shell|script|system|sx|!)")
CELL_OF_PYTHON = re.compile(r"\s*%%(?P<name>time|timeit|capture|prun|memit|mprun|debug)\b[ \t]*(?P<rest>[^\n]*)")
_TIMED = re.compile(r"^(\s*)%time[ \t]+(?P<code>[^-\s].*)")
_MAGIC = re.compile(r"^(\s*(?:[^\W\d][\w ,]{0,200}=[ \t]*(?=[!%](?!=)))?)(?:[!%?]|[\w.]{1,200}\?{1,2}[ \t]*$)")


def installs_or_downloads(line: str) -> str | None:
    """The indentation of a line that installs or downloads; None for any other line."""
    found = _SHELL.match(line) or _BARE.match(line) or _SYSTEM.match(line)
    return None if found is None else found[1]


def shell_installs_or_downloads(line: str) -> str | None:
    """The same for a line of a cell that is wholly for the shell."""
    found = _IN_SHELL.match(line)
    return None if found is None else found[1]


def installs(line: str) -> bool:
    """Whether a line that was taken out installs something (``!pip list`` does not)."""
    return _INSTALLS.search(line) is not None


def downloads(line: str) -> bool:
    """Whether a line that was taken out gets something from elsewhere that is no package."""
    return _DOWNLOADS.search(line) is not None


def download_lines(source: str) -> Iterator[str]:
    """The lines of a cell that download, each without what it goes on with on further lines."""
    if "wget" in source or any(word in source for word in ("curl", "aria2c", "clone", "svn", "kaggle", "gdown")):
        shell = CELL_OF_SHELL.match(source) is not None
        match = shell_installs_or_downloads if shell else installs_or_downloads
        yield from (line.strip() for line in source.split("\n") if match(line) is not None and downloads(line))


def only_python(source: str) -> str | None:
    """A cell in which each line that IPython reads itself does nothing, on as many lines; None when it is no Python.

    ``%time code`` is the code, and ``name = !command`` gives the name no value that is known.
    """
    if source.lstrip().startswith("%%"):
        if CELL_OF_PYTHON.match(source) is None:
            return None
        before, _, rest = source.partition("%%")
        _, _, rest = rest.partition("\n")
        source = f"{before}\n{rest}"
    lines = []
    goes_on = False  # with the line before, which ends in a backslash
    for line in source.split("\n"):
        is_last = not line.endswith("\\")
        start = None if goes_on else _start(line)
        timed = _TIMED.match(line)
        if goes_on:
            lines.append("None)" if is_last else "")
            goes_on = not is_last
        elif timed is not None:
            lines.append(timed[1] + timed["code"])
        elif start is not None:
            nothing = "None" if start.strip() else "pass"
            lines.append(f"{start}{nothing}" if is_last else f"{start}(")  # a statement over as many lines
            goes_on = not is_last
        else:
            lines.append(line)
    return "\n".join(lines)


def _start(line: str) -> str | None:
    """The Python with which a line begins that is for IPython: its indentation, or a name and "="."""
    found = _MAGIC.match(line)
    return installs_or_downloads(line) if found is None else found[1] or ""
