"""What a validation demands of a card, of a rubric's mutants and of committed values, and how it says so."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from rich.console import Console

from grader import data, sandbox, validation
from grader.course import course, rubric
from grader.errors import CourseError, SandboxError
from grader.records import ExportFacts, Facts, MutantSpec, Provenance, Scorecard, Verdict, message
from grader.validation import changed, committed, judging, running, shown
from grader.validation.cases import cases, prepared
from grader.validation.values import Case, Exercise, Finding
from tests.support import tiny_course
from tests.support.cards import said


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    root = tiny_course.write(tmp_path_factory.mktemp("course"))
    return prepared(rubric.load(root / "rubrics" / "tiny.yaml"), course.find(root), digits())


def digits() -> data.DataSet:
    nothing = np.zeros((1, 28, 28), np.uint8)
    labels = np.zeros(1, np.uint8)
    return data.DataSet(
        name="digits",
        label=message("words.test"),
        sha256="0" * 64,
        whole_sha256="0" * 64,
        x_train=nothing,
        y_train=labels,
        x_test=nothing,
        y_test=labels,
    )


def case(exercise: Exercise, name: str) -> Case:
    return next(one for one in cases(exercise, seeds=3)[0] if one.name == name)


def card(**credits: float | None) -> Scorecard:
    verdicts = tuple(
        Verdict(criterion=name, state="full", points=0, max_points=1, credit=credit, why=said(f"why {name}"))
        for name, credit in credits.items()
    )
    return Scorecard(
        student="x", slug="x", exercise="tiny", status="ok", verdicts=verdicts, points=0, unjudged=0, max_points=1,
        review=(), notices=(), failed=(), model=None,
        provenance=Provenance(
            submission="", rubric="", data="digits", data_sha256="", versions={}, seed=0, isolation="", seconds=1.5
        ),
    )  # fmt: skip


# ---------------------------------------------------------------- cases


def test_the_reference_the_handout_and_every_mutant_are_tried(exercise: Exercise) -> None:
    made, faults = cases(exercise)
    assert faults == []
    assert [one.name for one in made] == ["reference", "untouched handout", *exercise.rubric.mutants]
    assert [one.kind for one in made[:2]] == ["reference", "handout"]
    assert made[1].earns == ("given",)
    assert len({one.submission.sha256 for one in made}) == len(made)


def test_criteria_that_a_person_judges_are_left_out(exercise: Exercise) -> None:
    assert "essay" in {one.id for one in exercise.whole.criteria}
    assert all("essay" not in {one.id for one in made.rubric.criteria} for made in cases(exercise)[0])


def test_a_mutant_that_cannot_be_made_is_a_finding_and_the_others_are_tried(exercise: Exercise) -> None:
    more = {**exercise.rubric.mutants, "no-softmax": MutantSpec(costs=("runs",))}
    made, (fault,) = cases(replace(exercise, rubric=replace(exercise.rubric, mutants=more)))
    assert len(made) == 10
    assert (fault.kind, fault.name) == ("mutant", "no-softmax")
    assert "its code has no activation 'softmax'" in fault.problems[0]


@pytest.fixture(scope="module")
def mlp() -> Exercise:
    shipped = course.shipped()
    return prepared(rubric.load(shipped.rubric_path("mnist-mlp")), shipped, digits())


def test_a_mutant_that_costs_no_accuracy_trains_for_a_moment_and_is_not_compared_by_accuracy(mlp: Exercise) -> None:
    quick, full = case(mlp, "crash-at-the-end"), case(mlp, "one-epoch")
    assert (quick.quick, full.quick) == (True, False)
    assert {one.id for one in full.rubric.criteria} - {one.id for one in quick.rubric.criteria} == {"accuracy", "gap"}
    assert all("accuracy" not in one.needs for one in quick.rubric.criteria)


def test_a_number_that_rests_on_an_accuracy_is_compared_where_it_is_meant(mlp: Exercise) -> None:
    made = case(mlp, "hard-coded-answer:gap")
    assert made.quick
    assert "gap" in {one.id for one in made.rubric.criteria}


def test_an_endless_mutant_gets_short_limits_and_nobody_else_does(mlp: Exercise) -> None:
    assert case(mlp, "endless-loop").rubric.run.limits.cell_s == 20
    assert case(mlp, "crash-at-the-end").rubric.run.limits == mlp.rubric.run.limits


def test_further_seeds_are_for_accuracies_only(mlp: Exercise, exercise: Exercise) -> None:
    assert [one.seed for one in cases(mlp, seeds=3)[0] if one.kind == "seed"] == [1, 2]
    assert [one for one in cases(exercise, seeds=3)[0] if one.kind == "seed"] == []


def test_what_trains_in_full_goes_first_and_alone_the_rest_shares_sandboxes(mlp: Exercise, exercise: Exercise) -> None:
    planned = [*cases(exercise)[0], *cases(mlp)[0]]
    rows = running.together(planned)
    alone = [row[0].name for row in rows if len(row) == 1]
    assert alone[:2] == ["reference", "linear-hidden-layer"]
    assert rows[0][0].exercise is mlp
    assert all(len({one.exercise.name for one in row}) == 1 for row in rows)
    assert all(len(row) <= running.IN_A_ROW for row in rows)
    assert sorted(one.name for row in rows for one in row) == sorted(one.name for one in planned)
    assert "reference" in [one.name for row in rows if len(row) > 1 for one in row if one.exercise is exercise]


# ---------------------------------------------------------------- cards


def test_a_mutant_that_costs_what_it_names_is_killed(exercise: Exercise) -> None:
    found = judging.finding(case(exercise, "off-by-one:seven"), card(runs=1, seven=0.5, why=1))
    assert (found.costs, found.problems, found.seconds) == (("seven",), (), 1.5)


@pytest.mark.parametrize(
    ("credits", "problem"),
    [
        ({"runs": 1, "seven": 1, "why": 1}, "seven should lose points and does not: why seven"),
        ({"runs": 0, "seven": 0, "why": 1}, "runs loses points and should not: why runs"),
        ({"runs": 1, "seven": 0, "why": 0.9}, "why loses points and should not: why why"),
        ({"runs": 1, "seven": None, "why": 1}, "seven cannot be judged: why seven"),
        ({"runs": None, "seven": 0, "why": 1}, "runs cannot be judged: why runs"),
    ],
)
def test_more_less_and_unjudged_are_misses(exercise: Exercise, credits: dict[str, float | None], problem: str) -> None:
    assert judging.finding(case(exercise, "off-by-one:seven"), card(**credits)).problems == (problem,)


def test_the_reference_must_earn_everything(exercise: Exercise) -> None:
    assert judging.finding(case(exercise, "reference"), card(runs=1, seven=1)).problems == ()
    assert judging.finding(case(exercise, "reference"), card(runs=1, seven=0.99)).problems != ()


def test_an_untouched_handout_earns_what_the_rubric_says_no_more_and_no_less(exercise: Exercise) -> None:
    handout = case(exercise, "untouched handout")
    good = judging.finding(handout, card(runs=0, given=0.5, seven=0))
    assert (good.costs, good.problems) == (("given",), ())
    (more,) = judging.finding(handout, card(runs=0.1, given=1)).problems
    assert more == "runs is earned by an untouched handout: why runs"
    (less,) = judging.finding(handout, card(runs=0, given=0)).problems
    assert less == "`untouched` names given, which the handout does not earn: why given"


# ---------------------------------------------------------------- rules


def broken(exercise: Exercise, **mutants: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    specs = {name: MutantSpec(costs=costs) for name, costs in mutants.items()}
    found = judging.rules(replace(exercise.whole, mutants={**exercise.whole.mutants, **specs}))
    return {one.name: one.problems for one in found if one.problems}


def test_a_good_rubric_keeps_every_rule(exercise: Exercise, mlp: Exercise) -> None:
    assert broken(exercise) == {}
    assert len(judging.rules(exercise.whole)) == 4
    assert broken(mlp) == {}


def test_every_criterion_must_be_reached_and_eight_mutants_are_needed(exercise: Exercise) -> None:
    fewer = {name: spec for name, spec in exercise.whole.mutants.items() if "why" not in spec.costs}
    found = {one.name: one.problems for one in judging.rules(replace(exercise.whole, mutants=fewer)) if one.problems}
    assert found == {
        "at least 8 mutants": ("there are 7 mutants; at least 8 are needed",),
        "every criterion is killed": ("no mutant costs why",),
    }


def test_at_most_two_mutants_may_train_in_full(mlp: Exercise) -> None:
    ((rule, (said_,)),) = broken(mlp, third=("accuracy",)).items()
    assert rule == "at most 2 mutants train in full"
    assert said_ == (
        "3 mutants cost an accuracy and train in full, at most 2 may: linear-hidden-layer, one-epoch, third"
    )


def test_a_mutant_must_cost_something_that_a_program_judges(exercise: Exercise) -> None:
    assert broken(exercise, idle=(), odd=("essay",)) == {
        "mutants cost what a program judges": ("idle costs nothing", "odd costs essay, which a person judges")
    }


# ---------------------------------------------------------------- seeds


def test_flakiness_is_the_share_of_seeds_with_a_warning_below_99_percent(mlp: Exercise) -> None:
    lost = Finding(exercise="mnist-mlp", kind="seed", name="seed 1", costs=("accuracy",))
    won = [replace(lost, costs=(), name=f"seed {number}") for number in range(2, 100)]
    first = Finding(exercise="mnist-mlp", kind="reference", name="reference")
    other = replace(lost, exercise="mnist-cnn")
    assert judging.flakiness([first, lost, other, *won], mlp) == {"accuracy": (99, 100)}
    (line,) = shown.thresholds("mnist-mlp", "secret", {"accuracy": (99, 100)})
    assert line == "mnist-mlp: accuracy: the reference passes on 99 of 100 seeds (secret split)"
    (line,) = shown.thresholds("mnist-mlp", "secret", {"accuracy": (98, 100)})
    assert "WARNING: below 99 %" in line


# ---------------------------------------------------------------- expected values


def export(**changes: object) -> ExportFacts:
    whole = ExportFacts(
        name="table", shape=(4,), dtype="int64", minimum=0, maximum=9, finite=True, values=np.array([0, 1, 4, 9])
    )
    return replace(whole, **changes)


def test_expected_values_are_the_arrays_and_answers_that_criteria_name(exercise: Exercise) -> None:
    facts = Facts(ended="ok", exports={"table": export()}, answers={"seven": 7})
    made = committed.fresh(exercise.rubric, facts)
    assert made == {"seven": 7, "table": [0, 1, 4, 9]}
    assert committed.differences(tiny_course.EXPECTED, made, committed.names(exercise.rubric)) == []


def test_of_a_large_array_the_rows_that_are_known_are_kept(exercise: Exercise) -> None:
    large = export(shape=(60000, 2), values=None, rows=(3, 5), row_values=np.array([[1, 2], [3, 4]]))
    made = committed.fresh(exercise.rubric, Facts(ended="ok", exports={"table": large}))
    assert made == {"table": {"shape": [60000, 2], "rows": [3, 5], "values": [[1, 2], [3, 4]]}}


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        ({"seven": 7}, "expected.json has no table; run grader validate --update"),
        ({**tiny_course.EXPECTED, "old": 1}, "expected.json has old, which no criterion expects"),
        ({**tiny_course.EXPECTED, "seven": 8}, "expected.json is stale: seven differs"),
        ({**tiny_course.EXPECTED, "table": [0, 1, 4]}, "expected.json is stale: table differs"),
        ({**tiny_course.EXPECTED, "table": "x"}, "expected.json is stale: table differs"),
    ],
)
def test_a_committed_file_that_is_not_what_the_reference_gives_is_stale(
    exercise: Exercise, there: dict[str, object], problem: str
) -> None:
    (found,) = committed.differences(there, tiny_course.EXPECTED, committed.names(exercise.rubric))
    assert problem in found


def test_a_reference_that_gives_no_value_is_named(exercise: Exercise) -> None:
    found = committed.differences(tiny_course.EXPECTED, {"table": [0, 1, 4, 9]}, committed.names(exercise.rubric))
    assert found == ["the reference gives no seven"]


def test_a_written_file_is_read_back_as_it_is(tmp_path: Path) -> None:
    import json

    assert json.loads(committed.dump(tiny_course.EXPECTED)) == tiny_course.EXPECTED


# ---------------------------------------------------------------- what changed


@pytest.mark.parametrize(
    ("names", "folder", "found"),
    [
        (["rubrics/a.yaml"], ".", ("a",)),
        (["reference/b/solution.ipynb", "exercises/a/a.es.ipynb"], ".", ("a", "b")),
        (["README.md", "docs/ci/a.yml", "rubrics/schema.json", ""], ".", ()),
        (["course/rubrics/a.yaml"], "course", ("a",)),
        (["rubrics/a.yaml"], "course", ()),
        (["grader/scoring/score.py"], "course", ("a", "b", "c")),
        (["pyproject.toml"], ".", ()),
    ],
)
def test_an_exercise_changed_when_one_of_its_files_did(names: list[str], folder: str, found: tuple[str, ...]) -> None:
    assert changed.touched(("a", "b", "c"), names, folder) == found


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


def test_git_tells_what_changed_since_a_branch_committed_or_not(tmp_path: Path) -> None:
    root = tiny_course.write(tmp_path / "teaching" / "course").resolve()
    git(tmp_path, "init", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "begin")
    git(tmp_path, "checkout", "-b", "mine")
    assert changed.exercises(course.find(root), "main") == ()
    (root / "exercises" / "tiny").mkdir()
    (root / "exercises" / "tiny" / "ñ.ipynb").write_text("new")
    assert changed.exercises(course.find(root), "main") == ("tiny",)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "change")
    assert changed.exercises(course.find(root), "main") == ("tiny",)
    git(tmp_path, "checkout", "main")
    (root / "rubrics" / "other.yaml").write_text("x")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "meanwhile, on main")
    git(tmp_path, "checkout", "mine")
    assert changed.exercises(course.find(root), "main") == ("tiny",)
    with pytest.raises(CourseError, match=r"--changed: git diff failed .* Name a commit that is there"):
        changed.exercises(course.find(root), "origin/main")


def test_outside_a_repository_changed_says_so(tmp_path: Path) -> None:
    root = tiny_course.write(tmp_path / "course")
    with pytest.raises(CourseError, match="--changed: git rev-parse failed"):
        changed.exercises(course.find(root), "main")


# ---------------------------------------------------------------- what is shown

FINDINGS = (
    Finding(exercise="tiny", kind="reference", name="reference", accuracy=0.9812, seconds=61.2),
    Finding(exercise="tiny", kind="handout", name="untouched handout"),
    Finding(exercise="tiny", kind="mutant", name="off-by-one:seven", costs=("seven", "why")),
    Finding(exercise="tiny", kind="mutant", name="x[red]", problems=("why <b>\x1b[0m\x00 should", "second")),
    Finding(exercise="other", kind="rule", name="at least 8 mutants"),
)


def test_the_table_has_a_row_for_everything_with_what_it_cost() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(shown.table(FINDINGS))
    rows = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert rows[1].split() == ["tiny", "reference", "98.12", "%", "on", "new", "images", "61", "ok"]
    assert "earns nothing" in rows[2]
    assert "seven, why" in rows[3]
    assert rows[3].endswith("ok")
    assert "x[red]" in rows[4]
    assert rows[4].endswith("MISS")


def test_what_is_wrong_is_told_line_by_line_and_summed_up() -> None:
    lines = shown.problems(FINDINGS)
    assert len(lines) == 2
    assert lines[0].startswith("tiny: x[red]: why <b>")
    assert "\x1b" not in lines[0]
    assert shown.total(FINDINGS) == "2 exercises, 1 of 2 mutants killed as named; 1 not as they must be"
    assert shown.total(FINDINGS[:3]) == "1 exercises, 1 of 1 mutants killed as named; all as it must be"


def test_junit_has_a_suite_per_exercise_and_a_case_per_finding() -> None:
    root = ET.fromstring(shown.junit(FINDINGS, isolation="none (trusted)"))
    assert [suite.get("name") for suite in root] == ["tiny", "other"]
    assert (root.get("tests"), root.get("failures")) == ("5", "1")
    assert [one.get("name") for one in root.iter("testcase")] == [
        "reference",
        "handout: untouched handout",
        "mutant: off-by-one:seven",
        "mutant: x[red]",
        "rule: at least 8 mutants",
    ]
    (failure,) = root.iter("failure")
    assert "second" in (failure.text or "")
    assert {one.get("value") for one in root.iter("property")} == {"none (trusted)"}


def test_without_a_terminal_each_case_is_a_line() -> None:
    console = Console(file=io.StringIO(), width=80)
    with shown.Progress(console) as progress:
        for one in FINDINGS:
            progress.ended(one)
    said_ = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert said_[0] == "1 tiny: reference: ok"
    assert said_[-1] == "4 tiny: x[red]: MISS"


def test_without_a_sandbox_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise SandboxError("no working sandbox on this machine")

    monkeypatch.setattr(sandbox, "require", refuse)
    with pytest.raises(SandboxError, match="without one: --trusted"):
        validation._require()


def test_a_course_without_changes_is_validated_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tiny_course.write(tmp_path)
    git(root, "init", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-m", "begin")
    assert validation.run(validation.Request(course=root, changed="main")) == 0
    assert capsys.readouterr().out == "nothing to validate: no exercise changed\n"
