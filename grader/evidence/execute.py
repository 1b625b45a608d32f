"""Submission -> Run: the hand-in in sandbox 1, and what came out, cleaned of nothing but impossible types."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

from grader import sandbox
from grader.evidence import claims
from grader.evidence.notebook import Cell, Program, program
from grader.records import Ended, FailedCell, Message, Run, RunSpec, Submission, message
from grader.scoring import diagnoses

CHILD = tuple(
    f"child/{name}.py"
    for name in (
        "paths",
        "spool",
        "runner/calling",
        "runner/cells",
        "runner/kernel",
        "runner/run",
        "recorder/answers",
        "recorder/budget",
        "recorder/calls",
        "recorder/events",
        "recorder/exports",
        "recorder/input_stats",
        "recorder/install",
        "recorder/model_discovery",
        "recorder/model_registry",
        "recorder/pictures",
        "recorder/pipelines",
        "recorder/quick",
        "recorder/recorder",
        "recorder/saving",
        "recorder/seeds",
        "recorder/shims",
    )
)
KINDS: Mapping[str, Literal["error", "timeout", "died", "syntax"]] = {
    "error": "error",
    "timeout": "timeout",
    "died": "died",
}
SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
CLAIMED = ("ok", "error", "timeout", "exit")
FAILED_CAP = 200
QUICK_EPOCHS = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What the rubric wants out of a run, and the data that go in.

    ``data_file`` is an npz with x_train, y_train, x_test, y_test; ``sample_rows`` gives for
    "train" and "test" at most 64 row numbers. ``fit_rows`` cuts every training to one epoch of so many
    rows (0: none happens, None: none is cut). ``threads`` are TensorFlow's. ``late``: what the
    program gets after the last cell (``evidence.calls.pack``).
    """

    exports: Sequence[str] = ()
    export_shapes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    variables: Sequence[str] = ()
    data_file: Path | None = None
    data_name: str = "mnist"
    sample_rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fit_rows: int | None = None
    threads: int = 1
    late: bytes | None = None


def execute(submission: Submission, spec: RunSpec, *, inputs: Inputs, seed: int = 0, slot: int = 0) -> Run:
    """Run a hand-in once; twice when one of its operations has no deterministic version.

    ``seed`` seeds everything before the first cell and is added to every seed that the notebook
    sets. Never raises for what the hand-in is or does.
    """
    found = _program(submission)
    if isinstance(found, Message):
        return Run(submission=submission.sha256, ended="unreadable", problem=found, seed=seed)
    run = _once(submission, found, spec, inputs, (seed, slot, True))
    if any("determinis" in failed.text.lower() for failed in run.failed):
        return _once(submission, found, spec, inputs, (seed, slot, False))
    return run


def _program(submission: Submission) -> Program | Message:
    if submission.problem is not None:
        return submission.problem.why
    if submission.entry is None:
        return message("runs.no_entry")
    return program(submission.entry, submission.files[submission.entry])


def _once(submission: Submission, found: Program, spec: RunSpec, inputs: Inputs, how: tuple[int, int, bool]) -> Run:
    seed, slot, deterministic = how
    told, files = config(submission, found, spec, inputs, seed=seed, deterministic=deterministic)
    named = {f"/in/files/{name}": content for name, content in files.items()}
    command = sandbox.python_command(
        "runner.run",
        child=CHILD,
        inputs={**named, "/in/config.json": json.dumps(told).encode()},
        binds=binds(inputs),
        late=inputs.late,
        loopback=True,
    )
    return run_of(submission, sandbox.run(command, spec.limits, slot=slot), seed)


def config(
    submission: Submission, found: Program, spec: RunSpec, inputs: Inputs, *, seed: int, deterministic: bool
) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """What the program inside is told, and the student's files by their names inside."""
    limits = spec.limits
    told = {
        "entry_name": _inside(submission.entry or ""),
        "kind": found.kind,
        "cells": [asdict(cell) for cell in _prepared(found, spec)],
        "cell_s": limits.cell_s,
        "wall_s": limits.wall_s,
        "seed": seed,
        "seed_shift": seed,
        "deterministic": deterministic,
        "stop_on_error": spec.stop_on_error,
        "max_epochs": spec.max_epochs,
        "max_fit_s": spec.max_fit_s,
        "threads": inputs.threads,
        "exports": list(inputs.exports),
        "export_shapes": {name: list(map(int, shape)) for name, shape in inputs.export_shapes.items()},
        "quick": None if inputs.fit_rows is None else {"rows": inputs.fit_rows, "epochs": QUICK_EPOCHS},
        "variables": list(inputs.variables),
        "data": inputs.data_name,
        "sample_rows": {part: list(map(int, rows)) for part, rows in inputs.sample_rows.items()},
        "output_mb": limits.output_mb,
    }
    named = {_inside(name): content for name, content in submission.files.items()}
    folders = {str(folder) for name in named for folder in PurePosixPath(name).parents}
    return told, {name: content for name, content in named.items() if name not in folders}


def _prepared(found: Program, spec: RunSpec) -> Sequence[Cell]:
    """The cells as they are run."""
    if not spec.repair_imports:
        return found.cells
    return [replace(cell, source=diagnoses.repaired(cell.source)) for cell in found.cells]


def binds(inputs: Inputs) -> Mapping[str, str]:
    """The data file, by its place inside."""
    return {} if inputs.data_file is None else {str(inputs.data_file): f"/in/data/{inputs.data_name}.npz"}


def _inside(name: str) -> str:
    """A file's name as it is inside: no way out of its folder, nothing that a path cannot hold."""
    parts = [part for part in re.split(r"[/\\]+", name.replace("\0", "_")) if part not in {"", ".", ".."}]
    return "/".join(part.encode("utf-8", "replace")[:240].decode("utf-8", "ignore") for part in parts) or "file"


def run_of(submission: Submission, ending: sandbox.Ending, seed: int) -> Run:
    """What a run was, as measured and as the frames claim."""
    status = claims.mapping(claims.parse(ending.frames.get(("status", 0))))
    common: dict[str, Any] = {
        "submission": submission.sha256,
        "seconds": ending.seconds,
        "peak_memory": ending.peak_memory,
        "isolation": ending.isolation,
        "memory_limit": ending.memory_limit,
        "seed": seed,
    }
    if ending.ended == "sandbox-error" or ("status", 0) not in ending.frames:
        # The first status is sent before the student's first cell: without one the fault is ours. That it is there
        # is enough: who forges one that cannot be read has begun to run.
        detail = ending.detail or ending.stderr.decode("utf-8", "replace")[-600:] or f"the run ended in {ending.ended}"
        why = message("runs.sandbox_failed")
        return Run(ended="sandbox-error", detail=detail, problem=why, **common)
    told = claims.mapping(status.get("environment"))
    return Run(
        ended=_ended(ending, status),
        failed=_failed(claims.parse(ending.frames.get(("cells", 0))), status, ending),
        frames=ending.frames,
        environment={key[:40]: claims.word(value, 100) for key, value in list(told.items())[:20]},
        detail=ending.detail,
        problem=message("runs.broken_off") if ending.ended == "exit" else None,
        **common,
    )


def _ended(ending: sandbox.Ending, status: Mapping[str, Any]) -> Ended:
    """What was measured; the sandbox's claim refines only an end in peace."""
    if ending.ended != "ok":
        return ending.ended
    claim = status.get("ended")
    return cast(Ended, claim) if claim in CLAIMED else "exit"


def _failed(cells: Any, status: Mapping[str, Any], ending: sandbox.Ending) -> tuple[FailedCell, ...]:
    failed = []
    for item in claims.items(cells, FAILED_CAP * 25):
        claim = claims.mapping(item)
        kind = KINDS.get(claims.word(claim.get("status"), 20))
        position = claims.whole(claim.get("cell"), least=1, most=1_000_000)
        if kind is None or position is None:
            continue
        error = claims.word(claim.get("error"), 200)
        failed.append(
            FailedCell(
                cell=position,
                kind="syntax" if kind == "error" and error in SYNTAX else kind,
                error=error,
                text=claims.word(claim.get("text")),
                line=claims.word(claim.get("line"), 300),
            )
        )
    running = claims.whole(status.get("running"), least=1, most=1_000_000)
    if ending.ended != "ok" and running is not None:  # we ended it, or it ended itself, in the middle of a cell
        failed.append(FailedCell(cell=running, kind="timeout" if ending.ended == "timeout" else "died"))
    return tuple(failed[:FAILED_CAP])
