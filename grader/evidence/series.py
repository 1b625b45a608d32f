"""Several notebooks of the course itself in one sandbox, one after the other: quick, because Keras is imported once.

For the mutants of a reference only. A run that does not come out whole is not there, and is made in a sandbox of its
own by whoever asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader import sandbox
from grader.evidence import execute
from grader.evidence.preparing.config import Inputs, run_config
from grader.evidence.preparing.notebook import program
from grader.records import Limits, Message, Run, RunSpec, Submission
from grader.untrusted import claims, frames

START_S = 60.0
OUTPUT_MB = 1500  # of all runs together


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One notebook, the limits under which it runs, and what is wanted out of it."""

    submission: Submission
    spec: RunSpec
    inputs: Inputs


def series(members: Sequence[Member], *, slot: int = 0) -> list[Run | None]:
    """The runs of notebooks that get the same data and late inputs; None where one must be made by itself."""
    inputs = members[0].inputs
    if any((one.inputs.data_file, one.inputs.late) != (inputs.data_file, inputs.late) for one in members):
        raise ValueError("the members of a series get the same data")
    files: dict[str, bytes] = {"/in/series.json": json.dumps({"runs": len(members)}).encode()}
    if inputs.late is not None:
        files["/in/late"] = inputs.late
    for number, member in enumerate(members):
        files |= _files(number, member)
    command = sandbox.python_command("worker.series", inputs=files, binds=execute.binds(inputs), loopback=True)
    ending = sandbox.run(command, _limits([member.spec.limits for member in members]), slot=slot)
    return [_run(member, ending, number) for number, member in enumerate(members)]


def _files(number: int, member: Member) -> Mapping[str, bytes]:
    submission = member.submission
    assert submission.entry is not None
    found = program(submission.entry, submission.files[submission.entry])
    assert not isinstance(found, Message), "a mutant is a notebook"
    told, files = run_config(
        submission,
        found,
        member.spec,
        member.inputs,
        seed=0,
        deterministic=True,
        wall_factor=execute.wall_factor(),
    )
    named = {f"/in/{number}/files/{name}": content for name, content in files.items()}
    return {**named, f"/in/{number}/config.json": json.dumps(told).encode()}


def _limits(each: Sequence[Limits]) -> Limits:
    time = START_S + sum(limits.time_s for limits in each)
    return replace(each[0], time_s=time, output_mb=min(OUTPUT_MB, sum(limits.output_mb for limits in each)))


def _run(member: Member, ending: sandbox.Ending, number: int) -> Run | None:
    sent = ending.frames.get(("run", number))
    if sent is None:
        return None
    reader = frames.Reader(member.spec.limits.output_mb << 20)
    try:
        reader.feed(sent)
        reader.close()
    except frames.BadFrame:
        return None
    status = claims.mapping(claims.parse(reader.frames.get(("status", 0))))
    if not status.get("environment"):
        return None
    seconds = claims.real(status.get("seconds")) or 0.0
    ended = replace(ending, ended="ok", frames=dict(reader.frames), seconds=seconds, detail="")
    run = execute.run_of(member.submission, ended, 0, member.spec)
    unsure = any("determinis" in failed.text.lower() for failed in run.failed)
    return None if unsure else run
