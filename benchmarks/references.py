"""Train the reference solutions with several seeds, measured through the grader, and write the table.

    python benchmarks/references.py                          the references, seeds 0 to 4: reference/RESULTS.md
    python benchmarks/references.py mnist-cnn --seeds 2 --check      two seeds of one, exit code 1 outside its band

Every run happens in sandbox 1 and every accuracy is measured in sandbox 2 on the hidden test images, as for a student.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import data
from grader.course import course, rubric
from grader.errors import GraderError
from grader.evidence import execute, predict, reading
from grader.evidence.preparing.config import Inputs
from grader.records import Accuracy, Submission
from grader.scoring.accuracy import measure_prediction

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "reference" / "RESULTS.md"
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
    accuracy: Accuracy
    seconds: float
    whole: float
    peak_memory: int

    def in_band(self, dataset: str) -> bool:
        """Whether the accuracy lies where the course says it does."""
        least, most = BANDS[dataset][self.exercise]
        return least <= self.accuracy.value <= most


def train(exercise: str, seed: int, dataset: data.DataSet) -> Trained:
    """Run one reference with ``seed`` added to its own seeds. Raises GraderError when it cannot be measured."""
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
    run = execute.execute(submission, rules.run, inputs=inputs, seed=seed, slot=0)
    facts, models = reading.read(run, rules)
    candidates = facts.models.get("main", ())
    if run.ended != "ok" or not candidates or candidates[-1].number not in models:
        raise GraderError(f"{exercise}, seed {seed}: the reference ended in {run.ended} {run.detail} {run.failed}")
    model = candidates[-1]
    prediction = predict.predictions(model, models[model.number], dataset, limits=rules.run.limits, slot=0)
    measured = measure_prediction(prediction, dataset.y_test, dataset.y_train)
    if measured.test is None:
        raise GraderError(f"{exercise}, seed {seed}: the accuracy cannot be measured ({measured.problem})")
    return Trained(
        exercise=exercise,
        seed=seed,
        accuracy=measured.test,
        seconds=sum(fit.seconds for fit in model.fits),
        whole=run.seconds,
        peak_memory=run.peak_memory,
    )


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
            f" and {100 * max(accuracies):.2f} %.",
            "",
            "| seed | test accuracy | training | whole notebook | peak memory |",
            "|---:|---:|---:|---:|---:|",
        ]
        lines += [
            f"| {row.seed} | {100 * row.accuracy.value:.2f} % | {row.seconds:.0f} s | {row.whole:.0f} s"
            f" | {row.peak_memory / 1e6:.0f} MB |"
            for row in mine
        ]
    return "\n".join(lines) + "\n"


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the references and measure them through the grader.")
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="default: " + " ".join(EXERCISES))
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="seeds 0 to N-1 (default 5)")
    parser.add_argument("--data", type=Path, metavar="PATH", help="file or folder of the data set, or 'digits'")
    parser.add_argument("--check", action="store_true", help="exit code 1 when a reference misses its band")
    parser.add_argument("-o", dest="out", type=Path, metavar="FILE", help="default: reference/RESULTS.md, if all ran")
    chosen = parser.parse_args(words)
    unknown = set(chosen.exercises) - set(EXERCISES)
    if unknown:
        parser.error(f"no reference {', '.join(sorted(unknown))}; there are {', '.join(EXERCISES)}")
    if chosen.seeds < 1:
        parser.error(f"--seeds {chosen.seeds}: at least one is needed")
    return chosen


def main(words: Sequence[str] | None = None) -> int:
    chosen = arguments(words)
    exercises = tuple(chosen.exercises) or EXERCISES
    rows = []
    try:
        dataset = data.find("mnist", chosen.data)
        for exercise in exercises:
            for seed in range(chosen.seeds):
                row = train(exercise, seed, dataset)
                rows.append(row)
                print(f"{exercise} seed {seed}: {100 * row.accuracy.value:.2f} %", file=sys.stderr, flush=True)
    except GraderError as error:
        print(error, file=sys.stderr)
        return 2
    page = table(rows, dataset.name)
    print(page)
    # A partial run never overwrites the table of all.
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
