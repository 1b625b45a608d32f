"""Kernels, configuration, start-up files and modules that come with a hand-in: ignored, or nobody's but his own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from tests.attacks.course import EMPTY, MODEL, START
from tests.attacks.grading import Attack, Batch, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

# What every module and start-up file below does: end the process, whosever it is, and say so.
TAKEN = b"import os\nprint('taken over')\nos._exit(0)\n"
FORGED = b"answers = {'q1': 7850, 'why': 'b'}\n"
# Of the standard library: what Jupyter, Keras and NumPy have loaded before a notebook begins, and what they have not.
LIBRARY = (
    "ast", "asyncio", "base64", "cmd", "code", "codecs", "colorsys", "configparser", "copy", "csv", "decimal", "dis",
    "enum", "fractions", "functools", "gzip", "hashlib", "html", "inspect", "io", "json", "logging", "lzma", "math",
    "numbers", "os", "pdb", "pickle", "platform", "pprint", "profile", "queue", "random", "re", "secrets", "select",
    "shutil", "signal", "site", "socket", "sqlite3", "statistics", "string", "struct", "subprocess", "tempfile",
    "threading", "timeit", "traceback", "types", "typing", "unittest", "uuid", "warnings", "weakref", "zipfile",
)  # fmt: skip
PACKAGES = (
    "IPython", "PIL", "absl", "comm", "debugpy", "google", "h5py", "ipykernel", "ipykernel_launcher", "jupyter_client",
    "jupyter_core", "keras", "matplotlib", "matplotlib_inline", "ml_dtypes", "namex", "numpy", "optree", "pandas",
    "psutil", "rich", "scipy", "tensorflow", "tornado", "traitlets", "zmq",
)  # fmt: skip
CONFIGURATION = (
    "ipython_config.py", "ipython_kernel_config.py", "jupyter_config.py", "jupyter_kernel_config.py",
    ".ipython/profile_default/startup/00-first.py", ".ipython/profile_default/ipython_config.py",
    ".jupyter/jupyter_server_config.py", "profile_default/startup/00-first.py", "startup/00-first.py",
    "sitecustomize.py", "usercustomize.py", "conftest.py", "_recorder.py", "recorder.py", "spool.py", "frames.py",
    "lib/python3/site-packages/sitecustomize.py",
)  # fmt: skip
BESIDE = {
    **{f"{name}.py": TAKEN for name in LIBRARY},
    **{f"{name}/__init__.py": TAKEN for name in PACKAGES},
    **dict.fromkeys(CONFIGURATION, TAKEN),
    "evil.pth": b"import os; os._exit(0)\n",
    "pyvenv.cfg": b"home = /tmp/work\ninclude-system-site-packages = true\n",
    "kernel.json": b'{"argv": ["/bin/sh", "-c", "exit 0"], "display_name": "x", "language": "python"}',
    ".env": b"PYTHONSTARTUP=/tmp/work/startup/00-first.py\n",
    # His own, and they must work.
    "helper.py": b"VALUE = 7850\nfrom lessons.first import WHY\n",
    "lessons/__init__.py": b"",
    "lessons/first.py": b"WHY = 'b'\n",
    "grader.py": b"MINE = True\n",
    "data/values.csv": b"0,1,4,9\n",
    # Compiled from something else than what was handed in.
    f"__pycache__/helper.{sys.implementation.cache_tag}.pyc": TAKEN,
}


def with_metadata() -> bytes:
    """A notebook that names a kernel, an environment and a start of its own."""
    document = json.loads(
        notebook(
            EMPTY,
            "%%javascript\nIPython.notebook.kernel.execute('answers = 1')",
            "%%html\n<script>IPython.notebook.kernel.execute('answers = 1')</script>",
            "%env PYTHONSTARTUP=/tmp/work/first.py\n%config InteractiveShellApp.exec_lines = ['answers = 1']",
            "%%writefile first.py\n" + FORGED.decode(),
            PERSISTS,
            "%%bash\necho 'raise SystemExit' > sitecustomize.py\ntrue",
        )
    )
    command = ["/bin/sh", "-c", f"python -c '{FORGED.decode()}'"]
    document["metadata"] = {
        "kernelspec": {
            "name": "../../../tmp/work/kernel",
            "argv": command,
            "language": "bash",
            "env": {"PYTHONSTARTUP": "/tmp/work/first.py", "PYTHONPATH": "/tmp/work"},
        },
        "language_info": {"name": "R", "file_extension": ".sh", "mimetype": "text/x-sh"},
        "jupytext": {"formats": "py"},
        "papermill": {"parameters": {"answers": {"q1": 7850}}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": FORGED.decode()}}},
    }
    for cell in document["cells"]:
        cell["metadata"] = {
            "tags": ["parameters", "skip-execution", "raises-exception"],
            "init_cell": True,
            "language": "bash",
            "vscode": {"languageId": "r"},
        }
    return json.dumps(document).encode()


# Tries to stay: in the libraries that the next student's kernel loads, and wherever a start-up file is looked for.
PERSISTS = """
    import importlib, pathlib, site, keras, ipykernel, numpy
    for module in (keras, ipykernel, numpy, json := importlib.import_module("json")):
        for path in (module.__file__, str(pathlib.Path(module.__file__).parent / "evil.py")):
            try:
                open(path, "a").close()
            except OSError:
                continue
            raise AssertionError(path)
    for folder in {*site.getsitepackages(), *sys.path, "/opt/child", "/in", "/usr/lib", "/etc", sys.prefix}:
        try:
            pathlib.Path(folder, "sitecustomize.py").write_text("raise SystemExit")
        except OSError:
            continue
        assert folder.startswith("/tmp"), folder
    for path in ("~/.ipython/profile_default/startup/0.py", "~/.local/lib/usercustomize.py", "~/.jupyter/x_config.py"):
        path = pathlib.Path(path).expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit")
"""

ATTACKS = [
    Attack(
        name="metadata magics and start-up files",
        files={"": with_metadata()},
        credits={"*": 0, "runs": 1},
    ),
    Attack(
        name="a library of his own beside the notebook",
        files={
            "work.ipynb": notebook(
                START,
                """
                import helper, grader
                assert helper.VALUE == 7850 and grader.MINE and "layers" in dir(keras)
                answers = {"q1": helper.VALUE, "why": helper.WHY}
                with open("data/values.csv") as file:
                    table = np.array([int(value) for value in file.read().split(",")])
                """,
                MODEL,
            ),
            **BESIDE,
        },
        credits={"*": 1},
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "light", ATTACKS)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
