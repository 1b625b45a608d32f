"""Checks for the options of layers: each takes a value as JSON has it and gives the value to keep.

A check raises ``Unfit`` with what was expected instead. Nothing that passes a check can name a class,
a function or a path: only numbers, flags, words of fixed lists and lists of those go further.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.models.keras_file.archive import shown
from grader.records import Message, message

Check = Callable[[Any], Any]
SIZE_CAP = 1 << 20  # no kernel, stride, number of filters or axis is longer
NUMBERS_CAP = 100_000  # in one constant
LARGEST = 1e12  # no constant is further from zero
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_>.]{0,99}")


class Unfit(Exception):
    """A value that an option cannot have."""

    def __init__(self, expected: Message) -> None:
        super().__init__(expected.key)
        self.expected = expected


def expects(kind: str, **values: Any) -> Unfit:
    """The refusal "expected: <kind>"."""
    return Unfit(message(f"keras_file.expects_{kind}", **values))


class _Required:
    """The default of an option that every file must carry."""


REQUIRED: Final = _Required()


@dataclass(frozen=True, slots=True)
class Option:
    """How one option is checked, what stands when it is missing, and what the canonical file gets."""

    check: Check
    default: Any = REQUIRED
    pack: Check | None = None  # checked value -> canonical value; None: the same


# ---------------------------------------------------------------- single values


def whole(low: int = 1, high: int = SIZE_CAP) -> Check:
    """A whole number from ``low`` to ``high``."""

    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise expects("whole", low=low, high=high)
        return value

    return check


def real(low: float = -1e9, high: float = 1e9) -> Check:
    """A number from ``low`` to ``high``, whole or not, kept as it was written."""

    def check(value: Any) -> float:
        if type(value) not in (int, float) or not low <= value <= high:
            raise expects("number", low=low, high=high)
        return value  # type: ignore[no-any-return]  # int or float, seen above

    return check


def flag(value: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise expects("flag")
    return value


def one_of(*allowed: Any) -> Check:
    """One of the given words, flags or None."""

    def check(value: Any) -> Any:
        for candidate in allowed:
            if type(value) is type(candidate) and value == candidate:
                return candidate
        raise expects("one_of", allowed=[str(candidate) for candidate in allowed])

    return check


def optional(inner: Check) -> Check:
    """``inner``, or None."""
    return lambda value: None if value is None else inner(value)


def anything(value: Any) -> None:
    """What plays no part in the outputs (seeds): forgotten."""


# ---------------------------------------------------------------- lists


def wholes(length: int, low: int = 1, high: int = SIZE_CAP) -> Check:
    """``length`` whole numbers; a single one stands for all of them."""
    each = whole(low, high)

    def check(value: Any) -> list[int]:
        values = [value] * length if type(value) is int else value
        if not isinstance(values, list) or len(values) != length:
            raise expects("wholes", length=length)
        return [each(item) for item in values]

    return check


def margins(axes: int) -> Check:
    """Values to add or cut before and after each of ``axes`` axes: 1, [1, 2] or [[1, 1], [2, 2]]."""
    pair = wholes(2, 0)

    def check(value: Any) -> list[list[int]]:
        values = [value] * axes if type(value) is int else value
        if not isinstance(values, list) or len(values) != axes:
            raise expects("wholes", length=2 * axes)
        return [pair(item) for item in values]

    return check


def axis(value: Any) -> int:
    """One axis, counted from the batch axis (0) or from the end; the batch axis itself is refused."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else value
    if type(inner) is not int or not -8 <= inner <= 8 or inner == 0:
        raise expects("axis")
    return inner


def axes(value: Any) -> int | list[int]:
    """One axis or several."""
    if not isinstance(value, list):
        return axis(value)
    if len(value) > 8:
        raise expects("axis")
    return [axis(item) for item in value]


def sizes(low: int, cap: int = 8) -> Check:
    """At most ``cap`` whole numbers from ``low`` on: a shape."""
    each = whole(low, SIZE_CAP * 16)

    def check(value: Any) -> list[int]:
        if not isinstance(value, list) or len(value) > cap:
            raise expects("shape")
        return [each(item) for item in value]

    return check


def numbers(value: Any) -> Any:
    """A number or (nested) lists of numbers; arrays in Keras's wrapping are unwrapped."""
    return _numbers(unwrapped(value), [NUMBERS_CAP], 0)


def unwrapped(value: Any) -> Any:
    """The plain numbers of what Keras writes for a NumPy array or a tensor; else ``value``."""
    if isinstance(value, dict) and value.get("class_name") in ("__numpy__", "__tensor__"):
        inner = value.get("config")
        return inner.get("value") if isinstance(inner, dict) else None
    return value


def _numbers(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > 4:
        raise expects("numbers")
    if isinstance(value, list) and value:
        return [_numbers(item, left, depth + 1) for item in value]
    if type(value) not in (int, float) or not -LARGEST <= value <= LARGEST:
        raise expects("numbers")
    return value


# ---------------------------------------------------------------- objects that are named, not kept


def described(value: Any) -> Any:
    """An initializer, regularizer or constraint: its class name and plain numbers, for the reader only."""
    if value is None or isinstance(value, str):
        return None if value is None else shown(value, 100)
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        raise expects("object")
    name, config = value["class_name"], value.get("config")
    if not _CLASS.fullmatch(name):
        raise expects("object")
    inner = config if isinstance(config, dict) else {}
    simple = {
        shown(key, 40): item
        for key, item in list(inner.items())[:20]
        if item is None or type(item) in (bool, int, float) or (isinstance(item, str) and len(item) <= 40)
    }
    return {**simple, "class_name": name}


def zeros(_: Any) -> dict[str, Any]:
    """The canonical initializer: weights are loaded afterwards, so any will do."""
    return {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": None}


def nothing(_: Any) -> None:
    """The canonical regularizer, constraint or seed: none."""


def training_options(*names: str) -> dict[str, Option]:
    """Options that matter in training only: initializers, regularizers, constraints, seeds."""
    made: dict[str, Option] = {}
    for name in names:
        if name.endswith("_initializer"):
            made[name] = Option(described, None, zeros)
        else:
            made[name] = Option(anything if name == "seed" else described, None, nothing)
    return made


def checked(options: Mapping[str, Option], config: Mapping[str, Any]) -> dict[str, Any]:
    """``config`` with every value checked and missing ones filled in.

    Raises Unfit with the option's name among the values, also for unknown and missing options.
    """
    for name in config:
        if name not in options:
            raise unknown(name)
    kept: dict[str, Any] = {}
    for name, option in options.items():
        value = config.get(name, option.default)
        if value is REQUIRED:
            raise Unfit(message("keras_file.option_missing", option=name))
        try:
            kept[name] = option.check(value)
        except Unfit as unfit:
            if not unfit.expected.key.startswith("keras_file.expects_"):
                raise  # already a whole sentence
            wanted = {"key": unfit.expected.key, "values": dict(unfit.expected.values)}
            raise Unfit(message("keras_file.option_value", option=name, value=shown(value), expected=wanted)) from unfit
    return kept


def unknown(option: str) -> Unfit:
    """The refusal of an option that is not on the list."""
    return Unfit(message("keras_file.option_unknown", option=shown(option, 40)))


def packed(options: Mapping[str, Option], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical configuration of ``kept``."""
    return {name: kept[name] if option.pack is None else option.pack(kept[name]) for name, option in options.items()}
