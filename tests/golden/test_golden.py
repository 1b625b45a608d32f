"""Hand-ins in the manner of real students, graded as one class, each held to what its ``expect.yaml`` says.

``criteria`` names the state of each verdict, or ``any`` where chance decides; ``model``, where it is given, the object
that is graded and the names of the others; ``diagnoses`` are all causes that the card tells, by cell (``null``: about
the whole work); ``mended`` says how many cells of a damaged notebook were read and how many parts left out. A notebook
without it is read as it is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import texts

GOLDEN = Path(__file__).resolve().parent
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/expect.yaml"))
pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.golden]


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The card of every hand-in, from one batch over a folder of more than a hundred."""
    root = tmp_path_factory.mktemp("golden")
    for case in CASES:
        shutil.copytree(GOLDEN / case, root / "hand-ins" / case, ignore=shutil.ignore_patterns("expect.yaml"))
    command = [
        sys.executable, "-m", "grader", "grade", "digits", str(root / "hand-ins"), "-o", str(root / "out"),
        "--course", str(GOLDEN / "course"), "--data", "digits", "-j", str(os.cpu_count() or 1),
    ]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr[-3000:]       # some want a person
    assert "Traceback" not in ended.stderr + ended.stdout
    read = [json.loads(path.read_bytes()) for path in (root / "out" / "cards").glob("*.json")]
    return {card["student"]: card for card in read}


def test_every_hand_in_has_a_card_and_none_is_a_fault_of_ours(cards: dict[str, dict[str, Any]]) -> None:
    assert len(CASES) >= 100
    assert sorted(cards) == CASES
    assert [name for name, card in cards.items() if card["ended"] == "sandbox-error"] == []
    assert [name for name, card in cards.items() if "scoring.check_failed" in json.dumps(card)] == []


@pytest.mark.parametrize("case", CASES)
def test_a_hand_in_is_graded_and_explained_as_expected(case: str, cards: dict[str, dict[str, Any]]) -> None:
    wanted = yaml.safe_load((GOLDEN / case / "expect.yaml").read_text("utf-8"))
    card = cards[case]
    assert card["status"] == wanted["status"], card["failed"]
    states = {verdict["criterion"]: verdict["state"] for verdict in card["verdicts"]}
    assert states == {name: states[name] if state == "any" else state for name, state in wanted["criteria"].items()}
    if "model" in wanted:
        graded = card["model"]
        others = [other["values"]["name"] for other in graded["others"]]
        found = {"name": graded["found"]["values"]["name"], "params": graded["total_params"], "others": others}
        assert found == wanted["model"]
    told = [(cell["cell"], cell["cause"]["key"], cell) for cell in card["failed"] if cell["cause"]]
    told += [(one["cell"], one["cause"]["key"], one) for one in card["diagnoses"]]
    causes = [(cell, key.removeprefix("diagnoses.")) for cell, key, _ in told]
    assert sorted(causes, key=str) == sorted(((one["cell"], one["id"]) for one in wanted["diagnoses"]), key=str)
    for _, key, one in told:
        assert one["cure"]["key"] == f"{key}.cure"
        for language, place in (("en", 0), ("es", 1)):
            start = texts.catalogue()[key][place].partition("{")[0]
            assert one["cause"][language].startswith(start)


@pytest.mark.parametrize("case", CASES)
def test_a_damaged_notebook_is_mended_and_its_card_says_so(case: str, cards: dict[str, dict[str, Any]]) -> None:
    wanted = yaml.safe_load((GOLDEN / case / "expect.yaml").read_text("utf-8")).get("mended")
    told = [notice["values"] for notice in cards[case]["notices"] if notice["key"].startswith("runs.notebook_mended")]
    assert [{"kept": one["kept"], "lost": one.get("lost", 0)} for one in told] == ([wanted] if wanted else [])
    asked = [reason["key"] for reason in cards[case]["review"]].count("runs.review_mended")
    assert asked == (1 if wanted and wanted["lost"] else 0)


def test_no_known_mistake_is_seen_in_clean_work(cards: dict[str, dict[str, Any]]) -> None:
    clean = [case for case in CASES if case.startswith("clean-")]
    assert len(clean) >= 20
    assert {case: cards[case]["diagnoses"] for case in clean if cards[case]["diagnoses"]} == {}
