"""How a run is limited, and what a machine that was too busy leaves behind. No sandbox runs here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from grader import data
from grader.grading import gather, measuring
from grader.grading.gather import Gathered
from grader.grading.gathering import Gathering
from grader.records import Facts, Limits, Prediction, Run, RunSpec, Submission, message
from tests.support.facts import rubric

BUSY = Run(submission="a", ended="sandbox-error", problem=message("runs.machine_busy"))


def task(**run: object) -> Gathering:
    images, labels = np.zeros((4, 28, 28), np.uint8), np.zeros(4, np.uint8)
    return Gathering(
        submission=Submission(student="ana", exercise="a", files={}, entry=None),
        rubric=rubric(run=RunSpec(**run)),  # type: ignore[arg-type]
        data=data.of_arrays("mnist", images, labels, images, labels),
        evidence=Path("nowhere"),
    )


def test_several_threads_may_use_several_times_the_time() -> None:
    one = task(limits=Limits(time_s=100, cell_s=40), max_fit_s=30.0)
    assert gather._run_spec(one) == one.rubric.run
    several = gather._run_spec(replace(one, threads=3))
    assert (several.limits.time_s, several.limits.cell_s, several.max_fit_s) == (300, 120, 90)
    assert gather._run_spec(replace(task(), threads=3)).max_fit_s is None


def test_tries_are_counted_and_after_three_a_person_is_told() -> None:
    run: Run | None = None
    keys = []
    for _ in range(4):
        run = gather._with_tries(BUSY, run)
        assert run.problem is not None
        keys.append((run.busy_tries, run.problem.key))
    assert keys == [
        (1, "runs.machine_busy"), (2, "runs.machine_busy"), (3, "runs.still_busy"), (4, "runs.still_busy"),
    ]  # fmt: skip
    fine = replace(BUSY, ended="ok", problem=None)
    assert gather._with_tries(fine, run) == fine


def test_a_busy_machine_is_seen_in_runs_and_in_measurements() -> None:
    facts = Facts(ended="ok")
    assert Gathered(facts=facts, measured={}, run=replace(BUSY, busy_tries=1)).busy
    late = Prediction(transform=None, problem=message(measuring.BUSY), ours=True)
    assert Gathered(facts=replace(facts, predictions={0: late}), measured={}, run=None).busy
    assert not Gathered(facts=facts, measured={}, run=replace(BUSY, ended="ok", problem=None)).busy


def test_one_budget_serves_all_models_and_a_slow_one_ends_it() -> None:
    budget = measuring.new_budget(task(limits=Limits(time_s=120)))
    assert budget.within(Limits(time_s=500)).time_s == 120
    budget.spend(50, None)
    assert budget.within(Limits(time_s=500)).time_s == 70
    assert budget.within(Limits(time_s=10)).time_s == 10
    budget.spend(1, message(measuring.TOO_SLOW, limit=70, n=3))
    assert budget.left_s == 0


def test_too_slow_is_final_unless_there_is_more_time_now() -> None:
    slow = message(measuring.TOO_SLOW, limit=70, n=3)
    assert measuring._serves(slow, Limits(time_s=70))
    assert not measuring._serves(slow, Limits(time_s=71))
    assert measuring._serves(None, Limits())
    assert not measuring._serves(message(measuring.BUSY), Limits())
