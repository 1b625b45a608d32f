"""YAML as plain data that knows its lines.

Only what a rubric needs is read: mappings, lists and scalars. Tags, anchors, aliases, several documents,
duplicate keys and deep nesting are refused, so a file can neither build objects nor grow when read. A plain
scalar is a number, true/false, null or text as in YAML 1.2: ``no`` is text, ``1e-9`` is a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from grader.errors import RubricError

SIZE_CAP = 1 << 20
DEPTH_CAP = 20
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
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


def read(text: str, name: str) -> Located:
    """The content of a YAML text. Raises RubricError as ``name:line: what``."""
    if len(text) > SIZE_CAP:
        raise RubricError(f"{name}: {len(text)} characters; a rubric has at most {SIZE_CAP}")
    try:
        _only_plain_data(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RubricError(f"{name}:{line}: {_fault(error)}") from error
    except yaml.YAMLError as error:
        raise RubricError(f"{name}: this is not YAML ({' '.join(str(error).split())})") from error
    if node is None:
        raise RubricError(f"{name}:1: the file is empty")
    return _located(node, name)


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


def _only_plain_data(text: str, name: str) -> None:
    """Refuse, before anything is built, what plain data does not need."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RubricError(
                f"{name}:{line}: anchors (&) and aliases (*) are not read; write the value out, in quotes if it"
                " begins with one of these signs"
            )
        tag = getattr(event, "tag", None)
        if tag:
            raise RubricError(f"{name}:{line}: the tag {tag!r} is not read; write the plain value")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise RubricError(f"{name}:{line}: a second document (---) begins here; a rubric is one")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_CAP:
            raise RubricError(f"{name}:{line}: nested more than {DEPTH_CAP} levels deep")


def _line(marked: yaml.Event | yaml.Node) -> int:
    return marked.start_mark.line + 1 if marked.start_mark else 1


def _located(node: yaml.Node, name: str) -> Located:
    line = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(inner, name) for inner in node.value], line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name)
    value = scalar(node.value) if getattr(node, "style", None) is None else node.value
    return Located(value, line, written=node.value)


def _mapping(node: yaml.MappingNode, name: str) -> Located:
    found: dict[Any, Located] = {}
    lines: dict[Any, int] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            raise RubricError(f"{name}:{line}: a key is a single word or number")
        key = scalar(key_node.value) if key_node.style is None else key_node.value
        if key is None or isinstance(key, bool):
            key = key_node.value
        if key in found:
            raise RubricError(f"{name}:{line}: the key {key!r} stands here and on line {lines[key]}; keep one")
        found[key], lines[key] = _located(value_node, name), line
    return Located(found, _line(node), key_lines=lines)


def _fault(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "this is not YAML"
    if "'\\t'" in problem:
        return "a tab stands here; indent with spaces"
    return f"this is not YAML: {problem}" + (f" ({error.context})" if error.context else "")
