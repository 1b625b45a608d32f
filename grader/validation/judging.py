"""Whether a case came out as its rubric says, and whether a rubric's mutants reach every criterion. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.records import Rubric, Scorecard
from grader.validation import mutants
from grader.validation.values import Case, Exercise, Finding

MUTANTS_LEAST = 8
SURE = 0.99  # of the seeds must pass


def finding(case: Case, card: Scorecard) -> Finding:
    """What a card says of a case."""
    lost = [verdict.criterion for verdict in card.verdicts if verdict.credit is not None and verdict.credit < 1]
    earned = [verdict.criterion for verdict in card.verdicts if verdict.credit]
    accuracies = case.exercise.accuracies
    found = Finding(
        exercise=case.exercise.name,
        kind=case.kind,
        name=case.name,
        costs=tuple(earned if case.kind == "handout" else lost),
        problems=tuple(_unjudged(card)),
        seconds=card.provenance.seconds,
        accuracy=card.model.test.value if card.model and card.model.test and accuracies and not case.quick else None,
    )
    if case.kind == "handout":
        return replace(found, problems=(*found.problems, *_earnings(case, card, earned)))
    if case.kind == "seed":  # counted all together, see ``flakiness``
        return replace(found, costs=tuple(name for name in lost if name in accuracies))
    told = _told(card) if case.kind == "reference" else []
    return replace(found, problems=(*found.problems, *_losses(case, card, lost), *told))


def _unjudged(card: Scorecard) -> list[str]:
    return [
        f"{verdict.criterion} cannot be judged: {verdict.why.en}" for verdict in card.verdicts if verdict.credit is None
    ]


def _losses(case: Case, card: Scorecard, lost: Sequence[str]) -> list[str]:
    """The losses must be those that the case names, no more and no fewer."""
    why = {verdict.criterion: verdict.why.en for verdict in card.verdicts}
    judged = {verdict.criterion for verdict in card.verdicts if verdict.credit is not None}
    found = [f"{name} loses points and should not: {why[name]}" for name in lost if name not in case.costs]
    kept = [name for name in case.costs if name in judged and name not in lost]
    return found + [f"{name} should lose points and does not: {why[name]}" for name in kept]


def _told(card: Scorecard) -> list[str]:
    """What the card tells of a reference: no cell of it may fail, and a known mistake in it would be a false alarm."""
    failed = [
        f"code cell {one.cell} fails: {': '.join(filter(None, (one.error or one.kind, one.text)))}"
        for one in card.failed
    ]
    places = [one.id if one.cell is None else f"{one.id} in code cell {one.cell}" for one in card.diagnoses]
    mistakes = [
        f"the card tells of a known mistake ({place}): {one.cause.en}"
        for place, one in zip(places, card.diagnoses, strict=True)
    ]
    return failed + mistakes


def _earnings(case: Case, card: Scorecard, earned: Sequence[str]) -> list[str]:
    """The untouched handout must earn what the rubric says, no more and no less."""
    why = {verdict.criterion: verdict.why.en for verdict in card.verdicts}
    more = [f"{name} is earned by an untouched handout: {why[name]}" for name in earned if name not in case.earns]
    less = [name for name in case.earns if name in why and name not in earned]
    return more + [f"`untouched` names {name}, which the handout does not earn: {why[name]}" for name in less]


# ---------------------------------------------------------------- rules


def rules(rubric: Rubric) -> list[Finding]:
    """A finding for each rule that the mutants of a rubric (all of its criteria in it) must keep."""
    people = {one.id for one in rubric.criteria if one.check == "manual"}
    costs = {name: spec.costs for name, spec in rubric.mutants.items()}
    full = [name for name, of in costs.items() if mutants.in_full(rubric, of)]
    few = [f"there are {len(costs)} mutants; at least {MUTANTS_LEAST} are needed"] if len(costs) < MUTANTS_LEAST else []
    many = (
        [f"{len(full)} mutants cost an accuracy and train in full, at most {mutants.FULL_CAP} may: {', '.join(full)}"]
        if len(full) > mutants.FULL_CAP
        else []
    )
    killed = {name for of in costs.values() for name in of}
    missed = [f"no mutant costs {one.id}" for one in rubric.criteria if one.id not in killed | people]
    odd = [f"{name} costs nothing" for name, of in costs.items() if not of]
    odd += [f"{name} costs {one}, which a person judges" for name, of in costs.items() for one in of if one in people]
    odd += [f"`untouched` names {name}, which a person judges" for name in rubric.untouched if name in people]
    named = {
        f"at least {MUTANTS_LEAST} mutants": few,
        f"at most {mutants.FULL_CAP} mutants train in full": many,
        "every criterion is killed": missed,
        "mutants cost what a program judges": odd,
    }
    return [
        Finding(exercise=rubric.exercise, kind="rule", name=name, problems=tuple(problems))
        for name, problems in named.items()
    ]


# ---------------------------------------------------------------- seeds


def flakiness(findings: Sequence[Finding], exercise: Exercise) -> Mapping[str, tuple[int, int]]:
    """For each accuracy criterion, on how many seeds the reference earns it in full, and how many were tried."""
    runs = [one for one in findings if one.exercise == exercise.name and one.kind in ("reference", "seed")]
    return {name: (sum(name not in run.costs for run in runs), len(runs)) for name in exercise.accuracies}
