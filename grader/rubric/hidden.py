"""What a rubric keeps from the student: arguments of calls, images for fixed models."""

from __future__ import annotations

from collections.abc import Mapping

from grader.records import CallCase, ModelChoice, PredictOn
from grader.rubric.located_yaml import Located, plain
from grader.rubric.typed_values import Reader


def calls(found: Located | None, read: Reader) -> Mapping[str, tuple[CallCase, ...]]:
    """``function: [case, ...]``; a case is a list of arguments or ``{args: [...], kwargs: {...}}``."""
    functions: dict[str, tuple[CallCase, ...]] = {}
    for name, cases in (read.mapping(found, "`calls`") if found is not None else {}).items():
        what = f"`calls: {name}`"
        functions[str(name)] = tuple(_case(case, what, read) for case in read.items(cases, what))
    return functions


def _case(found: Located, what: str, read: Reader) -> CallCase:
    if not isinstance(found.value, dict):
        return CallCase(args=tuple(plain(item) for item in read.items(found, what)))
    entries = read.keys(found, what, ("args", "kwargs"))
    args = read.items(entries["args"], what) if "args" in entries else ()
    kwargs = read.mapping(entries["kwargs"], what) if "kwargs" in entries else {}
    return CallCase(
        args=tuple(plain(item) for item in args), kwargs={str(key): plain(item) for key, item in kwargs.items()}
    )


def predict_on(
    found: Located | None, models: Mapping[str, ModelChoice], read: Reader
) -> Mapping[str, PredictOn]:
    """``model: {images: 4, low: 0, high: 1}``."""
    chosen: dict[str, PredictOn] = {}
    for name, said in (read.mapping(found, "`predict_on`") if found is not None else {}).items():
        what = f"`predict_on: {name}`"
        if name not in models:
            read.refuse(said.line, f"`predict_on`: `models` has no {name!r}", str(name), tuple(models))
        entries = read.keys(said, what, ("images", "low", "high"))
        standard = PredictOn()
        chosen[str(name)] = PredictOn(
            images=read.read(entries["images"], int, what) if "images" in entries else standard.images,
            low=read.read(entries["low"], float, what) if "low" in entries else standard.low,
            high=read.read(entries["high"], float, what) if "high" in entries else standard.high,
        )
    return chosen
