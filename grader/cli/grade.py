"""``grader grade`` behind its command line: finds what was named, shows the batch, prints the outcome."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from grader import data, errors, reports, sandbox, submissions
from grader.cli.progress import (
    Progress,
    say_if_busy,
    say_what_is_not_graded,
    say_what_is_outdated,
    say_who_left_the_handout,
)
from grader.course import course, rubric
from grader.grading import pipeline
from grader.records import Language
from grader.untrusted.text import as_codes

LOOKS = {"quick": "--quick", "structure": "--structure-only"}
STOPPED = 130  # exit code: what shells use for Ctrl-C


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asked for."""

    exercise: str
    paths: tuple[Path, ...]
    out: Path
    workers: int
    data: Path | None
    roster: Path | None
    course: Path | None
    fresh: bool
    language: Language
    formats: tuple[str, ...]
    unsafe: bool = False
    look: pipeline.Look = ""
    threads: int = 1
    reading: submissions.Reading = ""
    id_column: str | None = None


def run(request: Request) -> int:
    """Grade; print where the report is. Exit code 0, or 1 when a person must look at a card.

    Raises GraderError for what a teacher can mend.
    """
    unknown = sorted(set(request.formats) - set(reports.FORMATS))
    if unknown:
        there = ", ".join(sorted(reports.FORMATS))
        raise errors.OutputError(f"--format {unknown[0]}: no such report; there are: {there}")
    if request.look and request.formats:
        option = LOOKS[request.look]
        raise errors.OutputError(f"{option} gives no grades, so there is nothing for --format {request.formats[0]}")
    found = course.find(request.course)
    checked = rubric.load(found.rubric_path(request.exercise))
    job = pipeline.Job(
        rubric=checked,
        course=found,
        paths=request.paths,
        out=request.out,
        data=data.split(data.find(checked.data, request.data), checked.test, found.secret),
        workers=request.workers,
        roster=request.roster,
        fresh=request.fresh,
        look=request.look,
        threads=request.threads,
        language=request.language,
        formats=request.formats,
        when=datetime.now(UTC),
        reading=request.reading,
        id_column=request.id_column,
    )
    console = Console(stderr=True)
    if not request.fresh:
        say_what_is_outdated(request.out, console)
    try:
        with _isolation(request), Progress(console) as progress:
            summary = pipeline.grade(job, progress)
    except KeyboardInterrupt:
        # Caught here because typer would only say "Aborted".
        print("grader: stopped; finished cards are kept, the same command goes on from here", file=sys.stderr)
        return STOPPED
    _say(Console(), summary, request.out)
    say_if_busy(summary, Console())
    if request.look:
        Console().print(f"an early look: accuracies are not judged; grade again without {LOOKS[request.look]}")
    return 1 if summary.reviews or summary.unknown or summary.doubtful or summary.busy else 0


def _isolation(request: Request) -> AbstractContextManager[None]:
    """Sandboxes, unless the teacher gave them up. Raises SandboxError for root, who would lend students all rights."""
    if not request.unsafe:
        return nullcontext()
    if os.geteuid() == 0:
        raise errors.SandboxError(
            "--unsafe-no-sandbox: student code would run as root; call the grader as an ordinary user"
        )
    print("grader: WITHOUT A SANDBOX: student code runs with all your rights on this machine", file=sys.stderr)
    return sandbox.without_isolation(sandbox.UNSAFE)


def _say(console: Console, summary: pipeline.Summary, out: Path) -> None:
    again = "" if summary.ran else " (nothing was run again)"
    missing = f", {summary.missing} missing" if summary.missing else ""
    graded = summary.students - summary.missing
    console.print(f"{graded} graded{again}{missing}; {summary.reviews} to look at", highlight=False)
    if summary.unknown:
        names = ", ".join(as_codes(student) for student in summary.unknown)
        console.print(f"not on the roster: {names}", highlight=False, markup=False)
    if summary.doubtful:
        names = ", ".join(as_codes(student) for student in summary.doubtful)
        console.print(f"may be somebody on the roster, see their cards: {names}", highlight=False, markup=False)
    say_who_left_the_handout(summary, console)
    say_what_is_not_graded(summary, out, console)
    if summary.removed:
        gone = f"{out}: cards of students who are not in this call were removed: {summary.removed}; evidence stays"
        console.print(gone, highlight=False, markup=False, soft_wrap=True)
    console.print(str(summary.index), highlight=False, markup=False, soft_wrap=True)
