"""What the run says: models that were trained, saved or ended in a way that is a known mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from grader.records import Diagnosis, Facts, FedData, FitFacts, LayerFacts, ModelFacts
from grader.scoring.diagnoses import patterns
from grader.scoring.diagnoses.wording import told

SCALING = frozenset({"Rescaling", "Normalization", "BatchNormalization", "LayerNormalization", "GroupNormalization"})
# Layers that leave the range of the values as it is, besides the random ones.
PASSING = frozenset(
    {
        "InputLayer",
        "Reshape",
        "Flatten",
        "Permute",
        "Dropout",
        "GaussianDropout",
        "ZeroPadding2D",
        "Cropping2D",
        "Resizing",
        "CenterCrop",
        "MaxPooling2D",
        "AveragePooling2D",
    }
)
RAW = 100.0  # values above it were not scaled at all
SCALED = 10.0  # values below it were, to 0-1 or by mean and deviation
RAW_SPREAD = 10.0  # standard deviation; images standardised pixel by pixel have large values too, and one of 1
WHITE = 255.0
FIT_ON_TEST = re.compile(r"\.fit\(\s*(?:x\s*=\s*)?\w*(?:test|prueba)", re.IGNORECASE)
CATEGORICAL = {
    "categorical_crossentropy": "categorical_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "sparse_categorical_crossentropy": "sparse_categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}


def mistakes(found: Facts, cells: Mapping[int, str]) -> Iterator[Diagnosis]:
    """Known mistakes in what became of the models, each said once; ``cells`` is the code that ran."""
    said: set[str] = set()
    for model in found.recorded:
        for one in (*_trained(model, cells), *_ending(model), *_kept(model, found)):
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


def _trained(model: ModelFacts, cells: Mapping[int, str]) -> Iterator[Diagnosis]:
    trainings = [fit for fit in model.fits if fit.epochs_done]
    if not trainings or model.fed is None:
        return
    if model.fed.part == "test" and any(map(_fits_on_test, cells.values())):
        yield told("test_in_training")
    if model.fed.maximum > RAW and model.source == "file" and not _may_scale(model.layers):
        yield told("unscaled", most=model.fed.maximum)
    for one in model.evaluations:
        if one.fits and one.largest is not None and _scaled_otherwise(model.fed, one.largest):
            yield told("test_scaled_otherwise", most=one.largest, trained=model.fed.maximum)
            break


def _scaled_otherwise(trained: FedData, evaluated: float) -> bool:
    """Whether one of two sets holds raw pixels and the other one scaled ones.

    Standardised pixel by pixel, images have values below -1, and now and then very large ones.
    """
    if trained.maximum > RAW and trained.std > RAW_SPREAD:
        return evaluated < SCALED
    return trained.minimum >= -1 and trained.maximum < SCALED and RAW < evaluated <= WHITE


def _fits_on_test(source: str) -> bool:
    """Whether the code says so: as many rows as the test set are also in ``x_train[:10000]``."""
    return FIT_ON_TEST.search("\n".join(patterns.short_lines(source))) is not None


def _may_scale(layers: Sequence[LayerFacts]) -> bool:
    """Whether a layer changes the range of the values before one learns from them."""
    changing = (layer for layer in layers if layer.kind not in PASSING and not layer.kind.startswith("Random"))
    first = next(changing, None)
    return first is None or first.kind in SCALING or not first.params


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
    if 2 <= len(trainings) <= 10 and len(alike) == 1 and trainings[0].epochs_asked > 1 and not _refined(trainings):
        yield told("trained_twice", n=len(trainings))


def _refined(trainings: Sequence[FitFacts]) -> bool:
    """Whether each training had a smaller learning rate than the one before: it goes on from there on purpose."""
    rates = [fit.compiled.optimizer_config.get("learning_rate") if fit.compiled else None for fit in trainings]
    numbers = [rate for rate in rates if isinstance(rate, (int, float))]
    return len(numbers) == len(rates) and all(late < early for early, late in pairwise(numbers))
