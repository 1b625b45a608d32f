"""Five minutes of new inputs for all that meets a stranger's bytes: no fault, nothing slow, never over 300 MB."""

from __future__ import annotations

import os
import secrets

import pytest
from fuzz_loop import MEMORY_MB
from fuzz_targets import TARGETS
from run import campaign

SECONDS = 120.0  # `make fuzz` takes five minutes, and more if asked
LEAST_INPUTS = 50  # of each target, also on a busy machine: fewer would try nothing


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.whole_machine  # a target per core; with -s, which that mark brings, it prints a line for each
def test_new_inputs_bring_no_fault_to_light() -> None:
    seed = secrets.randbelow(2**31)
    outcomes = list(campaign(list(TARGETS), SECONDS, seed, jobs=os.cpu_count() or 1))
    print(f"\nseed {seed}", *outcomes, sep="\n")
    assert {outcome.target: outcome.findings for outcome in outcomes if outcome.findings} == {}
    assert [outcome.target for outcome in outcomes if outcome.inputs < LEAST_INPUTS] == []
    assert max(outcome.peak_mb for outcome in outcomes) < MEMORY_MB
    assert [outcome.target for outcome in outcomes] == list(TARGETS)
