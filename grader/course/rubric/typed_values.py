"""A located value as the type that a check's parameter asks for, or a complaint with its line."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints, is_typeddict

from grader.errors import RubricError
from grader.untrusted.yaml_lines import Located, plain, scalar

NAMES_CAP = 30  # longer lists help nobody


class Reader:
    """Reads values of one file: ``file`` and ``context`` begin every complaint."""

    def __init__(self, file: str, context: str = "") -> None:
        self.file = file
        self.context = context

    def within(self, context: str) -> Reader:
        """The same file, with another beginning: ``criterion 'q1'``."""
        return Reader(self.file, context)

    def refuse(self, line: int, text: str, given: str = "", names: Sequence[str] = ()) -> NoReturn:
        """Raise RubricError: ``file:line: context: text; did you mean ...?``."""
        near = get_close_matches(given, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        if names and not near and len(names) <= NAMES_CAP:
            hint = f"; there are: {', '.join(names)}"
        context = f"{self.context}: " if self.context else ""
        raise RubricError(f"{self.file}:{line}: {context}{text}{hint}")

    def mapping(self, found: Located, what: str) -> Mapping[Any, Located]:
        """The entries of a mapping; refused when it is anything else."""
        if not isinstance(found.value, dict):
            self.refuse(found.line, f"{what} needs `key: value` lines, {_named(found)} was found")
        return found.value

    def keys(self, found: Located, what: str, known: Sequence[str]) -> Mapping[str, Located]:
        """The entries of a mapping whose keys are all known."""
        entries = self.mapping(found, what)
        for key in entries:
            if key not in known:
                self.refuse((found.key_lines or {})[key], f"{what} has no key {key!r}", str(key), known)
        return entries

    def items(self, found: Located, what: str) -> Sequence[Located]:
        """The items of a list; refused when it is anything else."""
        if not isinstance(found.value, list):
            self.refuse(found.line, f"{what} needs a list, {_named(found)} was found")
        return found.value

    def read(self, found: Located, annotation: Any, what: str) -> Any:
        """``found`` as the annotated type. Raises RubricError that says what was received."""
        try:
            return _as(found, annotation)
        except _Unfit as unfit:
            self.refuse(unfit.line, f"{what}: {unfit.text}", unfit.given, unfit.names)

    def text(self, found: Located, what: str) -> str:
        """A text that is not empty."""
        read: str = self.read(found, str, what)
        return read


class _Unfit(Exception):
    def __init__(self, line: int, text: str, given: str = "", names: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.line, self.text, self.given, self.names = line, text, given, tuple(names)


def type_name(annotation: Any) -> str:
    """A type in a teacher's words: ``a list of whole numbers``."""
    simple = {int: "a whole number", float: "a number", str: "text", bool: "true or false", Any: "a value"}
    if annotation in simple:
        return simple[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(type_name(one) for one in arguments if one is not type(None))
    if origin is Literal:
        return "one of " + ", ".join(arguments)
    if origin is Sequence:
        plural = {"a whole number": "whole numbers", "a number": "numbers", "text": "texts"}
        inner = type_name(arguments[0])
        return f"a list of {plural.get(inner, inner)}"
    if origin is Mapping:
        return f"`{type_name(arguments[0])}: {type_name(arguments[1])}` lines"
    return "`key: value` lines"


def _as(found: Located, annotation: Any) -> Any:
    origin = get_origin(annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation](found)
    if origin in (Union, types.UnionType):
        return _as_union(found, [one for one in get_args(annotation) if one is not type(None)])
    if origin is Literal:
        return _as_literal(found, get_args(annotation))
    if origin is Sequence:
        return _as_list(found, get_args(annotation)[0])
    if origin is Mapping:
        return _as_mapping(found, *get_args(annotation))
    if is_typeddict(annotation):
        return _as_record(found, annotation)
    raise TypeError(f"a check has a parameter of the type {annotation}, which no rubric can give")


def _as_union(found: Located, choices: Sequence[Any]) -> Any:
    faults = []
    for one in choices:
        try:
            return _as(found, one)
        except _Unfit as unfit:
            faults.append(unfit)
    if len(faults) == 1:
        raise faults[0]
    wanted = " or ".join(type_name(one) for one in choices)
    raise _Unfit(found.line, f"{wanted} is needed, {_named(found)} was found")


def _as_literal(found: Located, names: Sequence[str]) -> Any:
    if found.value in names:
        return found.value
    raise _Unfit(found.line, f"{_named(found)} is not one of {', '.join(names)}", str(found.value), names)


def _as_list(found: Located, inner: Any) -> tuple[Any, ...]:
    if isinstance(found.value, list):
        return tuple(_as(item, inner) for item in found.value)
    if inner is str and not isinstance(found.value, dict):
        return (_as(found, str),)
    raise _unfit(found, Sequence[inner])


def _as_mapping(found: Located, of_key: Any, of_value: Any) -> dict[Any, Any]:
    if not isinstance(found.value, dict):
        raise _unfit(found, Mapping[of_key, of_value])
    lines = found.key_lines or {}
    return {
        _as(Located(key, lines[key], written=str(key)), of_key): _as(inner, of_value)
        for key, inner in found.value.items()
    }


def _as_record(found: Located, annotation: Any) -> dict[str, Any]:
    hints = get_type_hints(annotation)
    if not isinstance(found.value, dict):
        raise _Unfit(found.line, f"`key: value` lines with {', '.join(hints)} are needed, {_named(found)} was found")
    for key in found.value:
        if key not in hints:
            raise _Unfit((found.key_lines or {})[key], f"no key {key!r} here", str(key), tuple(hints))
    for key in sorted(annotation.__required_keys__):
        if key not in found.value:
            raise _Unfit(found.line, f"`{key}` is missing")
    return {key: _as(inner, hints[key]) for key, inner in found.value.items()}


def _number(found: Located) -> float:
    value = scalar(found.value) if isinstance(found.value, str) else found.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise _unfit(found, float)
    return value


def _whole(found: Located) -> int:
    number = _as(found, float)
    if number != int(number):
        raise _unfit(found, int)
    return int(number)


def _truth(found: Located) -> bool:
    if not isinstance(found.value, bool):
        raise _unfit(found, bool)
    return found.value


def _text(found: Located) -> str:
    if found.value is None or isinstance(found.value, (dict, list)) or not found.written.strip():
        raise _unfit(found, str)
    return found.written


_SCALARS: Mapping[Any, Callable[[Located], Any]] = {
    float: _number,
    int: _whole,
    bool: _truth,
    str: _text,
    Any: plain,
}


def _unfit(found: Located, wanted: Any) -> _Unfit:
    return _Unfit(found.line, f"{type_name(wanted)} is needed, {_named(found)} was found")


def _named(found: Located) -> str:
    if isinstance(found.value, dict):
        return "a mapping (`key: value`)"
    if isinstance(found.value, list):
        return "a list"
    if found.value is None:
        return "nothing"
    return repr(found.value)[:80]
