"""A JSON Schema (draft 7) of rubrics for editors, made from the checks that there are."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from grader.course.rubric.hidden import ARGUMENTS_CAP, AXES_CAP, CASES_CAP, DTYPES, IMAGES_CAP
from grader.records import LANGUAGES, MODEL_RULES
from grader.scoring import checks
from grader.scoring.alignment import KINDS, SETTINGS

NUMBER_KEY = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"
FUNCTION = r"^[^\W\d]\w*$"
ID = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"}
WORDS = {
    "type": "object",
    "properties": {language: {"type": "string", "minLength": 1} for language in LANGUAGES},
    "required": list(LANGUAGES),
    "additionalProperties": False,
}


def schema() -> dict[str, Any]:
    """The schema of a rubric: its keys, and for each check its parameters, types and explanation."""
    properties: dict[str, Any] = {
        "exercise": ID,
        "title": WORDS,
        "data": {**ID, "description": "name of the data set, e.g. mnist"},
        "test": {"enum": ["hidden", "public"]},
        "run": _run(),
        "models": _models(),
        "structure": {"type": "array", "minItems": 1, "items": _layer()},
        "exports": {"type": "array", "items": {"oneOf": [{"type": "string"}, _export()]}, "uniqueItems": True},
        "calls": _calls(),
        "predict_on": {"type": "object", "additionalProperties": _predict_on()},
        "questions": ID,
        "untouched": {"type": "array", "items": ID},
        "criteria": {"type": "array", "minItems": 1, "items": {"oneOf": [_criterion(one) for one in _checks()]}},
        "mutants": {"type": "object", "additionalProperties": {"oneOf": [{"type": "array", "items": ID}, _mutant()]}},
        "stop_on_error": {"type": "boolean"},
        "repair": {"enum": ["none", "imports"], "description": "imports: names that Keras 3 dropped run as of today"},
        "total": {"type": "number", "exclusiveMinimum": 0},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rubric",
        "type": "object",
        "properties": properties,
        "required": ["exercise", "title", "data", "criteria"],
        "additionalProperties": False,
    }


def _checks() -> Sequence[checks.Check]:
    return [checks.REGISTRY[name] for name in sorted(checks.REGISTRY)]


def _run() -> dict[str, Any]:
    time = {"type": "string", "pattern": "^([0-9]+ *h)? *([0-9]+ *m(in)?)? *([0-9]+ *s)?$", "minLength": 2}
    return {
        "type": "object",
        "properties": {
            "time": {**time, "description": "CPU time of the whole notebook, e.g. 12m"},
            "wall": {**time, "description": "the old name of time", "deprecated": True},
            "cell": {**time, "description": "CPU time of one cell, e.g. 8m"},
            "memory": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? *([mM][bB]|[gG][bB])$"},
            "seeds": {"type": "integer", "minimum": 1, "maximum": 9},
            "max_epochs": {"type": "integer", "minimum": 1, "description": "of one training; it is stopped after them"},
            "max_fit_time": {**time, "description": "of one training, e.g. 5m; it is stopped at the end of an epoch"},
        },
        "not": {"required": ["time", "wall"]},
        "additionalProperties": False,
    }


def _models() -> dict[str, Any]:
    rule = {"enum": list(MODEL_RULES)}
    by_name = _closed({"variable": {"type": "string", "examples": ["edges", "net.model", "models[0]"]}}, "variable")
    ways = [rule, by_name, _closed({"rule": rule}, "rule")]
    return {"type": "object", "minProperties": 1, "additionalProperties": {"oneOf": ways}}


def _export() -> dict[str, Any]:
    shape = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}
    return _closed({"name": {"type": "string"}, "shape": shape}, "name", "shape")


def _calls() -> dict[str, Any]:
    cases = {"type": "array", "minItems": 1, "maxItems": CASES_CAP, "items": _case()}
    return {"type": "object", "propertyNames": {"pattern": FUNCTION}, "additionalProperties": cases}


def _case() -> dict[str, Any]:
    values = {"type": "array", "items": _argument(), "maxItems": ARGUMENTS_CAP}
    several = _closed({"args": values, "kwargs": {"type": "object", "additionalProperties": _argument()}})
    return {"oneOf": [{**values, "minItems": 1}, {**several, "minProperties": 1}]}


def _argument() -> dict[str, Any]:
    """A random array, one that is written out, or a plain value."""
    shape = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": AXES_CAP}
    number, dtype = {"type": "number"}, {"enum": list(DTYPES)}
    random = _closed({"random": shape, "dtype": dtype, "low": number, "high": number}, "random")
    values = {"type": "array", "items": {"anyOf": [number, {"type": ["array", "boolean"]}]}, "minItems": 1}
    plain = {"type": ["number", "string", "boolean", "null"]}
    listed = {"type": "array", "items": {"not": {"type": "object"}}}
    return {"anyOf": [random, _closed({"array": values, "dtype": dtype}, "array"), plain, listed]}


def _predict_on() -> dict[str, Any]:
    images = {"type": "integer", "minimum": 1, "maximum": IMAGES_CAP}
    return _closed({"images": images, "low": {"type": "number"}, "high": {"type": "number"}})


def _mutant() -> dict[str, Any]:
    replace = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    return _closed({"replace": replace, "costs": {"type": "array", "items": ID}}, "replace", "costs")


def _closed(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _layer() -> dict[str, Any]:
    kind = {"type": "string", "examples": sorted(KINDS)}
    return {
        "type": "object",
        "properties": {
            "id": ID,
            "kind": {"oneOf": [kind, {"type": "array", "items": kind, "minItems": 1}]},
            "repeat": {"oneOf": [{"type": "integer", "minimum": 1}, {"pattern": "^[0-9]+(\\+|-[0-9]+)?$"}]},
            **{name: {} for name in sorted(SETTINGS)},
        },
        "required": ["id", "kind"],
        "additionalProperties": False,
    }


def _criterion(check: checks.Check) -> dict[str, Any]:
    parameters = check.parameters
    required = [name for name, parameter in parameters.items() if parameter.default is checks.REQUIRED]
    return {
        "type": "object",
        "title": check.name,
        "description": check.doc,
        "properties": {
            "id": ID,
            "points": {"type": "number", "exclusiveMinimum": 0},
            "check": {"const": check.name, "description": check.doc},
            "needs": _of(Sequence[str]),
            "when_unmet": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
            "title": WORDS,
            "hint": WORDS,
            "visibility": {"enum": ["visible", "hidden"]},
            "model": {"type": "string"},
            **{name: _of(parameter.annotation) for name, parameter in parameters.items()},
        },
        "required": ["id", "points", "check", *required],
        "additionalProperties": False,
    }


def _of(annotation: Any) -> dict[str, Any]:
    """The schema of a parameter's type, as ``typed_values`` reads it."""
    simple: Mapping[Any, dict[str, Any]] = {
        int: {"type": "integer"},
        float: {"type": "number"},
        # Text that looks like a number needs no quotes in a rubric.
        str: {"type": ["string", "number", "boolean"]},
        bool: {"type": "boolean"},
        Any: {},
    }
    if annotation in simple:
        return simple[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        kinds = [_of(one) for one in arguments if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is Sequence:
        many = {"type": "array", "items": _of(arguments[0])}
        return {"anyOf": [many, _of(str)]} if arguments[0] is str else many
    if origin is Mapping:
        names = {"propertyNames": {"pattern": NUMBER_KEY}} if arguments[0] is float else {}
        return {"type": "object", "additionalProperties": _of(arguments[1]), **names}
    hints = get_type_hints(annotation)
    return {
        "type": "object",
        "properties": {name: _of(inner) for name, inner in hints.items()},
        "required": sorted(annotation.__required_keys__),
        "additionalProperties": False,
    }
