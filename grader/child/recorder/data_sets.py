"""The mounted data set, whichever way a notebook asks for it: there is no network to fetch it from.

Everything comes from the one mounted file. Its test images are those that the exercise shows to students, or their
stand-in.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import ntpath
import os
import sys
import tempfile
from collections.abc import Callable
from email.message import Message as Headers
from typing import Any
from urllib import request
from urllib.parse import urlsplit
from urllib.response import addinfourl

import keras
import numpy as np

from grader.child.recorder import openml, tfds
from grader.child.recorder.seeds import replace_everywhere
from grader.child.recorder.when_imported import when_imported

EMBEDDED = {"digits": "mnist"}  # notebooks written for MNIST run on the embedded set unchanged
OPENML = {"mnist": ("mnist_784", 554), "fashion_mnist": ("fashion-mnist", 40996)}  # name and number there


def provide(name: str, path: str) -> None:
    """Let every usual way to the set ``name`` give the arrays of the file ``path``."""
    called = EMBEDDED.get(name, name)
    _load_data(called, path)
    _files(f"{called}.npz", path)
    when_imported("requests.sessions", lambda module: _requests(module, f"{called}.npz", path))
    if called in OPENML:
        when_imported("sklearn.datasets._openml", lambda module: _fetch_openml(module, *OPENML[called], path))
    if importlib.util.find_spec("tensorflow_datasets") is None:
        sys.modules["tensorflow_datasets"] = tfds.module(called, path)


def _load_data(called: str, file: str) -> None:
    """``keras.datasets.<called>.load_data()`` and its twins, whatever the path: fresh arrays each time."""
    module = getattr(keras.datasets, called, None)
    if module is None:
        return

    def load_data(path: str = "") -> Any:
        with np.load(file, allow_pickle=False) as arrays:
            return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])

    original = module.load_data
    for loaded in list(sys.modules.values()):
        is_twin = getattr(loaded, "__name__", "").endswith(f"datasets.{called}")
        if is_twin and getattr(loaded, "load_data", None) is original:
            loaded.load_data = load_data  # type: ignore[attr-defined]
    module.load_data = load_data
    twin: Any = importlib.import_module(f"keras._tf_keras.keras.datasets.{called}")
    twin.load_data = load_data


def _fetch_openml(module: Any, name: str, number: int, path: str) -> None:
    module.fetch_openml = openml.instead_of(module.fetch_openml, name, number, path)


def _files(name: str, path: str) -> None:
    """The file ``name``, downloaded or opened, is the mounted one; one that the student submitted stays."""
    cache = os.environ.get("KERAS_HOME")
    if cache:
        _lay(os.path.join(cache, "datasets", name), path)
    for original, wrapped in (
        (keras.utils.get_file, _get_file),
        (request.urlretrieve, _urlretrieve),
        (request.urlopen, _urlopen),
        (np.load, _np_load),
    ):
        replace_everywhere(original, wrapped(original, name, path))


def _lay(target: str, path: str) -> str:
    """A link to the mounted file at ``target``, unless there is something."""
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        os.symlink(path, target)
    return target


def _is_called(name: str, where: Any) -> bool:
    """Whether a path or an address ends in ``name``; Windows paths too."""
    if not isinstance(where, (str, os.PathLike)):
        return False
    return ntpath.basename(urlsplit(os.fspath(where)).path).lower() == name


def _get_file(original: Callable[..., Any], name: str, path: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def get_file(fname: Any = None, origin: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not (_is_called(name, fname) or _is_called(name, origin)):
            return original(fname, origin, *args, **kwargs)
        cache = kwargs.get("cache_dir") or os.environ.get("KERAS_HOME") or tempfile.gettempdir()
        folder = os.path.join(os.path.expanduser(cache), kwargs.get("cache_subdir", "datasets"))
        return _lay(os.path.join(folder, ntpath.basename(os.fspath(fname or name))), path)

    return get_file


def _urlretrieve(original: Callable[..., Any], name: str, path: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def urlretrieve(url: Any, filename: Any = None, *args: Any, **kwargs: Any) -> Any:
        if not _is_called(name, url):
            return original(url, filename, *args, **kwargs)
        return path if filename is None else _lay(os.fspath(filename), path), Headers()

    return urlretrieve


def _urlopen(original: Callable[..., Any], name: str, path: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def urlopen(url: Any, *args: Any, **kwargs: Any) -> Any:
        address = getattr(url, "full_url", url)
        if not _is_called(name, address):
            return original(url, *args, **kwargs)
        return addinfourl(open(path, "rb"), Headers(), address, 200)

    return urlopen


def _requests(module: Any, name: str, path: str) -> None:
    """``requests.get`` of an address that ends in ``name`` gives the mounted file."""
    original = module.Session.request

    @functools.wraps(original)
    def session_request(self: Any, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        if str(method).upper() != "GET" or not _is_called(name, url):
            return original(self, method, url, *args, **kwargs)
        response = importlib.import_module("requests.models").Response()
        response.status_code, response.reason, response.url = 200, "OK", url
        response.headers["Content-Length"] = str(os.path.getsize(path))
        response.raw = open(path, "rb")
        return response

    module.Session.request = session_request


def _np_load(original: Callable[..., Any], name: str, path: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def load(file: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(file, *args, **kwargs)
        except FileNotFoundError:
            if not _is_called(name, file):
                raise
        return original(path, *args, **kwargs)

    return load
