"""The golden hand-ins cover every known mistake, and every known mistake is explained; no notebook runs here."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import texts

GOLDEN = Path(__file__).resolve().parent
ROOT = GOLDEN.parents[1]
EXPECTED: dict[str, dict[str, Any]] = {
    path.parent.name: yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) for path in sorted(GOLDEN.glob("*/expect.yaml"))
}
OF_EARLY_LOOKS = {"cut_training", "look_ended"}  # only `--quick` causes them: tests/scoring/test_early_look.py
CAUSES = {
    key.removeprefix("diagnoses."): pair
    for key, pair in texts.catalogue().items()
    if key.startswith("diagnoses.") and not key.endswith(".cure")
}


def values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_known_mistake_has_a_golden_hand_in_and_nothing_else_is_expected() -> None:
    assert len(CAUSES) >= 70
    told = {one["id"] for wanted in EXPECTED.values() for one in wanted["diagnoses"]}
    assert told == CAUSES.keys() - OF_EARLY_LOOKS


@pytest.mark.parametrize("id", sorted(CAUSES))
def test_a_known_mistake_has_a_cause_and_a_cure_in_both_languages(id: str) -> None:
    pairs = (CAUSES[id], texts.catalogue()[f"diagnoses.{id}.cure"])
    for english, spanish in pairs:
        assert english.endswith(".")
        assert spanish.endswith(".")
        assert english != spanish
        assert english.count("`") == spanish.count("`")
        assert english.count("`") % 2 == 0
        assert values(english) == values(spanish)


@pytest.mark.parametrize("case", sorted(EXPECTED))
def test_a_golden_hand_in_says_all_that_is_expected_of_it(case: str) -> None:
    wanted = EXPECTED[case]
    assert {"status", "criteria", "diagnoses"} <= wanted.keys()
    assert wanted["criteria"].keys() == {"runs", "trained", "output", "accuracy", "params"}
    assert [path for path in (GOLDEN / case).iterdir() if path.name != "expect.yaml"] != []
    if case.startswith("clean-"):
        assert (wanted["status"], wanted["diagnoses"]) == ("ok", [])


def test_the_page_on_surroundings_names_cases_that_exist() -> None:
    rows = [row for row in (ROOT / "docs" / "surroundings.md").read_text("utf-8").split("\n") if row.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row.strip("| ").rpartition(" | ")[2])}
    cases = {name for name in named if "/" not in name}
    assert len(cases) >= 90
    assert cases - EXPECTED.keys() == set()
    assert [name for name in named - cases if not (ROOT / name).is_file()] == []
