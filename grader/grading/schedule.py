"""In which order a class is graded, and whose hand-ins are the same: known before anything runs.

The order changes no card: the hand-in that is expected to take longest goes first, so that it does not trail while the
other workers have nothing left to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.grading.class_list import Row
from grader.records import Submission

EPOCHS = re.compile(rb"epochs?\s*=\s*(\d{1,6})")
LAYERS = re.compile(rb"Conv[123]D|LSTM|GRU")
HEAVY = 4  # a layer of these kinds makes an epoch so many times as long, as a rule of thumb
MOST_EPOCHS = 1000  # more are cut by the clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The rows in the order in which they are graded, and how many hand-ins are the same, by their hash."""

    order: tuple[Row, ...]
    alike: Mapping[str, int]


def seen(submission: Submission) -> Mapping[str, Any]:
    """What is to be known of a hand-in before anything runs, as plain data: its weight, its hash if it has one."""
    return {
        "weight": expected(submission),
        "sha256": submission.sha256 if submission.problem is None else None,
    }


def planned(rows: Sequence[Row], told: Sequence[Mapping[str, Any]]) -> Plan:
    """The plan for rows of which ``seen`` told this."""
    alike = Counter(one["sha256"] for one in told if one["sha256"] is not None)
    order = sorted(range(len(rows)), key=lambda number: -told[number]["weight"])
    return Plan(order=tuple(rows[number] for number in order), alike=alike)


def expected(submission: Submission) -> int:
    """How long a hand-in may take, in epochs of a small network: what its code asks for."""
    content = submission.files.get(submission.entry or "", b"")
    epochs = sum(min(int(number), MOST_EPOCHS) for number in EPOCHS.findall(content))
    return epochs * (HEAVY if LAYERS.search(content) else 1)
