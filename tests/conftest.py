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
    "models/test_keras_file_keras", "cli/test_demo", "grading/test_class_on_real_data", "grading/test_end_to_end",
    "evidence/test_fidelity", "attacks/test_03_looking_around", "evidence/test_fidelity_of_notebooks",
    "attacks/test_04_forged_results", "sandbox/test_isolation", "validation/test_validation_run",
    "models/test_keras_file_limits", "evidence/test_execute", "attacks/test_killed", "cli/test_new",
    "attacks/test_13_weights", "attacks/test_07_carried_data", "data/test_data_bands", "attacks/test_20_never_ending",
    "sandbox/test_warm", "child/test_pipelines", "evidence/test_execute_events", "sandbox/test_unsafe",
    "evidence/test_models_chosen", "evidence/test_budgets", "grading/test_calls_run", "questions/test_questions_keras",
    "evidence/test_loaded_modules", "attacks/test_22_impostors", "attacks/test_06_empty_predictions",
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
