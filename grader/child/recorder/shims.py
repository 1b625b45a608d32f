"""Stand-ins for what a notebook finds elsewhere but not here: a keyboard, a screen."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from typing import Any

import keras

from grader.child.recorder.seeds import replace_everywhere

Notice = Callable[..., None]
PRINT_CAP = 1 << 20  # characters per cell on stdout, and on stderr
PROGRESS_CAP = 1 << 17  # of them in lines that the next one overwrites: a bar says the same a thousand times
EXTENSIONS = frozenset({"load_ext", "reload_ext", "unload_ext"})  # magics


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
        progress = [PROGRESS_CAP]

        def capped(text: str, *args: Any, **kwargs: Any) -> int:
            room = left[0]
            if "\r" in text and "\n" not in text:
                progress[0] -= len(text)
                if progress[0] <= 0:
                    return len(text)
            if room <= 0:
                return len(text)
            left[0] = room - len(text)
            if left[0] <= 0:
                self.notice("runs.output_cut")
            write(text[:room], *args, **kwargs)
            return len(text)

        return capped


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
