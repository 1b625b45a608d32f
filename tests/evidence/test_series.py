"""Several notebooks in one sandbox come out as each does by itself."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.evidence import execute, series
from grader.evidence.execute import Inputs
from grader.records import Limits, Run, RunSpec, Submission
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

SPEC = RunSpec(limits=Limits(time_s=120, cell_s=60))
TRAINED = notebook(
    """
    import keras, numpy as np
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.ones((64, 6)), np.zeros((64, 2)), epochs=2, verbose=0)
    answers = {"random": float(np.random.rand()), "weights": float(model.get_weights()[0].sum())}
    """
)


def submission(content: bytes) -> Submission:
    sha256 = hashlib.sha256(content).hexdigest()
    return Submission(student="x", exercise="x", files={"x.ipynb": content}, entry="x.ipynb", sha256=sha256)


def member(content: bytes, cell_s: float = 60) -> series.Member:
    spec = replace(SPEC, limits=replace(SPEC.limits, cell_s=cell_s))
    return series.Member(submission=submission(content), spec=spec, inputs=Inputs(exports=("x",)))


def answers(run: Run | None) -> dict[str, object]:
    assert run is not None
    return json.loads(run.frames["answers", 0])["answers"]


def weights(run: Run) -> bytes:
    """The arrays of the model that came out; the archive itself carries the time of its writing."""
    frame = run.frames["model", 0]
    with zipfile.ZipFile(io.BytesIO(frame[frame.index(b"PK") :])) as archive:
        return archive.read("model.weights.h5")[2048:]


@pytest.fixture(scope="module")
def runs() -> list[Run | None]:
    leaves = notebook("open('/tmp/left.txt', 'w').write('here'); open('mine.txt', 'w').close(); x = [1, 2]")
    looks = notebook("import os; answers = {'seen': os.path.exists('/tmp/left.txt') or os.path.exists('mine.txt')}")
    return series.series(
        [
            member(TRAINED),
            member(leaves),
            member(looks),
            member(notebook("while True: pass"), cell_s=3),
            member(notebook("1 / 0")),
            member(notebook("import os; os._exit(3)")),
            member(TRAINED),
        ]
    )


def test_each_run_ends_as_it_would_by_itself(runs: list[Run | None]) -> None:
    assert [run.ended if run else None for run in runs] == ["ok", "ok", "ok", "timeout", "error", "exit", "ok"]
    assert all(run.submission and run.environment["keras"] for run in runs if run)


def test_a_training_gives_the_same_numbers_first_last_and_alone(runs: list[Run | None]) -> None:
    alone = execute.execute(submission(TRAINED), SPEC, inputs=Inputs(exports=("x",)))
    assert answers(runs[0]) == answers(runs[-1]) == answers(alone)
    assert runs[0] is not None
    assert weights(runs[0]) == weights(alone)
    assert runs[0].frames.keys() == alone.frames.keys()


def test_a_run_finds_nothing_of_an_earlier_one(runs: list[Run | None]) -> None:
    assert answers(runs[2]) == {"seen": False}


def test_a_run_that_takes_the_sandbox_with_it_is_not_there_nor_are_those_after_it() -> None:
    ends = notebook(
        """
        import os, signal
        runner = os.getppid()
        os.kill(int(open(f"/proc/{runner}/stat").read().rpartition(")")[2].split()[1]), signal.SIGKILL)
        """
    )
    first, second, third = series.series([member(notebook("answers = {'a': 1}")), member(ends), member(TRAINED)])
    assert answers(first) == {"a": 1}
    assert (second, third) == (None, None)


def test_members_with_other_data_are_refused(tmp_path: Path) -> None:
    other = replace(member(TRAINED), inputs=Inputs(data_file=tmp_path))
    with pytest.raises(ValueError, match="the same data"):
        series.series([member(TRAINED), other])
