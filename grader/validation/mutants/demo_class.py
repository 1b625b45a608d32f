"""Known mistakes: variants of the mnist-mlp reference whose cards we know in advance.

``grader demo`` grades a class of them, and the tests hold every card to what is written here. A
variant is made by small edits of the reference's own code, so that it stays true to the reference;
an edit that does not find its line exactly once raises CourseError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from grader.course import notebooks
from grader.course.notebooks import Notebook
from grader.errors import CourseError
from grader.records import Ended, Language

# "less": anything but full credit, be it partial, lost or blocked; "any": chance or the machine's speed decides.
Outcome = Literal["full", "less", "lost", "blocked", "unjudged", "any"]
Edit = Callable[[Notebook], bytes]

REFERENCE = "the reference of mnist-mlp"
# A demo trains for three epochs instead of five.
EPOCHS = "epochs=5"
DEMO_EPOCHS = "epochs=3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A hand-in and the card it must get."""

    name: str
    file_name: str
    content: bytes
    status: Ended
    about: Mapping[Language, str]  # one line: what is wrong with it
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)  # the criteria that are not simply "full"

    def outcome(self, criterion: str) -> Outcome:
        """What the card must say of ``criterion``; all criteria of an unreadable hand-in are unjudged."""
        if self.status == "unreadable":
            return "unjudged"
        return self.outcomes.get(criterion, "full")

    @property
    def costs(self) -> tuple[str, ...]:
        """The criteria on which points must be lost."""
        return tuple(name for name, outcome in self.outcomes.items() if outcome in ("less", "lost", "blocked"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Variant:
    """How a hand-in is made, and what must come of it."""

    edit: Edit
    es: str
    en: str
    status: Ended = "ok"
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    suffix: str = ".ipynb"
    demo: bool = True


def known(reference: bytes) -> tuple[Known, ...]:
    """Every variant of the mnist-mlp ``reference`` (a notebook), the reference itself first.

    Raises CourseError when the reference is not a notebook or no longer holds a line that a variant edits.
    """
    return tuple(_make(name, variant, reference) for name, variant in VARIANTS.items())


def demo_class(reference: bytes) -> list[Known]:
    """The class that ``grader demo`` grades: most variants, trained for three epochs instead of five."""
    quick = notebooks.dump(notebooks.replaced(notebooks.load(reference, REFERENCE), EPOCHS, DEMO_EPOCHS))
    return [_make(name, variant, quick) for name, variant in VARIANTS.items() if variant.demo]


def mutants(reference: bytes) -> Mapping[str, bytes]:
    """File content of every variant by its name."""
    return {one.name: one.content for one in known(reference)}


def _make(name: str, variant: _Variant, reference: bytes) -> Known:
    try:
        content = variant.edit(notebooks.load(reference, REFERENCE))
    except CourseError as error:
        raise CourseError(f"the known mistake {name!r} cannot be made: {error}") from error
    return Known(
        name=name,
        file_name=name + variant.suffix,
        content=content,
        status=variant.status,
        about={"es": variant.es, "en": variant.en},
        outcomes=variant.outcomes,
    )


# ---------------------------------------------------------------- edits


def _epochs(notebook: Notebook) -> str:
    """How the notebook states its epochs, so that variants written anew train as long."""
    code = "\n".join(cell["source"] for cell in notebooks.code_cells(notebook))
    for wanted in (EPOCHS, DEMO_EPOCHS):
        if code.count(wanted) == 1:
            return wanted
    raise CourseError(f"its code must hold {EPOCHS!r} exactly once")


def _as_it_is(notebook: Notebook) -> bytes:
    return notebooks.dump(notebook)


def _replacing(*pairs: tuple[str, str]) -> Edit:
    """An edit that replaces each ``old`` by its ``new``."""

    def edit(notebook: Notebook) -> bytes:
        for old, new in pairs:
            notebook = notebooks.replaced(notebook, old, new)
        return notebooks.dump(notebook)

    return edit


def _ending_in(source: str) -> Edit:
    """An edit that adds one more code cell at the end."""

    def edit(notebook: Notebook) -> bytes:
        return notebooks.dump({**notebook, "cells": [*notebook["cells"], notebooks.code_cell("last", source)]})

    return edit


def _one_epoch(notebook: Notebook) -> bytes:
    """One epoch, in large batches: few steps, so that the target is missed on every machine."""
    return _replacing((_epochs(notebook), "epochs=1"), ("batch_size=128", "batch_size=512"))(notebook)


def _far_too_many_epochs(notebook: Notebook) -> bytes:
    return _replacing((_epochs(notebook), "epochs=5000"))(notebook)


def _without_answers(notebook: Notebook) -> bytes:
    kept = [cell for cell in notebook["cells"] if not cell["source"].startswith("answers = {")]
    if len(kept) != len(notebook["cells"]) - 1:
        raise CourseError("it must hold exactly one cell that begins with 'answers = {'")
    return notebooks.dump({**notebook, "cells": kept})


def _module(notebook: Notebook) -> bytes:
    return notebooks.code_of(notebook).encode("utf-8")


def _empty(notebook: Notebook) -> bytes:
    return b""


def _torn(notebook: Notebook) -> bytes:
    """The file up to its first cell with code, as a broken upload leaves it: nothing in it can be run."""
    content = notebooks.dump(notebook)
    return content[: content.index(b'"code"')]


def _in_own_words(notebook: Notebook) -> bytes:
    """An honest solution that shares no line with the reference."""
    cells = [
        notebooks.code_cell(f"celda-{number}", source.strip("\n").replace("EPOCAS", _epochs(notebook)))
        for number, source in enumerate(OWN_WORDS.split("# %%"))
    ]
    return notebooks.dump({**notebook, "cells": cells})


OWN_WORDS = """
# Práctica 2: mi red para los dígitos
import tensorflow as tf
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Activation, Dense, Flatten

np.random.seed(42)
tf.random.set_seed(42)
# %%
# cargo los datos y los paso a [0, 1]; dejo las imágenes de 28x28 y que Flatten las aplane
(X, Y), (X_prueba, Y_prueba) = tf.keras.datasets.mnist.load_data()
X = X / 255.0
X_prueba = X_prueba / 255.0
# %%
# la red: una capa oculta con relu y la salida con softmax
red = Sequential()
red.add(Flatten(input_shape=(28, 28)))
red.add(Dense(500))
red.add(Activation("relu"))
red.add(Dense(10))
red.add(Activation("softmax"))
red.compile(loss="sparse_categorical_crossentropy", optimizer=tf.keras.optimizers.Adam(), metrics=["acc"])
# %%
h = red.fit(X, Y, EPOCAS, batch_size=100, verbose=0)
# %%
_, exactitud_entrenamiento = red.evaluate(X, Y, verbose=0)
_, exactitud_prueba = red.evaluate(X_prueba, Y_prueba, verbose=0)
print("exactitud en prueba:", exactitud_prueba)
# %%
# mis respuestas
respuestas = {"gap": (exactitud_entrenamiento - exactitud_prueba) * 100, "gap_means": "B"}
"""

SEQUENTIAL = """model = keras.Sequential([
    keras.Input(shape=(28 * 28,)),
    layers.Dense(512, activation="relu"),
    layers.Dense(10, activation="softmax"),
])"""
FUNCTIONAL = """pixels = keras.Input(shape=(28 * 28,), name="pixels")
hidden = layers.Dense(512, activation="relu")(pixels)
outputs = layers.Dense(10, activation="softmax")(hidden)
model = keras.Model(pixels, outputs)"""
CONVOLUTIONAL = """model = keras.Sequential([
    keras.Input(shape=(28 * 28,)),
    layers.Reshape((28, 28, 1)),
    layers.Conv2D(8, kernel_size=3, strides=2, activation="relu"),
    layers.Flatten(),
    layers.Dense(64, activation="relu"),
    layers.Dense(10, activation="softmax"),
])"""
FOR_IMAGES = """model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Flatten(),
    layers.Dense(512, activation="relu"),
    layers.Dense(10, activation="softmax"),
])"""
HIDDEN = '    layers.Dense(512, activation="relu"),\n'
OUTPUT = 'layers.Dense(10, activation="softmax")'
ANSWERED_GAP = '"gap": round(gap, 2)'
ANSWERED_CHOICE = '"gap_means": "b"'
CROSS_ENTROPY = 'loss="categorical_crossentropy"'
TRAIN_SCALED = 'x_train = train_images.reshape(-1, 28 * 28).astype("float32") / 255'
TEST_SCALED = 'x_test = test_images.reshape(-1, 28 * 28).astype("float32") / 255'

VARIANTS: Mapping[str, _Variant] = {
    "reference": _Variant(
        edit=_as_it_is,
        es="la solución de referencia",
        en="the reference solution",
    ),
    "own-words": _Variant(
        edit=_in_own_words,
        es="una solución honrada con otro estilo, en español",
        en="an honest solution in another style, in Spanish",
    ),
    "functional-api": _Variant(
        edit=_replacing((SEQUENTIAL, FUNCTIONAL)),
        es="el mismo modelo con la API funcional",
        en="the same model in the functional API",
    ),
    "module": _Variant(
        edit=_module,
        suffix=".py",
        es="un módulo .py en lugar de un cuaderno",
        en="a .py module instead of a notebook",
        demo=False,
    ),
    "no-hidden-layer": _Variant(
        edit=_replacing((HIDDEN, "")),
        outcomes={"dense": "less", "accuracy": "less"},
        es="solo la capa softmax, sin capa oculta",
        en="the softmax layer alone, no hidden layer",
    ),
    "convolution": _Variant(
        edit=_replacing((SEQUENTIAL, CONVOLUTIONAL)),
        outcomes={"dense": "less", "accuracy": "less"},
        es="una red convolucional donde se pide una densa",
        en="a convolutional network where a dense one is asked for",
    ),
    "sigmoid-output": _Variant(
        edit=_replacing((OUTPUT, 'layers.Dense(10, activation="sigmoid")')),
        outcomes={"output": "less", "accuracy": "any"},
        es="salida con sigmoide en lugar de softmax",
        en="sigmoid instead of softmax at the output",
    ),
    "linear-hidden-layer": _Variant(
        edit=_replacing((HIDDEN, "    layers.Dense(512),\n")),
        outcomes={"dense": "less", "accuracy": "less"},
        es="capa oculta sin activación: equivale a una sola capa",
        en="a hidden layer without activation: worth a single layer",
        demo=False,
    ),
    "unscaled": _Variant(
        edit=_replacing((TRAIN_SCALED, TRAIN_SCALED[:-6]), (TEST_SCALED, TEST_SCALED[:-6])),
        outcomes={"accuracy": "any", "gap": "any"},
        es="píxeles de 0 a 255, sin escalar",
        en="pixels from 0 to 255, not scaled",
    ),
    "one-epoch": _Variant(
        edit=_one_epoch,
        outcomes={"accuracy": "less"},
        es="una sola época con lotes de 512",
        en="a single epoch in batches of 512",
    ),
    "far-too-many-epochs": _Variant(
        edit=_far_too_many_epochs,
        outcomes={"accuracy": "any", "gap": "any"},
        es="5 000 épocas: se detiene a tiempo y se corrige",
        en="5 000 epochs: stopped in time and graded",
    ),
    "wrong-loss": _Variant(
        edit=_replacing((CROSS_ENTROPY, 'loss="mean_squared_error"')),
        outcomes={"compile": "less", "accuracy": "any"},
        es="error cuadrático medio como función de pérdida",
        en="mean squared error as the loss",
    ),
    "flat-images-into-an-image-model": _Variant(
        edit=_replacing((SEQUENTIAL, FOR_IMAGES)),
        status="error",
        outcomes={"runs": "less", "data": "less", "accuracy": "less", "gap": "lost", "gap_means": "lost"},
        es="imágenes aplanadas para un modelo que espera (28, 28, 1)",
        en="flattened images for a model that expects (28, 28, 1)",
    ),
    "history-overwrites-model": _Variant(
        edit=_replacing(("history = model.fit(", "model = model.fit(")),
        status="error",
        outcomes={"runs": "less", "gap": "lost", "gap_means": "lost"},
        es="model = model.fit(...) borra el modelo",
        en="model = model.fit(...) overwrites the model",
    ),
    "crash-after-training": _Variant(
        edit=_ending_in('print("error más frecuente:", confusion_matrix(test_labels, predicted))'),
        status="error",
        outcomes={"runs": "less"},
        es="la última celda falla",
        en="the last cell fails",
    ),
    "endless-loop": _Variant(
        edit=_ending_in("attempts = 0\nwhile True:\n    attempts += 1"),
        status="timeout",
        outcomes={"runs": "less"},
        es="la última celda no termina nunca",
        en="the last cell never ends",
    ),
    "answers-missing": _Variant(
        edit=_without_answers,
        outcomes={"gap": "lost", "gap_means": "lost"},
        es="no contesta a las preguntas",
        en="leaves the questions unanswered",
        demo=False,
    ),
    "wrong-gap": _Variant(
        edit=_replacing((ANSWERED_GAP, '"gap": 12.5')),
        outcomes={"gap": "lost"},
        es="escribe una brecha que no es la suya",
        en="states a gap that is not its own",
    ),
    "wrong-choice": _Variant(
        edit=_replacing((ANSWERED_CHOICE, '"gap_means": "a"')),
        outcomes={"gap_means": "lost"},
        es="confunde sobreajuste con falta de entrenamiento",
        en="takes overfitting for too little training",
        demo=False,
    ),
    "empty-file": _Variant(
        edit=_empty,
        status="unreadable",
        es="un archivo de 0 bytes",
        en="a file of 0 bytes",
    ),
    "broken-json": _Variant(
        edit=_torn,
        status="unreadable",
        es="un cuaderno cortado antes de su código",
        en="a notebook that was cut off before its code",
    ),
}
