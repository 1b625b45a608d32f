"""Results of another release: said in one sentence before everything runs again, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.grading import upgrade
from grader.records import LANGUAGES, message
from grader.texts import render
from tests.support.changed_package import changed

KEYS = {name: f"command_line.evidence.{name}" for name in ("older", "packages", "measured")}


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """Evidence of one run, made by this very release."""
    folder = tmp_path / "out" / "evidence"
    (folder / "runs" / "a").mkdir(parents=True)
    (folder / "predictions" / "a").mkdir(parents=True)
    upgrade.stamp(folder)
    return folder


def key(evidence: Path) -> str | None:
    reason = upgrade.outdated(evidence)
    return None if reason is None else reason.key


def edited(evidence: Path, edit: Callable[[dict[str, object]], None]) -> None:
    stamp = json.loads((evidence / upgrade.STAMP).read_bytes())
    edit(stamp)
    (evidence / upgrade.STAMP).write_text(json.dumps(stamp))


def test_results_of_this_release_are_used_without_a_word(evidence: Path) -> None:
    assert upgrade.outdated(evidence) is None


def test_where_nothing_ran_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert upgrade.outdated(tmp_path / "none") is None
    (tmp_path / "runs").mkdir()
    assert upgrade.outdated(tmp_path) is None


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b"[" * 100_000, b'{"versions": 3}'])
def test_runs_without_a_stamp_that_can_be_read_are_of_an_older_release(evidence: Path, content: bytes | None) -> None:
    (evidence / upgrade.STAMP).unlink()
    if content is not None:
        (evidence / upgrade.STAMP).write_bytes(content)
    assert key(evidence) in (KEYS["older"], KEYS["packages"])


def test_other_packages_are_named_with_both_versions(evidence: Path) -> None:
    edited(evidence, lambda stamp: stamp["versions"].update(tensorflow="2.1"))  # type: ignore[attr-defined]
    reason = upgrade.outdated(evidence)
    assert reason is not None
    assert reason.key == KEYS["packages"]
    assert "were made with tensorflow 2.1, and tensorflow 2." in render(reason, "en")


def test_other_settings_of_the_sandbox_run_everything_again(evidence: Path) -> None:
    edited(evidence, lambda stamp: stamp.update(environment={}))
    assert key(evidence) == KEYS["older"]


@pytest.mark.parametrize(
    ("name", "before", "after", "wanted"),
    [
        ("child/runner/run.py", "RESERVE_S = 20.0", "RESERVE_S = 21.0", "older"),
        ("data/redraw.py", "import", "import  ", "older"),
        ("child/predict.py", "BATCH, WIDE_BATCH = 256", "BATCH, WIDE_BATCH = 128", "measured"),
        ("texts/diagnoses.py", "Write", "Please write", None),
    ],
)
def test_what_a_changed_program_makes_again_is_said(
    name: str, before: str, after: str, wanted: str | None, evidence: Path, tmp_path: Path
) -> None:
    with changed(tmp_path, name, lambda text: text.replace(before, after)):
        assert key(evidence) == (KEYS[wanted] if wanted else None)


def test_where_nothing_was_measured_nothing_is_measured_again(evidence: Path, tmp_path: Path) -> None:
    (evidence / "predictions" / "a").rmdir()
    with changed(tmp_path, "child/predict.py", lambda text: text.replace("WIDE_BATCH = 256", "WIDE_BATCH = 128")):
        assert upgrade.outdated(evidence) is None


@pytest.mark.parametrize("folder", ["x" * 300, "file/inside"])
def test_a_folder_that_cannot_be_looked_at_is_left_to_who_writes_there(folder: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert upgrade.outdated(tmp_path / folder) is None


@pytest.mark.parametrize("key", KEYS.values())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_one_sentence(key: str, language: str) -> None:
    said = render(message(key, then=["tensorflow 2.1"], now=["tensorflow 2.2"]), language)  # type: ignore[arg-type]
    assert said.count(".") - said.count("2.") == 1
    assert said.endswith(".")
