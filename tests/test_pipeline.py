"""The order of a batch, without running anything."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from grader import pipeline
from grader.collect import HandIn, Person
from grader.errors import OutputError


def hand_in(student: str, origin: str = "") -> HandIn:
    return HandIn(student=student, root=Path(), entries=(), origin=origin or student)


def test_two_hand_ins_of_one_student_both_get_a_place() -> None:
    places = pipeline.seat([hand_in("ana", "ana"), hand_in("ana", "ana.ipynb"), hand_in("li")], {}, False)
    assert [(place.slug, place.duplicate) for place in places] == [("ana", True), ("ana~2", True), ("li", False)]


def test_who_handed_nothing_in_has_a_place_and_strangers_are_known_as_such() -> None:
    people = {"ana": Person(id="ana", name="Ana"), "eva": Person(id="eva")}
    places = {place.student: place for place in pipeline.seat([hand_in("ana"), hand_in("zoe")], people, True)}
    assert places["ana"].known
    assert places["ana"].person == people["ana"]
    assert not places["zoe"].known
    assert places["eva"].hand_in is None


def test_without_a_roster_everybody_is_known() -> None:
    (place,) = pipeline.seat([hand_in("ana")], {}, False)
    assert place.known


def test_the_output_folder_is_made_with_evidence_for_the_teacher_alone(tmp_path: Path) -> None:
    pipeline.prepare_output(tmp_path / "a" / "out")
    assert (tmp_path / "a" / "out" / "evidence").stat().st_mode & 0o777 == 0o700


def test_an_output_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="name another folder with -o"):
        pipeline.prepare_output(tmp_path / "out")


def test_every_place_is_worked_on_once_and_no_slot_is_shared() -> None:
    places = pipeline.seat([hand_in(str(number)) for number in range(40)], {}, False)
    busy: set[int] = set()
    done: list[str] = []
    lock = threading.Lock()

    def work(place: pipeline.Place, slot: int) -> None:
        with lock:
            assert slot not in busy
            busy.add(slot)
        with lock:
            busy.remove(slot)
            done.append(place.student)

    pipeline.in_parallel(places, 4, work)
    assert sorted(done) == sorted(place.student for place in places)


def test_the_first_error_ends_the_batch() -> None:
    places = pipeline.seat([hand_in(str(number)) for number in range(100)], {}, False)
    started: list[str] = []

    def work(place: pipeline.Place, slot: int) -> None:
        started.append(place.student)
        raise OutputError("the disk is full")

    with pytest.raises(OutputError, match="the disk is full"):
        pipeline.in_parallel(places, 2, work)
    assert len(started) < 100
