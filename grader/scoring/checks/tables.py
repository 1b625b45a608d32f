"""A student's table of results: its rows as they may be written, and the trainings behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.scoring import answers
from grader.scoring.checks.trainings import Training

ROWS_CAP = 50
TRAIN = ("train", "entren", "ajuste", "fit")
TEST = ("test", "prueba", "val")
LOSS = ("loss", "perd")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: what was changed, and the two accuracies as shares in every way that they can be read."""

    change: str
    train: tuple[float, ...]
    test: tuple[float, ...]


def rows(typed: Any) -> tuple[Row, ...]:
    """The rows that hold two accuracies, out of a list of dicts or lists, a dict of rows, or a dict of columns."""
    return tuple(row for record in _records(typed) if (row := _row(record)) is not None)


def _records(typed: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(typed, Mapping):
        typed = _columns(typed)
        columns = list(typed.values())
        if columns and all(isinstance(column, list) and len(column) == len(columns[0]) for column in columns):
            two_accuracies = _find(typed, TRAIN) and _find(typed, TEST)
            if two_accuracies:
                return [{name: typed[name][at] for name in typed} for at in range(len(columns[0]))][:ROWS_CAP]
        typed = [{"change": name, **_named(value)} for name, value in typed.items()]
    if not isinstance(typed, (list, tuple)):
        return ()
    return [_named(item) for item in typed[:ROWS_CAP]]


def _columns(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns of ``DataFrame.to_dict()`` as lists; anything else as it is."""
    columns = list(typed.values())
    if not columns or not all(isinstance(column, Mapping) for column in columns):
        return typed
    alike = all(column.keys() == columns[0].keys() for column in columns)
    if not (alike and _find(typed, TRAIN) and _find(typed, TEST)):
        return typed
    labels = {} if any(name for name in columns[0] if name.isdigit()) else {"change": list(columns[0])}
    return {**labels, **{name: list(column.values()) for name, column in typed.items()}}


def _named(item: Any) -> Mapping[str, Any]:
    if isinstance(item, Mapping):
        return item
    cells = item if isinstance(item, (list, tuple)) else [item]
    return {str(place): cell for place, cell in enumerate(cells)}


def _row(record: Mapping[str, Any]) -> Row | None:
    """A row by the names of its columns; without telling names the first two numbers are training and test."""
    numbers = {name: shares for name, value in record.items() if (shares := _shares(value))}
    train, test = _find(numbers, TRAIN), _find(numbers, TEST)
    if not train or not test:
        unnamed = [name for name in numbers if not any(part in answers.plain(name) for part in LOSS)]
        if len(unnamed) < 2 or train or test:
            return None
        train, test = unnamed[:2]
    change = next((value for name, value in record.items() if name not in (train, test) and isinstance(value, str)), "")
    return Row(change=answers.shown(change), train=numbers[train], test=numbers[test])


def _find(record: Mapping[str, Any], parts: Sequence[str]) -> str:
    """The first column called so, those of losses left out; "" without one."""
    for name in record:
        plain = answers.plain(name)
        if any(part in plain for part in parts) and not any(part in plain for part in LOSS):
            return name
    return ""


def _shares(value: Any) -> tuple[float, ...]:
    """An accuracy as shares in 0 to 1; empty for what is no number. A list is no cell of a table."""
    if isinstance(value, bool) or isinstance(value, (list, tuple, Mapping)):
        return ()
    read = answers.read_number(value)
    return () if isinstance(read, answers.Unreadable) else tuple(share for share in read.shares if 0 <= share <= 1)


# ---------------------------------------------------------------- rows beside trainings


@dataclass(frozen=True, kw_only=True, slots=True)
class Backed:
    """A row, the training behind it, and the row's accuracies as they were meant."""

    row: Row
    training: Training
    train: float
    test: float

    @classmethod
    def of(cls, training: Training) -> Backed:
        """A training that no row tells of, by what the notebook saw last."""
        train, test = training.train[0], training.test[0]
        return cls(row=Row(change="", train=(train,), test=(test,)), training=training, train=train, test=test)


def backed(table: Sequence[Row], runs: Sequence[Training], within: float) -> tuple[Backed, ...]:
    """As many rows as possible, each with a training of its own whose accuracies lie ``within`` (a share)."""
    distances = [[_distance(row, run) for run in runs] for row in table]
    owner: dict[int, int] = {}  # training -> row

    def settle(row: int, tried: set[int]) -> bool:
        near = [run for run in range(len(runs)) if distances[row][run] <= within + 1e-9]
        for run in sorted(near, key=lambda run: distances[row][run]):
            if run in tried:
                continue
            tried.add(run)
            if run not in owner or settle(owner[run], tried):
                owner[run] = row
                return True
        return False

    for row in sorted(range(len(table)), key=lambda row: min(distances[row], default=1.0)):
        settle(row, set())
    return tuple(_backed(table[row], runs[run]) for run, row in sorted(owner.items()))


def unbacked(table: Sequence[Row], runs: Sequence[Training], within: float) -> tuple[Row, ...]:
    """The rows whose accuracies no training has."""
    return tuple(row for row in table if not any(_distance(row, run) <= within + 1e-9 for run in runs))


def _distance(row: Row, run: Training) -> float:
    """How far the worse of the two accuracies is from the nearest that the notebook saw; 1 when it saw none."""
    return max(min(_apart(row.train, run.train), default=1.0), min(_apart(row.test, run.test), default=1.0))


def _apart(typed: Sequence[float], seen: Sequence[float]) -> Iterator[float]:
    return (abs(one - other) for one in typed for other in seen)


def _backed(row: Row, run: Training) -> Backed:
    return Backed(row=row, training=run, train=_meant(row.train, run.train), test=_meant(row.test, run.test))


def _meant(typed: Sequence[float], seen: Sequence[float]) -> float:
    return min(typed, key=lambda one: min(_apart([one], seen)))
