"""Submission and Run -> Transcript: what was handed in, cell by cell, beside what our run says of each cell.

The parts of a module stand together as their author wrote them: in blocks, with an empty line between two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal, cast, get_args

from grader import sandbox
from grader.evidence.preparing import modules, notebook
from grader.records import CellRun, CellStatus, NotebookCell, Run, RunOutput, Submission, Transcript
from grader.store import Damaged, code_hash
from grader.untrusted import claims

OUTPUTS_CAP = 5 << 20  # bytes of all outputs of a run
CELL_OUTPUTS_CAP = 1_000
SKIPPED = CellRun(status="skipped")
LINES_CAP = 250  # at the start of a traceback, and at its end


def transcript(submission: Submission, run: Run) -> Transcript | None:
    """None when nothing was handed in that can be read as a notebook or a module. Never raises."""
    entry = submission.entry
    cells = () if entry is None else notebook.every_cell(entry, submission.files[entry])
    if entry is None or not cells:
        return None
    found = Transcript(
        student=submission.student,
        name=PurePosixPath(entry).name,
        module=notebook.is_module(entry, submission.files[entry]),
        cells=cells,
        ended=run.ended,
        unsafe=run.isolation == sandbox.UNSAFE,
        ran=_ran(run),
        gave=_gave(run),
    )
    return _in_blocks(found) if found.module else found


def _in_blocks(whole: Transcript) -> Transcript:
    """``whole`` with the parts of a module that belong together as one; a part that failed ends its block."""
    blocks: list[list[NotebookCell]] = []
    for cell in whole.cells:
        before = blocks[-1][-1] if blocks else None
        if before is not None and _goes_on(cell, before, whole.ran):
            blocks[-1].append(cell)
        else:
            blocks.append([cell])
    ran, gave = dict(whole.ran), dict(whole.gave)
    for block in blocks:
        if len(block) > 1:
            last = block[-1].number
            ran[last] = _together([ran.get(cell.number, SKIPPED) for cell in block])
            gave[last] = tuple(output for cell in block for output in gave.get(cell.number, ()))
    return replace(whole, cells=tuple(map(_joined, blocks)), ran=ran, gave=gave)


def _goes_on(cell: NotebookCell, before: NotebookCell, ran: Mapping[int, CellRun]) -> bool:
    """Whether a part stands in one block with the one before: nothing parts them, and they ended alike."""
    first = cell.source.partition("\n")[0]
    if not first.strip() or modules.MARK.fullmatch(first) or not cell.kind == before.kind == "code":
        return False
    ended, ended_before = (ran.get(one.number, SKIPPED).status for one in (cell, before))
    return ended_before in ("ok", "skipped") and (ended == "skipped") == (ended_before == "skipped")


def _joined(block: Sequence[NotebookCell]) -> NotebookCell:
    """The parts of a block as one, under the number of its last one, without empty lines around it."""
    text = "\n".join(cell.source for cell in block)
    first = len(text) - len(text.lstrip("\n"))
    line = block[0].line if block[0].kind != "code" or block[0].line is None else block[0].line + first
    numbers = tuple(cell.number for cell in block[:-1])
    return replace(block[-1], cell=block[0].cell, source=text.strip("\n"), line=line, further=numbers)


def _together(parts: Sequence[CellRun]) -> CellRun:
    """What the parts of a block did: they end as the last one, and print one after the other."""
    output = "".join(part.output for part in parts)
    cut = len(output) > claims.TEXT_CAP or any(part.cut for part in parts)
    seconds = sum(part.seconds for part in parts)
    return replace(parts[-1], seconds=seconds, output=output[: claims.TEXT_CAP], cut=cut)


def key(submission: Submission, run: Run) -> str:
    """What a transcript and every page of it depend on, as a hash: hand-in, run, and this very program."""
    digest = hashlib.sha256(_program().encode())
    told = (submission.student, submission.sha256, run.ended, run.failed, run.isolation)
    digest.update(repr(told).encode("utf-8", "surrogatepass"))
    digest.update(run.frames.get(("cells", 0), b""))
    digest.update(repr([key for key in sorted(run.frames) if key[0] == "outputs"]).encode())
    return digest.hexdigest()[:32]


@cache
def _program() -> str:
    """Hash of the whole package: a page must never be older than the program that would write it."""
    return code_hash.sha256_of_package()


def _gave(run: Run) -> Mapping[int, tuple[RunOutput, ...]]:
    """By number: the outputs of each cell, as claimed; no more than an executed notebook could hold."""
    gave: dict[int, tuple[RunOutput, ...]] = {}
    room = OUTPUTS_CAP
    for kind, frame_number in sorted(run.frames):
        if kind != "outputs":
            continue
        try:
            frame = run.frames[kind, frame_number]
        except Damaged:  # on the disk; nothing that counts is lost
            continue
        room -= len(frame)
        if room < 0:
            break
        claim = claims.mapping(claims.parse(frame))
        number = claims.whole(claim.get("cell"), least=1, most=notebook.CELLS_CAP)
        if number is not None:
            items = claims.items(claim.get("outputs"), CELL_OUTPUTS_CAP)
            outputs = [output for item in items if (output := _output(claims.mapping(item))) is not None]
            gave[number] = (*outputs, *([RunOutput(kind="cut")] if claims.whole(claim.get("left_out")) else []))
    return gave


def _output(claim: Mapping[str, Any]) -> RunOutput | None:
    """What may stand in an executed notebook; None for everything else."""
    kind = claims.word(claim.get("output_type"), 40)
    if kind == "stream":
        name: Literal["stdout", "stderr"] = "stderr" if claim.get("name") == "stderr" else "stdout"
        return RunOutput(kind=name, text=claims.word(claim.get("text"), OUTPUTS_CAP))
    if kind == "error":
        lines = [line for line in claims.items(claim.get("traceback"), 100 * LINES_CAP) if isinstance(line, str)]
        lines = lines[:LINES_CAP] + lines[LINES_CAP:][-LINES_CAP:]
        error, said = claims.word(claim.get("ename"), 200), claims.word(claim.get("evalue"))
        return RunOutput(kind="error", text="\n".join(lines), error=error, message=said)
    data = claims.mapping(claim.get("data"))
    text = claims.word(data.get("text/plain"), OUTPUTS_CAP)
    picture = claims.word(data.get("image/png"), OUTPUTS_CAP)
    return RunOutput(kind="shown", text=text, picture=picture) if text or picture else None


def _ran(run: Run) -> Mapping[int, CellRun]:
    """By number: each cell's claim; what was measured outside of a cell's end goes before it."""
    ran = {}
    for item in claims.items(claims.parse(run.frames.get(("cells", 0))), notebook.CELLS_CAP):
        claim = claims.mapping(item)
        number = claims.whole(claim.get("cell"), least=1, most=notebook.CELLS_CAP)
        status = claim.get("status")
        if number is not None and isinstance(status, str) and status in get_args(CellStatus):
            output = claims.word(claim.get("output"))
            ran[number] = CellRun(
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
