"""Both parsers of YAML give the same values, lines and messages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import RubricError
from grader.untrusted import yaml_lines

RUBRICS = sorted((Path(__file__).parents[2] / "rubrics").glob("*.yaml"))
PIECES = ["a", "é", "12", "1e-9", "no", "~", " ", "  ", "\n", "\t", ": ", "- ", "[", "]", "{", "}", ", ", "|", ">", "#"]
PIECES += ["&a", "*a", "!t", "...", "'", '"', "\\", '"\\x41"', '"\\UFFFFFFFF"', "\x00", "\ud7ff", "%", "@", "`"]


def outcome(content: bytes, parser: type, patch: pytest.MonkeyPatch) -> object:
    patch.setattr(yaml_lines, "FAST", parser)
    try:
        return yaml_lines.read(content, "r.yaml")
    except RubricError as error:
        return str(error)


def test_the_fast_parser_is_in_use() -> None:
    assert yaml_lines.FAST is yaml.CSafeLoader


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.stem)
def test_rubrics_read_the_same_with_either_parser(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = path.read_bytes()
    assert outcome(content, yaml.CSafeLoader, monkeypatch) == outcome(content, yaml.SafeLoader, monkeypatch)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_what_the_parser_in_python_takes_reads_the_same_and_messages_are_its_own(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fast = outcome(text.encode(), yaml.CSafeLoader, patch)
        slow = outcome(text.encode(), yaml.SafeLoader, patch)
    too_strict = isinstance(slow, str) and not isinstance(fast, str)  # "|#": the one in C takes a little more
    assert too_strict or fast == slow
