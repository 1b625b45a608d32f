"""Submission -> Run: the hand-in in sandbox 1, and what came out, cleaned of nothing but impossible types."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from grader import sandbox
from grader.evidence.preparing.config import Inputs, run_config
from grader.evidence.preparing.notebook import Program, program
from grader.records import WALL_FACTOR, Ended, FailedCell, Message, Run, RunSpec, Submission, message
from grader.untrusted import claims

KINDS: Mapping[str, Literal["error", "timeout", "died", "syntax"]] = {
    "error": "error",
    "timeout": "timeout",
    "died": "died",
}
SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
CLAIMED = ("ok", "error", "timeout", "exit")
FAILED_CAP = 200
# Where a library lies on this machine, which Python adds to what it says of an import.
LIBRARY_FILE = re.compile(r" \(/[^()\n]{1,300}?/site-packages/[^()\n]{1,300}\)")
WAITED = "runs.waited"  # a notice: a limit was met by the wall clock
STARVED_SHARE = 0.5  # of the wall clock that meets a limit: if the run starved for so long, the fault is ours
RECORDER = "grader.child.recorder.install"  # imported by the kernel, which is told so by a text


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
    told, files = run_config(
        submission, found, spec, inputs, seed=seed, deterministic=deterministic, wall_factor=wall_factor()
    )
    named = {f"/in/files/{name}": content for name, content in files.items()}
    command = sandbox.python_command(
        "runner.run",
        further=(RECORDER,),
        inputs={**named, "/in/config.json": json.dumps(told).encode()},
        binds=binds(inputs),
        late=inputs.late,
        loopback=True,
    )
    return run_of(submission, sandbox.run(command, spec.limits, slot=slot), seed, spec)


def wall_factor() -> float:
    """How many seconds of the wall clock count as one of a limit."""
    return WALL_FACTOR if sandbox.counts_cpu() else 1


def binds(inputs: Inputs) -> Mapping[str, str]:
    """The data file, by its place inside."""
    return {} if inputs.data_file is None else {str(inputs.data_file): f"/in/data/{inputs.data_name}.npz"}


def run_of(submission: Submission, ending: sandbox.Ending, seed: int, spec: RunSpec) -> Run:
    """What a run was, as measured and as the frames claim."""
    status = claims.mapping(claims.parse(ending.frames.get(("status", 0))))
    common: dict[str, Any] = {
        "submission": submission.sha256,
        "seconds": ending.seconds,
        "cpu_seconds": ending.cpu_seconds,
        "cpu_share": ending.cpu_share,
        "clock": ending.clock,
        "peak_memory": ending.peak_memory,
        "isolation": ending.isolation,
        "memory_limit": ending.memory_limit,
        "seed": seed,
    }
    never_came_to_life = ending.ended == "sandbox-error" and not ending.reason
    if never_came_to_life or ("status", 0) not in ending.frames:
        # The first status is sent before the student's first cell: without one the fault is ours. That it is there
        # is enough: who forges one that cannot be read has begun to run.
        detail = ending.detail or ending.stderr.decode("utf-8", "replace")[-600:] or f"the run ended in {ending.ended}"
        why = message("runs.sandbox_failed")
        return Run(ended="sandbox-error", detail=detail, problem=why, **common)
    if ending.reason == sandbox.MACHINE_BUSY or _starved_at_a_limit(ending, status, spec):
        return Run(ended="sandbox-error", detail=ending.detail, problem=message("runs.machine_busy"), **common)
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


def _starved_at_a_limit(ending: sandbox.Ending, status: Mapping[str, Any], spec: RunSpec) -> bool:
    """Whether a cell or a training ran out of time because this machine had none for it.

    That the wall clock met a limit is the sandbox's claim; that the run starved meanwhile is measured.
    """
    told = [claims.mapping(notice).get("key") for notice in claims.items(status.get("notices"), 50)]
    shortest = min(spec.limits.cell_s, spec.max_fit_s or spec.limits.cell_s)
    return WAITED in told and ending.starved_seconds >= STARVED_SHARE * WALL_FACTOR * shortest


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
                text=LIBRARY_FILE.sub("", claims.word(claim.get("text"))),
                line=claims.word(claim.get("line"), 300),
                at=claims.whole(claim.get("at"), least=1, most=10_000_000),
            )
        )
    running = claims.whole(status.get("running"), least=1, most=1_000_000)
    if ending.ended != "ok" and running is not None:  # we ended it, or it ended itself, in the middle of a cell
        failed.append(FailedCell(cell=running, kind="timeout" if ending.ended == "timeout" else "died"))
    return tuple(failed[:FAILED_CAP])
