"""The whole course on the real MNIST set: every reference earns everything, every mutant is killed as named."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader import course

pytestmark = [
    pytest.mark.slow, pytest.mark.whole_machine, pytest.mark.sandbox, pytest.mark.keras, pytest.mark.real_data,
]  # fmt: skip


def test_every_exercise_of_the_course_is_as_it_must_be(tmp_path: Path, real_data: Path) -> None:
    junit = tmp_path / "junit.xml"
    command = [sys.executable, "-m", "grader", "validate", "--data", str(real_data), "--junit", str(junit)]
    started = time.monotonic()
    ended = subprocess.run(command, cwd=course.shipped().root, capture_output=True, text=True, check=False)
    print(ended.stdout, f"{time.monotonic() - started:.0f} s", sep="\n")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    suites = {suite.get("name"): suite for suite in ET.parse(junit).getroot()}
    assert set(suites) == set(course.shipped().exercises)
    for name, suite in suites.items():
        mutants = [one for one in suite.iter("testcase") if str(one.get("name")).startswith("mutant: ")]
        assert len(mutants) >= 8, name
        assert suite.get("failures") == "0", name
