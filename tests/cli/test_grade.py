"""What a teacher sees while a batch is graded."""

from __future__ import annotations

import io

from rich.console import Console

from grader.cli import grade
from grader.grading import pipeline
from tests.support.cards import a_class


def shown(progress: grade.Progress) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(progress.picture())
    return console.file.getvalue()


def test_the_live_line_says_who_runs_what_is_done_and_how_long_it_takes() -> None:
    progress = grade.Progress(Console(file=io.StringIO()))
    with progress:
        progress.begin(3)
        progress.started("ana")
        progress.started("li")
        assert "running: ana, li" in shown(progress)
        assert "0 of 3" in shown(progress)
        card = a_class()[0]
        progress.finished(
            pipeline.Done(
                student="ana", points=card.points, max_points=card.max_points, status=card.status, review=False
            )
        )
        said = shown(progress)
    assert "running: li" in said
    assert "1 of 3" in said
    assert "left" in said
    assert card.status in said
    assert f"{card.points:g} / {card.max_points:g}" in said


def test_hostile_names_do_not_reach_the_terminal() -> None:
    progress = grade.Progress(Console(file=io.StringIO()))
    progress.started("\x1b[2Jana")
    assert "\x1b" not in shown(progress)


def test_nothing_is_drawn_when_there_is_no_terminal() -> None:
    console = Console(file=io.StringIO())
    with grade.Progress(console) as progress:
        progress.begin(1)
        progress.started("ana")
    assert console.file.getvalue() == ""


def test_a_terminal_sees_the_line_while_it_lasts() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with grade.Progress(console) as progress:
        progress.begin(1)
        progress.started("ana")
    assert "running: ana" in console.file.getvalue()
