"""What the sandboxes cost: a model measured, a start cold and warm, a training inside and outside, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import hand_ins
import numpy as np
from measures import Measure, at_most

from grader import data, sandbox
from grader.course import rubric
from grader.evidence import execute, predict, reading
from grader.evidence.preparing.config import Inputs
from grader.models import keras_file
from grader.records import Limits, Run, RunSpec, Submission

ROUNDS = 8
TRAININGS = 3
GIGABYTE = 10**9
BARE = """
import sys
import numpy
from tensorflow import config
import keras
config.threading.set_intra_op_parallelism_threads(1)
config.threading.set_inter_op_parallelism_threads(1)
images = numpy.load(sys.argv[2])
for _ in sys.stdin:
    keras.saving.load_model(sys.argv[1], compile=False).predict(images, batch_size=256, verbose=0)
    print("done", flush=True)
"""
PYTHON = (sys.executable, "-I", "-c", "pass")


def measure(folder: Path) -> Iterator[Measure]:
    """Medians of pairs that were measured in turn."""
    sandbox.require()
    folder.mkdir(parents=True)
    yield _measuring(folder)
    yield _starting()
    yield _warmth()
    yield _training()
    yield _memory()
    sandbox.cool_down()


def _measuring(folder: Path) -> Measure:
    """Sandbox 2: hidden images through one model, while its worker is there as in a running batch.

    Against Keras alone: a process that has imported it loads the same model and gives it the same images, scaled.
    """
    run = _run(hand_ins.training(60_000, 1), 0)
    facts, contents = reading.read(run, rubric.load(hand_ins.rubric(folder, accuracy=True)))
    model = facts.models["main"][-1]
    digits = data.find("digits", None)
    (folder / "model.keras").write_bytes(keras_file.repack(contents[model.number]))
    images = np.concatenate([digits.x_test, digits.x_train[: predict.TRAIN_IMAGES]])
    np.save(folder / "images.npy", (images.reshape(len(images), -1) / 255).astype(np.float32))
    words = [sys.executable, "-c", BARE, str(folder / "model.keras"), str(folder / "images.npy")]
    environment = {**os.environ, hand_ins.KERNELS: sandbox.ENVIRONMENT[hand_ins.KERNELS]}
    with subprocess.Popen(
        words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as bare:
        _answer(bare)

        def keras() -> None:
            _answer(bare)

        def ours() -> None:
            found = predict.predictions(model, contents[model.number], digits, limits=Limits(), slot=0)
            if found.problem is not None:
                raise SystemExit(f"the model was not measured: {found.problem}")

        alone, seconds = _pairs(keras, ours)
        bare.kill()
    goal, met = at_most(seconds, 0.5, " s")
    return Measure(
        what=f"Sandbox 2: one dense model on {len(images)} images in a running batch",
        here=f"{seconds:.2f} s",
        compared=f"bare Keras, imported before: {alone:.2f} s",
        ratio=seconds / alone,
        goal=goal,
        met=met,
    )


def _answer(bare: subprocess.Popen[str]) -> None:
    assert bare.stdin is not None
    assert bare.stdout is not None
    bare.stdin.write("again\n")
    bare.stdin.flush()
    if bare.stdout.readline() != "done\n":
        raise SystemExit("bare Keras did not measure the model")


def _starting() -> Measure:
    def outside() -> None:
        os.waitpid(os.posix_spawn(PYTHON[0], PYTHON, os.environ), 0)

    def inside() -> None:
        ending = sandbox.run(sandbox.Command(argv=PYTHON), Limits())
        if ending.ended != "ok":
            raise SystemExit(f"the sandbox ended in {ending.ended}: {ending.detail}")

    outer, inner = _pairs(outside, inside)
    return Measure(
        what="Python that does nothing, in a sandbox",
        here=f"{1000 * inner:.0f} ms",
        compared=f"bare process: {1000 * outer:.0f} ms",
        ratio=inner / outer,
    )


def _warmth() -> Measure:
    def warm() -> None:
        _run(hand_ins.SMALL, 0)

    def cold() -> None:
        with _cold():
            warm()

    slow, fast = _pairs(cold, warm)
    return Measure(
        what="The small notebook from a warm worker",
        here=f"{fast:.2f} s",
        compared=f"started cold: {slow:.2f} s",
        ratio=slow / fast,
    )


def _training() -> Measure:
    cells = hand_ins.training(60_000, 3)

    def seconds(isolation: AbstractContextManager[None]) -> float:
        with isolation:
            return _run(cells, 0).seconds

    # Both cold: the sandbox alone makes the difference.
    with _cold():
        pairs = [(seconds(sandbox.without_isolation()), seconds(nullcontext())) for _ in range(TRAININGS)]
    outer, inner = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Measure(
        what="A notebook that trains for three epochs, in the sandbox",
        here=f"{inner:.1f} s",
        compared=f"the same programs outside: {outer:.1f} s",
        ratio=statistics.median(inside / outside for outside, inside in pairs),
    )


def _memory() -> Measure:
    """What the control group of a run counted at its peak, the notebook's own images among it."""
    peak = _run(hand_ins.convolution(60_000, 1), 0).peak_memory
    goal, met = at_most(peak / GIGABYTE, 1, " GB")
    return Measure(what="Peak memory of a run with a small CNN", here=f"{peak / 10**6:.0f} MB", goal=goal, met=met)


def _pairs(first: Callable[[], None], second: Callable[[], None]) -> tuple[float, float]:
    pairs = [(_timed(first), _timed(second)) for _ in range(ROUNDS)]
    one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return one, other


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _cold() -> Iterator[None]:
    before = os.environ.get("GRADER_WARM")
    os.environ["GRADER_WARM"] = "0"
    try:
        yield
    finally:
        del os.environ["GRADER_WARM"]
        if before is not None:
            os.environ["GRADER_WARM"] = before


def _run(cells: tuple[str, ...], number: int) -> Run:
    content = hand_ins.notebook(hand_ins.numbered(cells, number)).encode()
    hand_in = Submission(student="a", exercise="b", files={"a.ipynb": content}, entry="a.ipynb", sha256="c")
    mounted = data.mounted(data.find("digits", None), "hidden")
    inputs = Inputs(data_file=mounted.path, data_name="digits", variables=tuple(hand_ins.ANSWERS))
    run = execute.execute(hand_in, RunSpec(), inputs=inputs)
    if run.ended != "ok":
        raise SystemExit(f"the notebook ended in {run.ended}: {run.detail} {run.failed}")
    return run
