"""What the reference's functions give for the hidden arguments: the expected outputs of the check ``call``.

Obtained once per batch and before anything of the class runs: the reference notebook runs in a sandbox of its own,
then its functions, and the wrong ones of the rubric's misconceptions, are called as a student's are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from grader.errors import CourseError
from grader.evidence import calls
from grader.grading import gather
from grader.grading.gathering import Gathering
from grader.records import CallFacts, Rubric, Run, Submission

MENDING = "the reference notebook must define it, in a cell with the tag `teacher` when it is a wrong one"


def submission(rubric: Rubric, reference: bytes) -> Submission:
    """A reference notebook as something that can be run."""
    name = "solution.ipynb"
    sha256 = hashlib.sha256(reference).hexdigest()
    return Submission(student="", exercise=rubric.exercise, files={name: reference}, entry=name, sha256=sha256)


def obtain(task: Gathering) -> tuple[Mapping[str, tuple[CallFacts, ...]], int]:
    """The calls of ``task.reference`` by function, and how many executions that took; nothing without ``calls``.

    Raises CourseError that names the function and the case when the reference does not give every output.
    """
    cases = calls.cases_of_reference(task.rubric)
    if not cases:
        return {}, 0
    where = f"reference/{task.rubric.exercise}"
    if task.reference is None:
        raise CourseError(f"{where}: `calls` needs a reference solution whose functions give the expected outputs")
    own = Gathering(
        submission=task.reference,
        rubric=task.rubric,
        data=task.data,
        evidence=task.evidence,
        slot=task.slot,
        since=task.since,
        secret=task.secret,
    )
    run, executions = gather.execution(own, cases=cases)
    found = calls.read(run.frames, cases)
    for function, several in cases.items():
        given = {one.case: one for one in found.get(function, ())}
        for number in range(len(several)):
            fault = _fault(given.get(number), run, right=function in task.rubric.calls)
            if fault:
                raise CourseError(f"{where}: {function}(), case {number + 1} of `calls`: {fault}")
    return found, executions


def _fault(call: CallFacts | None, run: Run, *, right: bool) -> str:
    """Why a call of the reference is of no use; "" when it is. A wrong function may change its arguments."""
    if call is None:
        failed = f", code cell {run.failed[0].cell}: {run.failed[0].error}" if run.failed else ""
        return f"it was never called; the reference ended in {run.ended}{failed} {run.detail}".rstrip()
    if call.outcome == "ok":
        name = call.names[0] if call.names else "".join(str(place + 1) for place in call.changed[:1])
        return f"it changes its argument {name}; work on a copy" if call.changed and right else ""
    told = {
        "missing": f"there is no such function; {MENDING}",
        "no_array": f"it gives a {call.error}; an array of numbers is needed",
        "error": f"it ends in {call.error}",
    }
    return told.get(call.outcome, f"it does not come back ({call.outcome})")
