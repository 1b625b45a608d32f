"""The verbs of ``grader``: parse, call, print.

Heavy modules are imported inside the verbs, so that ``grader --help`` answers at once.
Exit codes: 0 graded, 1 someone must look, 2 nothing graded (something that a teacher can mend).
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Fair, explained grades for Keras notebooks. Student code runs in a sandbox and never meets the grader.",
)
data_app = typer.Typer(no_args_is_help=True, help="The data sets that the exercises use.")
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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options that stand before a verb."""


@app.command()
def grade(  # noqa: PLR0913, PLR0917 - one parameter per option
    exercise: Annotated[str, typer.Argument(help="Exercise id (mnist-mlp) or path to a rubric.")],
    paths: Annotated[list[Path], typer.Argument(help="Folders of hand-ins, or single notebooks.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for cards, reports and evidence.")],
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Hand-ins at once.")] = os.cpu_count() or 1,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder or file of the data set; 'digits' for the embedded one.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="Class list: CSV with id, name, email, group.")
    ] = None,
    course: Annotated[Path | None, typer.Option("--course", help="A course folder of your own.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run everything again; use no stored evidence.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the pages.")] = Lang.es,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="Further reports: junit. May be given several times.")
    ] = None,
) -> None:
    """Grade hand-ins and write cards, a table and pages."""
    from grader import batch  # noqa: PLC0415 - lazy on purpose

    request = batch.Request(
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
    )
    raise typer.Exit(batch.run(request))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the report.")] = Path("demo"),
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="Hand-ins at once.")] = os.cpu_count() or 1,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the pages.")] = Lang.es,
) -> None:
    """Grade a class of made-up notebooks on the embedded data set; no network, under 3 minutes."""
    from grader import demo as demonstration  # noqa: PLC0415 - lazy on purpose

    raise typer.Exit(demonstration.run(out, workers=jobs, language="es" if lang is Lang.es else "en"))


@app.command()
def doctor(
    data: Annotated[Path | None, typer.Option("--data", help="Folder or file of the data set.")] = None,
) -> None:
    """Try both sandboxes, the data and the versions, and say how to mend what is missing."""
    from grader import doctor as examination  # noqa: PLC0415 - lazy on purpose

    raise typer.Exit(examination.run(data))


@app.command()
def schema(of: Annotated[SchemaOf, typer.Argument(help="rubric or scorecard")]) -> None:
    """Print a JSON Schema: of rubrics (for editors) or of cards (for other tools)."""
    from grader import rubric, store  # noqa: PLC0415 - lazy on purpose

    found = rubric.schema() if of is SchemaOf.rubric else store.scorecard_schema()
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@data_app.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="Data set, e.g. mnist.")],
    into: Annotated[Path | None, typer.Option("-o", "--out", help="Folder; default: the Keras cache.")] = None,
) -> None:
    """Download a data set and verify it."""
    from grader import data as data_sets  # noqa: PLC0415 - lazy on purpose

    typer.echo(f"{name}: verified, {data_sets.fetch(name, into)}")


@data_app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Data set: mnist or digits.")],
    data: Annotated[Path | None, typer.Option("--data", help="Folder or file of the data set.")] = None,
) -> None:
    """Say where a data set was found, and verify it."""
    from grader import data as data_sets  # noqa: PLC0415 - lazy on purpose

    found = data_sets.find(name, data)
    sizes = f"{len(found.x_train)} training and {len(found.x_test)} test images"
    typer.echo(f"{found.name}: {sizes}, sha256 {found.sha256}")


def main() -> None:
    """Entry point of the console script; a GraderError is printed in one line, without a traceback."""
    try:
        app(prog_name="grader")
    except Exception as error:
        from grader.errors import GraderError  # noqa: PLC0415 - lazy on purpose

        if not isinstance(error, GraderError):
            raise
        print(f"grader: {error}", file=sys.stderr)
        sys.exit(2)
