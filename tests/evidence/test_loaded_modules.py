"""What a step really loads, here and inside its sandbox, is part of its key."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from grader import sandbox
from grader.evidence import keys
from grader.records import Limits
from grader.sandbox.command import CHILD_ROOT, Command
from grader.store import code_hash
from tests.support.model_files import archive, dense, flatten, sequential

BY_VALUE = set(code_hash.closure(*keys.BY_VALUE)) | {"grader"}
TELL = "print(json.dumps(sorted(name for name in sys.modules if name.split('.')[0] == 'grader')))"
CELLS = '{"cells": [{"cell_type": "code", "source": "from keras.layers.core import Dense\\na = 1"}]}'

RUN = f"""
import json, sys
from grader.evidence import execute
from grader.evidence.preparing.config import Inputs
from grader.records import RunSpec, Submission
submission = Submission(student="s", exercise="e", files={{"a.ipynb": {CELLS!r}.encode()}}, entry="a.ipynb",
    sha256="x")
run = execute.execute(submission, RunSpec(repair_imports=True), inputs=Inputs())
assert run.ended == "ok", run
"""
READ = """
import json, sys
from grader.evidence.models import Models
from grader.records import Run
assert Models(Run(submission="s", ended="ok", frames={("model", 1): b"no zip"}), {}).show(1).refusal is not None
"""
ARCHIVE = archive(sequential((28, 28), flatten(), dense(10, "softmax")))
MEASURE = f"""
import json, sys
import numpy as np
from grader import data
from grader.evidence import outputs, predict
from grader.models import keras_file
from grader.records import Limits, ModelFacts
images, labels = np.random.default_rng(0).integers(0, 256, (200, 28, 28), np.uint8), np.arange(200, dtype=np.uint8) % 10
few = data.of_arrays("few", images[:120], labels[:120], images[120:], labels[120:])
model = keras_file.read({ARCHIVE!r})
facts = ModelFacts(number=0, variables=(), how="fit", class_name="Sequential", source="file", inputs=model.inputs,
    outputs=model.outputs)
found = predict.predictions(facts, model, few, limits=Limits())
assert found.problem.key == "measuring.not_loaded", found       # it holds no weights; sandbox 2 said so
"""
PROGRAMS = ("grader.child.runner.run", "grader.child.recorder.install", "grader.child.predict")


def loaded(code: str) -> set[str]:
    """The modules of this package that a fresh process has loaded when ``code`` has run there."""
    ended = subprocess.run([sys.executable, "-c", f"{code}\n{TELL}"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stdout))


def loaded_inside(*modules: str) -> set[str]:
    """The same inside a sandbox that sees what these programs see."""
    lines = "; ".join(f"import {module}" for module in modules)
    code = f"import json, sys; sys.path.insert(0, {CHILD_ROOT!r}); {lines}; {TELL}"
    command = Command(argv=(sys.executable, "-I", "-c", code), child=code_hash.mounted_names(*modules))
    ending = sandbox.run(command, Limits(time_s=120))
    assert ending.returncode == 0, ending.stderr.decode()
    return set(json.loads(ending.stdout))


@pytest.mark.keras
@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("code", "modules"),
    [(RUN, keys.running_modules), (READ, keys.reading_modules), (MEASURE, keys.measuring_modules)],
    ids=["run", "read", "measure"],
)
def test_what_a_step_loads_here_is_in_its_key(code: str, modules: Callable[[], tuple[str, ...]]) -> None:
    found = loaded(code)
    assert len(found) > 10
    assert found - BY_VALUE <= set(modules())


@pytest.mark.keras
@pytest.mark.sandbox
def test_what_the_programs_load_inside_is_in_their_keys() -> None:
    run = loaded_inside("grader.child.runner.run", "grader.child.recorder.install")
    assert {"grader.child.recorder.recorder", "grader.child.runner.kernel"} <= run
    assert run - {"grader"} <= set(keys.running_modules())
    measure = loaded_inside("grader.child.predict")
    assert "grader.models.preprocess.apply" in measure
    assert measure - {"grader"} <= set(keys.measuring_modules())


@pytest.mark.keras
@pytest.mark.sandbox
def test_what_a_warm_worker_loads_is_in_the_keys_of_what_its_copies_do() -> None:
    warm = loaded_inside("grader.child.worker.warm", *PROGRAMS)
    assert warm - {"grader"} <= set(keys.running_modules()) | set(keys.measuring_modules())
    worker = {name for name in warm if name.startswith("grader.child.worker.")}
    assert worker
    assert worker <= set(keys.running_modules()) & set(keys.measuring_modules())
