"""What ``grader doctor`` finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli import doctor
from grader.grading.gather import Gathered
from grader.records import Facts, Run, message


def test_a_sandbox_that_failed_is_a_lack_with_its_reason() -> None:
    run = Run(submission="trial", ended="sandbox-error", detail="bwrap: no permission")
    facts = Facts(ended="sandbox-error", problem=message("runs.sandbox_failed"))
    first, second = doctor.judge(Gathered(facts=facts, measured={}, run=run))
    assert not first.good
    assert "sandbox 1 (student code) ended in sandbox-error" in first.what
    assert first.cures == ("bwrap: no permission",)
    assert not second.good
    assert second.cures == ("sandbox 1 gave no model",)


@pytest.mark.sandbox
@pytest.mark.keras
def test_a_real_trial_of_both_sandboxes_and_missing_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(tmp_path) == 2
    said = capsys.readouterr().out
    assert "ok    sandbox 1 (student code): bubblewrap" in said
    assert "ok    sandbox 2 (predictions): a model was read, repacked and measured" in said
    assert "LACK  data: the data set 'mnist' was not found" in said
    assert "grader data fetch mnist" in said
    assert "Mend what is marked LACK" in said


@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.real_data
def test_with_everything_here_the_doctor_is_content(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(real_data) == 0
    said = capsys.readouterr().out
    assert "LACK" not in said
    assert "Everything that grading needs is here." in said
