"""Mistakes around the training: data, loss, optimizer, length."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.validation.mutants import places
from grader.validation.mutants.edit import Edit, Mistake
from grader.validation.mutants.places import Place


def _first(notebook: Notebook, *names: str) -> Place[ast.Call]:
    found = places.calls(notebook, *names)
    if not found:
        raise CourseError(f"its code calls no {' or '.join(names)}(...)")
    return found[0]


def _compile(keyword: str, position: int, *values: str) -> Edit:
    """An edit that gives ``compile`` the first of ``values`` that it does not have now."""

    def edit(notebook: Notebook, argument: str) -> Notebook:
        place = _first(notebook, "compile")
        given = places.argument(place.node, keyword, position)
        now = place.of(given) if given is not None else ""
        value = argument or next(value for value in values if value.strip("\"'") not in now.casefold())
        value = f'"{value}"' if argument else value
        return places.rewritten(notebook, [places.with_argument(place, keyword, value, position)])

    return edit


def _from_logits(notebook: Notebook, argument: str) -> Notebook:
    place = _first(notebook, "compile")
    given = places.argument(place.node, "loss", 1)
    sparse = given is not None and "sparse" in place.of(given).casefold()
    kind = "SparseCategoricalCrossentropy" if sparse else "CategoricalCrossentropy"
    value = f"__import__('keras').losses.{kind}(from_logits=True)"
    return places.rewritten(notebook, [places.with_argument(place, "loss", value, 1)])


def _no_scaling(notebook: Notebook, argument: str) -> Notebook:
    changes = [
        (place, place.of(place.node.left))
        for place in places.nodes(notebook, ast.BinOp)
        if _by_255(place.node.op, place.node.right)
    ]
    changes += [
        (place.at(place.node.value), "1")
        for place in places.nodes(notebook, ast.AugAssign)
        if _by_255(place.node.op, place.node.value)
    ]
    if not changes:
        raise CourseError("its code divides nothing by 255")
    return places.rewritten(notebook, changes)


def _by_255(operator: ast.operator, value: ast.expr) -> bool:
    return isinstance(operator, ast.Div) and isinstance(value, ast.Constant) and value.value == 255


def _scaled_labels(notebook: Notebook, argument: str) -> Notebook:
    place = _first(notebook, "fit")
    labels = places.argument(place.node, "y", 1)
    if labels is None:
        raise CourseError(f"{place.text!r} is given no labels")
    return places.rewritten(notebook, [(place.at(labels), f"{place.of(labels)} / 255")])


def _no_training(notebook: Notebook, argument: str) -> Notebook:
    _first(notebook, "fit")
    return places.rewritten(notebook, [(place, "None") for place in places.calls(notebook, "fit")])


def _one_epoch(notebook: Notebook, argument: str) -> Notebook:
    _first(notebook, "fit")
    changes: list[tuple[Place[Any], str]] = []
    for place in places.calls(notebook, "fit"):
        if places.argument(place.node, "epochs", 3) is None:
            raise CourseError(f"{place.text!r} names no epochs")
        changes.extend(
            (place.at(given), value)
            for keyword, position, value in (("epochs", 3, "1"), ("batch_size", 2, "512"))
            if (given := places.argument(place.node, keyword, position)) is not None
        )
    return places.rewritten(notebook, changes)


def _on_test_too(notebook: Notebook, argument: str) -> Notebook:
    both = [(data, f"__import__('numpy').concatenate([{data.text}, {test}])") for data, test in _on_test_data(notebook)]
    return places.rewritten(notebook, both)


def _on_test(notebook: Notebook, argument: str) -> Notebook:
    return places.rewritten(notebook, _on_test_data(notebook))


def _on_test_data(notebook: Notebook) -> list[tuple[Place[Any], str]]:
    """Images and labels of the first training, each with what it is called in the test set."""
    place = _first(notebook, "fit")
    changes: list[tuple[Place[Any], str]] = [
        (place.at(given), place.of(given).replace("train", "test"))
        for given in (places.argument(place.node, "x", 0), places.argument(place.node, "y", 1))
        if given is not None and "train" in place.of(given)
    ]
    if len(changes) != 2:
        raise CourseError(f"the training data in {place.text!r} are not called ...train...")
    return changes


EDITS: Mapping[str, Mistake] = {
    "wrong-loss": Mistake(
        edit=_compile("loss", 1, '"mean_squared_error"', '"mean_absolute_error"'),
        takes="[:NAME]",
        en="a loss for regression, or the one that is named",
        es="una función de pérdida de regresión, o la que se nombra",
    ),
    "wrong-optimizer": Mistake(
        edit=_compile("optimizer", 0, '"sgd"', '"adam"'),
        takes="[:NAME]",
        en="another optimizer (sgd), or the one that is named",
        es="otro optimizador (sgd), o el que se nombra",
    ),
    "wrong-metric": Mistake(
        edit=_compile("metrics", 2, '["mean_absolute_error"]', "[]"),
        en="another metric than accuracy",
        es="otra métrica en lugar de la exactitud",
    ),
    "logits-mismatch": Mistake(
        edit=_from_logits,
        en="a loss with from_logits=True behind a softmax",
        es="una pérdida con from_logits=True detrás de una softmax",
    ),
    "no-scaling": Mistake(
        edit=_no_scaling,
        en="nothing is divided by 255",
        es="nada se divide entre 255",
    ),
    "scaled-labels": Mistake(
        edit=_scaled_labels,
        en="the labels that fit is given are divided by 255 as well",
        es="las etiquetas que recibe fit también se dividen entre 255",
    ),
    "no-training": Mistake(
        edit=_no_training,
        en="fit is never called",
        es="no se llama a fit",
    ),
    "one-epoch": Mistake(
        edit=_one_epoch,
        en="one epoch, in batches of 512 where a batch size is given",
        es="una sola época, con lotes de 512 donde se dice el tamaño del lote",
    ),
    "trained-on-test": Mistake(
        edit=_on_test,
        en="fit is given the test images (each ...train... among its data becomes ...test...)",
        es="fit recibe las imágenes de prueba (cada ...train... de sus datos pasa a ser ...test...)",
    ),
    "trained-on-test-too": Mistake(
        edit=_on_test_too,
        en="fit is given the training and the test images",
        es="fit recibe las imágenes de entrenamiento y las de prueba",
    ),
}
