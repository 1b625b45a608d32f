"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine's load, nothing of the code.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder or file of the real MNIST set; skips visibly when GRADER_DATA does not name one."""
    named = os.environ.get("GRADER_DATA")
    if not named:
        pytest.skip("the real MNIST set is not here: set GRADER_DATA to its folder")
    return Path(named)
