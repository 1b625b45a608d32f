"""The whole course on the real MNIST set: every reference earns everything, every mutant is killed as named.

The references that are told an accuracy lie in their bands, which are narrower than what a student needs.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.course import course
from tests.anchors.test_mnist_experiments import REFERENCE, graded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.whole_machine,
    pytest.mark.sandbox,
    pytest.mark.keras,
    pytest.mark.real_data,
]

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "references.py"
MEASURED = re.compile(r"^(\S+) +reference.* ([0-9.]+) % on new images", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Validated:
    """The whole course, validated once for all tests of this module."""

    code: int
    said: str
    junit: Path
    out: Path


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Validated:
    folder = tmp_path_factory.mktemp("course")
    junit, out = folder / "junit.xml", folder / "out"
    command = [
        sys.executable,
        "-m",
        "grader",
        "validate",
        "--data",
        str(real_data),
        "--junit",
        str(junit),
        "-o",
        str(out),
    ]
    wide = {**os.environ, "COLUMNS": "250"}
    ended = subprocess.run(command, cwd=course.shipped().root, env=wide, capture_output=True, text=True, check=False)
    print(ended.stdout)
    return Validated(code=ended.returncode, said=ended.stdout + ended.stderr[-2000:], junit=junit, out=out)


def test_every_exercise_of_the_course_is_as_it_must_be(validated: Validated) -> None:
    assert validated.code == 0, validated.said
    suites = {suite.get("name"): suite for suite in ET.parse(validated.junit).getroot()}
    assert set(suites) == set(course.shipped().exercises)
    for name, suite in suites.items():
        mutants = [one for one in suite.iter("testcase") if str(one.get("name")).startswith("mutant: ")]
        assert len(mutants) >= 8, name
        assert suite.get("failures") == "0", name


def test_the_references_that_are_told_an_accuracy_lie_in_their_bands(validated: Validated) -> None:
    bands = runpy.run_path(str(PROGRAM))["BANDS"]["mnist"]
    measured = {name: float(value) / 100 for name, value in MEASURED.findall(validated.said)}
    assert set(bands) <= set(measured), measured
    outside = {name: measured[name] for name, (least, most) in bands.items() if not least <= measured[name] <= most}
    assert not outside


def test_the_experiments_show_what_their_handout_says(validated: Validated, real_data: Path) -> None:
    verdicts, gathered = graded(REFERENCE.read_bytes(), real_data, validated.out / "evidence", fit_rows=None)
    assert gathered.executions == 0  # the run of the validation is found
    assert {id: verdict.credit for id, verdict in verdicts.items()} == dict.fromkeys(verdicts, 1.0)
    base, dropped, squared, _ = gathered.facts.answers["results"]
    assert base["train"] - base["test"] > dropped["train"] - dropped["test"] + 0.003
    assert squared["test"] < base["test"] - 0.003
