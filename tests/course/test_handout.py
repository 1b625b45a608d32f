"""Handouts: every rule of the format, and every refusal."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import questions
from grader.course import notebooks
from grader.course.handout import handout, is_personal, with_pool
from grader.course.rubric import parse
from grader.errors import CourseError
from grader.records import LANGUAGES, Language, Rubric

RUBRIC = """\
exercise: mine
title: {es: "Mi ejercicio", en: "My exercise"}
data: mnist
criteria:
  - {id: runs, points: 1, check: runs_to_the_end, title: {es: "Llega al final", en: "Runs to the end"}}
  - {id: half, points: 0.5, check: manual, title: {es: "a | b", en: "a | b"}}
  - {id: fast, points: 1.5, check: ran_within, seconds: 9, visibility: hidden, title: {es: "Secreto", en: "Secret"}}
  - {id: small, points: 1, check: manual, visibility: hidden, title: {es: "Secreto dos", en: "Second secret"}}
"""


def rubric(**more: str) -> Rubric:
    return parse((RUBRIC + "".join(f"{key}: {value}\n" for key, value in more.items())).encode(), "mine.yaml")


def text(cell_id: str, source: str, *tags: str, **other: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {"tags": list(tags)}, "source": source, **other}


def code(cell_id: str, source: str, *tags: str) -> dict[str, Any]:
    return {**notebooks.code_cell(cell_id, source), "metadata": {"tags": list(tags), "collapsed": True}}


def reference(*cells: dict[str, Any]) -> bytes:
    return notebooks.dump({"cells": list(cells), "metadata": {"own": 1}, "nbformat": 4, "nbformat_minor": 5})


def made(*cells: dict[str, Any], lang: Language = "en") -> dict[str, str]:
    """Sources of the handout by cell id."""
    content = handout(reference(*cells), rubric(), lang=lang)
    return {cell["id"]: cell["source"] for cell in notebooks.load(content, "handout")["cells"]}


def of(*lines: str, lang: Language = "en") -> str:
    """The handout of one code cell."""
    return made(code("c", "\n".join(lines)), lang=lang)["c"]


def region(*lines: str, indent: str = "") -> list[str]:
    return [indent + "### BEGIN SOLUTION", *(indent + line for line in lines), indent + "### END SOLUTION"]


# ---------------------------------------------------------------- cells


def test_each_language_gets_its_own_text_and_the_text_without_a_language() -> None:
    pair = [text("a-es", "A", "es"), text("a-en", "A", "en")]
    cells = [text("t", "T"), *pair, text("h", "H", "handout"), code("c", "x")]
    assert list(made(*cells, lang="en")) == ["t", "a-en", "h", "c"]
    assert list(made(*cells, lang="es")) == ["t", "a-es", "h", "c"]


def test_a_teachers_cell_is_in_no_handout() -> None:
    cells = [code("c", "x"), text("t", "why", "teacher", "es"), code("wrong", "def wrong(): ...", "teacher")]
    assert all(list(made(*cells, lang=lang)) == ["c"] for lang in LANGUAGES)


def test_a_handout_is_a_clean_notebook_and_the_same_every_time() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": "s"}
    ran = {**code("c", "x = 1"), "execution_count": 4, "outputs": [printed]}
    content = handout(reference(text("t", "T"), ran), rubric(), lang="es")
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    whole = json.loads(content)
    assert [cell["metadata"] for cell in whole["cells"]] == [{}, {}]
    assert whole["cells"][1]["outputs"] == []
    assert whole["cells"][1]["execution_count"] is None
    assert whole["metadata"]["kernelspec"]["name"] == "python3"
    assert "own" not in whole["metadata"]
    assert handout(reference(text("t", "T"), ran), rubric(), lang="es") == content


# ---------------------------------------------------------------- code


def test_comments_of_a_language_become_plain_comments() -> None:
    cell = ("def f():", "    #[es] Hola", "    #[es]", "    #[en] Hello", "    return 1")
    assert of(*cell, lang="es") == "def f():\n    # Hola\n    #\n    return 1"
    assert of(*cell, lang="en") == "def f():\n    # Hello\n    return 1"


def test_a_region_without_words_asks_kindly() -> None:
    assert of("x = 1", *region("y = 2")) == (
        'x = 1\nraise NotImplementedError("Your code goes here: write it, then delete this line.")'
    )
    assert "Aquí va tu código" in of(*region("y = 2"), lang="es")


def test_a_region_asks_in_the_teachers_words_at_its_own_indentation() -> None:
    body = region("return x", '### TODO[es] Paso 1: «f("a")»', '### TODO[en] Step 1: "f"', indent="    ")
    assert of("def f(x):", *body) == 'def f(x):\n    raise NotImplementedError("Step 1: \\"f\\"")'
    (function,) = ast.parse(of("def f(x):", *body, lang="es")).body
    assert isinstance(function, ast.FunctionDef)
    (stop,) = function.body
    assert isinstance(stop, ast.Raise)
    assert ast.unparse(stop) == "raise NotImplementedError('Paso 1: «f(\"a\")»')"


def test_handout_lines_are_kept_as_they_are_written() -> None:
    lines = region(
        "answers = {'a': 3}",
        "### HANDOUT answers = {",
        '### HANDOUT     "a": None,',
        "### HANDOUT }",
        "### HANDOUT",
        "### HANDOUT[es] # fin",
        "### HANDOUT[en] # end",
    )
    assert of("x = 1", *lines, "y = 2") == 'x = 1\nanswers = {\n    "a": None,\n}\n\n# end\ny = 2'
    assert "# fin" in of(*lines, lang="es")
    assert "raise" not in of(*lines)


def test_handout_lines_come_before_the_request() -> None:
    lines = region("x = 1", "### TODO[en] Do it.", "### HANDOUT # x = ...", "### TODO[es] Hazlo.")
    assert of(*lines) == '# x = ...\nraise NotImplementedError("Do it.")'


def test_a_notebooks_own_commands_are_no_mistake() -> None:
    assert of("%matplotlib inline", "!ls", "x = (7", "% 3)") == "%matplotlib inline\n!ls\nx = (7\n% 3)"
    assert of("%%time", "x = = 1").startswith("%%time")
    assert of("x = (7", "% 3)") == "x = (7\n% 3)"
    assert of("") == ""


# ---------------------------------------------------------------- words of the rubric


def test_title_and_total_come_from_the_rubric() -> None:
    cells = [text("a", "# {{title}} ({{ total }}), $x^{{2}}$ and {{Other}}")]
    assert made(*cells)["a"] == "# My exercise (4), $x^{{2}}$ and {{Other}}"
    assert made(*cells, lang="es")["a"].startswith("# Mi ejercicio (4)")


def test_the_table_of_points_sums_up_what_is_hidden() -> None:
    cell = text("a", "Before\n\n{{points}}\n\nafter")
    assert made(cell)["a"] == (
        "Before\n\n"
        "| what is looked at | points |\n|---|---:|\n| Runs to the end | 1 |\n| a \\| b | 0.5 |\n"
        "| Other checks | 2.5 |\n| **Total** | **4** |\n\nafter"
    )
    spanish = made(cell, lang="es")["a"]
    assert "| Llega al final | 1 |\n| a \\| b | 0,5 |\n| Otras comprobaciones | 2,5 |\n| **Total** | **4** |" in spanish
    assert "Secret" not in spanish


def test_an_example_is_another_one_for_each_student() -> None:
    content = reference(text("a", "| {{gap_example}} |"))
    rows = {
        notebooks.load(handout(content, rubric(), lang="en", secret=secret, student=student), "h")["cells"][0]["source"]
        for secret in (b"", b"s")
        for student in (None, "ana", "ñu", "007")
    }
    assert len(rows) == 8
    for row in rows:
        found = re.fullmatch(r"\| (9[89]\.\d\d) % \| (9\d\.\d\d) % \| (\d(?:\.\d\d?)?) points \|", row)
        assert found is not None, row
        train, test, gap = map(float, found.groups())
        assert train - test == pytest.approx(gap, abs=0.001)
        assert gap > 3  # nobody's network of the exercise has such a gap
    assert made(text("a", "{{gap_example}}"), lang="es")["a"].count(",") == 3


def test_handouts_are_personal_by_questions_or_by_an_example() -> None:
    assert is_personal(reference(text("a", "{{ gap_example }}")), rubric())
    assert is_personal(reference(text("a", "A")), rubric(questions="output-size"))
    assert not is_personal(reference(text("a", "{{title}} gap_example")), rubric())


# ---------------------------------------------------------------- questions


def test_the_pool_cell_is_written_by_the_questions() -> None:
    asked = rubric(questions="output-size")
    content = reference(text("t", "T"), code("pool", "stale", "pool"), code("c", "x = 1"))
    for lang in LANGUAGES:
        for student in (None, "ana"):
            whole = notebooks.load(handout(content, asked, lang=lang, secret=b"s", student=student), "h")
            wanted = questions.pool_source("output-size", secret=b"s", lang=lang, student=student)
            assert whole["cells"][1]["source"] == wanted.rstrip("\n")
    graded = notebooks.load(with_pool(content, asked, secret=b"s"), "r")
    assert graded["cells"][1]["source"] == questions.pool_source("output-size", secret=b"s", lang="es").rstrip("\n")
    assert [cell["id"] for cell in graded["cells"]] == ["t", "pool", "c"]
    assert graded["metadata"] == {"own": 1}


def test_without_questions_the_reference_is_graded_as_it_is() -> None:
    content = reference(code("c", "x = 1"))
    assert with_pool(content, rubric(), secret=b"s") == content


def test_the_pool_cell_and_the_rubrics_questions_belong_together() -> None:
    pool = code("pool", "", "pool")
    with pytest.raises(CourseError, match=r"cell 1 \(pool\) is tagged pool, but the rubric names no `questions`"):
        handout(reference(pool), rubric(), lang="es")
    asked = rubric(questions="output-size")
    for cells, count in (([code("c", "")], 0), ([pool, code("p2", "", "pool")], 2)):
        with pytest.raises(CourseError, match=f"exactly one code cell must be tagged pool; {count} are"):
            handout(reference(*cells), asked, lang="es")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([text("a", "", "teecher")], r"unknown tag 'teecher'; there are: .*; did you mean 'teacher'\?"),
        ([code("a", "", "given")], "unknown tag 'given'; there are: en, es, teacher, handout, pool$"),
        ([text("a", "", "es", "en")], "tagged es and en"),
        ([code("a", "", "es")], r"code belongs to both languages"),
        ([code("a", "", "handout")], "the tag handout is for text"),
        ([text("a", "", "pool")], "the tag pool is for the code cell"),
        ([code("a", "", "teacher", "pool")], "a teacher's cell is in no handout"),
        ([text("a", "", "teacher", "handout")], "a teacher's cell is in no handout"),
        ([text("a", "", attachments={"x.png": {}})], "attached picture"),
        ([text("a", "", "es")], "tagged es, but its en version does not stand right beside it"),
        ([text("a", "", "en"), code("c", ""), text("b", "", "es")], "tagged en, but its es version"),
        ([text("a", "", "es"), text("b", "", "es"), text("c", "", "en")], "tagged es, but its en version"),
        ([text("a", "", "es"), text("b", "", "en", "teacher")], "tagged es, but its en version"),
        ([text("a", "{{puntos}}")], r"unknown placeholder {{puntos}}; there are: {{title}}, {{total}}, {{points}}"),
    ],
)
def test_a_cell_against_the_rules_is_refused(cells: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(CourseError, match=rf"^reference/mine/solution.ipynb: cell 1 \(a\).*{said}"):
        handout(reference(*cells), rubric(), lang="es")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["### BEGIN SOLUTION", "x = 1"], "`### BEGIN SOLUTION` without an `### END SOLUTION` after it"),
        (["x = 1", "### END SOLUTION"], "`### END SOLUTION` without a `### BEGIN SOLUTION` before it"),
        (["### BEGIN SOLUTION", *region("x = 1")], "begins inside another"),
        (["# BEGIN SOLUTION", "x = 1", "# END SOLUTION"], "'# BEGIN SOLUTION' is no marker here"),
        (["###BEGIN SOLUTION"], "is no marker here"),
        (["### Begin Solution"], "is no marker here"),
        (["### BEGIN SOLUTION now"], "is no marker here"),
        (["### HANDOUT x = 1"], "is no marker here"),
        (["### TODO[es] x"], "is no marker here"),
        (region("### TODO x"), "'### TODO x' is no marker here"),
        (region("### TODO[es]"), "is no marker here"),
        (region("# TODO[es] x"), "is no marker here"),
        (region("### HANDOUT[fr] x"), "is no marker here"),
        (region("### handout x"), "is no marker here"),
        (region("### TODO[es] x"), "`### TODO[es]` and `### TODO[en]` lines must be equally many"),
        (region("### HANDOUT[en] x"), "`### HANDOUT[es]` and `### HANDOUT[en]` lines must be equally many"),
        (region(*["### TODO[es] x", "### TODO[en] x"] * 2), "a region takes one `### TODO[es]`"),
        (["#[es] hola", "x = 1", "#[en] hello"], "'#[es] hola' has no partner in the other language"),
        (["# [es] hola"], "begins with `#[es] ` or `#[en] `"),
        (["x = 1  #[es] hola"], "is a line of its own"),
        (["#[fr] salut"], "is a line of its own"),
        (["def f():", *region("return 1", "### HANDOUT # here", indent="    ")], "its handout is not valid Python"),
        (["def f():", *region("x = 1", "### HANDOUT x = 1", indent="    ")], "at 'x = 1'; a `### HANDOUT` line keeps"),
    ],
)
def test_a_code_cell_against_the_rules_is_refused(lines: list[str], said: str) -> None:
    with pytest.raises(CourseError, match=rf"^reference/mine/solution.ipynb: cell 1 \(c\): .*{re.escape(said)}"):
        of(*lines)


def test_a_teachers_code_may_hold_anything() -> None:
    assert list(made(code("c", "x"), code("t", "### BEGIN SOLUTION", "teacher"))) == ["c"]


def test_the_page_on_the_format_shows_what_really_comes_out() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "your-own-course.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)\n```", page, re.DOTALL)
    written, shown = blocks[-2:]
    assert of(written) == shown
    for block in blocks[:-2]:
        of(block)
    for tag in ("es", "en", "teacher", "handout", "pool"):
        assert f"`{tag}`" in page


# ---------------------------------------------------------------- any reference


@st.composite
def parts(draw: st.DrawFn, number: int) -> tuple[list[str], list[str]]:
    """Lines of the reference, and those of them that must be in every handout."""
    kind = draw(st.sampled_from(("given", "comment", "region", "function")))
    if kind == "given":
        return [f"given_{number} = {number}"], [f"given_{number} = {number}"]
    if kind == "comment":
        return [f"#[en] en {number}", f"#[es] es {number}"], []
    inside = [f"solved_{number}_{n} = 'secret'" for n in range(draw(st.integers(0, 3)))]
    if draw(st.booleans()):
        inside += ["### TODO[es] Hazlo.", "### TODO[en] Do it."]
    elif kind == "region" and draw(st.booleans()):
        inside += [f"### HANDOUT blank_{number} = None", "### HANDOUT[es] # tuyo", "### HANDOUT[en] # yours"]
    draw(st.randoms()).shuffle(inside)
    if kind == "region":
        return region(*inside), []
    head = f"def f_{number}():"
    return [head, *region(*inside, indent="    ")], [head]


@st.composite
def references(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[str]]:
    cells, kept = [], []
    for number in range(draw(st.integers(1, 4))):
        found = [draw(parts(10 * number + n)) for n in range(draw(st.integers(0, 4)))]
        cells.append(code(f"c{number}", "\n".join(line for lines, _ in found for line in lines)))
        kept += [line for _, lines in found for line in lines]
    return cells, kept


def skeleton(sources: dict[str, str]) -> str:
    """The code without comments, with every string made the same."""
    tree = ast.parse("\n".join(sources.values()))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@given(references())
def test_no_handout_holds_a_solution_and_both_languages_the_same_code(
    drawn: tuple[list[dict[str, Any]], list[str]],
) -> None:
    cells, kept = drawn
    both = {lang: made(*cells, lang=lang) for lang in LANGUAGES}
    for lang, other in (("es", "en"), ("en", "es")):
        lines = "\n".join(both[lang].values()).split("\n")
        assert not any("solved" in line or "###" in line or f"# {other}" in line for line in lines)
        assert [line for line in lines if line in kept] == kept
    assert skeleton(both["es"]) == skeleton(both["en"])
