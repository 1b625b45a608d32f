"""``google.colab`` for notebooks of Colab: what can be done here is done, all else does nothing and says so.

A finder behind all others: a package ``google`` of the student's own comes first.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from grader.child.recorder.places import Places

Notice = Callable[..., None]
PACKAGE = "google.colab"
NAMES_CAP = 200  # characters
UPLOAD_CAP = 50 << 20  # bytes
SHELL = "google.colab._shell"
LOOKING = ("grader.", "IPython.", "inspect")  # they look at every variable, and want nothing of it
# A picture of one black point, for the snippet that takes a photo by `eval_js`.
_POINT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
PHOTO = f"data:image/png;base64,{_POINT}"


class Nothing:
    """Whatever is asked of it does nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Nothing:
        return self

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return ""


class SecretNotFoundError(Exception):
    """As in Colab; nothing raises it here."""


class NotebookAccessError(Exception):
    """As in Colab; nothing raises it here."""


class TimeoutException(Exception):
    """As in Colab; nothing raises it here."""


class Room(ModuleType):
    """A module below ``google.colab``; a name that it does not have is said to do nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Nothing:
        return Nothing()


class Finder:
    """Finds and makes ``google.colab`` and everything below it."""

    def __init__(self, members: dict[str, dict[str, Any]], notice: Notice) -> None:
        self.members = members
        self.notice = notice

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != PACKAGE and not name.startswith(f"{PACKAGE}."):
            return None
        loader: Any = self
        return importlib.machinery.ModuleSpec(name, loader, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Room:
        return Room(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        known = self.members.get(name.removeprefix(f"{PACKAGE}."))
        if known is None and name != PACKAGE:
            self._tell(name)
        vars(module).update(known or {})

        def missing(member: str) -> Any:
            asking = str(sys._getframe(1).f_globals.get("__name__"))
            if member.startswith("__") or asking.startswith(LOOKING):
                raise AttributeError(member)
            if name == PACKAGE:
                return importlib.import_module(f"{PACKAGE}.{member}")
            if known is not None:
                self._tell(f"{name}.{member}")
            return Nothing()

        module.__getattr__ = missing  # type: ignore[method-assign]

    def _tell(self, name: str) -> None:
        self.notice("runs.colab_only", name=name[:NAMES_CAP])


def install(shell: Any, places: Places, entry: str, notice: Notice) -> None:
    """Make ``google.colab`` importable, and the shell say that it is Colab's; ``entry`` is the notebook's file."""
    members = _members(places, _uploads(places.folder, os.path.basename(entry)), notice)
    finder: Any = Finder(members, notice)
    sys.meta_path.append(finder)
    if "google" in sys.modules:
        importlib.import_module(PACKAGE)
    shell.__class__ = type("Shell", (type(shell),), {"__module__": SHELL})


def make_way(folder: str) -> None:
    """Let a package ``google`` in the notebook's folder be found: TensorFlow has imported another of that name."""
    if os.path.isfile(f"{folder}/google.py") or os.path.isdir(f"{folder}/google"):
        sys.modules.pop("google", None)  # what lies below it stays


def _members(places: Places, uploads: dict[str, str], notice: Notice) -> dict[str, dict[str, Any]]:
    """What the modules below ``google.colab`` hold, by their names."""

    def nothing(*args: Any, **kwargs: Any) -> None:
        return None

    def only_there(name: str, value: Any = None) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            notice("runs.colab_only", name=f"{PACKAGE}.{name}")
            return value

        return function

    def upload(*args: Any, **kwargs: Any) -> dict[str, bytes]:
        if uploads:
            notice("runs.upload_given", names=", ".join(uploads)[:NAMES_CAP])
        else:
            notice("runs.upload_empty")
        return {name: _content(path) for name, path in uploads.items()}

    def secret(name: Any = "", *args: Any, **kwargs: Any) -> str:
        notice("runs.secret_empty", name=str(name)[:NAMES_CAP])
        return ""

    return {
        "drive": {"mount": places.mount, "flush_and_unmount": nothing},
        "files": {
            "upload": upload,
            "upload_file": only_there("files.upload_file"),
            "download": nothing,
            "view": nothing,
        },
        "auth": {"authenticate_user": nothing, "authenticate_service_account": nothing},
        "runtime": {"unassign": only_there("runtime.unassign")},
        "userdata": {
            "get": secret,
            "SecretNotFoundError": SecretNotFoundError,
            "NotebookAccessError": NotebookAccessError,
            "TimeoutException": TimeoutException,
        },
        "output": {
            "clear": nothing,
            "eval_js": only_there("output.eval_js", PHOTO),
            "enable_custom_widget_manager": nothing,
            "disable_custom_widget_manager": nothing,
            "no_vertical_scroll": nothing,
        },
        "patches": {"cv2_imshow": show},
        "data_table": {
            "DataTable": lambda table, *args, **kwargs: table,
            "enable_dataframe_formatter": nothing,
            "disable_dataframe_formatter": nothing,
            "load_ipython_extension": nothing,
            "unload_ipython_extension": nothing,
        },
        "widgets": {name: lambda *args, **kwargs: Nothing() for name in ("Grid", "TabBar")},
    }


def show(image: Any) -> None:
    """``cv2_imshow``: the picture, whose channels are blue, green, red, as Colab shows it."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - for the few who call it

    pixels = np.asarray(image).clip(0, 255).astype("uint8")
    is_color = pixels.ndim == 3 and pixels.shape[2] == 3
    plt.figure()
    plt.imshow(pixels[..., ::-1] if is_color else pixels, cmap="gray", vmin=0, vmax=255)
    plt.axis("off")
    plt.show()


def _uploads(folder: str, entry: str) -> dict[str, str]:
    """The files beside the notebook, as a student uploads them: data first; neither notebooks nor very large files."""
    names = sorted(os.listdir(folder), key=lambda name: (name.endswith(".py"), name))
    paths = {name: f"{folder}/{name}" for name in names if name != entry and not name.endswith(".ipynb")}
    return {name: path for name, path in paths.items() if os.path.isfile(path) and os.path.getsize(path) <= UPLOAD_CAP}


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # the notebook removed it
        return b""
