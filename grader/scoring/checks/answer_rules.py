"""Rules of the checks on typed answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.scoring import formula
from grader.scoring.checks.rule import Around, Complaint, Rule, carry, sizes


def _number(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    targets = params.keys() & {"equals", "from_key", "expected", "equals_measured"}
    if len(targets) != 1:
        text = "exactly one of `equals`, `from_key`, `expected`, `equals_measured` is needed"
        yield Complaint(parameter="", text=text)
    for name in ("rel", "abs"):
        if params.get(name, 0) < 0:
            yield Complaint(parameter=name, text=f"`{name}` is below 0")
    for known in params.get("misconceptions", ()):
        if not 0 <= known.get("credit", 0) < 1:
            text = f"{known['name']}: credit lies in 0 to 1, 1 left out"
            yield Complaint(parameter="misconceptions", text=text)
        if known["value"] == params.get("equals"):
            yield Complaint(parameter="misconceptions", text=f"{known['name']} is the right value itself")
    if "carry" in params:
        yield from carry(formula.names, params["carry"], around.answers, "no criterion asks for {name!r}")
    if "from_key" in params and around.slots:
        yield from _slot("from_key", params["from_key"], around)


def _slot(parameter: str, name: str, around: Around) -> Iterator[Complaint]:
    if not around.slots:
        yield Complaint(parameter=parameter, text="the rubric has no `questions`")
    elif name not in around.slots:
        text = f"`questions` has no question {name!r}"
        yield Complaint(parameter=parameter, text=text, given=name, names=tuple(around.slots))


def _variant(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    parameter = "slot" if "slot" in params else "answer"
    yield from _slot(parameter, params[parameter], around)
    known = around.slots.get(params[parameter], ())
    for name, share in (params.get("credits") or {}).items():
        if known and name not in known:
            text = f"no misconception {name!r} is known there"
            yield Complaint(parameter="credits", text=text, given=name, names=known)
        if not 0 <= share < 1:
            yield Complaint(parameter="credits", text=f"{name}: a share lies in 0 to 1, 1 left out")


def _choice(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    correct = [params["correct"]] if isinstance(params["correct"], str) else list(params["correct"])
    if not correct:
        yield Complaint(parameter="correct", text="`correct` is empty")
    for option in params.get("hints") or {}:
        if option in correct:
            yield Complaint(parameter="hints", text=f"{option!r} is correct and needs no hint")


def _text_answer(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not params["any_of"]:
        yield Complaint(parameter="any_of", text="`any_of` is empty")
    for term in params["any_of"]:
        if len(term.split()) > 3:
            text = f"{term!r}: single terms only; a sentence cannot be compared (use `choice` or `manual`)"
            yield Complaint(parameter="any_of", text=text)


def _shape_answer(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from sizes("equals", [params["equals"]])


def _conclusion(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    ways = set(params["options"].values())
    if len(ways) < 3:
        yield Complaint(parameter="options", text="an option for each of less, more and same is needed")
    for option in params.get("hints") or {}:
        if option in params["options"]:
            yield Complaint(parameter="hints", text=f"{option!r} is judged by the student's numbers and needs no hint")
    table = params.get("table", "results")
    if table not in around.answers:
        yield Complaint(parameter="table", text=f"no criterion asks for {table!r}", given=table, names=around.answers)


RULES: Mapping[str, Rule] = {
    "number": _number,
    "choice": _choice,
    "text_answer": _text_answer,
    "shape_answer": _shape_answer,
    "variant": _variant,
    "conclusion": _conclusion,
}
