"""What a run says of itself: known sentences with the values that they need, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from grader.child.runner import run
from grader.evidence.reading import NOTICES, read
from grader.records import LANGUAGES, Message, Rubric, Run, RunSpec
from grader.texts import render

RUBRIC = Rubric(exercise="a", title={}, data="mnist", test="hidden", run=RunSpec(), criteria=())
WORDS = {"rows": 7, "epochs": 1}


def said(*notices: Any) -> tuple[Message, ...]:
    status = json.dumps({"notices": notices}).encode()
    return read(Run(submission="", ended="ok", frames={("status", 0): status}), RUBRIC)[0].notices


@pytest.mark.parametrize("key", NOTICES)
def test_every_notice_of_a_run_can_be_read_out(key: str) -> None:
    values = {name: WORDS.get(name, "x" * 400) for name in NOTICES[key]}
    (notice,) = said({"key": key, "values": values})
    assert notice.key == key
    assert all(len(value) == 300 for value in notice.values.values() if isinstance(value, str))
    assert all(render(notice, language) for language in LANGUAGES)


def test_the_programs_inside_have_no_other_notices() -> None:
    folder = Path(run.__file__).parents[1]
    written = {key for path in folder.rglob("*.py") for key in re.findall(r'"(runs\.\w+)"', path.read_text("utf-8"))}
    assert written == set(NOTICES)


@pytest.mark.parametrize(
    "notice",
    [
        None, 3, [], {}, {"key": "runs.quick"}, {"key": "runs.quick", "values": {"rows": "many", "epochs": 1}},
        {"key": "runs.quick", "values": {"rows": 1}}, {"key": "runs.quick", "values": {"rows": -1, "epochs": 10**400}},
        {"key": "runs.quick", "values": {"rows": None, "epochs": 1.5}}, {"key": "runs.input_answered", "values": {}},
        {"key": "runs.input_answered", "values": {"prompt": 3}}, {"key": "runs.output_cut", "values": {"more": 1}},
        {"key": "runs.sandbox_failed", "values": {}}, {"key": "scoring.not_finite", "values": {}}, {"key": ["runs"]},
        {"key": "runs.install_skipped", "values": {"line": {"key": "runs.sandbox_failed", "values": {}}}},
    ],
)  # fmt: skip
def test_whatever_else_a_run_says_is_dropped(notice: Any) -> None:
    assert said(notice) == ()
