"""What a submitted file is, whatever its name says; and what is said to who submitted it in place of a notebook."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader import texts
from grader.records import LANGUAGES
from grader.untrusted.file_kind import (
    HEAD,
    RUN,
    Kind,
    instead,
    is_lock,
    is_system_file,
    kind_of,
    says_module,
    says_notebook,
    stem_of,
)
from tests.support.notebooks import notebook

NOTEBOOK = notebook("print('año')")
TEXT = json.dumps(json.loads(NOTEBOOK), ensure_ascii=False)
CODE = "import keras\n# Práctica 5\nmodel = keras.Sequential()\n"
R_KERNEL = {"kernelspec": {"display_name": "R", "language": "R", "name": "ir"}, "language_info": {"name": "R"}}
R = json.dumps({"metadata": R_KERNEL, "nbformat": 4, "nbformat_minor": 5, "cells": []})
COLAB = "https://colab.research.google.com/drive/1AbC_d-E?usp=sharing"
MARIMO = 'import marimo\n\n__generated_with = "0.9.1"\napp = marimo.App()\n\n\n@app.cell\ndef _():\n    return\n'
PAGE = "<!DOCTYPE html>\n<html><body>x</body></html>"
PLIST = '<?xml version="1.0"?>\n<plist version="1.0"><dict><key>URL</key><string>https://x.org</string></dict></plist>'
CONFLICT = TEXT.replace('"metadata"', '\n<<<<<<< HEAD\n"metadata"', 1)


def zipped(*names: str, stored: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, stored)
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("nb.ipynb"))
    return buffer.getvalue()


def saved(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, x=array)
    return buffer.getvalue()


OFFICE = ("[Content_Types].xml", "_rels/.rels")

# ---------------------------------------------------------------- notebooks and modules

NOTEBOOK_NAMES = (
    "a.ipynb", "a.IPYNB", "a.json", "a.ipynb.json", "a.ipynb.txt", "a.ipynb.download", "a.ipynb (1)", "a.ipynb_",
    "a.ipynb.bak", "a.ipynb~", "a.ipynb.1", "a.url", "a.xlsx", "a.zip", "a.py", "a.R", "a", "a.ipynb - copia",
)  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOK_NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_notebook_is_one_under_any_name_and_in_any_encoding(name: str, encoding: str) -> None:
    content = TEXT.encode(encoding)
    assert kind_of(name, content) is Kind.NOTEBOOK
    long = json.dumps(json.loads(notebook("x" * HEAD, "ñ" * HEAD)), ensure_ascii=False).encode(encoding)
    assert kind_of(name, long[:HEAD], whole=False) is Kind.NOTEBOOK


@pytest.mark.parametrize(
    "text",
    [
        '{"nbformat": 3, "worksheets": []}',
        '{"metadata": {}, "nbformat_minor": 0, "nbformat" : 4, "cells": []}',
        '{\n "cells": [\n  {\n   "attachments": {"image.png": {"image/png": "iVBOR',
        "\n\n" + TEXT,
        "<<<<<<< HEAD\n" + TEXT,
        CONFLICT,
        TEXT[:200],
    ],
)
@pytest.mark.parametrize("name", ["a.ipynb", "a.json", "a.txt"])
def test_its_keys_are_enough(text: str, name: str) -> None:
    assert kind_of(name, text.encode()) is Kind.NOTEBOOK


@pytest.mark.parametrize("text", ['{"cells": 3}', "{", "[]", '"cells": [', '], "metadata": {}', "nb: " + TEXT])
@pytest.mark.parametrize("name", ["a.ipynb", "a.ipynb.txt", "a.ipynb (2)"])
def test_what_is_called_a_notebook_and_looks_damaged_is_one(text: str, name: str) -> None:
    assert kind_of(name, text.encode()) is Kind.NOTEBOOK


MODULE_NAMES = ("a.py", "a.PY", "a.py.txt", "a.py.download", "a.py (1)", "a.py.bak", "a.py~", "a.ipynb", "a.ipynb.txt")


@pytest.mark.parametrize("name", MODULE_NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_plain_code_is_a_module_also_under_the_name_of_a_notebook(name: str, encoding: str) -> None:
    assert kind_of(name, CODE.encode(encoding)) is Kind.MODULE


def test_a_module_may_be_in_an_encoding_of_another_part_of_the_world() -> None:
    assert kind_of("a.py", "# coding: shift_jis\nx = '表'\n".encode("shift_jis")) is Kind.MODULE


@pytest.mark.parametrize("text", ["{1, 2}", "[1]", "<<<<<<< HEAD\nx = '<html>'\n=======\n", "data = {'cells': 1}"])
def test_a_module_stays_one_however_it_begins(text: str) -> None:
    assert kind_of("a.py", text.encode()) is Kind.MODULE


# ---------------------------------------------------------------- everything else

KINDS = [
    ("a.zip", zipped("nb.ipynb"), Kind.ZIP),
    ("nb.ipynb", zipped("nb.ipynb"), Kind.ZIP),
    ("nb.ipynb.zip", zipped("nb.ipynb"), Kind.ZIP),
    ("a.zip", zipped(), Kind.ZIP),
    ("a.zip", b"no zip at all", Kind.ZIP),
    ("a.zip", zipped("nb.ipynb", "informe.docx", stored=zipped(*OFFICE, "word/document.xml")), Kind.ZIP),
    ("a.zip", zipped("word/informe.docx", "nb.ipynb"), Kind.ZIP),
    ("a.zip", zipped("datos/metadata.json", "datos/config.json"), Kind.ZIP),
    ("a.zip", zipped(*OFFICE, "xl/workbook.xml"), Kind.SPREADSHEET),
    ("a.zip", zipped(*OFFICE, "word/document.xml"), Kind.DOCUMENT),
    ("a.zip", zipped("word/numbering.xml", "word/document.xml"), Kind.DOCUMENT),
    ("a.zip", zipped("mimetype", stored=b"application/vnd.oasis.opendocument.spreadsheet"), Kind.SPREADSHEET),
    ("a", zipped("mimetype", stored=b"application/vnd.oasis.opendocument.text"), Kind.DOCUMENT),
    ("a.xlsx", zipped("x"), Kind.SPREADSHEET),
    ("a.docx", zipped("x"), Kind.DOCUMENT),
    ("a.zip", zipped("metadata.json", "config.json", "model.weights.h5"), Kind.MODEL),
    ("a.keras", zipped("x"), Kind.MODEL),
    ("a.pt", zipped("archive/data.pkl"), Kind.MODEL),
    ("a.npz", saved(np.zeros(3)), Kind.DATA),
    ("a.mlx", zipped(*OFFICE, "matlab/document.xml"), Kind.OTHER_CODE),
    ("a.rar", b"Rar!\x1a\x07\x01\0", Kind.ARCHIVE),
    ("a.zip", b"Rar!\x1a\x07\x01\0", Kind.ARCHIVE),
    ("a.7z", b"7z\xbc\xaf\x27\x1c\0\4", Kind.ARCHIVE),
    ("a.tar", tarred(), Kind.ARCHIVE),
    ("a.ipynb", tarred(), Kind.ARCHIVE),
    ("a.tar.gz", gzip.compress(tarred(), mtime=0), Kind.ARCHIVE),
    ("nb.ipynb.gz", gzip.compress(NOTEBOOK, mtime=0), Kind.ARCHIVE),
    ("a.rds", gzip.compress(b"X\n", mtime=0), Kind.DATA),
    ("a.url", b"[InternetShortcut]\r\nURL=https://example.org/\r\n", Kind.LINK),
    ("a.url", b"[{000214A0-0000}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nURL=https://x.org/\r\n", Kind.LINK),
    ("a.txt", b"[internetshortcut]\nURL=x", Kind.LINK),
    ("a.url", b"anything", Kind.LINK),
    ("a.webloc", PLIST.encode(), Kind.LINK),
    ("a.webloc", b"bplist00\xd1\x01\x02SURL_\x10\x14https://x.org", Kind.LINK),
    ("a.desktop", b"[Desktop Entry]\nType=Link\n", Kind.LINK),
    ("a.lnk", b"L\0\0\0\x01\x14\x02\0\0\0\0\0", Kind.LINK),
    ("a.txt", b"https://example.org/nb.ipynb\n", Kind.LINK),
    ("a.gdoc", b'{"url": "https://docs.google.com/open?id=1a", "doc_id": "1a", "email": "a@b.c"}', Kind.COLAB_LINK),
    ("a.ipynb", b'{"":"WARNING!","doc_id":"1a","resource_key":"","email":"a@b.c"}', Kind.COLAB_LINK),
    ("a.colab", b'{"doc_id": "1a"}', Kind.COLAB_LINK),
    ("a.txt", COLAB.encode(), Kind.COLAB_LINK),
    ("a.txt", f"\n<{COLAB}>\n".encode("utf-8-sig"), Kind.COLAB_LINK),
    ("a.ipynb", COLAB.encode(), Kind.COLAB_LINK),
    ("a.py", COLAB.encode(), Kind.COLAB_LINK),
    ("a", b"https://drive.google.com/file/d/1a/view", Kind.COLAB_LINK),
    ("a.txt", b"https://notcolab.example.org/drive.google.com", Kind.LINK),
    ("a.py", f"# {COLAB}\nx = 1".encode(), Kind.MODULE),
    ("a.ipynb", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n", Kind.LFS_POINTER),
    ("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n", Kind.LFS_POINTER),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Kind.SPREADSHEET),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Kind.DOCUMENT),
    ("a", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), Kind.SPREADSHEET),
    ("a.rtf", b"{\\rtf1\\ansi x}", Kind.DOCUMENT),
    ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", Kind.PDF),
    ("a.ipynb", b"%PDF-1.7\n%\xe2\xe3", Kind.PDF),
    ("a.html", PAGE.encode(), Kind.WEB_PAGE),
    ("a.ipynb", PAGE.encode(), Kind.WEB_PAGE),
    ("a.py", b"\n<!-- saved from x -->\n<HTML>", Kind.WEB_PAGE),
    ("a.ipynb", b"<Error><Code>AccessDenied</Code></Error>", Kind.WEB_PAGE),
    ("a.md", b"<p align='center'>Hi</p>", Kind.TEXT),
    ("a.png", b"\x89PNG\r\n\x1a\n\0\0", Kind.PICTURE),
    ("a.ipynb", b"\xff\xd8\xff\xe0\0\x10JFIF", Kind.PICTURE),
    ("a.gif", b"GIF89a\1\0", Kind.PICTURE),
    ("a.heic", b"\0\0\0\x24ftypheic\0\0\0\0", Kind.PICTURE),
    ("a", b"\0\0\0\x1cftypmif1", Kind.PICTURE),
    ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 ", Kind.PICTURE),
    ("a.bmp", b"BM\x36\0\0\0\0\0\0\0\x36\0", Kind.PICTURE),
    ("a", b"<?xml version='1.0'?>\n<svg xmlns='x'/>", Kind.PICTURE),
    ("a.mp4", b"\0\0\0\x20ftypisom", Kind.VIDEO),
    ("a.Rmd", b"---\ntitle: x\n---\n```{r}\n```", Kind.R_NOTEBOOK),
    ("a.R", b"x <- 1\n", Kind.R_NOTEBOOK),
    ("a.qmd", b"---\n", Kind.R_NOTEBOOK),
    ("a.ipynb", R.encode(), Kind.R_NOTEBOOK),
    ("a.ipynb", R.replace('"R"', '"julia"').encode(), Kind.R_NOTEBOOK),
    ("a.ipynb", R.replace('"R"', '"ipython3"').encode(), Kind.NOTEBOOK),
    ("a.ipynb", R.replace("[]", json.dumps([{"source": "library(keras)\nimport('x')"}])).encode(), Kind.R_NOTEBOOK),
    ("a.ipynb", R.replace("[]", json.dumps([{"source": "x = 1\nimport keras"}])).encode(), Kind.NOTEBOOK),
    ("a.ipynb", R.replace("[]", json.dumps([{"source": ["from a import b"]}])).encode(), Kind.NOTEBOOK),
    ("a.ipynb", R[:130].encode(), Kind.R_NOTEBOOK),
    ("a.ipynb", R[:60].encode(), Kind.NOTEBOOK),
    ("a.py", MARIMO.encode(), Kind.MARIMO),
    ("a.py", b"import marimo\nprint(marimo.__version__)\n", Kind.MODULE),
    ("a.m", b"function y = f(x)\n", Kind.OTHER_CODE),
    ("A.java", b"class A {}\n", Kind.OTHER_CODE),
    ("a.jl", b"x = 1\n", Kind.OTHER_CODE),
    ("a.h5", b"\x89HDF\r\n\x1a\n\0", Kind.MODEL),
    ("a", b"\x89HDF\r\n\x1a\n\0", Kind.MODEL),
    ("a.mat", b"\x89HDF\r\n\x1a\n\0", Kind.DATA),
    ("a.pb", b"\x08\x01\x12\0", Kind.MODEL),
    ("a.tflite", b"\x1c\0\0\0TFL3", Kind.MODEL),
    ("a.csv", b"x,y\n1,2\n", Kind.DATA),
    ("a.csv", "x;año\n".encode("cp1252"), Kind.DATA),
    ("a.json", b'{"loss": [1, 2]}', Kind.DATA),
    ("a.npy", b"\x93NUMPY\1\0", Kind.DATA),
    ("a.pkl", pickle.dumps({"a": 1}), Kind.DATA),
    ("a.parquet", b"PAR1\x15\4", Kind.DATA),
    ("a.txt", "año\n".encode("cp1252"), Kind.TEXT),
    ("a.md", b"# x\n", Kind.TEXT),
    ("a", b"some words", Kind.TEXT),
    ("a.ipynb", b"", Kind.EMPTY),
    ("a.py", b"\xef\xbb\xbf \n", Kind.EMPTY),
    ("a.ipynb", bytes(4096), Kind.EMPTY),
    ("a", b"\x7fELF\2\1\1\0", Kind.UNKNOWN),
    ("a.py", b"\x7fELF\2\1\1\0", Kind.UNKNOWN),
    ("a.ipynb", b"\1\2\3\4", Kind.UNKNOWN),
]


@pytest.mark.parametrize(("name", "head", "kind"), KINDS)
def test_what_a_file_is(name: str, head: bytes, kind: Kind) -> None:
    assert kind_of(name, head) is kind
    assert kind_of(f"ana/P5 (1)/{name}", head) is kind


def test_every_kind_occurs() -> None:
    assert {kind for _, _, kind in KINDS} | {Kind.NOTEBOOK, Kind.MODULE} == set(Kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.ipynb", Kind.NOTEBOOK), ("a.ipynb.txt", Kind.NOTEBOOK), ("a.py (1)", Kind.MODULE), ("a.zip", Kind.ZIP),
        ("a.pdf (1)", Kind.PDF), ("a.csv", Kind.DATA), ("a", Kind.UNKNOWN), ("v1.2", Kind.UNKNOWN),
    ],
)  # fmt: skip
def test_of_a_file_that_cannot_be_read_the_name_counts(name: str, kind: Kind) -> None:
    assert kind_of(name, b"", whole=False) is kind


@given(st.text(max_size=40) | st.sampled_from([name for name, _, _ in KINDS]), st.binary(max_size=400), st.booleans())
@example("a.ipynb", b'{"nbformat": 4, "kernelspec": ' + b'{"a": ' * 10_000, True)
@example("a.ipynb", b'{"nbformat": 4, "kernelspec": {"language": ' + b"9" * 5_000 + b"}}", True)
@example("a.zip", b"PK\3\4" + b"\xff" * 40, False)
@example("_(1)" * 100 + "x", b"x", True)
@example("a.py" * 20_000 + "!", b"x", True)
def test_no_bytes_and_no_name_make_it_fail(name: str, head: bytes, whole: bool) -> None:
    kind = kind_of(name, head, whole=whole)
    assert all(texts.render(instead(kind, name), language) for language in LANGUAGES)
    assert stem_of(name) or not name
    assert is_system_file(name) in (True, False)


@given(st.sampled_from(KINDS), st.integers(0, 400))
def test_a_cut_head_does_not_make_it_fail(case: tuple[str, bytes, Kind], size: int) -> None:
    assert kind_of(case[0], case[1][:size], whole=False) in Kind


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("ana.ipynb", "ana"), ("ana.IPYNB", "ana"), ("ana.py", "ana"), ("gus.ipynb.txt", "gus"),
        ("leo2.ipynb.json", "leo2"), ("pau.ipynb (1)", "pau"), ("pau.ipynb(12)", "pau"), ("leo.json", "leo"),
        ("sara.url", "sara"), ("P5 (1).ipynb", "P5 (1)"), ("v1.2.ipynb", "v1.2"), ("v1.2", "v1.2"),
        ("ana.ipynb.zip", "ana"), ("ana.tar.gz", "ana"), ("ana.ipynb~", "ana"), ("ana.ipynb_", "ana"),
        ("ana.ipynb.1", "ana"), ("ana.ipynb.ipynb", "ana"), ("ana.ipynb - copia (2)", "ana"),
        ("ana copy.ipynb", "ana copy"), ("ana.ipynb.download", "ana"), ("ana.ipynb.crdownload", "ana"),
        ("ana.pdf (1)", "ana"), ("ana.r.ipynb", "ana.r"),
        ("ana.m.txt", "ana.m"), ("ana.m", "ana"), ("ana.py_files.ipynb", "ana.py_files"), ("ana.pyc", "ana.pyc"),
        ("ana.garcia", "ana.garcia"), ("ana.garcia.ipynb", "ana.garcia"), ("ana", "ana"), (".ipynb", ".ipynb"),
        ("", ""), ("ana.", "ana."), ("ipynb", "ipynb"), ("ana.jpeg.docx", "ana"), ("x" * 300 + ".ipynb", "x" * 300),
    ],
)  # fmt: skip
def test_the_stem_of_a_name(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_names_that_say_what_they_are() -> None:
    assert all(map(says_notebook, ("a.ipynb", "a.ipynb.bak", "a.ipynb (1)", "a.ipynb.txt (1)", "a.py.ipynb")))
    assert not any(map(says_notebook, ("a.json", "ipynb", "a.ipynbx", "a.ipynb.pdf", "a.py", ".ipynb")))
    assert all(map(says_module, ("a.py", "a.PY.txt", "a.py (1)", "a.py.old")))
    assert not any(map(says_module, ("a.pyc", "a.py.ipynb", "a.txt", "py", "a.happy")))


@pytest.mark.parametrize("name", ["~$nb.ipynb", ".~lock.nb.ods#", ".#nb.py", "#nb.py#", ".nb.py.swp", ".~nb.ipynb"])
def test_what_an_editor_leaves_beside_an_open_file(name: str) -> None:
    assert is_lock(name)
    assert is_system_file(name)


@pytest.mark.parametrize("name", ["nb.ipynb:Zone.Identifier", "nb.ipynb_Zone.Identifier", ".DS_Store", "._nb.ipynb"])
def test_what_a_system_leaves(name: str) -> None:
    assert is_system_file(name)
    assert not is_lock(name)


@pytest.mark.parametrize(
    "name", ["nb.ipynb", "nb.ipynb~", ".nb.ipynb", "#1 P5.ipynb", "P5 #2.ipynb", "swp.py", "a.swp"]
)
def test_what_a_student_leaves(name: str) -> None:
    assert not is_system_file(name)


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(RUN)))
def test_every_kind_that_is_not_run_has_a_sentence_of_its_own(kind: Kind) -> None:
    said = instead(kind, f"ana/{'x' * 300}.txt")
    assert said.key == f"file_kinds.{kind}"
    assert said.values == {"name": "x" * 99 + "…"}
    english, spanish = (texts.render(said, language) for language in LANGUAGES)
    assert english != spanish


def test_no_sentence_is_there_in_vain() -> None:
    keys = {key for key in texts.catalogue() if key.startswith("file_kinds.")}
    assert keys == {instead(kind, "").key for kind in Kind}
