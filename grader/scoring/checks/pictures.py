"""Checks on the pictures that a notebook draws."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.records import Evidence, Judgement, Message, PictureFacts, message
from grader.scoring.checks import parts
from grader.scoring.checks.arrays import known_array
from grader.scoring.checks.subject import clauses, ended_reason, nested

Part = Literal["train", "test", "any"]
# A number of its own: neither part of a word or of a decimal fraction ("x5", "28x28", "0.98"); "5.0" is 5.
NUMBER = re.compile(r"(?<!\w)(?<!\d[.,])(\d{1,9})(?:[.,]0+)?(?![.,]?\d)(?!\w)")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PALABRAS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
LABELS = {word: digit for names in (WORDS, PALABRAS) for digit, word in enumerate(names)}
LARGEST_LABEL = 9
LABELS_CAP = 4  # with more numbers beside it, a picture has every label and none
SHOWN = 3
SIZE = (28, 28)
DRAWING = ("imshow", "matshow", "pcolormesh", "cv2_imshow")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which pictures count."""

    n: int
    part: Part
    labelled: bool
    one_per_class: bool
    first: bool


def shows_images(  # noqa: PLR0913 - one parameter per key of a rubric
    evidence: Evidence,
    *,
    n: int,
    labelled: bool = False,
    one_per_class: bool = False,
    first: bool = False,
    part: Part = "any",
    cmaps: Sequence[str] = (),
    any_image: bool = False,
    greys: int = 0,
    arrays: Sequence[str] = (),
) -> Judgement:
    """The notebook shows ``n`` different images of its data set with ``imshow``.

    Any scaling, a negative and an enlarged copy count as the image. With ``labelled``, the words beside a picture
    (title, axis label, text) hold its true label: ``5``, ``label: 5``, ``cinco``. With ``one_per_class``, each class is
    there with its label; one that is missing costs twice its share. With ``first``, they are the first ``n`` images of
    the part (``train`` unless ``test``), in their order, in one cell or each in a cell of its own. Credit is the share
    that is there.

    Four forms ask for no image of the data set (with ``labelled``, each picture needs words beside it). ``cmaps:
    [Reds, Greens, Blues]`` wants a picture of a matrix in each of these colour maps: the first, second and third
    channel of a colour picture that the notebook draws too, or where it draws none, each another matrix. ``greys: 2``
    wants the three channels of such a picture and two different greys made of them; ``arrays`` the reference's
    expected arrays of these names, or what the notebook has exported under them; ``any_image`` any ``n`` different
    pictures. Blank pictures never count.
    """
    pictures = evidence.facts.pictures
    expected = message("checks.at_least", least=n)
    if not pictures:
        reason = ended_reason(evidence.facts, *DRAWING)
        if reason is None:
            return Judgement(credit=0.0, why=message("pictures.none"), expected=expected)
        return Judgement(credit=0.0, why=message("pictures.none_because", reason=nested(reason)), expected=expected)
    if cmaps:
        return _in_colour_maps(pictures, cmaps)
    if greys or any_image:
        of_photo = parts.of_a_photo(pictures, greys, labelled) if greys else None
        found, goal, why = of_photo or _of_anything(pictures, n, labelled)
    elif arrays:
        found, goal, why = _of_arrays(evidence, arrays, labelled)
    else:
        whole: Part = "train" if first and part == "any" else part
        wanted = _Wanted(n, whole, labelled or one_per_class, one_per_class, first)
        found, goal, why = _of_the_data_set(evidence, wanted)
    counted = max(0, 2 * found - goal) if one_per_class else found  # a class that is missing costs twice its share
    return Judgement(
        credit=min(1.0, counted / goal), why=why, expected=expected, actual=message("checks.whole", value=found)
    )


# ---------------------------------------------------------------- images of the data set


def _of_the_data_set(evidence: Evidence, wanted: _Wanted) -> tuple[int, int, Message]:
    """How many count, how many are needed, and what is to be said."""
    pictures = evidence.facts.pictures
    faults = [_fault(picture, place, wanted) for place, picture in enumerate(pictures, start=1)]
    right = [picture for picture, fault in zip(pictures, faults, strict=True) if fault is None]
    goal = wanted.n
    if wanted.one_per_class:
        classes = range(10) if evidence.data is None else np.unique(evidence.data.y_train).tolist()
        there = {picture.label for picture in right}
        found, goal = len(there), len(classes)
        missing = [label for label in classes if label not in there]
        if missing:
            return found, goal, _classes_missing(pictures, faults, missing, goal)
    elif wanted.first:
        found, in_place = _first(pictures, faults, wanted)
    else:
        found = len({(picture.part, picture.row) for picture in right})
    key = "labelled" if wanted.labelled else "plain"
    if found >= goal:
        return found, goal, message(f"pictures.right_{key}", n=found)
    told = [fault for fault in faults if fault is not None][: SHOWN - 1]
    if wanted.first and len(right) > found and not in_place:
        told.append(message("pictures.not_the_first", n=wanted.n, part=_set(wanted.part)))
    if not told:
        return found, goal, message(f"pictures.too_few_{key}", found=found, n=goal)
    return found, goal, message(f"pictures.wrong_{key}", found=found, n=goal, faults=clauses(told))


def _classes_missing(
    pictures: Sequence[PictureFacts], faults: Sequence[Message | None], missing: Sequence[int], n: int
) -> Message:
    """What is said when classes are missing. The first ten images of MNIST show seven of ten digits."""
    told = [fault for fault in faults if fault is not None][: SHOWN - 1]
    told.append(message("pictures.classes_missing", missing=", ".join(map(str, missing))))
    rows = [picture.row for picture in pictures]
    if any(_in_order([rows[place] for place in group], n) == n for group in _together(pictures)):
        told.append(message("pictures.first_instead", n=n))
    return message("pictures.wrong_classes", found=n - len(missing), n=n, faults=clauses(told))


def _first(pictures: Sequence[PictureFacts], faults: Sequence[Message | None], wanted: _Wanted) -> tuple[int, bool]:
    """How many of the first images are right and in their order, and whether all are there, right or not.

    Where a cell shows at least two of them in their order, a picture in another one that is among them by chance does
    not count.
    """
    rows = [picture.row if picture.part == wanted.part else None for picture in pictures]
    right = [row if fault is None else None for row, fault in zip(rows, faults, strict=True)]
    counts = [
        (_in_order([rows[place] for place in group], wanted.n), _in_order([right[place] for place in group], wanted.n))
        for group in _together(pictures)
    ]
    most = max(shown for shown, _ in counts)
    return max(labelled for shown, labelled in counts if shown >= min(2, most)), most == wanted.n


def _together(pictures: Sequence[PictureFacts]) -> list[list[int]]:
    """Places of pictures that belong together: those of a cell, and those that are alone in theirs."""
    cells: dict[int, list[int]] = {}
    for place, picture in enumerate(pictures):
        cells.setdefault(picture.cell, []).append(place)
    alone = [places[0] for places in cells.values() if len(places) == 1]
    return [*cells.values(), *([alone] if alone else [])]


def _in_order(rows: Sequence[int | None], n: int) -> int:
    """How many of the rows 0 to n - 1 stand in their place, where most do; a row shown twice in a row counts once."""
    once = [row for place, row in enumerate(rows) if place == 0 or row is None or row != rows[place - 1]]
    starts = range(1 - n, len(once))
    return max(sum(once[start + k] == k for k in range(n) if 0 <= start + k < len(once)) for start in starts)


def _fault(picture: PictureFacts, place: int, wanted: _Wanted) -> Message | None:
    """Why the picture does not count, as a clause; None when it does."""
    where = {"place": place, "cell": picture.cell}
    if picture.blank:
        return message("pictures.blank", **where)
    if picture.shape[:2] != SIZE and picture.label is None:
        return message("pictures.shape", shape=list(picture.shape), **where)
    if picture.label is None:
        return message("pictures.no_image", part=_set("any"), **where)
    if wanted.part not in ("any", picture.part):
        return message("pictures.other_part", part=_set(picture.part), **where)
    return _label_fault(picture, where) if wanted.labelled else None


def _label_fault(picture: PictureFacts, where: dict[str, int]) -> Message | None:
    told = labels_in(picture.title)
    values = {**where, "label": picture.label}
    if len(told) > LABELS_CAP:
        return message("pictures.many_labels", **values)
    if not told:
        return message("pictures.no_label", **values)
    return None if picture.label in told else message("pictures.wrong_label", told=told[-1], **values)


def labels_in(words: str) -> list[int]:
    """The digits that stand in a text as numbers or words: "label: 5", "5.0" and "cinco" are 5."""
    numbers = [int(found) for found in NUMBER.findall(words)]
    spoken = [LABELS[word] for word in re.findall(r"[^\W\d_]+", words.casefold()) if word in LABELS]
    return [*spoken, *(number for number in numbers if number <= LARGEST_LABEL)]


def _set(part: str) -> dict[str, object]:
    return {"key": f"pictures.set_{part}", "values": {}}


# ---------------------------------------------------------------- pictures of anything


def _of_anything(pictures: Sequence[PictureFacts], n: int, labelled: bool) -> tuple[int, int, Message]:
    seen = [picture for picture in pictures if not picture.blank and (picture.title or not labelled)]
    found = len({picture.digest for picture in seen})
    if found >= n:
        return found, n, message("pictures.right_any", n=found)
    blank = sum(picture.blank for picture in pictures)
    bare = sum(not picture.title and not picture.blank for picture in pictures) if labelled else 0
    return found, n, message("pictures.too_few_any", found=found, n=n, blank=blank, bare=bare)


def _of_arrays(evidence: Evidence, names: Sequence[str], labelled: bool) -> tuple[int, int, Message]:
    """How many of the named arrays are shown, each by a picture of its own."""
    free = [one for one in evidence.facts.pictures if not one.blank and (one.title or not labelled)]
    missing = []
    for name in names:
        export = evidence.facts.exports.get(name)
        expected = known_array(evidence.expected.get(name))
        known = [expected[2] if expected is not None else None, export.values if export is not None else None]
        shown = (one for one in free for array in known if array is not None and parts.is_copy(one, array))
        picture = next(shown, None)
        if picture is None:
            missing.append(name)
        else:
            free.remove(picture)
    found = len(names) - len(missing)
    if not missing:
        return found, len(names), message("pictures.right_arrays", names=list(names))
    bare = sum(not one.title and not one.blank for one in evidence.facts.pictures) if labelled else 0
    return found, len(names), message("pictures.arrays_missing", names=missing, bare=bare)


def _in_colour_maps(pictures: Sequence[PictureFacts], cmaps: Sequence[str]) -> Judgement:
    """A picture of its own in each colour map; the reversed map counts as the map."""
    used: dict[str, str] = {}  # digest -> colour map
    faults = []
    colours = parts.photos(pictures)
    for place, cmap in enumerate(cmaps):
        drawn = [picture for picture in pictures if picture.cmap.removesuffix("_r").casefold() == cmap.casefold()]
        visible = [picture for picture in drawn if not picture.blank and len(picture.shape) == 2]
        fresh = [picture for picture in visible if picture.digest not in used]
        wanted = parts.CHANNELS[place] if colours and place < len(parts.CHANNELS) else ""
        right = [picture for picture in fresh if not wanted or parts.part_of(picture, colours) == wanted]
        if right:
            used[right[0].digest] = cmap
        elif fresh:
            part = {"key": f"pictures.part_{parts.part_of(fresh[0], colours) or 'none'}", "values": {}}
            channel = {"key": f"pictures.part_{wanted}", "values": {}}
            faults.append(message("pictures.other_channel", cmap=cmap, part=part, wanted=channel))
        elif visible:
            faults.append(message("pictures.same_matrix", cmap=cmap, other=used[visible[0].digest]))
        elif drawn:
            faults.append(message("pictures.blank_in", cmap=cmap))
        else:
            faults.append(message("pictures.none_in", cmap=cmap))
    found = len(cmaps) - len(faults)
    why = message("pictures.right_cmaps", cmaps=list(cmaps))
    if faults:
        why = message("pictures.wrong_cmaps", found=found, n=len(cmaps), faults=clauses(faults))
    drawn_in = list(dict.fromkeys(picture.cmap for picture in pictures if picture.cmap))
    return Judgement(
        credit=found / len(cmaps),
        why=why,
        expected=message("checks.items", items=list(cmaps)),
        actual=message("checks.items", items=drawn_in) if drawn_in else None,
    )
