"""What a check is about, and what it says when that is missing.

What is missing because the student's own run ended early costs its points, with the reason. What we
could not read or understand stays unjudged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

from grader.records import Evidence, Facts, FailedCell, Judgement, Message, ModelFacts, message

P = ParamSpec("P")
OnModel = Callable[Concatenate[Evidence, ModelFacts, P], Judgement]
PERHAPS_CUT = "checks.ended_perhaps_cut"
INNER_KERAS = "runs.inner_keras"  # notice of a network that was built with the old copy of Keras inside TensorFlow
Plain = Callable[Concatenate[Evidence, P], Judgement]


def about_model(check: OnModel[P]) -> Plain[P]:
    """A check that needs a model, or at least what the sandbox tells of one."""

    @wraps(check)
    def judged(evidence: Evidence, /, *args: P.args, **kwargs: P.kwargs) -> Judgement:
        if evidence.model is None:
            return no_model(evidence.facts)
        return check(evidence, evidence.model, *args, **kwargs)

    return judged


def about_structure(check: OnModel[P]) -> Plain[P]:
    """A check that needs the layers of a model.

    Layers that only the sandbox describes can earn points, but not lose them: what such a
    description lacks may be there in a form that we do not understand.
    """

    @wraps(check)
    def judged(evidence: Evidence, /, *args: P.args, **kwargs: P.kwargs) -> Judgement:
        model = evidence.model
        if model is None:
            return no_model(evidence.facts)
        if nothing_added(model):
            return no_layers(evidence.facts)
        if not model.layers or (model.source == "file" and model.refusal is not None):
            return unread(model)
        judgement = check(evidence, model, *args, **kwargs)
        if model.source == "claim" and judgement.credit is not None and judgement.credit < 1:
            return Judgement(
                credit=None,
                why=message("checks.claim_unsure", reason=nested(judgement.why)),
                expected=judgement.expected,
                actual=judgement.actual,
            )
        return judgement

    return judged


def no_model(facts: Facts) -> Judgement:
    """Credit 0: there is no model, or none of the name that was asked for, with the reason when the run ended early.

    Unjudged when there is one that cannot be read at all.
    """
    if any(notice.key == INNER_KERAS for notice in facts.notices):
        return Judgement(credit=None, why=message("checks.model_of_inner_keras"))
    reason = ended_reason(facts)
    building = next((cell for cell in facts.failed if cell.adds_layers and not cell.perhaps_cut), None)
    if building is not None and facts.ended in ("ok", "error"):  # rather than whatever failed before it
        reason = _cell_ended(building)
    if reason is None:
        return Judgement(credit=0.0, why=message("checks.no_model_named" if facts.recorded else "checks.no_model"))
    return Judgement(credit=0.0, why=message("checks.no_model_because", reason=nested(reason)))


def never_trained(evidence: Evidence) -> Judgement:
    """What is said of a model on which ``fit`` was never called; a loop of the notebook's own leaves it open."""
    if evidence.facts.own_loop:
        return Judgement(credit=None, why=message("checks.trained_by_own_loop"))
    reason = ended_reason(evidence.facts, "fit", "fit_generator")
    if reason is None:
        return Judgement(credit=0.0, why=message("checks.never_trained"))
    return Judgement(credit=0.0, why=message("checks.never_trained_because", reason=nested(reason)))


def nothing_added(model: ModelFacts) -> bool:
    """Whether the model was read and has no layer besides its inputs."""
    return model.source == "file" and model.refusal is None and all(one.kind == "InputLayer" for one in model.layers)


def no_layers(facts: Facts) -> Judgement:
    """Credit 0: nothing was added to the model, with the reason when the cell that adds layers failed."""
    adding = next((cell for cell in facts.failed if cell.adds_layers), None)
    reason = _cell_ended(adding) if adding is not None else None
    if reason is None:
        return Judgement(credit=0.0, why=message("checks.no_layers"))
    return Judgement(credit=0.0, why=message("checks.no_layers_because", reason=nested(reason)))


def unsized(model: ModelFacts) -> Message:
    """Why the sizes of a model's layers are not known, and how they come to be."""
    if model.source == "claim":
        return message("checks.never_called")
    first = next((layer.kind for layer in model.layers), "")
    images = (28, 28, 1) if first.endswith("2D") else (784,) if first == "Dense" else (28, 28)
    return message("checks.unbuilt", example=images)


def several_outputs(model: ModelFacts, expected: Message | None = None) -> Judgement:
    """Unjudged: nobody but a person can tell which of a model's outputs is meant."""
    return Judgement(credit=None, why=message("measuring.several_outputs", n=len(model.outputs)), expected=expected)


def unread(model: ModelFacts) -> Judgement:
    """Unjudged: there is a model, but it could not be read."""
    if model.refusal is not None:
        return Judgement(credit=None, why=model.refusal)
    return Judgement(credit=None, why=message("checks.model_unknown", kind=model.class_name))


def ended_reason(facts: Facts, *missed: str) -> Message | None:
    """Why the run ended early, as a clause; None when it did not.

    ``missed`` are names, keys of answers or calls that are missing: rather than the first cell that failed, the reason
    is the one for which they are.
    """
    if facts.ended == "timeout":
        slow = next((cell for cell in facts.failed if cell.kind == "timeout"), None)
        return _cell_ended(slow) if slow is not None else message("checks.ended_timeout")
    if facts.ended in ("memory", "output", "exit"):
        return message(f"checks.ended_{facts.ended}")
    if facts.failed:
        return _cell_ended(_at_fault(facts.failed, missed))
    return message("checks.ended_error") if facts.ended == "error" else None


def _at_fault(failed: Sequence[FailedCell], missed: Sequence[str]) -> FailedCell:
    """The failed cell to name: the one to fix first for what is missing, else the first of all."""
    known = [cell for cell in failed if not cell.perhaps_cut] or list(failed)
    missing = next((cell for cell in known if any(name in cell.missed for name in missed)), known[0])
    return next((cell for cell in known if cell.cell == missing.first), missing)


def _cell_ended(failed: FailedCell) -> Message:
    """How one cell ended, as a clause."""
    if failed.perhaps_cut:
        return message(PERHAPS_CUT, cell=failed.cell)
    if failed.kind == "timeout":
        return message("checks.ended_timeout_in", cell=failed.cell)
    if failed.error:
        return message("checks.ended_error_in", cell=failed.cell, error=failed.error[:100])
    return message("checks.ended_in", cell=failed.cell)


def clauses(parts: Sequence[Message]) -> dict[str, object]:
    """One or more messages, each a clause, as one value of another message: "a; b; c"."""
    told = nested(parts[-1])
    for part in reversed(parts[:-1]):
        told = nested(message("pictures.clauses", first=nested(part), rest=told))
    return told


def perhaps_cut(why: Message) -> bool:
    """Whether a sentence rests on a cell that may have failed only because an early look cuts trainings short."""
    inner = [value for value in why.values.values() if isinstance(value, dict) and value.keys() == {"key", "values"}]
    return why.key == PERHAPS_CUT or any(perhaps_cut(Message(**value)) for value in inner)


def nested(inner: Message) -> dict[str, object]:
    """A message as a value of another message."""
    return {"key": inner.key, "values": dict(inner.values)}
