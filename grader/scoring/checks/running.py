"""Checks on the run itself."""

from __future__ import annotations

from grader.records import Evidence, Judgement, message
from grader.scoring.checks.subject import ended_reason, nested


def runs_to_the_end(evidence: Evidence) -> Judgement:
    """The notebook runs from its first cell to its last without an error and within its limits."""
    reason = ended_reason(evidence.facts)
    if reason is None:
        return Judgement(credit=1.0, why=message("checks.ran"))
    further = len(evidence.facts.failed) - 1
    if further > 0 and evidence.facts.ended == "error":
        why = message("checks.did_not_run_more", reason=nested(reason), further=further)
    else:
        why = message("checks.did_not_run", reason=nested(reason))
    return Judgement(credit=0.0, why=why)


def ran_within(evidence: Evidence, *, seconds: float) -> Judgement:
    """The whole run takes at most ``seconds``, measured from outside."""
    took = evidence.facts.seconds
    stopped = evidence.facts.ended == "timeout"
    in_time = took <= seconds and not stopped
    return Judgement(
        credit=1.0 if in_time else 0.0,
        why=message("checks.in_time" if in_time else "checks.too_slow", seconds=took, limit=seconds),
        expected=message("checks.at_most_seconds", limit=seconds),
        actual=message("checks.seconds", seconds=took),
    )


def imports_of_today(evidence: Evidence) -> Judgement:
    """No import names what Keras 3 dropped, also where ``repair: imports`` runs it by its name of today."""
    old = evidence.facts.old_imports
    if not old:
        return Judgement(credit=1.0, why=message("checks.imports_of_today"))
    first = old[0]
    why = message("checks.old_imports", n=len(old), cell=first.cell, written=first.written, today=first.today)
    return Judgement(credit=0.0, why=why)


def manual(evidence: Evidence) -> Judgement:
    """A person gives the points: the title and hint say what a full, a half and an empty answer contains."""
    return Judgement(credit=None, why=message("checks.manual"))
