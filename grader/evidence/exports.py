"""The arrays that the rubric asks for, as the sandbox hands them over: whole when small, else some of their rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from grader.records import ExportFacts, Rubric, Run, Shape
from grader.untrusted import claims

CANDIDATES = 4
STEP = 256  # the frame of candidate k of export i has the number i + STEP * k
WHOLE_CAP = 1 << 20  # bytes; a larger array is known by ROWS of its rows, which together have at most PART_CAP bytes
ROWS = 256
PART_CAP = 3 << 20


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
    rows = () if full is None else sent_rows(full, values.itemsize)
    told = tuple(claims.items(header.get("rows"), ROWS + 1))
    partial = full is not None and rows != () and told == rows and values.shape == (len(rows), *full[1:])
    fact = ExportFacts(
        name=name,
        shape=full if full is not None else values.shape,
        dtype=str(header["dtype"]),
        minimum=claims.real(header.get("minimum")),
        maximum=claims.real(header.get("maximum")),
        finite=header.get("finite") is not False,
        values=None if full is not None else values,
        rows=rows if partial else (),
        row_values=values if partial else None,
        found_as=claims.word(header.get("found_as"), 200),
        by_shape=header.get("by_shape") is True,
    )
    return fact, claims.whole(header.get("candidates")) or 1


def sent_rows(shape: Shape, itemsize: int) -> tuple[int, ...]:
    """The rows that are sent of a large array; none of a small one, which is sent whole.

    Nobody chooses them: whoever could would hand in one right row for the whole array.
    """
    size = math.prod(shape) * itemsize
    if size <= WHOLE_CAP:
        return ()
    count = max(1, min(ROWS, shape[0], PART_CAP // max(1, size // shape[0])))
    return tuple(np.linspace(0, shape[0] - 1, count).astype(int).tolist())
