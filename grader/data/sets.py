"""Data sets by name: found where the teacher keeps them, verified by content, or made (the embedded one)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import grader
from grader.data import arrays, cache
from grader.data.arrays import Arrays
from grader.errors import DataError
from grader.records import Message, message

EMBEDDED = "digits"
EMBEDDED_VERSION = 1  # a new number whenever the images of the embedded set change
# Fingerprints (``arrays.fingerprint``) of the sets that are looked for: the original arrays, in the original order.
KNOWN = {"mnist": "43ee20d6be6d58b01e5870c940b93f16ff49bb02d88f64c29e7d994bee1dc69a"}
LABELS = {"mnist": "measuring.data_mnist", EMBEDDED: "measuring.data_digits"}
FETCH_TIMEOUT_S = 600


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DataSet:
    """Images (n, 28, 28) and labels (n,), uint8, for training and for the test.

    ``sha256`` tells these arrays from all others; ``whole_sha256`` is the fingerprint of the set that they are from.
    Where the split is secret, only the latter may be shown.
    """

    name: str
    label: Message  # what it is, in plain words, for reports
    x_train: NDArray[np.uint8]
    y_train: NDArray[np.uint8]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.uint8]
    sha256: str
    whole_sha256: str
    split: Literal["public", "secret"] = "public"

    @property
    def arrays(self) -> Arrays:
        """The four arrays by the names that ``.npz`` files give them."""
        return {name: getattr(self, name) for name in arrays.NAMES}


def of_arrays(
    name: str,
    x_train: NDArray[np.uint8],
    y_train: NDArray[np.uint8],
    x_test: NDArray[np.uint8],
    y_test: NDArray[np.uint8],
) -> DataSet:
    """A data set of arrays in memory; nothing is verified."""
    return _data_set(name, dict(zip(arrays.NAMES, (x_train, y_train, x_test, y_test), strict=True)))


def find(name: str, path: Path | None = None, environ: Mapping[str, str] = os.environ) -> DataSet:
    """The data set ``name``: in ``path``, else ``$GRADER_DATA``, else the Keras cache; verified by content.

    ``path`` and ``$GRADER_DATA`` are each a file or a folder that holds ``<name>.npz``; the word ``digits``
    as ``path`` means the embedded set, whatever the name. Raises DataError when the set is not there, or
    when what is there is not the set: another one is never taken in its place.
    """
    if name == EMBEDDED or (path is not None and str(path) == EMBEDDED):
        return _embedded(environ)
    if name not in KNOWN:
        raise DataError(f"no data set {name!r}; there are: {', '.join([*KNOWN, EMBEDDED])}")
    for _, candidate in _places(name, path, environ):
        if candidate.is_file():
            return _verified(name, candidate)
        if path is not None:
            break  # a path that the teacher typed is meant
    raise DataError(_missing(name, path, environ))


def fetch(name: str, into: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Download ``name`` through Keras, in a process of its own, verify it, and keep it in ``into``.

    ``into`` is a folder; the default is the Keras cache, where ``find`` looks. Gives the file's path.
    Raises DataError when there is no network, when what came is not the set, or when it cannot be kept.
    """
    if name not in KNOWN:
        there = f"it is part of this program: use --data {EMBEDDED}" if name == EMBEDDED else "there is no such set"
        raise DataError(f"{name}: cannot be fetched, {there}; what can be fetched: {', '.join(KNOWN)}")
    kept = (into or _keras_cache(environ)) / f"{name}.npz"
    with tempfile.TemporaryDirectory(prefix="grader-fetch-") as folder:
        _download(name, Path(folder), environ)
        found = _verified(name, Path(folder) / "datasets" / f"{name}.npz")
        try:
            arrays.write(kept, found.arrays)
        except OSError as error:
            raise DataError(f"{kept}: cannot be written ({error.strerror}); name another folder with -o") from error
    return kept


def _data_set(name: str, four: Arrays) -> DataSet:
    label = message(LABELS[name]) if name in LABELS else message("measuring.data_other", name=name)
    sha256 = arrays.fingerprint(four)
    return DataSet(
        name=name,
        label=label,
        x_train=four["x_train"],
        y_train=four["y_train"],
        x_test=four["x_test"],
        y_test=four["y_test"],
        sha256=sha256,
        whole_sha256=sha256,
    )


def _places(name: str, path: Path | None, environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Where the set may be, in order: how the teacher says so, and the file that would hold it."""
    named = environ.get("GRADER_DATA")
    folders = {
        "--data PATH": path,
        "$GRADER_DATA": Path(named) if named else None,
        "the Keras cache": _keras_cache(environ),
    }
    for how, place in folders.items():
        if place is not None:
            yield how, place if place.is_file() or place.suffix == ".npz" else place / f"{name}.npz"


def _keras_cache(environ: Mapping[str, str]) -> Path:
    named = environ.get("KERAS_HOME")
    return (Path(named) if named else cache.home(environ) / ".keras") / "datasets"


def _missing(name: str, path: Path | None, environ: Mapping[str, str]) -> str:
    looked = dict(_places(name, path, environ))
    lines = [f"the data set {name!r} was not found; a file, or a folder that holds {name}.npz, is looked for in"]
    for how in ("--data PATH", "$GRADER_DATA", "the Keras cache"):
        if how not in looked:
            lines.append(f"  {how} (not given)")
        elif path is not None and how != "--data PATH":
            lines.append(f"  {how} (not looked at, because --data was given)")
        else:
            lines.append(f"  {how}: no file {looked[how]}")
    lines.append(f"Download it once with 'grader data fetch {name}', or try the embedded set with '--data {EMBEDDED}'.")
    return "\n".join(lines)


def _verified(name: str, path: Path) -> DataSet:
    mend = f"replace the file (grader data fetch {name}) or name another with --data"
    try:
        found = _data_set(name, arrays.read(path))
    except arrays.Damaged as error:
        raise DataError(f"{path}: this is not the data set {name!r}: {error}; {mend}") from error
    except OSError as error:
        raise DataError(f"{path}: the data set {name!r} cannot be read ({error.strerror}); {mend}") from error
    if found.sha256 != KNOWN[name]:
        shapes = f"{len(found.x_train)} training and {len(found.x_test)} test images"
        raise DataError(
            f"{path}: this is not the data set {name!r}: the content of its arrays ({shapes}) has the checksum "
            f"{found.sha256[:12]}..., not {KNOWN[name][:12]}...; {mend}"
        )
    return found


def _embedded(environ: Mapping[str, str]) -> DataSet:
    path = cache.folder(environ) / f"{EMBEDDED}-{EMBEDDED_VERSION}.npz"
    try:
        return _data_set(EMBEDDED, arrays.read(path))
    except (arrays.Damaged, OSError):
        cache.kept(path, _make_embedded)
    try:
        return _data_set(EMBEDDED, arrays.read(path))
    except (arrays.Damaged, OSError) as error:
        raise DataError(f"{path}: the embedded data set cannot be read ({error}); delete the file") from error


def _make_embedded(path: Path) -> None:
    """In a process of its own: scikit-learn needs 200 MB that this process would never give back."""
    program = "import sys, pathlib; from grader.data import digits; digits.write(pathlib.Path(sys.argv[1]))"
    package = Path(grader.__file__).resolve().parent.parent
    made = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        last = made.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise DataError(f"{path}: the embedded data set could not be made: {''.join(last)}")


def _download(name: str, folder: Path, environ: Mapping[str, str]) -> None:
    program = Path(grader.__file__).resolve().parent / "child" / "fetch.py"
    try:
        ended = subprocess.run(
            [sys.executable, "-I", str(program), name],
            env={**environ, "KERAS_HOME": str(folder)},
            capture_output=True,
            timeout=FETCH_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(f"{name}: the download took longer than {FETCH_TIMEOUT_S} s; try again later") from error
    if ended.returncode != 0:
        last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise DataError(
            f"{name}: could not be downloaded ({''.join(last)[:300]}); is there a network? On a machine that has "
            f"one, fetch it with 'grader data fetch {name} -o FOLDER', copy FOLDER here and use --data FOLDER"
        )
