"""A whole course of one small exercise, written for tests of ``grader validate``: no training, seconds to run."""

from __future__ import annotations

import json
from pathlib import Path

RUBRIC = """\
exercise: tiny
title: {es: "Mínimo", en: "Tiny"}
data: digits
test: hidden
run: {time: 2m, cell: 1m, memory: 3GB}
exports: [table]
calls: {twice: [[{random: [2, 3], dtype: int64}], [{random: [4], dtype: float64}]]}
untouched: [given]
criteria:
  - {id: runs, points: 1, check: runs_to_the_end, title: {es: "Corre", en: "Runs"}}
  - {id: given, points: 1, check: number, answer: given, equals: 3, title: {es: "Dado", en: "Given"}}
  - {id: seven, points: 1, check: number, answer: seven, expected: seven, title: {es: "Siete", en: "Seven"}}
  - {id: table, points: 1, check: array, name: table, expected: table, title: {es: "Tabla", en: "Table"}}
  - {id: twice, points: 2, check: call, function: twice, title: {es: "Doble", en: "Twice"}}
  - {id: why, points: 1, check: choice, answer: why, correct: b, title: {es: "Por qué", en: "Why"}}
  - {id: essay, points: 1, check: manual, title: {es: "Ensayo", en: "Essay"}}
mutants:
  wrong-answer:given: [given]
  off-by-one:seven: [seven]
  short-table: {replace: {"range(4)": "range(3)"}, costs: [table]}
  returns-input:twice: [twice]
  raises:twice: [twice]
  missing-function:twice: [twice]
  wrong-choice:why: [why]
  crash-at-the-end: [runs]
"""
CELLS = (
    "import numpy as np\nanswers = {'given': 3}",
    "### BEGIN SOLUTION\ntable = np.array([n * n for n in range(4)])\n### HANDOUT table = None\n### END SOLUTION",
    "def twice(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### TODO[es] Escribe twice\n"
    "    ### TODO[en] Write twice\n    ### END SOLUTION",
    "print(twice(1))",
    '### BEGIN SOLUTION\nanswers["seven"] = 3 + 4\nanswers["why"] = "b"\n### HANDOUT answers["seven"] = None\n'
    '### HANDOUT answers["why"] = None\n### END SOLUTION',
)
EXPECTED = {"seven": 7, "table": [0, 1, 4, 9]}


def write(root: Path, *, old: str = "", new: str = "") -> Path:
    """The course in ``root``, with one piece of its rubric written otherwise."""
    assert RUBRIC.count(old) >= 1
    for name in ("rubrics", "exercises", "reference/tiny"):
        (root / name).mkdir(parents=True)
    (root / "rubrics" / "tiny.yaml").write_text(RUBRIC.replace(old, new, 1) if old else RUBRIC, "utf-8")
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(CELLS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "reference" / "tiny" / "solution.ipynb").write_text(json.dumps(notebook), "utf-8")
    (root / "reference" / "tiny" / "expected.json").write_text(json.dumps(EXPECTED), "utf-8")
    return root
