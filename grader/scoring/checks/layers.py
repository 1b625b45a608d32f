"""Checks on the layers of a model, without a structure to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records import Evidence, Judgement, LayerFacts, Message, ModelFacts, message
from grader.scoring import alignment
from grader.scoring.checks.subject import about_structure, several_outputs, unsized

SHOWN = 5  # layers that a sentence names


@about_structure
def input_shape(evidence: Evidence, model: ModelFacts, *, any_of: Sequence[Sequence[int]]) -> Judgement:
    """The model takes images of one of these shapes, without the batch axis: ``[[784], [28, 28, 1]]``."""
    shapes = model.inputs or ((model.layers[0].input_shape,) if model.layers[0].input_shape else ())
    expected = message("checks.one_of", items=[_shape(shape) for shape in any_of])
    if not shapes and not model.built:
        return Judgement(credit=0.0, why=unsized(model), expected=expected)
    if not shapes:
        return Judgement(credit=None, why=message("checks.input_unknown"), expected=expected)
    right = len(shapes) == 1 and shapes[0] in {tuple(shape) for shape in any_of}
    own = _shape(shapes[0])
    return Judgement(
        credit=1.0 if right else 0.0,
        why=message("checks.input_right" if right else "checks.input_wrong", shape=own),
        expected=expected,
        actual=message("checks.text", text=own),
    )


@about_structure
def output_layer(
    evidence: Evidence,
    model: ModelFacts,
    *,
    units: int | None = None,
    activation: str | None = None,
    strict: bool = False,
) -> Judgement:
    """The model ends in ``units`` outputs with ``activation``, given by any layer.

    Logits with a loss that was built with ``from_logits=True`` count as softmax (or sigmoid) unless
    ``strict``. Units and activation share the credit.
    """
    if len(model.outputs) > 1:
        return several_outputs(model)
    kept, activations = alignment.normalised(model.layers)
    last = kept[-1] if kept else model.layers[-1]
    shape = model.outputs[0] if model.outputs else last.output_shape
    own_units = shape[-1] if len(shape) == 1 else None if model.built else _units(kept)
    own = _last_activation(kept, activations)
    logits = (
        own == "linear"
        and not strict
        and activation in ("softmax", "sigmoid")
        and model.compiled is not None
        and model.compiled.from_logits
    )
    parts = []
    if units is not None:
        parts.append(own_units == units)
    if activation is not None:
        parts.append(own == alignment.activation_name(activation) or logits)
    credit = sum(parts) / len(parts)
    if credit == 1:
        key = "checks.output_logits" if logits else "checks.output_right"
    else:
        key = "checks.output_wrong"
    values = {"shape": _shape(shape), "activation": own, "kind": last.kind}
    wanted_units = units if units is not None else "..."
    shown = (_shape(shape) if model.built else "?") if own_units is None else own_units
    return Judgement(
        credit=credit,
        why=message(key, **values) if model.built else _output_unbuilt(own_units, logits and credit == 1, values),
        expected=message("checks.output", units=wanted_units, activation=activation or "..."),
        actual=message("checks.output", units=shown, activation=own),
    )


def _units(kept: Sequence[LayerFacts]) -> int | None:
    """The units of the last layer that has any, where only layers follow it that keep their number."""
    last = next((one for one in reversed(kept) if one.kind not in alignment.NOISE | alignment.ACTIVATIONS), None)
    units = last.config.get("units") if last is not None and last.kind == "Dense" else None
    return units if isinstance(units, int) else None


def _output_unbuilt(units: int | None, logits: bool, values: Mapping[str, str]) -> Message:
    """What a model ends in whose output shape is not known."""
    told = {"activation": values["activation"], "kind": values["kind"]}
    if units is None:
        return message("checks.output_no_units", **told)
    return message("checks.output_units_logits" if logits else "checks.output_units", units=units, **told)


def _last_activation(kept: Sequence[LayerFacts], activations: Mapping[str, str]) -> str:
    """The activation that the outputs went through: layers without one pass them on."""
    for layer in reversed(kept):
        if activations[layer.name] != "linear" or layer.kind in alignment.WEIGHTED:
            return activations[layer.name]
    return "linear"


@about_structure
def layer_kinds(
    evidence: Evidence,
    model: ModelFacts,
    *,
    allowed: Sequence[str] = (),
    required: Mapping[str, int] | None = None,
    forbidden: Sequence[str] = (),
    activated: bool = False,
) -> Judgement:
    """Which kinds of layer must be there (kind: at least how many), which may, and which must not.

    Kinds are Keras class names or globs (``"*Conv*"``), several with ``|``; a convolution with a stride
    above 1 also answers to ``StridedConv``. Credit is the share of the required kinds that are there,
    and none at all with a forbidden kind. ``allowed`` needs no input, activation and preparing layers. With
    ``activated``, half is lost when none of the hidden layers has an activation.
    """
    kept, _ = alignment.normalised(model.layers)
    present = message("checks.items", items=[layer.kind for layer in kept])
    banned = [layer for layer in model.layers if any(alignment.kind_matches(layer.kind, name) for name in forbidden)]
    if allowed:
        counted = [layer for layer in kept if layer.kind not in alignment.PREPARATION | alignment.ACTIVATIONS]
        banned += [layer for layer in counted if not any(alignment.layer_matches(layer, name) for name in allowed)]
    if banned:
        kinds = sorted({layer.kind for layer in banned})
        return Judgement(credit=0.0, why=message("checks.kinds_forbidden", kinds=kinds), actual=present)
    needed = required or {}
    found = {pattern: sum(alignment.layer_matches(layer, pattern) for layer in model.layers) for pattern in needed}
    lacking = [pattern for pattern, least in needed.items() if found[pattern] < least]
    wanted = [f"{least} x {name}" for name, least in needed.items()] or list(allowed)
    expected = message("checks.items", items=wanted) if wanted else None
    between, straight = alignment.hidden(model.layers)
    if activated and not lacking and between and len(straight) == len(between):
        layers = [f"{layer.kind} {layer.name}" for layer in straight]
        why = message("checks.kinds_linear", layers=layers[:SHOWN])
        return Judgement(credit=0.5, why=why, expected=expected, actual=present)
    if not lacking:
        return Judgement(credit=1.0, why=message("checks.kinds_right"), expected=expected, actual=present)
    parts = [f"{name}: {found[name]} / {needed[name]}" for name in lacking]
    return Judgement(
        credit=1 - len(lacking) / len(needed),
        why=message("checks.kinds_lacking", parts=parts),
        expected=expected,
        actual=present,
    )


@about_structure
def layer_count(evidence: Evidence, model: ModelFacts, *, kind: str, min: int = 0, max: int | None = None) -> Judgement:
    """The model has at least ``min`` and at most ``max`` layers of ``kind`` (a name or a glob, several with ``|``)."""
    count = sum(alignment.layer_matches(layer, kind) for layer in model.layers)
    right = count >= min and (max is None or count <= max)
    return Judgement(
        credit=1.0 if right else 0.0,
        why=message("checks.count_right" if right else "checks.count_wrong", count=count, kind=kind),
        expected=_range(min, max),
        actual=message("checks.whole", value=count),
    )


@about_structure
def total_params(
    evidence: Evidence,
    model: ModelFacts,
    *,
    equals: int | None = None,
    min: int = 0,
    max: int | None = None,
) -> Judgement:
    """The model has exactly ``equals`` parameters, or between ``min`` and ``max``."""
    total = model.total_params
    least, most = (min, max) if equals is None else (equals, equals)
    if not model.built:
        return Judgement(credit=0.0, why=unsized(model), expected=_range(least, most))
    right = total >= least and (most is None or total <= most)
    return Judgement(
        credit=1.0 if right else 0.0,
        why=message("checks.params_right" if right else "checks.params_wrong", total=total),
        expected=_range(least, most),
        actual=message("checks.whole", value=total),
    )


def _range(least: int, most: int | None) -> Message:
    if most is None:
        return message("checks.at_least", least=least)
    if least == most:
        return message("checks.whole", value=least)
    return message("checks.between", least=least, most=most)


def _shape(shape: Sequence[int]) -> str:
    return str(tuple(shape))
