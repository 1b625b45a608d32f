"""What the attacks assert of a report does fail where a report is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.reports.pages import POLICY, STYLE
from tests.attacks.written import character_faults, is_picture, page_faults, stacked, unclean

HEAD = f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<meta name="referrer" content="no-referrer">\n<style>{STYLE}</style></head>'  # noqa: E501


def report(tmp_path: Path, body: str) -> Path:
    (tmp_path / "students").mkdir()
    (tmp_path / "index.html").write_text(f"{HEAD}<body><p>x</p></body></html>", "utf-8")
    (tmp_path / "students" / "ana.html").write_text(f"{HEAD}<body>{body}</body></html>", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "body",
    [
        "<script>x</script>", "<p onclick=x>x</p>", "<svg></svg>", "<p style='x'>x</p>", "<a href='javascript:x'>x</a>",
        "<a href='//evil.example'>x</a>", "<a href='/etc/passwd'>x</a>", "<a href='../../index.html'>x</a>",
        "<a href='missing.html'>x</a>", "<img src='x.png'>", "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<img src='data:image/png;base64,PHN2Zz4='>", "<!-- x -->", "<?php x ?>", "<![CDATA[x]]>", "<style>*{}</style>",
        "<form></form>", "<iframe></iframe>", "<a href='#x'>x</a>", "<p class='x\"y'>x</p>", "<meta charset='utf-8' x>",
    ],
)  # fmt: skip
def test_a_page_with_anything_else_is_found_out(tmp_path: Path, body: str) -> None:
    assert page_faults(report(tmp_path, body)) != []


def test_a_plain_page_is_as_it_must_be(tmp_path: Path) -> None:
    assert page_faults(report(tmp_path, "<p class='say'><a href='../index.html'>x</a> &lt;script&gt;</p>")) == []


@pytest.mark.parametrize("name", ["a.html", "a.csv", "a.json", "junit.xml"])
@pytest.mark.parametrize("character", ["\x1b", "\x9b", "\x7f", "\0", "\u202e", "\u2066", "\u200b", "\ufeff"])
def test_a_character_that_is_obeyed_is_found_in_every_file(tmp_path: Path, name: str, character: str) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / name).write_text(f"<a>x{character}y</a>", "utf-8")
    assert character_faults(tmp_path) != []


def test_words_of_xml_are_looked_at_as_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<a>x&#x202e;y</a>", "utf-8")
    assert character_faults(tmp_path) == ["junit.xml: U+202E"]


def test_marks_and_names_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a\u202e.csv").write_text("z" + "\u0301" * 5, "utf-8")
    assert len(character_faults(tmp_path)) == 2
    assert stacked("é" + "e\u0301") == 1
    assert unclean("Ñandú · 李雷 🙂\n\t 4\u202f624") == []
    assert not is_picture("")
