"""The arrays that the rubric asks for, as the sandbox hands them over: whole when small, else some of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.evidence import claims
from grader.records import ExportFacts, Rubric, Run

CANDIDATES = 4
STEP = 256              # the frame of candidate k of export i has the number i + STEP * k
ROWS_CAP = 256


def exports(run: Run, rubric: Rubric) -> Mapping[str, ExportFacts]:
    """By the rubric's name, the array that is most likely meant, with the others that may be."""
    found: dict[str, ExportFacts] = {}
    for index, name in enumerate(rubric.exports[:STEP]):
        first = _export(run, name, index)
        if first is None:
            continue
        fact, count = first
        others = [_export(run, name, index + STEP * place) for place in range(1, min(count, CANDIDATES))]
        found[name] = replace(fact, candidates=tuple(other[0] for other in others if other is not None))
    return found


def _export(run: Run, name: str, number: int) -> tuple[ExportFacts, int] | None:
    """One frame, and how many candidates it says that there are."""
    raw = claims.array(run.frames.get(("export", number)))
    if raw is None:
        return None
    header, values = raw
    full = claims.shape(header.get("full_shape"))
    rows = [row for item in claims.items(header.get("rows"), ROWS_CAP) if (row := claims.whole(item)) is not None]
    partial = full is not None and full[1:] == values.shape[1:] and len(rows) == len(values)
    fact = ExportFacts(
        name=name,
        shape=full if full is not None else values.shape,
        dtype=str(header["dtype"]),
        minimum=claims.real(header.get("minimum")),
        maximum=claims.real(header.get("maximum")),
        finite=header.get("finite") is not False,
        values=None if full is not None else values,
        rows=tuple(rows) if partial else (),
        row_values=values if partial else None,
        found_as=claims.word(header.get("found_as"), 200),
        by_shape=header.get("by_shape") is True,
    )
    return fact, claims.whole(header.get("candidates")) or 1
