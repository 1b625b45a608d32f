"""What a terminal shows while a batch is graded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text as Line

from grader import texts
from grader.cli.help import language
from grader.grading import pipeline, upgrade
from grader.records import Message
from grader.untrusted.text import as_codes, terminal_text

FILES_SAID = 10  # of those that were not graded


def say_what_is_outdated(out: Path, console: Console) -> None:
    """Before a batch: a line that says why stored results in ``out`` cannot be used, when they cannot."""
    reason = upgrade.outdated(out / "evidence")
    if reason is not None:
        console.print(texts.render(reason, language()), highlight=False, markup=False, soft_wrap=True)


def say_if_busy(summary: pipeline.Summary, console: Console) -> None:
    """After a batch: a line that says so when this machine was too busy for some submissions."""
    if summary.busy:
        said = texts.say("command_line.grade.busy", language(), n=summary.busy)
        console.print(said, highlight=False, markup=False, soft_wrap=True)


def say_who_left_the_handout(summary: pipeline.Summary, console: Console) -> None:
    """After a batch: whose submission is the handout as it was given; a mistake that a mail can clear up."""
    if summary.untouched:
        names = [as_codes(student) for student in summary.untouched]
        said = texts.say("command_line.grade.untouched", language(), names=names)
        console.print(terminal_text(said, 2000), highlight=False, markup=False, emoji=False, soft_wrap=True)


def say_what_is_not_graded(summary: pipeline.Summary, out: Path, console: Console) -> None:
    """After a batch: the files that are nobody's submission, each with its reason, and where all of them are listed."""
    count, speaking = len(summary.not_graded), language()
    if not count:
        return
    first = "command_line.grade.not_graded_one" if count == 1 else "command_line.grade.not_graded"
    lines = [texts.say(first, speaking, n=count)]
    for file in summary.not_graded[:FILES_SAID]:
        why = terminal_text(texts.render(file.why, speaking), 500)
        lines.append(f"  {terminal_text(as_codes(file.path))}: {why}")
    if count > FILES_SAID:
        place = out / "not_graded.json"
        more = texts.say("command_line.grade.not_graded_more", speaking, n=count - FILES_SAID, path=str(place))
        lines.append(f"  {more}")
    for line in lines:
        console.print(line, highlight=False, markup=False, emoji=False, soft_wrap=True)


@dataclass(slots=True)
class Progress:
    """A live line while a batch is graded: who runs, done, left, time. Silent when not on a terminal."""

    console: Console
    students: int = 0
    done: int = 0
    began: float = 0.0
    running: list[str] = field(default_factory=list)
    recent: list[pipeline.Done] = field(default_factory=list)
    live: Live | None = None

    def __enter__(self) -> Progress:
        self.began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()

    def prepare(self, students: int, remarks: Sequence[Message] = ()) -> None:
        """Plain lines: how the folder was read, and what may take a while before the display starts."""
        for remark in remarks:
            said = terminal_text(texts.render(remark, language()), 500)
            self.console.print(said, highlight=False, markup=False, emoji=False, soft_wrap=True)
        if self.console.is_terminal:
            said = texts.say("command_line.grade.preparing", language(), n=students)
            self.console.print(said, highlight=False, markup=False)

    def begin(self, students: int) -> None:
        """The batch holds so many students. The display starts here: from now on a thread of it runs."""
        self.students = students
        if self.console.is_terminal:
            self.live = Live(console=self.console, refresh_per_second=4, get_renderable=self.picture, transient=True)
            self.live.start()

    def again(self, students: int) -> None:
        """So many are tried again."""
        self.students += students

    def started(self, student: str) -> None:
        """One hand-in is being graded."""
        self.running.append(student)

    def finished(self, done: pipeline.Done) -> None:
        """One card is written."""
        self.running.remove(done.student)
        self.done += 1
        self.recent = [*self.recent[-4:], done]

    def picture(self) -> Table:
        """What the terminal shows now."""
        table = Table.grid(padding=(0, 2))
        for one in self.recent:
            points = f"{one.points:g} / {one.max_points:g}"
            table.add_row(Line(terminal_text(one.student)), points, one.status)
        seconds = time.monotonic() - self.began
        left = f", about {_clock(seconds / self.done * (self.students - self.done))} left" if self.done else ""
        who = Line("running: " + ", ".join(terminal_text(student) for student in self.running))
        table.add_row(who, f"{self.done} of {self.students}", f"{_clock(seconds)}{left}")
        return table


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
