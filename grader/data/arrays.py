"""The four arrays of a data set in one ``.npz`` file: read without trusting it, written at once or not at all.

The format is a zip of ``.npy`` members (numpy.lib.format); nothing pickled is ever read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

NAMES = ("x_train", "y_train", "x_test", "y_test")
ROWS_CAP = 100_000
BLOCK = 1 << 20

Arrays = Mapping[str, NDArray[np.uint8]]


class Damaged(Exception):
    """A file that does not hold the four uint8 arrays; the text says what was found."""


@contextmanager
def _zip_errors() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Damaged(f"it is not an .npz file that can be read ({error})") from error


@_zip_errors()
def read(path: Path) -> dict[str, NDArray[np.uint8]]:
    """The four arrays of ``path``. Raises Damaged; OSError when the file cannot be opened."""
    arrays = {}
    for name, shape, member in _members(path):
        flat = np.empty(int(np.prod(shape)), np.uint8)
        filled = 0
        while block := member.read(min(BLOCK, flat.size - filled)):
            flat[filled : filled + len(block)] = np.frombuffer(block, np.uint8)
            filled += len(block)
        if filled != flat.size or member.read(1):
            raise Damaged(f"{name} does not hold the {flat.size} bytes that its header promises")
        arrays[name] = flat.reshape(shape)
    return arrays


def fingerprint(arrays: Arrays) -> str:
    """sha256 over names, shapes and bytes of the four arrays, whatever file they came from."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(_title(name, arrays[name].shape))
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


@_zip_errors()
def fingerprint_of(path: Path) -> str:
    """``fingerprint`` of a file's arrays without holding them. Raises Damaged and OSError."""
    digest = hashlib.sha256()
    for name, shape, member in _members(path):
        digest.update(_title(name, shape))
        while block := member.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write(path: Path, arrays: Arrays) -> None:
    """Write ``path``: complete under its name or not there, readable by everybody. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            x_train, y_train, x_test, y_test = (arrays[name] for name in NAMES)
            np.savez(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # sandboxes read it as another user
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _title(name: str, shape: tuple[int, ...]) -> bytes:
    return f"{name} {shape} uint8\n".encode()


def _members(path: Path) -> Iterator[tuple[str, tuple[int, ...], IO[bytes]]]:
    """Name, shape and open body of the four members, in order; reads nothing that could be huge."""
    with zipfile.ZipFile(path) as archive:
        missing = [name for name in NAMES if f"{name}.npy" not in archive.namelist()]
        if missing:
            raise Damaged(f"{', '.join(missing)} missing")
        for name in NAMES:
            with archive.open(f"{name}.npy") as member:
                yield name, _header(name, member), member


def _header(name: str, member: IO[bytes]) -> tuple[int, ...]:
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(np.lib.format.read_magic(member))
    if read_header is None:
        raise Damaged(f"{name} is in an unknown version of the .npy format")
    shape, fortran, dtype = read_header(member)
    wanted = 3 if name.startswith("x_") else 1
    if dtype != np.uint8 or len(shape) != wanted or fortran or (wanted == 3 and shape[1:] != (28, 28)):
        raise Damaged(f"{name} is {dtype} of shape {shape}, not uint8 of shape {(-1, 28, 28)[:wanted]}")
    if shape[0] > ROWS_CAP:
        raise Damaged(f"{name} has {shape[0]} rows, more than {ROWS_CAP}")
    return tuple(shape)
