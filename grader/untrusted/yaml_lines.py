"""YAML as plain data that knows its lines.

Only what a rubric needs is read: mappings, lists and scalars. Tags, anchors, aliases, several documents,
duplicate keys, deep nesting and very many values are refused, so a file can neither build objects nor grow when
read. A plain scalar is a number, true/false, null or text as in YAML 1.2: ``no`` is text, ``1e-9`` is a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml
from yaml.reader import ReaderError

from grader.errors import GraderError, RubricError

# Fifteen times what the largest rubric of the course has; more would take longer than anybody waits.
SIZE_CAP = 1 << 18
EVENTS_CAP = 20_000
DEPTH_CAP = 20
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
# The parser in C is ten times as fast. What it refuses is read again by the one in Python, whose messages are shown;
# so is a text with tabs or byte-order marks, which the one in C takes.
FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
REAL = re.compile(r"[-+]?(?:[0-9]{1,18}\.?[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,2})?")
WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the line it stands on (from 1).

    ``value`` is a dict of key -> Located, a list of Located, or a scalar; ``written`` is a scalar as it
    stands in the file; ``key_lines`` has the line of each key of a mapping.
    """

    value: Any
    line: int
    written: str = ""
    key_lines: Mapping[Any, int] | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """What every complaint about a file begins with, and its class."""

    name: str
    refused: type[GraderError]

    def refuse(self, line: int, text: str) -> NoReturn:
        raise self.refused(f"{self.name}:{line}: {text}")


def read(content: bytes, name: str, refused: type[GraderError] = RubricError) -> Located | None:
    """The content of a YAML file; None when it is empty. Raises ``refused`` as ``name:line: what``."""
    file = _File(name, refused)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        file.refuse(content.count(b"\n", 0, error.start) + 1, "the file is not UTF-8 text")
    if len(text) > SIZE_CAP:
        file.refuse(text.count("\n", 0, SIZE_CAP) + 1, f"{len(text)} characters; at most {SIZE_CAP} are read")
    try:
        try:
            node = _composed(text, file, yaml.SafeLoader if "\t" in text or "\ufeff" in text else FAST)
        except (yaml.YAMLError, GraderError):
            node = _composed(text, file, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        file.refuse(mark.line + 1 if mark else 1, _fault(error))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        file.refuse(line, f"the character U+{error.character:04X} stands here and is not allowed")
    return None if node is None else _located(node, file)


def plain(located: Located) -> Any:
    """The same without lines: dicts, lists, scalars."""
    if isinstance(located.value, dict):
        return {key: plain(inner) for key, inner in located.value.items()}
    if isinstance(located.value, list):
        return [plain(inner) for inner in located.value]
    return located.value


def scalar(written: str) -> Any:
    """A plain scalar by the rules of YAML 1.2; numbers that are too long stay text."""
    if written.casefold() in WORDS:
        return WORDS[written.casefold()]
    if INTEGER.fullmatch(written):
        return int(written)
    if REAL.fullmatch(written):
        return float(written)
    return written


def _composed(text: str, file: _File, loader: Any) -> yaml.Node | None:
    _only_plain_data(text, file, loader)
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _only_plain_data(text: str, file: _File, loader: Any) -> None:
    """Refuse, before anything is built, what plain data does not need."""
    depth = documents = 0
    for number, event in enumerate(_events(text, file, loader)):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            file.refuse(
                line,
                "anchors (&) and aliases (*) are not read; write the value out, in quotes if it begins with one of"
                " these signs",
            )
        tag = getattr(event, "tag", None)
        if tag:
            file.refuse(line, f"the tag {tag[:100]!r} is not read; write the plain value")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            file.refuse(line, "a second document (---) begins here; a file is one")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_CAP:
            file.refuse(line, f"nested more than {DEPTH_CAP} levels deep")
        if number > EVENTS_CAP:
            file.refuse(line, f"more than {EVENTS_CAP} values stand before this line")


def _events(text: str, file: _File, loader: Any) -> Iterator[yaml.Event]:
    parser = loader(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    except (ValueError, OverflowError):  # an escape such as \UFFFFFFFF
        file.refuse(getattr(parser, "line", 0) + 1, "an escape stands here that is no character")


def _line(marked: yaml.Event | yaml.Node) -> int:
    return marked.start_mark.line + 1 if marked.start_mark else 1


def _located(node: yaml.Node, file: _File) -> Located:
    line = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(inner, file) for inner in node.value], line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file)
    value = node.value if getattr(node, "style", None) else scalar(node.value)
    return Located(value, line, written=node.value)


def _mapping(node: yaml.MappingNode, file: _File) -> Located:
    found: dict[Any, Located] = {}
    lines: dict[Any, int] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            file.refuse(line, "a key is a single word or number")
        key = key_node.value if key_node.style else scalar(key_node.value)
        if key is None or isinstance(key, bool):
            key = key_node.value
        if key in found:
            file.refuse(line, f"the key {str(key)[:100]!r} stands here and on line {lines[key]}; keep one")
        found[key], lines[key] = _located(value_node, file), line
    return Located(found, _line(node), key_lines=lines)


def _fault(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "this is not YAML"
    if "'\\t'" in problem:
        return "a tab stands here; indent with spaces"
    return f"this is not YAML: {problem}" + (f" ({error.context})" if error.context else "")
