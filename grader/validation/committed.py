"""``reference/<id>/expected.json``: what criteria expect by name, as the reference gives it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.records import ExportFacts, Facts, Rubric
from grader.scoring import answers

CLOSE = 1e-6  # another machine may round otherwise


def fresh(rubric: Rubric, facts: Facts) -> Mapping[str, Any]:
    """The expected values by name: exported arrays and answers of the reference that criteria refer to.

    A name whose value the reference does not give is left out.
    """
    found: dict[str, Any] = {}
    for criterion in rubric.criteria:
        name = criterion.params.get("expected")
        if name is None:
            continue
        value = _value(criterion.check, criterion.params, facts)
        if value is not None:
            found[name] = value
    return found


def _value(check: str, params: Mapping[str, Any], facts: Facts) -> Any:
    if check == "array":
        export = facts.exports.get(params["name"])
        return None if export is None else _array(export)
    typed = answers.read_number(facts.answers.get(params.get("answer", "")))
    return typed.readings[0] if isinstance(typed, answers.Number) else None


def _array(export: ExportFacts) -> Any:
    if export.values is not None:
        return export.values.tolist()
    if export.row_values is None:
        return None
    return {"shape": list(export.shape), "rows": list(export.rows), "values": export.row_values.tolist()}


def dump(values: Mapping[str, Any]) -> bytes:
    """The file: one line for each name."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(values[name])}" for name in sorted(values))
    return ("{\n" + lines + "\n}\n").encode()


def differences(committed: Mapping[str, Any], made: Mapping[str, Any], names: set[str]) -> list[str]:
    """How the committed values differ from what the reference gives now."""
    cure = "run grader validate --update"
    found = [f"expected.json has no {name}; {cure}" for name in sorted(names - set(committed))]
    extra = sorted(set(committed) - names)
    found += [f"expected.json has {name}, which no criterion expects; {cure}" for name in extra]
    found += [f"the reference gives no {name}" for name in sorted(names - set(made))]
    found += [
        f"expected.json is stale: {name} differs from what the reference gives; {cure}"
        for name in sorted(set(made) & set(committed) & names)
        if not _same(committed[name], made[name])
    ]
    return found


def names(rubric: Rubric) -> set[str]:
    """The names that criteria of a rubric expect."""
    return {one.params["expected"] for one in rubric.criteria if one.params.get("expected") is not None}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(_same(one[key], other[key]) for key in one)
    try:
        left, right = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=CLOSE, atol=CLOSE))
