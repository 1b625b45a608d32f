"""Checks on the arrays that a notebook makes of its data set: images for a network, one-hot labels, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.records import Evidence, ExportFacts, Judgement, KnownData, Message, message
from grader.scoring.checks.subject import clauses, ended_reason, nested
from grader.scoring.image_index import ImageIndex

Part = Literal["train", "test"]
Floats = NDArray[np.float64]
Fault = tuple[float, Message]  # what it costs, of 1, and a clause that says it

PIXEL = 255.0
TOLERANCE = 0.005  # of the range: 1/256 for 1/255, and half precision
LARGEST = 1e9  # of pixels: no number overflows on the way
LOOKED_UP = 12  # rows that are looked for elsewhere in the set
WHOLE, HALF = 1.0, 0.5


def prepared_images(
    evidence: Evidence,
    *,
    name: str,
    part: Part,
    shape: Sequence[int],
    range: Sequence[float] = (0.0, 1.0),
    dtype: str = "float",
) -> Judgement:
    """The exported array ``name`` holds all images of ``part``, each in ``shape``, scaled to ``range``.

    Rows are compared with the raw images. ``dtype`` is ``float`` for any floating type, or a type's name. A
    wrong shape of the right images costs half, another scale, order or direction half; nothing is lost by
    another variable name when ``exports`` gives the full shape.
    """
    data = evidence.data

    def judge(own: ExportFacts, known: KnownData) -> Fault | None:
        return _images(own, known, part, (tuple(shape), (range[0], range[1]), dtype))

    size = None if data is None else len(_of(data, part)[0])
    return _best(evidence, name, judge, [size or 0, *shape])


def one_hot_labels(evidence: Evidence, *, name: str, part: Part, classes: int = 10) -> Judgement:
    """The exported array ``name`` holds the labels of ``part`` one-hot: (n, ``classes``), a single 1 in each row.

    Any numeric type will do. As in ``prepared_images``, another variable name costs nothing when ``exports``
    gives the full shape.
    """

    def judge(own: ExportFacts, known: KnownData) -> Fault | None:
        return _one_hot(own, known, part, classes)

    size = None if evidence.data is None else len(_of(evidence.data, part)[1])
    return _best(evidence, name, judge, [size or 0, classes])


def class_counts(evidence: Evidence, *, name: str, part: Part) -> Judgement:
    """The exported array ``name`` holds how many images of each class ``part`` has, class 0 first.

    A list, an array, a dictionary ``{0: ..., 1: ...}``, a Series by its index, pairs, or the two arrays of
    ``np.unique(...)`` will do. Credit is the share of right counts; right ones in another order earn at least half.
    """

    def judge(own: ExportFacts, known: KnownData) -> Fault | None:
        return _counts(own, known, part)

    classes = 10 if evidence.data is None else len(np.unique(_of(evidence.data, part)[1]))
    return _best(evidence, name, judge, [classes])


# ---------------------------------------------------------------- which array


def _best(
    evidence: Evidence, name: str, judge: Callable[[ExportFacts, KnownData], Fault | None], shape: list[int]
) -> Judgement:
    """The judgement of the array that is meant: of several candidates the one that earns most."""
    expected = message("checks.shape", shape=shape)
    first = evidence.facts.exports.get(name)
    if first is None:
        reason = ended_reason(evidence.facts, name)
        if reason is None:
            return Judgement(credit=0.0, why=message("prepared.missing", name=name), expected=expected)
        why = message("prepared.missing_because", name=name, reason=nested(reason))
        return Judgement(credit=0.0, why=why, expected=expected)
    if evidence.data is None:
        return Judgement(credit=None, why=message("checks.array_rows_unknown", name=name), expected=expected)
    candidates = (first, *first.candidates)
    judged = [(own, judge(own, evidence.data)) for own in candidates]
    known = [(own, fault) for own, fault in judged if fault is not None]
    if not known:
        return Judgement(credit=None, why=message("checks.array_rows_unknown", name=name), expected=expected)
    own, (credit, why) = max(known, key=lambda pair: pair[1][0])
    if own.by_shape:
        why = message("prepared.found_by_shape", found=own.found_as, what=nested(why))
    actual = message("prepared.actual", shape=list(own.shape), dtype=np.dtype(own.dtype).name)
    return Judgement(credit=credit, why=why, expected=expected, actual=actual)


def _of(data: KnownData, part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return (data.x_train, data.y_train) if part == "train" else (data.x_test, data.y_test)


def _other(part: Part) -> Part:
    return "test" if part == "train" else "train"


def _rows(own: ExportFacts) -> tuple[NDArray[np.intp], NDArray[Any]] | None:
    """The rows that are known and their numbers; None when there are none."""
    if own.values is not None and own.values.ndim:
        return np.arange(len(own.values)), own.values
    if own.row_values is not None:
        return np.asarray(own.rows, dtype=np.intp), own.row_values
    return None


def _summed(own: ExportFacts, faults: Sequence[Fault], right: Message) -> Fault:
    """Credit and sentence for all that is wrong with an array."""
    if not faults:
        return 1.0, right
    told = clauses([fault for _, fault in faults])
    return max(0.0, 1 - sum(cost for cost, _ in faults)), message("prepared.wrong", name=own.name, faults=told)


# ---------------------------------------------------------------- images


def _images(
    own: ExportFacts, data: KnownData, part: Part, wanted: tuple[tuple[int, ...], tuple[float, float], str]
) -> Fault | None:
    """Credit and sentence for an array of images; None when its rows are not known."""
    shape, span, dtype = wanted
    images, _ = _of(data, part)
    found = _rows(own)
    if found is None:
        return None
    faults = []
    if own.shape != (len(images), *shape):
        full = [len(images), *shape]
        faults.append((HALF, message("prepared.shape", shape=list(own.shape), wanted=full)))
    size = prod(images.shape[1:])
    if prod(own.shape[1:]) != size or len(own.shape) < 2 or own.shape[0] == 0 or len(found[0]) == 0:
        if not faults:
            faults.append((WHOLE, message("prepared.no_images", part=_set(part))))
        return 0.0, message("prepared.wrong", name=own.name, faults=clauses([fault for _, fault in faults]))
    pixel_faults = _pixel_faults(own, found, data, part, span)
    faults += pixel_faults
    if not pixel_faults and not _is_dtype(own.dtype, dtype):  # who did not scale has whole numbers for that reason
        faults.append((HALF / 2, message("prepared.dtype", dtype=np.dtype(own.dtype).name, wanted=dtype)))
    return _summed(own, faults, message("prepared.images_right", name=own.name, low=span[0], high=span[1]))


def _is_dtype(own: str, wanted: str) -> bool:
    name = np.dtype(own).name
    return name.rstrip("0123456789") == wanted or name == wanted


def _pixel_faults(
    own: ExportFacts,
    found: tuple[NDArray[np.intp], NDArray[Any]],
    data: KnownData,
    part: Part,
    span: tuple[float, float],
) -> list[Fault]:
    """What is wrong with the values, of an array whose rows have as many values as an image has pixels."""
    rows, values = found[0], found[1].reshape(len(found[1]), -1).astype(np.float64)
    finite = bool(np.isfinite(values).all())
    if not own.finite or not finite:
        return [(WHOLE, message("prepared.not_finite"))]
    images, _ = _of(data, part)
    kept = rows < len(images)
    raw = images[rows[kept]].astype(np.float64)
    least, most = _range(own, values)
    if max(abs(least), abs(most), float(np.abs(values).max())) > LARGEST:
        return [(WHOLE, message("prepared.range", least=least, most=most, low=span[0], high=span[1]))]
    if values.min() == values.max():
        return [(WHOLE, message("prepared.all_the_same", value=float(values.max())))]
    for turned, planes in ((False, raw), (True, raw.transpose(0, 2, 1))):
        fault = _scale_fault(values[kept], planes.reshape(len(planes), -1), span, (least, most)) if len(raw) else None
        if fault is not None:
            turn = [(HALF, message("prepared.transposed"))] if turned else []
            return [*turn, *fault]
    return [_elsewhere(values, data, part)]


def _range(own: ExportFacts, values: Floats) -> tuple[float, float]:
    least = own.minimum if own.minimum is not None else float(values.min())
    most = own.maximum if own.maximum is not None else float(values.max())
    return least, most


def _scale_fault(
    values: Floats, raw: Floats, span: tuple[float, float], whole: tuple[float, float]
) -> list[Fault] | None:
    """How the values differ from the raw pixels scaled to ``span``; [] for not at all, None for other images."""
    low, high = span
    slack = TOLERANCE * (high - low)
    scaled = low + raw / PIXEL * (high - low)

    def is_near(wanted: Floats, by: float) -> bool:
        return bool(np.abs(values - wanted).max() <= by)

    ranged = (HALF, message("prepared.range", least=whole[0], most=whole[1], low=low, high=high))
    if is_near(scaled, slack):
        return [ranged] if whole[0] < low - slack or whole[1] > high + slack else []
    slips: Sequence[tuple[Floats, float, Fault]] = (
        (raw, TOLERANCE, (HALF, message("prepared.not_scaled", least=whole[0], most=whole[1]))),
        (raw / PIXEL**2, TOLERANCE / PIXEL, (HALF, message("prepared.scaled_twice", most=whole[1]))),
        (low + high - scaled, slack, (HALF, message("prepared.inverted"))),
        (np.floor(raw / PIXEL), 0.0, (WHOLE, message("prepared.cut_to_whole_numbers"))),
    )
    for wanted, by, fault in slips:
        if is_near(wanted, by):
            return [fault]
    factor, offset = _line(raw, values)
    return [ranged] if factor and is_near(factor * raw + offset, TOLERANCE * abs(factor) * PIXEL) else None


def _line(raw: Floats, values: Floats) -> tuple[float, float]:
    """The straight line that gives ``values`` from ``raw`` best: factor and offset."""
    middle = float(raw.mean())
    spread = float(((raw - middle) ** 2).sum())
    factor = float(((raw - middle) * values).sum()) / spread if spread else 0.0
    return factor, float(values.mean()) - factor * middle


def _elsewhere(values: Floats, data: KnownData, part: Part) -> Fault:
    """Rows that are not the images of their place: other images of the part, of the other one, or none."""
    chosen = values[np.linspace(0, len(values) - 1, min(LOOKED_UP, len(values))).astype(int)]
    for place in (part, _other(part)):
        images, _ = _of(data, place)
        index = ImageIndex(images)
        if all(index.find(row.reshape(images.shape[1:])) is not None for row in chosen):
            if place == part:
                return HALF, message("prepared.other_order", part=_set(part))
            return WHOLE, message("prepared.other_part", part=_set(place))
    return WHOLE, message("prepared.no_images", part=_set(part))


def _set(part: str) -> dict[str, object]:
    return {"key": f"pictures.set_{part}", "values": {}}


# ---------------------------------------------------------------- labels


def _one_hot(own: ExportFacts, data: KnownData, part: Part, classes: int) -> Fault | None:
    """Credit and sentence for an array of one-hot labels; None when its rows are not known."""
    _, labels = _of(data, part)
    found = _rows(own)
    if found is None:
        return None
    wanted = [len(labels), classes]
    if len(own.shape) != 2 or own.shape[1] != classes or len(found[0]) == 0:
        key = "prepared.plain_labels" if len(own.shape) == 1 else "prepared.shape"
        fault = message(key, shape=list(own.shape), wanted=wanted)
        return 0.0, message("prepared.wrong", name=own.name, faults=nested(fault))
    faults = [_one_hot_fault(found[0], found[1].astype(np.float64), data, part)]
    if own.shape[0] != len(labels):
        faults.append((HALF, message("prepared.shape", shape=list(own.shape), wanted=wanted)))
    right = message("prepared.one_hot_right", name=own.name)
    return _summed(own, [fault for fault in faults if fault is not None], right)


def _one_hot_fault(rows: NDArray[np.intp], values: Floats, data: KnownData, part: Part) -> Fault | None:
    """What is wrong with rows that have one value per class."""
    if not np.isfinite(values).all():
        return WHOLE, message("prepared.not_finite")
    ones = values.argmax(axis=1)
    peak = float(values.max())
    if peak <= 0 or np.abs(values - peak * np.eye(values.shape[1])[ones]).max() > TOLERANCE * peak:
        sums = values.sum(axis=1)
        return WHOLE, message("prepared.not_one_hot", least=float(sums.min()), most=float(sums.max()))
    share = _agreeing(rows, ones, _of(data, part)[1])
    if share == 1:
        return None if abs(peak - 1) <= TOLERANCE else (HALF, message("prepared.ones_scaled", peak=peak))
    if (ones == ones[0]).all():
        return WHOLE, message("prepared.one_column", column=int(ones[0]))
    if _agreeing(rows, ones, _of(data, _other(part))[1]) == 1:
        return WHOLE, message("prepared.other_labels", part=_set(_other(part)))
    return WHOLE, message("prepared.other_columns", share=share)


def _agreeing(rows: NDArray[np.intp], ones: NDArray[np.intp], labels: NDArray[np.uint8]) -> float:
    """The share of rows whose 1 stands at their label."""
    if len(rows) == 0 or rows.max() >= len(labels):
        return 0.0
    return float((ones == labels[rows]).mean())


def _by_class(pairs: NDArray[Any]) -> NDArray[Any]:
    """Classes and counts (2, n), in either order, as counts, class 0 first; unchanged when no row has the classes."""
    for classes, counts in (pairs, pairs[::-1]):
        if (np.sort(classes) == np.arange(len(classes))).all():
            return np.asarray(counts[classes.argsort()])
    return pairs


def _counts(own: ExportFacts, data: KnownData, part: Part) -> Fault | None:
    """Credit and sentence for the number of images of each class."""
    _, labels = _of(data, part)
    right = np.bincount(labels)
    if own.values is None:
        return None
    values = own.values
    pairs = values if values.shape == (2, len(right)) else values.T
    if pairs.shape == (2, len(right)):
        values = _by_class(pairs)
    if values.shape != right.shape:
        fault = message("prepared.shape", shape=list(values.shape), wanted=list(right.shape))
        return 0.0, message("prepared.wrong", name=own.name, faults=nested(fault))
    same = values == right
    if same.all():
        return 1.0, message("prepared.counts_right", name=own.name, least=int(right.min()), most=int(right.max()))
    others = np.bincount(_of(data, _other(part))[1])
    if values.shape == others.shape and (values == others).all():
        fault = message("prepared.counts_of", part=_set(_other(part)))
        return 0.0, message("prepared.wrong", name=own.name, faults=nested(fault))
    if np.array_equal(np.sort(values), np.sort(right)):
        fault = message("prepared.counts_order", last=len(right) - 1)
        return max(0.5, float(same.mean())), message("prepared.wrong", name=own.name, faults=nested(fault))
    digit = int(np.flatnonzero(~same)[0])
    wrong = message(
        "prepared.counts_wrong", wrong=int((~same).sum()), n=len(right), digit=digit, own=float(values[digit])
    )
    return float(same.mean()), message("prepared.wrong", name=own.name, faults=nested(wrong))
