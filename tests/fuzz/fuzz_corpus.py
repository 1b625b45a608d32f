"""The corpus: one folder per target, seeds with telling names and findings of earlier runs beside each other."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent / "corpus"
FILE_CAP = 100_000
TOTAL_CAP = 2_000_000


def entries(target: str) -> dict[str, bytes]:
    """Every file of a target's corpus by its name."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / target).glob("*")) if path.is_file()}


def keep(target: str, content: bytes) -> str:
    """Write a finding down; how to replay it."""
    path = ROOT / target / f"found-{hashlib.sha256(content).hexdigest()[:12]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"python tests/fuzz/run.py --replay tests/fuzz/{path.relative_to(ROOT.parent)}"
