"""Running this very interpreter as an ordinary user, for tests of what root does not need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

UID = 12_345


def run_as_ordinary_user(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python code as an ordinary user who can read this interpreter wherever it lies."""
    return subprocess.run(
        as_ordinary_user([sys.executable, "-c", code]),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**environment(), **env},
    )


def environment() -> dict[str, str]:
    """The environment of his programs, without a home."""
    checkout = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "HOME": "/nonexistent", "PYTHONPATH": checkout}


def as_ordinary_user(words: Sequence[str], *places: Path) -> list[str]:
    """The command line with which an ordinary user calls ``words``; ``places`` become his, wherever they lie."""
    if os.geteuid() != 0:
        return list(words)
    for path in (path for place in places for path in (place, *place.rglob("*"))):
        shutil.chown(path, UID, UID)
    return [*_open_to_all(*places), "setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *words]


def skip_unless_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("this machine's tests do not run as root")


def _open_to_all(*places: Path) -> list[str]:
    """A view of this machine in which the private parents of the interpreter and of ``places`` are passable."""
    words = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    binds = {**dict.fromkeys((sys.base_prefix, sys.prefix), "--ro-bind"), **dict.fromkeys(map(str, places), "--bind")}
    for prefix, bind in binds.items():
        private = [folder for folder in Path(prefix).parents if folder != Path("/") and not folder.stat().st_mode & 1]
        if private:
            top = private[-1]
            words += ["--perms", "0755", "--tmpfs", str(top)]
            between = [folder for folder in reversed(Path(prefix).parents) if top in folder.parents]
            for folder in between:
                words += ["--perms", "0755", "--dir", str(folder)]
            words += [bind, prefix, prefix]
    return [*words, "--cap-add", "ALL", "--"]
