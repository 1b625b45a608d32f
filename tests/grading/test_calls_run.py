"""Students' functions in real sandboxes: called after the last cell, on arguments that were not there before."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import data
from grader.course import rubric
from grader.errors import CourseError
from grader.evidence import calls, execute
from grader.grading import gather, reference_calls
from grader.grading.gathering import Gathering
from grader.records import CallFacts, Rubric, Run, RunSpec, Submission
from grader.records.handed_in import Limits
from grader.untrusted import claims
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

SECRET = b"of the course"


def rubric_of(*functions: str, cases: str = "[{random: [4, 3], dtype: uint8}]", criteria: str = "") -> Rubric:
    called = ", ".join(f"{name}: [{cases}]" for name in functions)
    text = (
        "exercise: functions\ntitle: {es: F, en: F}\ndata: digits\n"
        f"calls: {{{called}}}\n"
        "criteria:\n  - {id: runs, points: 1, check: runs_to_the_end}\n" + criteria
    )
    return rubric.parse(text.encode(), "functions.yaml")


def run(asked: Rubric, *cells: str, **limits: float) -> Run:
    content = notebook(*cells)
    handed_in = Submission(
        student="ana",
        exercise="functions",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    spec = RunSpec(limits=Limits(**{"time_s": 120, "cell_s": 60, **limits}))  # type: ignore[arg-type]
    late = calls.pack(asked.calls, asked, SECRET)
    return execute.execute(handed_in, spec, inputs=execute.Inputs(late=late))


def called(ran: Run, asked: Rubric) -> dict[str, CallFacts]:
    """The first call of each function."""
    return {name: several[0] for name, several in calls.read(ran.frames, asked.calls).items()}


def drawn(asked: Rubric, function: str, number: int = 0) -> Any:
    case = asked.calls[function][number]
    return calls.draw(case, secret=SECRET, exercise=asked.exercise, function=function, number=number).args[0]


def told(ran: Run, kind: str) -> Any:
    return claims.parse(ran.frames.get((kind, 0)))


EARLY = """
    import os
    def snoop():
        try:
            words = open(f"/proc/{os.getppid()}/environ", "rb").read().split(b"\\0")
        except OSError as error:
            return "closed to us: " + type(error).__name__
        late = next(word.split(b"=")[1].decode() for word in words if word.startswith(b"LATE_FD="))
        try:
            pipe = os.open(f"/proc/{os.getppid()}/fd/{late}", os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            return "closed to us: " + type(error).__name__
        try:
            return "read: " + repr(os.read(pipe, 100))
        except BlockingIOError:
            return "nothing there"
    answers = {"early": snoop(), "files": str(os.listdir("/in"))}
"""
FUNCTIONS = """
    import numpy as np, tensorflow as tf
    def right(image): return image.astype("float64").mean(axis=1)
    def listed(image): return image.tolist()
    def tensor(image): return tf.constant(image) + 1
    def number(image): return int(image.sum())
    def hangs(image):
        while True: pass
    def changes(image):
        image[0, 0] += 1
        return image
    def nothing(image): image.mean()
    def raises(image): raise ValueError(image.tolist())
    def tells(image): raise type("seen" + str(image.sum()), (ArithmeticError,), {})
    def kind(image): return type("seen" + str(image.sum()), (), {})()
    def leaves(image): raise SystemExit(3)
    def words(image): return "words"
    def ragged(image): return [[1], [2, 3]]
    def complexes(image): return image * 1j
    def huge(image): return np.zeros((2000, 2000))
    def floods(image):
        print("x" * 100_000_000)
        return image
    def bare(image): raise NotImplementedError
    value = 3
"""
NAMES = (
    "right",
    "hangs",
    "absent",
    "value",
    "listed",
    "tensor",
    "number",
    "changes",
    "nothing",
    "raises",
    "tells",
    "kind",
    "leaves",
    "words",
    "ragged",
    "complexes",
    "huge",
    "floods",
    "bare",
)


def test_functions_are_called_after_the_last_cell_and_every_way_to_fail_is_told() -> None:
    asked = rubric_of(*NAMES)
    ran = run(asked, EARLY, FUNCTIONS, "1 / 0")
    assert [(cell.cell, cell.error) for cell in ran.failed] == [(3, "ZeroDivisionError")]
    assert ran.ended == "error"
    answers = told(ran, "answers")["answers"]
    assert answers["early"] in {"nothing there", "closed to us: PermissionError"}
    found = called(ran, asked)
    assert set(found) == set(NAMES)
    outcomes = {name: (call.outcome, call.error) for name, call in found.items()}
    assert outcomes == {
        "right": ("ok", ""),
        "hangs": ("timeout", ""),
        "absent": ("missing", ""),
        "value": ("error", "not callable"),
        "listed": ("ok", ""),
        "tensor": ("ok", ""),
        "number": ("ok", ""),
        "changes": ("ok", ""),
        "nothing": ("no_array", "NoneType"),
        "raises": ("error", "ValueError"),
        "tells": ("error", "ArithmeticError"),
        "kind": ("no_array", "object"),
        "leaves": ("error", "SystemExit"),
        "words": ("no_array", "str"),
        "ragged": ("no_array", "list"),
        "complexes": ("no_array", "complex128"),
        "huge": ("no_array", "ndarray"),
        "floods": ("ok", ""),
        "bare": ("error", "NotImplementedError"),
    }
    assert {call.text for name, call in found.items() if name != "value"} == {""}  # what they raise could tell
    assert found["value"].text == "int"
    assert (found["changes"].changed, found["changes"].names) == ((0,), ("image",))
    assert all(not call.changed for name, call in found.items() if name != "changes")
    assert np.array_equal(found["right"].output, drawn(asked, "right").mean(axis=1))
    assert np.array_equal(found["listed"].output, drawn(asked, "listed"))
    assert np.array_equal(found["tensor"].output, drawn(asked, "tensor") + 1)
    assert found["tensor"].output.dtype == np.uint8
    assert found["number"].output.shape == ()
    assert found["right"].given == "uint8 (4, 3)"


def test_a_function_that_ends_the_program_keeps_what_was_there_before() -> None:
    asked = rubric_of("good", "deadly", "later")
    ran = run(
        asked,
        "import keras, os\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\nanswers = {'q1': 5}",
        "def good(x): return x\ndef deadly(x): os._exit(1)\ndef later(x): return x",
    )
    assert (ran.ended, ran.failed) == ("ok", ())
    assert {name: call.outcome for name, call in called(ran, asked).items()} == {
        "good": "ok",
        "deadly": "died",
        "later": "not_called",
    }
    assert told(ran, "answers")["answers"] == {"q1": 5}
    assert ("model", 0) in ran.frames


def test_a_disk_that_the_notebook_filled_costs_its_calls_and_leaves_nothing_open() -> None:
    asked = rubric_of("good", "later")
    fill = """
        import os
        def good(x): return x
        later = good
        with open("/tmp/filler", "wb") as file:
            try:
                while True: file.write(bytes(1 << 16))
            except OSError:
                pass
    """
    ran = run(asked, fill)
    assert {name: call.outcome for name, call in called(ran, asked).items()} == {
        "good": "disk_full",
        "later": "disk_full",
    }


def test_a_function_that_cannot_be_interrupted_costs_only_what_comes_after_it() -> None:
    asked = rubric_of("good", "stuck", "later")
    stuck = """
        import signal, time
        def good(x): return x
        def stuck(x):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            while True: pass
        later = good
    """
    ran = run(asked, stuck)
    assert ran.ended == "ok"
    assert {name: call.outcome for name, call in called(ran, asked).items()} == {
        "good": "ok",
        "stuck": "timeout",
        "later": "not_called",
    }


def test_without_a_kernel_nothing_is_called() -> None:
    asked = rubric_of("good")
    ran = run(asked, "def good(x): return x", "import os; os._exit(0)")
    assert ran.ended == "exit"
    assert calls.read(ran.frames, asked.calls) == {}


# ---------------------------------------------------------------- the reference

CRITERION = "  - {id: mean, points: 2, check: call, function: mean, misconceptions: [{name: wraps, function: wraps}]}\n"


def gathering(tmp_path: Path, reference: bytes, asked: Rubric) -> Gathering:
    handed_in = reference_calls.submission(asked, reference)
    return Gathering(
        submission=handed_in,
        reference=handed_in,
        rubric=asked,
        data=data.find("digits", None),
        evidence=tmp_path / "evidence",
        secret=SECRET,
    )


def test_the_reference_gives_the_expected_outputs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = rubric_of("mean", criteria=CRITERION)
    good = notebook("def mean(x): return x.mean(axis=1)", "def wraps(x): return (x[:, 0] + x[:, 1]) / 2")
    task = gathering(tmp_path, good, asked)
    found, executions = reference_calls.obtain(task)
    assert executions == 1
    image = drawn(asked, "mean")
    assert np.array_equal(found["mean"][0].output, image.mean(axis=1))
    assert np.array_equal(found["wraps"][0].output, (image[:, 0] + image[:, 1]) / 2)
    monkeypatch.setattr(gather.execute, "execute", None)  # a second run would fail
    again, executions = reference_calls.obtain(task)
    assert executions == 0
    assert np.array_equal(again["wraps"][0].output, found["wraps"][0].output)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ("pass", r"wraps\(\), case 1 of `calls`: there is no such function; .* `teacher`"),
        ("def wraps(x): raise KeyError('k')", r"wraps\(\), case 1 of `calls`: it ends in KeyError"),
    ],
)
def test_a_broken_reference_is_the_teachers_to_mend(tmp_path: Path, second: str, says: str) -> None:
    asked = rubric_of("mean", criteria=CRITERION)
    broken = notebook("def mean(x): return x.mean(axis=1)", second)
    with pytest.raises(CourseError, match=says):
        reference_calls.obtain(gathering(tmp_path, broken, asked))


def test_a_rubric_without_calls_needs_no_reference(tmp_path: Path) -> None:
    asked = rubric.parse(
        json.dumps(
            {
                "exercise": "x",
                "title": {"es": "x", "en": "x"},
                "data": "digits",
                "criteria": [{"id": "runs", "points": 1, "check": "runs_to_the_end"}],
            }
        ).encode(),
        "x.yaml",
    )
    assert reference_calls.obtain(gathering(tmp_path, b"{}", asked)) == ({}, 0)
