"""Numbers of an example in a handout: they change with the student, and no good network comes near them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from grader.questions.drawing import PUBLIC, root, who

TRAIN = (9850, 9989)  # hundredths of a percent, the least and the largest
GAP = (310, 599)


@dataclass(frozen=True, kw_only=True, slots=True)
class GapExample:
    """Two accuracies as shares, and their difference in percentage points with two decimals."""

    train: float
    test: float
    gap: float


def gap_example(exercise: str, *, secret: bytes, student: str | None) -> GapExample:
    """The example of a student's handout; of the public id for None.

    A gap above three points: whoever copies it has not measured a network that reaches the exercise's accuracy.
    """
    seed = root(secret, exercise) + who(student if student is not None else PUBLIC).encode()
    digest = hashlib.sha256(seed + b"/example").digest()
    train, gap = (_within(span, part) for span, part in ((TRAIN, digest[:8]), (GAP, digest[8:16])))
    return GapExample(train=train / 10_000, test=(train - gap) / 10_000, gap=gap / 100)


def _within(span: tuple[int, int], part: bytes) -> int:
    least, largest = span
    return least + int.from_bytes(part, "big") % (largest - least + 1)
