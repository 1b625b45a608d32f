"""Whether a case came out as its rubric says, and whether a rubric's mutants reach every criterion (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.records import Rubric, Scorecard
from grader.validate.cases import Case

MUTANTS_LEAST = 8
SURE = 0.99                             # of the seeds must pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the table: what was tried, whether it came out as it must, and what it cost."""

    exercise: str
    kind: str
    name: str
    lost: tuple[str, ...] = ()          # criteria on which points were lost, in the rubric's order
    problems: tuple[str, ...] = ()      # empty when all is as it must be
    seconds: float = 0.0
    accuracy: float | None = None       # test accuracy, when it was measured


def finding(case: Case, card: Scorecard) -> Finding:
    """What a card says of a case: its losses must be exactly the criteria that the case names."""
    lost = [verdict.criterion for verdict in card.verdicts if verdict.credit is not None and verdict.credit < 1]
    open_ones = [verdict.criterion for verdict in card.verdicts if verdict.credit is None]
    why = {verdict.criterion: verdict.why.en for verdict in card.verdicts}
    problems = [f"{name} stays unjudged: {why[name]}" for name in open_ones]
    if case.kind == "seed":
        lost = [name for name in lost if name in case.exercise.accuracies]
    else:
        problems += [f"{name} loses points and should not: {why[name]}" for name in lost if name not in case.costs]
        compared = {verdict.criterion for verdict in card.verdicts}
        missed = [name for name in sorted(case.costs & compared) if name not in lost and name not in open_ones]
        problems += [f"{name} should lose points and does not" for name in missed]
    return Finding(
        exercise=case.exercise.rubric.exercise,
        kind=case.kind,
        name=case.name,
        lost=tuple(lost),
        problems=tuple(problems),
        seconds=card.provenance.seconds,
        accuracy=card.model.test.value if card.model and card.model.test and not case.quick else None,
    )


def coverage(rubric: Rubric) -> Finding:
    """Whether the rubric has enough mutants, and each of its criteria is killed by one."""
    killed = {name for spec in rubric.mutants.values() for name in spec.costs}
    problems = [f"no mutant touches {one.id}" for one in rubric.criteria if one.id not in killed]
    if len(rubric.mutants) < MUTANTS_LEAST:
        problems.append(f"there are {len(rubric.mutants)} mutants; at least {MUTANTS_LEAST} are needed")
    return Finding(exercise=rubric.exercise, kind="coverage", name="every criterion", problems=tuple(problems))


def flakiness(findings: Sequence[Finding], exercise: str, accuracies: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """For each accuracy criterion the number of seeds on which the reference passes it, and of seeds tried."""
    runs = [one for one in findings if one.exercise == exercise and one.kind in ("reference", "seed")]
    return {name: (sum(name not in run.lost for run in runs), len(runs)) for name in accuracies}
