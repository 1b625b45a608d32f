"""Rules of the checks on models and their training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from grader.scoring.alignment import KINDS, SETTINGS, STRIDED, activation_name, kind_matches
from grader.scoring.checks.rule import Around, Complaint, Rule, positive, sizes

ACTIVATION_NAMES = frozenset(
    {"linear", "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid"}
    | {"hard_sigmoid", "hard_silu", "hard_tanh", "softmax", "log_softmax", "softplus", "softsign", "exponential"}
    | {"celu", "glu", "swish", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "threshold"}
)


def kind_complaint(parameter: str, pattern: str) -> Complaint | None:
    """A complaint about a layer kind or glob that no layer of Keras answers to."""
    for one in pattern.split("|"):
        name = one.strip()
        if not any(kind_matches(kind, name) for kind in (*KINDS, STRIDED)):
            names = tuple(sorted(KINDS))
            return Complaint(parameter=parameter, text=f"no layer kind {name!r}", given=name, names=names)
    return None


def settings_complaints(settings: Mapping[str, Any]) -> Iterator[Complaint]:
    """Complaints about settings that no layer has, and activations that do not exist."""
    for name, value in settings.items():
        if name not in SETTINGS:
            yield Complaint(
                parameter=name, text=f"no layer has a setting {name!r}", given=name, names=tuple(sorted(SETTINGS))
            )
        elif name == "activation":
            for one in value if isinstance(value, list) else [value]:
                yield from _activation(name, one)


def _activation(parameter: str, value: Any) -> Iterator[Complaint]:
    if value is not None and activation_name(value) not in ACTIVATION_NAMES:
        text = f"no activation {value!r}"
        yield Complaint(parameter=parameter, text=text, given=str(value), names=tuple(sorted(ACTIVATION_NAMES)))


def _layer_id(parameter: str, id: str, around: Around) -> Iterator[Complaint]:
    if not around.structure:
        yield Complaint(parameter=parameter, text="the rubric has no `structure` to compare with")
    elif id not in around.structure:
        text = f"`structure` has no layer {id!r}"
        yield Complaint(parameter=parameter, text=text, given=id, names=around.structure)


def _range(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not params.keys() & {"equals", "min", "max"}:
        yield Complaint(parameter="", text="one of `equals`, `min`, `max` is needed")
    if "equals" in params and params.keys() & {"min", "max"}:
        yield Complaint(parameter="equals", text="`equals` leaves no room for `min` or `max`")
    if params.get("max") is not None and params.get("min", 0) > params["max"]:
        yield Complaint(parameter="min", text="`min` is larger than `max`")
    for name in ("equals", "min", "max"):
        if (params.get(name) or 0) < 0:
            yield Complaint(parameter=name, text=f"`{name}` is below 0")


def _count(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    complaint = kind_complaint("kind", params["kind"])
    if complaint:
        yield complaint
    if not params.keys() & {"min", "max"}:
        yield Complaint(parameter="", text="`min` or `max` is needed")
    else:
        yield from _range(params, around)


def _kinds(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not any(params.get(name) for name in ("allowed", "required", "forbidden")):
        yield Complaint(parameter="", text="one of `allowed`, `required`, `forbidden` is needed")
    for name in ("allowed", "required", "forbidden"):
        for pattern in params.get(name) or ():
            complaint = kind_complaint(name, pattern)
            if complaint:
                yield complaint
    for pattern, least in (params.get("required") or {}).items():
        if least < 1:
            yield Complaint(parameter="required", text=f"{pattern}: at least 1 is needed, {least} was given")


def _input_shape(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from sizes("any_of", params["any_of"])


def _output_layer(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not params.keys() & {"units", "activation"}:
        yield Complaint(parameter="", text="`units` or `activation` is needed")
    yield from _activation("activation", params.get("activation"))


def _structure(_: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    if not around.structure:
        yield Complaint(parameter="", text="the rubric has no `structure` to compare with")


def _layer(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    yield from _layer_id("layer", params["layer"], around)
    yield from settings_complaints(params.get("settings") or {})


def _layer_shapes(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    for id in params["shapes"]:
        yield from _layer_id("shapes", id, around)
    yield from sizes("shapes", tuple(params["shapes"].values()))


def _compiled(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not any(params.get(name) for name in ("loss", "optimizer", "metrics")):
        yield Complaint(parameter="", text="one of `loss`, `optimizer`, `metrics` is needed")


def _accuracy(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    knots = list(params["knots"].items())
    if not knots:
        yield Complaint(parameter="knots", text="`knots` is empty")
    for accuracy, credit in knots:
        if not (0 <= accuracy <= 1 and 0 <= credit <= 1):
            yield Complaint(parameter="knots", text=f"{accuracy:g}: {credit:g}: accuracies and credits lie in 0 to 1")
    for (low, least), (high, most) in pairwise(knots):
        if high <= low or most < least:
            yield Complaint(parameter="knots", text=f"knots must increase: {high:g}: {most:g} after {low:g}: {least:g}")
    if knots and knots[-1][1] <= 0:
        yield Complaint(parameter="knots", text="no accuracy earns any credit")


def _gap(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not 0 <= params["max"] <= 1:
        yield Complaint(parameter="max", text="`max` is a share in 0 to 1 (0.02 is two percentage points)")


def _trained_with(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    asked = [name for name in ("epochs", "batch_size", "times") if params.get(name) is not None]
    if not asked:
        yield Complaint(parameter="", text="one of `epochs`, `batch_size`, `times` is needed")
    for name in asked:
        yield from positive(name)(params, _)


def _layer_params(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    yield from _layer_id("layer", params["layer"], around)


RULES: Mapping[str, Rule] = {
    "input_shape": _input_shape,
    "output_layer": _output_layer,
    "layer_kinds": _kinds,
    "layer_count": _count,
    "total_params": _range,
    "structure": _structure,
    "no_further_layers": _structure,
    "layer": _layer,
    "layer_shapes": _layer_shapes,
    "layer_params": _layer_params,
    "compiled_with": _compiled,
    "test_accuracy": _accuracy,
    "accuracy_gap": _gap,
    "uses_data": positive("min_rows"),
    "ran_within": positive("seconds"),
    "trained_with": _trained_with,
    "real_runs": positive("min_rows"),
    "separate_models": positive("min"),
}
