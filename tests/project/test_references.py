"""The program behind ``make references``: its table, its bands, its answers to bad input, and one real training."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import pytest

from grader.course import course
from grader.records import Accuracy

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "references.py"


@pytest.fixture(scope="module")
def references() -> ModuleType:
    spec = importlib.util.spec_from_file_location("references", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["references"] = module
    spec.loader.exec_module(module)
    return module


def trained(references: ModuleType, exercise: str, seed: int, correct: int) -> object:
    return references.Trained(
        exercise=exercise,
        seed=seed,
        reference=references.code_sha256(course.shipped().reference(exercise)),
        accuracy=Accuracy(correct=correct, n=10_000),
        seconds=181.4,
        whole=190.2,
        peak_memory=1_234_000_000,
    )


def test_the_table_has_a_row_for_every_seed_with_accuracy_times_and_memory(references: ModuleType) -> None:
    rows = [trained(references, "mnist-cnn", seed, correct) for seed, correct in enumerate((9925, 9931))]
    page = references.table(rows, "mnist")
    first, second = ("| 99.25 % | 181 s | 190 s | 1234 MB |", "| 99.31 % | 181 s | 190 s | 1234 MB |")
    assert f"| public | 0 {first}\n| public | 1 {second}" in page
    assert "Must lie between 99.0 and 100.0 %; lies between 99.25 and 99.31 %. 2 of 2 earn full marks" in page
    assert "the lowest upper end of an interval is 99.40 %." in page
    assert page.count("## ") == 1


@pytest.mark.parametrize(
    ("dataset", "exercise", "correct", "fits"),
    [
        ("mnist", "mnist-softmax", 9150, True),
        ("mnist", "mnist-softmax", 9271, False),
        ("mnist", "mnist-mlp", 9749, False),
        ("mnist", "mnist-cnn", 9900, True),
        ("mnist", "mnist-deeper-cnn", 9909, False),
        ("digits", "mnist-softmax", 9501, False),
        ("digits", "mnist-mlp", 9901, False),
    ],
)
def test_a_reference_outside_its_band_is_seen(
    references: ModuleType, dataset: str, exercise: str, correct: int, fits: bool
) -> None:
    assert trained(references, exercise, 0, correct).in_band(dataset) is fits


def test_check_turns_a_missed_band_into_exit_code_1_and_writes_no_table(
    references: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The training is replaced by its result: an accuracy that misses cannot be trained to order."""
    results = tmp_path / "RESULTS.md"
    monkeypatch.setattr(references, "RESULTS", results)
    monkeypatch.setattr(
        references, "train", lambda task, dataset, slot: trained(references, task.exercise, task.seed, 9650)
    )
    monkeypatch.setattr(references.data, "find", lambda name, path: type("Set", (), {"name": "mnist"}))
    assert references.main(["mnist-mlp", "--seeds", "1", "--check"]) == 1
    assert "mnist-mlp, seed 0: 0.9650 is not within 0.975 to 1.0" in capsys.readouterr().err
    assert references.main(["mnist-mlp", "--seeds", "1"]) == 0
    assert not results.exists()
    assert references.main(["--seeds", "1"]) == 0
    assert results.read_text("utf-8").count("| public | 0 | 96.50 % |") == 4


def test_a_training_that_is_kept_is_not_made_again(
    references: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = []

    def train(task: object, dataset: object, slot: int) -> object:
        made.append(task)
        row = trained(references, task.exercise, task.seed, 9650)  # type: ignore[attr-defined]
        return replace(row, split=task.split)  # type: ignore[attr-defined, type-var]

    monkeypatch.setattr(references, "train", train)
    monkeypatch.setattr(references.data, "split", lambda dataset, test, secret: secret)
    kept = tmp_path / "rows.jsonl"
    tasks = [references.Task(exercise="mnist-mlp", seed=seed, split=split) for split in (0, 2) for seed in (0, 1)]
    first = references.trained(tasks[:3], "whole", kept, 1)
    assert references.trained(tasks, "whole", kept, 2)[:3] == first
    assert len(made) == 4
    assert "| secret 2 | 1 |" in references.table(references.trained(tasks, "whole", kept, 1), "mnist")


def test_text_of_a_notebook_may_change_without_another_training(references: ModuleType) -> None:
    notebook = json.loads(course.shipped().reference("mnist-mlp"))
    before = references.code_sha256(json.dumps(notebook).encode())
    for kind, same in (("markdown", True), ("code", False)):
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == kind)
        cell["source"] = ["# other"]
        assert (references.code_sha256(json.dumps(notebook).encode()) == before) is same


def test_a_kept_training_of_other_code_is_made_again(references: ModuleType, tmp_path: Path) -> None:
    kept = tmp_path / "rows.jsonl"
    row = trained(references, "mnist-mlp", 0, 9750)
    task = references.Task(exercise="mnist-mlp", seed=0)
    kept.write_text(json.dumps(asdict(row)) + "\n", "utf-8")  # type: ignore[call-overload]
    assert references.kept_rows(kept, [task]) == {task: row}
    kept.write_text(json.dumps(asdict(replace(row, reference="0" * 64))) + "\n", "utf-8")  # type: ignore[call-overload, type-var]
    assert references.kept_rows(kept, [task]) == {}


def test_the_table_so_far_is_written_without_training(
    references: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(references, "train", None)
    monkeypatch.setattr(references.data, "find", lambda name, path: type("Set", (), {"name": "mnist"}))
    kept, page = tmp_path / "rows.jsonl", tmp_path / "RESULTS.md"
    kept.write_text(json.dumps(asdict(trained(references, "mnist-mlp", 3, 9750))) + "\n", "utf-8")  # type: ignore[call-overload]
    assert references.main(["--seeds", "20", "--kept", str(kept), "--so-far", "-o", str(page)]) == 0
    assert page.read_text("utf-8").count("| public |") == 1
    with pytest.raises(SystemExit):
        references.main(["--so-far"])
    assert "--so-far needs the rows: --kept FILE" in capsys.readouterr().err


def test_an_unknown_exercise_is_refused_with_those_there_are(
    references: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        references.main(["mnist-rnn"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "no reference mnist-rnn; there are mnist-softmax, mnist-mlp, mnist-cnn, mnist-deeper-cnn" in said


def test_a_missing_data_set_is_named_with_exit_code_2(
    references: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert references.main(["--data", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.keras
def test_a_reference_is_trained_and_lies_in_its_band_on_the_embedded_set() -> None:
    """What the four reach on the real set is seen where the whole course is validated."""
    words = ["mnist-softmax", "--seeds", "1", "--check", "--data", "digits"]
    ended = subprocess.run([sys.executable, str(PROGRAM), *words], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "Data: `digits`" in ended.stdout
