"""Everything one score rests on: the run, its facts, and our own measurements, each stored as it arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_low

from grader import answers, checks, data, sandbox, score, store
from grader import rubric as rubrics
from grader.evidence import execute, keys, predict, reading
from grader.keras_file import KerasModel
from grader.records import Accuracy, Facts, Measured, ModelFacts, Prediction, Rubric, Run, Submission

# Our own faults: tried again at the next call.
NEVER_REUSED = ("measuring.sandbox_failed",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathering:
    """What to gather evidence of, and where it is kept."""

    submission: Submission
    rubric: Rubric
    data: data.DataSet
    evidence: Path
    slot: int = 0
    fresh: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Facts and measurements of one submission; ``executions`` counts the runs that really happened."""

    facts: Facts
    measured: Mapping[int, Measured]
    run: Run | None
    executions: int = 0


def gather(task: Gathering) -> Gathered:
    """Run (or find the stored run), read, measure. Never raises for what a student did.

    Raises SandboxError when something must run and this machine has no working sandbox.
    """
    submission = task.submission
    if submission.problem is not None:
        facts = Facts(ended=submission.problem.ended, problem=submission.problem.why)
        return Gathered(facts=facts, measured={}, run=None)
    run, executions = _run(task, seed=0)
    facts, models = reading.read(run, task.rubric)
    if not checks.needs_measuring(task.rubric):
        return Gathered(facts=facts, measured={}, run=run, executions=executions)
    predictions = _predictions(task, facts, models)
    facts = replace(facts, predictions=predictions)
    measured = {number: _measured(task, prediction) for number, prediction in predictions.items()}
    for candidate in facts.models.get("main", ())[-1:]:
        first = measured.get(candidate.number)
        if first is not None and _must_repeat(task.rubric, first):
            repeated, more = _repeats(task)
            measured[candidate.number] = with_median(first, repeated)
            executions += more
    return Gathered(facts=facts, measured=measured, run=run, executions=executions)


def _run(task: Gathering, seed: int) -> tuple[Run, int]:
    mounted = data.mounted(task.data, task.rubric.test)
    key = keys.run_key(
        submission=task.submission.sha256,
        rubric_part={**rubrics.run_key_part(task.rubric), "answers": sorted(answers.wanted(task.rubric))},
        data_sha256=mounted.sha256,
        seed=seed,
    )
    folder = task.evidence / "runs" / key
    stored = None if task.fresh else store.load_run(folder)
    if stored is not None and stored.ended != "sandbox-error":
        return stored, 0
    sandbox.require()
    run = execute.execute(
        task.submission,
        task.rubric.run,
        inputs=execute.Inputs(
            exports=task.rubric.exports,
            variables=tuple(answers.wanted(task.rubric)),
            variable_models=tuple(choice.variable for choice in task.rubric.models.values() if choice.variable),
            data_file=mounted.path,
            data_name=task.rubric.data,
            sample_rows=data.sample_rows(task.data),
        ),
        seed=seed,
        slot=task.slot,
    )
    store.save_run(folder, run)
    return run, 1


def _predictions(
    task: Gathering, facts: Facts, models: Mapping[int, KerasModel]
) -> Mapping[int, Prediction]:
    """One prediction for every candidate that was understood."""
    return {
        candidate.number: _prediction(task, candidate, models[candidate.number])
        for candidates in facts.models.values()
        for candidate in candidates
        if candidate.number in models
    }


def _prediction(task: Gathering, facts: ModelFacts, model: KerasModel) -> Prediction:
    key = keys.prediction_key(
        model=facts.sha256, inputs=facts.inputs, fed=facts.fed, data_sha256=task.data.sha256
    )
    folder = task.evidence / "predictions" / key
    stored = None if task.fresh else store.load_prediction(folder)
    if stored is not None and (stored.problem is None or stored.problem.key not in NEVER_REUSED):
        return stored
    sandbox.require()
    prediction = predict.predictions(facts, model, task.data, limits=task.rubric.run.limits, slot=task.slot)
    store.save_prediction(folder, prediction)
    return prediction


def _measured(task: Gathering, prediction: Prediction) -> Measured:
    return score.measured(prediction, task.data.y_test, task.data.y_train)


def _must_repeat(rubric: Rubric, first: Measured) -> bool:
    """Further seeds are worth their time only where chance could move the first result over a knot."""
    if rubric.run.seeds < 2 or first.test is None:
        return False
    low, high = first.test.interval
    return any(low <= knot <= high for knot in checks.accuracy_knots(rubric))


def _repeats(task: Gathering) -> tuple[Sequence[Accuracy], int]:
    """Test accuracies of the runs with shifted seeds; a run without a model gives none."""
    accuracies, executions = [], 0
    for seed in range(1, task.rubric.run.seeds):
        run, ran = _run(task, seed=seed)
        executions += ran
        facts, models = reading.read(run, task.rubric)
        for candidate in facts.models.get("main", ())[-1:]:
            if candidate.number in models:
                measured = _measured(task, _prediction(task, candidate, models[candidate.number]))
                if measured.test is not None:
                    accuracies.append(measured.test)
    return accuracies, executions


def with_median(first: Measured, repeated: Sequence[Accuracy]) -> Measured:
    """``first`` with the median test accuracy of all runs; ``seeds`` lists them, the first one first."""
    assert first.test is not None
    seeds = (first.test, *repeated)
    middle = median_low(accuracy.correct for accuracy in seeds)
    chosen = next(accuracy for accuracy in seeds if accuracy.correct == middle)
    return replace(first, test=chosen, seeds=seeds)
