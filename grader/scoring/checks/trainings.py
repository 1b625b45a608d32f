"""The trainings of a run side by side: how each differs from another, and the accuracies that the notebook saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from grader.records import CompileFacts, Evidence, FitFacts, LayerFacts, Message, ModelFacts, OwnImages, message
from grader.scoring.checks import figures
from grader.scoring.checks.training import same_name

Aspect = Literal["remedy", "loss", "optimizer"]
ASPECTS: tuple[Aspect, ...] = ("remedy", "loss", "optimizer")
TEST_ROWS = 10_000
TRAININGS_CAP = 100
EPOCHS_CAP = 50  # of a history, the last ones
RATES = ("rate", "stddev")
NORMALISING = ("BatchNormalization", "LayerNormalization", "GroupNormalization")
NOISE = ("Dropout", "Noise")
# One function, written for one-hot and for whole-number labels, or less a number that no network changes: the entropy
# of the labels, which is 0.
SAME_LOSS = {
    "sparsecategoricalcrossentropy": "categoricalcrossentropy",
    "kldivergence": "categoricalcrossentropy",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """One call of ``fit``; the accuracies are shares, the most telling one first."""

    model: ModelFacts
    fit: FitFacts
    compiled: CompileFacts
    train: tuple[float, ...]
    test: tuple[float, ...]
    remedies: frozenset[str]  # as code: "Dropout(0.5)"


def trainings(evidence: Evidence) -> tuple[Training, ...]:
    """Every recorded call of ``fit`` that finished an epoch, by model, each model's in order."""
    test_rows = TEST_ROWS if evidence.data is None else len(evidence.data.x_test)
    done = (
        (model, place)
        for model in evidence.facts.recorded
        for place, fit in enumerate(model.fits)
        if fit.epochs_done > 0
    )
    found = (_training(model, place, test_rows) for model, place in islice(done, TRAININGS_CAP))
    return tuple(_with_own_images(one, evidence.facts.given) for one in found)


def _with_own_images(one: Training, given: Mapping[int, OwnImages]) -> Training:
    """A training with what we measured on the notebook's images, when the model was not trained again after it."""
    own = given.get(one.model.number)
    if own is None or one.fit is not one.model.fits[-1]:
        return one
    return replace(one, train=(*one.train, float(own.train.mean())), test=(*one.test, float(own.test.mean())))


def evaluated_accuracies(model: ModelFacts, fits: int | None = None) -> tuple[tuple[int | None, float], ...]:
    """(rows, accuracy) of a model's evaluations, the latest first; ``fits``: those after so many trainings."""
    found = [
        (item.rows, _accuracy(item.metrics))
        for item in reversed(model.evaluations)
        if fits is None or item.fits in (None, fits)
    ]
    return tuple((rows, value) for rows, value in found if value is not None)


def _training(model: ModelFacts, place: int, test_rows: int) -> Training:
    fit = model.fits[place]
    compiled = fit.compiled or model.compiled or CompileFacts()
    evaluated = evaluated_accuracies(model, place + 1)
    large = tuple(value for rows, value in evaluated if rows is not None and rows > test_rows)
    # A part of the training set may be as long as the test set: without a longer one it can be either.
    other = tuple(value for rows, value in evaluated if rows is None or rows <= test_rows)
    return Training(
        model=model,
        fit=fit,
        compiled=compiled,
        train=(*large, *_epochs(fit, ""), *(() if large else other)),
        test=(*other, *_epochs(fit, "val_")),
        remedies=frozenset(_remedies(model, fit, compiled)),
    )


def _accuracy(metrics: Mapping[str, float]) -> float | None:
    """The accuracy among named values; of an unknown name it is the first other share than the loss."""
    known = figures.accuracy(metrics)
    if known is not None:
        return known
    other = (value for name, value in metrics.items() if name not in ("loss", "learning_rate", "lr"))
    return next((value for value in other if 0 <= value <= 1), None)


def _epochs(fit: FitFacts, prefix: str) -> tuple[float, ...]:
    """The accuracies of a history, the last epoch first."""
    series = {
        name[len(prefix) :]: values
        for name, values in fit.history.items()
        if name.startswith(prefix) and (prefix or not name.startswith("val_"))
    }
    most = max((len(values) for values in series.values()), default=0)
    last = range(max(0, most - EPOCHS_CAP), most)
    epochs = [{name: values[at] for name, values in series.items() if at < len(values)} for at in last]
    return tuple(value for epoch in reversed(epochs) if (value := _accuracy(epoch)) is not None)


# ---------------------------------------------------------------- what was changed


def changes(about: Aspect, before: Training, after: Training) -> tuple[Message, ...]:
    """What ``after`` has and ``before`` has not: a remedy against overfitting, another loss, another optimizer."""
    if about == "remedy":
        return tuple(_new_remedies(before, after))
    old, new = (getattr(training.compiled, about) for training in (before, after))
    if not old or not new or _kind(about, before) == _kind(about, after):
        return ()
    return (message("checks.changed_from", before=old[:100], after=new[:100]),)


def small_changes(about: Aspect, before: Training, after: Training) -> tuple[Message, ...]:
    """A change that is none in kind: the same loss in its other form, the same optimizer set otherwise."""
    if changes(about, before, after):
        return ()
    if about == "loss":
        old, new = before.compiled.loss or "", after.compiled.loss or ""
        if same_name(old) == same_name(new):
            return ()
        in_other_form = {same_name(old), same_name(new)} <= {"categoricalcrossentropy", "sparsecategoricalcrossentropy"}
        key = "checks.same_loss" if in_other_form else "checks.same_loss_in_effect"
        return (message(key, before=old[:100], after=new[:100]),)
    if about == "optimizer" and before.compiled.optimizer and after.compiled.optimizer:
        old_settings, new_settings = (_settings(each.compiled.optimizer_config) for each in (before, after))
        different = sorted(name for name in {*old_settings, *new_settings} if _differ(name, old_settings, new_settings))
        if different:
            return (message("checks.same_optimizer", optimizer=after.compiled.optimizer, settings=different),)
    return ()


def only_differ_in(about: Aspect, before: Training, after: Training) -> bool:
    """Whether nothing else was changed between the two."""
    others = [aspect for aspect in ASPECTS if aspect != about]
    return not any(changes(aspect, *pair) for aspect in others for pair in ((before, after), (after, before)))


def _kind(about: Aspect, training: Training) -> str:
    """The plain name of a loss or optimizer; of a loss, that of the one which it is in effect."""
    compiled = training.compiled
    plain = same_name((compiled.loss_like or compiled.loss if about == "loss" else compiled.optimizer) or "")
    return SAME_LOSS.get(plain, plain)


def _settings(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in config.items() if name != "name"}


def _differ(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    left, right = one.get(name), other.get(name)
    if isinstance(left, float) and isinstance(right, float):
        return abs(left - right) > 1e-6 * max(abs(left), abs(right))
    return bool(left != right)


# ---------------------------------------------------------------- remedies against overfitting


def _new_remedies(before: Training, after: Training) -> Iterator[Message]:
    for name in sorted(after.remedies - before.remedies):
        yield message("checks.text", text=name)
    fewer, more = _size(after.model), _size(before.model)
    if _same_kinds(before.model, after.model) and 0 < fewer < more:
        yield message("checks.fewer_params", own=fewer, other=more)
    if after.fit.epochs_asked < before.fit.epochs_asked:
        yield message("checks.fewer_epochs", own=after.fit.epochs_asked, other=before.fit.epochs_asked)
    own, other = after.fit.distinct_rows, before.fit.distinct_rows
    if own is not None and other is not None and own > other:
        yield message("checks.more_images", own=own, other=other)


def _size(model: ModelFacts) -> int:
    """Parameters, but for those of normalisation: a remedy does not make a network a larger one."""
    return sum(layer.params for layer in model.layers if layer.kind not in NORMALISING)


def _same_kinds(one: ModelFacts, other: ModelFacts) -> bool:
    """Dense layers against Dense layers: a convolution instead is another network, not a smaller one."""
    kinds = [{layer.kind for layer in model.layers if layer.params} for model in (one, other)]
    return kinds[0] - set(NORMALISING) == kinds[1] - set(NORMALISING)


def _remedies(model: ModelFacts, fit: FitFacts, compiled: CompileFacts) -> Iterator[str]:
    for layer in model.layers:
        yield from _of_layer(layer)
    yield from (name for name in fit.callbacks if "EarlyStopping" in name)
    decay = compiled.optimizer_config.get("weight_decay")
    if isinstance(decay, float) and decay > 0:
        yield f"weight_decay={decay:.4g}"


def _of_layer(layer: LayerFacts) -> Iterator[str]:
    config = layer.config
    if layer.kind in NORMALISING or layer.kind.startswith("Random"):
        yield layer.kind
    elif any(part in layer.kind for part in NOISE):
        yield _called(layer.kind, [config[name] for name in RATES if name in config])
    elif layer.kind == "ActivityRegularization":
        yield _called(layer.kind, [config[name] for name in ("l1", "l2") if name in config])
    for name, value in config.items():
        if name.endswith(("_regularizer", "_constraint")) and isinstance(value, Mapping):
            inner = value.get("config")
            settings = inner if isinstance(inner, Mapping) else value
            yield _called(
                str(value.get("class_name"))[:60], [each for key, each in settings.items() if key != "class_name"]
            )


def _called(kind: str, settings: Sequence[Any]) -> str:
    numbers = [f"{each:.4g}" for each in settings if isinstance(each, (int, float)) and not isinstance(each, bool)]
    return f"{kind}({', '.join(numbers)})" if numbers else kind
