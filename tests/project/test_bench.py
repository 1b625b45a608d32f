"""The programs behind ``make bench``: the notebooks they make, the table they write, what they refuse."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from grader.course import notebooks, rubric

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks import one another as programs do."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def test_no_two_notebooks_of_a_class_are_the_same_unless_asked_for(tmp_path: Path) -> None:
    import hand_ins

    made = hand_ins.class_of(tmp_path / "different", hand_ins.training(100, 1), 5)
    contents = {path.read_bytes() for path in made.glob("*/*.ipynb")}
    assert len(contents) == 5
    assert all(len(notebooks.load(content, "a")["cells"]) == 6 for content in contents)
    made = hand_ins.class_of(tmp_path / "same", hand_ins.SMALL, 5, repeats=2)
    assert len({path.read_bytes() for path in made.glob("*/*.ipynb")}) == 2


@pytest.mark.parametrize("accuracy", [True, False])
def test_the_rubric_of_the_class_is_one(tmp_path: Path, accuracy: bool) -> None:
    import hand_ins

    read = rubric.load(hand_ins.rubric(tmp_path, accuracy=accuracy, points=3))
    assert read.max_points == 3 * 3 + 1 + 2 * accuracy


def test_the_table_names_day_machine_ratio_and_what_was_missed() -> None:
    import measures

    goal, met = measures.at_least(9.5, 10)
    pace = measures.Measure(what="pace", here="a", compared="b", ratio=9.5, goal=goal, met=met)
    size = measures.Measure(what="size", here="1 MB")
    page = measures.table(
        {
            "one": {"when": "2026-01-02 10:00", "machine": "2 cores", "measures": [asdict(pace)]},
            "two": {"when": "2026-01-03 09:00", "machine": "2 cores", "measures": [asdict(size)]},
        }
    )
    assert page.splitlines()[0] == "Measured on 2026-01-02 and 2026-01-03 by `make bench` on 2 cores."
    assert "cores" in measures.machine()
    assert "| pace | a | b | 9.5 | at least 10: **missed** |" in page
    assert "| size | 1 MB |  |  |  |" in page
    assert measures.at_most(2, 2, " s") == ("at most 2 s", True)


def test_the_table_in_the_readme_is_replaced_between_its_marks_alone() -> None:
    import bench

    readme = (BENCHMARKS.parent / "README.md").read_text("utf-8")
    written = bench.with_table(readme, "NEW\n")
    assert written.count("NEW") == 1
    assert written.partition(bench.BEGIN)[0] == readme.partition(bench.BEGIN)[0]
    assert written.partition(bench.END)[2] == readme.partition(bench.END)[2]
    with pytest.raises(ValueError, match="the marks <!-- bench --> and <!-- /bench --> are needed"):
        bench.with_table("no marks", "NEW")


def test_the_committed_table_is_that_of_the_committed_figures() -> None:
    import bench
    import measures

    page = measures.table(bench.read())
    assert (BENCHMARKS / "RESULTS.md").read_text("utf-8") == f"# What was measured\n\n{page}"
    assert page in (BENCHMARKS.parent / "README.md").read_text("utf-8")


def test_a_part_replaces_its_own_lines_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import bench
    import measures

    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(bench, "HERE", tmp_path)
    monkeypatch.setattr(bench, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(f"before {bench.BEGIN}{bench.END} after", "utf-8")
    bench.keep("startup", [measures.Measure(what="start", here="1 s")])
    bench.keep("others", [measures.Measure(what="pace", here="5")])
    bench.keep("startup", [measures.Measure(what="start", here="2 s")])
    assert list(bench.read()) == ["others", "startup"]
    shown = (tmp_path / "README.md").read_text("utf-8")
    assert shown.index("| pace | 5 |") < shown.index("| start | 2 s |")
    assert "1 s" not in shown


def test_an_unknown_part_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    import bench

    with pytest.raises(SystemExit) as stopped:
        bench.main(["speed"])
    assert stopped.value.code == 2
    assert "no part speed; there are others, trainings, sandboxes" in capsys.readouterr().err
