"""In the student's kernel, after the last cell: calls of the notebook's functions on arguments that came late.

Each call gets copies of its own. What a function gives, raises or changes is told, never judged.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.child.recorder.input_stats import DTYPES
from grader.child.spool import KINDS, Spool

TEXT_CAP = 300
NUMBERS = "biuf"  # kinds of dtypes that can be compared
AT_HAND = ("numpy", "builtins", "__main__", "grader", "")
LIBRARIES_CAP = 20
NO_ARRAYS = (str, bytes, dict, set, frozenset)


class NoArray(Exception):
    """A function gave something that is no array of numbers; the text says what."""


class Calls:
    """The functions of one namespace, and the calls that are to be made of them."""

    def __init__(self, shell: Any, spool: Spool) -> None:
        self.shell = shell
        self.spool = spool
        self.calls: Sequence[Mapping[str, Any]] = ()
        self.arrays: Sequence[NDArray[Any]] = ()

    def load(self, path: str) -> None:
        """Read the arguments, and remove their file. Raises ValueError when it is not whole."""
        content = Path(path).read_bytes()
        os.unlink(path)
        line, _, body = content.partition(b"\n")
        header, at, arrays = json.loads(line), 0, []
        for described in header["arrays"]:
            dtype, shape = np.dtype(described["dtype"]), tuple(described["shape"])
            size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
            arrays.append(np.frombuffer(body[at : at + size], dtype).reshape(shape))
            at += size
        self.calls, self.arrays = header["calls"], arrays
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:  # what a function draws of its arguments is not one of the notebook's pictures
            pyplot.show = lambda *args, **kwargs: pyplot.close("all")  # type: ignore[attr-defined]

    def call(self, number: int) -> None:
        """Make one call; its outcome goes to the spool, its output before it."""
        told = self._outcome(number, self.calls[number])
        self.spool.drop_json("calls", number, told)

    def _outcome(self, number: int, asked: Mapping[str, Any]) -> dict[str, Any]:
        namespace = self.shell.user_ns
        if asked["function"] not in namespace:
            return {"outcome": "missing"}
        function = namespace[asked["function"]]
        if not callable(function):
            return {"outcome": "error", "error": "not callable", "text": type(function).__name__[:TEXT_CAP]}
        given = [*asked["args"], *asked["kwargs"].values()]
        before, own = [[self._fresh(value) for value in given] for _ in range(2)]
        count = len(asked["args"])
        libraries = Libraries()
        try:
            with _silence(), libraries:
                result = function(*own[:count], **dict(zip(asked["kwargs"], own[count:], strict=True)))
                packed = pack(result)
            told = {"outcome": "ok"} if self.spool.drop("call", number, packed) else {}
        except KeyboardInterrupt:
            return {"outcome": "timeout"}
        except NoArray as what:
            told = {"outcome": "no_array", "error": str(what)[:TEXT_CAP]}
        except BaseException as error:  # noqa: BLE001 - whatever a student's function does is told
            told = {"outcome": "error", "error": _named(error)}
        changed = [place for place, pair in enumerate(zip(before, own, strict=True)) if not _same(*pair)]
        names = _names(function, count, list(asked["kwargs"]))
        used = sorted(libraries.entered)
        return {**told, "changed": changed, "names": [names[place] for place in changed], "libraries": used}

    def _fresh(self, value: Any) -> Any:
        """A copy of one argument; a mapping stands for an array."""
        return self.arrays[value["array"]].copy() if isinstance(value, dict) else copy.deepcopy(value)


class Libraries:
    """While it is open: the packages whose functions are entered, besides NumPy and what comes with Python."""

    def __init__(self) -> None:
        self.entered: set[str] = set()

    def __enter__(self) -> None:
        sys.setprofile(self._note)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: Any, event: str, given: Any) -> None:
        module = given.__module__ if event == "c_call" else frame.f_globals.get("__name__")
        package = str(module or "").partition(".")[0]
        if package not in AT_HAND and package not in sys.stdlib_module_names and len(self.entered) < LIBRARIES_CAP:
            self.entered.add(package[:100])


def pack(value: Any) -> bytes:
    """A result as header line and raw bytes. Raises NoArray for what is no array of numbers or is too large."""
    kind = type(value).__name__
    if value is None or isinstance(value, NO_ARRAYS):
        raise NoArray(kind)
    try:
        found = np.asarray(value)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise NoArray(kind) from error
    if found.dtype.kind not in NUMBERS:
        raise NoArray(kind if found.dtype.kind in "OUS" and not isinstance(value, np.ndarray) else f"{found.dtype}")
    found = found.astype(found.dtype.newbyteorder("<"))
    if found.dtype.str not in DTYPES:
        found = found.astype("<f8")
    if found.nbytes > KINDS["call"] - 1024:
        raise NoArray(f"{kind} {found.shape}")
    header = json.dumps({"shape": list(found.shape), "dtype": found.dtype.str})
    return header.encode() + b"\n" + np.ascontiguousarray(found).tobytes()


@contextlib.contextmanager
def _silence() -> Any:
    """What a function prints goes nowhere: it could show its arguments, and there could be much of it."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        alike = after.shape == before.shape and after.dtype == before.dtype
        return alike and bool(after.tobytes() == before.tobytes())
    return bool(before == after)


def _names(function: Any, positional: int, keywords: Sequence[str]) -> list[str]:
    """What the function calls its arguments; "" where it does not say."""
    try:
        known = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        known = []
    return [*(known[:positional] + [""] * positional)[:positional], *keywords]


def _named(error: BaseException) -> str:
    """The first built-in class of an exception: a text, or the name of another class, could hold the arguments."""
    return next((kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"), "Exception")
