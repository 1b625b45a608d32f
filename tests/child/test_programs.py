"""What a program imports inside a sandbox is mounted there: a module left out would be missing only where it runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import grader
from grader import sandbox
from grader.evidence import execute

PACKAGE = Path(grader.__file__).resolve().parent
# The kernel is told by a text to import the recorder, so no import of the runner leads there.
RUN = ("runner/run", "recorder/install")
STARTS = {
    "runner.run": RUN,
    "worker.series": ("worker/series", *RUN),
    "worker.warm": ("worker/warm", *RUN, "predict"),
    "predict": ("predict",),
}


def imported(name: str) -> set[str]:
    """Modules of this package that a program imports, itself among them, as paths in the package."""
    found: set[str] = set()
    waiting = [f"child/{name}.py"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "grader":
                parts = (node.module or "").split(".")[1:]
                inner = ["/".join([*parts, alias.name]) + ".py" for alias in node.names]
                waiting += [one for one in ["/".join(parts) + ".py", *inner] if (PACKAGE / one).is_file()]
    return found


@pytest.mark.parametrize(
    ("program", "further"),
    [("runner.run", (execute.RECORDER,)), ("worker.series", ()), ("worker.warm", ()), ("predict", ())],
)
def test_what_a_program_imports_is_mounted(program: str, further: tuple[str, ...]) -> None:
    wanted = set().union(*(imported(name) for name in STARTS[program]))
    mounted = set(sandbox.python_command(program, further=further).child)
    assert wanted == mounted
