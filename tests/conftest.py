"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine's load, nothing of the code.
settings.register_profile(
    "no clock",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)
settings.load_profile("no clock")


# What takes minutes, the longest first: begun last, it would keep everybody waiting.
LONG = (
    "cli/test_demo", "models/test_keras_file_keras", "grading/test_class_on_real_data", "data/test_data_bands",
    "evidence/test_fidelity_of_notebooks", "grading/test_end_to_end", "sandbox/test_isolation",
    "models/test_keras_file_limits", "cli/test_new", "evidence/test_fidelity", "attacks/test_04_forged_results",
    "attacks/test_03_looking_around", "attacks/test_killed", "attacks/test_07_carried_data",
    "attacks/test_20_never_ending", "attacks/test_13_weights", "attacks/test_06_empty_predictions",
)  # fmt: skip
TESTS = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first; the order of all others stays."""
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(str(item.path.relative_to(TESTS).with_suffix("")), len(LONG)))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder or file of the real MNIST set; skips visibly when GRADER_DATA does not name one."""
    named = os.environ.get("GRADER_DATA")
    if not named:
        pytest.skip("the real MNIST set is not here: set GRADER_DATA to its folder")
    return Path(named)
