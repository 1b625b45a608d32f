"""An import that fails costs itself: the rest of its cell runs, and the cell still ends with that error."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence import execute
from grader.records import Limits, RunSpec
from grader.sandbox import warm
from tests.support.runs import handed_in, told

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

CELLS = (
    "import no_hay\nimport os\nfrom keras.utils.vis_utils import plot_model\nprint('goes on'); value = 7",
    "print(value)\nplot_model(value)\nprint('never')",
    "import os\nfrom otra import cosa",
    "def f():\n    import tampoco\nf()\nprint('never')",
    "import no_hay\nraise KeyError('later')",
    "try:\n    import no_hay\nexcept ImportError:\n    print('guarded')\nimport os",
    "from __future__ import annotations\nprint('future')",
    "print('end')\nexit()  # nothing stands below",
)
WANTED = [
    (1, "ModuleNotFoundError", "import no_hay", 1),
    (2, "NameError", "plot_model(value)", 2),
    (3, "ModuleNotFoundError", "from otra import cosa", 2),
    (4, "ModuleNotFoundError", "import tampoco", 2),
    (5, "ModuleNotFoundError", "import no_hay", 1),
]


@pytest.mark.parametrize("is_warm", [True, False])
def test_what_stands_below_an_import_that_fails_runs(monkeypatch: pytest.MonkeyPatch, is_warm: bool) -> None:
    if not is_warm:
        monkeypatch.setenv(warm.ENABLED, "0")
    spec = RunSpec(limits=Limits(time_s=150, cell_s=100))
    ran = execute.execute(handed_in(*CELLS), spec, inputs=execute.Inputs())
    reports: list[dict[str, Any]] = told(ran, "cells")
    failed = [report for report in reports if report["status"] != "ok"]
    assert [(one["cell"], one["error"], one["line"], one["at"]) for one in failed] == WANTED
    printed = [report["output"] for report in reports]
    assert "goes on" in printed[0]
    assert printed[1].startswith("7")
    assert "guarded" in printed[5]
    assert "future" in printed[6]
    assert printed[7].startswith("end")
    assert "never" not in "".join(printed)
