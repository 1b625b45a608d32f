"""Stand-ins for what a notebook finds elsewhere but not here: Colab, a keyboard, a screen, the internet."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

import keras
import numpy as np

from grader.child.recorder.seeds import replace_everywhere

Notice = Callable[..., None]
PRINT_CAP = 1 << 20  # characters per cell on stdout, and on stderr
# A picture of one black point, which Colab's snippet for the camera gets, since there is no camera.
_POINT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
PHOTO = f"data:image/png;base64,{_POINT}"
EXTENSIONS = frozenset({"load_ext", "reload_ext", "unload_ext"})  # magics
EMBEDDED = {"digits": "mnist"}  # notebooks written for MNIST run on the embedded set unchanged


def data_sets(name: str, path: str) -> None:
    """``keras.datasets.<name>.load_data()`` and its twins give the mounted arrays, fresh each time."""
    module = getattr(keras.datasets, EMBEDDED.get(name, name), None)
    if module is None:
        return

    def load_data(path: str = "", *, _file: str = path) -> Any:
        with np.load(_file, allow_pickle=False) as arrays:
            return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])

    original = module.load_data
    for loaded in list(sys.modules.values()):
        is_twin = getattr(loaded, "__name__", "").endswith(f"datasets.{EMBEDDED.get(name, name)}")
        if is_twin and getattr(loaded, "load_data", None) is original:
            loaded.load_data = load_data  # type: ignore[attr-defined]
    module.load_data = load_data
    twin: Any = importlib.import_module(f"keras._tf_keras.keras.datasets.{EMBEDDED.get(name, name)}")
    twin.load_data = load_data


def colab() -> None:
    """``google.colab``: mounting, uploading and downloading do nothing."""
    google = importlib.import_module("google")
    package = _module("google.colab")
    package.__path__ = []
    google.colab = package  # type: ignore[attr-defined]
    nothing = lambda *args, **kwargs: None  # noqa: E731
    rooms: dict[str, dict[str, Any]] = {
        "drive": {"mount": nothing, "flush_and_unmount": nothing},
        "files": {"upload": lambda *args, **kwargs: {}, "download": nothing},
        "output": {"clear": nothing, "eval_js": lambda *args, **kwargs: PHOTO, "enable_custom_widget_manager": nothing},
        "userdata": {"get": lambda *args, **kwargs: ""},
        "patches": {"cv2_imshow": nothing},
        "data_table": {"enable_dataframe_formatter": nothing},
    }
    for name, members in rooms.items():
        room = _module(f"google.colab.{name}")
        for member, value in members.items():
            setattr(room, member, value)
        setattr(package, name, room)


def keyboard(shell: Any, notice: Notice) -> None:
    """``input()`` gives an empty text at once; ``exit()`` ends the cell instead of the kernel."""

    def answer(prompt: Any = "", *args: Any, **kwargs: Any) -> str:
        notice("runs.input_answered", prompt=str(prompt)[:100])
        return ""

    def leave(code: Any = None) -> None:
        raise SystemExit(code)

    shell.kernel.raw_input = answer
    shell.kernel.getpass = answer
    shell.user_ns["exit"] = shell.user_ns["quit"] = leave


def magics(shell: Any, notice: Notice) -> None:
    """An unknown magic, and one that makes no sense here, is passed over: the rest of its cell runs."""
    pointless = {"matplotlib", "pylab", "tensorflow_version", "tensorboard", "pip", "conda", "mamba"}
    run_line, run_cell = shell.run_line_magic, shell.run_cell_magic

    @functools.wraps(run_line)
    def line_magic(name: str, line: str, _stack_depth: int = 1) -> Any:
        if name in pointless or (name in EXTENSIONS and not _is_installed(line)):
            return None
        if shell.find_line_magic(name) is None:
            notice("runs.magic_skipped", name=f"%{name}"[:100])
            return None
        return run_line(name, line, _stack_depth=_stack_depth + 1)

    @functools.wraps(run_cell)
    def cell_magic(name: str, line: str, cell: str) -> Any:
        if shell.find_cell_magic(name) is not None:
            return run_cell(name, line, cell)
        notice("runs.magic_skipped", name=f"%%{name}"[:100])
        source = shell.transform_cell(cell)
        if _is_python(source):
            exec(compile(source, "<cell>", "exec"), shell.user_ns)  # the student's own cell, without its first line
        return None

    shell.run_line_magic = line_magic
    shell.run_cell_magic = cell_magic


def drawing() -> None:
    """``plot_model`` without graphviz gives None."""
    original = keras.utils.plot_model

    @functools.wraps(original)
    def plot_model(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except (ImportError, OSError):
            return None

    replace_everywhere(original, plot_model)


def tracebacks(shell: Any) -> None:
    """The short form: the long one looks through all modules for each frame, which for endless recursion never ends."""
    shell.InteractiveTB.set_mode("Plain")
    shell.colors = "nocolor"


class Printing:
    """Cuts what a cell prints at PRINT_CAP, at its source: an endless print must not fill any memory.

    IPython puts a writer of its own in place while a cell runs, which keeps all that it is given,
    and the former one back at the end; so ours goes over it at the start of each cell.
    """

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.covered: list[tuple[Any, Any, Any]] = []  # stream, its writer, ours

    def begin(self) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            capped = self._capped(stream.write)
            self.covered.append((stream, stream.write, capped))
            stream.write = capped

    def end(self) -> None:
        for stream, writer, capped in self.covered:
            if stream.write is capped:
                stream.write = writer
        self.covered.clear()

    def _capped(self, write: Callable[..., Any]) -> Callable[..., int]:
        left = [PRINT_CAP]

        def capped(text: str, *args: Any, **kwargs: Any) -> int:
            room = left[0]
            if room <= 0:
                return len(text)
            left[0] = room - len(text)
            if left[0] <= 0:
                self.notice("runs.output_cut")
            write(text[:room], *args, **kwargs)
            return len(text)

        return capped


def _module(name: str) -> ModuleType:
    made = ModuleType(name)
    sys.modules[name] = made
    return made


def _is_installed(extension: str) -> bool:
    """Whether an extension of IPython can be loaded; one that cannot has only shown or measured something."""
    root = extension.strip().partition(".")[0]
    return root in {"autoreload", "storemagic"} or PathFinder.find_spec(root) is not None


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
