"""Checks that compare a model with the rubric's ``structure``, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.records import Alignment, Evidence, ExpectedLayer, Judgement, LayerFacts, Message, ModelFacts, message
from grader.scoring import alignment
from grader.scoring.checks.subject import about_structure, clauses, unsized


@about_structure
def structure(evidence: Evidence, model: ModelFacts, *, exact: bool = False) -> Judgement:
    """The layers of ``structure`` are there, in order and with their settings.

    Every line counts alike: its kind and each of its settings are shares of it. With ``exact``, each
    further layer counts as one more line that is wrong; otherwise further layers cost nothing.
    """
    beside = _alignment(evidence, model)
    shares = [_line_share(beside, expected) for expected in evidence.structure]
    extra = [layer.kind for layer in beside.extra] if exact else []
    lines = len(shares) + len(extra)
    credit = sum(shares) / lines if lines else 1.0
    missing = [line.id for line in evidence.structure if not _enough(beside, line)]
    wrong = [told for line in evidence.structure if (told := _differing(beside, line))]
    expected = message("checks.items", items=[_line(line) for line in evidence.structure])
    present = message("checks.items", items=[layer.kind for layer in alignment.normalised(model.layers)[0]])
    if not (missing or wrong or extra):
        return Judgement(credit=1.0, why=message("checks.structure_right"), expected=expected, actual=present)
    kinds = {"missing": missing, "settings": wrong, "extra": extra}
    faults = [message(f"checks.structure_{kind}", layers=layers) for kind, layers in kinds.items() if layers]
    why = message("checks.structure_wrong", faults=clauses(faults))
    return Judgement(credit=min(credit, 1.0), why=why, expected=expected, actual=present)


def _differing(beside: Alignment, line: ExpectedLayer) -> str:
    """A line of the structure with the settings in which its layers differ, in the student's values; "" without any."""
    found = beside.pairs.get(line.id, ())
    wrong = [alignment.wrong_settings(one, line.settings, beside.activations) for one in found]
    parts = dict.fromkeys(f"{name} = {_plain(bad[name])}" for bad in wrong for name in bad)
    return f"{line.id} ({'; '.join(parts)})" if parts else ""


@about_structure
def layer(evidence: Evidence, model: ModelFacts, *, layer: str, settings: Mapping[str, Any] | None = None) -> Judgement:
    """The line ``layer`` of the structure is there with its settings, or with ``settings`` where given.

    Credit is the share of right settings; the kind alone when no setting is asked for.
    """
    beside = _alignment(evidence, model)
    line = _expected(evidence, layer)
    matched = beside.pairs.get(layer, ())
    wanted = settings if settings is not None else line.settings
    expected = message("checks.text", text=_line(line, wanted))
    if not matched:
        return _absent(line, expected)
    wrong = [alignment.wrong_settings(one, wanted, beside.activations) for one in matched]
    shares = [1 - len(bad) / len(wanted) if wanted else 1.0 for bad in wrong]
    shares += [0.0] * max(0, line.repeat[0] - len(matched))
    actual = message("checks.items", items=[_own(one, wanted, beside) for one in matched])
    credit = sum(shares) / len(shares)
    if credit == 1:
        return Judgement(credit=1.0, why=message("checks.layer_right", layer=layer), expected=expected, actual=actual)
    names = sorted({name for bad in wrong for name in bad})
    if not names:
        why = message("checks.layers_too_few", layer=layer, count=len(matched), least=line.repeat[0])
    else:
        parts = [f"{name} = {_plain(bad[name])}" for bad in wrong for name in bad]
        why = message("checks.layer_settings_wrong", layer=layer, parts=parts)
    return Judgement(credit=credit, why=why, expected=expected, actual=actual)


@about_structure
def layer_shapes(evidence: Evidence, model: ModelFacts, *, shapes: Mapping[str, Sequence[int]]) -> Judgement:
    """The output shapes of layers of the structure: ``{conv: [26, 26, 32]}``, without the batch axis.

    A layer with the right settings behind a layer that differs keeps its credit: its shape follows from
    what it was given. Every listed layer counts alike.
    """
    beside = _alignment(evidence, model)
    right, notes, actual = 0, [], []
    for name, wanted in shapes.items():
        matched = beside.pairs.get(name, ())
        own = [tuple(one.output_shape) for one in matched]
        actual.append(f"{name}: {_plain(list(own[0])) if own else '-'}")
        if own and all(shape == tuple(wanted) for shape in own):
            right += 1
        elif matched and _follows(evidence, beside, name):
            right += 1
            notes.append(name)
    expected = message("checks.items", items=[f"{name}: {_plain(list(size))}" for name, size in shapes.items()])
    values = {"right": right, "all": len(shapes)}
    if right == len(shapes) and notes:
        why = message("checks.shapes_follow", layers=notes)
    else:
        why = message("checks.shapes_right" if right == len(shapes) else "checks.shapes_wrong", **values)
        open_shape = any(not one.output_shape for name in shapes for one in beside.pairs.get(name, ()))
        why = unsized(model) if right < len(shapes) and not model.built and open_shape else why
    return Judgement(
        credit=right / len(shapes), why=why, expected=expected, actual=message("checks.items", items=actual)
    )


@about_structure
def layer_params(evidence: Evidence, model: ModelFacts, *, layer: str, equals: int) -> Judgement:
    """A layer of the structure has exactly ``equals`` parameters.

    As in ``layer_shapes``, a layer with the right settings behind a layer that differs keeps its credit.
    """
    beside = _alignment(evidence, model)
    matched = beside.pairs.get(layer, ())
    expected = message("checks.whole", value=equals)
    if not matched:
        return _absent(_expected(evidence, layer), expected)
    if any(one.unsized and not one.params_derivation for one in matched):
        return Judgement(credit=0.0, why=unsized(model), expected=expected)
    own = [one.params for one in matched]
    off = next((count for count in own if count != equals), None)
    derivation = matched[0].params_derivation or "-"
    if off is None:
        key, credit = "checks.layer_params_right", 1.0
    elif _follows(evidence, beside, layer):
        key, credit = "checks.layer_params_follow", 1.0
    else:
        key, credit = "checks.layer_params_wrong", 0.0
    shown = equals if off is None else off
    return Judgement(
        credit=credit,
        why=message(key, layer=layer, params=shown, derivation=derivation),
        expected=expected,
        actual=message("checks.whole", value=shown),
    )


@about_structure
def no_further_layers(evidence: Evidence, model: ModelFacts) -> Judgement:
    """The model has no layer that ``structure`` does not ask for.

    Layers that only prepare the image (rescaling, augmentation) and missing layers cost nothing here.
    """
    extra = [layer.kind for layer in _alignment(evidence, model).extra]
    if extra:
        return Judgement(credit=0.0, why=message("checks.further_layers", extra=extra))
    return Judgement(credit=1.0, why=message("checks.no_further_layers"))


def _alignment(evidence: Evidence, model: ModelFacts) -> Alignment:
    return evidence.alignment or alignment.align(model, evidence.structure)


def _expected(evidence: Evidence, id: str) -> ExpectedLayer:
    return next(line for line in evidence.structure if line.id == id)


def _enough(beside: Alignment, line: ExpectedLayer) -> bool:
    return len(beside.pairs.get(line.id, ())) >= line.repeat[0]


def _line_share(beside: Alignment, line: ExpectedLayer) -> float:
    """How much of a line is there: the kind and each setting are one part each."""
    matched = beside.pairs.get(line.id, ())
    parts = 1 + len(line.settings)
    places = max(line.repeat[0], len(matched))
    if places == 0:
        return 1.0
    wrong = sum(len(alignment.wrong_settings(one, line.settings, beside.activations)) for one in matched)
    return (parts * len(matched) - wrong) / (parts * places)


def _follows(evidence: Evidence, beside: Alignment, id: str) -> bool:
    """Whether a layer is right in itself, and something before it is not.

    Without a setting to go by, or with the bias left out unasked, nothing can be said for the layer.
    """
    ids = [line.id for line in evidence.structure]
    line = _expected(evidence, id)
    matched = beside.pairs[id]
    asked = {"use_bias": True, **line.settings} if "use_bias" in matched[0].config else line.settings
    if not line.settings or any(alignment.wrong_settings(one, asked, beside.activations) for one in matched):
        return False
    before = evidence.structure[: ids.index(id)]
    return any(_line_share(beside, earlier) < 1 for earlier in before) or _extra_before(beside, id)


def _extra_before(beside: Alignment, id: str) -> bool:
    """Whether a layer that nobody asked for changed the shape on the way to layer ``id``."""
    given = beside.pairs[id][0].input_shape
    return any(one.output_shape == given != one.input_shape for one in beside.extra)


def _absent(line: ExpectedLayer, expected: Message) -> Judgement:
    return Judgement(credit=0.0, why=message("checks.layer_missing", layer=line.id, kind=line.kind), expected=expected)


def _line(line: ExpectedLayer, settings: Mapping[str, Any] | None = None) -> str:
    wanted = line.settings if settings is None else settings
    inside = ", ".join(f"{name}={_plain(value)}" for name, value in wanted.items())
    return f"{line.kind}({inside})" if inside else line.kind


def _own(one: LayerFacts, wanted: Mapping[str, Any], beside: Alignment) -> str:
    inside = ", ".join(f"{name}={_plain(alignment.setting(one, name, beside.activations))}" for name in wanted)
    return f"{one.kind}({inside})" if inside else one.kind


def _plain(value: Any) -> str:
    """A setting as Python writes it, cut to a line."""
    if isinstance(value, (list, tuple)):
        shown = str(tuple(value))
    else:
        shown = str(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
