"""What a rule of the parameters of a check is, and the parts that several rules have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """What is wrong with one parameter (or, with an empty name, with the criterion)."""

    parameter: str
    text: str
    given: str = ""  # a name that may be a slip of one of ``names``
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a criterion can refer to."""

    structure: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)  # called function -> number of its cases
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # question -> misconceptions known there


Rule = Callable[[Mapping[str, Any], Around], Iterator[Complaint]]


def sizes(parameter: str, shapes: Sequence[Sequence[int]]) -> Iterator[Complaint]:
    if not shapes:
        yield Complaint(parameter=parameter, text=f"`{parameter}` is empty")
    for shape in shapes:
        if not shape or any(size < 1 for size in shape):
            yield Complaint(parameter=parameter, text=f"{list(shape)} is not a shape (no batch axis, sizes from 1)")


def carry(names: Callable[[str], frozenset[str]], text: str, known: Sequence[str], unknown: str) -> Iterator[Complaint]:
    """Complaints about the formula ``carry``: what cannot stand there, and names that are not ``known``."""
    try:
        others = sorted(names(text) - set(known))
    except ValueError as error:
        yield Complaint(parameter="carry", text=str(error))
        return
    for name in others:
        yield Complaint(parameter="carry", text=unknown.format(name=name), given=name, names=tuple(known))


def positive(parameter: str) -> Rule:
    def rule(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
        if params[parameter] <= 0:
            yield Complaint(parameter=parameter, text=f"`{parameter}` must be above 0")

    return rule


def tolerances(params: Mapping[str, Any]) -> Iterator[Complaint]:
    for name in ("atol", "rtol"):
        if params.get(name, 0) < 0:
            yield Complaint(parameter=name, text=f"`{name}` is below 0")


def credits(params: Mapping[str, Any], *names: str) -> Iterator[Complaint]:
    """Shares from 0 to 1: the named parameters, and those of misconceptions."""
    for name in names:
        if not 0 <= params.get(name, 0) <= 1:
            yield Complaint(parameter=name, text=f"`{name}` is a share from 0 to 1")
    for known in params.get("misconceptions", ()):
        if not 0 <= known.get("credit", 0) <= 1:
            yield Complaint(parameter="misconceptions", text=f"{known['name']}: credit lies in 0 to 1")
