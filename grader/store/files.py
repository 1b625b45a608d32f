"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from grader.errors import OutputError


def write(path: Path, *pieces: bytes, durable: bool = False, private: bool = False) -> None:
    """Put ``pieces``, one after the other, at ``path`` whole or not at all; ``durable`` also survives a power cut.

    A ``private`` file can be read by its owner alone. A folder that has the name of a private or durable file is
    removed: those are ours.

    Raises OutputError when the disk does not take it.
    """
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            if private or durable:
                remove_folder(path)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{path}: {sum(map(len, pieces))} bytes could not be written ({error.strerror}); "
            "make room or name another folder with -o"
        ) from error


def remove(path: Path) -> None:
    """Leave nothing at ``path``, be it a file or a folder."""
    remove_folder(path)
    path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Remove ``path`` if it is a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
