"""Stand-ins for libraries that only show or log, where one is not installed: they do nothing, so nothing is lost.

What is installed is always found first. A value of a stand-in takes whatever is done with it; it is a callback too.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

import keras
import tensorflow as tf

from grader.child.recorder.seeds import replace_everywhere
from grader.untrusted.libraries import SHOWS

Notice = Callable[..., None]
# Whole trainings can rest on these, which a stand-in would leave out without a word.
NO_STAND_IN = ("tensorboard.plugins", "tensorboard.compat", "tensorboard.backend")
SILENT = "tensorboard"  # Keras has it on board, so nobody misses it


class Nothing(keras.callbacks.Callback):  # type: ignore[misc]
    """Takes every call, name and index, and gives nothing; a decorator gives back what it decorates."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and not kwargs and isinstance(args[0], (FunctionType, type)) else Nothing()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # who looks for such a method copes without
            raise AttributeError(name)
        made = Nothing()
        object.__setattr__(self, name, made)
        return made

    def __getitem__(self, key: Any) -> Any:
        return Nothing()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *fault: Any) -> None:
        return None

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (Nothing,)

    def __repr__(self) -> str:
        return ""

    def __add__(self, other: Any) -> Any:
        return other

    __radd__ = __add__


class Bar(Nothing):
    """A bar of progress that is not shown: what it goes through is gone through."""

    def __init__(self, iterable: Any = (), *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.through = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.through)

    def __len__(self) -> int:
        return len(self.through)

    write = staticmethod(print)


def _first(*args: Any, **kwargs: Any) -> Any:
    """What is only decorated: the text that would be coloured, the rows that would be a table."""
    return args[0] if args else kwargs.get("text", "")


def _print_first(*args: Any, **kwargs: Any) -> None:
    print(_first(*args, **kwargs))


def _trange(*args: Any, **kwargs: Any) -> Bar:
    return Bar(range(*args))


GIVEN: Mapping[str, Any] = {
    "tqdm": Bar, "tqdm_notebook": Bar, "trange": _trange, "tnrange": _trange,
    "colored": _first, "cprint": _print_first, "ic": _first, "emojize": _first, "tabulate": _first,
}  # fmt: skip


class _Module(ModuleType):
    """A library that is not there, or a part of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        made = GIVEN[name] if name in GIVEN else Nothing()
        setattr(self, name, made)
        return made


class _Config(dict[str, Any]):
    """Settings of an experiment: also attributes, as ``wandb.config`` has them."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name, Nothing())

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class Finder:
    """Finds for a notebook what nobody else does: libraries of ``SHOWS``."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        root = name.partition(".")[0]
        if root not in SHOWS or name.startswith(NO_STAND_IN) or _a_library_asks():
            return None
        if root != name and not isinstance(sys.modules.get(root), _Module):  # a part that a real library lacks
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if "." not in name and name != SILENT:
            self.notice("runs.stood_in", name=name)
        if name == "wandb":
            _settle_wandb(module)


def _a_library_asks() -> bool:
    """Whether the import stands in an installed file: libraries that look for each other must see what is there."""
    frame = inspect.currentframe()
    while frame is not None and ("importlib" in frame.f_code.co_filename or frame.f_globals is globals()):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith((sys.prefix, sys.base_prefix))


def _settle_wandb(module: Any) -> None:
    """Settings that a notebook gives to ``init`` are there for the lines that train by them."""
    module.config = _Config()

    def init(*args: Any, config: Any = None, **kwargs: Any) -> Any:
        module.config.update(config if isinstance(config, dict) else {})
        module.run.config = module.config
        return module.run

    def agent(*args: Any, **kwargs: Any) -> None:
        raise ModuleNotFoundError("No module named 'wandb'", name="wandb")  # it would have trained

    module.init, module.agent, module.sweep = init, agent, agent


class _Bars:
    """``tqdm.notebook`` where ipywidgets is missing: the same bars as text."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        there = name == "tqdm.notebook" and not isinstance(sys.modules.get("tqdm"), _Module)
        return ModuleSpec(name, self) if there else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        standard: Any = importlib.import_module("tqdm.std")

        class TqdmNotebook(standard.tqdm):  # type: ignore[misc]
            """A bar of text that takes the arguments of a bar of widgets."""

            container = None

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                kwargs.pop("display", None)
                if isinstance(kwargs.get("ncols"), str):
                    del kwargs["ncols"]
                super().__init__(*args, **kwargs)

            def display(self, msg: Any = None, pos: Any = None, *args: Any, **kwargs: Any) -> Any:
                return super().display(msg, pos)

        told: Any = module
        told.tqdm = told.tqdm_notebook = TqdmNotebook
        told.trange = told.tnrange = lambda *args, **kwargs: TqdmNotebook(range(*args), **kwargs)
        told.IProgress, told.WARN_NOIPYW = object, ""


def install(notice: Notice) -> None:
    """From now on a library that only shows or logs can be imported whether it is there or not."""
    if importlib.util.find_spec("tensorboard") is None:
        _silence_tensorboard()
    if importlib.util.find_spec("ipywidgets") is None:
        sys.meta_path.insert(0, _Bars())
    sys.meta_path.append(Finder(notice))


def _silence_tensorboard() -> None:
    """The callback and ``tf.summary`` write nothing: what they need is not there."""
    logging, plain = keras.callbacks.TensorBoard, keras.callbacks.Callback
    for name in [name for name in vars(logging) if name.startswith("on_") or name == "set_model"]:
        setattr(logging, name, getattr(plain, name))
    for name in ("audio", "histogram", "image", "scalar", "text"):
        original = getattr(tf.summary, name)

        def write(*args: Any, **kwargs: Any) -> bool:
            return False

        replace_everywhere(original, write)
