"""Mistakes around what the notebook does: functions, pictures, saving, the end of the run."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.validation.mutants import places
from grader.validation.mutants.edit import Edit, Mistake

RETURNS_INPUT = "def {name}(first, *args, **kwargs):\n    return first"
MUTATES_INPUT = """honest = {name}


def {name}(first, *args, **kwargs):
    result = honest(first, *args, **kwargs)
    first[...] = 0
    return result"""
RAISES = 'def {name}(*args, **kwargs):\n    raise ValueError("this never works")'
NOTHING = "def {name}(*args, **kwargs):\n    pass"
WORDS = ("set_title", "title", "suptitle", "set_xlabel", "xlabel", "set_ylabel", "ylabel", "text", "annotate")
ENDLESS = "attempts = 0\nwhile True:\n    attempts += 1"


def _function(source: str) -> Edit:
    """An edit that writes a function anew after everything else."""

    def edit(notebook: Notebook, argument: str) -> Notebook:
        defined = [place.node.name for place in places.nodes(notebook, ast.FunctionDef)]
        if argument not in defined:
            there = ", ".join(dict.fromkeys(defined)) or "none"
            raise CourseError(f"its code defines no function {argument!r}; there are: {there}")
        return places.ending_in(notebook, source.format(name=argument))

    return edit


def _without_calls(*names: str) -> Edit:
    """An edit that calls none of these any more."""

    def edit(notebook: Notebook, argument: str) -> Notebook:
        found = places.calls(notebook, *names)
        if not found:
            raise CourseError(f"its code calls no {' or '.join(names)}(...)")
        return places.rewritten(notebook, [(place, "None") for place in found])

    return edit


def _plot_missing(notebook: Notebook, argument: str) -> Notebook:
    return _without_calls(*((argument,) if argument else ("imshow", "matshow")))(notebook, "")


def _unlabelled(notebook: Notebook, argument: str) -> Notebook:
    found = [place for place in places.calls(notebook, *WORDS) if place.node.args]  # str.title() has none
    if not found:
        raise CourseError(f"its code calls none of {', '.join(WORDS)}")
    return places.rewritten(notebook, [(place, "None") for place in found])


def _wrong_shape(notebook: Notebook, argument: str) -> Notebook:
    changes = [
        (place.at(place.node.args[0]), f"({place.of(place.node.args[0])})[1:]")
        for place in places.calls(notebook, "imshow")
        if place.node.args
    ]
    if not changes:
        raise CourseError("its code calls no imshow(...)")
    return places.rewritten(notebook, changes)


def _saved_before(notebook: Notebook, argument: str) -> Notebook:
    saves, fits = places.calls(notebook, "save", "save_model"), places.calls(notebook, "fit")
    if not saves or not fits:
        raise CourseError("its code calls no save(...) or no fit(...)")
    text = saves[0].text
    changed = places.rewritten(notebook, [(place, "None") for place in saves])
    return places.before(changed, places.calls(changed, "fit")[0], text)


def _crash(notebook: Notebook, argument: str) -> Notebook:
    return places.ending_in(notebook, "print(a_name_that_nobody_has_given)")


def _endless(notebook: Notebook, argument: str) -> Notebook:
    return places.ending_in(notebook, ENDLESS)


EDITS: Mapping[str, Mistake] = {
    "returns-input": Mistake(
        edit=_function(RETURNS_INPUT),
        takes=":FUNCTION",
        en="a function returns its first argument",
        es="una función devuelve su primer argumento",
    ),
    "mutates-input": Mistake(
        edit=_function(MUTATES_INPUT),
        takes=":FUNCTION",
        en="a function is right, and overwrites its first argument with zeros",
        es="una función es correcta, pero llena de ceros su primer argumento",
    ),
    "raises": Mistake(
        edit=_function(RAISES),
        takes=":FUNCTION",
        en="a function raises an exception",
        es="una función lanza una excepción",
    ),
    "returns-nothing": Mistake(
        edit=_function(NOTHING),
        takes=":FUNCTION",
        en="a function forgets its return",
        es="una función olvida su return",
    ),
    "missing-function": Mistake(
        edit=_function("del {name}"),
        takes=":FUNCTION",
        en="a function does not exist at the end",
        es="una función no existe al final",
    ),
    "plot-missing": Mistake(
        edit=_plot_missing,
        takes="[:FUNCTION]",
        en="no picture is shown: imshow and matshow (or plot_model, when that is named) are never called",
        es="no se muestra ninguna imagen: no se llama a imshow ni a matshow (o a plot_model, si se nombra)",
    ),
    "wrong-shape-picture": Mistake(
        edit=_wrong_shape,
        en="the pictures lack their first row",
        es="a las imágenes les falta la primera fila",
    ),
    "unlabelled-picture": Mistake(
        edit=_unlabelled,
        en="no words stand beside a picture: no title, axis label or text",
        es="no hay palabras junto a las imágenes: ni título, ni etiqueta de eje, ni texto",
    ),
    "never-saved": Mistake(
        edit=_without_calls("save", "save_model"),
        en="the model is never saved",
        es="el modelo no se guarda",
    ),
    "saved-before-training": Mistake(
        edit=_saved_before,
        en="the model is saved before it is trained, and not after",
        es="el modelo se guarda antes de entrenarlo, y no después",
    ),
    "crash-at-the-end": Mistake(
        edit=_crash,
        en="one more cell, which fails",
        es="una celda más, que falla",
    ),
    "endless-loop": Mistake(
        edit=_endless,
        en="one more cell, which never ends",
        es="una celda más, que no termina nunca",
    ),
}
