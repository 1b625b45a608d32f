"""Where the weights of a graded model come from: a training in this run, or elsewhere. Pure.

A model counts as trained here when it holds values that a training of this run gave, so that one which was saved and
loaded again, copied or wrapped in another does too. All of it is the notebook's own claim: it asks for a person,
and never costs a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import normpath

from grader.records import Accuracy, EventFacts, Facts, Measured, Message, ModelFacts, message

CLASSES = 10
ABOVE_CHANCE = 0.1  # 800 random networks came no further than 0.19 on ten classes
PATHS_CAP = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Remarks:
    """What there is to say: reasons for a person to look, and notices."""

    review: tuple[Message, ...] = ()
    notices: tuple[Message, ...] = ()


def remarks(facts: Facts, graded: Sequence[tuple[str, ModelFacts]], measured: Mapping[int, Measured]) -> Remarks:
    """What to say of the ``graded`` models, each beside the name that a reader knows it by.

    Only of models whose measured accuracy is above chance: an untrained network needs no remark.
    """
    review: list[Message] = []
    notices: list[Message] = []
    loaded = tuple(_brought(facts.events))
    told = [(name, model, accuracy) for name, model in graded if (accuracy := _above_chance(model, measured))]
    for name, model, accuracy in told:
        if _trained_here(model):
            continue
        if facts.own_loop and not loaded:
            notices.append(message("scoring.own_loop", name=name))
        else:
            review.append(_not_retrained(name, model, facts.events, accuracy))
    if loaded and any(_trained_here(model) for _, model, _ in told):
        paths = list(dict.fromkeys(event.path for event in loaded))
        notices.append(message("scoring.weights_loaded", paths=paths[:PATHS_CAP]))
    return Remarks(review=tuple(review), notices=tuple(notices))


def _above_chance(model: ModelFacts, measured: Mapping[int, Measured]) -> Accuracy | None:
    """The accuracy that we measured, on training images when we can, if it is clearly above chance."""
    known = measured.get(model.number)
    accuracy = known and (known.train or known.test)
    return accuracy if accuracy and accuracy.interval[0] > _chance(model) + ABOVE_CHANCE else None


def _chance(model: ModelFacts) -> float:
    """How many images a model names rightly that knows nothing; outputs beyond the classes change nothing."""
    values = model.outputs[-1][-1] if model.outputs and model.outputs[-1] else CLASSES
    return 1 / max(1, min(values, CLASSES))


def _trained_here(model: ModelFacts) -> bool:
    if model.trained_here is None:
        return any(fit.epochs_done > 0 for fit in model.fits)
    return model.trained_here


def _brought(events: tuple[EventFacts, ...]) -> Iterator[EventFacts]:
    """What was loaded that no training of this run gave, from files that no model of this run was saved to."""
    saved = set()
    for event in events:
        if event.kind in ("save", "save_weights"):
            saved.add(normpath(event.path))
        elif event.kind in ("load", "load_weights") and not event.trained_here and normpath(event.path) not in saved:
            yield event


def _not_retrained(name: str, model: ModelFacts, events: tuple[EventFacts, ...], accuracy: Accuracy) -> Message:
    """The reason, with what was seen of the model itself before what was seen of others."""
    seen = [*_brought(events), *(event for event in events if event.kind == "set_weights" and not event.trained_here)]
    own = [event for event in seen if event.model == model.number] or seen
    if not own:
        return message("scoring.not_retrained", name=name, accuracy=accuracy.value)
    last = own[-1]
    if last.kind == "set_weights":
        return message("scoring.not_retrained_set", name=name, accuracy=accuracy.value, cell=last.cell)
    return message("scoring.not_retrained_loaded", name=name, accuracy=accuracy.value, path=last.path, cell=last.cell)
