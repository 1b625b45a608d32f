"""A model with several outputs as its class output sees it: the layers on the way there, its loss and its metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.records import CompileFacts, Head, Message, ModelFacts, message
from grader.scoring.model_choice import called

CLASSES = 10  # of every data set: digits, clothes


def of_classes(model: ModelFacts) -> ModelFacts:
    """``model`` as its only output with a value for each class sees it; unchanged when none or several have that.

    Parameters and multiply-adds stay those of the whole.
    """
    fitting = [place for place, shape in enumerate(model.outputs) if shape == (CLASSES,)]
    if len(model.heads) < 2 or len(fitting) != 1:
        return model
    place = fitting[0]
    head = model.heads[place]
    return replace(
        model,
        head=place,
        outputs=(model.outputs[place],),
        layers=tuple(layer for layer in model.layers if layer.name in head.layers),
        compiled=_compiled(model.compiled, head, place),
        fits=tuple(
            replace(fit, history=_metrics(fit.history, head), compiled=_compiled(fit.compiled, head, place))
            for fit in model.fits
        ),
        evaluations=tuple(replace(one, metrics=_metrics(one.metrics, head)) for one in model.evaluations),
    )


def notices(models: Mapping[str, tuple[ModelFacts, ...]]) -> tuple[Message, ...]:
    """Which models have several outputs, and which of these is graded."""
    told = {
        model.number: message(
            "measuring.head", model=called(model), n=len(model.heads), head=model.heads[model.head].name[:100]
        )
        for meant in models.values()
        for model in meant
        if model.head is not None
    }
    return tuple(told.values())


def _compiled(compiled: CompileFacts | None, head: Head, place: int) -> CompileFacts | None:
    """With the loss of this output; one loss for all outputs stays."""
    if compiled is None or not compiled.losses:
        return compiled
    return replace(compiled, loss=compiled.losses.get(head.name, compiled.losses.get(str(place))))


def _metrics(values: Mapping[str, Any], head: Head) -> Mapping[str, Any]:
    """Also by the names that a model of one output has: ``digit_accuracy`` is its ``accuracy``."""
    own = {}
    for name, value in values.items():
        validated, bare = ("val_", name[4:]) if name.startswith("val_") else ("", name)
        if bare.startswith(f"{head.name}_") and bare != f"{head.name}_loss":
            own[validated + bare.removeprefix(f"{head.name}_")] = value
    return {**values, **own}
