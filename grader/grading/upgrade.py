"""Stored evidence of another release: found before a batch, so that a teacher knows why everything runs again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader import __version__, data, sandbox, store
from grader.evidence import keys
from grader.records import Message, message

STAMP = "made_by.json"
STAMP_CAP = 1 << 16  # bytes


def outdated(evidence: Path) -> Message | None:
    """Why no stored run, or no stored measurement, below ``evidence`` can be used; None when that is not so."""
    if not _holds_any(evidence / "runs"):
        return None
    made, now = _read(evidence / STAMP), _now()
    if made is None:
        return message("command_line.evidence.older")
    versions = made["versions"] if isinstance(made.get("versions"), dict) else {}
    other = [name for name, version in now["versions"].items() if versions.get(name) != version]
    if other:
        then = [f"{name} {str(versions.get(name, '-'))[:40]}" for name in other]
        return message(
            "command_line.evidence.packages", then=then, now=[f"{name} {now['versions'][name]}" for name in other]
        )
    if any(made.get(name) != now[name] for name in ("running", "mounting", "environment")):
        return message("command_line.evidence.older")
    measured = any(_holds_any(evidence / name) for name in ("predictions", "outputs"))
    if measured and made.get("measuring") != now["measuring"]:
        return message("command_line.evidence.measured")
    return None


def stamp(evidence: Path) -> None:
    """Note by what the evidence of this batch is made. Raises OutputError."""
    store.write(evidence / STAMP, json.dumps(_now(), indent=1, sort_keys=True).encode())


def _now() -> dict[str, Any]:
    return {
        "grader": __version__,
        "running": keys.running_sha256(),
        "measuring": keys.measuring_sha256(),
        "mounting": data.mounting_sha256(),
        "versions": dict(sandbox.versions()),
        "environment": dict(sandbox.ENVIRONMENT),
    }


def _holds_any(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:  # not there, or nothing that can be used: what is wrong with it is said when it is written to
        return False


def _read(path: Path) -> Mapping[str, Any] | None:
    """What a stamp says; None when there is none that can be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(STAMP_CAP))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
