"""The help pages speak the language of the person at the keyboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from grader import texts
from grader.cli import help as help_pages

HELP = """
import json, sys
from typer.main import get_command
from grader.cli.app import app

def walk(command, path):
    yield path, command.help
    for parameter in command.params:
        yield f"{path} {parameter.name}", parameter.help
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, f"{path} {name}")

print(json.dumps(dict(walk(get_command(app), "grader"))))
assert "numpy" not in sys.modules
"""


def env(language: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("LC_ALL", "LANG", "GRADER_LANG")}
    return {**kept, "GRADER_LANG": language, "COLUMNS": "200", "NO_COLOR": "1"}


def grader(*arguments: str, language: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "grader", *arguments], env=env(language), capture_output=True, text=True, check=False
    )
    return ended.stdout + ended.stderr


def helps(language: str) -> dict[str, str]:
    ended = subprocess.run([sys.executable, "-c", HELP], env=env(language), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def test_every_verb_and_every_option_has_its_help_in_both_languages() -> None:
    english, spanish = helps("en"), helps("es")
    assert {"grader", "grader grade", "grader release student", "grader new source"} <= set(english)
    assert list(english) == list(spanish)
    pairs = {pair for key, pair in texts.catalogue().items() if key.startswith("command_line.")}
    assert [place for place in english if (english[place], spanish[place]) not in pairs] == []


@pytest.mark.parametrize("verb", [(), ("grade",), ("release",), ("new",), ("data", "fetch")])
def test_a_page_is_wholly_in_spanish(verb: tuple[str, ...]) -> None:
    page = grader(*verb, "--help", language="es")
    for spanish in ("Uso: grader", "Opciones", "Muestra esta página y sale."):
        assert spanish in page
    for english in ("Usage", "Options", "Arguments", "Commands", "required", "default", "Show this"):
        assert english not in page.replace("[OPTIONS]", "")


def test_a_page_in_english_is_wholly_in_english() -> None:
    page = grader("grade", "--help", language="en")
    for english in ("Usage: grader grade", "Options", "Arguments", "[required]", "[default: ", "Show this page"):
        assert english in page


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "es_MX"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "es_ES.UTF-8", "GRADER_LANG": "en"}, "en"),
        ({"LANG": "fr_FR", "GRADER_LANG": "ES"}, "es"),
        ({"LANG": "es_ES", "GRADER_LANG": "", "LC_ALL": ""}, "es"),
    ],
)
def test_the_language_is_that_of_the_variable_else_of_the_locale(environment: dict[str, str], wanted: str) -> None:
    assert help_pages.language(environment) == wanted
