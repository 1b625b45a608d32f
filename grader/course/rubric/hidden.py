"""What a rubric keeps from the student: arguments of calls, images for fixed models.

Every specification is written out here, so that drawing needs no defaults: ``{random, dtype, low, high}`` or
``{array, dtype}``.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from grader import questions
from grader.course.rubric.typed_values import Reader
from grader.records import CallCase, Criterion, ModelChoice, PredictOn
from grader.untrusted.yaml_lines import Located, plain

DTYPES = ("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "float32", "float64")
SPECS = ("random", "array", "dtype", "low", "high")
CASES_CAP = 20  # of one function
CALLS_CAP = 200  # of all functions and misconceptions together
ARGUMENTS_CAP = 10
ARRAY_CAP = 1 << 20  # bytes
TOTAL_CAP = 16 << 20
AXES_CAP = 6
IMAGES_CAP = 64
LIMIT = 2**53  # beyond it a float no longer holds every whole number


def calls(found: Located | None, read: Reader) -> Mapping[str, tuple[CallCase, ...]]:
    """``function: [case, ...]``; a case is a list of arguments or ``{args: [...], kwargs: {...}}``."""
    functions: dict[str, tuple[CallCase, ...]] = {}
    total = 0
    for name, cases in (read.mapping(found, "`calls`") if found is not None else {}).items():
        what = f"`calls: {name}`"
        if not _is_name(name):
            read.refuse(cases.line, f"`calls`: {name!r} is not a function's name")
        items = read.items(cases, what)
        if not 1 <= len(items) <= CASES_CAP:
            read.refuse(cases.line, f"{what} has {len(items)} cases; 1 to {CASES_CAP} are possible")
        functions[name] = tuple(_case(case, what, read) for case in items)
        total += sum(size(case) for case in functions[name])
    if found is not None and total > TOTAL_CAP:
        read.refuse(found.line, f"`calls`: all arrays together have {total} bytes; at most {TOTAL_CAP} are possible")
    return functions


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name)


def _case(found: Located, what: str, read: Reader) -> CallCase:
    if isinstance(found.value, dict):
        entries = read.keys(found, f"a case of {what}", ("args", "kwargs"))
        args = read.items(entries["args"], f"{what}: args") if "args" in entries else ()
        kwargs = read.mapping(entries["kwargs"], f"{what}: kwargs") if "kwargs" in entries else {}
    else:
        args, kwargs = read.items(found, f"a case of {what}"), {}
    if not 1 <= len(args) + len(kwargs) <= ARGUMENTS_CAP:
        read.refuse(found.line, f"a case of {what} has {len(args) + len(kwargs)} arguments; 1 to {ARGUMENTS_CAP}")
    for name, item in kwargs.items():
        if not _is_name(name):
            read.refuse(item.line, f"{what}: {name!r} is not an argument's name")
    return CallCase(
        args=tuple(_argument(item, what, read) for item in args),
        kwargs={name: _argument(item, what, read) for name, item in kwargs.items()},
    )


def size(case: CallCase) -> int:
    """The bytes of all arrays of a case."""
    return sum(
        prod(spec["random"] if "random" in spec else np.shape(spec["array"])) * np.dtype(spec["dtype"]).itemsize
        for spec in (*case.args, *case.kwargs.values())
        if isinstance(spec, dict)
    )


def _argument(found: Located, what: str, read: Reader) -> Any:
    """One argument: a specification of an array, or a plain value as it stands."""
    if not isinstance(found.value, dict):
        return _plain(found, what, read)
    entries = read.keys(found, f"{what}: an array", SPECS)
    if ("random" in entries) == ("array" in entries):
        read.refuse(found.line, f"{what}: either `random` (a shape) or `array` (its values) is needed")
    spec = _random(entries, what, read) if "random" in entries else _literal(entries, what, read)
    held = size(CallCase(args=(spec,)))
    if held > ARRAY_CAP:
        read.refuse(found.line, f"{what}: an array of {held} bytes; at most {ARRAY_CAP} are possible")
    return spec


def _plain(found: Located, what: str, read: Reader) -> Any:
    if isinstance(found.value, list):
        return [_plain(item, what, read) for item in found.value]
    if isinstance(found.value, dict):
        read.refuse(found.line, f"{what}: an array stands inside a list; write it as an argument of its own")
    return found.value


def _dtype(entries: Mapping[str, Located], standard: str, what: str, read: Reader) -> str:
    if "dtype" not in entries:
        return standard
    name = read.text(entries["dtype"], f"{what}: dtype")
    if name not in DTYPES:
        read.refuse(entries["dtype"].line, f"{what}: no dtype {name!r}", name, DTYPES)
    return name


def _random(entries: Mapping[str, Located], what: str, read: Reader) -> dict[str, Any]:
    shape = read.read(entries["random"], Sequence[int], f"{what}: random")
    line = entries["random"].line
    if not 1 <= len(shape) <= AXES_CAP or any(length < 1 for length in shape) or prod(shape) > ARRAY_CAP:
        read.refuse(line, f"{what}: random: {list(shape)} is not a shape of at most {ARRAY_CAP} bytes")
    dtype = _dtype(entries, "float64", what, read)
    least, most = _range(dtype)
    standard = (0, 1) if dtype == "bool" or np.dtype(dtype).kind == "f" else (0, min(255, most))
    low, high = (
        read.read(entries[name], float, f"{what}: {name}") if name in entries else other
        for name, other in zip(("low", "high"), standard, strict=True)
    )
    if low > high:
        read.refuse(
            entries.get("low", entries.get("high", entries["random"])).line,
            f"{what}: low {low:g} is above high {high:g}",
        )
    for name, value in (("low", low), ("high", high)):
        if not least <= value <= most or (np.dtype(dtype).kind != "f" and value != int(value)):
            read.refuse(entries[name].line, f"{what}: {name}: {value:g} is no {dtype} ({least:g} to {most:g})")
    if np.dtype(dtype).kind != "f":
        low, high = int(low), int(high)
    return {"random": list(shape), "dtype": dtype, "low": low, "high": high}


def _range(dtype: str) -> tuple[float, float]:
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return 0, 1
    if kind.kind == "f":
        return -float(LIMIT), float(LIMIT)
    return max(int(np.iinfo(kind).min), -LIMIT), min(int(np.iinfo(kind).max), LIMIT)


def _literal(entries: Mapping[str, Located], what: str, read: Reader) -> dict[str, Any]:
    found = entries["array"]
    for name in ("low", "high"):
        if name in entries:
            read.refuse(entries[name].line, f"{what}: `{name}` says nothing about an `array` that is written out")
    values = plain(found)
    try:
        array = np.array(values)
    except ValueError:
        read.refuse(found.line, f"{what}: array: its rows are not equally long")
    if array.dtype.kind not in "biuf" or array.size == 0 or array.ndim > AXES_CAP:
        read.refuse(found.line, f"{what}: array: a list of numbers, or of equally long such lists, is needed")
    dtype = _dtype(entries, "float64" if array.dtype.kind == "f" else "int64", what, read)
    least, most = _range(dtype)
    whole = np.dtype(dtype).kind == "f" or bool((array == np.floor(array)).all())
    if not whole or array.min() < least or array.max() > most:
        read.refuse(found.line, f"{what}: array: not all of its values are {dtype} ({least:g} to {most:g})")
    return {"array": values, "dtype": dtype}


def predict_on(found: Located | None, models: Mapping[str, ModelChoice], read: Reader) -> Mapping[str, PredictOn]:
    """``model: {images: 4, low: 0, high: 1}``."""
    chosen: dict[str, PredictOn] = {}
    for name, said in (read.mapping(found, "`predict_on`") if found is not None else {}).items():
        what = f"`predict_on: {name}`"
        if name not in models:
            read.refuse(said.line, f"`predict_on`: `models` has no {name!r}", str(name), tuple(models))
        if models[name].variable is None:
            read.refuse(
                said.line, f"{what}: the model needs a name in the notebook: `models: {{{name}: {{variable: ...}}}}`"
            )
        entries = read.keys(said, what, ("images", "low", "high"))
        standard = PredictOn()
        one = PredictOn(
            images=read.read(entries["images"], int, f"{what}: images") if "images" in entries else standard.images,
            low=read.read(entries["low"], float, f"{what}: low") if "low" in entries else standard.low,
            high=read.read(entries["high"], float, f"{what}: high") if "high" in entries else standard.high,
        )
        if not 1 <= one.images <= IMAGES_CAP:
            read.refuse(entries["images"].line, f"{what}: images: {one.images}; 1 to {IMAGES_CAP} are possible")
        if one.low >= one.high or max(abs(one.low), abs(one.high)) > LIMIT:
            read.refuse(said.line, f"{what}: low {one.low:g} is not below high {one.high:g}")
        chosen[str(name)] = one
    return chosen


def hold(
    criteria: Sequence[Criterion],
    functions: Mapping[str, tuple[CallCase, ...]],
    images: Mapping[str, PredictOn],
    read: Reader,
) -> None:
    """What must hold between criteria and hidden inputs. Raises RubricError."""
    right: dict[str, str] = {}
    total = sum(map(len, functions.values()))
    for one in criteria:
        inner = read.within(f"criterion {one.id!r}")
        if one.check == "filters" and one.model not in images:
            inner.refuse(one.line, f"`predict_on` has no {one.model!r}", one.model, tuple(images))
        if one.check != "call":
            continue
        for known in one.params.get("misconceptions", ()):
            wrong, function = known["function"], one.params["function"]
            if wrong in functions or right.setdefault(wrong, function) != function:
                inner.refuse(one.line, f"misconceptions: {wrong!r} is a wrong {function!r} and nothing else")
        total += sum(len(functions[one.params["function"]]) for _ in one.params.get("misconceptions", ()))
    if total > CALLS_CAP:
        read.refuse(1, f"`calls` and misconceptions make {total} calls; at most {CALLS_CAP} are possible")


def question_set(found: Located | None, read: Reader) -> str | None:
    """The name of a set of seeded questions that there is; None for none."""
    if found is None:
        return None
    name = read.text(found, "`questions`")
    if name not in questions.names():
        read.refuse(found.line, f"`questions`: no set {name!r}", name, questions.names())
    return name
