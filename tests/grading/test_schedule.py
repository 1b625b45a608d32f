"""The order of a class, and hand-ins that are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.grading import schedule
from grader.grading.class_list import Row
from grader.records import Problem, Submission, message


def row(student: str) -> Row:
    return Row(student=student, slug=student, hand_in=None, person=None, duplicate=False, known=True)


def submission(code: bytes, problem: Problem | None = None) -> Submission:
    digest = hashlib.sha256(code).hexdigest()
    return Submission(
        student="a", exercise="e", files={"a.ipynb": code}, entry="a.ipynb", sha256=digest, problem=problem
    )


def planned(codes: Mapping[str, bytes]) -> schedule.Plan:
    seen = [schedule.seen(submission(code)) for code in codes.values()]
    return schedule.planned([row(name) for name in codes], seen)


def test_the_longest_goes_first_and_equals_keep_their_order() -> None:
    codes = {
        "none": b"x = 1",
        "five": b"model.fit(x, y, epochs=5)",
        "conv": b"Conv2D(8, 3) ... epochs = 5",
        "two fits": b"fit(epochs=3); fit(epochs=3)",
        "none too": b"y = 1",
        "endless": b"epochs=999999",
    }
    order = [one.student for one in planned(codes).order]
    assert order == ["endless", "conv", "two fits", "five", "none", "none too"]


def test_hand_ins_with_the_same_bytes_are_counted() -> None:
    plan = planned({"ana": b"x = 1", "ben": b"x = 2", "eva": b"x = 1"})
    assert sorted(plan.alike.values()) == [1, 2]


def test_what_cannot_be_read_is_like_nothing() -> None:
    broken = submission(b"", Problem(ended="missing", why=message("collecting.missing")))
    plan = schedule.planned([row("ana"), row("ben")], [schedule.seen(broken)] * 2)
    assert (plan.alike, len(plan.order)) == ({}, 2)


@given(st.dictionaries(st.text(min_size=1), st.binary(max_size=60), max_size=8))
def test_everybody_has_a_row(codes: dict[str, bytes]) -> None:
    assert sorted(one.student for one in planned(codes).order) == sorted(codes)
