"""Rules of the checks on arrays, pictures, functions and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.models import convolution
from grader.scoring.checks import array_formula, arrays
from grader.scoring.checks.rule import Around, Complaint, Rule, carry, credits, sizes, tolerances

DTYPES = ("float", "int", "uint", "float16", "float32", "float64", "uint8", "int32", "int64")


def _array(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    if params["name"] not in around.exports:
        text = f"`exports` does not list {params['name']!r}"
        yield Complaint(parameter="name", text=text, given=params["name"], names=around.exports)
    yield from credits(params)
    for known in params.get("misconceptions", ()):
        if arrays.known_array(known["values"]) is None:
            text = f"{known['name']}: its values are not an array of numbers"
            yield Complaint(parameter="misconceptions", text=text)
    if params.get("carry"):
        yield from carry(array_formula.names, params["carry"], around.exports, "`exports` does not list {name!r}")


def _shows_images(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    if params["n"] < 1:
        yield Complaint(parameter="n", text="`n` must be above 0")
    cmaps = params.get("cmaps") or ()
    if cmaps and params["n"] != len(cmaps):
        yield Complaint(parameter="n", text=f"`n` is {params['n']}, but `cmaps` has {len(cmaps)} colour maps")
    greys = params.get("greys", 0)
    if greys and params["n"] != 3 + greys:
        yield Complaint(parameter="n", text=f"`n` is {params['n']}, but three channels and {greys} greys are asked for")
    names = params.get("arrays") or ()
    if names and params["n"] != len(names):
        yield Complaint(parameter="n", text=f"`n` is {params['n']}, but `arrays` has {len(names)} names")
    for name in names:
        if name not in around.exports:
            text = f"`exports` does not list {name!r}"
            yield Complaint(parameter="arrays", text=text, given=name, names=around.exports)
    forms = [name for name in ("cmaps", "greys", "arrays", "any_image", "first", "one_per_class") if params.get(name)]
    if len(forms) > 1:
        yield Complaint(parameter=forms[1], text=f"`{forms[0]}` and `{forms[1]}` exclude each other")


def _prepared_images(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    yield from _array(params, around)
    yield from sizes("shape", [params["shape"]])
    span = tuple(params.get("range", (0, 1)))
    if len(span) != 2 or span[0] >= span[1]:
        yield Complaint(parameter="range", text=f"{list(span)} is not a range; write [0, 1]")
    dtype = params.get("dtype", "float")
    if dtype not in DTYPES:
        yield Complaint(parameter="dtype", text=f"no type {dtype!r}", given=dtype, names=DTYPES)


def _call(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    function = params["function"]
    if function not in around.cases:
        text = f"`calls` has no function {function!r}"
        yield Complaint(parameter="function", text=text, given=function, names=tuple(around.cases))
    yield from _cases(params.get("cases"), around.cases.get(function, 0))
    yield from tolerances(params)
    yield from credits(params, "in_place")


def _cases(cases: Sequence[int] | None, count: int) -> Iterator[Complaint]:
    if cases is not None and (not cases or not all(1 <= case <= count for case in cases)):
        yield Complaint(parameter="cases", text=f"cases are numbered from 1; there are {count}")


def _filters(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from _kernels("kernels", "kernels", params["kernels"])
    for known in params.get("misconceptions", ()):
        yield from _kernels("misconceptions", known["name"], known["kernels"])
    yield from tolerances(params)
    yield from credits(params, "permuted", "biased")


def _kernels(parameter: str, name: str, kernels: Any) -> Iterator[Complaint]:
    try:
        convolution.stack(kernels)
    except ValueError as error:
        yield Complaint(parameter=parameter, text=f"{name}: {error}")


RULES: Mapping[str, Rule] = {
    "array": _array,
    "shows_images": _shows_images,
    "prepared_images": _prepared_images,
    "one_hot_labels": _array,
    "class_counts": _array,
    "call": _call,
    "filters": _filters,
}
