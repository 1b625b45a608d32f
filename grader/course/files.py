"""Files that a teacher wrote, read whole: ordinary files of a bounded size, so that nothing waits or fills up."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.errors import GraderError

CAP = 64 << 20  # bytes; a reference notebook with pictures has a few million


def read_file(path: Path, what: str, refused: type[GraderError]) -> bytes:
    """The bytes of a file; links are followed, for the folder is the teacher's own.

    Raises ``refused`` as "path: ``what`` cannot be read (reason)" for folders, FIFOs, devices and what is too large.
    """
    try:
        # O_NONBLOCK: a FIFO must not make us wait for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise refused(f"{path}: {what} cannot be read (not an ordinary file)")
            with open(handle, "rb", closefd=False) as file:
                found = file.read(CAP + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise refused(f"{path}: {what} cannot be read ({error.strerror})") from error
    except ValueError as error:  # a character that no path can hold
        raise refused(f"{path}: {what} cannot be read (this is no name of a file)") from error
    if len(found) > CAP:
        raise refused(f"{path}: {what} cannot be read (more than {CAP >> 20} MB)")
    return found
