"""``make bench``: measure everything in one run, print one table of ratios, write it with a JSON beside it.

Usage: bench.py [PART ...] [--folder DIR]. With parts named, nothing is written but what is printed. The environments of
nbgrader and otter-grader are made once, under the folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import against_others
import reading
import rescoring
import sandboxes
import startup
import trainings
from measures import Measure, machine, table

HERE = Path(__file__).resolve().parent
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
    measures: list[Measure] = []
    for name in chosen.parts or PARTS:
        shutil.rmtree(chosen.folder / name, ignore_errors=True)
        for one in PARTS[name](chosen.folder / name):
            print(" | ".join(filter(None, one.cells)), file=sys.stderr, flush=True)
            measures.append(one)
        shutil.rmtree(chosen.folder / name, ignore_errors=True)
    page = table(measures)
    print(page)
    if not chosen.parts:
        (HERE / "RESULTS.md").write_text(f"# What was measured\n\n{page}", "utf-8")
        written = {"machine": machine(), "measures": [asdict(one) for one in measures]}
        (HERE / "results.json").write_text(json.dumps(written, indent=1) + "\n", "utf-8")
        README.write_text(with_table(README.read_text("utf-8"), page), "utf-8")
    return 1 if any(one.met is False for one in measures) else 0


def with_table(text: str, page: str) -> str:
    """``text`` with ``page`` between its two marks. Raises ValueError where they are missing."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN.strip()} and {END} are needed")
    return f"{head}{BEGIN}{page}{END}{tail}"


if __name__ == "__main__":
    raise SystemExit(main())
