"""Data and weights that come with a hand-in: what is noticed, and that honest work is not."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import course
from grader.course import rubric as rubrics
from grader.evidence import carried
from grader.evidence.carried import literal_text, may_hold_data, with_carried
from grader.records import EventFacts, Facts, Message, ModelFacts, Submission
from grader.texts import render
from grader.validation import mutants
from grader.validation.mutants import demo_class
from tests.support.facts import mlp
from tests.support.notebooks import MLP, notebook
from tests.support.work import growth

NOISE = random.Random(3).randbytes(60_000)
TEXT = base64.b64encode(NOISE).decode()
ENTRY = "work.ipynb"


def looked_at(
    *cells: str,
    files: Mapping[str, bytes] | None = None,
    content: bytes | None = None,
    entry: str = ENTRY,
    events: tuple[EventFacts, ...] = (),
    recorded: tuple[ModelFacts, ...] = (),
) -> Facts:
    every = {entry: notebook(*cells) if content is None else content, **(files or {})}
    hand_in = Submission(student="a", exercise="e", files=every, entry=entry)
    return with_carried(Facts(ended="ok", events=events, recorded=recorded), hand_in)


def said(about: Facts) -> list[tuple[str, str]]:
    """Every reason and notice in both languages."""
    return [(render(one, "en"), render(one, "es")) for one in (*about.carried, *about.notices)]


def keys(about: Facts) -> list[str]:
    return [reason.key.removeprefix("scoring.carried_") for reason in about.carried]


# ---------------------------------------------------------------- literals


def test_a_long_string_is_named_with_its_cell_and_its_size() -> None:
    found = looked_at("x = 1", f'weights = "{TEXT}"')
    assert keys(found) == ["literals"]
    assert "holds 80 kB of text and numbers as literals, most of it in code cell 2;" in said(found)[0][0]
    assert "contiene 80 kB" in said(found)[0][1]
    assert "la celda de código 2" in said(found)[0][1]


def test_calls_that_unpack_it_are_named_too() -> None:
    found = looked_at(f'import base64, zlib\nraw = zlib.decompress(base64.b64decode("{TEXT}"))', "np.frombuffer(raw)")
    assert keys(found) == ["unpacked"]
    assert said(found)[0][0].endswith("It also has calls that unpack data: b64decode, decompress, frombuffer.")
    assert "80 kB" in said(found)[0][1]
    assert said(found)[0][1].endswith("llamadas que desempaquetan datos: b64decode, decompress, frombuffer.")


PIECES = [TEXT[start : start + 40] for start in range(0, 24_000, 40)]
WAYS = {
    "lines": "x = (\n" + "\n".join(f'    "{piece}"' for piece in PIECES) + ")",
    "a list of pieces": f"x = {PIECES!r}",
    "escaped bytes": f"x = {NOISE[:8000]!r}",
    "hexadecimal digits": f"x = bytes.fromhex('{NOISE[:11_000].hex()}')",
    "base 85": f"x = {base64.b85encode(NOISE[:18_000])!r}",
    "base 85 in three quotes": f'x = b"""{base64.a85encode(NOISE[:18_000], wrapcol=76).decode()}"""',
    "whole numbers": f"x = {list(NOISE[:6_000])!r}",
    "decimal numbers": f"x = {np.random.default_rng(0).normal(size=1_500).tolist()!r}",
    "one number": f"x = {int.from_bytes(NOISE[:11_000], 'big'):#x}",
    "a number for each word": f"x = '{' '.join(map(str, NOISE[:6_000]))}'.split()",
    "a file of the notebook's own": f"%%writefile w.txt\n{TEXT[:24_000]}",
    "a shell": f"!echo {TEXT[:24_000]} > w.txt",
    "a string that is never closed": f'x = "{TEXT[:24_000]}',
    "a cell that is no Python": f"if x = = '{TEXT[:24_000]}'",
    "a comment that is read back": f"#{TEXT[:24_000]}\nx = In[1]",
    "f-strings": f'x = f"{{0}}{TEXT[:24_000]}"',
}


@pytest.mark.parametrize("cell", WAYS.values(), ids=WAYS)
def test_data_in_one_cell_is_noticed_however_they_are_written(cell: str) -> None:
    assert keys(looked_at("y = 1", cell)) in (["literals"], ["unpacked"])


def test_data_spread_over_many_cells_add_up() -> None:
    cells = [f'x{number} = "{TEXT[:8_000]}"' for number in range(6)]
    assert keys(looked_at(*cells[:4])) == []
    found = looked_at(*cells)
    assert keys(found) == ["literals"]
    assert "48 kB" in said(found)[0][0]
    assert "code cell 1, code cell 2, code cell 3" in said(found)[0][0]


def test_a_module_or_another_notebook_beside_is_read_as_code() -> None:
    for name, content in (("w.py", f'w = "{TEXT}"'.encode()), ("other.ipynb", notebook(f'w = "{TEXT}"'))):
        found = looked_at("from w import w", files={name: content})
        assert keys(found) == ["literals"]
        assert f"most of it in {name};" in said(found)[0][0]


def test_code_that_nobody_types_is_noticed_by_its_length() -> None:
    found = looked_at("x = 1", "\n".join(f"a{number} = bias + c" for number in range(20_000)))
    assert keys(found) == ["code"]
    assert "The code is 3" in said(found)[0][0]
    assert "El código ocupa 3" in said(found)[0][1]
    assert "cell 2;" in said(found)[0][0]
    hidden = "".join(" \t"[byte & 1] for byte in NOISE for _ in range(6))
    assert keys(looked_at(f"x = 1{hidden}# the end")) == ["code"]


def test_code_of_ten_megabytes_is_noticed_by_its_length_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "literal_text", None)  # reading it would fail the test
    assert keys(looked_at("x=1;" * 2_000_000)) == ["code"]


@pytest.mark.parametrize("part", ['"\\', "'''", '"""', "b'", "x" * 59 + " ", "+=", "1.", "#\n", "\\\n", "'\"", '"" "'])
def test_the_time_to_read_code_grows_with_its_length(part: str) -> None:
    source = part * (250_000 // len(part))
    assert 0 <= literal_text(source) <= len(source) * 2
    assert growth(lambda size: literal_text(part * (size // len(part))), 250_000 // 8, 250_000) < 24  # squared: 64


@given(st.text(st.sampled_from("'\"\\\n#rbf x1.%=_"), max_size=60))
def test_any_text_is_counted_at_most_as_long_as_it_is(source: str) -> None:
    assert 0 <= literal_text(source) <= 2 * len(source)


def test_many_names_are_noticed_used_or_not() -> None:
    table = "; ".join(f"k{number:03d}_{'VUXWTSYZ' * 6}" for number in range(200))
    for source in (table, f"{table}\n{table}", f"def table():\n    {table}"):
        about = looked_at(source)
        assert "names" in keys(about)
        assert any(
            english.startswith("The code holds 10 kB of different names") and "10 kB de nombres" in spanish
            for english, spanish in said(about)
        )
    assert keys(looked_at("; ".join(f"value_{number}" for number in range(300)))) == []


def test_large_pictures_are_noticed_where_code_opens_them_and_a_model_was_trained() -> None:
    picture = {"own.png": b"\x89PNG" + bytes(400_000)}
    opens = "from PIL import Image\nimage = Image.open('own.png')"
    about = looked_at(opens, files=picture, recorded=(mlp(),))
    assert keys(about) == ["pictures"]
    assert said(about)[0][0].startswith("Pictures of 400 kB came with the notebook")
    assert said(about)[0][1].startswith("Con el cuaderno vinieron imágenes de 400 kB")
    for source, recorded in (("x = 1", (mlp(),)), (opens, ())):
        assert keys(looked_at(source, files=picture, recorded=recorded)) == []


def test_comments_and_names_are_no_literals() -> None:
    assert literal_text("# 'nothing' 123\nvariable_1 = other2 + more3  # 4567") == 0
    assert literal_text("x = 'a#b'  # c") == 5
    assert literal_text("%%time\nx = 'abc'") == 5
    assert literal_text("x = [1, 23]") == 5
    assert literal_text("'''a\n'b' \\''' c''' + \"d\\\"e\"") == 24


# ---------------------------------------------------------------- what a notebook holds besides code


def with_rest(source: str, place: str) -> bytes:
    """A notebook with one code cell and 400 kB somewhere else in it."""
    document = json.loads(notebook(source))
    much = base64.b64encode(NOISE * 5).decode()
    cell: dict[str, Any] = document["cells"][0]
    if place == "attachment":
        note = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "x"}
        document["cells"].append({**note, "attachments": {"a.png": {"image/png": much}}})
    elif place == "output":
        cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": much}}]
    else:
        cell["metadata"] = {"more": much}
    return json.dumps(document).encode()


@pytest.mark.parametrize("place", ["attachment", "output", "metadata"])
def test_a_notebook_that_reads_its_own_file_is_noticed_only_when_there_is_much_in_it(place: str) -> None:
    source = "import json\nrest = json.load(open('work.ipynb'))"
    found = looked_at(content=with_rest(source, place))
    assert keys(found) == ["reading"]
    assert "(.ipynb)" in said(found)[0][0]
    assert "hold 400 kB besides code" in said(found)[0][0]
    assert "contienen 400 kB además del código" in said(found)[0][1]
    assert keys(looked_at(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "model.summary()",
        "!jupyter nbconvert --to html work.ipynb\nopen('a.txt')",
        "files.download('work.ipynb')",
        "# open('work.ipynb')\nopen('a.txt')",
        "x = open('notes.csv').read()",
    ],
)
def test_large_outputs_are_the_rule_and_reading_other_files_is_too(source: str) -> None:
    assert keys(looked_at(content=with_rest(source, "output"))) == []


def test_a_page_that_the_code_reads_is_noticed() -> None:
    page = {"report.html": b"<p>" + TEXT.encode() * 5}
    assert keys(looked_at("x = 1", files=page)) == []
    assert keys(looked_at("x = open('report.html').read()", files=page)) == ["reading"]


# ---------------------------------------------------------------- files


def archive(name: str, size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, NOISE[:size])
    return buffer.getvalue()


BROUGHT = {
    "w.h5": b"\x89HDF\r\n" + NOISE,
    "w.weights.h5": NOISE,
    "m.keras": archive("config.json", 30_000),
    "x.npz": archive("x.npy", 30_000),
    "x.npy": b"\x93NUMPY" + NOISE,
    "w.pkl": b"\x80\x04" + NOISE,
    "saved/variables.data-00000-of-00001": NOISE,
    "harmless.txt": b"\x80\x04" + NOISE,
    "picture.png": archive("x.npy", 30_000),
    "data.csv": b"1,2,3\n" * 60_000,
    "data.csv.gz": b"\x1f\x8b" + NOISE,
    "weights.txt": TEXT.encode() * 4,
    "weights.xyz": TEXT.encode() * 14,
    "noise": NOISE * 20,
    "false.pdf": NOISE * 20,
}
ORDINARY = {
    "results.csv": b"epoch,accuracy\n1,0.9\n" * 500,
    "photo.jpg": b"\xff\xd8\xff" + NOISE * 30,
    "plot.png": b"\x89PNG\r\n" + NOISE * 30,
    "report.pdf": b"%PDF-1.7" + NOISE * 30,
    "report.docx": archive("[Content_Types].xml", 60_000),
    "page.html": TEXT.encode() * 20,
    "notes.md": b"# Notes\n" * 1000,
    "history.pkl": b"\x80\x04" + NOISE[:3000],
    "tiny.h5": b"\x89HDF\r\n" + NOISE[:8000],
    "other.ipynb": with_rest("x = 1", "output"),
    "module.py": b"def area(a, b):\n    return a * b\n",
    "requirements.txt": b"keras\n",
}


@pytest.mark.parametrize("name", BROUGHT)
def test_a_file_that_may_hold_data_is_named_with_its_size(name: str) -> None:
    found = looked_at("x = 1", files={name: BROUGHT[name]})
    assert keys(found) == ["files"]
    size = f"{name} ({len(BROUGHT[name]) // 1000} kB)"
    assert size in said(found)[0][0]
    assert size in said(found)[0][1]


@pytest.mark.parametrize("name", ORDINARY)
def test_what_students_hand_in_anyway_is_not_noticed(name: str) -> None:
    assert not may_hold_data(name, ORDINARY[name])
    assert said(looked_at("x = 1", files={name: ORDINARY[name]})) == []


def test_many_files_make_one_reason() -> None:
    found = looked_at("x = 1", files={f"{number}.npy": BROUGHT["x.npy"] for number in range(12)})
    assert keys(found) == ["files"]
    assert "7.npy (60 kB), ... +4." in said(found)[0][0]


def event(kind: Any, path: str) -> EventFacts:
    return EventFacts(kind=kind, model=0, path=path)


def test_a_model_that_the_run_wrote_anew_is_a_notice() -> None:
    files = {"m.keras": BROUGHT["m.keras"]}
    found = looked_at("x = 1", files=files, events=(event("save", "./m.keras"), event("load", "m.keras")))
    assert keys(found) == []
    assert [notice.key for notice in found.notices] == ["scoring.carried_rewritten"]
    assert "m.keras (30 kB)" in said(found)[0][0]
    assert "escribió de nuevo: m.keras (30 kB)" in said(found)[0][1]
    for first in ((), (event("load", "m.keras"), event("save", "m.keras")), (event("save", "other.keras"),)):
        assert keys(looked_at("x = 1", files=files, events=first)) == ["files"]
    arrays = {"x.npz": BROUGHT["x.npz"]}
    assert keys(looked_at("x = 1", files=arrays, events=(event("save", "x.npz"),))) == ["files"]


# ---------------------------------------------------------------- loops of their own


@pytest.mark.parametrize(
    ("cell", "own"),
    [
        ("with tf.GradientTape() as tape:\n    l = f()\noptimizer.apply_gradients(zip(g, v))", True),
        ("with tf.GradientTape() as tape:\n    l = f()\noptimizer.apply(g, v)", True),
        ("with tf.GradientTape() as tape:\n    l = f()\nw.assign_sub(0.1 * g)", True),
        ("for batch in data:\n    model.train_step(batch)", True),
        ("with tf.GradientTape() as tape:\n    saliency = tape.gradient(y, x)", False),
        ("# with tf.GradientTape() as tape: optimizer.apply_gradients(g)\nmodel.fit(x, y)", False),
        ("frame.apply(str)", False),
    ],
)
def test_a_loop_of_the_notebooks_own_is_seen_in_its_code(cell: str, own: bool) -> None:
    assert looked_at("x = 1", cell).own_loop is own


# ---------------------------------------------------------------- honest work


def ours() -> dict[str, bytes]:
    """Every reference, handout and mutant of the course, and the demo's class."""
    shipped = course.shipped()
    found = {path.name: path.read_bytes() for path in (shipped.root / "exercises").rglob("*.ipynb")}
    for path in sorted((shipped.root / "rubrics").glob("*.yaml")):
        by = rubrics.load(path)
        reference = (shipped.root / "reference" / by.exercise / "solution.ipynb").read_bytes()
        found[by.exercise] = reference
        found |= {f"{by.exercise}/{one.name}": one.content for one in mutants.make(by, reference)}
        if by.exercise == "mnist-mlp":
            found |= {f"demo/{one.file_name}": one.content for one in demo_class.demo_class(reference)}
    return found


def test_nothing_of_the_course_itself_is_noticed() -> None:
    every = ours()
    assert len(every) > 150
    facts = {
        name: looked_at(content=content, entry="work.py" if name.endswith(".py") else ENTRY)
        for name, content in every.items()
    }
    assert {name: (*about.carried, *about.notices) for name, about in facts.items() if said(about)} == {}
    assert [name for name, about in facts.items() if about.own_loop] == []


def test_an_ordinary_notebook_is_not_noticed() -> None:
    assert said(looked_at("import keras", MLP, "print('Exactitud:', 0.97)")) == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b'{"cells": 3}', b"[" * 100_000])
def test_what_cannot_be_read_says_nothing(content: bytes) -> None:
    assert looked_at(content=content).carried == ()


def test_a_hand_in_without_an_entry_still_shows_its_files() -> None:
    hand_in = Submission(student="a", exercise="e", files={"w.h5": BROUGHT["w.h5"]}, entry=None)
    assert keys(with_carried(Facts(ended="unreadable"), hand_in)) == ["files"]


def test_every_reason_keeps_its_values_plain() -> None:
    found = looked_at(f'x = b64decode("{TEXT}")', files=BROUGHT)
    assert len(found.carried) == 2
    for reason in found.carried:
        assert isinstance(reason, Message)
        json.dumps(dict(reason.values))
