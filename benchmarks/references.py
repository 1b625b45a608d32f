"""Train the reference solutions with several seeds, measured through the grader, and write the table.

    python benchmarks/references.py --seeds 20 --secrets 3 -j 2 --kept reference/trainings.jsonl    (make references)
    python benchmarks/references.py mnist-cnn --seeds 2 --check      two seeds of one, exit code 1 outside its band

The first takes hours. It goes on where it was stopped, and trains nothing again whose code is the same.

Every run happens in sandbox 1 and every accuracy is measured in sandbox 2 on the hidden test images, as for a student.
``--secrets`` adds five seeds on each of so many secret splits.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from grader import data
from grader.course import course, rubric
from grader.errors import GraderError
from grader.evidence import execute, predict, reading
from grader.evidence.preparing.config import Inputs
from grader.grading.pipeline import in_parallel
from grader.records import Accuracy, Submission
from grader.scoring import checks
from grader.scoring.accuracy import measure_prediction
from grader.untrusted import notebook_format

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "reference" / "RESULTS.md"
SECRET_SEEDS = 5  # on each secret split
EXERCISES = ("mnist-softmax", "mnist-mlp", "mnist-cnn", "mnist-deeper-cnn")
# Least and most test accuracy, by data set and exercise.
BANDS: dict[str, dict[str, tuple[float, float]]] = {
    "mnist": {
        "mnist-softmax": (0.915, 0.927),
        "mnist-mlp": (0.975, 1.0),
        "mnist-cnn": (0.99, 1.0),
        "mnist-deeper-cnn": (0.991, 1.0),
    },
    "digits": {
        "mnist-softmax": (0.0, 0.95),
        "mnist-mlp": (0.97, 0.99),
        "mnist-cnn": (0.99, 1.0),
        "mnist-deeper-cnn": (0.99, 1.0),
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """One training of a reference. ``seconds`` is the time inside ``fit``, ``whole`` that of the notebook."""

    exercise: str
    seed: int
    split: int = 0  # 0: the public one, else the number of a secret
    reference: str  # SHA-256 of the code of the notebook that was trained
    accuracy: Accuracy
    seconds: float
    whole: float
    peak_memory: int

    def in_band(self, dataset: str) -> bool:
        """Whether the accuracy lies where the course says it does."""
        least, most = BANDS[dataset][self.exercise]
        return least <= self.accuracy.value <= most


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One training that is wanted."""

    exercise: str
    seed: int
    split: int = 0


def train(task: Task, dataset: data.DataSet, slot: int) -> Trained:
    """Run one reference with the task's seed added to its own. Raises GraderError when it cannot be measured."""
    exercise, seed = task.exercise, task.seed
    shipped = course.shipped()
    rules = rubric.load(shipped.rubric_path(exercise))
    content = shipped.reference(exercise)
    submission = Submission(
        student="reference",
        exercise=exercise,
        files={"solution.ipynb": content},
        entry="solution.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    inputs = Inputs(
        exports=rules.exports,
        variables=(),
        data_file=data.mounted(dataset, rules.test).path,
        data_name=rules.data,
        sample_rows=data.sample_rows(dataset),
    )
    run = execute.execute(submission, rules.run, inputs=inputs, seed=seed, slot=slot)
    facts, models = reading.read(run, rules)
    candidates = facts.models.get("main", ())
    if run.ended != "ok" or not candidates or candidates[-1].number not in models:
        raise GraderError(f"{exercise}, seed {seed}: the reference ended in {run.ended} {run.detail} {run.failed}")
    model = candidates[-1]
    prediction = predict.predictions(model, models[model.number], dataset, limits=rules.run.limits, slot=slot)
    measured = measure_prediction(prediction, dataset.y_test, dataset.y_train)
    if measured.test is None:
        raise GraderError(f"{exercise}, seed {seed}: the accuracy cannot be measured ({measured.problem})")
    return Trained(
        exercise=exercise,
        seed=seed,
        split=task.split,
        reference=code_sha256(content),
        accuracy=measured.test,
        seconds=sum(fit.seconds for fit in model.fits),
        whole=run.seconds,
        peak_memory=run.peak_memory,
    )


def trained(wanted: Sequence[Task], dataset: data.DataSet, kept: Path | None, workers: int) -> list[Trained]:
    """A row for each task, in their order. Raises GraderError.

    Those in the file ``kept`` are not trained again, unless the code of the reference has changed since.
    """
    rows = kept_rows(kept, wanted)
    lock = threading.Lock()

    @lru_cache(maxsize=2)
    def split_of(number: int) -> data.DataSet:
        return data.split(dataset, "hidden", f"secret {number}".encode()) if number else dataset

    def work(task: Task, slot: int) -> None:
        with lock:
            given = split_of(task.split)
        row = train(task, given, slot)
        with lock:
            rows[task] = row
            print(f"{task}: {100 * row.accuracy.value:.2f} %", file=sys.stderr, flush=True)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(row)) + "\n")

    in_parallel([task for task in wanted if task not in rows], workers, work)
    return [rows[task] for task in wanted]


def kept_rows(kept: Path | None, wanted: Sequence[Task]) -> dict[Task, Trained]:
    """The rows of the file ``kept`` that are wanted and whose code has not changed since, in the order wanted."""
    lines = kept.read_text("utf-8").splitlines() if kept is not None and kept.exists() else []
    today = {task.exercise: code_sha256(course.shipped().reference(task.exercise)) for task in wanted}
    rows = {_task(row): row for row in map(_row, lines) if today.get(row.exercise) == row.reference}
    return {task: rows[task] for task in wanted if task in rows}


def code_sha256(content: bytes) -> str:
    """The hash of a notebook's code cells. Its text may change without another training."""
    cells = notebook_format.read(content.decode("utf-8"))["cells"]
    code = [notebook_format.joined(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def _task(row: Trained) -> Task:
    return Task(exercise=row.exercise, seed=row.seed, split=row.split)


def _row(line: str) -> Trained:
    told = json.loads(line)
    return Trained(**{**told, "accuracy": Accuracy(**told["accuracy"])})


def table(rows: Sequence[Trained], dataset: str) -> str:
    """The results as a page in Markdown."""
    lines = [
        "# What the references reach",
        "",
        f"Data: `{dataset}`, 10 000 test images that the training never sees. One core. Written by `make references`.",
    ]
    for exercise in dict.fromkeys(row.exercise for row in rows):
        mine = [row for row in rows if row.exercise == exercise]
        least, most = BANDS[dataset][exercise]
        accuracies = [row.accuracy.value for row in mine]
        lines += [
            "",
            f"## {exercise}",
            "",
            f"Must lie between {100 * least:.1f} and {100 * most:.1f} %; lies between {100 * min(accuracies):.2f}"
            f" and {100 * max(accuracies):.2f} %. {_full_marks(exercise, mine)}",
            "",
            "| split | seed | test accuracy | training | whole notebook | peak memory |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        lines += [
            f"| {f'secret {row.split}' if row.split else 'public'} | {row.seed} | {100 * row.accuracy.value:.2f} %"
            f" | {row.seconds:.0f} s | {row.whole:.0f} s | {row.peak_memory / 1e6:.0f} MB |"
            for row in mine
        ]
    return "\n".join(lines) + "\n"


def _full_marks(exercise: str, rows: Sequence[Trained]) -> str:
    """How many trainings earn all points for accuracy, and how near the nearest of them is to losing some."""
    goal = max(checks.accuracy_knots(rubric.load(course.shipped().rubric_path(exercise))))
    uppers = [row.accuracy.interval[1] for row in rows]
    reached = sum(upper >= goal for upper in uppers)
    return (
        f"{reached} of {len(rows)} earn full marks for {100 * goal:.1f} %; the lowest upper end of an interval is"
        f" {100 * min(uppers):.2f} %."
    )


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the references and measure them through the grader.")
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="default: " + " ".join(EXERCISES))
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="seeds 0 to N-1 (default 5)")
    parser.add_argument("--secrets", type=int, default=0, metavar="N", help="and seeds 0 to 4 on N secret splits")
    parser.add_argument("-j", dest="workers", type=int, default=1, metavar="N", help="so many at a time")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="rows so far, one a line; they are not trained again")
    parser.add_argument("--so-far", action="store_true", help="train nothing: the table of the rows in FILE")
    parser.add_argument("--data", type=Path, metavar="PATH", help="file or folder of the data set, or 'digits'")
    parser.add_argument("--check", action="store_true", help="exit code 1 when a reference misses its band")
    parser.add_argument("-o", dest="out", type=Path, metavar="FILE", help="default: reference/RESULTS.md, if all ran")
    chosen = parser.parse_args(words)
    unknown = set(chosen.exercises) - set(EXERCISES)
    if unknown:
        parser.error(f"no reference {', '.join(sorted(unknown))}; there are {', '.join(EXERCISES)}")
    if chosen.so_far and chosen.kept is None:
        parser.error("--so-far needs the rows: --kept FILE")
    if chosen.seeds < 1:
        parser.error(f"--seeds {chosen.seeds}: at least one is needed")
    return chosen


def main(words: Sequence[str] | None = None) -> int:
    chosen = arguments(words)
    exercises = tuple(chosen.exercises) or EXERCISES
    wanted = [Task(exercise=exercise, seed=seed) for exercise in exercises for seed in range(chosen.seeds)]
    wanted += [
        Task(exercise=exercise, seed=seed, split=split)
        for exercise in exercises
        for split in range(1, chosen.secrets + 1)
        for seed in range(SECRET_SEEDS)
    ]
    try:
        dataset = data.find("mnist", chosen.data)
        if chosen.so_far:
            rows = list(kept_rows(chosen.kept, wanted).values())
        else:
            rows = trained(wanted, dataset, chosen.kept, chosen.workers)
    except GraderError as error:
        print(error, file=sys.stderr)
        return 2
    page = table(rows, dataset.name)
    print(page)
    # The table of some exercises never overwrites the table of all.
    whole = not chosen.exercises and not chosen.check and dataset.name == "mnist"
    out = chosen.out or (RESULTS if whole else None)
    if out is not None:
        out.write_text(page, "utf-8")
    missed = [row for row in rows if not row.in_band(dataset.name)]
    for row in missed:
        least, most = BANDS[dataset.name][row.exercise]
        print(
            f"{row.exercise}, seed {row.seed}: {row.accuracy.value:.4f} is not within {least} to {most}",
            file=sys.stderr,
        )
    return 1 if missed and chosen.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
