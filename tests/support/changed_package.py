"""A copy of the package in which one file was changed, in the place of the real one for whoever hashes its code."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.data import mounting
from grader.evidence import keys, transcript
from grader.store import code_hash

CACHED: tuple[Callable[..., object], ...] = (
    code_hash.imported,
    keys.running_sha256,
    keys.reading_sha256,
    keys.measuring_sha256,
    mounting.mounting_sha256,
    transcript._program,
)


def forget() -> None:
    for function in CACHED:
        function.cache_clear()  # type: ignore[attr-defined]


@contextmanager
def changed(folder: Path, name: str, edit: Callable[[str], str]) -> Iterator[None]:
    """``name`` is a file below the package; ``edit`` gets its text and returns another one."""
    copy = folder / "grader"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(code_hash.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.symlink)
    before = (copy / name).read_text("utf-8")
    after = edit(before)
    assert after != before, name
    (copy / name).unlink()  # it was a link, as all others are
    (copy / name).write_text(after, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_hash, "PACKAGE", copy)
        forget()
        try:
            yield
        finally:
            patch.undo()
            forget()
