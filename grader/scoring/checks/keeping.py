"""Checks on what is done with a trained model: drawn, saved, loaded again, its layers told, an image shown to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from posixpath import normpath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import EventFacts, Evidence, Judgement, LayerFacts, Message, ModelFacts, message
from grader.scoring import answers
from grader.scoring.checks import layer_tables
from grader.scoring.checks.layer_tables import LayerRow
from grader.scoring.checks.subject import about_model, about_structure, ended_reason, nested, unsized
from grader.scoring.checks.trainings import evaluated_accuracies
from grader.scoring.checks.typed import typed_answer


@about_model
def drawn_model(evidence: Evidence, model: ModelFacts) -> Judgement:
    """The notebook drew a model with ``plot_model``, be it the graded one or another."""
    drawn = next((event for event in evidence.facts.events if event.kind == "plot"), None)
    if drawn is None:
        return _lacking(evidence, "checks.never_drawn", "plot_model")
    return Judgement(credit=1.0, why=message("checks.drawn", cell=drawn.cell))


@about_model
def saved_model(evidence: Evidence, model: ModelFacts, *, suffix: str = ".keras") -> Judgement:
    """The graded model was saved after its training, whole, in a file that ends in ``suffix``.

    Another ending earns half; a file written before the training holds random weights and earns nothing.
    """
    saved = [event for event in evidence.facts.events if event.kind == "save"]
    own = [event for event in saved if event.model == model.number]
    expected = message("checks.text", text=f"*{suffix}")
    if not own:
        return _lacking(evidence, "checks.saved_another" if saved else "checks.never_saved", "save", expected)
    after = [event for event in own if event.fits > 0]
    if not after:
        return Judgement(credit=0.0, why=message("checks.saved_too_early", path=own[-1].path), expected=expected)
    right = [event for event in after if event.path.casefold().endswith(suffix.casefold())]
    shown = (right or after)[-1].path
    why = message("checks.saved" if right else "checks.saved_elsewise", path=shown, suffix=suffix)
    path = message("checks.text", text=shown)
    return Judgement(credit=1.0 if right else 0.5, why=why, expected=expected, actual=path)


@about_model
def reloaded_model(evidence: Evidence, model: ModelFacts, *, abs: float = 0.05) -> Judgement:
    """The saved file was loaded back, and the loaded model evaluated: the same accuracy, within ``abs`` points.

    A model that was loaded but never evaluated earns half.
    """
    events = evidence.facts.events
    paths = {_path(event) for event in events if event.kind == "save" and event.model == model.number}
    loads = [event for event in events if event.kind == "load"]
    back = [event for event in loads if _path(event) in paths]
    if not back:
        return _lacking(evidence, "checks.loaded_another" if loads else "checks.never_loaded", "load_model")
    recorded = {one.number: one for one in evidence.facts.recorded}
    copies = [recorded[event.model] for event in back if event.model in recorded]
    judged = [_reloaded(model, copy, abs / 100) for copy in copies if copy.how in ("evaluate", "fit")]
    if not judged:
        return Judgement(credit=0.5, why=message("checks.loaded_not_used"))
    known = [judgement for judgement in judged if judgement.credit is not None]
    return max(known, key=lambda judgement: judgement.credit or 0.0) if known else judged[0]


def _reloaded(model: ModelFacts, copy: ModelFacts, within: float) -> Judgement:
    """A loaded model beside the one that was saved."""
    pairs = [
        (before, after)
        for rows, before in evaluated_accuracies(model)
        for other_rows, after in evaluated_accuracies(copy)
        if rows == other_rows
    ]
    if not pairs:
        if model.sha256 and model.sha256 == copy.sha256:
            return Judgement(credit=1.0, why=message("checks.loaded_same_weights"))
        return Judgement(credit=None, why=message("checks.loaded_not_comparable"))
    before, after = min(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    same = abs(before - after) <= within + 1e-9
    return Judgement(
        credit=1.0 if same else 0.0,
        why=message("checks.loaded_same" if same else "checks.loaded_differs", before=before, after=after),
        expected=message("checks.share", value=before),
        actual=message("checks.share", value=after),
    )


def _path(event: EventFacts) -> str:
    return normpath(event.path)


def _lacking(evidence: Evidence, key: str, call: str, expected: Message | None = None) -> Judgement:
    """Credit 0 for something that was not done, with the reason when the run ended early."""
    reason = ended_reason(evidence.facts, call)
    if reason is None:
        return Judgement(credit=0.0, why=message(key), expected=expected)
    certain = any(call in cell.missed for cell in evidence.facts.failed)
    why = message(
        "checks.because" if certain else "checks.perhaps_because", what=nested(message(key)), reason=nested(reason)
    )
    return Judgement(credit=0.0, why=why, expected=expected)


# ---------------------------------------------------------------- the layers as a table


@about_structure
def layer_table(evidence: Evidence, model: ModelFacts, *, answer: str) -> Judgement:
    """The answer is a table of the graded model's layers: (layer, output shape, number of parameters) per row.

    A list of rows, a dictionary, a DataFrame or the text of ``model.summary()`` will do. Shapes and numbers are
    compared with the model's own, in order; each is an equal share, and a row that is missing costs its own share
    only. How a layer is called is free, and a row for the input costs nothing.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    own = [layer for layer in model.layers if layer.kind != "InputLayer"]
    table = [row for row in layer_tables.rows(typed) if not _is_input(row, model)]
    expected = message("checks.rows", rows=len(own))
    if not table:
        return Judgement(credit=0.0, why=message("checks.layers_unread", answer=answer), expected=expected)
    found = _beside(table, own)
    right, cells = sum(found), 2 * max(len(table), len(own))
    if not model.built and right < cells:
        return Judgement(credit=None, why=unsized(model), expected=expected)
    wrong = next((place for place, count in enumerate(found) if count < 2), None)
    actual = message("checks.rows", rows=len(table))
    if right == cells:
        return Judgement(credit=1.0, why=message("checks.layers_right", layers=len(own)), expected=expected)
    if wrong is None:
        why = message("checks.layers_number", rows=len(table), layers=len(own))
    else:
        layer = own[wrong]
        why = message(
            "checks.layers_wrong",
            right=right,
            all=cells,
            place=wrong + 1,
            layer=layer.name,
            shape=list(layer.output_shape),
            params=layer.params,
        )
    return Judgement(credit=right / cells, why=why, expected=expected, actual=actual)


def _is_input(row: LayerRow, model: ModelFacts) -> bool:
    first = "InputLayer" in {layer.kind for layer in model.layers[1:]}
    return row.name.startswith(("input", "entrada")) and not first


def _beside(table: Sequence[LayerRow], own: Sequence[LayerFacts]) -> Sequence[int]:
    """For each layer the right cells of its row, when rows are laid beside layers so that most are right."""
    best: list[list[tuple[int, ...]]] = [[()] * (len(table) + 1)]  # layers so far -> rows so far -> counts
    for layer in own:
        line = [(*best[-1][0], 0)]
        for place, row in enumerate(table, start=1):
            without_row, without_layer = line[-1], (*best[-1][place], 0)
            both = (*best[-1][place - 1], _right_cells(row, layer))
            line.append(max(both, without_row, without_layer, key=sum))
        best.append(line)
    return best[-1][-1]


def _right_cells(row: LayerRow, layer: LayerFacts) -> int:
    """How many of shape and number of parameters are right."""
    return max((_right_of_pair(shape, params, layer) for shape, params in row.pairs), default=0)


def _right_of_pair(typed_shape: Any, typed_params: Any, layer: LayerFacts) -> int:
    shape, params = answers.read_shape(typed_shape), answers.read_number(typed_params)
    right_shape = not isinstance(shape, answers.Unreadable) and shape == layer.output_shape
    right_params = not isinstance(params, answers.Unreadable) and layer.params in params.readings
    return int(right_shape) + int(right_params)


# ---------------------------------------------------------------- one image


INDEX, TRUE = ("index", "indice", "i", "n"), ("true", "real", "verdad", "label", "etiqueta")
PREDICTED, CONFIDENCE = ("predic", "class", "clase"), ("confi", "probab", "certain")


@about_model
def predicted_image(evidence: Evidence, model: ModelFacts, *, answer: str, abs: float = 1.0) -> Judgement:
    """The answer tells of one test image: ``{index, true, predicted, confidence}``, and its picture was shown.

    Nothing is earned unless a network of the notebook was asked about that very image (``predict``, or a call of the
    network). The true label is the data set's. The predicted class and the confidence are held against the graded
    model's own output for that image, the confidence within ``abs`` percentage points. Each of the four is a quarter.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    if evidence.data is None:
        return Judgement(credit=None, why=message("checks.no_expected", name="y_test"))
    given = _record(typed)
    index = _whole(_named(given, INDEX))
    if index is None or not 0 <= index < len(evidence.data.y_test):
        return Judgement(credit=0.0, why=message("checks.image_no_index", last=len(evidence.data.y_test) - 1))
    prediction = evidence.facts.predictions.get(model.number)
    if prediction is None or prediction.test is None or len(prediction.test) != len(evidence.data.y_test):
        problem = prediction.problem if prediction is not None else None
        return Judgement(credit=None, why=problem or message("checks.not_measured"))
    unasked = _unasked(evidence.facts.recorded, index)
    if unasked is not None:
        return unasked
    label, chances = int(evidence.data.y_test[index]), _chances(prediction.test[index])
    predicted, confidence = _whole(_named(given, PREDICTED)), _named(given, CONFIDENCE)
    parts = {
        "true": _whole(_named(given, TRUE)) == label,
        "predicted": predicted is not None and _is_predicted(predicted, chances, abs / 100),
        "confidence": _is_near(confidence, float(chances.max()), abs / 100),
        "picture": any(one.part == "test" and one.row == index for one in evidence.facts.pictures),
    }
    wrong = [nested(message(f"checks.image_{name}")) for name, right in parts.items() if not right]
    own = message("checks.image", index=index, label=label, own=int(chances.argmax()), chance=float(chances.max()))
    key = "checks.image_wrong" if wrong else "checks.image_right"
    actual = message("checks.text", text=answers.shown(str(dict(list(given.items())[:8]))))
    why = message(key, index=index, **({"parts": wrong} if wrong else {}))
    return Judgement(credit=1 - len(wrong) / len(parts), why=why, expected=own, actual=actual)


def _unasked(models: Sequence[ModelFacts], index: int) -> Judgement | None:
    """Why no network was asked about the image; any may be a copy of the graded one, whose outputs decide."""
    place, bit = divmod(index, 8)
    if any(len(model.asked) > place and model.asked[place] & (0x80 >> bit) for model in models):
        return None
    if any(not query.known for model in models for query in model.queries):
        return Judgement(credit=None, why=message("checks.image_perhaps_asked", index=index))
    return Judgement(credit=0.0, why=message("checks.image_not_asked", index=index, place=str(index)))


def _record(typed: Any) -> Mapping[str, Any]:
    """The answer by the names of its values; a table of one row is that row."""
    if isinstance(typed, (list, tuple)) and len(typed) == 1:
        typed = typed[0]
    given = typed if isinstance(typed, Mapping) else {}
    return {name: _only(value) for name, value in given.items()}


def _only(value: Any) -> Any:
    """The value in a column of one row."""
    if isinstance(value, Mapping) and len(value) == 1:
        return next(iter(value.values()))
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value


def _named(given: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The value of the first key that begins with one of ``names``; one letter must be the whole key."""
    for key, value in given.items():
        plain = answers.plain(key)
        if any(plain == name or (len(name) > 1 and plain.startswith(name)) for name in names):
            return value
    return None


def _whole(value: Any) -> int | None:
    """A typed whole number: a class or an index."""
    if value is None:
        return None
    read = answers.read_number(value)
    if isinstance(read, answers.Unreadable) or read.readings[0] != int(read.readings[0]):
        return None
    return int(read.readings[0])


def _chances(outputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Outputs as probabilities: as they are when they add up to 1, else by softmax."""
    row = outputs.astype(np.float64).ravel()
    if row.min() >= 0 and np.isclose(row.sum(), 1, atol=1e-3):
        return row
    powers = np.exp(row - row.max())
    return np.asarray(powers / powers.sum())


def _is_predicted(predicted: int, chances: NDArray[np.float64], within: float) -> bool:
    return 0 <= predicted < len(chances) and bool(chances[predicted] >= chances.max() - within)


def _is_near(typed: Any, value: float, within: float) -> bool:
    if typed is None:
        return False
    read = answers.read_number(typed)
    return not isinstance(read, answers.Unreadable) and any(
        -within - 1e-9 <= share - value <= within + 1e-9 for share in read.shares
    )
