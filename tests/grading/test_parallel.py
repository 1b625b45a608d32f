"""Work shared out among processes: everything is told once, and what goes wrong there is done here."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.grading import parallel


def shared(*given: Any) -> list[tuple[int, Mapping[str, Any]]]:
    with parallel.shared_out(*given) as heard:
        return list(heard)


def squared(number: int) -> Mapping[str, Any]:
    return {"square": number * number, "pid": os.getpid()}


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_task_is_told_once_by_as_many_processes_as_asked_for(workers: int) -> None:
    told = shared(range(23), workers, squared)
    assert sorted(number for number, _ in told) == list(range(23))
    assert all(about["square"] == number * number for number, about in told)
    assert len({about["pid"] for _, about in told} - {os.getpid()}) == workers


def test_there_are_no_more_processes_than_tasks_and_none_without() -> None:
    assert len({about["pid"] for _, about in shared([3, 4], 8, squared)}) == 2
    assert shared([], 8, squared) == []
    assert shared([1], 0, squared) == []


def refuses_odd(number: int) -> Mapping[str, Any] | None:
    if number % 4 == 1:
        raise ValueError(number)
    return None if number % 4 == 3 else {}


def test_what_is_refused_or_fails_is_left_undone() -> None:
    assert sorted(number for number, _ in shared(range(12), 3, refuses_odd)) == [0, 2, 4, 6, 8, 10]


def dies_at_four(number: int) -> Mapping[str, Any]:
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return {}


def test_a_process_that_dies_leaves_the_rest_of_its_tasks() -> None:
    assert sorted(number for number, _ in shared(range(8), 2, dies_at_four)) == [0, 1, 2, 3, 5, 7]


def test_everywhere_does_here_what_no_process_did() -> None:
    here = os.getpid()

    def work(number: int) -> Mapping[str, Any]:
        if number == 2 and os.getpid() != here:
            raise ValueError("not there")
        return squared(number)

    told = parallel.everywhere([0, 1, 2, 3], 2, work)
    assert [about["square"] for about in told] == [0, 1, 4, 9]
    assert [about["pid"] == here for about in told] == [False, False, True, False]
    assert {about["pid"] for about in parallel.everywhere([0, 1], 1, work)} == {here}


def test_who_stops_listening_ends_the_processes(tmp_path: Path) -> None:
    def slow(number: int) -> Mapping[str, Any]:
        if number > 1:
            time.sleep(60)
            (tmp_path / "slept through").touch()
        return {"pid": os.getpid()}

    with parallel.shared_out(range(8), 2, slow) as heard:
        pids = [next(heard)[1]["pid"], next(heard)[1]["pid"]]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not (tmp_path / "slept through").exists()
