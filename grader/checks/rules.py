"""What must hold between the parameters of a check beyond their types; asked when a rubric is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from grader.alignment import KINDS, SETTINGS, STRIDED, activation_name, kind_matches
from grader.checks import arrays, formula, kernel

ACTIVATION_NAMES = frozenset(
    {"linear", "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid"}
    | {"hard_sigmoid", "hard_silu", "hard_tanh", "softmax", "log_softmax", "softplus", "softsign", "exponential"}
    | {"celu", "glu", "swish", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "threshold"}
)


DTYPES = ("float", "int", "uint", "float16", "float32", "float64", "uint8", "int32", "int64")


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """What is wrong with one parameter (or, with an empty name, with the criterion)."""

    parameter: str
    text: str
    given: str = ""  # a name that may be a slip of one of ``names``
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a criterion can refer to."""

    structure: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)     # called function -> number of its cases
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # question -> misconceptions known there


Rule = Callable[[Mapping[str, Any], Around], Iterator[Complaint]]


def complaints(check: str, params: Mapping[str, Any], around: Around) -> list[Complaint]:
    """Everything that is wrong with the parameters of a check, each of which has the right type."""
    rule = RULES.get(check)
    return list(rule(params, around)) if rule else []


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


def _shapes_are_sizes(parameter: str, shapes: Sequence[Sequence[int]]) -> Iterator[Complaint]:
    if not shapes:
        yield Complaint(parameter=parameter, text=f"`{parameter}` is empty")
    for shape in shapes:
        if not shape or any(size < 1 for size in shape):
            yield Complaint(parameter=parameter, text=f"{list(shape)} is not a shape (no batch axis, sizes from 1)")


def _input_shape(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from _shapes_are_sizes("any_of", params["any_of"])


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
    yield from _shapes_are_sizes("shapes", tuple(params["shapes"].values()))


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


def _positive(parameter: str) -> Rule:
    def rule(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
        if params[parameter] <= 0:
            yield Complaint(parameter=parameter, text=f"`{parameter}` must be above 0")

    return rule


def _gap(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not 0 <= params["max"] <= 1:
        yield Complaint(parameter="max", text="`max` is a share in 0 to 1 (0.02 is two percentage points)")


def _number(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    targets = params.keys() & {"equals", "from_key", "expected", "equals_measured"}
    if len(targets) != 1:
        text = "exactly one of `equals`, `from_key`, `expected`, `equals_measured` is needed"
        yield Complaint(parameter="", text=text)
    for name in ("rel", "abs"):
        if params.get(name, 0) < 0:
            yield Complaint(parameter=name, text=f"`{name}` is below 0")
    for known in params.get("misconceptions", ()):
        if not 0 <= known.get("credit", 0) < 1:
            text = f"{known['name']}: credit lies in 0 to 1, 1 left out"
            yield Complaint(parameter="misconceptions", text=text)
        if known["value"] == params.get("equals"):
            yield Complaint(parameter="misconceptions", text=f"{known['name']} is the right value itself")
    if "carry" in params:
        yield from _carry(params["carry"], around)
    if "from_key" in params and around.slots:
        yield from _slot("from_key", params["from_key"], around)


def _carry(text: str, around: Around) -> Iterator[Complaint]:
    try:
        unknown = sorted(formula.names(text) - set(around.answers))
    except ValueError as error:
        yield Complaint(parameter="carry", text=str(error))
        return
    for name in unknown:
        yield Complaint(parameter="carry", text=f"no criterion asks for {name!r}", given=name, names=around.answers)


def _slot(parameter: str, name: str, around: Around) -> Iterator[Complaint]:
    if not around.slots:
        yield Complaint(parameter=parameter, text="the rubric has no `questions`")
    elif name not in around.slots:
        text = f"`questions` has no question {name!r}"
        yield Complaint(parameter=parameter, text=text, given=name, names=tuple(around.slots))


def _variant(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    parameter = "slot" if "slot" in params else "answer"
    yield from _slot(parameter, params[parameter], around)
    known = around.slots.get(params[parameter], ())
    for name, share in (params.get("credits") or {}).items():
        if known and name not in known:
            text = f"no misconception {name!r} is known there"
            yield Complaint(parameter="credits", text=text, given=name, names=known)
        if not 0 <= share < 1:
            yield Complaint(parameter="credits", text=f"{name}: a share lies in 0 to 1, 1 left out")


def _choice(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    correct = [params["correct"]] if isinstance(params["correct"], str) else list(params["correct"])
    if not correct:
        yield Complaint(parameter="correct", text="`correct` is empty")
    for option in params.get("hints") or {}:
        if option in correct:
            yield Complaint(parameter="hints", text=f"{option!r} is correct and needs no hint")


def _text_answer(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if not params["any_of"]:
        yield Complaint(parameter="any_of", text="`any_of` is empty")
    for term in params["any_of"]:
        if len(term.split()) > 3:
            text = f"{term!r}: single terms only; a sentence cannot be compared (use `choice` or `manual`)"
            yield Complaint(parameter="any_of", text=text)


def _shape_answer(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from _shapes_are_sizes("equals", [params["equals"]])


def _array(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    if params["name"] not in around.exports:
        text = f"`exports` does not list {params['name']!r}"
        yield Complaint(parameter="name", text=text, given=params["name"], names=around.exports)
    yield from _credits(params)
    for known in params.get("misconceptions", ()):
        if arrays.known_array(known["values"]) is None:
            text = f"{known['name']}: its values are not an array of numbers"
            yield Complaint(parameter="misconceptions", text=text)


def _trained_with(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    asked = [name for name in ("epochs", "batch_size", "times") if params.get(name) is not None]
    if not asked:
        yield Complaint(parameter="", text="one of `epochs`, `batch_size`, `times` is needed")
    for name in asked:
        yield from _positive(name)(params, _)


def _conclusion(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    ways = set(params["options"].values())
    if len(ways) < 3:
        yield Complaint(parameter="options", text="an option for each of less, more and same is needed")
    for option in params.get("hints") or {}:
        if option in params["options"]:
            yield Complaint(parameter="hints", text=f"{option!r} is judged by the student's numbers and needs no hint")
    table = params.get("table", "results")
    if table not in around.answers:
        yield Complaint(parameter="table", text=f"no criterion asks for {table!r}", given=table, names=around.answers)


def _shows_images(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    if params["n"] < 1:
        yield Complaint(parameter="n", text="`n` must be above 0")
    cmaps = params.get("cmaps") or ()
    if cmaps and params["n"] != len(cmaps):
        yield Complaint(parameter="n", text=f"`n` is {params['n']}, but `cmaps` has {len(cmaps)} colour maps")
    forms = [name for name in ("cmaps", "any_image", "first", "one_per_class") if params.get(name)]
    if len(forms) > 1:
        yield Complaint(parameter=forms[1], text=f"`{forms[0]}` and `{forms[1]}` exclude each other")


def _prepared_images(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    yield from _array(params, around)
    yield from _shapes_are_sizes("shape", [params["shape"]])
    span = tuple(params.get("range", (0, 1)))
    if len(span) != 2 or span[0] >= span[1]:
        yield Complaint(parameter="range", text=f"{list(span)} is not a range; write [0, 1]")
    dtype = params.get("dtype", "float")
    if dtype not in DTYPES:
        yield Complaint(parameter="dtype", text=f"no type {dtype!r}", given=dtype, names=DTYPES)


def _layer_params(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    yield from _layer_id("layer", params["layer"], around)


def _call(params: Mapping[str, Any], around: Around) -> Iterator[Complaint]:
    function = params["function"]
    if function not in around.cases:
        text = f"`calls` has no function {function!r}"
        yield Complaint(parameter="function", text=text, given=function, names=tuple(around.cases))
    yield from _cases(params.get("cases"), around.cases.get(function, 0))
    yield from _tolerances(params)
    yield from _credits(params, "in_place")


def _cases(cases: Sequence[int] | None, count: int) -> Iterator[Complaint]:
    if cases is not None and (not cases or not all(1 <= case <= count for case in cases)):
        yield Complaint(parameter="cases", text=f"cases are numbered from 1; there are {count}")


def _tolerances(params: Mapping[str, Any]) -> Iterator[Complaint]:
    for name in ("atol", "rtol"):
        if params.get(name, 0) < 0:
            yield Complaint(parameter=name, text=f"`{name}` is below 0")


def _credits(params: Mapping[str, Any], *names: str) -> Iterator[Complaint]:
    """Shares from 0 to 1: the named parameters, and those of misconceptions."""
    for name in names:
        if not 0 <= params.get(name, 0) <= 1:
            yield Complaint(parameter=name, text=f"`{name}` is a share from 0 to 1")
    for known in params.get("misconceptions", ()):
        if not 0 <= known.get("credit", 0) <= 1:
            yield Complaint(parameter="misconceptions", text=f"{known['name']}: credit lies in 0 to 1")


def _filters(params: Mapping[str, Any], _: Around) -> Iterator[Complaint]:
    yield from _kernels("kernels", "kernels", params["kernels"])
    for known in params.get("misconceptions", ()):
        yield from _kernels("misconceptions", known["name"], known["kernels"])
    yield from _tolerances(params)
    yield from _credits(params, "permuted", "biased")


def _kernels(parameter: str, name: str, kernels: Any) -> Iterator[Complaint]:
    try:
        kernel.stack(kernels)
    except ValueError as error:
        yield Complaint(parameter=parameter, text=f"{name}: {error}")


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
    "uses_data": _positive("min_rows"),
    "ran_within": _positive("seconds"),
    "number": _number,
    "choice": _choice,
    "text_answer": _text_answer,
    "shape_answer": _shape_answer,
    "array": _array,
    "shows_images": _shows_images,
    "prepared_images": _prepared_images,
    "one_hot_labels": _array,
    "class_counts": _array,
    "variant": _variant,
    "trained_with": _trained_with,
    "real_runs": _positive("min_rows"),
    "separate_models": _positive("min"),
    "conclusion": _conclusion,
    "call": _call,
    "filters": _filters,
}
