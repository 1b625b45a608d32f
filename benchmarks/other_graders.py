"""nbgrader and otter-grader on the same notebooks: installed from the package index, each in an environment of its own.

Each environment sees the TensorFlow of ours, so that all three import the same one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hand_ins import ANSWERS, notebook, numbered

from grader import data

VERSIONS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
TESTS = (
    *(f"assert {name} == {value}" for name, value in ANSWERS.items()),
    f"assert model.count_params() == {ANSWERS['total']}",
)
ACCURACY = "assert model.evaluate(x_test, y_test, verbose=0)[1] > 0.8"


LOADED = "[(of[f'x_{part}'], of[f'y_{part}']) for part in ('train', 'test')]"


def installed(folder: Path, name: str) -> Path:
    """The program ``name``; its environment lies under ``folder`` and is made at the first call."""
    place = folder / name
    program = place / "bin" / name
    if not program.exists():
        venv.create(place, with_pip=True, symlinks=True)
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        theirs = place / "lib" / version / "site-packages"
        (theirs / "tensorflow_of_grader.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
        _call([str(place / "bin" / "python"), "-m", "pip", "install", "-q", VERSIONS[name]], folder)
    return program


def nbgrader(program: Path, folder: Path, cells: Sequence[str], students: int, *, accuracy: bool) -> float:
    """Seconds of one ``nbgrader autograde`` of a class: one notebook after another, as it works."""
    tests = [*TESTS, ACCURACY] if accuracy else TESTS
    cells = _with_data(cells, folder)
    for student in range(-1, students):
        given = [(source, _role(f"s{at}", test=False)) for at, (source, _) in enumerate(numbered(cells, student))]
        given += [(source, _role(f"t{at}", test=True)) for at, source in enumerate(tests)]
        place = folder / "source/ps" if student < 0 else folder / f"submitted/s{student:04}/ps"
        place.mkdir(parents=True)
        (place / "p.ipynb").write_text(notebook(given), "utf-8")
    (folder / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'bench'\n", "utf-8")
    _call([str(program), "generate_assignment", "ps"], folder)
    began = time.perf_counter()
    _call([str(program), "autograde", "ps"], folder)
    seconds = time.perf_counter() - began
    graded = list((folder / "autograded").glob("*/ps/p.ipynb"))
    if len(graded) != students:
        raise SystemExit(f"nbgrader graded {len(graded)} of {students}")
    return seconds


def otter(program: Path, folder: Path, cells: Sequence[str], students: int, *, accuracy: bool) -> float:
    """Seconds of one ``otter run`` for each of a class, one after another: what its containers call."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    cells = _with_data(cells, folder)
    for at, source in enumerate([*TESTS, ACCURACY] if accuracy else TESTS):
        case = {"code": f">>> {source}\n", "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": f"q{at}", "points": 1, "suites": [suite]}
        (tests / f"q{at}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n", "utf-8")
    _call([str(program), "generate", "-t", "tests"], folder)
    for student in range(students):
        (folder / f"s{student:04}.ipynb").write_text(notebook(numbered(cells, student)), "utf-8")
    began = time.perf_counter()
    for student in range(students):
        said = _call([str(program), "run", "-a", "autograder.zip", f"s{student:04}.ipynb"], folder)
        if "(100.000%)" not in said:
            raise SystemExit(f"otter gave other points than all: {said[-1000:]}")
    return time.perf_counter() - began


def _with_data(cells: Sequence[str], folder: Path) -> list[str]:
    """The cells as they are where no data set is mounted: the same images come from a file."""
    folder.mkdir(parents=True, exist_ok=True)
    given, path = data.find("digits", None), folder / "digits.npz"
    np.savez(path, x_train=given.x_train, y_train=given.y_train, x_test=given.x_test, y_test=given.y_test)
    load = f"import numpy\nof = numpy.load({str(path)!r})\n"
    wanted = "keras.datasets.mnist.load_data()"
    return [load + source.replace(wanted, LOADED) if wanted in source else source for source in cells]


def _role(name: str, *, test: bool) -> dict[str, object]:
    """What a cell is to nbgrader."""
    points = {"points": 1} if test else {}
    return {
        "nbgrader": {
            "schema_version": 3,
            "grade_id": name,
            "grade": test,
            "solution": not test,
            "locked": test,
            "task": False,
            **points,
        }
    }


def _call(words: list[str], folder: Path) -> str:
    path = f"{Path(words[0]).parent}:{os.environ.get('PATH', '')}"  # they call programs beside theirs
    environment = {**os.environ, "PATH": path, "TF_CPP_MIN_LOG_LEVEL": "3", "HOME": str(folder)}
    ended = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{ended.stdout[-2000:]}{ended.stderr[-3000:]}")
    return ended.stdout
