"""The whole course on the real MNIST set: every reference earns everything, every mutant is killed as named.

The references that are told an accuracy lie in their bands, which are narrower than what a student needs.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.course import course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.whole_machine,
    pytest.mark.sandbox,
    pytest.mark.keras,
    pytest.mark.real_data,
]

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "references.py"
MEASURED = re.compile(r"^(\S+) +reference.* ([0-9.]+) % on new images", re.MULTILINE)


def test_every_exercise_of_the_course_is_as_it_must_be(tmp_path: Path, real_data: Path) -> None:
    junit = tmp_path / "junit.xml"
    command = [sys.executable, "-m", "grader", "validate", "--data", str(real_data), "--junit", str(junit)]
    started = time.monotonic()
    wide = {**os.environ, "COLUMNS": "250"}
    ended = subprocess.run(command, cwd=course.shipped().root, env=wide, capture_output=True, text=True, check=False)
    print(ended.stdout, f"{time.monotonic() - started:.0f} s", sep="\n")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    suites = {suite.get("name"): suite for suite in ET.parse(junit).getroot()}
    assert set(suites) == set(course.shipped().exercises)
    for name, suite in suites.items():
        mutants = [one for one in suite.iter("testcase") if str(one.get("name")).startswith("mutant: ")]
        assert len(mutants) >= 8, name
        assert suite.get("failures") == "0", name
    bands = runpy.run_path(str(PROGRAM))["BANDS"]["mnist"]
    measured = {name: float(value) / 100 for name, value in MEASURED.findall(ended.stdout)}
    assert set(bands) <= set(measured), measured
    outside = {name: measured[name] for name, (least, most) in bands.items() if not least <= measured[name] <= most}
    assert not outside
