"""The order of a batch, without running anything."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from grader import data, sandbox, store
from grader.course import course, rubric
from grader.errors import OutputError
from grader.grading import pipeline, submission
from grader.grading.class_list import Row, seat
from grader.grading.gather import Gathered
from grader.grading.gathering import Gathering
from grader.records import Facts, NotGraded, Run, message
from grader.submissions import HandIn, Match, Person, Source
from tests.support.notebooks import notebook


def hand_in(student: str, origin: str = "") -> HandIn:
    return HandIn(student=student, source=Source(root=Path()), entries=(), origin=origin or student)


def test_two_hand_ins_of_one_student_both_get_a_row() -> None:
    rows = seat([hand_in("ana", "ana"), hand_in("ana", "ana.ipynb"), hand_in("li")], {}, False)
    assert [(row.slug, row.duplicate) for row in rows] == [("ana", True), ("ana~2", True), ("li", False)]


@pytest.mark.parametrize("twin", ["\x1b[31mana", "ana ", "\u00a0ana", "a\x1b]0;x\x07na"])
def test_ids_that_look_the_same_in_a_report_are_marked_and_have_files_of_their_own(twin: str) -> None:
    rows = seat([hand_in(twin), hand_in("ana"), hand_in("li")], {}, False)
    assert [row.student for row in rows] == [twin, "ana", "li"]
    assert [row.duplicate for row in rows] == [True, True, False]
    assert rows[0].slug.endswith("~2")
    assert [row.slug for row in rows[1:]] == ["ana", "li"]


@pytest.mark.parametrize("twin", ["аna", "an\ufe0fa"])
def test_ids_that_only_seem_the_same_are_told_apart_and_never_merged(twin: str) -> None:
    rows = seat([hand_in(twin), hand_in("ana"), hand_in("li")], {"eva": Person(id="eva")}, True)
    assert [row.looks_like for row in rows] == [("ana",), (twin,), (), ()]
    assert [row.duplicate for row in rows] == [False] * 4
    (on_the_roster, missing) = seat([hand_in(twin)], {"ana": Person(id="ana")}, True)
    assert (on_the_roster.looks_like, missing.hand_in) == (("ana",), None)


def test_who_looks_like_somebody_on_the_roster_does_not_hide_that_she_handed_nothing_in() -> None:
    rows = seat([hand_in("ana ")], {"ana": Person(id="ana")}, True)
    assert [(row.student, row.known, row.hand_in is None) for row in rows] == [
        ("ana ", False, False),
        ("ana", True, True),
    ]
    assert rows[1].slug == "ana"


def test_who_handed_nothing_in_has_a_row_and_strangers_are_known_as_such() -> None:
    people = {"ana": Person(id="ana", name="Ana"), "eva": Person(id="eva")}
    ana = replace(hand_in("ana"), match=Match(person=people["ana"], reason="id"))
    rows = {row.student: row for row in seat([ana, hand_in("zoe")], people, True)}
    assert rows["ana"].known
    assert rows["ana"].person == people["ana"]
    assert not rows["zoe"].known
    assert rows["eva"].hand_in is None


def test_without_a_roster_everybody_is_known() -> None:
    (row,) = seat([hand_in("ana")], {}, False)
    assert row.known


def test_every_row_is_worked_on_once_and_no_slot_is_shared() -> None:
    rows = seat([hand_in(str(number)) for number in range(40)], {}, False)
    busy: set[int] = set()
    done: list[str] = []
    lock = threading.Lock()

    def work(row: Row, slot: int) -> None:
        with lock:
            assert slot not in busy
            busy.add(slot)
        with lock:
            busy.remove(slot)
            done.append(row.student)

    pipeline.in_parallel(rows, 4, work)
    assert sorted(done) == sorted(row.student for row in rows)


def test_the_first_error_ends_the_batch() -> None:
    rows = seat([hand_in(str(number)) for number in range(100)], {}, False)
    started: list[str] = []

    def work(row: Row, slot: int) -> None:
        started.append(row.student)
        raise OutputError("the disk is full")

    with pytest.raises(OutputError, match="the disk is full"):
        pipeline.in_parallel(rows, 2, work)
    assert len(started) < 100


class Silent:
    """Nobody who watches."""

    def prepare(self, students: int, remarks: object = ()) -> None: ...

    def begin(self, students: int) -> None: ...

    def again(self, students: int) -> None: ...

    def started(self, student: str) -> None: ...

    def finished(self, done: pipeline.Done) -> None: ...


@pytest.fixture
def job(tmp_path: Path) -> pipeline.Job:
    """Three hand-ins without a line of code: nothing of them runs."""
    for student in ("ana", "eva", "li"):
        (tmp_path / "hand-ins" / student).mkdir(parents=True)
        (tmp_path / "hand-ins" / student / "mnist-mlp.ipynb").write_bytes(notebook(""))
    here, nothing = course.find(), (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8))
    return pipeline.Job(
        rubric=rubric.load(here.rubric_path("mnist-mlp")),
        course=here,
        paths=(tmp_path / "hand-ins",),
        out=tmp_path / "out",
        data=data.of_arrays("mnist", *nothing, *nothing),
        language="en",
    )


def failing_at(student: str, error: BaseException) -> Callable[[Gathering], Gathered]:
    def gather(task: Gathering) -> Gathered:
        if task.submission.student == student:
            raise error
        return gather_really(task)

    gather_really = submission.gather
    return gather


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_ours_at_one_hand_in_leaves_the_others_their_cards(
    job: pipeline.Job, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(submission, "gather", failing_at("eva", ZeroDivisionError("0 images")))
    summary = pipeline.grade(replace(job, workers=workers), Silent())
    found = {path.stem: store.load_card(path.read_bytes()) for path in (job.out / "cards").glob("*.json")}
    assert {name: card.ended for name, card in found.items()} == {
        "ana": "unreadable",
        "eva": "sandbox-error",
        "li": "unreadable",
    }
    assert (found["eva"].points, found["eva"].unjudged) == (0, found["eva"].max_points)
    assert found["eva"].review[0].en.startswith("Our grader failed at this hand-in (ZeroDivisionError in test_pipeline")
    assert "costs nothing" in (job.out / "students" / "eva.html").read_text("utf-8")
    assert summary.reviews == 3


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("error", [OutputError("the disk is full"), sandbox.Stopped()])
def test_what_concerns_the_whole_batch_ends_it(
    job: pipeline.Job, monkeypatch: pytest.MonkeyPatch, error: Exception, workers: int
) -> None:
    monkeypatch.setattr(submission, "gather", failing_at("ana", error))
    with pytest.raises(type(error)):
        pipeline.grade(replace(job, workers=workers), Silent())


class Counting(Silent):
    """Counts the tries."""

    def __init__(self) -> None:
        self.tries: list[int] = []

    def again(self, students: int) -> None:
        self.tries.append(students)


@pytest.mark.parametrize(("busy_times", "left"), [(1, 0), (9, 1)])
def test_what_a_busy_machine_could_not_run_is_tried_once_more_at_the_end_and_again_by_the_next_call(
    job: pipeline.Job, monkeypatch: pytest.MonkeyPatch, busy_times: int, left: int
) -> None:
    busy, asked = Run(submission="a", ended="sandbox-error", problem=message("runs.machine_busy"), busy_tries=1), []

    def gather(task: Gathering) -> Gathered:
        if task.submission.student != "eva" or task.stored_only or len(asked) >= busy_times:
            return gather_really(task)
        asked.append(task)
        return Gathered(facts=Facts(ended="sandbox-error", problem=busy.problem), measured={}, run=busy)

    gather_really, watch = submission.gather, Counting()
    monkeypatch.setattr(submission, "gather", gather)
    summary = pipeline.grade(job, watch)
    card = store.load_card((job.out / "cards" / "eva.json").read_bytes())
    assert (summary.busy, summary.reviews, watch.tries) == (left, 3, [1])
    assert card.reason == (sandbox.MACHINE_BUSY if left else "")
    assert len(asked) == min(busy_times, 2)
    if left:
        assert (card.points, card.unjudged) == (0, card.max_points)
        assert "was too busy" in card.review[0].en
        assert pipeline.grade(job, watch).busy == 1
        assert len(asked) == 4


def there(out: Path) -> set[str]:
    """The files of a report, without evidence."""
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    return {name for name in files if not name.startswith("evidence/")}


def of(*students: str) -> set[str]:
    kinds = ("cards/{}.json", "students/{}.html", "notebooks/{}.html", "notebooks/{}.ipynb")
    return {kind.format(student) for student in students for kind in kinds}


def test_nothing_of_an_earlier_call_stays_beside_what_a_batch_wrote(job: pipeline.Job) -> None:
    always = {"index.html", "grades.csv", "not_graded.json"}
    pipeline.grade(replace(job, formats=("junit",)), Silent())
    assert there(job.out) == {*of("ana", "eva", "li"), *always, "junit.xml"}
    shutil.rmtree(job.paths[0] / "eva")
    pipeline.grade(job, Silent())
    assert there(job.out) == {*of("ana", "li"), *always}
    for look in get_args(pipeline.Look):
        pipeline.grade(replace(job, look=look), Silent())
        assert there(job.out) == {*of("ana", "li"), *(always - {"grades.csv"} if look else always)}


def test_ctrl_c_in_the_middle_removes_nothing(job: pipeline.Job, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.grade(replace(job, formats=("junit",)), Silent())
    before = there(job.out)
    shutil.rmtree(job.paths[0] / "eva")
    monkeypatch.setattr(submission, "gather", failing_at("li", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        pipeline.grade(job, Silent())
    assert there(job.out) == before


def test_cards_of_another_exercise_are_replaced_by_a_fresh_batch_alone(job: pipeline.Job) -> None:
    other = replace(job, rubric=replace(job.rubric, exercise="mnist-cnn"))
    pipeline.grade(other, Silent())
    before = (job.out / "cards" / "ana.json").read_bytes()
    shutil.rmtree(job.paths[0] / "eva")
    with pytest.raises(OutputError, match=r"'mnist-cnn', and 'mnist-mlp' is graded now.*--fresh"):
        pipeline.grade(job, Silent())
    assert (job.out / "cards" / "ana.json").read_bytes() == before
    pipeline.grade(replace(job, fresh=True), Silent())
    cards = [store.load_card(path.read_bytes()) for path in (job.out / "cards").iterdir()]
    assert {(card.student, card.exercise) for card in cards} == {("ana", "mnist-mlp"), ("li", "mnist-mlp")}


def test_a_report_among_the_submissions_is_refused_before_anything_is_written(job: pipeline.Job) -> None:
    with pytest.raises(OutputError, match="lies inside"):
        pipeline.grade(replace(job, out=job.paths[0] / "out"), Silent())
    assert sorted(path.name for path in job.paths[0].iterdir()) == ["ana", "eva", "li"]


def test_files_that_were_not_graded_reach_the_reports(job: pipeline.Job) -> None:
    stray = NotGraded(path="list.xlsx", why=message("collecting.missing"))
    pipeline.grade(job, Silent())
    pipeline._report(replace(job, formats=("junit",)), [], not_graded=[stray])
    for name in ("index.html", "not_graded.json", "junit.xml"):
        assert "list.xlsx" in (job.out / name).read_text("utf-8"), name


def test_a_second_submission_of_one_person_leaves_the_first_alone() -> None:
    ana = Person(id="ana")
    first = replace(hand_in("ana", "ana.ipynb"), match=Match(person=ana, reason="id"))
    second = replace(hand_in("ANA", "ANA.ipynb"), ambiguous=("ana",))
    rows = seat([first, second], {"ana": ana}, True)
    assert [(row.student, row.known, row.duplicate) for row in rows] == [("ana", True, False), ("ANA", False, False)]
