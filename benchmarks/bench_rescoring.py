"""Re-scoring: a class whose runs are stored, graded again; nothing runs, everything is read, judged and written.

Usage: bench_rescoring.py [CARDS]. One real hand-in is run once; its evidence serves every student of the class.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from grader import batch, course

CARDS = 300
CELL = """
import keras
(x, y), (xt, yt) = keras.datasets.mnist.load_data()
x = x[:2000].reshape(-1, 784) / 255.0
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(512, activation="relu"),
                          keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y[:2000], epochs=1, verbose=0)
answers = {"gap": 1.0, "gap_means": "b"}
"""


def main() -> None:
    """Print the seconds of the first grading of one hand-in and of re-scoring the whole class."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else CARDS
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": CELL}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    with tempfile.TemporaryDirectory() as folder:
        one, whole, out = (Path(folder) / name for name in ("one", "class", "out"))
        for place, names in ((one, ["s0"]), (whole, [f"s{number}" for number in range(students)])):
            for name in names:
                (place / name).mkdir(parents=True)
                (place / name / "P1.ipynb").write_text(notebook)
        ran = graded(one, out)
        scored = graded(whole, out)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"re-scoring {students} hand-ins of mnist-mlp")
    print(f"  one hand-in, run and measured   {ran:7.2f} s")
    print(f"  {students} hand-ins, re-scored {scored:14.2f} s = {1000 * scored / students:.1f} ms each")
    print(f"  peak memory of this process     {memory:7.0f} MB")


def graded(hand_ins: Path, out: Path) -> float:
    """Seconds of one ``grader grade``."""
    began = time.perf_counter()
    batch.run(
        batch.Request(
            exercise=str(course.shipped().rubric_path("mnist-mlp")),
            paths=(hand_ins,),
            out=out,
            workers=2,
            data=Path("digits"),
            roster=None,
            course=None,
            fresh=False,
            language="en",
            formats=(),
        )
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
