"""What a sandbox costs: at its start beyond a bare process, and while a notebook trains. Pairs measured in turn."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from grader import data, sandbox
from grader.evidence import execute
from grader.records import Limits, RunSpec, Submission

ROUNDS = 40
TRAININGS = 3
STARTED = {"/bin/true": ("/bin/true",), "Python that does nothing": (sys.executable, "-I", "-c", "pass")}
TRAINING = """
import keras
(x, y), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 784) / 255.0
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(512, "relu"), keras.layers.Dense(10, "softmax")])
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3, batch_size=128, verbose=0)
"""


def main() -> None:
    """Print medians, differences and ratios."""
    sandbox.require()
    for name, words in STARTED.items():
        pairs = [(_timed(_bare, words), _timed(_inside, words)) for _ in range(ROUNDS)]
        outer, inner = (statistics.median(times) for times in zip(*pairs, strict=True))
        more = statistics.median(inside - outside for outside, inside in pairs)
        print(f"starting {name}, median of {ROUNDS} pairs")
        print(f"  bare process     {1000 * outer:7.1f} ms")
        print(f"  in the sandbox   {1000 * inner:7.1f} ms")
        print(f"  more             {1000 * more:7.1f} ms (median of the differences)")
    trained = [(_trained(sandbox.without_isolation()), _trained(nullcontext())) for _ in range(TRAININGS)]
    outer, inner = (statistics.median(times) for times in zip(*trained, strict=True))
    ratio = statistics.median(inside / outside for outside, inside in trained)
    print(f"a notebook that trains a dense network for three epochs, median of {TRAININGS} pairs")
    print(f"  bare process     {outer:7.2f} s")
    print(f"  in the sandbox   {inner:7.2f} s")
    print(f"  ratio            {ratio:7.3f} (median of the ratios)")


def _timed(start: Callable[[tuple[str, ...]], None], words: tuple[str, ...]) -> float:
    began = time.perf_counter()
    start(words)
    return time.perf_counter() - began


def _bare(words: tuple[str, ...]) -> None:
    subprocess.run(words, check=True)


def _inside(words: tuple[str, ...]) -> None:
    ending = sandbox.run(sandbox.Command(argv=words), Limits())
    if ending.ended != "ok":
        raise SystemExit(f"the sandbox ended in {ending.ended}: {ending.detail}")


def _trained(isolation: AbstractContextManager[None]) -> float:
    """Seconds of the notebook from start to end, by the same programs with and without isolation."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": TRAINING, "execution_count": None, "outputs": []}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    hand_in = Submission(student="a", exercise="b", files={"a.ipynb": notebook}, entry="a.ipynb", sha256="c")
    mounted = data.mounted(data.find("digits", None), "hidden")
    with isolation:
        run = execute.execute(hand_in, RunSpec(), inputs=execute.Inputs(data_file=mounted.path, data_name="digits"))
    if run.ended != "ok":
        raise SystemExit(f"the notebook ended in {run.ended}: {run.detail} {run.failed}")
    return run.seconds


if __name__ == "__main__":
    main()
