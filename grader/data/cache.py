"""Where data sets that this program makes are kept between runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from grader.data import arrays
from grader.errors import DataError

FOLDER = "keras-notebook-grader"


def folder(environ: Mapping[str, str]) -> Path:
    """``$XDG_CACHE_HOME`` or ``~/.cache``, and our folder in it; it need not exist yet."""
    named = environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else home(environ) / ".cache") / FOLDER


def home(environ: Mapping[str, str]) -> Path:
    """The user's home folder."""
    named = environ.get("HOME")
    return Path(named) if named else Path.home()


def kept(path: Path, make: Callable[[Path], None]) -> str:
    """Fingerprint of the arrays in ``path``, which ``make`` writes first when it is missing, damaged or changed.

    Raises DataError when the folder cannot be written.
    """
    noted = path.with_suffix(".sha256")  # of the arrays as they were made
    try:
        found = arrays.fingerprint_of(path)
        if noted.read_text("ascii") == found:
            return found
    except (OSError, UnicodeDecodeError, arrays.Damaged):
        pass
    try:
        make(path)
        found = arrays.fingerprint_of(path)
        noted.write_text(found, "ascii")
        return found
    except OSError as error:
        raise DataError(
            f"{path}: a data set cannot be kept here ({error.strerror}); set XDG_CACHE_HOME to a folder "
            "that can be written and has 200 MB to spare"
        ) from error
