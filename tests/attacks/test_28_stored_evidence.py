"""Evidence that lies in the output folder: ``--fresh`` uses none of it, whatever its files say of their age."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from grader import store
from tests.attacks import course
from tests.attacks.grading import Batch, grade, lasting

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

LATER = 10 * 365 * 86_400  # seconds from now
FORGED = 4_242.0  # CPU seconds that no run took


def _graded(root: Path, where: Path, *more: str) -> Batch:
    ended = grade(where, "light", root / "hand-ins", root / "out", *more)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return Batch(exercise="light", out=root / "out", said=ended.stdout + ended.stderr, code=0, attacks=())


def test_evidence_with_a_time_in_the_future_is_not_taken_for_fresh(tmp_path: Path) -> None:
    where = course.write(tmp_path / "course")
    (tmp_path / "hand-ins").mkdir()
    (tmp_path / "hand-ins" / "ana.ipynb").write_bytes(course.honest("light", 1))
    first = _graded(tmp_path, where).card("ana")
    (folder,) = (tmp_path / "out" / "evidence" / "runs").iterdir()
    stored = folder / "run.json"
    run = store.load_run(folder)
    assert run is not None
    told = stored.read_text("utf-8")
    stored.write_text(told.replace(f'"cpu_seconds": {run.cpu_seconds!r}', f'"cpu_seconds": {FORGED!r}'), "utf-8")
    assert stored.read_text("utf-8") != told
    for path in (stored, folder):
        os.utime(path, (time.time() + LATER, time.time() + LATER))

    again, fresh = _graded(tmp_path, where).card("ana"), _graded(tmp_path, where, "--fresh").card("ana")

    assert again["provenance"]["cpu_seconds"] == FORGED  # without --fresh it is used: the folder is the teacher's
    assert 0 < fresh["provenance"]["cpu_seconds"] < FORGED
    assert lasting(fresh) == lasting(first)
