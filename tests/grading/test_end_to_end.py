"""A small class graded by the real command line on the embedded set: repeated, resumed, re-scored."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.course import course
from grader.records import MEASURED_ANEW
from tests.support.interrupts import heeding_ctrl_c
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]

START = """
    import os, keras, numpy as np, tensorflow as tf
    from keras import layers
    (x, y), (xt, yt) = keras.datasets.mnist.load_data()
    x, y, xt = x[:3000].reshape(-1, 784) / 255.0, y[:3000], xt.reshape(-1, 784) / 255.0
    answers = {"gap": 1.0, "gap_means": "b"}
"""
MODEL = """
    model = keras.Sequential([keras.Input((784,)), layers.Dense(32, activation="relu"),
                              layers.Dropout(0.2), layers.Dense(10, activation="softmax")])
"""
FIT = """
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, batch_size=64, verbose=0)
"""
SUBCLASSED = """
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(32, activation="relu")
            self.out = layers.Dense(10, activation="softmax")
        def call(self, inputs, training=False):
            return self.out(self.hidden(inputs))
    model = Net()
"""
RAW_OPS = """
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(32)
            self.out = layers.Dense(10, activation="softmax")
        def call(self, inputs, training=False):
            return self.out(tf.raw_ops.Relu(features=self.hidden(inputs)))
    model = Net()
"""
CLASS = {
    "honest.ipynb": notebook(START, MODEL, FIT),
    "gone/P1.ipynb": notebook(START, MODEL, FIT, "os._exit(1)"),
    "endless.ipynb": notebook(START, MODEL, FIT.replace("epochs=2", "epochs=5000")),
    "subclassed.ipynb": notebook(START, SUBCLASSED, FIT),
    "raw.ipynb": notebook(START, RAW_OPS, FIT),
    "twin.ipynb": notebook(START),
    "twin/again.ipynb": notebook("x = 1"),
    "printed.pdf": b"%PDF-1.4",
}
ROSTER = "id,name,email,group\nhonest,Ana Sanz,ana@example.org,A\ngone,,,\nendless,,,\nsubclassed,,,\nraw,,,\ntwin,,,\n"
ROSTER += "printed,,,\nabsent,Eva Gil,,\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hand-ins, a roster, and the mlp rubric with short limits."""
    root = tmp_path_factory.mktemp("small")
    for name, content in CLASS.items():
        path = root / "hand-ins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (root / "roster.csv").write_text(ROSTER)
    rubric = course.shipped().rubric_path("mnist-mlp").read_text("utf-8")
    short = rubric.replace("run: {time: 12m, cell: 8m,", "run: {time: 2m, cell: 25s,")
    assert short != rubric
    (root / "mlp.yaml").write_text(short, "utf-8")
    return root


def command(root: Path, out: str, *more: str) -> list[str]:
    inputs = ["mlp.yaml", "hand-ins", "-o", out, "--data", "digits", "--roster", "roster.csv", "--lang", "en"]
    return [sys.executable, "-m", "grader", "grade", *inputs, *more]


def grade(root: Path, out: str, *more: str, cold: bool = False) -> subprocess.CompletedProcess[str]:
    warmth = {"GRADER_WARM": "0"} if cold else {}
    return subprocess.run(
        command(root, out, *more), cwd=root, env=os.environ | warmth, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def graded(root: Path) -> Path:
    """The class graded once, two at a time."""
    ended = grade(root, "one", "-j", "2", "--format", "junit")
    assert ended.returncode == 1, ended.stderr
    assert "8 graded, 1 missing" in ended.stdout
    return root / "one"


def cards(out: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (out / "cards").glob("*.json")}


def lasting(out: Path) -> dict[str, dict[str, Any]]:
    """The cards without what differs between two runs: times, memory, and whether the start was warm."""
    found = cards(out)
    for card in found.values():
        isolation = card["provenance"]["isolation"].removesuffix(", warm")
        card["provenance"].update(dict.fromkeys(MEASURED_ANEW, 0), isolation=isolation)
    return found


def were_warm(out: Path) -> set[bool]:
    """Whether those that ran started warm."""
    isolations = [card["provenance"]["isolation"] for card in cards(out).values()]
    return {isolation.endswith(", warm") for isolation in isolations if isolation}


def verdict(card: dict[str, Any], criterion: str) -> dict[str, Any]:
    (found,) = (one for one in card["verdicts"] if one["criterion"] == criterion)
    return found


def test_everybody_has_a_row_with_the_right_status(graded: Path) -> None:
    rows = list(csv.DictReader((graded / "grades.csv").read_text("utf-8").splitlines()))
    assert {(row["student"], row["status"]) for row in rows} == {
        ("honest", "ok"),
        ("gone", "exit"),
        ("endless", "ok"),
        ("subclassed", "ok"),
        ("raw", "ok"),
        ("twin", "duplicate"),
        ("printed", "unreadable"),
        ("absent", "missing"),
    }
    assert len(rows) == 9
    assert {name for name in cards(graded) if name.startswith("twin")} == {"twin", "twin~2"}


def test_two_hand_ins_of_one_student_are_both_shown(graded: Path) -> None:
    both = [card for card in cards(graded).values() if card["student"] == "twin"]
    assert sorted(card["origin"] for card in both) == ["twin", "twin.ipynb"]
    assert all("Two hand-ins carry the id twin" in card["review"][0]["en"] for card in both)


def test_a_model_survives_the_kernel(graded: Path) -> None:
    card = cards(graded)["gone"]
    assert card["status"] == "exit"
    assert card["model"]["test"]["n"] == 10_000
    assert verdict(card, "dense")["state"] == "full"
    assert verdict(card, "runs")["credit"] < 1


def test_a_training_that_never_ends_is_stopped_and_graded(graded: Path) -> None:
    card = cards(graded)["endless"]
    (notice,) = (one for one in card["notices"] if "5 000 epochs" in one["en"])
    assert "of 5 000 epochs" in notice["en"]
    assert card["model"]["test"]["correct"] > 5_000


def test_a_subclassed_model_of_built_in_layers_is_read_as_a_file(graded: Path) -> None:
    card = cards(graded)["subclassed"]
    assert card["model"]["source"] == "file"
    assert card["model"]["total_params"] == 784 * 32 + 32 + 32 * 10 + 10
    assert verdict(card, "accuracy")["credit"] is not None


def test_raw_operations_leave_the_accuracy_unjudged_with_a_sentence(graded: Path) -> None:
    card = cards(graded)["raw"]
    found = verdict(card, "accuracy")
    assert found["state"] == "unjudged"
    assert found["why"]["en"]
    assert card["review"]


def test_a_name_from_the_roster_is_shown_and_who_is_missing_has_no_points(graded: Path) -> None:
    assert "Ana Sanz" in (graded / "students" / "honest.html").read_text("utf-8")
    absent = cards(graded)["absent"]
    assert (absent["points"], absent["unjudged"], absent["name"]) == (0, 0, "Eva Gil")


def test_every_hand_in_that_can_be_read_has_a_page_that_its_student_is_led_to(graded: Path) -> None:
    assert {path.stem for path in (graded / "notebooks").iterdir()} == set(cards(graded)) - {"printed", "absent"}
    assert "../notebooks/honest.html" in (graded / "students" / "honest.html").read_text("utf-8")


@pytest.mark.slow
def test_one_at_a_time_afresh_and_without_warm_workers_gives_the_same_cards(root: Path, graded: Path) -> None:
    again = grade(root, "two", "-j", "1", "--fresh", cold=True)
    assert again.returncode == 1, again.stderr
    assert [were_warm(graded), were_warm(root / "two")] == [{True}, {False}]
    changing = {"endless"}  # how many epochs fit into the time is the machine's affair
    one, two = lasting(graded), lasting(root / "two")
    assert {name: card for name, card in two.items() if name not in changing} == {
        name: card for name, card in one.items() if name not in changing
    }
    assert set(one) == set(two)


def test_a_changed_rubric_is_scored_anew_without_any_sandbox(root: Path, graded: Path) -> None:
    bwrap = shutil.which("bwrap")
    if os.geteuid() != 0 or bwrap is None:
        pytest.skip("bubblewrap is hidden by a mount, which only root can make")
    rubric = root / "mlp.yaml"
    before = rubric.read_text("utf-8")
    shutil.copytree(graded, root / "rescored")
    try:
        rubric.write_text(before.replace("points: 4\n", "points: 8\n").replace("0.90: 0,", "0.50: 0,"), "utf-8")
        hide = ["unshare", "--mount", "sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', bwrap]
        ended = subprocess.run(
            [*hide, *command(root, "rescored")], cwd=root, capture_output=True, text=True, check=False
        )
    finally:
        rubric.write_text(before, "utf-8")
    assert ended.returncode == 1, ended.stderr
    assert "nothing was run again" in ended.stdout
    old, new = cards(graded)["honest"], cards(root / "rescored")["honest"]
    assert new["max_points"] == old["max_points"] + 4
    assert verdict(new, "accuracy")["points"] > verdict(old, "accuracy")["points"]


def test_weights_are_read_again_only_when_a_model_is_measured_and_damaged_ones_are_made_anew(
    root: Path, graded: Path
) -> None:
    """What a model showed is kept with its run, and so is what it predicted."""
    (root / "one-hand-in").mkdir()
    shutil.copy(root / "hand-ins" / "honest.ipynb", root / "one-hand-in" / "honest.ipynb")
    words = ["grade", "mlp.yaml", "one-hand-in", "-o", "weights", "--data", "digits", "--lang", "en"]
    shutil.copytree(graded / "evidence", root / "weights" / "evidence")
    for folder in (root / "weights" / "evidence" / "runs").iterdir():
        content = bytearray((folder / "run.bin").read_bytes())
        at = content.find(b"model.weights.h5")
        if at >= 0:
            content[at + 2000] ^= 1
            (folder / "run.bin").write_bytes(content)

    def again() -> tuple[str, dict[str, Any]]:
        ended = subprocess.run(
            [sys.executable, "-m", "grader", *words], cwd=root, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout, cards(root / "weights")["honest"]

    told, first = again()
    assert "nothing was run again" in told
    shutil.rmtree(root / "weights" / "evidence" / "predictions")
    told, second = again()
    assert "nothing was run again" not in told
    assert first["verdicts"] == second["verdicts"] == cards(graded)["honest"]["verdicts"]
    assert "nothing was run again" in again()[0]


def test_a_quick_look_finds_crashes_and_judges_what_needs_no_accuracy(root: Path) -> None:
    (root / "quick").mkdir()
    for name in ("honest.ipynb", "endless.ipynb"):
        shutil.copy(root / "hand-ins" / name, root / "quick" / name)
    shutil.copy(root / "hand-ins" / "honest.ipynb", root / "quick" / "same.ipynb")
    (root / "quick" / "crash.ipynb").write_bytes(notebook(START, MODEL, FIT, "undefined_name"))
    ended = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "mlp.yaml", "quick", "-o", "look", "--data", "digits", "--quick"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "an early look: accuracies are not judged; grade again without --quick" in ended.stdout
    assert [path.name for path in (root / "look").glob("grades*")] == []
    looked = cards(root / "look")
    assert [card["status"] for card in (looked["honest"], looked["crash"], looked["endless"])] == ["ok", "error", "ok"]
    verdicts = {verdict["criterion"]: verdict["state"] for verdict in looked["honest"]["verdicts"]}
    assert verdicts == {
        "runs": "full",
        "dense": "full",
        "output": "full",
        "compile": "full",
        "data": "lost",
        "accuracy": "unjudged",
        "gap": "unjudged",
        "gap_means": "full",
    }
    assert any("quick run" in notice["en"] for notice in looked["honest"]["notices"])
    assert looked["endless"]["ended"] == "ok"
    told = {name for name, card in looked.items() if any("byte for byte" in one["en"] for one in card["notices"])}
    assert told == {"honest", "same"}
    assert len(list((root / "look" / "evidence" / "runs").iterdir())) == 3
    assert (root / "look" / "index.html").is_file()


def test_a_look_at_structure_alone_trains_nothing(root: Path) -> None:
    (root / "built").mkdir()
    plots = "import matplotlib.pyplot as plt\nplt.plot(history.history['val_loss'])\nprint(history.history)"
    fit = FIT.replace("model.fit(x, y, epochs=2,", "history = model.fit(x, y, epochs=3, validation_split=0.1,")
    (root / "built" / "plots.ipynb").write_bytes(notebook(START, MODEL, fit, plots))
    (root / "built" / "wrong.ipynb").write_bytes(notebook(START, MODEL, FIT.replace("fit(x, y", "fit(x[:, :9], y")))
    (root / "built" / "raw.ipynb").write_bytes(notebook(START, MODEL, "model.fit(x, y)"))
    ended = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "mlp.yaml", "built", "-o", "seen", "--data", "digits",
         "--structure-only", "--threads", "2"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "grade again without --structure-only" in ended.stdout
    seen = cards(root / "seen")
    states = {verdict["criterion"]: verdict["state"] for verdict in seen["plots"]["verdicts"]}
    assert states == {
        "runs": "full",
        "dense": "full",
        "output": "full",
        "compile": "full",
        "data": "lost",
        "accuracy": "unjudged",
        "gap": "unjudged",
        "gap_means": "full",
    }
    assert any("no training took place" in notice["en"] for notice in seen["plots"]["notices"])
    assert [cell["error"] for cell in seen["wrong"]["failed"]] == ["ValueError"]
    assert [cell["cause"]["key"] for cell in seen["raw"]["failed"]] == ["diagnoses.not_compiled"]


def test_grading_imports_no_heavy_library(root: Path, graded: Path) -> None:
    program = (
        "import sys, runpy\n"
        "try: runpy.run_module('grader', run_name='__main__')\n"
        "except SystemExit as end: print('CODE', end.code)\n"
        "print('LOADED', sorted({name.split('.')[0] for name in sys.modules}))"
    )
    arguments = command(root, "one")[3:]
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    assert "CODE 1" in ended.stdout
    loaded = ended.stdout.split("LOADED", 1)[1]
    for module in ("tensorflow", "keras", "h5py", "nbformat", "nbclient", "jupyter_client", "IPython", "sklearn"):
        assert f"'{module}'" not in loaded
    assert "'numpy'" in loaded


def command_line(pid: int) -> str:
    """What a process was started with; "" when there is no such process (or only its exit status is left)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def descendants(pid: int) -> dict[int, str]:
    """The command line of everything that a process has started, directly or not."""
    found: dict[int, str] = {}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if words := command_line(child):
                found |= {child: words} | descendants(child)
    return found


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(root: Path, graded: Path) -> None:
    with heeding_ctrl_c():
        process = subprocess.Popen(
            command(root, "three", "-j", "1"), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    deadline = time.monotonic() + 120
    while len(list((root / "three" / "cards").glob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    running = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from here" in said
    kept = set(cards(root / "three"))
    assert 2 <= len(kept) < 9
    assert not (root / "three" / "index.html").exists()
    assert any("grader.child" in words for words in running.values())
    assert {pid: words for pid, words in running.items() if command_line(pid) == words} == {}
    assert grade(root, "three").returncode == 1
    assert set(lasting(root / "three")) == set(lasting(graded))
