"""Submission and Run -> Transcript: what was handed in, cell by cell, beside what our run says of each cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath
from typing import cast, get_args

from grader import sandbox
from grader.evidence.preparing import notebook
from grader.records import CellRun, CellStatus, Run, Submission, Transcript
from grader.store import code_hash
from grader.untrusted import claims


def transcript(submission: Submission, run: Run) -> Transcript | None:
    """None when nothing was handed in that can be read as a notebook or a module. Never raises."""
    entry = submission.entry
    cells = () if entry is None else notebook.every_cell(entry, submission.files[entry])
    if entry is None or not cells:
        return None
    return Transcript(
        student=submission.student,
        name=PurePosixPath(entry).name,
        module=entry.lower().endswith(".py"),
        cells=cells,
        ended=run.ended,
        unsafe=run.isolation == sandbox.UNSAFE,
        ran=_ran(run),
    )


def key(submission: Submission, run: Run) -> str:
    """What a transcript and every page of it depend on, as a hash: hand-in, run, and this very program."""
    digest = hashlib.sha256(_program().encode())
    told = (submission.student, submission.sha256, run.ended, run.failed, run.isolation)
    digest.update(repr(told).encode("utf-8", "surrogatepass"))
    digest.update(run.frames.get(("cells", 0), b""))
    return digest.hexdigest()[:32]


@cache
def _program() -> str:
    """Hash of the whole package: a page must never be older than the program that would write it."""
    return code_hash.sha256_of_package()


def _ran(run: Run) -> Mapping[int, CellRun]:
    """By position: each cell's claim; what was measured outside of a cell's end goes before it."""
    ran = {}
    for item in claims.items(claims.parse(run.frames.get(("cells", 0))), notebook.CELLS_CAP):
        claim = claims.mapping(item)
        position = claims.whole(claim.get("cell"), least=1, most=notebook.CELLS_CAP)
        status = claim.get("status")
        if position is not None and isinstance(status, str) and status in get_args(CellStatus):
            output = claims.word(claim.get("output"))
            ran[position] = CellRun(
                status=cast(CellStatus, status),
                seconds=claims.real(claim.get("seconds")) or 0.0,
                error=claims.word(claim.get("error"), 200),
                text=claims.word(claim.get("text")),
                line=claims.word(claim.get("line"), 300),
                output=output,
                cut=len(output) >= claims.TEXT_CAP,  # the runner keeps no more than that either
            )
    for failed in run.failed:
        known = ran.get(failed.cell, CellRun(status=failed.kind))
        ran[failed.cell] = replace(known, status=failed.kind)
    return ran
