"""Everything one score rests on: the run, its facts, and our own measurements, each stored as it arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median_low

from grader import data, sandbox, store
from grader.course import rubric as rubrics
from grader.evidence import calls, carried, execute, keys, outputs, pictures, predict, reading, series
from grader.evidence.models import Models, Shown
from grader.evidence.preparing import notebook
from grader.evidence.preparing.config import Inputs
from grader.evidence.preparing.old_imports import old_imports
from grader.records import (
    Accuracy,
    Facts,
    KnownData,
    Measured,
    Message,
    ModelFacts,
    Outputs,
    Prediction,
    Rubric,
    Run,
    Submission,
    message,
)
from grader.scoring import answers, checks, diagnoses
from grader.scoring.accuracy import measure_prediction

# Our own faults: tried again at the next call.
NEVER_REUSED = ("measuring.sandbox_failed",)
REPAIRS_TOLD = 20


class NotStored(Exception):
    """Something would have to run, which the task forbids."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathering:
    """What to gather evidence of, and where it is kept."""

    submission: Submission
    rubric: Rubric
    data: data.DataSet
    evidence: Path
    slot: int = 0
    since: float = 0.0  # stored evidence that is older (seconds since 1970) is not used
    fit_rows: int | None = None  # cut each training to one epoch of so many rows; None: train as written
    threads: int = 1  # of TensorFlow, in one run
    stored_only: bool = False  # run nothing: raise NotStored
    measure: bool = True  # measure accuracies where a criterion rests on them
    secret: bytes = b""  # of the course: seeds hidden arguments and images; b"" gives the public ones
    seed: int = 0  # added to every seed of the notebook
    reference: Submission | None = None  # whose functions give the expected outputs, see ``reference_calls``


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Facts and measurements of one submission; ``executions`` counts the runs that really happened."""

    facts: Facts
    measured: Mapping[int, Measured]
    run: Run | None
    executions: int = 0
    data: KnownData | None = None  # what the notebook was given, when some check compares with it


def gather(task: Gathering) -> Gathered:
    """Run (or find the stored run), read, measure. Never raises for what a student did.

    Raises SandboxError when something must run and this machine has no working sandbox, NotStored when it must not.
    """
    try:
        return _gather(task)
    except store.Damaged as damaged:  # as if that run had never been stored
        store.forget_run(damaged.folder)
        return _gather(task)


def _gather(task: Gathering) -> Gathered:
    submission = task.submission
    if submission.problem is not None:
        facts = Facts(ended=submission.problem.ended, problem=submission.problem.why)
        return Gathered(facts=facts, measured={}, run=None)
    executed = _executed(task, task.seed, None)
    run, executions = executed.run, executed.ran
    facts, models = _read(task, executed)
    facts = carried.with_carried(replace(facts, outputs=_outputs(task, facts, models)), submission)
    program = notebook.program(submission.entry or "", _entry(submission))
    facts = _with_mending(facts, program)
    code = _code(submission, program, counts=bool(facts.failed))
    facts = _with_old_imports(diagnoses.diagnosed(facts, code), code, task.rubric)
    known = _known_data(task) if checks.needs_data(task.rubric) else None
    if known is not None:
        name = f"{task.data.sha256} {task.rubric.test}"
        facts = replace(facts, pictures=pictures.recognised(facts.pictures, known, name))
    if not (task.measure and checks.needs_measuring(task.rubric)):
        return Gathered(facts=facts, measured={}, run=run, executions=executions, data=known)
    predictions = _predictions(task, facts, models)
    facts = replace(facts, predictions=predictions)
    measured = {number: _measured(task, prediction) for number, prediction in predictions.items()}
    for candidate in facts.models.get("main", ())[-1:]:
        first = measured.get(candidate.number)
        if first is not None and _must_repeat(task.rubric, first):
            repeated, more = _repeats(task)
            measured[candidate.number] = with_median(first, repeated)
            executions += more
    return Gathered(facts=facts, measured=measured, run=run, executions=executions, data=known)


def _entry(submission: Submission) -> bytes:
    return submission.files.get(submission.entry or "", b"")


def _with_mending(facts: Facts, program: notebook.Program | Message) -> Facts:
    """``facts`` with what was mended before the notebook could be read."""
    if isinstance(program, Message):
        return facts
    return replace(facts, notices=(*program.notices, *facts.notices), carried=(*program.reasons, *facts.carried))


def _code(submission: Submission, program: notebook.Program | Message, *, counts: bool) -> diagnoses.Notebook:
    """The code that ran, by cell; with ``counts``, in which order its cells ran before it was handed in."""
    cells = {} if isinstance(program, Message) else {cell.cell: cell.source for cell in program.cells}
    # outputs and all: not read for nothing
    every = notebook.every_cell(submission.entry or "", _entry(submission)) if counts else ()
    return diagnoses.Notebook(cells=cells, counts={cell.cell: cell.count for cell in every if cell.count is not None})


def _with_old_imports(facts: Facts, code: diagnoses.Notebook, rubric: Rubric) -> Facts:
    """``facts`` with the imports that Keras 3 dropped; a repaired one is told."""
    old = old_imports(code.cells)
    repaired = old[:REPAIRS_TOLD] if rubric.run.repair_imports else ()
    told = [message("runs.import_repaired", cell=one.cell, written=one.written, today=one.today) for one in repaired]
    return replace(facts, old_imports=old, notices=(*facts.notices, *told))


def _known_data(task: Gathering) -> KnownData:
    """The images and labels that the notebook was given: a stand-in for the test set when that is hidden."""
    given = task.data
    hidden = task.rubric.test == "hidden"
    x_test, y_test = data.stand_in(given) if hidden else (given.x_test, given.y_test)
    return KnownData(x_train=given.x_train, y_train=given.y_train, x_test=x_test, y_test=y_test)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Executed:
    """A run, and what its model files showed when they were read before."""

    run: Run
    ran: int = 0  # executions that this took
    folder: Path | None = None  # where it is stored, if it is
    known: Mapping[int, Shown] = field(default_factory=dict)


def execution(task: Gathering, *, seed: int = 0, cases: calls.Cases | None = None) -> tuple[Run, int]:
    """The run of ``task.submission``, stored or new, and how many executions it took.

    After its last cell the functions of ``cases`` are called, by default those of the rubric.
    Raises SandboxError when it must run and this machine has no working sandbox.
    """
    executed = _executed(task, seed, cases)
    return executed.run, executed.ran


def _executed(task: Gathering, seed: int, cases: calls.Cases | None) -> _Executed:
    late = _late(task, cases)
    folder = _run_folder(task, seed, late)
    with store.alone(folder):  # who has the same hand-in waits for the first run of it
        known = store.kept(folder, "models", dict[int, Shown], by=keys.reading_sha256()) or {}
        stored = store.load_run(folder, task.since, later=[("model", number) for number in known])
        if stored is not None and stored.ended != "sandbox-error":
            return _Executed(run=stored, folder=folder, known=known)
        _may_run(task)
        inputs = _inputs(task, late)
        run = execute.execute(task.submission, task.rubric.run, inputs=inputs, seed=seed, slot=task.slot)
        if run.ended == "unreadable":  # that says a file's name, and costs nothing
            return _Executed(run=run, ran=1)
        store.save_run(folder, run)
        return _Executed(run=run, ran=1, folder=folder)


def _read(task: Gathering, executed: _Executed) -> tuple[Facts, Models]:
    """The facts of a run and its models; what their files show is kept with it."""
    facts, models = reading.read(executed.run, task.rubric, executed.known)
    if executed.folder is not None and models.shown.keys() != executed.known.keys():
        store.keep(executed.folder, "models", models.shown, by=keys.reading_sha256())
    return facts, models


def _may_run(task: Gathering) -> None:
    if task.stored_only:
        raise NotStored
    sandbox.require()


def in_a_row(tasks: Sequence[Gathering]) -> int:
    """Run what is not stored yet in one sandbox, one after the other; how many runs that gave.

    For the course's own notebooks of one exercise: a run could read what an earlier one left. ``gather`` finds
    the runs, and makes those that are missing in a sandbox of their own.
    """
    wanted = [(task, _run_folder(task, task.seed, _late(task, None))) for task in tasks]
    missing = [(task, folder) for task, folder in wanted if store.load_run(folder, task.since) is None]
    if not missing:
        return 0
    sandbox.require()
    members = [
        series.Member(submission=task.submission, spec=task.rubric.run, inputs=_inputs(task, _late(task, None)))
        for task, _ in missing
    ]
    runs = series.series(members, slot=missing[0][0].slot)
    for (_, folder), run in zip(missing, runs, strict=True):
        if run is not None and run.ended != "sandbox-error":
            store.save_run(folder, run)
    return sum(run is not None for run in runs)


def _late(task: Gathering, cases: calls.Cases | None) -> bytes | None:
    """The hidden arguments, which go in when the last cell is over."""
    return calls.pack(cases or task.rubric.calls, task.rubric, task.secret) if task.rubric.calls else None


def _run_folder(task: Gathering, seed: int, late: bytes | None) -> Path:
    """Where the run of a task is stored."""
    key = keys.run_key(
        submission=task.submission.sha256,
        rubric_part={
            **rubrics.run_key_part(task.rubric),
            "answers": sorted(answers.variables(task.rubric)),
            "quick": task.fit_rows,
            "threads": task.threads,
            "isolated": sandbox.isolated(),
        },
        data=data.mounted_name(task.data, task.rubric.test),
        seed=seed,
        late=late,
    )
    return task.evidence / "runs" / key


def _inputs(task: Gathering, late: bytes | None) -> Inputs:
    """What goes into a run of a task."""
    mounted = data.mounted(task.data, task.rubric.test)
    return Inputs(
        exports=task.rubric.exports,
        export_shapes=task.rubric.export_shapes,
        fit_rows=task.fit_rows,
        threads=task.threads,
        variables=answers.variables(task.rubric),
        data_file=mounted.path,
        data_name=task.rubric.data,
        sample_rows=data.sample_rows(task.data),
        late=late,
    )


def _predictions(task: Gathering, facts: Facts, models: Models) -> Mapping[int, Prediction]:
    """One prediction for every candidate that was understood."""
    return {
        candidate.number: _prediction(task, candidate, models)
        for candidates in facts.models.values()
        for candidate in candidates
        if candidate.number in models
    }


def _prediction(task: Gathering, facts: ModelFacts, models: Models) -> Prediction:
    key = keys.prediction_key(model=facts.sha256, inputs=facts.inputs, fed=facts.fed, data_sha256=task.data.sha256)
    folder = task.evidence / "predictions" / key
    stored = store.load_prediction(folder, task.since)
    if stored is not None and (stored.problem is None or stored.problem.key not in NEVER_REUSED):
        return stored
    _may_run(task)
    model, limits = models[facts.number], task.rubric.run.limits
    prediction = predict.predictions(facts, model, task.data, limits=limits, slot=task.slot)
    store.save_prediction(folder, prediction)
    return prediction


def _outputs(task: Gathering, facts: Facts, models: Models) -> Mapping[str, Outputs]:
    """What the models of ``predict_on`` that were understood give for hidden images."""
    return {
        name: _output(task, name, candidate, models)
        for name in task.rubric.predict_on
        for candidate in facts.models.get(name, ())[-1:]
        if candidate.number in models
    }


def _output(task: Gathering, name: str, facts: ModelFacts, models: Models) -> Outputs:
    on = task.rubric.predict_on[name]
    refused = outputs.too_large(facts, on)
    if refused is not None:
        return refused
    rng = calls.generator(task.secret, task.rubric.exercise, "predict_on", name)
    images = outputs.images(on, facts.inputs[0], rng)
    folder = task.evidence / "outputs" / keys.outputs_key(model=facts.sha256, images=images)
    stored = store.load_outputs(folder, task.since)
    if stored is not None and (stored.problem is None or stored.problem.key not in NEVER_REUSED):
        return stored
    _may_run(task)
    found = outputs.outputs(facts, models[facts.number], images, limits=task.rubric.run.limits, slot=task.slot)
    store.save_outputs(folder, found)
    return found


def _measured(task: Gathering, prediction: Prediction) -> Measured:
    return measure_prediction(prediction, task.data.y_test, task.data.y_train)


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
        executed = _executed(task, seed, None)
        executions += executed.ran
        facts, models = _read(task, executed)
        for candidate in facts.models.get("main", ())[-1:]:
            if candidate.number in models:
                measured = _measured(task, _prediction(task, candidate, models))
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
