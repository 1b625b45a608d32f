"""The handouts that lie in the course: made from the references as they are, without a solution, and they run."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import data, texts
from grader.course import notebooks
from grader.course.course import Course
from grader.course.handout import handout
from grader.course.notebooks import Notebook
from grader.course.rubric import load
from grader.evidence import execute
from grader.records import LANGUAGES, Language, Limits, Rubric, RunSpec, Submission

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(root=ROOT)
# A line this long says something; shorter ones ("])", "x_train") are everywhere.
LONG = 12
# Names that the grader knows in both languages.
SAME = {"respuestas": "answers", "entrega": "delivery"}
REPRESENTATIVE = [("output-size", "en"), ("mnist-mlp", "es")]

each_exercise = pytest.mark.parametrize("exercise", COURSE.exercises)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def rubric(exercise: str) -> Rubric:
    return load(COURSE.rubric_path(exercise))


def reference(exercise: str) -> Notebook:
    return notebooks.load(COURSE.reference(exercise), exercise)


def path(exercise: str, lang: str) -> Path:
    return ROOT / "exercises" / exercise / f"{exercise}.{lang}.ipynb"


def committed(exercise: str, lang: str) -> Notebook:
    return notebooks.load(path(exercise, lang).read_bytes(), str(path(exercise, lang)))


def solved(whole: Notebook) -> Iterator[tuple[str, bool]]:
    """Lines of the reference's code, and whether they belong to the solution."""
    for cell in notebooks.code_cells(whole):
        inside = "teacher" in notebooks.tags(cell)
        for line in cell["source"].split("\n"):
            if line.strip().startswith(("### BEGIN", "### END")):
                inside = line.strip().startswith("### BEGIN") or "teacher" in notebooks.tags(cell)
            elif line.strip().startswith("### HANDOUT"):
                yield re.sub(r"^\s*### HANDOUT(\[..\])? ?", "", line), False
            elif not line.strip().startswith("###"):
                yield line, inside


def plain(code: str) -> ast.Module:
    """Code without the notebook's own commands."""
    return ast.parse(re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", code))


def trees(whole: Notebook) -> list[str]:
    """The code of each cell without comments, with all strings and both names of a thing made the same."""
    found = []
    for cell in notebooks.code_cells(whole):
        tree = plain(cell["source"])
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
            elif isinstance(node, ast.Name):
                node.id = SAME.get(node.id, node.id)
        found.append(ast.dump(tree))
    return found


@each_exercise
@each_language
def test_a_handout_is_up_to_date(exercise: str, lang: Language) -> None:
    made = handout(COURSE.reference(exercise), rubric(exercise), lang=lang)
    assert path(exercise, lang).read_bytes() == made, f"run: grader release {exercise}"


@each_exercise
@each_language
def test_a_handout_holds_no_line_of_the_solution(exercise: str, lang: str) -> None:
    lines = list(solved(reference(exercise)))
    shown = {line.strip() for line, inside in lines if not inside}
    secret = {line.strip() for line, inside in lines if inside and len(re.sub(r"\s", "", line)) >= LONG} - shown
    assert secret
    handed_out = committed(exercise, lang)
    assert {line.strip() for cell in handed_out["cells"] for line in cell["source"].split("\n")} & secret == set()
    code = notebooks.code_of(handed_out)
    assert [marker for marker in ("###", "#[", "SOLUTION", "TODO", "HANDOUT") if marker in code] == []


@each_exercise
@each_language
def test_a_handout_holds_no_cell_of_the_teacher_and_none_of_the_other_language(exercise: str, lang: str) -> None:
    other = "en" if lang == "es" else "es"
    cells = reference(exercise)["cells"]
    kept = {cell["id"] for cell in committed(exercise, lang)["cells"]}
    away = {cell["id"] for cell in cells if {"teacher", other} & set(notebooks.tags(cell))}
    assert kept == {cell["id"] for cell in cells} - away


def answers(code: str) -> Iterator[tuple[str, ast.expr]]:
    """Name and value of what is assigned to a variable, or to an entry of ``answers``."""
    for node in ast.walk(plain(code)):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            held = {"answers", "respuestas"} & {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
            if isinstance(target, ast.Subscript) and held:
                yield ast.literal_eval(target.slice), node.value
            elif isinstance(node.value, ast.Dict) and held:
                pairs = zip(node.value.keys, node.value.values, strict=True)
                yield from ((ast.literal_eval(key), value) for key, value in pairs if key is not None)
            elif isinstance(target, ast.Name):
                yield target.id, node.value


def typed(value: ast.expr) -> Iterator[object]:
    """The constants in an expression; of a mapping those of its values."""
    if isinstance(value, ast.Constant):
        yield value.value
    for inside in value.values if isinstance(value, ast.Dict) else ast.iter_child_nodes(value):
        if isinstance(inside, ast.expr):
            yield from typed(inside)


@each_exercise
@each_language
def test_every_answer_is_left_open(exercise: str, lang: str) -> None:
    asked = {one.params["answer"] for one in rubric(exercise).criteria if "answer" in one.params}
    left = {name: value for name, value in answers(notebooks.code_of(committed(exercise, lang))) if name in asked}
    assert set(left) == asked
    assert {name: list(typed(value)) for name, value in left.items() if set(typed(value)) - {None}} == {}


@each_exercise
def test_both_languages_have_the_same_code(exercise: str) -> None:
    english, spanish = (committed(exercise, lang) for lang in LANGUAGES)
    assert len(notebooks.code_cells(english)) == len(notebooks.code_cells(spanish)) > 0
    assert trees(english) == trees(spanish)
    assert len(english["cells"]) == len(spanish["cells"])


@each_exercise
@each_language
def test_a_handout_says_what_is_looked_at(exercise: str, lang: str) -> None:
    checked = rubric(exercise)
    prose = "\n".join(cell["source"] for cell in committed(exercise, lang)["cells"] if cell["cell_type"] == "markdown")
    assert f"# {checked.title[lang]}\n" in prose + "\n"
    for one in checked.criteria:
        row = f"| {one.title[lang]} |".replace("|", "").strip()
        assert (row in prose.replace("\\|", "").replace("|", "")) == (one.visibility == "visible"), one.id


# ---------------------------------------------------------------- real runs


def requests(exercise: str, lang: Language) -> set[str]:
    """What the reference asks for in its own words, and the standard sentence."""
    pattern = re.compile(rf"^\s*### TODO\[{lang}\] (.*)$", re.MULTILINE)
    return {texts.say("handouts.todo", lang), *pattern.findall(notebooks.code_of(reference(exercise)))}


def stops_kindly(exercise: str, lang: Language) -> None:
    """Run the handout in a sandbox from top to bottom, or to the first thing to fill in."""
    checked, content = rubric(exercise), path(exercise, lang).read_bytes()
    mounted = data.mounted(data.find(checked.data, Path(data.EMBEDDED)), checked.test)
    ran = execute.execute(
        Submission(
            student="new",
            exercise=exercise,
            files={"handout.ipynb": content},
            entry="handout.ipynb",
            sha256=hashlib.sha256(content).hexdigest(),
        ),
        RunSpec(limits=Limits(time_s=150, cell_s=100), stop_on_error=True),
        inputs=execute.Inputs(data_file=mounted.path, data_name=checked.data, fit_rows=2000),
    )
    if ran.ended == "ok":
        return
    assert ran.ended == "error", (ran.detail, ran.failed)
    first = ran.failed[0]
    assert first.error == "NotImplementedError", first
    assert first.text in requests(exercise, lang)


@pytest.mark.sandbox
@pytest.mark.keras
@pytest.mark.parametrize(("exercise", "lang"), REPRESENTATIVE)
def test_a_handout_runs_to_the_first_thing_to_fill_in(exercise: str, lang: Language) -> None:
    stops_kindly(exercise, lang)


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
@each_exercise
def test_every_handout_runs_to_the_first_thing_to_fill_in(exercise: str) -> None:
    """In one language: both hold the same code (``test_handout``), and ``grader validate`` runs them too."""
    stops_kindly(exercise, LANGUAGES[COURSE.exercises.index(exercise) % 2])
