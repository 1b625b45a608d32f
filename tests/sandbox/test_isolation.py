"""From inside a sandbox nothing of the teacher's can be read: everything readable is read and searched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import grader

pytestmark = pytest.mark.sandbox
PACKAGE = Path(grader.__file__).resolve().parent
CANARY = "teachers-only"
# Text of ours that a checkout or a wheel holds: the needles are built at run time, this file holds none of them.
SIGNS = (CANARY, "Everything a check may look" + " at: what is", "keras-notebook-" + "grader")
QUICK_CAP = 64 << 10  # the slow test has no cap

WALKER = """
import json, os, stat, sys
needles = [bytes.fromhex(word) for word in json.load(open('/in/needles'))]
cap = int(sys.argv[1])
skipped = ('/proc', '/sys', '/in/needles', *sys.argv[2:])
found, names, read = [], [], 0
for folder, folders, files in os.walk('/', followlinks=False):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
    for name in files:
        path = os.path.join(folder, name)
        if any(needle in path.encode('utf-8', 'surrogateescape') for needle in needles):
            names.append(path)
        try:
            about = os.lstat(path)
            if path in skipped or not stat.S_ISREG(about.st_mode) or about.st_size > cap:
                continue
            with open(path, 'rb') as file:
                content = file.read()
        except OSError:
            continue
        read += 1
        if any(needle in content for needle in needles):
            found.append(path)
for path in ('/proc/self/environ', '/proc/1/environ', '/proc/self/mounts'):
    try:
        content = open(path, 'rb').read()
    except OSError:
        continue
    if any(needle in content for needle in needles):
        found.append(path)
print(json.dumps({'found': found, 'names': names, 'read': read,
    'course': [os.path.join(folder, name) for folder, folders, files in os.walk('/') if not folder.startswith('/proc')
        for name in folders if name in ('rubrics', 'grader') and not folder.startswith('/opt/child')]}))
"""

HOST = """
import json, os, sys
from pathlib import Path
from grader import sandbox
from grader.records import Limits
task = json.loads(sys.argv[1])
command = sandbox.python_command('runner.run', inputs={'/in/walker.py': task['walker'].encode(),
    '/in/needles': task['needles'].encode()}, binds=task['binds'])
command = sandbox.Command(argv=(sys.executable, '-I', '/in/walker.py', *task['arguments']), inputs=command.inputs,
    binds=command.binds)
ending = sandbox.run(command, Limits(time_s=500))
print(json.dumps({'ended': ending.ended, 'stderr': ending.stderr.decode()[-2000:], 'told': ending.stdout.decode(),
    'package': os.path.dirname(sandbox.__file__)}))
"""


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    """Folders of a teacher, a canary in each: home, working directory with a course, data, results."""
    for name in ("home", "home/.keras/datasets", "work/rubrics", "work/reference/mlp", "work/out/evidence", "data"):
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "canary.txt").write_text(CANARY)
    (tmp_path / "data" / "mnist.npz").write_bytes(CANARY.encode())
    (tmp_path / "work" / "other-student.ipynb").write_text(CANARY)
    return tmp_path


def walk(
    teacher: Path,
    python: str = sys.executable,
    *,
    cap: int = QUICK_CAP,
    skip: tuple[str, ...] = ("/usr",),
    binds: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What the walker found, started by ``python`` in the teacher's folders."""
    needles = json.dumps([sign.encode().hex() for sign in SIGNS])
    task = {"walker": WALKER, "needles": needles, "binds": binds or {}, "arguments": [str(cap), *skip]}
    path = {"PYTHONPATH": str(PACKAGE.parent)} if python == sys.executable else {}
    ran = subprocess.run(
        [python, "-c", HOST, json.dumps(task)],
        cwd=teacher / "work",
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(teacher / "home"), "GRADER_DATA": str(teacher / "data"), **path},
    )
    assert ran.returncode == 0, ran.stderr
    ending = json.loads(ran.stdout)
    assert ending["ended"] == "ok", ending["stderr"]
    return {**json.loads(ending["told"]), "package": ending["package"]}


@pytest.fixture
def wheel(tmp_path: Path) -> str:
    """The interpreter of a virtual environment that holds this package as a wheel installs it, with a course."""
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    site = next((place / "lib").glob("python3*/site-packages"))
    shutil.copytree(PACKAGE, site / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("rubrics", "reference", "exercises"):
        (site / "grader" / "shipped" / name).mkdir(parents=True)
        (site / "grader" / "shipped" / name / "canary.yaml").write_text(CANARY)
    info = site / "keras_notebook_grader-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {SIGNS[2]}\nVersion: 0.1.0\n")
    (info / "RECORD").write_text("grader/shipped/rubrics/canary.yaml,,\n")
    reused = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "reused.pth").write_text(f"{reused}\n")
    (place / "bin" / "grader").write_text(f"#!/bin/sh\n# {CANARY}\n")
    return str(place / "bin" / "python")


def test_with_an_editable_install_nothing_of_the_teacher_is_readable(teacher: Path) -> None:
    seen = walk(teacher)
    assert (seen["found"], seen["names"], seen["course"]) == ([], [], [])
    assert seen["read"] > 5_000
    assert seen["package"] == str(PACKAGE / "sandbox")


def test_with_a_wheel_nothing_of_the_teacher_is_readable(teacher: Path, wheel: str) -> None:
    seen = walk(teacher, wheel)
    assert seen["package"].startswith(str(Path(wheel).parent.parent))
    assert (seen["found"], seen["names"]) == ([], [])
    assert [folder for folder in seen["course"] if not folder.endswith("site-packages/grader")] == []
    assert seen["read"] > 1_000


def test_the_search_finds_a_canary_in_a_file_that_is_bound(teacher: Path) -> None:
    seen = walk(teacher, skip=("/usr", "/work", sys.prefix), binds={str(teacher / "data"): "/in/data"})
    assert sorted(seen["found"]) == ["/in/data/canary.txt", "/in/data/mnist.npz"]


@pytest.mark.slow
def test_nothing_of_the_teacher_is_readable_in_any_file_of_any_size(teacher: Path) -> None:
    seen = walk(teacher, cap=4 << 30, skip=())
    assert (seen["found"], seen["names"], seen["course"]) == ([], [], [])
    assert seen["read"] > 20_000


@pytest.mark.slow
def test_with_a_wheel_that_was_really_built_the_course_is_there_and_stays_hidden(teacher: Path, wheel: str) -> None:
    site = next(Path(wheel).parent.parent.glob("lib/python3*/site-packages"))
    shutil.rmtree(site / "grader")
    shutil.rmtree(next(site.glob("keras_notebook_grader-*.dist-info")))
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    built = teacher / "wheels"
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(built), str(PACKAGE.parent)], check=True
    )
    (file,) = built.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", str(site), str(file)], check=True)
    assert (site / "grader" / "shipped" / "rubrics" / "mnist-mlp.yaml").is_file()
    assert (site / "grader" / "shipped" / "reference" / "mnist-mlp" / "solution.ipynb").is_file()
    assert (site / "grader" / "shipped" / "exercises" / "mnist-mlp" / "mnist-mlp.es.ipynb").is_file()
    seen = walk(teacher, wheel)
    assert seen["package"] == str(site / "grader" / "sandbox")
    assert (seen["found"], seen["names"]) == ([], [])
    assert [folder for folder in seen["course"] if not folder.endswith("site-packages/grader")] == []
