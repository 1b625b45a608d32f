"""``grader validate``: rubrics are tested.

The reference earns everything, the untouched handout what the rubric says, and every mutant loses points in exactly
the criteria that it names.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader import sandbox, store
from grader.course import course
from grader.course.course import Course
from grader.errors import SandboxError
from grader.grading import output, upgrade
from grader.validation import changed, judging, shown
from grader.validation.running import Batch, Outcome, validate
from grader.validation.values import Finding

TRUSTED = "no sandbox: the course's own references and mutants run as this user (--trusted)"
STOPPED = 130  # exit code: what shells use for Ctrl-C
WIDTH = 150  # of the table where there is no terminal


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asks for."""

    exercises: tuple[str, ...] = ()  # none: all of the course
    course: Path | None = None
    data: Path | None = None
    workers: int = 1
    out: Path | None = None  # keeps cards and evidence
    junit: Path | None = None
    seeds: int = 1
    update: bool = False
    trusted: bool = False
    changed: str | None = None  # only what differs from this commit


def run(request: Request) -> int:
    """Validate and print the table. Exit code 0, or 1 when anything is not as it must be.

    Raises GraderError for what a teacher can mend before anything runs.
    """
    found = course.find(request.course)
    names = request.exercises or found.exercises
    if request.changed is not None:
        touched = changed.exercises(found, request.changed)
        names = tuple(name for name in names if Path(name).stem in touched)
    console = _console()
    if not names:
        console.print("nothing to validate: no exercise changed" if request.changed else "the course has no exercise")
        return 0
    try:
        with ExitStack() as stack:
            if request.trusted:
                stack.enter_context(sandbox.without_isolation())
                console.print(TRUSTED, highlight=False)
            else:
                _require()
            return _run(names, found, request, console, stack)
    except KeyboardInterrupt:
        print("grader: stopped", file=sys.stderr)
        return STOPPED


def _console() -> Console:
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    return console


def _require() -> None:
    try:
        sandbox.require()
    except SandboxError as error:
        raise SandboxError(f"{error}\nYour own course can be validated without one: --trusted") from error


def _run(names: tuple[str, ...], found: Course, request: Request, console: Console, stack: ExitStack) -> int:
    out = request.out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-validate-")))
    output.prepare(out)
    upgrade.stamp(out / "evidence")
    line = stack.enter_context(shown.Progress(Console(stderr=True)))
    batch = Batch(
        out=out,
        workers=request.workers,
        keep=request.out is not None,
        seeds=request.seeds,
        update=request.update,
        ended=line.ended,
    )
    outcome = validate(names, found, request.data, batch)
    line.stop()
    return _tell(outcome, request, console)


def _tell(outcome: Outcome, request: Request, console: Console) -> int:
    """Print what came out and write JUnit; the exit code."""
    findings = outcome.findings
    console.print(shown.table([one for one in findings if one.kind != "rule" or one.problems]))
    for exercise in outcome.exercises:
        for said in shown.thresholds(exercise.name, exercise.data.split, judging.flakiness(findings, exercise)):
            console.print(said, markup=False, highlight=False, soft_wrap=True)
    for said in shown.problems(findings):
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    console.print(shown.total(findings), markup=False, highlight=False, soft_wrap=True)
    if request.trusted:
        console.print(TRUSTED, highlight=False)
    if request.junit is not None:
        isolation = sandbox.probe().isolation if sandbox.isolated() else "none (trusted)"
        request.junit.parent.mkdir(parents=True, exist_ok=True)
        store.write(request.junit, shown.junit(findings, isolation=isolation))
    return 1 if any(one.problems for one in findings) else 0


__all__ = ["Finding", "Request", "run"]
