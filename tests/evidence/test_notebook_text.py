"""In which encoding and language a notebook or module is, and which of the two a file is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.evidence.preparing.notebook import Program, every_cell, is_module, module_text, program
from grader.records import LANGUAGES, Message
from grader.texts import render

CODE = "x = 'año'"


def notebook_text(source: str = CODE, **metadata: Any) -> str:
    cells = [{"cell_type": "code", "source": source}]
    return json.dumps({"nbformat": 4, "metadata": metadata, "cells": cells}, ensure_ascii=False)


def read(name: str, content: bytes) -> Program:
    found = program(name, content)
    assert isinstance(found, Program), found
    return found


def refused(name: str, content: bytes) -> Message:
    found = program(name, content)
    assert isinstance(found, Message), found
    for language in LANGUAGES:
        assert name in render(found, language)
    return found


def sources(found: Program) -> list[str]:
    return [cell.source for cell in found.cells]


def noticed(found: Program) -> list[str]:
    assert all(render(notice, language) for notice in found.notices for language in LANGUAGES)
    return [notice.key for notice in found.notices]


# ---------------------------------------------------------------- notebook or module


@pytest.mark.parametrize("name", ["a.ipynb", "a.py", "a.json", "a.ipynb.txt", "a.ipynb (1)", "a.url", "a.xlsx"])
def test_a_notebook_is_read_under_any_name(name: str) -> None:
    content = notebook_text().encode()
    found = read(name, content)
    assert (found.kind, sources(found)) == ("notebook", [CODE])
    assert not is_module(name, content)
    assert [cell.source for cell in every_cell(name, content)] == [CODE]


@pytest.mark.parametrize("name", ["a.py", "a.ipynb", "a.py.txt", "a.py (1)", "a.ipynb.txt"])
def test_plain_code_is_read_as_a_module(name: str) -> None:
    found = read(name, CODE.encode())
    assert (found.kind, sources(found), noticed(found)) == ("module", [CODE], [])
    assert is_module(name, CODE.encode())


def test_a_notebook_of_marimo_is_a_module_of_python() -> None:
    assert read("a.py", b"import marimo\napp = marimo.App()\n").kind == "module"


def test_a_damaged_notebook_with_the_name_of_a_module_is_mended() -> None:
    found = read("a.py", notebook_text().replace("}]", "}, ]").encode())
    assert (found.kind, noticed(found)) == ("notebook", ["runs.notebook_mended"])


def test_a_large_notebook_is_known_by_its_start() -> None:
    long = "x = '" + "ñ" * 100_000 + "'"
    assert sources(read("a.txt", notebook_text(long).encode())) == [long]
    assert sources(read("a.ipynb", long.encode())) == [long]


def test_other_files_are_named_whatever_their_name() -> None:
    assert refused("a.py", b"%PDF-1.7").values["kind"] == "words.pdf"
    assert refused("a.ipynb", b"PK\3\4" + bytes(40)).values["kind"] == "words.archive"
    assert refused("a.docx", b"PK\3\4" + bytes(40)).values["kind"] == "words.archive"


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_form_of_unicode_is_read_without_a_notice(encoding: str) -> None:
    for name, text in (("a.ipynb", notebook_text()), ("a.py", CODE)):
        found = read(name, text.encode(encoding))
        assert (sources(found), noticed(found)) == ([CODE], [])


@pytest.mark.parametrize(("name", "text"), [("a.ipynb", notebook_text()), ("a.py", CODE), ("a.ipynb", CODE)])
def test_what_is_not_utf_8_is_read_as_windows_1252_and_the_card_says_so(name: str, text: str) -> None:
    found = read(name, text.encode("cp1252"))
    assert (sources(found), noticed(found)) == ([CODE], ["runs.read_as_cp1252"])


def test_a_damaged_notebook_in_windows_1252_is_mended() -> None:
    found = read("a.ipynb", notebook_text().replace("}]", "}, ]").encode("cp1252"))
    assert (sources(found), noticed(found)) == ([CODE], ["runs.read_as_cp1252", "runs.notebook_mended"])


def test_what_is_no_notebook_is_none_in_windows_1252_either() -> None:
    assert refused("a.ipynb", b'{"a\xf1o": 1}').key == "runs.not_text"
    assert refused("a.ipynb", b'{"cells": "a\x81o"}').key == "runs.not_text"


def test_a_notebook_that_was_cut_inside_a_letter_is_still_utf_8() -> None:
    cells = [{"cell_type": "code", "source": source} for source in (CODE, "# niño")]
    whole = json.dumps({"nbformat": 4, "cells": cells}, ensure_ascii=False).encode()
    found = read("a.ipynb", whole[: whole.rindex("ñ".encode()) + 1])
    assert sources(found)[0] == CODE
    assert "runs.read_as_cp1252" not in noticed(found)


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("# -*- coding: latin-1 -*-\n", "latin-1"), ("# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("# coding: iso-8859-15\n", "iso-8859-15"), ("#!/usr/bin/python\n# coding=latin-1\n", "latin-1"),
        ("# Práctica\n# coding: latin-1\n", "latin-1"), ("# -*- coding: utf-8 -*-\n", "utf-8"),
        ("# coding: mac_roman\n", "mac_roman"), ("# coding: utf-8\n", "utf-8-sig"),
        ("# coding: latin-1\n", "utf-8-sig"),
    ],
)  # fmt: skip
def test_a_module_is_in_the_encoding_that_it_names(line: str, encoding: str) -> None:
    found = read("a.py", (line + CODE).encode(encoding))
    assert (sources(found), noticed(found)) == ([line + CODE], [])


def test_a_line_further_down_names_no_encoding() -> None:
    text = f"import keras\n\n# coding: mac_roman\n{CODE}"
    assert "\n".join(sources(read("a.py", text.encode("cp1252")))).split() == text.split()


@pytest.mark.parametrize(
    "coding", ["foo", "ansi", "rot13", "base64", "punycode", "idna", "unicode_escape", "undefined", "x" * 3000]
)
def test_an_encoding_that_is_none_of_text_is_named(coding: str) -> None:
    found = refused("a.py", f"# coding: {coding}\nx = 1".encode())
    assert (found.key, found.values["coding"]) == ("runs.unknown_coding", coding[:40])
    assert module_text(f"# coding: {coding}\nx = 1".encode()) is None


@pytest.mark.parametrize("coding", ["utf-8", "ascii", "shift_jis"])
def test_bytes_that_are_not_in_the_named_encoding_are_told(coding: str) -> None:
    found = refused("a.py", f"# coding: {coding}\n".encode() + b"x = '\xf1\x80\xf1'")
    assert (found.key, found.values["coding"]) == ("runs.wrong_coding", coding)


def test_a_module_that_is_no_text_is_refused() -> None:
    assert refused("a.py", b"x = 1\0\1").key == "runs.not_text"
    assert refused("a.py", b"# coding: latin-1\nx = '\0'").key == "runs.not_text"


def test_the_text_of_a_module_alone() -> None:
    assert module_text(CODE.encode("cp1252")) == CODE
    assert module_text(f"# coding: latin-1\n{CODE}".encode("latin-1")) == f"# coding: latin-1\n{CODE}"
    assert module_text(b"\0\1\2") is None
    assert module_text(b"") == ""


@given(st.binary(max_size=200), st.sampled_from(["a.py", "a.ipynb", "a.json"]))
@example(b"# coding: utf-16\nx", "a.py")
@example(b"\xff\xfe\n", "a.py")
def test_no_bytes_make_the_reader_fail(content: bytes, name: str) -> None:
    for start in (b"", b"# coding: ", b'{"nbformat": 4, "metadata": '):
        assert isinstance(program(name, start + content), Program | Message)


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"language": "python", "name": "python3"}},
        {"kernelspec": {"language": "Python"}, "language_info": {"name": "python"}},
        {"language_info": {"name": "ipython"}},
        {"language_info": {"name": "python3"}},
        {"kernelspec": {"language": "python"}, "language_info": {"name": "pyspark"}},
        {"kernelspec": {"language": "sage"}, "language_info": {"name": "python"}},
        {"kernelspec": "R", "language_info": ["R"]},
        {"kernelspec": {"language": 3}, "language_info": {"name": None}},
    ],
)
def test_a_notebook_is_in_python_unless_it_says_otherwise(metadata: dict[str, Any]) -> None:
    assert sources(read("a.ipynb", notebook_text(**metadata).encode())) == [CODE]


def test_metadata_of_another_language_are_not_believed_of_cells_that_import_as_python_does() -> None:
    content = notebook_text(kernelspec={"language": "R", "name": "ir"}).replace(CODE, "import numpy as np").encode()
    assert sources(read("a.ipynb", content)) == ["import numpy as np"]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"language": "R", "name": "ir"}, "language_info": {"name": "R"}}, "R"),
        ({"language_info": {"codemirror_mode": {"name": "x"}, "name": "julia"}}, "julia"),
        ({"kernelspec": {"name": "ijs", "language": "javascript"}}, "javascript"),
        ({"kernelspec": {"language": "z" * 500}}, "z" * 40),
    ],
)
def test_another_language_is_named_and_the_cells_are_shown(metadata: dict[str, Any], language: str) -> None:
    content = notebook_text(**metadata).encode()
    found = refused("a.ipynb", content)
    assert (found.key, found.values["language"]) == ("runs.another_language", language)
    assert [cell.source for cell in every_cell("a.ipynb", content)] == [CODE]
