"""There is no network: what would try again for minutes fails at once."""

from __future__ import annotations

from typing import Any

from grader.child.recorder.when_imported import when_imported


def fail_at_once() -> None:
    """``requests`` and ``urllib3`` try as often as they were asked to, but do not wait in between."""
    when_imported("urllib3.util.retry", _without_waiting)


def _without_waiting(module: Any) -> None:
    def sleep(self: Any, response: Any = None) -> None:
        return None

    module.Retry.sleep = sleep
