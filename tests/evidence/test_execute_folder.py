"""A notebook runs in its own folder, wherever that lies in the submission: in real sandboxes, warm and cold."""

from __future__ import annotations

import hashlib
from textwrap import dedent

import pytest

from grader.evidence import carried, execute
from grader.evidence.events import events
from grader.records import Facts, Limits, Run, RunSpec, Submission
from grader.sandbox import warm
from tests.support.notebooks import notebook
from tests.support.runs import told

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

BESIDE = {
    "entrega/utils.py": b"WHO = 'utils'\n",
    "entrega/mylib/red.py": b"from utils import WHO\nNAME = 'red of ' + WHO\n",
    "entrega/datos/a.csv": b"1,2\n",
    "entrega/modelo.keras": b"\0" * 30_000,
    "otro.txt": b"otro",
}
CELLS = (
    """
    import os, sys
    print(os.getcwd(), sys.path[0], sys.argv)
    """,
    """
    import utils
    from mylib import red
    print(red.NAME, open("datos/a.csv").read().strip(), open("../otro.txt").read())
    """,
    """
    import keras
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save("modelo.keras")
    os.chdir("..")
    keras.models.load_model("entrega/modelo.keras")
    model.save("raiz.keras")
    model.save("/tmp/fuera.keras")
    """,
)


def run(entry: str, content: bytes) -> tuple[Submission, Run]:
    submitted = Submission(
        student="ana",
        exercise="a",
        files={**BESIDE, entry: content},
        entry=entry,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    spec = RunSpec(limits=Limits(time_s=150, cell_s=100))
    return submitted, execute.execute(submitted, spec, inputs=execute.Inputs())


def printed(ran: Run) -> list[str]:
    assert ran.ended == "ok", (ran.failed, ran.detail)
    return [cell["output"].strip() for cell in told(ran, "cells")]


@pytest.mark.parametrize("start", ["warm", "cold"])
def test_a_notebook_finds_what_lies_beside_it(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if start == "cold":
        monkeypatch.setenv(warm.ENABLED, "0")
    submitted, ran = run("entrega/cuaderno.ipynb", notebook(*CELLS))
    assert printed(ran)[:2] == [
        "/tmp/work/entrega /tmp/work/entrega ['cuaderno.ipynb']",
        "red of utils 1,2 otro",
    ]
    assert start == "warm" or not ran.isolation.endswith(", warm")
    assert [(event.kind, event.path) for event in events(ran)] == [
        ("save", "entrega/modelo.keras"),
        ("load", "entrega/modelo.keras"),
        ("save", "raiz.keras"),
        ("save", "/tmp/fuera.keras"),
    ]
    found = carried.with_carried(Facts(ended="ok", events=events(ran)), submitted)
    assert [notice.key for notice in found.notices] == ["scoring.carried_rewritten"]  # by the name of that very file


def test_a_module_knows_its_own_file() -> None:
    source = """
        import os, sys
        import utils
        here = os.path.dirname(os.path.abspath(__file__))
        print(os.getcwd() == here == os.path.dirname(os.path.abspath(sys.argv[0])) == sys.path[0])
        print(__file__, os.listdir(os.path.join(here, "datos")))
    """
    _, ran = run("entrega/main.py", dedent(source).encode())
    assert "\n".join(filter(None, printed(ran))) == "True\n/tmp/work/entrega/main.py ['a.csv']"
