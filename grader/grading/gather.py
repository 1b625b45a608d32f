"""Everything one score rests on: the run, its facts, and our own measurements, each stored as it arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median_low

from grader import data, sandbox, store
from grader.course import rubric as rubrics
from grader.evidence import calls, carried, execute, keys, pictures, reading, series
from grader.evidence.models import Models, Shown
from grader.evidence.preparing import notebook
from grader.evidence.preparing.config import Inputs, pass_over
from grader.evidence.preparing.old_imports import old_imports
from grader.evidence.preparing.passed_over import imported_words
from grader.grading import measuring
from grader.grading.gathering import Gathering, may_run
from grader.records import (
    Accuracy,
    Facts,
    KnownData,
    Measured,
    Message,
    Prediction,
    Rubric,
    Run,
    RunSpec,
    Submission,
    message,
)
from grader.scoring import answers, checks, diagnoses, doubts, places
from grader.scoring.accuracy import measure_prediction
from grader.scoring.diagnoses import libraries
from grader.untrusted import cell_lines

BUSY = "runs.machine_busy"
BUSY_TRIES = 3  # after which a person is asked to look
REPAIRS_TOLD = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Facts and measurements of one submission; ``executions`` counts the runs that really happened."""

    facts: Facts
    measured: Mapping[int, Measured]
    run: Run | None
    executions: int = 0
    data: KnownData | None = None  # what the notebook was given, when some check compares with it

    @property
    def busy(self) -> bool:
        """Whether something is missing because this machine was too busy."""
        measured = (prediction.problem for prediction in self.facts.predictions.values())
        seen = (given.problem for given in self.facts.outputs.values())
        late = any(problem is not None and problem.key == measuring.BUSY for problem in (*measured, *seen))
        return late or (self.run is not None and self.run.busy_tries > 0)


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
    budget = measuring.new_budget(task)
    seen = measuring.outputs_of_models(task, facts, models, budget)
    facts = carried.with_carried(replace(facts, outputs=seen), submission)
    program = notebook.program(submission.entry or "", _entry(submission))
    facts = _with_mending(facts, program)
    facts = _with_passed_over(facts, program, task)
    code = _code(submission, program, counts=bool(facts.failed))
    code = replace(code, data=task.rubric.data)
    facts = _with_old_imports(diagnoses.diagnosed(facts, code, early=task.early), code, task.rubric)
    facts = libraries.with_notices(facts)
    known = _known_data(task) if checks.needs_data(task.rubric) else None
    if known is not None:
        name = f"{task.data.sha256} {task.rubric.test}"
        facts = replace(facts, pictures=pictures.recognised(facts.pictures, known, name))
    if not (task.measure and checks.needs_measuring(task.rubric)):
        return Gathered(facts=facts, measured={}, run=run, executions=executions, data=known)
    predictions = measuring.predictions(task, facts, models, budget)
    facts = replace(facts, predictions=predictions)
    measured = {number: _measured(task, prediction) for number, prediction in predictions.items()}
    test_rows = len(task.data.x_test) if task.rubric.test == "public" else None
    facts = doubts.without_refuted(facts, measured, train_rows=len(task.data.x_train), test_rows=test_rows)
    unexplained = checks.unexplained(task.rubric, facts, measured)
    if unexplained:
        facts = replace(facts, given=measuring.own_images(task, facts, models, budget, unexplained))
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
    """``facts`` with the places of the cells, and what was mended before the notebook could be read."""
    if isinstance(program, Message):
        return facts
    return replace(
        facts,
        places={cell.cell: places.place(cell.source, cell.line) for cell in program.cells},
        notices=(*program.notices, *facts.notices),
        carried=(*program.reasons, *facts.carried),
    )


def _with_passed_over(facts: Facts, program: notebook.Program | Message, task: Gathering) -> Facts:
    """``facts`` with the lines that did not run because they rest on what is not here, and those that download."""
    if isinstance(program, Message):
        return facts
    kept = (*task.rubric.exports, *answers.variables(task.rubric))
    _, passed = pass_over(program, task.submission, _absent(task.submission), kept=kept)
    downloads = {cell.cell: tuple(cell_lines.download_lines(cell.source)) for cell in program.cells}
    return replace(facts, passed_over=passed, downloads={cell: lines for cell, lines in downloads.items() if lines})


def _absent(submission: Submission) -> frozenset[str]:
    """What a submission imports, or seems to, and no program inside a sandbox can."""
    content = _entry(submission)
    text = content.decode("utf-16" if b"\0" in content[:100] else "utf-8", "replace")
    return sandbox.absent(imported_words(text))


def _code(submission: Submission, program: notebook.Program | Message, *, counts: bool) -> diagnoses.Notebook:
    """The code that ran, by cell; with ``counts``, in which order its cells ran before it was handed in."""
    cells = {} if isinstance(program, Message) else {cell.cell: cell.source for cell in program.cells}
    # outputs and all: not read for nothing
    every = notebook.every_cell(submission.entry or "", _entry(submission)) if counts else ()
    return diagnoses.Notebook(
        cells=cells, counts={cell.number: cell.count for cell in every if cell.number and cell.count is not None}
    )


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
        may_run(task)
        inputs = _inputs(task, late)
        run = execute.execute(task.submission, _run_spec(task), inputs=inputs, seed=seed, slot=task.slot)
        run = _with_tries(run, store.load_run(folder))
        if run.ended == "unreadable":  # that says a file's name, and costs nothing
            return _Executed(run=run, ran=1)
        store.save_run(folder, run)
        return _Executed(run=run, ran=1, folder=folder)


def _with_tries(run: Run, before: Run | None) -> Run:
    """``run`` with how often the machine was too busy for it; in the end a person is told."""
    if run.problem is None or run.problem.key != BUSY:
        return run
    tries = 1 + (before.busy_tries if before is not None else 0)
    problem = run.problem if tries < BUSY_TRIES else message("runs.still_busy", tries=tries)
    return replace(run, busy_tries=tries, problem=problem)


def _run_spec(task: Gathering) -> RunSpec:
    """How a run of the task is limited: with several threads it may use several times the CPU time."""
    spec, threads = task.rubric.run, task.threads
    limits = replace(spec.limits, time_s=threads * spec.limits.time_s, cell_s=threads * spec.limits.cell_s)
    return replace(spec, limits=limits, max_fit_s=None if spec.max_fit_s is None else threads * spec.max_fit_s)


def _read(task: Gathering, executed: _Executed) -> tuple[Facts, Models]:
    """The facts of a run and its models; what their files show is kept with it."""
    facts, models = reading.read(executed.run, task.rubric, executed.known)
    if executed.folder is not None and models.shown.keys() != executed.known.keys():
        store.keep(executed.folder, "models", models.shown, by=keys.reading_sha256())
    return facts, models


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
        series.Member(submission=task.submission, spec=_run_spec(task), inputs=_inputs(task, _late(task, None)))
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
            "quick": None if task.fit_rows is None else (task.fit_rows, task.fit_epochs),
            "threads": task.threads,
            "isolated": sandbox.isolated(),
            "absent": sorted(_absent(task.submission)),
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
        fit_epochs=task.fit_epochs,
        threads=task.threads,
        variables=answers.variables(task.rubric),
        data_file=mounted.path,
        data_name=task.rubric.data,
        sample_rows=data.sample_rows(task.data),
        late=late,
        absent=_absent(task.submission),
    )


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
                found = measuring.prediction(task, candidate, models, measuring.new_budget(task))
                measured = _measured(task, found)
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
