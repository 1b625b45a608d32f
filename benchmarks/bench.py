"""``make bench``: measure everything, print one table of ratios, write it with a JSON beside it.

Usage: bench.py [PART ...] [--folder DIR]. Both sides of a ratio are measured in one run of a part; each part's lines
replace those it gave before, with the time at which it ended. The environments of nbgrader and otter-grader are made
once, under the folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import against_others
import reading
import rescoring
import sandboxes
import startup
import trainings
from measures import Measure, machine, table

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
README = HERE.parent / "README.md"
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->"
PARTS: dict[str, Callable[[Path], Iterator[Measure]]] = {
    "others": against_others.measure,
    "trainings": trainings.measure,
    "sandboxes": sandboxes.measure,
    "reading": reading.measure,
    "rescoring": rescoring.measure,
    "startup": startup.measure,
}
Written = dict[str, Mapping[str, Any]]  # part -> when, machine, measures


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="Measure, as ratios on this machine.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    # Not below /tmp, which a sandbox covers with its own.
    parser.add_argument("--folder", type=Path, default=HERE / "work", help="for hand-ins and environments")
    chosen = parser.parse_args(words)
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    missed = 0
    for name in chosen.parts or PARTS:
        shutil.rmtree(chosen.folder / name, ignore_errors=True)
        measures = []
        for one in PARTS[name](chosen.folder / name):
            print(" | ".join(filter(None, one.cells)), file=sys.stderr, flush=True)
            measures.append(one)
        shutil.rmtree(chosen.folder / name, ignore_errors=True)
        keep(name, measures)
        missed += sum(one.met is False for one in measures)
    print(table(read()))
    return 1 if missed else 0


def keep(part: str, measures: Sequence[Measure]) -> None:
    """Write what a part found; the other parts stay as they are."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    written = read()
    written[part] = {"when": when, "machine": machine(), "measures": [asdict(one) for one in measures]}
    RESULTS.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    page = table(read())
    (HERE / "RESULTS.md").write_text(f"# What was measured\n\n{page}", "utf-8")
    README.write_text(with_table(README.read_text("utf-8"), page), "utf-8")


def read() -> Written:
    """What all parts found, in their order."""
    there: Written = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return {part: there[part] for part in PARTS if part in there}


def with_table(text: str, page: str) -> str:
    """``text`` with ``page`` between its two marks. Raises ValueError where they are missing."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN.strip()} and {END} are needed")
    return f"{head}{BEGIN}{page}{END}{tail}"


if __name__ == "__main__":
    raise SystemExit(main())
