"""Which trainings stand for a trial of a remedy, another loss or another optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from grader.records import Message
from grader.scoring.checks.trainings import ASPECTS, Aspect, Training, changes, only_differ_in, small_changes

Pair = tuple[Training, Training]
Standing = Literal["alone", "among", "spent", "small"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """Two trainings that differ in one aspect.

    ``alone``: in nothing else. ``among``: others changed too, and the training counts for this aspect. ``spent``:
    others changed too, and it counts for another one. ``small``: the change is none in kind.
    """

    standing: Standing
    after: Training
    changed: tuple[Message, ...]
    others: tuple[Message, ...] = ()  # what else is different


def trials(runs: Sequence[Training]) -> Mapping[Aspect, Trial]:
    """The trial of each aspect that was tried. A training in which several things change counts for one aspect."""
    found = {about: trial for about in ASPECTS if (trial := _alone(about, runs)) is not None}
    counted = [trial.after for trial in found.values()]
    for about in ASPECTS:
        if about in found:
            continue
        several = [pair for pair in pairs_of(about, runs) if changes(about, *pair) and not _is_again(pair[1], runs)]
        free = [pair for pair in several if _is_free(pair, counted)]
        if free:
            found[about] = _trial("among", about, min(free, key=lambda pair: len(_others(about, pair))))
            counted.append(found[about].after)
        elif (small := _small(about, runs, counted)) is not None:
            found[about] = small
        elif several:
            found[about] = _trial("spent", about, min(several, key=lambda pair: len(_others(about, pair))))
    return found


def pairs_of(about: Aspect, runs: Sequence[Training]) -> Sequence[Pair]:
    """(before, after): a loss or optimizer is changed later; whether the remedy came first does not matter."""
    places = [pair for pair in permutations(range(len(runs)), 2) if about == "remedy" or pair[0] < pair[1]]
    return [(runs[before], runs[after]) for before, after in places]


def _alone(about: Aspect, runs: Sequence[Training]) -> Trial | None:
    both = (pair for pair in pairs_of(about, runs) if changes(about, *pair) and only_differ_in(about, *pair))
    pair = next(both, None)
    return None if pair is None else _trial("alone", about, pair)


def _small(about: Aspect, runs: Sequence[Training], counted: Sequence[Training]) -> Trial | None:
    for pair in pairs_of(about, runs):
        if _is_free(pair, counted) and (changed := small_changes(about, *pair)):
            return Trial(standing="small", after=pair[1], changed=changed)
    return None


def _trial(standing: Standing, about: Aspect, pair: Pair) -> Trial:
    return Trial(standing=standing, after=pair[1], changed=changes(about, *pair), others=_others(about, pair))


def _is_again(run: Training, runs: Sequence[Training]) -> bool:
    """Whether a training repeats an earlier one: going back to the network one started from is no trial."""
    place = next(number for number, other in enumerate(runs) if other is run)
    return any(not _others("", (earlier, run)) for earlier in runs[:place])


def _is_free(pair: Pair, counted: Sequence[Training]) -> bool:
    return all(pair[1] is not training for training in counted)


def _others(about: Aspect | Literal[""], pair: Pair) -> tuple[Message, ...]:
    """What else is different, each thing once."""
    others = [aspect for aspect in ASPECTS if aspect != about]
    before, after = pair
    return tuple(one for aspect in others for one in changes(aspect, before, after) or changes(aspect, after, before))
