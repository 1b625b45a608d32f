"""A code cell of the reference -> the code that students get.

Solution regions give way to what the teacher wrote for the handout, comments of the other language go.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from grader import texts
from grader.errors import CourseError
from grader.records import LANGUAGES, Language, message

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# What is nearly a marker: overlooked, it would hand out a solution or a comment in the wrong language.
NEARLY = re.compile(r"\s*#+\s*(?:(?:begin|end)\s*solution|(?:handout|todo)\s*\[)|\s*###+\s*(?:handout|todo)\b", re.I)
SPOKEN = re.compile(r"(\s*)#\[(es|en)\](?: (.*))?")
NEARLY_SPOKEN = re.compile(r"\s*#\[\w\w\](?=\s|$)|.*#\s*\[(?:es|en)\](?=\s|$)", re.I)
LINE = re.compile(r"\s*### (HANDOUT|TODO)(?:\[(es|en)\])?(?: (.*))?")
MAGIC = re.compile(r"(\s*)(?:%[a-z]|!).*")


def handed_out(source: str, lang: Language, where: str) -> str:
    """The source in the handout. Raises CourseError, beginning with ``where``, for a malformed cell."""
    kept: list[str] = []
    given: list[str] = []
    for line, region in _parts(source, where):
        if region is None:
            given.append(line)
            continue
        kept += _spoken(given, lang, where)
        kept += _instead(region, line, lang, where)
        given = []
    kept += _spoken(given, lang, where)
    made = "\n".join(kept)
    if source.strip():
        _refuse_broken(made, where)
    return made


def _parts(source: str, where: str) -> Iterator[tuple[str, list[str] | None]]:
    """Each given line with None; each region as the line that begins it, with the lines in it."""
    begun, region = "", list[str]()
    for line in source.split("\n"):
        marker = line.strip()
        if marker == BEGIN:
            if begun:
                raise CourseError(f"{where}: a solution region begins inside another; end the first with `{END}`")
            begun, region = line, []
        elif marker == END:
            if not begun:
                raise CourseError(f"{where}: `{END}` without a `{BEGIN}` before it")
            yield begun, region
            begun = ""
        elif begun:
            region.append(line)
        else:
            _refuse_nearly(line, where)
            yield line, None
    if begun:
        raise CourseError(f"{where}: `{BEGIN}` without an `{END}` after it")


def _instead(region: Sequence[str], begun: str, lang: Language, where: str) -> list[str]:
    """What stands in the handout in the place of a region."""
    lines: dict[str, list[tuple[str, str]]] = {"HANDOUT": [], "TODO": []}
    for line in region:
        found = LINE.fullmatch(line)
        if found is None or (found[1] == "TODO" and not (found[2] and found[3])):
            _refuse_nearly(line, where)
        else:
            lines[found[1]].append((found[2] or "", found[3] or ""))
    for kind, said in lines.items():
        counts = [sum(tag == language for tag, _ in said) for language in LANGUAGES]
        if counts[0] != counts[1]:
            raise CourseError(f"{where}: `### {kind}[es]` and `### {kind}[en]` lines must be equally many")
        if kind == "TODO" and counts[0] > 1:
            raise CourseError(f"{where}: a region takes one `### TODO[es]` and one `### TODO[en]` line")
    indent = begun[: len(begun) - len(begun.lstrip())]
    shown = [text for tag, text in lines["HANDOUT"] if tag in ("", lang)]
    todo = [text for tag, text in lines["TODO"] if tag == lang]
    if not lines["HANDOUT"] and not todo:
        todo = [texts.render(message("handouts.todo"), lang)]
    # JSON's way of writing text is also Python's
    return [*shown, *(f"{indent}raise NotImplementedError({json.dumps(text, ensure_ascii=False)})" for text in todo)]


def _spoken(lines: Sequence[str], lang: Language, where: str) -> list[str]:
    """Given lines without the comments of the other language."""
    kept: list[str] = []
    for commented, block in groupby(lines, key=lambda line: SPOKEN.fullmatch(line) is not None):
        run = list(block)
        if not commented:
            kept += run
            continue
        found = [one for one in map(SPOKEN.fullmatch, run) if one is not None]
        if {one[2] for one in found} != set(LANGUAGES):
            raise CourseError(f"{where}: {run[0].strip()!r} has no partner in the other language right beside it")
        kept += [f"{one[1]}# {one[3] or ''}".rstrip() for one in found if one[2] == lang]
    return kept


def _refuse_nearly(line: str, where: str) -> None:
    """A line that looks like a marker but is none."""
    if NEARLY.match(line):
        raise CourseError(
            f"{where}: {line.strip()!r} is no marker here; there are `{BEGIN}`, `{END}` and, between them, "
            "`### HANDOUT code`, `### HANDOUT[es] code`, `### TODO[es] text` (and the same with en)"
        )
    if SPOKEN.fullmatch(line) is None and NEARLY_SPOKEN.match(line):
        raise CourseError(
            f"{where}: {line.strip()!r}: a comment of one language is a line of its own that begins with "
            "`#[es] ` or `#[en] `"
        )


def _refuse_broken(made: str, where: str) -> None:
    """The handout must be valid Python, or students would meet a SyntaxError that is not theirs."""
    try:
        _parse(made)
    except SyntaxError as error:
        lines = ["", *made.split("\n")]
        near = lines[error.lineno].strip() if error.lineno is not None and error.lineno < len(lines) else ""
        raise CourseError(
            f"{where}: its handout is not valid Python, {error.msg} at {near!r}; a `### HANDOUT` line keeps "
            "the indentation written after it, and a body needs a statement (`### TODO[es]` gives one)"
        ) from error


def _parse(made: str) -> None:
    """Read ``made`` as Python, else as Python with the notebook's own commands (``%matplotlib``, ``!ls``)."""
    try:
        ast.parse(made)
    except SyntaxError:
        if not made.lstrip().startswith("%%"):
            ast.parse("\n".join(MAGIC.sub(r"\1pass", line) for line in made.split("\n")))
