"""What the run says: models that were trained, saved or ended in a way that is a known mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.diagnoses.wording import told
from grader.records import Diagnosis, Facts, LayerFacts, ModelFacts

SCALING = frozenset({"Rescaling", "Normalization", "BatchNormalization", "LayerNormalization", "Resizing"})
RAW = 100.0                 # values above it were not scaled at all
CATEGORICAL = {
    "categorical_crossentropy": "categorical_crossentropy", "CategoricalCrossentropy": "categorical_crossentropy",
    "sparse_categorical_crossentropy": "sparse_categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}


def mistakes(found: Facts) -> Iterator[Diagnosis]:
    """Known mistakes in what became of the models, each said once."""
    said: set[str] = set()
    for model in found.recorded:
        for one in (*_trained(model), *_ending(model), *_kept(model, found)):
            if one.id not in said:
                said.add(one.id)
                yield one


def order(counts: Mapping[int, int], found: Facts) -> Iterator[Diagnosis]:
    """Whether the saved execution counts tell of another order than from top to bottom; said when something failed."""
    if not found.failed:
        return
    before: tuple[int, int] | None = None
    for cell, count in sorted(counts.items()):
        if before is not None and count < before[1]:
            yield told("out_of_order", cell=before[0], after=cell)
            return
        before = (cell, count)


def _trained(model: ModelFacts) -> Iterator[Diagnosis]:
    trainings = [fit for fit in model.fits if fit.epochs_done]
    if not trainings or model.fed is None:
        return
    if model.fed.part == "test":
        yield told("test_in_training")
    first = next((layer for layer in model.layers if layer.kind not in ("InputLayer", "Reshape", "Flatten")), None)
    if model.fed.maximum > RAW and (first is None or first.kind not in SCALING) and model.layers:
        yield told("unscaled", most=model.fed.maximum)


def _ending(model: ModelFacts) -> Iterator[Diagnosis]:
    compiled = model.compiled
    last = next((layer for layer in reversed(model.layers) if layer.kind not in ("Dropout", "Reshape")), None)
    if compiled is None or last is None or not model.fits:
        return
    activation, units = _activation(last), last.output_shape[-1] if last.output_shape else 0
    if activation == "softmax" and units == 1:
        yield told("softmax_of_one")
    loss = CATEGORICAL.get(compiled.loss or "")
    if loss is None or units < 2:
        return
    if activation == "softmax" and compiled.from_logits:
        yield told("logits_of_softmax")
    elif activation == "sigmoid" and not compiled.from_logits:
        yield told("sigmoid_categorical", name=loss)
    elif activation == "linear" and not compiled.from_logits:
        yield told("no_softmax", name=loss)


def _activation(last: LayerFacts) -> str:
    if last.kind in ("Softmax", "ReLU"):
        return last.kind.lower()
    return str(last.config.get("activation", "?"))


def _kept(model: ModelFacts, found: Facts) -> Iterator[Diagnosis]:
    saves = [event for event in found.events if event.kind == "save" and event.model == model.number]
    if saves and model.fits and all(event.fits == 0 for event in saves):
        yield told("saved_before")
    trainings = [fit for fit in model.fits if fit.epochs_done]
    alike = {(fit.epochs_asked, fit.batch_size, fit.rows) for fit in trainings}
    if 2 <= len(trainings) <= 10 and len(alike) == 1 and trainings[0].epochs_asked > 1:
        yield told("trained_twice", n=len(trainings))
