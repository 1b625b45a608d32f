"""Inside sandbox 1: run the cells of /in/config.json and frame what the recorder finds, as it appears.

This program shares the sandbox with the student's code, so nothing that it says is more than a
claim. It writes the magic at once, the first status when kernel and recorder stand, and from
then on every fault belongs to the run. Limits are seconds of ``Clock``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

from grader.child import spool
from grader.child.clock import Clock, of_all_s
from grader.child.paths import inside
from grader.child.runner import cells as sources
from grader.child.runner.calling import ASK, Calling
from grader.child.runner.disk import DISK_LEAST, room_left
from grader.child.runner.kernel import Kernel, Manager, Outcome, launched
from grader.child.runner.outputs import Outputs, fits
from grader.untrusted import frames

WORK = inside("/tmp/work")
RUNTIME = inside("/tmp/.runtime")
RESERVE_S = 20.0  # kept at the end of the run's time to frame what exists
GRACE_S = 10.0
SETUP_S = 120.0
FINISH_S = 15.0
PUMP_EVERY_S = 0.3
ROOM = 8 << 20  # of the output limit, kept for everything but models
CELLS_ROOM = 4 << 20  # bytes of the frame ``cells`` after which a report is short
SHORT = 40  # characters
NOTICES_CAP = 30
NOTICE_CAP = 4 << 10  # bytes: all of them fit in one frame, however they are escaped
SETUP = (
    "import sys as _s; _s.path.insert(0, {child!r})\n"
    "from grader.child.recorder.install import install as _i\n"
    "_i(get_ipython(), {config!r}); del _s, _i"
)
FINISH = "__import__('sys').modules['_recorder'].finish()"


@dataclass(slots=True)
class CellReport:
    """One entry of the frame ``cells``."""

    cell: int
    status: str
    seconds: float = 0.0
    error: str = ""
    text: str = ""
    line: str = ""
    at: int | None = None
    output: str = ""


class Runner:
    """One hand-in, from the first cell to the last."""

    def __init__(
        self,
        config: dict[str, Any],
        out: frames.Writer,
        calling: Calling | None = None,
        kernel: Callable[[str], Manager] = launched,
    ) -> None:
        self.config = config
        self.out = out
        self.calling = calling
        self.started = time.monotonic()
        self.clock = Clock(config["wall_factor"], of_all_s)
        self.begun = self.clock.mark()
        self.time_s = float(config["time_s"])
        self.reserve = min(RESERVE_S, 0.2 * self.time_s)
        self.grace = min(GRACE_S, 0.4 * self.reserve)
        self.kernel = Kernel(RUNTIME, self.clock, kernel)
        self.reports: list[CellReport] = []
        self.told: list[bytes] = []  # the reports as they are sent
        self.told_size = 0
        self.told_sent = 0
        self.told_at = 0.0
        self.outputs = Outputs()
        self.sources: list[tuple[str, int]] = []  # what ran, and the line of its file before it
        self.left = False  # a module ended itself
        self.notices: list[dict[str, Any]] = []
        self.ended = "ok"
        self.finished = False
        self.running: int | None = None
        self.sizes: dict[tuple[str, int], int] = {}
        self.room = int(config["output_mb"] * (1 << 20)) - ROOM
        self.next_pump = 0.0
        if not config["deterministic"]:
            self.notice({"key": "runs.not_reproducible", "values": {}})

    def prepare(self) -> None:
        """Kernel, recorder, the student's files. Raises RuntimeError: our fault, not the student's."""
        shutil.copytree(inside(self.config.get("files", "/in/files")), WORK, dirs_exist_ok=True)
        for folder, _, names in os.walk(WORK):
            os.chmod(folder, 0o755)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o644)
        os.makedirs(spool.FOLDER, exist_ok=True)
        self.kernel.start()
        told = {**self.config, "run_left_s": self.left_s(), "work": WORK}
        told["cell_numbers"] = [cell["cell"] for cell in told.pop("cells")]
        setup = SETUP.format(config=json.dumps(told), child=inside("/opt/child"))
        outcome = self.kernel.run(setup, seconds=SETUP_S, grace=1.0, tick=lambda: None, hidden=True)
        if outcome.status != "ok":
            raise RuntimeError(f"the recorder did not start: {outcome.status} {outcome.error}: {outcome.text}")

    def run(self) -> None:
        """Every cell in order; stops early when the time is used up, the kernel dead, or at an error when asked to."""
        stopped = False
        for cell in self.config["cells"]:
            if stopped or self.left_s() <= 0:
                self._note(CellReport(cell=cell["cell"], status="skipped"))
                if not stopped:
                    self.ended = "timeout"
                continue
            self.running = cell["cell"]
            self.report()
            report = self._run_cell(cell)
            self._note(report)
            self.running = None
            self._judge(report.status)
            stopped = self.left or not self.kernel.alive() or (self.config["stop_on_error"] and report.status != "ok")
            self.pump(force=True)
            self.report()
        self.finished = all(report.status not in {"skipped", "died"} for report in self.reports)

    def left_s(self) -> float:
        """Seconds that are left for cells."""
        return self.time_s - self.reserve - self.clock.since(self.begun)

    def _note(self, report: CellReport) -> None:
        """Keep a report, without most of its words when the reports together have too many."""
        told = json.dumps(asdict(report), allow_nan=False).encode()
        if self.told_size + len(told) > CELLS_ROOM:
            report = replace(report, error=report.error[:SHORT], text="", line="", at=None, output="")
            told = json.dumps(asdict(report), allow_nan=False).encode()
        self.told_size += len(told)
        self.reports.append(report)
        self.told.append(told)

    def finish(self) -> None:
        """Ask the recorder for what it put off, send everything that is left."""
        if self.kernel.alive():
            seconds = min(FINISH_S, 0.4 * self.reserve)
            self.kernel.run(FINISH, seconds=seconds, grace=1.0, tick=self.pump, hidden=True)
        self.pump(force=True)
        self.report()
        self._send_cells()
        if self.calling is not None and self.kernel.alive():
            self._call_functions(self.calling)

    def _call_functions(self, calling: Calling) -> None:
        """After everything else is safe: the student's functions, on arguments that come only now."""
        self.out.send(*ASK, b"")
        seconds = self.left_s() + 0.7 * self.reserve
        try:
            calling.run(self.kernel, RUNTIME, self.clock, seconds, lambda: self.pump(force=True))
        finally:
            self.out.send("calls", 0, calling.told())

    def _run_cell(self, cell: dict[str, Any]) -> CellReport:
        source, removed = sources.without_installs(cell["source"])
        for line in removed:
            if key := sources.notice_of(line):
                self.notice({"key": key, "values": {"line": line}})
        seconds = max(0.0, min(float(self.config["cell_s"]), self.left_s()))
        outcome = self.kernel.run(source, seconds=seconds, grace=self.grace, tick=self.pump)
        if outcome.waited:
            self.notice({"key": "runs.waited", "values": {}})
        if outcome.status == "stuck":
            self.kernel.kill()
        if outcome.outputs or outcome.left_out:
            told = self.outputs.frame(cell["cell"], outcome.outputs, outcome.left_out)
            if fits(len(self.reports), told):
                self.out.send("outputs", len(self.reports), told)
        self.sources.append((source, (cell.get("line") or 1) - 1))
        is_module = self.config["kind"] == "module"
        self.left = is_module and outcome.error == "SystemExit"
        place = sources.place_of([one for one, _ in self.sources], outcome.traceback, everywhere=is_module)
        return CellReport(
            cell=cell["cell"],
            status=self._status(outcome, source, is_last=cell is self.config["cells"][-1]),
            seconds=round(outcome.seconds, 3),
            error=outcome.error,
            text=outcome.text,
            line="" if place is None else sources.text_of(self.sources[place[0]][0], place[1]),
            at=None if place is None else self.sources[place[0]][1] + place[1],
            output=outcome.output,
        )

    def _status(self, outcome: Outcome, source: str = "", *, is_last: bool = False) -> str:
        if outcome.status == "stuck":
            return "timeout"
        left_in_peace = outcome.error == "SystemExit" and outcome.text in {"", "0", "None"}
        is_end = self.config["kind"] == "module" or (is_last and sources.ends_with_exit(source))
        return "ok" if left_in_peace and is_end else outcome.status

    def _judge(self, status: str) -> None:
        order = ("ok", "error", "timeout", "exit")
        self.ended = max(self.ended, "exit" if status == "died" else status, key=order.index)

    def notice(self, notice: dict[str, Any]) -> None:
        if notice not in self.notices and len(self.notices) < NOTICES_CAP:
            self.notices.append(notice)

    def pump(self, force: bool = False) -> None:
        """Frame what lies in the spool, at most every PUMP_EVERY_S unless forced."""
        now = time.monotonic()
        if not force and now < self.next_pump:
            return
        self.next_pump = now + PUMP_EVERY_S
        if now >= self.told_at + PUMP_EVERY_S:
            self._send_cells()
        if room_left() < DISK_LEAST:
            self.notice({"key": "runs.disk_full", "values": {}})
        for kind, number, data in spool.take():
            if kind == "notice":
                self._take_notice(data)
            elif kind == "calls":
                if self.calling is not None:
                    self.calling.hear(number, data)
            elif self._fits(kind, number, len(data)):
                self.out.send(kind, number, data)
            else:
                self.notice({"key": "runs.output_full", "values": {}})

    def _take_notice(self, data: bytes) -> None:
        if len(data) > NOTICE_CAP:
            return
        try:
            told = json.loads(data)
            self.notice({"key": str(told["key"]), "values": spool.plain(dict(told["values"]))})
        except (ValueError, KeyError, TypeError, RecursionError):
            return

    def _fits(self, kind: str, number: int, size: int) -> bool:
        rest = sum(self.sizes.values()) - self.sizes.get((kind, number), 0)
        if number >= frames.NUMBERS_CAP or size > frames.CAPS[kind] or rest + size > self.room:
            return False
        self.sizes[kind, number] = size
        return True

    def report(self) -> None:
        """Send the status as it is now."""
        status = {
            "environment": environment(),
            "cells": len(self.config["cells"]),
            "done": sum(report.status != "skipped" for report in self.reports),
            "running": self.running,
            "finished": self.finished,
            "ended": self.ended,
            "deterministic": self.config["deterministic"],
            "seed": self.config["seed"],
            "notices": self.notices,
            "seconds": round(time.monotonic() - self.started, 3),
        }
        self.out.send("status", 0, json.dumps(status, allow_nan=False).encode())

    def _send_cells(self) -> None:
        """Send the reports that there are, if there are new ones."""
        self.told_at = time.monotonic()
        if len(self.told) > self.told_sent:
            self.told_sent = len(self.told)
            self.out.send("cells", 0, b"[" + b",".join(self.told) + b"]")


@cache
def environment() -> dict[str, str]:
    """The versions that a result depends on."""
    versions = {name: metadata.version(name) for name in ("keras", "tensorflow", "numpy")}
    return {"python": sys.version.split()[0], **versions}


def through(runner: Runner) -> None:
    """A whole run; whatever happens, its kernel is gone afterwards."""
    try:
        runner.prepare()
        runner.report()
        runner.run()
        runner.finish()
    finally:
        runner.kernel.kill()


def main(kernel: Callable[..., Manager] | None = None) -> None:
    """Run /in/config.json; ``kernel`` makes one that is no program of its own; it gets the descriptors to close."""
    result, late = int(os.environ.pop("RESULT_FD")), os.environ.pop("LATE_FD", "")
    out = frames.Writer(result)
    calling = Calling(int(late)) if late else None
    not_for_it = (result, int(late)) if late else (result,)
    start = launched if kernel is None else partial(kernel, closed=not_for_it)
    through(Runner(json.loads(Path(inside("/in/config.json")).read_text(encoding="utf-8")), out, calling, start))
    out.close()
    sys.stderr.flush()
    os._exit(0)  # threads of the client library have nothing left to say


if __name__ == "__main__":
    main()
