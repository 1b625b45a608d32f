"""Running this very interpreter as an ordinary user, for tests of what root does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

UID = 12_345


def run_as_ordinary_user(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python code as an ordinary user who can read this interpreter wherever it lies."""
    words = [sys.executable, "-c", code]
    if os.geteuid() == 0:
        words = [*_open_to_all(), "setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *words]
    checkout = str(Path(__file__).resolve().parent.parent)
    return subprocess.run(
        words, capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, "HOME": "/nonexistent", "PYTHONPATH": checkout, **env},
    )


def skip_unless_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("this machine's tests do not run as root")


def _open_to_all() -> list[str]:
    """A view of this machine in which the interpreter's private parents are passable."""
    words = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    for prefix in (sys.base_prefix, sys.prefix):
        private = [folder for folder in Path(prefix).parents if folder != Path("/") and not folder.stat().st_mode & 1]
        if private:
            top = private[-1]
            words += ["--perms", "0755", "--tmpfs", str(top)]
            between = [folder for folder in reversed(Path(prefix).parents) if top in folder.parents]
            for folder in between:
                words += ["--perms", "0755", "--dir", str(folder)]
            words += ["--ro-bind", prefix, prefix]
    return [*words, "--cap-add", "ALL", "--"]
