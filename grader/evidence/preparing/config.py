"""What goes into sandbox 1: the cells as they run, the settings of the run, the student's files under safe names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from grader.evidence.preparing.notebook import Cell, Program
from grader.evidence.preparing.old_imports import repaired
from grader.evidence.preparing.passed_over import passed_over
from grader.records import PassedOver, RunSpec, Submission

QUICK_EPOCHS = 1  # of a training cut short, unless more are asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What the rubric wants out of a run, and the data that go in.

    ``data_file`` is an npz with x_train, y_train, x_test, y_test; ``sample_rows`` gives for
    "train" and "test" at most 64 row numbers. ``fit_rows`` cuts every training to so many rows
    in all, in at most ``fit_epochs`` epochs (0: none happens, None: none is cut). ``threads`` are
    TensorFlow's. ``late``: what the program gets after the last cell (``evidence.calls.pack``), ``absent`` names that
    the notebook imports and that are not installed inside.
    """

    exports: Sequence[str] = ()
    export_shapes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    variables: Sequence[str] = ()
    data_file: Path | None = None
    data_name: str = "mnist"
    sample_rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fit_rows: int | None = None
    fit_epochs: int = QUICK_EPOCHS
    threads: int = 1
    late: bytes | None = None
    absent: frozenset[str] = frozenset()


def run_config(
    submission: Submission,
    found: Program,
    spec: RunSpec,
    inputs: Inputs,
    *,
    seed: int,
    deterministic: bool,
    wall_factor: float,
) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """What the program in the sandbox reads as its settings, and the student's files by their names inside.

    So many seconds of the wall clock count as one of a limit; with 1, CPU time is not counted.
    """
    limits = spec.limits
    told = {
        "entry_name": name_inside(submission.entry or ""),
        "kind": found.kind,
        "script": found.is_script,
        "services": list(found.services),
        "cells": [asdict(cell) for cell in _prepared(found, spec, submission, inputs)],
        "cell_s": limits.cell_s,
        "time_s": limits.time_s,
        "wall_factor": wall_factor,
        "seed": seed,
        "seed_shift": seed,
        "deterministic": deterministic,
        "stop_on_error": spec.stop_on_error,
        "max_epochs": spec.max_epochs,
        "max_fit_s": spec.max_fit_s,
        "threads": inputs.threads,
        "exports": list(inputs.exports),
        "export_shapes": {name: list(map(int, shape)) for name, shape in inputs.export_shapes.items()},
        "quick": None if inputs.fit_rows is None else {"rows": inputs.fit_rows, "epochs": inputs.fit_epochs},
        "variables": list(inputs.variables),
        "data": inputs.data_name,
        "sample_rows": {part: list(map(int, rows)) for part, rows in inputs.sample_rows.items()},
        "output_mb": limits.output_mb,
    }
    named = {name_inside(name): content for name, content in submission.files.items()}
    folders = {str(folder) for name in named for folder in PurePosixPath(name).parents}
    return told, {name: content for name, content in named.items() if name not in folders}


def _prepared(found: Program, spec: RunSpec, submission: Submission, inputs: Inputs) -> Sequence[Cell]:
    """The cells as they are run."""
    sources, _ = pass_over(found, submission, inputs.absent, kept=(*inputs.exports, *inputs.variables))
    if spec.repair_imports:
        sources = {number: repaired(source) for number, source in sources.items()}
    return [replace(cell, source=sources[cell.cell]) for cell in found.cells]


def pass_over(
    found: Program, submission: Submission, absent: Collection[str], *, kept: Collection[str]
) -> tuple[Mapping[int, str], tuple[PassedOver, ...]]:
    """The cells by number, without what rests on ``absent`` names alone, and what that is."""
    files = [name for name in submission.files if name != submission.entry]
    return passed_over({cell.cell: cell.source for cell in found.cells}, absent, files=files, kept=kept)


def name_inside(name: str) -> str:
    """A file's name as it is inside: no way out of its folder, nothing that a path cannot hold."""
    parts = [part for part in re.split(r"[/\\]+", name.replace("\0", "_")) if part not in {"", ".", ".."}]
    return "/".join(part.encode("utf-8", "replace")[:240].decode("utf-8", "ignore") for part in parts) or "file"
