"""Mistakes in answers: missing, made up, a step off, another student's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.validation.mutants import places
from grader.validation.mutants.edit import Mistake
from grader.validation.mutants.places import Place

DICTS = ("answers", "respuestas")
LETTERS = "abcde"
STUDENT = re.compile(r'^(student_id\s*=\s*)(["\'])[^"\'\n]*\2', re.MULTILINE)


def _values(notebook: Notebook) -> Iterator[tuple[str, Place[Any]]]:
    """Every answer's key and the place of its value: entries of the dict, and ``answers["q"] = ...``."""
    for place in places.nodes(notebook, ast.Assign):
        target = place.node.targets[0]
        if isinstance(target, ast.Name) and target.id in DICTS and isinstance(place.node.value, ast.Dict):
            for key, value in zip(place.node.value.keys, place.node.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), place.at(value)
        elif (
            isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and target.value.id in DICTS
            and isinstance(target.slice, ast.Constant)
        ):
            yield str(target.slice.value), place.at(place.node.value)


def _last(notebook: Notebook, key: str) -> Place[Any]:
    found = dict(_values(notebook))
    if key not in found:
        there = ", ".join(found) or "none"
        raise CourseError(f"its code gives no answer {key!r}; there are: {there}")
    return found[key]


def _missing(notebook: Notebook, argument: str) -> Notebook:
    wanted = [(place, "None") for key, place in _values(notebook) if argument in {"", key}]
    if not wanted:
        raise CourseError(f"its code gives no answer {argument!r}" if argument else "its code gives no answers")
    return places.rewritten(notebook, wanted)


def _made_up(notebook: Notebook, argument: str) -> Notebook:
    return places.rewritten(notebook, [(_last(notebook, argument), "123456789")])


def _off_by_one(notebook: Notebook, argument: str) -> Notebook:
    place = _last(notebook, argument)
    parts = place.node.elts if isinstance(place.node, (ast.Tuple, ast.List)) else ()
    parts = place.node.values if isinstance(place.node, ast.Dict) else parts
    if parts:
        last = parts[-1]
        return places.rewritten(notebook, [(place.at(last), f"{place.of(last)} + 1")])
    return places.rewritten(notebook, [(place, f"({place.text}) + 1")])


def _choice(notebook: Notebook, argument: str) -> Notebook:
    place = _last(notebook, argument)
    now = place.node.value if isinstance(place.node, ast.Constant) else None
    if not isinstance(now, str) or len(now) != 1 or now.lower() not in LETTERS:
        raise CourseError(f"the answer {argument!r} is {place.text}, not the letter of an option")
    other = "a" if now.lower() != "a" else "b"
    return places.rewritten(notebook, [(place, f'"{other}"')])


def as_student(notebook: Notebook, student: str) -> Notebook:
    """The notebook with another id in the cell that picks the questions."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and STUDENT.search(cell["source"]):
            source = STUDENT.sub(lambda found: f'{found[1]}"{student}"', cell["source"], count=1)
            cells = [{**one, "source": source} if one is cell else one for one in notebook["cells"]]
            return {**notebook, "cells": cells}
    raise CourseError("its code sets no student_id, so nobody's questions can be picked")


EDITS: Mapping[str, Mistake] = {
    "answers-missing": Mistake(
        edit=_missing,
        takes="[:KEY]",
        en="no answer is given, or only the one that is named is missing",
        es="no se da ninguna respuesta, o solo falta la que se nombra",
    ),
    "wrong-answer": Mistake(
        edit=_made_up,
        takes=":KEY",
        en="an answer is a number typed at random",
        es="una respuesta es un número escrito al azar",
    ),
    "hard-coded-answer": Mistake(
        edit=_made_up,
        takes=":KEY",
        en="an answer is typed in instead of computed, and wrong",
        es="una respuesta está escrita a mano en vez de calculada, y mal",
    ),
    "off-by-one": Mistake(
        edit=_off_by_one,
        takes=":KEY",
        en="an answer is larger by one (of a tuple, list or dict its last number)",
        es="una respuesta es una unidad mayor (de una tupla, lista o diccionario, su último número)",
    ),
    "wrong-choice": Mistake(
        edit=_choice,
        takes=":KEY",
        en="another option is chosen (a; where a is right, b)",
        es="se elige otra opción (a; donde a es la correcta, b)",
    ),
    "other-variant": Mistake(
        edit=as_student,
        en="the answers to another student's questions",
        es="las respuestas a las preguntas de otra persona",
    ),
}
