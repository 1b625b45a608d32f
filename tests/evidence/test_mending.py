"""Notebooks whose JSON was broken by hand: what is whole is read, and what is not is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.evidence import keys
from grader.evidence.preparing import mending
from grader.evidence.preparing.mending import Mended, mended
from grader.evidence.preparing.notebook import Program, every_cell, program
from grader.grading.gather import _with_mending
from grader.records import Facts, Message
from grader.texts import render
from tests.support.work import growth

SOURCES = (
    "# Cifras\nUna red",
    'import keras\nprint("hola", "mundo")\nd = {"a": [1, 2], "b": {}}\nd["a"]',
    "model = keras.Sequential([\n    layers.Dense(10)])\n",
    "answers = {'q1': 7850}",
)
HEAD = {"metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


def cell(number: int, source: str) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": "code" if number else "markdown", "id": f"c{number}", "metadata": {}}
    if number:
        made["execution_count"] = number
        made["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["una\n", "dos\n"]}]
    return {**made, "source": re.findall(r"[^\n]*\n|[^\n]+", source)}


def dumped(sources: tuple[str, ...] = SOURCES, indent: int | None = 1) -> str:
    made = [cell(number, source) for number, source in enumerate(sources)]
    return json.dumps({"cells": made, **HEAD}, indent=indent)


WHOLE = dumped()
# As Kaggle and older Colab write: one line, and a cell's metadata before its type.
KAGGLE = json.dumps(
    {
        **HEAD,
        "nbformat": 4,
        "cells": [
            {"metadata": {"trusted": True, "a": {}}, "cell_type": "code" if number else "markdown", "source": source}
            for number, source in enumerate(SOURCES)
        ],
    }
)


def joined(found: Mended) -> list[str]:
    """The text of all cells."""
    return ["".join(one["source"]) for one in found.cells]


def told(found: Mended | None) -> list[tuple[str, int]]:
    assert found is not None
    return [(repair.kind, repair.line) for repair in found.repairs]


def changed(text: str, old: str, new: str) -> str:
    """``text`` with the first ``old`` replaced, which is valid JSON no longer."""
    assert old in text
    made = text.replace(old, new, 1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(made)
    return made


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# ---------------------------------------------------------------- each damage


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param("  },\n  {", "  }\n  {", "comma", id="no comma between cells"),
        pytest.param('"metadata": {},\n   "exec', '"metadata": {}\n   "exec', "comma", id="no comma between keys"),
        pytest.param('"import keras\\n",', '"import keras\\n"', "comma", id="no comma between lines"),
        pytest.param('"import keras\\n",', '"import keras\\n",,', "comma", id="two commas between lines"),
        pytest.param('"dos\\n"\n', '"dos\\n",\n', "comma", id="comma at the end of a list"),
        pytest.param('"d[\\"a\\"]"\n   ]', '"d[\\"a\\"]"\n   ],', "comma", id="comma at the end of a cell"),
        pytest.param("]\n  }\n ],", "]\n  },\n ],", "comma", id="comma at the end of the cells"),
        pytest.param('"import keras\\n",', '"import keras\\n":,', "comma", id="a colon between lines"),
        pytest.param('"source": [', '"source" [', "comma", id="no colon"),
        pytest.param('"execution_count": 1', '"execution_count": ', "comma", id="no value"),
        pytest.param('"Una red"\n   ]', '"Una red"\n', "comma", id="list not closed"),
        pytest.param(']\n  },\n  {\n   "cell', ']\n  ,\n  {\n   "cell', "comma", id="cell not closed"),
        pytest.param('{\n   "cell_type": "code"', '   "cell_type": "code"', "comma", id="cell not opened"),
        pytest.param('"Una red"\n   ]', '"Una red"\n   ]]', "comma", id="list closed twice"),
        pytest.param('"metadata": {},\n   "exec', '"metadata": {}},\n   "exec', "comma", id="cell closed too early"),
        pytest.param('print(\\"hola\\"', 'print("hola"', "text", id="a word in quotes"),
        pytest.param('\\"hola\\", \\"mundo\\"', '"hola", "mundo"', "text", id="two words in quotes"),
        pytest.param('d[\\"a\\"]', 'd["a"]', "text", id="quotes in brackets"),
        pytest.param('{\\"a\\": [', '{"a": [', "text", id="quotes that look like a key"),
        pytest.param('"import keras\\n"', '""import keras\\n"', "text", id="a quote too many before"),
        pytest.param('"import keras\\n"', '"import keras\\n""', "text", id="a quote too many behind"),
        pytest.param('keras\\n",', "keras\\n,", "text", id="no quote at the end"),
        pytest.param('"import keras', "import keras", "text", id="no quote at the start"),
        pytest.param("keras\\n", "keras\n", "text", id="a line break as it is"),
        pytest.param("keras\\n", "keras\n    ", "text", id="a line break and an indentation"),
        pytest.param('"outputs"', 'x "outputs"', "stray", id="a letter between keys"),
        pytest.param("},\n  {", "},q\n  {", "stray", id="a letter between cells"),
    ],
)
def test_a_small_damage_costs_no_cell(old: str, new: str, kind: str) -> None:
    found = mended(changed(WHOLE, old, new))
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert (found.kept, found.lost, found.is_sure) == (4, 0, True)
    ((said, line),) = told(found)
    assert said == kind
    assert abs(line - line_of(WHOLE, old)) <= old.count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('}, {"metadata"', '} {"metadata"', "comma"),
        ('print(\\"hola\\"', 'print("hola"', "text"),
        ('\\"hola', '"hola', "text"),
        ('"}]', '"},]', "comma"),
        ('"source": "import', '"source" "import', "comma"),
    ],
)
def test_a_notebook_in_one_line_is_mended_too(old: str, new: str, kind: str) -> None:
    found = mended(changed(KAGGLE, old, new))
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert (found.lost, told(found)) == (0, [(kind, 1)])


@pytest.mark.parametrize("old", ["import keras", "keras"])
def test_a_tab_and_a_lone_backslash_belong_to_the_text(old: str) -> None:
    for new in (f"\t{old}", f"\\d{old}"):
        found = mended(changed(WHOLE, old, new))
        assert found is not None
        assert joined(found)[1] == SOURCES[1].replace(old, new, 1)
        assert told(found) == [("text", line_of(WHOLE, old))]


def test_text_around_a_notebook_is_passed_over() -> None:
    before, behind = mended("Práctica 5:\n" + WHOLE), mended(WHOLE + "\nfin\n")
    assert before is not None
    assert behind is not None
    assert joined(before) == joined(behind) == list(SOURCES)
    assert told(before) == [("stray", 1)]
    assert told(behind) == [("stray", WHOLE.count("\n") + 2)]
    assert before.is_sure
    assert behind.is_sure


def test_a_damage_behind_the_cells_is_named_by_its_line() -> None:
    found = mended(changed(WHOLE, '"language": "python",', '"language": "python"'))
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert (told(found), found.is_sure) == ([("comma", line_of(WHOLE, '"language"') + 1)], True)


def test_a_word_within_a_cell_is_left_out_and_somebody_must_look() -> None:
    found = mended(changed(WHOLE, '"import keras\\n",', 'print(7)\n"import keras\\n",'))
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert (found.kept, found.lost, found.is_sure) == (4, 1, False)


# ---------------------------------------------------------------- merges, copies, broken files


def conflict(first: str, second: str, base: str | None = None) -> str:
    common = "" if base is None else f"||||||| 1a2b3c\n{base}"
    return f"<<<<<<< HEAD\n{first}{common}=======\n{second}>>>>>>> la otra\n"


@pytest.mark.parametrize("base", [None, '   "execution_count": 0,\n'])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_of_a_conflict_the_first_version_counts(base: str | None, ends: str) -> None:
    line = '   "execution_count": 2,\n'
    text = changed(WHOLE, line, conflict(line, '   "execution_count": 9,\n', base)).replace("\n", ends)
    found = mended(text)
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert [one.get("execution_count") for one in found.cells] == [None, 1, 2, 3]
    assert told(found) == [("conflict", line_of(WHOLE, line))]
    assert (found.lost, found.is_sure) == (1, False)


def test_of_conflicts_over_whole_cells_too() -> None:
    second = WHOLE.index("  {", WHOLE.index('"c0"'))
    third = WHOLE.index('  {\n   "cell_type"', second + 5)
    theirs = WHOLE[second:third].replace("import keras", "import torch")
    text = WHOLE[:second] + conflict(WHOLE[second:third], theirs) + WHOLE[third:]
    found = mended(text)
    assert found is not None
    assert joined(found) == list(SOURCES)
    assert "torch" not in str(found.cells)


@pytest.mark.parametrize(
    ("marks", "cells"),
    [("<<<<<<< HEAD\n", 4), (">>>>>>> b\n", 4), ("=======\n>>>>>>> b\n", 4), ("<<<<<<< a\n<<<<<<< a\n=======\n", 4)],
)
def test_a_conflict_that_was_cleared_in_part_costs_no_cell(marks: str, cells: int) -> None:
    found = mended(WHOLE.replace('  {\n   "cell_type": "code"', marks + '  {\n   "cell_type": "code"', 1))
    assert found is not None
    assert (joined(found), found.kept) == (list(SOURCES), cells)


def test_the_cells_of_two_notebooks_in_one_file_are_all_read() -> None:
    found = mended(WHOLE + "\n" + dumped(("# Otro", "x = 1")))
    assert found is not None
    assert joined(found) == [*SOURCES, "# Otro", "x = 1"]
    assert told(found) == [("several", WHOLE.count("\n") + 2)]
    assert (found.kept, found.lost, found.is_sure) == (6, 0, False)


def test_many_small_damages_hide_no_second_notebook() -> None:
    many = dumped(("# T", *["x = 1"] * 40))
    found = mended(many.replace("},\n  {", "}\n  {") + WHOLE)
    assert found is not None
    assert (found.kept, found.lost, found.is_sure) == (45, 0, False)
    assert {kind for kind, _ in told(found)} == {"comma", "several"}


def test_of_a_file_that_breaks_off_the_whole_cells_are_read() -> None:
    starts = [one.start() for one in re.finditer(r'  \{\n   "cell_type"', WHOLE)]
    for length in range(starts[2], len(WHOLE)):
        found = mended(WHOLE[:length])
        assert found is not None
        whole = [source for source in joined(found) if source in SOURCES]
        ended = length > WHOLE.index(' ],\n "metadata": {\n  "kernel') + 1
        assert whole == list(SOURCES[: found.kept])
        assert found.kept == 4 if ended else found.lost == 1
        assert found.is_sure == ended, WHOLE[:length][-30:]
        assert "cut" in [kind for kind, _ in told(found)] or (ended and WHOLE[:length].rstrip()[-1] == "}")


def test_a_piece_that_cannot_be_read_is_shown_in_its_place() -> None:
    lines = '"import keras\\n",\n    "print(\\"hola\\", \\"mundo\\")\\n"'
    found = mended(changed(WHOLE, lines, '[{"import: keras\n\n print('))
    assert found is not None
    assert joined(found)[::2] == list(SOURCES[::2])
    assert found.cells[1]["cell_type"] == "raw"
    assert "print(" in joined(found)[1]
    assert (found.kept, found.lost, found.is_sure) == (3, 1, False)
    assert told(found) == [("lost", line_of(WHOLE, '"c1"') - 2)]


@pytest.mark.parametrize("key", ['"cell_type: ', '"cell-type": ', ""])
def test_a_cell_that_is_no_longer_known_as_one_is_not_passed_over(key: str) -> None:
    broken = WHOLE[:-2]  # not valid JSON in any case
    for kind in ("code", "markdown"):
        found = mended(broken.replace(f'"cell_type": "{kind}"', f'{key}"{kind}"', 1))
        assert found is not None
        assert not found.is_sure


def test_lines_of_a_cell_that_was_closed_too_early_are_not_passed_over() -> None:
    for text in (WHOLE, WHOLE.replace(SOURCES[3], SOURCES[3] + '\\n",\n    "más = 1')):
        for line in re.findall(r'\n    ".*\\n",', text):
            found = mended(text.replace(line, line + "\n   ]}", 1))
            assert found is not None
            assert joined(found) == [*SOURCES[:3], joined(found)[3]] or not found.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "nada", '{"cells": [}', '{"cells": [{"cell_type": "code", "source": "x = 1', "[[[[[",
        '{"cells": [{"cell_type": "markdown", "source": "x"}, ]}', '{"cells": [{"cell_type": "code", "source": ""}, ]}',
        '{"cell_type": "code"', '"cell_type":', '{"cells": [{"cell_type": "code", "source": 3}, ]}',
    ],
)  # fmt: skip
def test_without_a_whole_cell_of_code_nothing_is_read(text: str) -> None:
    assert mended(text) is None
    assert isinstance(program("a.ipynb", text.encode()), Message)


# ---------------------------------------------------------------- what the card says


def test_a_mended_notebook_has_the_same_numbers_everywhere_and_says_so() -> None:
    content = changed(WHOLE, '"import keras\\n",', '"import keras\\n"').encode()
    found = program("dir/a.ipynb", content)
    assert isinstance(found, Program)
    assert [one.cell for one in found.cells] == [1, 2, 3]
    assert {one.cell: one.source for one in every_cell("a.ipynb", content)} == dict(enumerate(SOURCES, 1))
    (notice,) = found.notices
    line = line_of(WHOLE, '"import keras') + 1
    assert render(notice, "en").startswith(
        "a.ipynb is not valid JSON; it was mended before it ran, and nothing is missing (4 cells): a comma, colon or "
        f"bracket missing or one too many (line {line}). That costs nothing."
    )
    assert f"(línea {line})" in render(notice, "es")
    facts = _with_mending(Facts(ended="ok"), found)
    assert (facts.notices, facts.carried) == ((notice,), ())


def test_lost_cells_are_told_and_ask_for_a_person() -> None:
    content = (WHOLE[: WHOLE.index("layers.Dense")]).encode()
    found = program("a.ipynb", content)
    assert isinstance(found, Program)
    assert [one.cell for one in found.cells] == [1]
    assert [one.kind for one in every_cell("a.ipynb", content)] == ["markdown", "code", "raw"]
    before = Facts(ended="ok", notices=(Message(key="runs.disk_full"),), carried=(Message(key="scoring.carried_code"),))
    facts = _with_mending(before, found)
    assert facts.notices == (*found.notices, *before.notices)
    assert facts.carried == (*found.reasons, *before.carried)
    (notice,), (reason,) = found.notices, found.reasons
    assert "Cells read: 2; parts left out: 1." in render(notice, "en")
    assert "Celdas leídas: 2; partes que faltan: 1." in render(notice, "es")
    assert render(reason, "en").startswith("a.ipynb is damaged: cells read 2, parts left out 1.")
    assert render(reason, "es").startswith("a.ipynb está dañado: celdas leídas 2, partes que faltan 1.")


KINDS: dict[str, Callable[[], str]] = {
    "conflict": lambda: changed(WHOLE, '   "id": "c1",\n', conflict('   "id": "c1",\n', "")),
    "cut": lambda: WHOLE[:-4],
    "several": lambda: WHOLE + WHOLE,
    "text": lambda: changed(WHOLE, '\\"hola\\"', '"hola"'),
    "joined": lambda: dumped(("# T", 'x = 1\n,"'), None).replace('\\n", ",', '\\n" ",'),
    "comma": lambda: changed(WHOLE, "},\n  {", "}\n  {"),
    "stray": lambda: "!" + WHOLE,
    "lost": lambda: changed(WHOLE, '"c1",', '"c1" "c2": {{'),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_damage_can_be_read_out(kind: str) -> None:
    found = program("a.ipynb", KINDS[kind]().encode())
    assert isinstance(found, Program)
    (notice,) = found.notices
    assert [part["key"] for part in notice.values["repairs"]] == [f"runs.mended_{kind}"]
    for language, line in (("en", "(line "), ("es", "(línea ")):
        assert line in render(notice, language)
    assert set(KINDS) == set(mending.Kind.__args__)


def test_what_is_not_broken_is_not_mended() -> None:
    for content in (WHOLE, KAGGLE):
        found = program("a.ipynb", content.encode())
        assert isinstance(found, Program)
        assert (found.notices, found.reasons) == ((), ())
    assert _with_mending(Facts(ended="ok"), Message(key="runs.no_code")) == Facts(ended="ok")


def test_a_run_depends_on_how_a_notebook_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"submission": "s", "rubric_part": {}, "data": "d", "seed": 0}
    before = keys.run_key(**whole)
    monkeypatch.setattr(keys, "running_sha256", lambda: "another")
    assert keys.run_key(**whole) != before


# ---------------------------------------------------------------- any notebook


# What JSON, git and notebooks give a meaning is frequent.
pieces = st.sampled_from(
    ['"', "\\", "{", "}", "[", "]", ",", ":", "\n", "x", " ", '"cell_type": "code"', '"source": [', "é", "\\n", "==="]
)
texts_ = st.lists(pieces, max_size=12).map("".join)
codes = st.lists(texts_.map(lambda text: "x = 1\n" + text), min_size=1, max_size=5).map(tuple)
indents = st.sampled_from([None, 1, 4])


@given(codes, indents)
def test_a_valid_notebook_is_read_as_it_is(sources: tuple[str, ...], indent: int | None) -> None:
    text = dumped(("# T", *sources), indent)
    found = program("a.ipynb", text.encode())
    assert isinstance(found, Program)
    assert (found.notices, found.reasons) == ((), ())
    assert [one.source for one in found.cells] == list(sources)
    every = mended(text)  # cell by cell nothing else is found
    assert every is not None
    assert list(every.cells) == json.loads(text)["cells"]
    assert (every.kept, every.lost, every.is_sure) == (len(sources) + 1, 0, True)


def is_valid(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


def outside_strings(text: str) -> list[int]:
    """Where no string is, its quotes included."""
    free, at = [], 0
    for string in re.finditer(r'"(?:[^"\\]|\\.)*"', text):
        free += range(at, string.start())
        at = string.end()
    return [*free, *range(at, len(text))]


@given(codes, indents, st.data())
@example(("x = 1\n",), None, None)
@example(('x = 1\n"',), None, None)
def test_one_damage_costs_no_cell_or_is_told(sources: tuple[str, ...], indent: int | None, data: Any) -> None:
    text = dumped(("# T", *sources), indent)
    free = outside_strings(text)
    if data is None:
        at, how = text.index("}, {") + 1, ""
    else:
        at, how = data.draw(st.sampled_from(free)), data.draw(st.sampled_from(["", ",", "x", "]", "}", "[", "{", ":"]))
    broken = text[:at] + how + text[at + (not how) :]
    assume(not is_valid(broken))
    found = mended(broken)
    if found is not None:
        assert joined(found) == ["# T", *sources] or not found.is_sure
        assert found.kept + found.lost > len(sources)
    else:
        assert len(sources) == 1  # the only cell of code


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("ends", ['"', '\\"', '"""', '["', ':"'])
def test_a_colon_typed_behind_code_that_ends_in_a_lone_quote_costs_no_cell_or_is_told(
    ends: str, indent: int | None
) -> None:
    sources = (f"x = 1\n{ends}", "y = 2")
    text = dumped(("# T", *sources), indent)
    string = json.dumps(ends)
    at = text.index(string) + len(string)
    found = mended(f"{text[:at]}:{text[at:]}")
    assert found is not None
    assert joined(found) == ["# T", *sources] or not found.is_sure
    assert found.kept + found.lost == 3


LINES = (
    'print("hola")', 'd = {"a": [1], "b": 2}', 'x["k"] = "v"', "y = f'{x}'", 'print("a", "b", sep="")', "z = [1, 2]",
    's = "\\n"', 'if x == "": pass', 'f("a", g("b"), {"c": "d"})', "", "# fin",
)  # fmt: skip
typed = st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map(lambda some: "\n".join(["a = 1", *some, "b = 2"]))


def with_bare_quotes(text: str, at: int) -> str:
    """A line of the file, all of whose escaped quotes are typed as they are."""
    lines = text.split("\n")
    quoted = [number for number, line in enumerate(lines) if '\\"' in line]
    assume(quoted)
    number = quoted[at % len(quoted)]
    lines[number] = lines[number].replace('\\"', '"')
    return "\n".join(lines)


def with_a_break(text: str, at: int) -> str:
    """A line break in a text as it is."""
    breaks = [one.start() for one in re.finditer(r'(?<!\\)\\n(?=")', text)]
    return text[: breaks[at % len(breaks)]] + "\n" + text[breaks[at % len(breaks)] + 2 :]


def with_a_conflict(text: str, at: int) -> str:
    """A few lines of the file in two versions."""
    lines = text.split("\n")
    first = at % len(lines)
    last = first + 1 + at % 7
    ours = "".join(f"{line}\n" for line in lines[first:last])
    return "".join(f"{line}\n" for line in lines[:first]) + conflict(ours, ours.upper()) + "\n".join(lines[last:])


@pytest.mark.parametrize("damage", [with_bare_quotes, with_a_break, with_a_conflict])
@given(sources=st.lists(typed, min_size=2, max_size=4).map(tuple), at=st.integers(1, 10**6))
def test_a_damage_as_hands_make_it_costs_no_cell(
    damage: Callable[[str, int], str], sources: tuple[str, ...], at: int
) -> None:
    broken = damage(dumped(("# T", *sources)), at)
    assume(not is_valid(broken))
    found = mended(broken)
    assert found is not None
    assert joined(found) == ["# T", *sources]
    assert found.is_sure == (damage is not with_a_conflict)
    assert found.kept == len(sources) + 1


@given(codes, indents, st.integers(0, 10**6))
def test_whatever_is_cut_off_is_told(sources: tuple[str, ...], indent: int | None, length: int) -> None:
    text = dumped(("# T", *sources), indent)
    broken = text[: length % len(text)]
    found = mended(broken)
    assume(found is not None)
    assert found is not None
    assert joined(found)[: found.kept] == ["# T", *sources][: found.kept]
    assert found.kept == len(sources) + 1 or not found.is_sure


@given(st.text(max_size=200) | st.lists(pieces, max_size=60).map("".join))
def test_no_text_makes_it_fail(text: str) -> None:
    for whole in (text, '{"cells": [{"cell_type": "code", "source": "x = 1"}, ' + text):
        found = mended(whole)
        assert found is None or (found.kept > 0 and len(found.repairs) > 0)


# ---------------------------------------------------------------- hostile sizes


SIZE = 2_000_000
CODE = '{"cell_type":"code","source":["a"]}'
HOSTILE: dict[str, Callable[[int], str]] = {
    "quotes": lambda size: CODE + '"' * size,
    "cells": lambda size: (CODE + ",") * (size // 35),
    "cells that begin": lambda size: '{"cell_type":' * (size // 13),
    "cells in cells": lambda size: '[{"cell_type":' * 400 + "0," * (size // 2),
    "objects": lambda size: CODE + '{"a":' * (size // 5),
    "lists": lambda size: "[" * size,
    "marks": lambda size: "<<<<<<<\n" * (size // 8) + CODE,
    "merges": lambda size: "<<<<<<< a\n=======\n>>>>>>> b\n" * (size // 28) + CODE,
    "strings without commas": lambda size: '{"cell_type":"code","source":[' + '"a"b"\n' * (size // 6) + "]}",
    "control characters": lambda size: '{"cell_type":"code","source":["' + "\x01" * size + '"]}',
    "line breaks": lambda size: '{"cell_type":"code","source":["' + "\n" * size + '"]}',
    "backslashes": lambda size: '{"cell_type":"code","source":["' + "\\" * size + '"]}',
    "escaped quotes": lambda size: '{"cell_type":"code","source":["' + '\\"' * (size // 2) + "x",
    "spaces": lambda size: CODE[:-3] + '"x" ' + " " * size + "x",
    "braces and spaces": lambda size: CODE + '"' + "{ " * (size // 2),
    "closing braces": lambda size: CODE + '}"' * (size // 2),
    "closing brackets": lambda size: '{"cell_type":"code","source":["a"' + "]" * size,
    "quotes and spaces": lambda size: '{"cell_type":"code","source":["a"b' + '" ,' * (size // 3),
    "words in quotes": lambda size: '{"cell_type":"code","x":"a"b' + '",   "w"   ' * (size // 11),
    "digits": lambda size: '{"cell_type":"code","source":' + "9" * size,
    "a cell that needs many repairs": lambda size: (
        '{"cell_type":"code","source":["' + "x" * size + '",' + '"a",,' * 1000 + "]}"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_for_hostile_sizes_grows_with_the_size(name: str) -> None:
    found = mended(HOSTILE[name](SIZE))
    assert found is None or (len(found.repairs) <= mending.REPAIRS_CAP + 7 and len(found.cells) <= mending.CELLS_CAP)
    assert growth(lambda size: mended(HOSTILE[name](size)), SIZE // 32, SIZE // 4) < 24  # squared: 64
