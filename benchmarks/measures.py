"""What a benchmark found, and the table of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = ("What", "Here", "Compared with", "Ratio", "Goal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One line of the table. ``met`` is None where nothing is promised."""

    what: str
    here: str
    compared: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}" if self.ratio < 1000 else f"{self.ratio:.0f}"
        verdict = {None: "", True: ": met", False: ": **missed**"}[self.met]
        return (self.what, self.here, self.compared, ratio, f"{self.goal}{verdict}")


def at_least(ratio: float, goal: float) -> tuple[str, bool]:
    """A goal of a ratio, and whether it is met."""
    return f"at least {goal:g}", ratio >= goal


def at_most(value: float, goal: float, unit: str = "") -> tuple[str, bool]:
    """A goal of a ratio or size, and whether it is met."""
    return f"at most {goal:g}{unit}", value <= goal


def machine() -> str:
    """Processor, cores, memory and versions, in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    named = [line for line in (cpuinfo.read_text() if cpuinfo.exists() else "").splitlines() if "model name" in line]
    processor = named[0].partition(":")[2].strip() if named else platform.machine()
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores ({processor}), {gigabytes:.0f} GiB, {system}"


def table(written: Mapping[str, Mapping[str, Any]]) -> str:
    """What all parts found, in Markdown, with the days and the machines."""
    days = sorted({str(part["when"])[:10] for part in written.values()})
    machines = sorted({str(part["machine"]) for part in written.values()})
    lines = [f"Measured on {' and '.join(days)} by `make bench` on {' and on '.join(machines)}.", ""]
    lines += [_line(HEAD), _line(("---",) * 3 + ("---:",) + ("---",))]
    measures = (Measure(**one) for part in written.values() for one in part["measures"])
    return "\n".join([*lines, *(_line(one.cells) for one in measures)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
