"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine's load, nothing of the code.
settings.register_profile(
    "no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)  # fmt: skip
settings.load_profile("no clock")


# What takes minutes, the longest first: begun last, it would keep everybody waiting.
LONG = (
    "test_demo", "test_keras_file_keras", "test_class_on_real_data", "test_data_bands", "test_fidelity_of_notebooks",
    "test_grade_end_to_end", "test_isolation", "test_keras_file_limits", "test_scaffold", "test_fidelity",
    "test_04_forged_results", "test_03_looking_around", "test_killed", "test_07_carried_data", "test_20_never_ending",
    "test_13_weights", "test_06_empty_predictions",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first; the order of all others stays."""
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder or file of the real MNIST set; skips visibly when GRADER_DATA does not name one."""
    named = os.environ.get("GRADER_DATA")
    if not named:
        pytest.skip("the real MNIST set is not here: set GRADER_DATA to its folder")
    return Path(named)
