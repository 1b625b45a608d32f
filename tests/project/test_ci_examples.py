"""The workflow examples are YAML, call verbs and options that there are, and cache the data by its checksum."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from grader.cli.app import app
from grader.data import sets

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "ci"
FILES = sorted(FOLDER.glob("*.yml"))
CALL = re.compile(r"(?:^|[\s/])grader ([^|&;\n]+)")


def texts(value: Any) -> list[str]:
    """Every text in a YAML document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def calls(path: Path) -> list[list[str]]:
    """The arguments of every call of ``grader``."""
    found = [call for text in texts(yaml.safe_load(path.read_text("utf-8"))) for call in CALL.findall(text)]
    return [shlex.split(call) for call in found]


def test_there_is_an_example_for_github_and_one_for_gitlab() -> None:
    assert [path.name for path in FILES] == ["github-actions.yml", "gitlab-ci.yml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_call_of_the_grader_is_one_that_it_takes(path: Path) -> None:
    group = typer.main.get_command(app)
    verbs = []
    for words in calls(path):
        command, rest = group, list(words)
        while hasattr(command, "commands"):
            command = command.commands[rest.pop(0)]
        context = command.make_context("grader", rest, resilient_parsing=False)
        verbs.append((words[0], context.params))
    found = dict(verbs)
    assert set(found) >= {"data", "validate"}
    assert found["validate"]["changed"]
    assert found["validate"]["base"] == "$BASE"
    assert found["validate"]["junit"] == Path("validation/junit.xml")
    assert found["validate"]["out"] == Path("validation")
    assert found["validate"]["trusted"] == (path.name == "gitlab-ci.yml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_data_are_cached_by_their_checksum_and_cards_and_junit_are_kept(path: Path) -> None:
    text = path.read_text("utf-8")
    assert f"mnist-{sets.KNOWN['mnist']}" in text
    assert "validation/junit.xml" in text
    assert "validation/cards" in text
    assert "always" in text


def test_github_is_told_to_allow_sandboxes_as_the_doctor_says() -> None:
    from grader.sandbox import machine

    text = (FOLDER / "github-actions.yml").read_text("utf-8")
    assert f"sudo sysctl -w {machine.APPARMOR_RULE}=0" in text
    assert "fetch-depth: 0" in text
