"""``grader demo``: a class of made-up hand-ins, graded for real on the embedded data set.

The hand-ins are the mnist-mlp reference and known mistakes in it; every card is held to what is known of its hand-in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader import data, sandbox, store
from grader.cli.progress import Progress, say_if_busy, say_what_is_outdated
from grader.course import course, rubric
from grader.grading import pipeline
from grader.records import Language, Rubric, Scorecard, Verdict
from grader.validation.mutants import demo_class
from grader.validation.mutants.demo_class import Known

EXERCISE = "mnist-mlp"
# Three epochs on one core took 6 to 16 s on one machine; a cell that goes on for long shall not hold up the demo.
TIME_S = 90.0
CELL_S = 45.0


def run(out: Path, *, workers: int, language: Language, fresh: bool = False) -> int:
    """Grade the class into ``out`` and print the table. Exit code 0 when every card is as expected, else 1.

    ``fresh`` uses nothing that an earlier call stored there.
    """
    shipped = course.shipped()
    members = demo_class.demo_class(shipped.reference(EXERCISE))
    checked = short(rubric.load(shipped.rubric_path(EXERCISE)))
    with tempfile.TemporaryDirectory(prefix="grader-demo-") as folder:
        for known in members:
            (Path(folder) / known.file_name).write_bytes(known.content)
        job = pipeline.Job(
            rubric=checked,
            course=shipped,
            paths=(Path(folder),),
            out=out,
            data=data.find(checked.data, Path(data.EMBEDDED)),
            workers=workers,
            fresh=fresh,
            language=language,
            when=datetime.now(UTC),
        )
        console = Console(stderr=True)
        if not fresh:
            say_what_is_outdated(out, console)
        with Progress(console) as progress:
            summary = pipeline.grade(job, progress)
    cards = {path.stem: store.load_card(path.read_bytes()) for path in (out / "cards").glob("*.json")}
    wrong = {known.name: surprises(known, cards.get(known.name)) for known in members}
    console = Console()
    if not console.is_terminal:
        console.width = 120
    console.print(table(members, cards, wrong, language))
    for name, differences in wrong.items():
        for difference in differences if not is_busy(cards.get(name)) else ():
            console.print(f"not as expected: {name}: {difference}", markup=False)
    say_if_busy(summary, console)
    console.print(f"Report: {summary.index}", highlight=False, markup=False, soft_wrap=True)
    return 1 if any(wrong.values()) else 0


def is_busy(card: Scorecard | None) -> bool:
    """Whether this machine was too busy for a card."""
    return card is not None and card.reason == sandbox.MACHINE_BUSY


def short(checked: Rubric) -> Rubric:
    """The rubric with limits that suit a demo."""
    limits = replace(checked.run.limits, time_s=TIME_S, cell_s=CELL_S)
    return replace(checked, run=replace(checked.run, limits=limits))


def surprises(known: Known, card: Scorecard | None) -> Sequence[str]:
    """How a card differs from what is known of its hand-in; empty when it does not."""
    if card is None:
        return ["there is no card"]
    found = [] if card.status == known.status else [f"status {card.status}, not {known.status}"]
    for verdict in card.verdicts:
        wanted = known.outcome(verdict.criterion)
        if not fits(verdict, wanted):
            found.append(f"{verdict.criterion} is {verdict.state} ({verdict.credit}), not {wanted}: {verdict.why.en}")
    return found


def fits(verdict: Verdict, wanted: demo_class.Outcome) -> bool:
    """Whether a verdict is one that was foreseen."""
    if wanted == "any":
        return verdict.state != "unjudged"
    if wanted == "less":
        return verdict.state in {"partial", "lost", "blocked"}
    return verdict.state == wanted


def table(
    members: Sequence[Known],
    cards: Mapping[str, Scorecard],
    wrong: Mapping[str, Sequence[str]],
    language: Language,
) -> Table:
    """One row per hand-in: what is wrong with it, its status, its points, whether that was foreseen."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("hand-in", "what is known of it", "status"):
        shown.add_column(heading, no_wrap=heading != "what is known of it")
    shown.add_column("points", justify="right", no_wrap=True)
    shown.add_column("as expected", no_wrap=True)
    for known in members:
        card = cards.get(known.name)
        points = "" if card is None else f"{card.points:.2f} / {card.max_points:g}"
        status = "" if card is None else card.status
        shown.add_row(known.name, known.about[language], status, points, "no" if wrong[known.name] else "yes")
    return shown
