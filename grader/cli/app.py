"""The verbs of ``grader``: parse, call, print.

Heavy modules are imported inside the verbs, so that ``grader --help`` answers at once.
Exit codes: 0 graded, 1 someone must look, 2 nothing graded (something that a teacher can mend).
"""

from __future__ import annotations

import gc
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.help import Command, Group, language, say

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=say("grader"),
)
data_app = typer.Typer(cls=Group, no_args_is_help=True, help=say("data"))
app.add_typer(data_app, name="data")


class Lang(StrEnum):
    """Languages of the reports."""

    es = "es"
    en = "en"


class SchemaOf(StrEnum):
    """What has a JSON Schema."""

    rubric = "rubric"
    scorecard = "scorecard"


def _version(wanted: bool) -> None:
    if wanted:
        from grader import __version__  # noqa: PLC0415 - lazy on purpose

        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=say("version"))] = False,
) -> None:
    """Options that stand before a verb."""


@app.command(cls=Command, help=say("grade"))
def grade(  # noqa: PLR0913, PLR0917 - one parameter per option
    exercise: Annotated[str, typer.Argument(help=say("grade.exercise"))],
    paths: Annotated[list[Path], typer.Argument(help=say("grade.paths"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=say("grade.out"))],
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help=say("jobs"))] = os.cpu_count() or 1,
    data: Annotated[Path | None, typer.Option("--data", help=say("grade.data"))] = None,
    roster: Annotated[Path | None, typer.Option("--roster", help=say("roster"))] = None,
    course: Annotated[Path | None, typer.Option("--course", help=say("course"))] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help=say("grade.fresh"))] = False,
    lang: Annotated[Lang, typer.Option("--lang", help=say("pages_lang"))] = Lang.es,
    formats: Annotated[list[str] | None, typer.Option("--format", help=say("grade.format"))] = None,
    quick: Annotated[bool, typer.Option("--quick", help=say("grade.quick"))] = False,
    structure: Annotated[bool, typer.Option("--structure-only", help=say("grade.structure"))] = False,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help=say("grade.threads"))] = 1,
    unsafe: Annotated[bool, typer.Option("--unsafe-no-sandbox", help=say("grade.unsafe"))] = False,
    as_class: Annotated[bool, typer.Option("--class", help=say("grade.class"))] = False,
    as_student: Annotated[bool, typer.Option("--student", help=say("grade.student"))] = False,
    id_column: Annotated[str | None, typer.Option("--id-column", help=say("grade.id_column"))] = None,
) -> None:
    """Grade hand-ins and write cards, a table and pages."""
    gc.disable()  # what is imported stays: no collection needs to look at it, now or later
    from grader import errors  # noqa: PLC0415 - lazy on purpose
    from grader.cli import grade as grading  # noqa: PLC0415 - lazy on purpose

    gc.freeze()
    gc.enable()
    if quick and structure:
        raise errors.OutputError("--quick and --structure-only are two different looks; give one of them")
    if as_class and as_student:
        raise errors.CollectError("--class and --student are two ways of reading one folder; give one of them")

    request = grading.Request(
        exercise=exercise,
        paths=tuple(paths),
        out=out,
        workers=jobs,
        data=data,
        roster=roster,
        course=course,
        fresh=fresh,
        language="es" if lang is Lang.es else "en",
        formats=tuple(formats or ()),
        unsafe=unsafe,
        look="structure" if structure else "quick" if quick else "",
        threads=threads,
        reading="class" if as_class else "student" if as_student else "",
        id_column=id_column,
    )
    raise typer.Exit(grading.run(request))


@app.command(cls=Command, help=say("demo"))
def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help=say("demo.out"))] = Path("demo"),
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help=say("jobs"))] = os.cpu_count() or 1,
    lang: Annotated[Lang, typer.Option("--lang", help=say("pages_lang"))] = Lang.es,
    fresh: Annotated[bool, typer.Option("--fresh", help=say("grade.fresh"))] = False,
) -> None:
    """Grade a class of made-up notebooks on the embedded data set; no network, under 3 minutes."""
    from grader.cli import demo as demonstration  # noqa: PLC0415 - lazy on purpose

    raise typer.Exit(demonstration.run(out, workers=jobs, language="es" if lang is Lang.es else "en", fresh=fresh))


@app.command(cls=Command, help=say("doctor"))
def doctor(
    data: Annotated[Path | None, typer.Option("--data", help=say("data_folder"))] = None,
) -> None:
    """Try both sandboxes, the data and the versions, and say how to mend what is missing."""
    from grader.cli import doctor as examination  # noqa: PLC0415 - lazy on purpose

    raise typer.Exit(examination.run(data))


@app.command(cls=Command, help=say("release"))
def release(
    exercises: Annotated[list[str] | None, typer.Argument(help=say("release.exercises"))] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help=say("release.out"))] = None,
    lang: Annotated[Lang | None, typer.Option("--lang", help=say("release.lang"))] = None,
    roster: Annotated[Path | None, typer.Option("--roster", help=say("release.roster"))] = None,
    student: Annotated[str | None, typer.Option("--student", help=say("release.student"))] = None,
    course: Annotated[Path | None, typer.Option("--course", help=say("course"))] = None,
) -> None:
    """Write handouts."""
    from grader.cli import release as releasing  # noqa: PLC0415 - lazy on purpose

    request = releasing.Request(
        exercises=tuple(exercises or ()),
        out=out,
        languages=("en", "es") if lang is None else ("es",) if lang is Lang.es else ("en",),
        roster=roster,
        student=student,
        course=course,
        speaking=language(),
    )
    raise typer.Exit(releasing.run(request))


@app.command(cls=Command, help=say("new"))
def new(
    exercise: Annotated[str, typer.Argument(help=say("new.exercise"))],
    source: Annotated[str | None, typer.Option("--from", help=say("new.from"))] = None,
    course: Annotated[Path | None, typer.Option("--course", help=say("new.course"))] = None,
) -> None:
    """Start an exercise of one's own."""
    from grader.cli import new as starting  # noqa: PLC0415 - lazy on purpose

    raise typer.Exit(starting.run(exercise, source=source, course=course, speaking=language()))


@app.command(cls=Command, help=say("validate"))
def validate(  # noqa: PLR0913, PLR0917 - one parameter per option
    exercises: Annotated[list[str] | None, typer.Argument(help=say("validate.exercises"))] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help=say("validate.out"))] = None,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help=say("jobs"))] = os.cpu_count() or 1,
    data: Annotated[Path | None, typer.Option("--data", help=say("data_folder"))] = None,
    course: Annotated[Path | None, typer.Option("--course", help=say("course"))] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help=say("validate.junit"))] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help=say("validate.seeds"))] = 1,
    update: Annotated[bool, typer.Option("--update", help=say("validate.update"))] = False,
    trusted: Annotated[bool, typer.Option("--trusted", help=say("validate.trusted"))] = False,
    changed: Annotated[bool, typer.Option("--changed", help=say("validate.changed"))] = False,
    base: Annotated[str, typer.Option("--base", help=say("validate.base"))] = "origin/main",
) -> None:
    """Test rubrics: references, untouched handouts, mutants."""
    from grader import validation  # noqa: PLC0415 - lazy on purpose

    request = validation.Request(
        exercises=tuple(exercises or ()),
        out=out,
        workers=jobs,
        data=data,
        course=course,
        junit=junit,
        seeds=seeds,
        update=update,
        trusted=trusted,
        changed=base if changed else None,
    )
    raise typer.Exit(validation.run(request))


@app.command(cls=Command, help=say("schema"))
def schema(of: Annotated[SchemaOf, typer.Argument(help=say("schema.of"))]) -> None:
    """Print a JSON Schema: of rubrics (for editors) or of cards (for other tools)."""
    from grader import store  # noqa: PLC0415 - lazy on purpose
    from grader.course import rubric  # noqa: PLC0415 - lazy on purpose

    found = rubric.schema() if of is SchemaOf.rubric else store.scorecard_schema()
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@data_app.command("fetch", cls=Command, help=say("data.fetch"))
def fetch(
    name: Annotated[str, typer.Argument(help=say("data.fetch.name"))],
    into: Annotated[Path | None, typer.Option("-o", "--out", help=say("data.fetch.out"))] = None,
) -> None:
    """Download a data set and verify it."""
    from grader import data as data_sets  # noqa: PLC0415 - lazy on purpose

    typer.echo(f"{name}: verified, {data_sets.fetch(name, into)}")


@data_app.command("show", cls=Command, help=say("data.show"))
def show(
    name: Annotated[str, typer.Argument(help=say("data.show.name"))],
    data: Annotated[Path | None, typer.Option("--data", help=say("data_folder"))] = None,
) -> None:
    """Say where a data set was found, and verify it."""
    from grader import data as data_sets  # noqa: PLC0415 - lazy on purpose

    found = data_sets.find(name, data)
    sizes = f"{len(found.x_train)} training and {len(found.x_test)} test images"
    typer.echo(f"{found.name}: {sizes}, sha256 {found.sha256}")


def main() -> None:
    """Entry point of the console script; a GraderError is printed without a traceback."""
    try:
        app(prog_name="grader")
    except Exception as error:
        from grader.errors import GraderError  # noqa: PLC0415
        from grader.untrusted.text import clean_text  # noqa: PLC0415 - lazy on purpose

        if not isinstance(error, GraderError):
            raise
        print(f"grader: {clean_text(error, 4000)}", file=sys.stderr)  # it may quote what a file says
        sys.exit(2)
