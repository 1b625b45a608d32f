"""Mistakes in the model: layers that are missing, extra, or set otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from grader.course import notebooks
from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.validation.mutants import places
from grader.validation.mutants.edit import Edit, Mistake
from grader.validation.mutants.places import Place

POOLS = ("MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D")
CONVOLUTIONS = ("Conv2D", "Convolution2D", "SeparableConv2D")
KINDS = (*CONVOLUTIONS, *POOLS, "Dense", "Dropout", "Flatten", "Reshape", "BatchNormalization", "Rescaling")
WEIGHTED = ("Dense", *CONVOLUTIONS)
OTHER_ACTIVATION = {"relu": "tanh", "tanh": "relu", "softmax": "sigmoid", "sigmoid": "softmax"}


def _layer(notebook: Notebook, argument: str, kinds: tuple[str, ...], *, last: bool = False) -> Place[ast.Call]:
    """The layer that an argument names: "", "2" (the second of ``kinds``), "Dense" or "Dense 2".

    Without an argument it is the first one, or with ``last`` the last one.
    """
    match = re.fullmatch(r"([A-Za-z]\w*)?\s*(\d+)?", argument.strip())
    if match is None:
        raise CourseError(f"{argument!r} names no layer; write a kind, a number, or both: 'Dense 2'")
    wanted = (match[1],) if match[1] else kinds
    found = places.calls(notebook, *wanted)
    nth = int(match[2]) - 1 if match[2] else len(found) - 1 if last else 0
    if not 0 <= nth < len(found):
        there = f"there are {len(found)}" if found else "there is none"
        raise CourseError(f"its code has no such layer ({' or '.join(wanted)}, number {nth + 1}); {there}")
    return found[nth]


def _missing(notebook: Notebook, argument: str) -> Notebook:
    place = _layer(notebook, argument, tuple(kind for kind in KINDS if kind != "Flatten"))
    around = place.around[-1]
    if isinstance(around, ast.Call) and around.func is place.node:  # layer(...)(x) becomes x
        return places.rewritten(notebook, [(Place(place.cell_id, place.source, around), place.of(around.args[0]))])
    if isinstance(around, ast.Call) and places.name(around) == "add":  # model.add(layer(...))
        return places.rewritten(notebook, [(places.statement(place), "pass")])
    if isinstance(around, ast.List):
        return notebooks.with_sources(notebook, {place.cell_id: _without_item(place)})
    raise CourseError(f"the layer {place.text!r} stands in no list, no add(...) and no functional call")


def _without_item(place: Place[ast.Call]) -> str:
    """The cell without an item of a list: with its comma, and with the whole line when that holds nothing else."""
    start, end = places.span(place.source, place.node)
    begin = place.source.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*,?[ \t]*(?:#[^\n]*)?\n").match(place.source, end)
    if rest is not None and not place.source[begin:start].strip():
        return place.source[:begin] + place.source[rest.end() :]
    comma = re.compile(r"[ \t]*,[ \t]*").match(place.source, end)
    return place.source[:start] + place.source[comma.end() if comma else end :]


def _extra(notebook: Notebook, argument: str) -> Notebook:
    """One more Dense layer of 16 units before the last Dense."""
    place = _layer(notebook, argument, ("Dense",), last=True)
    called = place.of(place.node.func)
    more = f'{called}(16, activation="relu")'
    around = place.around[-1]
    if isinstance(around, ast.Call) and around.func is place.node:
        inner = around.args[0]
        return places.rewritten(notebook, [(Place(place.cell_id, place.source, inner), f"{more}({place.of(inner)})")])
    if isinstance(around, ast.Call) and places.name(around) == "add":
        return places.before(notebook, place, f"{place.of(around.func)}({more})")
    return places.rewritten(notebook, [(place, f"{more}, {place.text}")])


def _number(kinds: tuple[str, ...], keyword: str, position: int, change: int) -> Edit:
    """An edit that makes a whole number of a layer larger by ``change``."""

    def edit(notebook: Notebook, argument: str) -> Notebook:
        place = _layer(notebook, argument, kinds)
        given = places.argument(place.node, keyword, position)
        if given is None:
            raise CourseError(f"{place.text!r} has no {keyword}")
        if isinstance(given, (ast.Tuple, ast.List)):
            values = ", ".join(f"{place.of(item)} + {change}" for item in given.elts)
            return places.rewritten(notebook, [(place.at(given), f"({values})")])
        return places.rewritten(notebook, [(place.at(given), f"{place.of(given)} + {change}")])

    return edit


def _pool_size(notebook: Notebook, argument: str) -> Notebook:
    given = places.argument(_layer(notebook, argument, POOLS).node, "pool_size", 0)
    if given is not None:
        return _number(POOLS, "pool_size", 0, 1)(notebook, argument)
    return _setting(POOLS, "pool_size", "3")(notebook, argument)  # Keras's own is 2


def _padding(notebook: Notebook, argument: str) -> Notebook:
    given = places.argument(_layer(notebook, argument, CONVOLUTIONS).node, "padding", 3)
    now = given.value if isinstance(given, ast.Constant) else "valid"
    other = '"valid"' if str(now).lower() == "same" else '"same"'
    return _setting(CONVOLUTIONS, "padding", other, 3)(notebook, argument)


def _rate(notebook: Notebook, argument: str) -> Notebook:
    given = places.argument(_layer(notebook, argument, ("Dropout",)).node, "rate", 0)
    now = given.value if isinstance(given, ast.Constant) else None
    return _setting(("Dropout",), "rate", "0.1" if now == 0.9 else "0.9", 0)(notebook, argument)


def _no_dropout(notebook: Notebook, argument: str) -> Notebook:
    return _missing(notebook, f"Dropout {argument}".strip())


def _setting(kinds: tuple[str, ...], keyword: str, value: str, position: int | None = None) -> Edit:
    """An edit that writes one setting of a layer."""

    def edit(notebook: Notebook, argument: str) -> Notebook:
        place = _layer(notebook, argument, kinds)
        return places.rewritten(notebook, [places.with_argument(place, keyword, value, position)])

    return edit


def _activation(notebook: Notebook, argument: str) -> Notebook:
    place = _layer(notebook, argument, WEIGHTED)
    given = places.argument(place.node, "activation")
    now = given.value if isinstance(given, ast.Constant) else None
    other = OTHER_ACTIVATION.get(str(now), "tanh")
    return places.rewritten(notebook, [places.with_argument(place, "activation", f'"{other}"')])


def _no_softmax(notebook: Notebook, argument: str) -> Notebook:
    for place in places.calls(notebook, "Dense", "Activation"):
        given = places.argument(place.node, "activation", 0 if places.name(place.node) == "Activation" else None)
        if isinstance(given, ast.Constant) and given.value == "softmax":
            return places.rewritten(notebook, [(place.at(given), '"linear"')])
    raise CourseError("its code has no activation 'softmax'")


EDITS: Mapping[str, Mistake] = {
    "missing-layer": Mistake(
        edit=_missing,
        takes="[:LAYER]",
        en="a layer is left out (the first, but for Input and Flatten)",
        es="falta una capa (la primera, salvo Input y Flatten)",
    ),
    "extra-layer": Mistake(
        edit=_extra,
        takes="[:N]",
        en="one more Dense layer of 16 units, before the last Dense or the one that is named",
        es="una capa Dense de 16 unidades de más, antes de la última Dense o de la que se nombra",
    ),
    "wrong-units": Mistake(
        edit=_number(("Dense",), "units", 0, 3),
        takes="[:N]",
        en="a Dense layer has three units more",
        es="una capa Dense tiene tres unidades de más",
    ),
    "wrong-filters": Mistake(
        edit=_number(CONVOLUTIONS, "filters", 0, 3),
        takes="[:LAYER]",
        en="a convolution has three filters more",
        es="una convolución tiene tres filtros de más",
    ),
    "wrong-kernel-size": Mistake(
        edit=_number(CONVOLUTIONS, "kernel_size", 1, 1),
        takes="[:LAYER]",
        en="a convolution's kernel is larger by one",
        es="el kernel de una convolución es una unidad mayor",
    ),
    "same-padding": Mistake(
        edit=_padding,
        takes="[:LAYER]",
        en="a convolution has padding same instead of valid, or the reverse",
        es="una convolución tiene relleno same en vez de valid, o al revés",
    ),
    "wrong-pool-size": Mistake(
        edit=_pool_size,
        takes="[:LAYER]",
        en="a pooling layer has a window larger by one",
        es="la ventana de una capa de pooling es una unidad mayor",
    ),
    "wrong-activation": Mistake(
        edit=_activation,
        takes="[:LAYER]",
        en="a layer has another activation (relu and tanh, softmax and sigmoid change places)",
        es="una capa tiene otra activación (relu y tanh, softmax y sigmoid se intercambian)",
    ),
    "no-softmax": Mistake(
        edit=_no_softmax,
        en="the output is linear, while the loss expects probabilities",
        es="la salida es lineal, y la función de pérdida espera probabilidades",
    ),
    "no-bias": Mistake(
        edit=_setting(WEIGHTED, "use_bias", "False"),
        takes="[:LAYER]",
        en="a layer has no biases",
        es="una capa no tiene sesgos",
    ),
    "no-dropout": Mistake(
        edit=_no_dropout,
        takes="[:N]",
        en="a Dropout layer is left out",
        es="falta una capa Dropout",
    ),
    "wrong-rate": Mistake(
        edit=_rate,
        takes="[:N]",
        en="a Dropout layer drops nine tenths (or a tenth, where it already does)",
        es="una capa Dropout apaga nueve de cada diez unidades (o una, si ya lo hacía)",
    ),
}
