"""The disk that a run may use: a file system of its own, with the student's files and our evidence on it."""

from __future__ import annotations

import os

from grader.child.paths import inside

DISK_LEAST = 1 << 20  # with less than this left, evidence is lost


def room_left() -> int:
    """Bytes that are free."""
    disk = os.statvfs(inside("/tmp"))
    return disk.f_bavail * disk.f_frsize
